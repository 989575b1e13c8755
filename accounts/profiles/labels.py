"""A profile's values in the reader's words: labels of vocabularies, yes and no, lists, days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django_countries import countries
from django_countries.fields import CountryField

from matchmaking.core.currencies import number
from matchmaking.core.local_time import city_of, day
from matchmaking.core.regions import region_label

if TYPE_CHECKING:
    from django.db.models import Field, Model

    from accounts.models import Review

COUNTRY_LISTS = frozenset({"countries", "preferred_countries", "excluded_countries"})
NUMBERS_WITHOUT_SEPARATORS = frozenset({"founded_year"})


def value_label(field: Field[Any, Any], value: Any) -> str:
    """`value` of the model field `field` as a person reads it; nothing is the empty text."""
    if value in (None, "", []):
        return ""
    if isinstance(field, ArrayField):
        return pgettext("list separator", ", ").join(item_labels(field, value))
    if isinstance(field, CountryField):
        return _country(str(value))
    return _simple_label(field, value)


def item_labels(field: ArrayField[Any, Any], values: Iterable[str]) -> list[str]:
    if field.name in COUNTRY_LISTS:
        return [_country(value) for value in values]
    labels = _choices(field.base_field)
    return [str(labels.get(value, value)) for value in values]


def _choices(field: Field[Any, Any]) -> dict[Any, Any]:
    """The field's words by value; gathered once in each language, since a list asks for them in every cell."""
    return _choices_in(field, get_language())


@cache
def _choices_in(field: Field[Any, Any], language: str | None) -> dict[Any, Any]:
    return dict(field.flatchoices)


def _country(code: str) -> str:
    """Its name; of one that the list no longer has, the code."""
    return _country_in(code, get_language())


@cache
def _country_in(code: str, language: str | None) -> str:
    return str(countries.name(code)) or code


def _simple_label(field: Field[Any, Any], value: Any) -> str:
    if field.name == "time_zone":
        return city_of(value)
    if labels := _choices(field):
        return str(labels.get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return day(localtime(value) if isinstance(value, datetime) else value)
    if isinstance(value, int) and field.name not in NUMBERS_WITHOUT_SEPARATORS:
        return number_format(value, force_grouping=True)
    return number(value) if isinstance(value, Decimal) else str(value)


def _in_words(item: Model, field: Any) -> str:
    """A region's name depends on the country beside it."""
    if field.name == "region":
        return region_label(str(item.country), item.region)  # type: ignore[attr-defined]
    return value_label(field, getattr(item, field.name))


def identity_rows(review: Review) -> list[dict[str, str]]:
    """What a review proposes to change: the field's label, the value in force and the new one."""
    rows = []
    for part, values in review.identity.items():
        row: Any = review.organisation if part == "organisation" else getattr(review.organisation, part)
        for name, value in values.items():
            field: Any = row._meta.get_field(name)
            old = value_label(field, getattr(row, name))
            new = value_label(field, value)
            rows.append({"label": capfirst(field.verbose_name), "old": old or "–", "new": new or "–"})
    return rows


def labels_of(item: Model, name: str) -> list[str]:
    """The labels of a list field, for tags."""
    field: Any = item._meta.get_field(name)
    return item_labels(field, getattr(item, name))


def facts(item: Model, names: Iterable[str], *, keep_empty: bool = True) -> list[dict[str, str]]:
    """Rows for the `facts` component: the field's own label, and the value or a dash."""
    rows = []
    for name in names:
        field: Any = item._meta.get_field(name)
        text = _in_words(item, field)
        if text or keep_empty:
            row = {"label": capfirst(field.verbose_name), "value": text or "–"}
            if text and name in ("website", "video_url"):
                row["url"] = text
            rows.append(row)
    return rows
