"""Staff lists: filters kept in the address, removable chips, sorting by a column's heading, pages of fifty."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, OrganisationStatus, ReviewStatus
from accounts.profiles.narrowing import further
from matchmaking.core.enums import SUB_FIELDS, Field
from matchmaking.core.fields import AnyOfFilter, WordsFilter
from matchmaking.core.keyset import Count, Keyset, Page, count_of

PAGE_SIZE = 50
SUB_FIELD_CHOICES = [
    (field.label, [(sub.value, sub.label) for sub in sub_fields]) for field, sub_fields in SUB_FIELDS.items()
]
STATUS_TONES = {
    OrganisationStatus.DRAFT: "line",
    OrganisationStatus.SUBMITTED: "warn",
    OrganisationStatus.RETURNED: "info",
    OrganisationStatus.DECLINED: "danger",
    OrganisationStatus.PUBLISHED: "ok",
    OrganisationStatus.SUSPENDED: "danger",
    OrganisationStatus.LAPSED: "warn",
    OrganisationStatus.WITHDRAWN: "line",
    OrganisationStatus.ERASED: "line",
}
REVIEW_TONES = {
    ReviewStatus.WAITING: "warn",
    ReviewStatus.DECLINE_PROPOSED: "danger",
    ReviewStatus.APPROVED: "ok",
    ReviewStatus.RETURNED: "info",
    ReviewStatus.DECLINED: "danger",
    ReviewStatus.TAKEN_BACK: "line",
    ReviewStatus.REVERSED: "line",
}


class ProfileFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """What the lists of firms and of startups have in common."""

    q = WordsFilter(label=_("Name, reading or words"), method="containing")
    status = AnyOfFilter(
        label=_("Status"),
        field_name="organisation__status",
        choices=OrganisationStatus,
        widget=forms.CheckboxSelectMultiple,
    )
    field = AnyOfFilter(
        label=_("Field"),
        choices=Field,
        method="overlapping_fields",
        widget=forms.CheckboxSelectMultiple,
    )
    sub_field = AnyOfFilter(label=_("Sub-field"), choices=SUB_FIELD_CHOICES, method="overlapping_sub_fields")

    kind: ClassVar[OrganisationKind | None] = None  # whose further filters it has

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, made in further(self.kind).items():
            made.field_name = made.field_name or name
            made.parent, made.model = self, self.queryset.model
            self.filters[name] = made

    def containing(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word stands in the name, its reading or its English form, whatever the width and case."""
        wanted = Q()
        for word in unicodedata.normalize("NFKC", value).split():  # lower case as the database makes it
            wanted &= Q(organisation__search_key__contains=Lower(Value(word)))
        return queryset.filter(wanted)

    def overlapping_fields(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        return queryset.filter(organisation__fields__overlap=value) if value else queryset

    def overlapping_sub_fields(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        return queryset.filter(organisation__sub_fields__overlap=value) if value else queryset


@dataclass(frozen=True)
class Chip:
    """One filter in use: what to take out of the address to remove it."""

    name: str
    value: str | None
    label: str


def chips(form: forms.Form) -> list[Chip]:
    """Every value in use, in the words of its choices."""
    found = []
    for name, value in getattr(form, "cleaned_data", {}).items():
        labels = _choice_labels(form.fields[name])
        for item in value if isinstance(value, list) else [value]:
            if item not in (None, ""):
                is_listed = isinstance(value, list)
                found.append(Chip(name, str(item) if is_listed else None, labels.get(str(item), str(item))))
    return found


def _choice_labels(field: forms.Field) -> dict[str, str]:
    flat: dict[str, str] = {}
    for value, label in getattr(field, "choices", []):
        inner = label if isinstance(label, list | tuple) else [(value, label)]
        flat |= {str(key): str(text) for key, text in inner}
    return flat


@dataclass(frozen=True)
class Listing:
    """A page of a filtered, sorted list, ready for its template; `more` says that `count` is not the whole."""

    page: Page
    counted: Count
    form: forms.Form
    chips: list[Chip]
    keep: dict[str, str]

    @property
    def count(self) -> int:
        return self.counted.number

    @property
    def more(self) -> bool:
        return self.counted.more


def listing(
    filters: django_filters.FilterSet, query: QueryDict, orderings: Mapping[str, tuple[str, ...]]
) -> Listing:
    """Filter, sort by `sort` of the query (a key of `orderings`, with - for the other way round), and page."""
    sort = query.get("sort", "")
    columns = orderings.get(sort.removeprefix("-"))
    if columns is None:
        sort, columns = "", next(iter(orderings.values()))
    page = Keyset(filters.qs, columns, down=sort.startswith("-")).page(query, PAGE_SIZE)
    keep = {"sort": sort} if sort else {}
    return Listing(page, count_of(filters.qs, page), filters.form, chips(filters.form), keep)
