"""How staff narrow down the list of partnerships; kept in the address."""

from __future__ import annotations

import unicodedata
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import CheckboxInput, CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import CooperationMode
from matchmaking.core.fields import WordsFilter
from partnerships.enums import PartnershipStage
from partnerships.models import Partnership


class PartnershipFilterSet(django_filters.FilterSet):
    q = WordsFilter(label=_("Name of the firm or startup"), method="by_name")
    mode = django_filters.MultipleChoiceFilter(
        label=_("Kind of cooperation"), choices=CooperationMode, widget=CheckboxSelectMultiple
    )
    stage = django_filters.MultipleChoiceFilter(
        field_name="status", label=_("Stage"), choices=PartnershipStage, widget=CheckboxSelectMultiple
    )
    quiet = django_filters.BooleanFilter(
        label=_("No news for 60 days"), method="only_quiet", widget=CheckboxInput
    )
    idle = django_filters.BooleanFilter(
        label=_("Without a next step"), method="only_idle", widget=CheckboxInput
    )

    class Meta:
        model = Partnership
        fields = ("q", "mode", "stage", "quiet", "idle")

    def by_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = unicodedata.normalize("NFKC", value).strip().lower()
        return queryset.filter(
            Q(company__organisation__search_key__contains=key)
            | Q(startup__organisation__search_key__contains=key)
        )

    def only_quiet(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.quiet(timezone.now()) if value else queryset

    def only_idle(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.without_step() if value else queryset

    def chips(self) -> list[dict[str, Any]]:
        """The filters in use, each to be removed by a link."""
        if not self.form.is_valid():
            return []
        data = self.form.cleaned_data
        chips = [{"name": "q", "value": data["q"], "label": data["q"]}] if data["q"] else []
        for name, names in (("mode", CooperationMode), ("stage", PartnershipStage)):
            chips += [{"name": name, "value": value, "label": names(value).label} for value in data[name]]
        return chips + [
            {"name": name, "value": "on", "label": self.filters[name].label}
            for name in ("quiet", "idle")
            if data[name]
        ]
