"""How staff narrow down the lists of experts and of research."""

from __future__ import annotations

import unicodedata
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import Field, Language
from matchmaking.core.fields import AnyOfFilter, WordsFilter
from research.enums import CommissionStatus
from research.models import country_choices

ORDERINGS: dict[str, tuple[str, ...]] = {
    "name": ("user__name",),
    "affiliation": ("affiliation", "user__name"),
}
COMMISSION_ORDERINGS: dict[str, tuple[str, ...]] = {
    "asked": ("asked_at",),
    "due": ("due", "asked_at"),
    "firm": ("company__organisation__sort_key",),
    "expert": ("expert__user__name",),
}


class ExpertFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    q = WordsFilter(label=_("Name, affiliation or words of the biography"), method="containing")
    field = AnyOfFilter(
        label=_("Field"),
        field_name="fields",
        choices=Field,
        method="overlapping",
        widget=forms.CheckboxSelectMultiple,
    )
    language = AnyOfFilter(
        label=_("Working language"),
        field_name="languages",
        choices=Language,
        method="overlapping",
        widget=forms.CheckboxSelectMultiple,
    )
    country = AnyOfFilter(
        label=_("Country"), field_name="countries", choices=country_choices, method="overlapping"
    )

    def containing(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word stands somewhere, whatever its case and width."""
        wanted = Q()
        for word in unicodedata.normalize("NFKC", value).split():
            places = ("user__name", "affiliation", "biography")
            anywhere = Q()
            for place in places:
                anywhere |= Q(**{f"{place}__icontains": word})
            wanted &= anywhere
        return queryset.filter(wanted)

    def overlapping(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        return queryset.filter(**{f"{name}__overlap": value}) if value else queryset


class CommissionFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """How staff narrow down the list of research."""

    status = AnyOfFilter(label=_("Status"), choices=CommissionStatus, widget=forms.CheckboxSelectMultiple)
    field = AnyOfFilter(label=_("Field"), choices=Field, widget=forms.CheckboxSelectMultiple)
    market = AnyOfFilter(label=_("Market"), choices=country_choices)
    overdue = django_filters.ChoiceFilter(
        label=_("Overdue"), choices=[("yes", _("Only overdue"))], empty_label=_("All"), method="late"
    )

    def late(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.overdue(timezone.localdate())  # type: ignore[attr-defined]
