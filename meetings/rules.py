"""When something may happen: predicates of a few lines, testable on unsaved objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.enums import OrganisationKind
from accounts.rules import name_of
from matchmaking.core.enums import Language
from matchmaking.core.working_days import dates
from matchmaking.matches.enums import MatchStatus, Side
from meetings import hours
from meetings.enums import ENDED_REQUEST, OPEN_REQUEST, Ask, Lead, RequestStatus, RoundStatus
from meetings.timetable_check import Fault

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import Organisation, User
    from matchmaking.matches.models import Match
    from meetings.hours import Calendar
    from meetings.models import (
        Interpreter,
        Meeting,
        MeetingReport,
        MeetingRequest,
        Placement,
        Proposal,
        Round,
    )
    from meetings.timetable_check import Violation

SIDES = (Side.COMPANY, Side.STARTUP)
ASKABLE_MATCH = (MatchStatus.DISCLOSED, MatchStatus.INTERESTED)
# A startup that said no is not asked again; after a lapse, a withdrawal or a meeting it may be.
NOT_AGAIN = (*OPEN_REQUEST, RequestStatus.DECLINED)
# The nearest first: whoever is reminded in the last hour need not hear of tomorrow.
# In working days left to answer, the day itself not counted.
ASKS = ((Ask.LAST, 1), (Ask.SOON, 3))
LEADS = ((Lead.HOUR, timedelta(hours=1)), (Lead.DAY, timedelta(days=1)))
# Two meetings at once are refused by the database too, whoever locked them.
CLASHES = frozenset(
    {
        Fault.CLASH,
        Fault.ROOM_CLASH,
        Fault.INTERPRETER_CLASH,
        Fault.OFFICER_CLASH,
        Fault.PLACED_TWICE,
        Fault.UNKNOWN_REQUEST,
    }
)


def may_request(match: Match, earlier: Iterable[MeetingRequest]) -> bool:
    """Whether the firm may ask for a meeting: the match is disclosed to it and no answer stands against it."""
    published = match.company.organisation.is_published and match.startup.organisation.is_published
    return published and match.status in ASKABLE_MATCH and not any(r.status in NOT_AGAIN for r in earlier)


def may_withdraw(request: MeetingRequest, side: str) -> bool:
    """Who asked while there is no answer, then either side until a time is fixed: that one is cancelled instead."""
    if request.status == RequestStatus.REQUESTED:
        return side == request.asked_for
    return request.status == RequestStatus.ACCEPTED and side in SIDES


def may_book(request: MeetingRequest) -> bool:
    """Outside rounds: accepted, and not collected for a round, where the timetable finds the time."""
    return request.status == RequestStatus.ACCEPTED and request.round_id is None


def may_move(request: MeetingRequest) -> bool:
    return request.is_booked


def may_cancel(request: MeetingRequest, meeting: Meeting | None, side: Side, now: datetime) -> bool:
    """A side until it begins: after that it says who came. Staff until it is known whether they met."""
    return request.is_booked and meeting is not None and (side == Side.STAFF or meeting.starts_at > now)


def may_give_up_time(request: MeetingRequest, meeting: Meeting, now: datetime) -> bool:
    """Whether a booked time may go while the request stays: not once the meeting has begun."""
    return request.is_booked and meeting.starts_at > now


def may_link(request: MeetingRequest, meeting: Meeting | None, now: datetime) -> bool:
    """The address of a booked meeting may change until it is over: it may fail while they wait in it."""
    return request.is_booked and meeting is not None and meeting.ends_at > now


def may_seat_officer(request: MeetingRequest, meeting: Meeting | None, now: datetime) -> bool:
    """Who sits in may change until the meeting is over: somebody may have to step in at the last moment.

    Not where the round lets no officer attend: its next repair would send whoever comes away again.
    """
    if not request.is_booked or meeting is None or meeting.ends_at <= now:
        return False
    return meeting.round is None or meeting.round.officer_attends


def lacks_officer(request: MeetingRequest, meeting: Meeting | None, now: datetime) -> bool:
    """Whether the officer whom the round promised has left, and nobody has come instead."""
    if meeting is None or meeting.round is None or meeting.officer_id is not None:
        return False
    return may_seat_officer(request, meeting, now)


def may_change_times(request: MeetingRequest, meeting: Meeting | None, now: datetime) -> bool:
    """Whether its sides may still change what they ticked for its round, which is published."""
    return (
        request.is_booked
        and meeting is not None
        and meeting.round is not None
        and meeting.round.status == RoundStatus.PUBLISHED
        and meeting.starts_at > now
    )


def may_report(request: MeetingRequest, meeting: Meeting, side: Side, now: datetime) -> bool:
    """Once the meeting's time is over: a side until it is known whether they met, staff also afterwards."""
    if request.status in ENDED_REQUEST:
        return side == Side.STAFF or not any(each.side == side for each in meeting.reports.all())
    return request.is_booked and meeting.ends_at <= now


def reminder_due(meeting: Meeting, now: datetime) -> Lead | None:
    """The reminder for this moment, if there is one: not of a time that was fixed later than its lead."""
    for lead, ahead in LEADS:
        begins = meeting.starts_at - ahead
        if begins <= now < meeting.starts_at:
            return lead if meeting.changed_at <= begins else None
    return None


def ask_due(calendar: Calendar, answer_by: date, now: datetime) -> Ask | None:
    """Which asking for free times falls to this moment, counted in working days that are left after today.

    Nobody is asked out of working hours, nor after the last day to answer.
    """
    today = hours.local_date(calendar.zone, now)
    if today > answer_by or not _is_at_work(calendar, now):
        return None
    left = sum(hours.is_working_day(calendar, day) for day in dates(today + timedelta(days=1), answer_by))
    return next((ask for ask, days in ASKS if left <= days), Ask.FIRST)


def answer_due(calendar: Calendar, since: datetime, until: datetime, now: datetime) -> bool:
    """Whether to remind of an answer: at work, when one working day at most is left after today.

    Nobody is reminded on the day on which they were asked.
    """
    today = hours.local_date(calendar.zone, now)
    if now >= until or hours.local_date(calendar.zone, since) >= today or not _is_at_work(calendar, now):
        return False
    last = hours.local_date(calendar.zone, until)
    return sum(hours.is_working_day(calendar, day) for day in dates(today + timedelta(days=1), last)) <= 1


def _is_at_work(calendar: Calendar, now: datetime) -> bool:
    today = hours.local_date(calendar.zone, now)
    return any(each.start <= now < each.end for each in hours.day_intervals(calendar, today))


def end_of(reports: Iterable[MeetingReport]) -> RequestStatus | None:
    """Whether they met: as staff decided, else as both sides say alike; None while one is silent or they differ."""
    told = {each.side: each for each in reports}
    if staff := told.get(Side.STAFF):
        return RequestStatus.HELD if staff.both_came else RequestStatus.NO_SHOW
    company, startup = told.get(Side.COMPANY), told.get(Side.STARTUP)
    if company is None or startup is None or differ(told.values()):
        return None
    return RequestStatus.HELD if company.both_came else RequestStatus.NO_SHOW


def differ(reports: Iterable[MeetingReport]) -> bool:
    """Whether the two sides say different things of who came."""
    facts = {(each.company_came, each.startup_came) for each in reports if each.side != Side.STAFF}
    return len(facts) > 1


def may_answer(request: MeetingRequest, side: str = Side.STARTUP) -> bool:
    """Whether the request waits for this side's answer."""
    return request.status == RequestStatus.REQUESTED and request.turn == side


def may_decline(request: MeetingRequest, side: str | None = None) -> bool:
    """Whoever was asked may say no as long as nothing is agreed, also while its own proposal waits for an answer."""
    return request.status == RequestStatus.REQUESTED and side in (None, other(request.asked_for))


def standing(request: MeetingRequest, proposal: Proposal | None) -> str:
    """How the talk about a meeting stands, so that a page can say what it showed."""
    return f"{request.status}-{proposal.pk if proposal else 0}"


def may_change(request: MeetingRequest, now: datetime) -> bool:
    """Whether what was agreed is open to proposals: not while a round looks for its time, nor shortly before it."""
    if request.is_booked:
        meeting: Meeting | None = getattr(request, "meeting", None)
        return meeting is not None and now <= last_change(meeting)
    return may_book(request)


def last_change(meeting: Meeting) -> datetime:
    """Until when time, length, language and interpreter of a booked meeting can be changed."""
    return last_change_before(meeting.starts_at)


def last_change_before(start: datetime) -> datetime:
    return start - timedelta(hours=settings.BOOKING_LEAD_HOURS)


def may_keep(request: MeetingRequest, now: datetime) -> bool:
    """Whether a proposal may still be answered with "as agreed": up to the meeting itself, which needs no preparing."""
    if request.is_booked:
        meeting: Meeting | None = getattr(request, "meeting", None)
        return meeting is not None and meeting.starts_at > now
    return may_book(request)


def may_propose(request: MeetingRequest, side: str, proposal: Proposal | None, now: datetime) -> bool:
    """Before an answer whoever must answer; later either side that has no proposal of its own open."""
    if request.status == RequestStatus.REQUESTED:
        return request.turn == side
    return may_change(request, now) and (proposal is None or proposal.side != side)


def may_take_back(request: MeetingRequest, side: str, proposal: Proposal | None, now: datetime) -> bool:
    """Whoever proposed a change of what was agreed, as long as nobody has answered: nothing changes by it."""
    return (
        proposal is not None
        and proposal.side == side
        and request.status != RequestStatus.REQUESTED
        and may_keep(request, now)
    )


def organisation_of(request: MeetingRequest, side: str) -> Organisation:
    """Who stands on that side of the request."""
    return request.company if side == Side.COMPANY else request.startup


def other(side: str) -> Side:
    return Side.STARTUP if side == Side.COMPANY else Side.COMPANY


def may_confirm(request: MeetingRequest, meeting: Meeting, now: datetime) -> bool:
    """A time stands, and it is still to come."""
    return request.status == RequestStatus.SCHEDULED and meeting.starts_at > now


def may_name_attendees(request: MeetingRequest, side: str) -> bool:
    """Until the meeting is over: who asked from the request on, the other side once it has accepted."""
    return request.status in OPEN_REQUEST and (side == request.asked_for or request.is_agreed)


def may_place(round_: Round) -> bool:
    return round_.status in (RoundStatus.COLLECTING, RoundStatus.CHECKING)


def blocks_publishing(violation: Violation) -> bool:
    """A clash always; anything else unless staff locked every meeting it is about."""
    return violation.fault in CLASHES or not violation.locked


def fingerprint(board: Iterable[Placement], left: Iterable[MeetingRequest] = ()) -> str:
    """Of all that is published: who meets whom, when, for how long, where, with which interpreter and officer.

    Two boards with the same fingerprint send the same notices; locks and reasons are not part of it. `left` are the
    requests without a place, of which some may have joined the round too late for a row on the board.
    """
    rows = list(board)
    places = sorted(
        (
            each.request_id,
            each.starts_at.isoformat() if each.starts_at else "",
            each.request.minutes,
            each.room_id or 0,
            each.room.link if each.room else "",
            each.interpreter_id or 0,
            each.officer_id or 0,
        )
        for each in rows
    )
    late = sorted({each.pk for each in left} - {each.request_id for each in rows})
    return sha256(repr((places, late)).encode()).hexdigest()


def interpreted_language(request: MeetingRequest, startup_languages: Iterable[str]) -> str | None:
    """The language interpreted to and from Japanese, None if no interpreter is wanted.

    A meeting "in Japanese" with an interpreter is for a startup that speaks something else.
    """
    if not request.interpreter_wanted:
        return None
    if request.language != Language.JAPANESE:
        return request.language
    return next((each for each in startup_languages if each != Language.JAPANESE), Language.ENGLISH.value)


def interpreted_field(request: MeetingRequest) -> str:
    """The field the two talk about: that of the firm's challenge if the startup works in it too, else the first shared.

    Empty if they share none: then the language alone decides. Reads what `with_parties` fetches.
    """
    theirs = request.startup.fields
    known = (request.match.challenge.field, *request.company.fields)
    return next((each for each in known if each in theirs), "")


def can_interpret(interpreter: Interpreter, request: MeetingRequest) -> bool:
    """Whether they work for the programme and know language and field; anybody does where no interpreter is wanted."""
    language = interpreted_language(request, request.startup.languages)
    if language is None:
        return True
    knows_field = not interpreter.fields or interpreted_field(request) in ("", *interpreter.fields)
    return interpreter.is_active and language in interpreter.languages and knows_field


def knows_company(user: User, request: MeetingRequest) -> bool:
    """Whether the reader may be told the firm's name: not a startup that has not accepted, if the firm said so."""
    organisation = user.organisation
    if organisation is None or organisation.kind != OrganisationKind.STARTUP:
        return True
    return request.is_agreed or request.match.company.name_disclosed


def company_name(user: User, request: MeetingRequest, language: str) -> str:
    """The firm as the reader may know it: its name, or what kind of firm it is and where."""
    if knows_company(user, request):
        return name_of(request.company, language)
    return request.match.company.summary_name()
