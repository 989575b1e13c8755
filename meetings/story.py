"""What a pair's page tells of its requests and meetings: to each reader what the meetings' own pages show them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.deeds import doer_of, told
from accounts.models import User
from matchmaking.core import local_time
from matchmaking.core.models import AuditEvent
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.story import Happening
from matchmaking.matches.models import Match
from meetings import rules
from meetings.enums import BOOKED_REQUEST, RequestStatus
from meetings.models import Meeting, MeetingReport, MeetingRequest

REQUEST = MeetingRequest._meta.label_lower
ENDS = [
    f"meetingrequest.{status.value}"
    for status in (
        RequestStatus.WITHDRAWN,
        RequestStatus.LAPSED,
        RequestStatus.HELD,
        RequestStatus.NO_SHOW,
        RequestStatus.CANCELLED,
    )
]


def tell_meetings(match: Match, user: User) -> Iterator[Happening]:
    """Staff read every step and who took it; a side its requests, their answers, the times, and its own reports."""
    requests = list(MeetingRequest.objects.visible_to(user).with_parties().filter(match=match))
    if not requests:
        return
    if user.is_officer:
        yield from _steps(requests)
    else:
        for request in requests:
            yield from _asked_and_answered(request, user)
        yield from _ends(requests)
    for meeting in Meeting.objects.visible_to(user).filter(request__in=requests):
        yield from _time(meeting)
    for report in (
        MeetingReport.objects.visible_to(user).filter(meeting__request__in=requests).select_related("by")
    ):
        yield Happening(
            report.at,
            _("Report on the meeting: %(outcome)s") % {"outcome": report.get_outcome_display()},
            str(report.by),
            "\n".join(each for each in (report.comment, report.next_step) if each),
        )


def _steps(requests: list[MeetingRequest]) -> Iterator[Happening]:
    """The audit trail of the requests, in words."""
    keys = [str(request.pk) for request in requests]
    for deed in told(AuditEvent.objects.filter(target_type=REQUEST, target_id__in=keys)):
        key = {"pk": int(deed.event.target_id)}
        yield Happening(
            deed.event.at, deed.what, doer_of(deed.event), deed.note, reverse("meetings:detail", kwargs=key)
        )


def _asked_and_answered(request: MeetingRequest, user: User) -> Iterator[Happening]:
    url = reverse("meetings:detail", kwargs={"pk": request.pk})
    language = get_language() or ""
    names = {
        Side.COMPANY: str(rules.company_name(user, request, language)),
        Side.STARTUP: str(request.startup),
    }
    asking, answering = names[Side(request.asked_for)], names[rules.other(request.asked_for)]
    yield Happening(request.asked_at, _("Request for a meeting sent"), asking, request.purpose, url)
    if request.answered_at and request.is_agreed:
        yield Happening(request.answered_at, _("Meeting request accepted"), answering, "", url)
    elif request.answered_at and request.status == RequestStatus.DECLINED:
        why = [request.get_decline_reason_display(), request.decline_text]
        note = "\n".join(each for each in why if each)
        yield Happening(request.answered_at, _("Meeting request declined"), answering, note, url)


def _time(meeting: Meeting) -> Iterator[Happening]:
    span = local_time.span(meeting.starts_at, meeting.ends_at, zone=get_current_timezone_name())
    yield Happening(meeting.published_at, _("Meeting fixed: %(time)s") % {"time": span})


def _ends(requests: list[MeetingRequest]) -> Iterator[Happening]:
    """How a request, a meeting or its time ended, for the sides: what and when, not who recorded it."""
    keys = [str(request.pk) for request in requests]
    given_up = Q(action=f"meetingrequest.{RequestStatus.ACCEPTED}", detail__before__in=BOOKED_REQUEST)
    events = AuditEvent.objects.filter(Q(action__in=ENDS) | given_up, target_type=REQUEST, target_id__in=keys)
    for deed in told(events):
        url = reverse("meetings:detail", kwargs={"pk": int(deed.event.target_id)})
        yield Happening(deed.event.at, deed.what, url=url)
