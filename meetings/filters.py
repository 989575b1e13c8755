"""How staff narrow down the list of requests."""

from __future__ import annotations

import unicodedata
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import WordsFilter
from meetings.enums import RequestStatus
from meetings.models import MeetingRequest


class RequestFilterSet(django_filters.FilterSet):
    q = WordsFilter(label=_("Name of the firm or startup"), method="by_name")
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=RequestStatus, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = MeetingRequest
        fields = ("q", "status")

    def by_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = unicodedata.normalize("NFKC", value).strip().lower()
        return queryset.filter(
            Q(match__company__organisation__search_key__contains=key)
            | Q(match__startup__organisation__search_key__contains=key)
        )

    def chips(self) -> list[dict[str, Any]]:
        """The filters in use, each to be removed by a link."""
        if not self.form.is_valid():
            return []
        data = self.form.cleaned_data
        chips = [{"name": "q", "value": data["q"], "label": data["q"]}] if data["q"] else []
        return chips + [
            {"name": "status", "value": value, "label": RequestStatus(value).label}
            for value in data["status"]
        ]
