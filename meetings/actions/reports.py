"""A meeting's end: each side says who came and what came of it; what they say alike is how it was."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User, members_of
from matchmaking.core import audit
from matchmaking.core.facts import Words
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.actions import log_decision
from matchmaking.matches.enums import DecisionKind, Side
from meetings import rules
from meetings.enums import RequestStatus
from meetings.models import Meeting, MeetingReport, MeetingRequest
from meetings.telling import pair_names, tell

# A working day and a weekend: whoever has not answered by then is asked once more.
REMIND_AFTER = timedelta(days=3)
SIDES = {OrganisationKind.COMPANY: Side.COMPANY, OrganisationKind.STARTUP: Side.STARTUP}


@dataclass(frozen=True, slots=True)
class Telling:
    """What one side says; a next step has its text, who does it and by when, or nothing of the three.

    A kind of cooperation may be wished where cooperation is possible.
    """

    company_came: bool
    startup_came: bool
    outcome: str
    wished_mode: str = ""
    rating: int | None = None
    comment: str = ""
    reason: str = ""
    next_step: str = ""
    next_owner: str = ""
    next_on: date | None = None


def side_of(user: User) -> Side:
    """For whom the person speaks: their organisation, or the programme office."""
    if user.organisation is None:
        return Side.STAFF
    return SIDES[OrganisationKind(user.organisation.kind)]


@transaction.atomic
def report(meeting: Meeting, telling: Telling, *, by: User, now: datetime | None = None) -> MeetingReport:
    """Say how a meeting ended, or say it anew; once it is clear whether they met, the request says so.

    The programme office is told when the sides differ. Raises TransitionNotAllowed before the meeting's end, and
    for a side that wants to change its report after that.
    """
    now, side = now or timezone.now(), side_of(by)
    request = MeetingRequest.objects.select_for_update(of=("self",)).with_parties().get(pk=meeting.request_id)
    if not rules.may_report(request, meeting, side, now):
        raise TransitionNotAllowed(request, RequestStatus.HELD)
    told, _is_new = MeetingReport.objects.update_or_create(
        meeting=meeting, side=side, defaults={**asdict(telling), "by": by, "at": now}
    )
    audit.record(
        "meeting.reported", meeting, by=by, side=side, outcome=telling.outcome, reason=telling.reason
    )
    _settle(request, meeting, by)
    if side == Side.STAFF:
        _tell_decided(request, told)
    return told


def _tell_decided(request: MeetingRequest, decided: MeetingReport) -> None:
    """What staff recorded holds: both sides read it, and why."""
    tell(
        Event.MEETING_END_DECIDED,
        chain(members_of(request.company), members_of(request.startup)),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {
            **pair_names(request, reader),
            "deed": Words.of(lambda _language: who_came(decided)),
            "reason": decided.reason,
        },
    )


def who_came(report: MeetingReport) -> str:
    """The two facts in one sentence."""
    if report.both_came:
        return _("Both sides came")
    if report.company_came:
        return _("The firm came, the startup did not")
    if report.startup_came:
        return _("The startup came, the firm did not")
    return _("Neither side came")


def _settle(request: MeetingRequest, meeting: Meeting, by: User) -> None:
    reports = list(MeetingReport.objects.filter(meeting=meeting))
    end = rules.end_of(reports)
    if end is not None and end != request.status and (request.is_booked or side_of(by) == Side.STAFF):
        move(request, end, by=by)
        log_decision(request.match, DecisionKind(end), side=side_of(by))
    elif end is None and rules.differ(reports):
        _tell(Event.MEETING_ENDS_DIFFER, request, list(User.objects.officers()))


def ask_how_it_went(*, now: datetime) -> int:
    """Ask both sides of every meeting that is over, and once more whoever stays silent. Returns how many meetings."""
    over = Meeting.objects.without_end(now)
    asked = [_ask(each, now, again=False) for each in over.filter(asked_at=None)]
    late = over.filter(asked_at__lte=now - REMIND_AFTER, reminded_at=None)
    return sum([*asked, *(_ask(each, now, again=True) for each in late)])


@transaction.atomic
def _ask(meeting: Meeting, now: datetime, *, again: bool) -> bool:
    mark = "reminded_at" if again else "asked_at"
    if not Meeting.objects.filter(pk=meeting.pk, **{mark: None}).update(**{mark: now}):
        return False  # another beat was faster
    request = MeetingRequest.objects.with_parties().get(pk=meeting.request_id)
    told = set(meeting.reports.values_list("side", flat=True))
    sides: list[tuple[Side, Organisation]] = [
        (Side.COMPANY, request.company),
        (Side.STARTUP, request.startup),
    ]
    silent = [person for side, who in sides if side not in told for person in members_of(who)]
    _tell(Event.MEETING_END_REMINDED if again else Event.MEETING_END_ASKED, request, silent)
    return True


def _tell(event: Event, request: MeetingRequest, readers: list[User]) -> None:
    tell(
        event,
        readers,
        link="meetings:report",
        link_kwargs={"pk": request.pk},
        params=lambda reader: pair_names(request, reader),
    )
