"""Partnerships in lists: a side's own, and for staff all of them, by line or by stage."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from accounts.rules import name_of
from matchmaking.core.enums import CooperationMode
from meetings.models import MeetingReport
from partnerships.cards import line
from partnerships.enums import OPEN_STAGES, PartnershipStage
from partnerships.filters import PartnershipFilterSet, ResultsFilterSet
from partnerships.models import Partnership, could_grow
from partnerships.wishes import wished_mode

PAGE = 25
A_COLUMN = 12  # cards of one stage on the board; the list has the rest


@require_safe
@requires(Permission.SEE_OWN_PARTNERSHIPS)
def mine(request: HttpRequest) -> HttpResponse:
    """A firm's or startup's own, those that go on first."""
    own = Partnership.objects.visible_to(request.user).for_list()
    language, now = get_language() or "", timezone.now()
    rows = [line(each, language, now) for each in own]
    context = {
        "open_rows": [row for row in rows if row["partnership"].status != PartnershipStage.ENDED],
        "ended_rows": [row for row in rows if row["partnership"].status == PartnershipStage.ENDED],
    }
    return render(request, "partnerships/mine.html", context)


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def staff_list(request: HttpRequest) -> HttpResponse:
    """All partnerships, the longest without news first."""
    found = PartnershipFilterSet(request.GET, Partnership.objects.visible_to(request.user).for_list())
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    language, now = get_language() or "", timezone.now()
    context = {
        "form": found.form,
        "chips": found.chips(),
        "page": page,
        "rows": [line(each, language, now) for each in page],
    }
    return render(request, "partnerships/staff_list.html", context)


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def to_begin(request: HttpRequest) -> HttpResponse:
    """Meetings after which a side sees cooperation as possible, and of which no partnership has grown yet."""
    page = Paginator(could_grow().with_parties().order_by("pk"), PAGE).get_page(request.GET.get("page"))
    language = get_language() or ""
    said = defaultdict(list)
    for report in MeetingReport.objects.select_related("meeting").filter(
        meeting__request__in=[each.pk for each in page]
    ):
        said[report.meeting.request_id].append(report)
    rows = [
        {
            "request": each,
            "wish": dict(CooperationMode.choices).get(wished_mode(said[each.pk]), ""),
            "company": name_of(each.company, language),
            "startup": name_of(each.startup, language),
        }
        for each in page
    ]
    return render(request, "partnerships/to_begin.html", {"page": page, "rows": rows})


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def board(request: HttpRequest) -> HttpResponse:
    """The open ones by stage, of all kinds or of one, narrowed by field and year."""
    mode = request.GET.get("mode", "")
    found = ResultsFilterSet(request.GET, Partnership.objects.visible_to(request.user).open())
    rows = found.qs
    if mode in CooperationMode.values:
        rows = rows.filter(mode=mode)
    counts = dict(rows.order_by().values_list("status").annotate(count=Count("pk")))
    context = {
        "columns": [_column(stage, rows, counts, timezone.now()) for stage in OPEN_STAGES],
        "modes": [(value, label, value == mode) for value, label in CooperationMode.choices],
        "mode": mode,
        "form": found.form,
        "chips": found.chips(),
        "keep": {"mode": mode} if mode else {},
    }
    return render(request, "partnerships/board.html", context)


def _column(stage: PartnershipStage, rows: Any, counts: dict[str, int], now: datetime) -> dict[str, Any]:
    language = get_language() or ""
    shown = rows.filter(status=stage).for_list()[:A_COLUMN]
    count = counts.get(stage, 0)
    return {
        "stage": stage,
        "count": count,
        "rows": [line(each, language, now) for each in shown],
        "more": max(0, count - A_COLUMN),
    }
