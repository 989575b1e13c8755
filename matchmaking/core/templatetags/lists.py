"""Template tags of long lists: what is the same for many rows, or for many readers, is worked out once."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import template
from django.forms import BoundField
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

_A_KEY = 987_654_321


@register.simple_tag
def row_url(name: str, key: int) -> str:
    """`{% url %}` for a page about one row of a list, whose pattern is looked up once for all rows."""
    return _pattern(name, get_language(), get_script_prefix()) % key


@cache
def _pattern(name: str, language: str | None, prefix: str) -> str:
    return reverse(name, args=[_A_KEY]).replace("%", "%%").replace(str(_A_KEY), "%d")


DRAWN_AT_MOST = 500
_drawn: dict[tuple[Hashable, ...], SafeString] = {}


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """A field of a filter panel. One with choices looks the same to all who choose the same, so it is drawn once."""
    choices = getattr(field.field, "choices", None)
    if choices is None or field.errors:
        return as_crispy_field(field)
    shown = tuple((str(value), _hashable(label)) for value, label in choices)
    value = field.value()
    chosen = tuple(map(str, value)) if isinstance(value, list | tuple) else str(value)
    widget = field.field.widget
    look = (type(widget).__name__, field.field.required, tuple(sorted(map(str, widget.attrs.items()))))
    words = (get_language(), str(field.label), str(field.help_text))
    key = (field.html_name, field.auto_id, look, words, chosen, shown)
    if key not in _drawn:
        if len(_drawn) >= DRAWN_AT_MOST:
            _drawn.clear()
        _drawn[key] = as_crispy_field(field)
    return _drawn[key]


def _hashable(label: Any) -> Hashable:
    """The words of a choice, or of a group of choices."""
    if isinstance(label, list | tuple):
        return tuple((str(value), str(words)) for value, words in label)
    return str(label)
