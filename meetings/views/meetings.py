"""The reader's own meetings and requests."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from accounts.rules import name_of
from meetings import rules
from meetings.actions.reports import side_of
from meetings.cards import card, cards, decision_rows, is_startup, report_rows, request_facts
from meetings.confirming import confirmations, lacking
from meetings.enums import RequestStatus
from meetings.filters import RequestFilterSet, order_of
from meetings.invitations import invitation as invitation_file
from meetings.models import Meeting, MeetingReport, MeetingRequest, Round
from meetings.people import attendance
from meetings.thread import thread

CLOSED = [
    RequestStatus.DECLINED,
    RequestStatus.WITHDRAWN,
    RequestStatus.LAPSED,
    RequestStatus.HELD,
    RequestStatus.NO_SHOW,
    RequestStatus.CANCELLED,
]
PAGE = 20


@require_safe
@requires(Permission.SEE_OWN_MEETINGS)
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings to come, requests without an answer, accepted ones without a time, and what is over."""
    language = get_language() or ""
    mine = MeetingRequest.objects.visible_to(request.user).for_list()
    page = Paginator(mine.filter(status__in=CLOSED).order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    active = list(mine.open())
    shown = {
        "upcoming": sorted(
            (each for each in active if each.is_booked), key=lambda each: each.meeting.starts_at
        ),
        "waiting": [each for each in active if each.status == RequestStatus.REQUESTED],
        "accepted": [each for each in active if each.status == RequestStatus.ACCEPTED],
        "closed": list(page),
    }
    context = {name: cards(rows, request.user, language) for name, rows in shown.items()}
    context |= {
        "page": page,
        "is_startup": is_startup(request.user),
        "rounds": list(Round.objects.visible_to(request.user).taking_availability()),
        "published": list(Round.objects.with_meetings_to_come(request.user, timezone.now()))
        if shown["upcoming"]
        else [],
    }
    return render(request, "meetings/list.html", context)


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def staff_list(request: HttpRequest) -> HttpResponse:
    """All requests, those that wait longest first; filters and order stand in the address."""
    rows = MeetingRequest.objects.visible_to(request.user).for_list()
    sort = request.GET.get("sort", "")
    found = RequestFilterSet(request.GET, queryset=rows, request=request)
    page = Paginator(found.qs.order_by(*order_of(sort)), PAGE).get_page(request.GET.get("page"))
    language = get_language() or ""
    lacks = lacking(page, timezone.now())
    context = {
        "form": found.form,
        "chips": found.chips(),
        "keep": {"sort": sort} if sort else {},
        "page": page,
        "rows": [
            {
                **card(each, request.user, language),
                "lacks": lacks.get(each.pk, []),
                "company": name_of(each.company, language),
                "startup": name_of(each.startup, language),
            }
            for each in page
        ],
    }
    return render(request, "meetings/request_list.html", context)


@require_safe
@requires(Permission.SEE_MEETING)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request or meeting, as its reader may see it."""
    rows = (
        MeetingRequest.objects.visible_to(request.user)
        .for_list()
        .select_related("meeting__interpreter", "meeting__officer", "meeting__round", "round")
    )
    made = get_object_or_404(rows, pk=pk)
    language = get_language() or ""
    meeting: Meeting | None = getattr(made, "meeting", None)
    context = {
        "made": made,
        "card": card(made, request.user, language),
        "rows": request_facts(made, request.user, language),
        "attendance": attendance(made, request.user),
        "talk": thread(made, request.user, language, timezone.now()),
        **_end(request, made),
        "given_up": meeting if made.status == RequestStatus.ACCEPTED else None,
        "may_link": request.user.is_officer and rules.may_link(made, meeting, timezone.now()),
        "may_seat_officer": request.user.is_officer and rules.may_seat_officer(made, meeting, timezone.now()),
        "lacks_officer": request.user.is_officer and rules.lacks_officer(made, meeting, timezone.now()),
        "asks_research": made.status not in CLOSED and not is_startup(request.user),
        "may_withdraw": rules.may_withdraw(made, side_of(request.user)),
        "may_book": rules.may_book(made),
        "may_move": rules.may_move(made) and request.user.is_officer,
        "may_cancel": rules.may_cancel(made, meeting, side_of(request.user), timezone.now()),
        "may_change_times": not request.user.is_officer
        and rules.may_change_times(made, meeting, timezone.now()),
        "takes_times": made.round is not None and made.round.is_editable and not request.user.is_officer,
    }
    return render(request, "meetings/detail.html", context)


def _end(request: HttpRequest, made: MeetingRequest) -> dict[str, Any]:
    """What the reader may read and say of the meeting's end."""
    meeting: Meeting | None = getattr(made, "meeting", None)
    if meeting is None:
        return {}
    told = list(MeetingReport.objects.visible_to(request.user).filter(meeting=meeting))
    decided = None if request.user.is_officer else MeetingReport.objects.decided(meeting)
    told_so_far = confirmations(made, meeting, request.user, timezone.now()) if made.is_booked else None
    return {
        "confirmations": told_so_far,
        "reports": [
            *([decision_rows(decided)] if decided else []),
            *(report_rows(each) for each in told),
        ],
        "may_report": rules.may_report(made, meeting, side_of(request.user), timezone.now()),
    }


@require_safe
@requires(Permission.SEE_MEETING)
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting for one's calendar."""
    visible = Meeting.objects.visible_to(request.user).select_related(
        "room", "request__match__company__organisation", "request__match__startup__organisation"
    )
    meeting = get_object_or_404(visible, request_id=pk)
    body = invitation_file(meeting, request.user, language=get_language() or "", now=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="meeting-{pk}.ics"'
    return response
