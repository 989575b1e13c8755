"""How meetings ended: each side's page, and for staff what is still open or told differently."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from accounts.rules import name_of
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, rules
from meetings.actions.reports import side_of
from meetings.cards import card, report_rows
from meetings.enums import RequestStatus
from meetings.forms.reports import ReportForm, StaffReportForm, initial_of
from meetings.models import Meeting, MeetingReport, MeetingRequest, Round

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REPORT_MEETINGS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say, or correct, how a meeting ended; staff see beside it what both sides say."""
    made = get_object_or_404(MeetingRequest.objects.visible_to(request.user).for_list(), pk=pk)
    meeting: Meeting | None = getattr(made, "meeting", None)
    if meeting is None or not rules.may_report(made, meeting, side_of(request.user), timezone.now()):
        raise TransitionNotAllowed(made, RequestStatus.HELD)
    told = list(MeetingReport.objects.visible_to(request.user).filter(meeting=meeting))
    own = next((each for each in told if each.side == side_of(request.user)), None)
    kind = StaffReportForm if request.user.is_officer else ReportForm
    form = kind(request.POST or None, initial=initial_of(own) if own else None)
    if request.method == "POST" and form.is_valid():
        actions.report(meeting, form.telling(), by=request.user)
        messages.success(request, _("Thank you. What you said has been saved."))
        return redirect("meetings:detail", pk=pk)
    context = {
        "form": form,
        "made": made,
        "card": card(made, request.user, get_language() or ""),
        "reports": [report_rows(each) for each in told if each is not own],
        "differ": rules.differ(told),
    }
    return render(request, "meetings/report.html", context)


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def ended(request: HttpRequest) -> HttpResponse:
    """Meetings that are over and of which nobody knows whether they took place; those told differently first.

    Of one round, if the address names one.
    """
    wanted = request.GET.get("round", "")
    rounds = Round.objects.visible_to(request.user)
    round_ = rounds.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 10 else None
    rows = (
        Meeting.objects.without_end(timezone.now())
        .with_tellings()
        .select_related(
            "request__match__company__organisation",
            "request__match__startup__organisation",
        )
        .prefetch_related("reports")
        .order_by("-tellings", "period")
    )
    if round_ is not None:
        rows = rows.filter(round=round_)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": _("Meetings whose end is not known"),
        "of_round": round_,
        "lead": _(
            "Both sides are asked when the meeting's time is over, and reminded once. Where they differ, or one"
            " stays silent, record how it was."
        ),
        "columns": [
            _("Firm"),
            _("Startup"),
            _("Time"),
            _("The firm says"),
            _("The startup says"),
            pgettext("column", "Next"),
        ],
        "page": page,
        "rows": [_row(each, get_language() or "") for each in page],
        "empty_text": _("Of every meeting that is over it is known whether it took place."),
    }
    return render(request, "meetings/ended.html", context)


def _row(meeting: Meeting, language: str) -> dict[str, Any]:
    told = {each.side: each.get_outcome_display() for each in meeting.reports.all()}
    return {
        "meeting": meeting,
        "company": name_of(meeting.request.company, language),
        "startup": name_of(meeting.request.startup, language),
        "told": told,
        "differ": rules.differ(meeting.reports.all()),
    }
