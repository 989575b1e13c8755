"""How staff narrow down partnerships and their outcomes; kept in the address."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.forms import CheckboxInput, CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from matchmaking.core.enums import CooperationMode, Field
from matchmaking.core.fields import WordsFilter
from matchmaking.matches.enums import Side
from meetings.models import MeetingRequest
from partnerships.enums import EndReason, OutcomeStatus, PartnershipStage
from partnerships.models import FollowUp, Partnership
from partnerships.outcomes import PERIODS
from partnerships.rules import FIRST_YEAR, JAPAN, fiscal_year, year_bounds
from partnerships.spells import STALLED_AFTER

NO_FIELD = "none"


def field_choices() -> list[tuple[str, Any]]:
    """The field of the pair's challenge; a partnership that staff entered may have none."""
    return [*Field.choices, (NO_FIELD, pgettext("field", "Without a challenge"))]


def year_choices() -> list[tuple[int, str]]:
    """Programme years are Japan's fiscal years; the latest first."""
    this_year = fiscal_year(timezone.now().astimezone(JAPAN).date())
    return [(year, year_label(year)) for year in range(this_year, FIRST_YEAR - 1, -1)]


def year_label(year: int) -> str:
    return str(_("Fiscal year %(year)s (Reiwa %(reiwa)s)")) % {"year": year, "reiwa": year - 2018}


def period_choices() -> list[tuple[int, str]]:
    return [(months, str(_("%(count)s months")) % {"count": months}) for months in PERIODS]


class ScopeFilterSet(django_filters.FilterSet):
    """Kind, field and year, as all pages about partnerships take them; `to` leads from the row to its partnership."""

    to: ClassVar[str] = ""
    to_match: ClassVar[str] = "match__"
    begun: ClassVar[str] = "started_at"
    choices: ClassVar[dict[str, Any]] = {
        "mode": lambda: CooperationMode.choices,
        "field": field_choices,
        "year": year_choices,
    }

    mode = django_filters.MultipleChoiceFilter(
        label=_("Kind of cooperation"),
        choices=CooperationMode,
        method="by_mode",
        widget=CheckboxSelectMultiple,
    )
    field = django_filters.MultipleChoiceFilter(
        label=_("Field of the challenge"),
        choices=field_choices,
        method="by_field",
        widget=CheckboxSelectMultiple,
    )
    year = django_filters.TypedMultipleChoiceFilter(
        label=_("Programme year in which it began"),
        choices=year_choices,
        coerce=int,
        method="by_year",
        widget=CheckboxSelectMultiple,
    )

    def by_mode(self, queryset: QuerySet[Any], name: str, values: list[str]) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.to}mode__in": values}) if values else queryset

    def by_field(self, queryset: QuerySet[Any], name: str, values: list[str]) -> QuerySet[Any]:
        column = f"{self.to_match}challenge__field"
        none = Q(**{f"{column}__isnull": True}) if NO_FIELD in values else Q(pk__in=[])
        return queryset.filter(Q(**{f"{column}__in": values}) | none) if values else queryset

    def by_year(self, queryset: QuerySet[Any], name: str, values: list[int]) -> QuerySet[Any]:
        wanted = Q(pk__in=[])
        for year in values:
            since, until = year_bounds(year)
            wanted |= Q(**{f"{self.begun}__gte": since, f"{self.begun}__lt": until})
        return queryset.filter(wanted) if values else queryset

    def scope(self) -> dict[str, list[str]]:
        """The filters in use, for links to the lists behind figures."""
        used = {name: self._used(name) for name in self.choices}
        return {name: values for name, values in used.items() if values}

    def _used(self, name: str) -> list[str]:
        if not self.is_bound or name not in self.filters:
            return []
        return (
            [str(value) for value in self.form.cleaned_data.get(name) or ()] if self.form.is_valid() else []
        )

    def chips(self) -> list[dict[str, Any]]:
        """The filters in use, each to be removed by a link."""
        return [
            {"name": name, "value": value, "label": {str(key): label for key, label in known()}[value]}
            for name, known in self.choices.items()
            for value in self._used(name)
        ]


class LearningFilterSet(ScopeFilterSet):
    class Meta:
        model = Partnership
        fields = ("mode", "field", "year")


class ResultsFilterSet(ScopeFilterSet):
    class Meta:
        model = Partnership
        fields = ("field", "year")

    mode = None


class HeldFilterSet(ScopeFilterSet):
    """The meetings that belong to the same scope: their kind of cooperation is not known yet."""

    begun = "meeting__period__startswith"
    mode = None

    class Meta:
        model = MeetingRequest
        fields = ("field", "year")


class PartnershipFilterSet(ScopeFilterSet):
    choices: ClassVar[dict[str, Any]] = {
        **ScopeFilterSet.choices,
        "stage": lambda: PartnershipStage.choices,
        "reason": lambda: EndReason.choices,
        "waits": lambda: Side.choices,
    }

    q = WordsFilter(label=_("Name of the firm or startup"), method="by_name")
    stage = django_filters.MultipleChoiceFilter(
        field_name="status",
        label=pgettext_lazy("partnership", "Stage"),
        choices=PartnershipStage,
        widget=CheckboxSelectMultiple,
    )
    waits = django_filters.MultipleChoiceFilter(
        label=_("Waits for"), choices=Side, method="by_waits", widget=CheckboxSelectMultiple
    )
    quiet = django_filters.BooleanFilter(
        label=_("No news for 60 days"), method="only_quiet", widget=CheckboxInput
    )
    stalled = django_filters.BooleanFilter(
        label=_("In the same stage for more than 60 days"), method="only_stalled", widget=CheckboxInput
    )
    idle = django_filters.BooleanFilter(
        label=_("Without a next step"), method="only_idle", widget=CheckboxInput
    )
    signed = django_filters.BooleanFilter(
        label=_("Contract signed"), method="only_signed", widget=CheckboxInput
    )
    reason = django_filters.MultipleChoiceFilter(
        field_name="end_reason", label=_("Why it ended"), choices=EndReason, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = Partnership
        fields = (
            *("q", "mode", "stage", "waits", "quiet", "stalled", "idle", "signed"),
            *("field", "year", "reason"),
        )

    def by_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = unicodedata.normalize("NFKC", value).strip().lower()
        return queryset.filter(
            Q(company__organisation__search_key__contains=key)
            | Q(startup__organisation__search_key__contains=key)
        )

    def by_waits(self, queryset: Any, name: str, values: list[str]) -> Any:
        return queryset.waiting_for(values) if values else queryset

    def only_quiet(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.quiet(timezone.now()) if value else queryset

    def only_stalled(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.open().filter(stage_since__lte=_long_ago()) if value else queryset

    def only_idle(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.without_step() if value else queryset

    def only_signed(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.filter(signed_at__isnull=False) if value else queryset

    def chips(self) -> list[dict[str, Any]]:
        if not self.form.is_valid():
            return []
        data = self.form.cleaned_data
        chips = [{"name": "q", "value": data["q"], "label": data["q"]}] if data["q"] else []
        return [*chips, *super().chips(), *self._ticked(("quiet", "stalled", "idle", "signed"))]

    def _ticked(self, names: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {"name": name, "value": "on", "label": self.filters[name].label}
            for name in names
            if self.form.cleaned_data[name]
        ]


def _long_ago() -> Any:
    """A stay of 61 whole days is one of more than 60."""
    return timezone.now() - STALLED_AFTER - timezone.timedelta(days=1)


class OutcomeFilterSet(ScopeFilterSet):
    to = "partnership__"
    to_match = "partnership__match__"
    begun = "partnership__started_at"
    choices: ClassVar[dict[str, Any]] = {
        "status": lambda: OutcomeStatus.choices,
        "months": period_choices,
        **ScopeFilterSet.choices,
    }

    status = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=OutcomeStatus, widget=CheckboxSelectMultiple
    )
    months = django_filters.TypedMultipleChoiceFilter(
        label=_("Months after signing"), choices=period_choices, coerce=int, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = FollowUp
        fields = ("status", "months", "mode", "field", "year")
