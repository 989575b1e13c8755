"""How staff narrow down the list of requests."""

from __future__ import annotations

import unicodedata
from typing import Any

import django_filters
from django.db.models import Case, Q, QuerySet, When
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import WordsFilter
from meetings.enums import Lack, RequestStatus
from meetings.models import (
    MeetingRequest,
    unaddressed,
    unattended,
    unconfirmed,
    unconfirmed_in_time,
    uncovered,
)

SORTS = {
    "firm": "match__company__organisation__sort_key",
    "startup": "match__startup__organisation__sort_key",
    "status": "status",
    "asked": "asked_at",
    "due": "reply_by",
}
LACKING = {
    Lack.PEOPLE: uncovered,
    Lack.CONFIRMATION: unconfirmed,
    Lack.IN_TIME: unconfirmed_in_time,
    Lack.ADDRESS: unaddressed,
    Lack.OFFICER: unattended,
}


class RequestFilterSet(django_filters.FilterSet):
    q = WordsFilter(label=_("Name of the firm or startup"), method="by_name")
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=RequestStatus, widget=CheckboxSelectMultiple
    )
    lacks = django_filters.MultipleChoiceFilter(
        label=_("Meetings to come that lack something"),
        choices=Lack,
        method="by_lack",
        widget=CheckboxSelectMultiple,
    )

    class Meta:
        model = MeetingRequest
        fields = ("q", "status", "lacks")

    def by_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = unicodedata.normalize("NFKC", value).strip().lower()
        return queryset.filter(
            Q(match__company__organisation__search_key__contains=key)
            | Q(match__startup__organisation__search_key__contains=key)
        )

    def by_lack(self, queryset: QuerySet[Any], name: str, values: list[str]) -> QuerySet[Any]:
        """Those that lack all that is ticked."""
        for value in values:
            queryset = queryset.filter(pk__in=LACKING[Lack(value)](timezone.now()).values("pk"))
        return queryset

    def chips(self) -> list[dict[str, Any]]:
        """The filters in use, each to be removed by a link."""
        if not self.form.is_valid():
            return []
        data = self.form.cleaned_data
        chips = [{"name": "q", "value": data["q"], "label": data["q"]}] if data["q"] else []
        boxes = [("status", RequestStatus(value)) for value in data["status"]]
        boxes += [("lacks", Lack(value)) for value in data["lacks"]]
        return chips + [{"name": name, "value": box.value, "label": box.label} for name, box in boxes]


# Only these wait for somebody's answer; the deadline of all others is over and done with.
AWAITED_FIRST = Case(When(status=RequestStatus.REQUESTED, then=0), default=1)


def order_of(sort: str) -> tuple[str | Case, ...]:
    """The order that stands in the address; without one of ours what waits for an answer, the next deadline first."""
    key = sort.removeprefix("-")
    if key not in SORTS:
        return AWAITED_FIRST, SORTS["due"], "pk"
    return (f"-{SORTS[key]}" if sort.startswith("-") else SORTS[key]), "pk"
