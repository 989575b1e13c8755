"""Making a thing in both languages at once, for a page that two people read together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from matchmaking.core.facts import Words


def in_both(make: Callable[[str], Any]) -> Any:
    """What `make` gives for each language, laid over each other: where the two differ stands a `Words`.

    The language is active meanwhile. Both must have one shape: dictionaries, lists, and what is shown as it is.
    """
    ja, en = (_made(make, language) for language in ("ja", "en"))
    return _laid(ja, en)


def _made(make: Callable[[str], Any], language: str) -> Any:
    with translation.override(language):
        return _worded(make(language))


def _worded(value: Any) -> Any:
    """Words that are only looked up when they are shown are looked up now."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, dict):
        return {name: _worded(each) for name, each in value.items()}
    return [_worded(each) for each in value] if isinstance(value, list | tuple) else value


def _laid(ja: Any, en: Any) -> Any:
    if isinstance(ja, dict):
        return {name: _laid(ja[name], en[name]) for name in ja}
    if isinstance(ja, list):
        return [_laid(*pair) for pair in zip(ja, en, strict=True)]
    return ja if ja == en else Words(str(ja), str(en))
