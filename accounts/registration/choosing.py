"""Capabilities chosen on a question page, beside its own fields: nothing or one to three of them, or that none fits.

Matching, which lies above this app, draws the boxes while somebody writes (templates name its address) and says which
capabilities there are. A form without the mark `BEFORE` comes from a page on which no boxes were drawn, as without
scripts: it leaves the choice alone, and a page of its own asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

CHOSEN, NONE_FITS, BEFORE = "capabilities", "capabilities_none", "capabilities_before"
MOST_CHOSEN = 3
Choice = list[str] | None  # as profiles keep it: None where nothing is chosen, empty where none fits
Known = Callable[[Iterable[str]], list[str]]
_known: list[Known] = []


def know_by(known: Known) -> None:
    """`known` leaves those keys that there are."""
    if known not in _known:
        _known.append(known)


def mark_of(choice: Choice) -> str:
    """What a page carries of the choice it was opened with: the same for one choice in any order."""
    return "-" if choice is None else ",".join(sorted(choice))


@dataclass(frozen=True)
class Boxes:
    """The boxes of a page as they came back; `before` is None where none were drawn."""

    keys: tuple[str, ...] = ()
    none_fits: bool = False
    before: str | None = None

    @classmethod
    def of(cls, choice: Choice) -> Boxes:
        return cls(tuple(choice or ()), choice == [])

    @classmethod
    def sent(cls, data: Any) -> Boxes:
        """What a form carries, each key once; those that there are not, or no longer, are passed over."""
        keys: Iterable[str] = data.getlist(CHOSEN) if isinstance(data, QueryDict) else []
        for known in _known:
            keys = known(keys)
        return cls(tuple(dict.fromkeys(keys)), bool(data.get(NONE_FITS)), data.get(BEFORE))

    @property
    def choice(self) -> Choice:
        if self.none_fits and not self.keys:
            return []
        return list(self.keys) or None

    @property
    def is_changed(self) -> bool:
        """Whether the person ticked something else than they found."""
        return self.before is not None and mark_of(self.choice) != self.before

    @property
    def fault(self) -> Any:
        """What is wrong with the ticks, and what to do; empty if nothing is."""
        if len(self.keys) > MOST_CHOSEN:
            return _("Tick at most three: the ones that fit best.")
        if self.keys and self.none_fits:
            return _("Tick capabilities, or that none fits, not both.")
        return ""


class _BoxesWidget(forms.Widget):
    """Matching draws the boxes; this only reads them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Boxes:
        return Boxes.sent(data)


class BoxesField(forms.Field):
    """The boxes as a field of the form, so that its faults are told as all others are."""

    widget = _BoxesWidget

    def __init__(self) -> None:
        super().__init__(label=_("Capabilities"), required=False)

    def clean(self, value: Boxes) -> Boxes:
        if value.fault:
            raise ValidationError(value.fault)
        return value
