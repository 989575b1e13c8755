"""What the programme learns: where partnerships stall and why they end, and what both sides confirm came of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from matchmaking.core.sheets import csv_file
from meetings.enums import RequestStatus
from meetings.models import MeetingRequest
from partnerships import learning, results
from partnerships.filters import HeldFilterSet, LearningFilterSet, ResultsFilterSet
from partnerships.models import FollowUp, Partnership


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def stalls(request: HttpRequest) -> HttpResponse:
    """Stages, how long they take and what stands still; why partnerships ended."""
    filters, found = _learning(request)
    context = {"form": filters.form, "chips": filters.chips(), "found": found}
    return render(request, "partnerships/stalls.html", context)


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def stalls_csv(request: HttpRequest) -> HttpResponse:
    _filters, found = _learning(request)
    return csv_file("stalls", learning.csv_rows(found))


def _learning(request: HttpRequest) -> tuple[LearningFilterSet, learning.Learning]:
    filters = LearningFilterSet(request.GET, Partnership.objects.visible_to(request.user))
    return filters, learning.learning(filters.qs, filters.scope(), timezone.now())


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def report(request: HttpRequest) -> HttpResponse:
    """From meetings held to outcomes that both sides confirm, and what these come to."""
    filters, found = _results(request)
    context = {"form": filters.form, "chips": filters.chips(), "found": found, "beside": results.IGNITE}
    return render(request, "partnerships/report.html", context)


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def report_csv(request: HttpRequest) -> HttpResponse:
    _filters, found = _results(request)
    return csv_file("outcomes", results.csv_rows(found))


def _results(request: HttpRequest) -> tuple[ResultsFilterSet, results.Results]:
    filters = ResultsFilterSet(request.GET, Partnership.objects.visible_to(request.user))
    rows, scope = filters.qs, filters.scope()
    asked = FollowUp.objects.filter(partnership__in=rows)
    held = HeldFilterSet(request.GET, MeetingRequest.objects.filter(status=RequestStatus.HELD)).qs
    return filters, results.results(rows, held, asked, scope)
