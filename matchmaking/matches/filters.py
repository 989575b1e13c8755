"""Filters of the lists; they are kept in the address."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from matchmaking.core.enums import TARGET_COUNTRIES, Field
from matchmaking.core.fields import WordsFilter
from matchmaking.core.prefectures import Prefecture
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match, MatchQuerySet
from matchmaking.matches.thesauri.narrowing import (
    CapabilityFilter,
    Choices,
    capability_choices,
    counted_choices,
    keys_of,
)

SEARCH_LENGTH = 500  # characters: a need in some sentences


class RecommendedFilter(filters.FilterSet):
    """What a firm narrows its recommendations by; choices say how many there are of each."""

    field = filters.MultipleChoiceFilter(
        label=_("Field"),
        field_name="startup__organisation__fields",
        lookup_expr="contains",
        widget=forms.CheckboxSelectMultiple,
        method="by_field",
    )
    country = filters.MultipleChoiceFilter(
        label=_("Country"),
        field_name="startup__organisation__country",
        widget=forms.CheckboxSelectMultiple,
    )
    capability = filters.MultipleChoiceFilter(
        label=_("Capability"), widget=forms.CheckboxSelectMultiple, method="by_capability"
    )

    class Meta:
        model = Match
        fields: tuple[str, ...] = ()

    def __init__(
        self, *args: Any, offered: Iterable[tuple[list[str], str, list[str] | None]], **kwargs: Any
    ) -> None:
        """`offered` holds the fields, the country and the capabilities of every startup that could be shown."""
        super().__init__(*args, **kwargs)
        rows = list(offered)
        fields = Counter(field for tags, _country, _keys in rows for field in tags)
        places = Counter(country for _tags, country, _keys in rows)
        asked = self.data.getlist("capability") if isinstance(self.data, QueryDict) else []
        offers = counted_choices((keys for *_others, keys in rows), asked)
        self.filters["capability"].extra["choices"] = offers
        self.filters["field"].extra["choices"] = _counted(Field.choices, fields)
        self.filters["country"].extra["choices"] = _counted(list(countries), places)

    def by_field(self, queryset: MatchQuerySet, name: str, values: list[str]) -> MatchQuerySet:
        return queryset.filter(**{f"{name}__overlap": values}) if values else queryset

    def by_capability(self, queryset: MatchQuerySet, name: str, values: list[str]) -> MatchQuerySet:
        """Startups that offer one of them."""
        keys = [key for value in values for key in keys_of(value)]
        return queryset.filter(startup__reading__keys__overlap=keys) if values else queryset


def _counted(choices: Iterable[tuple[str, Any]], counts: Counter[str]) -> Choices:
    """Only what occurs, with how often."""
    return [(value, f"{label} ({counts[value]})") for value, label in choices if counts[value]]


def _target_countries_first() -> Choices:
    first = [(code, str(countries.name(code))) for code in TARGET_COUNTRIES]
    return [*first, *((code, name) for code, name in countries if code not in TARGET_COUNTRIES)]


class StaffMatchFilter(filters.FilterSet):
    """What staff narrow the list of all matches by."""

    q = WordsFilter(label=_("Name of firm or startup"), method="by_name")
    status = filters.ChoiceFilter(label=_("State"), choices=MatchStatus.choices)
    field = filters.ChoiceFilter(label=_("Field"), field_name="challenge__field", choices=Field.choices)
    country = filters.ChoiceFilter(
        label=_("Country"), field_name="startup__organisation__country", choices=_target_countries_first
    )
    prefecture = filters.ChoiceFilter(
        label=_("Prefecture"), field_name="company__prefecture", choices=Prefecture.choices
    )
    capability = filters.ChoiceFilter(
        label=_("Capability of both"), choices=capability_choices, method="by_capability"
    )
    score_min = filters.NumberFilter(
        label=_("Score from"), field_name="score", lookup_expr="gte", min_value=0, max_value=100
    )
    score_max = filters.NumberFilter(
        label=_("Score to"), field_name="score", lookup_expr="lte", min_value=0, max_value=100
    )

    class Meta:
        model = Match
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"

    def by_capability(self, queryset: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        """Asked for and offered; also where a match still names one that was merged into it."""
        return queryset.filter(shared_capabilities__overlap=keys_of(value))

    def by_name(self, queryset: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        """Every word stands in one of the two names, whatever the width and case."""
        for word in unicodedata.normalize("NFKC", value).split():
            wanted = Lower(Value(word))  # lower case as the database makes it
            queryset = queryset.filter(
                Q(company__organisation__search_key__contains=wanted)
                | Q(startup__organisation__search_key__contains=wanted)
            )
        return queryset


class _SearchFilter(filters.FilterSet):
    """The words of a search, and what narrows the list they are looked for in."""

    q = WordsFilter(label=_("What are you looking for?"), method="as_it_is", max_length=SEARCH_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"

    def as_it_is(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The search itself looks for the words."""
        return queryset


class StartupSearchFilter(_SearchFilter):
    field = filters.ChoiceFilter(
        label=_("Field"),
        field_name="organisation__fields",
        choices=Field.choices,
        method="by_field",
    )
    country = filters.ChoiceFilter(
        label=_("Country"),
        field_name="organisation__country",
        choices=_target_countries_first,
    )
    capability = CapabilityFilter(field_name="reading")

    def by_field(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(organisation__fields__contains=[value])


class ChallengeSearchFilter(_SearchFilter):
    field = filters.ChoiceFilter(label=_("Field"), choices=Field.choices)
    prefecture = filters.ChoiceFilter(
        label=_("Prefecture"),
        field_name="company__prefecture",
        choices=Prefecture.choices,
    )
    capability = CapabilityFilter(field_name="reading")
