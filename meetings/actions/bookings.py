"""Booked meetings: made, moved and cancelled. Seats and meeting change together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.facts import Words
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.confirmations import ask_again, ask_to_confirm
from meetings.actions.reports import side_of
from meetings.actions.resources import Key, numbers_of
from meetings.actions.seats import (
    DoubleBooking,
    Slot,
    hold,
    hold_all,
    refuse_taken,
    retake,
    take,
)
from meetings.actions.standing import settle
from meetings.actions.successors import interpreter_for, left_by, officer_for
from meetings.enums import MeetingStatus, ProposalStatus, RequestStatus, SeatStatus
from meetings.free_times import OFFERED, FreeTime, free_times_around, next_free_times
from meetings.interpreter_mail import mail_interpreters
from meetings.intervals import Interval
from meetings.models import Meeting, MeetingRequest
from meetings.monthly import Load, full_sides, full_sides_at
from meetings.telling import tell_freed, tell_pair


class MonthFull(Exception):
    """One side, or both, take on no more meetings in the month; nothing was changed."""

    def __init__(self, loads: list[Load]) -> None:
        self.loads = loads
        super().__init__(", ".join(str(each.organisation) for each in loads))


@transaction.atomic
def book(
    slots: Iterable[Slot], *, now: datetime, by: User, held: dict[Key, int] | None = None
) -> list[Meeting]:
    """Meetings and their seats, and both sides of each are to confirm. `held` are the numbers whose locks are taken.

    Without it the locks of all resources are taken in the one order first: the exclusion constraint alone would
    refuse double bookings too, but two transactions that book several resources each would then deadlock.
    """
    wanted = list(slots)
    resources = held or {}
    if any(key not in resources for each in wanted for key in each.keys):
        resources = hold(wanted)
        if len(wanted) == 1:  # many may want this one: who comes too late is refused soonest so
            refuse_taken(wanted[0], resources)
    meetings = _seated(wanted, resources, now)
    for meeting in meetings:
        move(meeting.request, RequestStatus.SCHEDULED, by=by)
    ask_to_confirm(meetings, now=now)
    return meetings


def _seated(wanted: list[Slot], resources: dict[Key, int], now: datetime) -> list[Meeting]:
    """The meetings of the slots, seated; one whose time was given up takes up its entry in the calendars again."""
    given_up = Meeting.objects.filter(
        request__in=[each.request for each in wanted], status=MeetingStatus.CANCELLED
    )
    found = {each.request_id: each for each in given_up}
    new = [each for each in wanted if each.request.pk not in found]
    made = [_meeting(each, now) for each in new]
    take(made, new, resources)
    for slot in wanted:
        if meeting := found.get(slot.request.pk):
            meeting.request = slot.request
            put(meeting, slot, **_afresh(slot, now))
    return [*made, *(found[each.request.pk] for each in wanted if each.request.pk in found)]


def _afresh(slot: Slot, now: datetime) -> dict[str, object]:
    return {
        "round_id": slot.round_id,
        "status": MeetingStatus.BOOKED,
        "cancel_reason": "",
        "published_at": now,
        "asked_at": None,
        "reminded_at": None,
    }


@contextmanager
def _or_offered(request: MeetingRequest, starts_at: datetime, *, by: User, now: datetime) -> Iterator[None]:
    """All in one transaction; a DoubleBooking names the next free times, in months in which `by` may book.

    They are looked up when the locks are let go: ninety-nine others may wait for them. For the same reason both sides
    have their numbers before: made inside, they would go with each refusal and be made again at the next try.
    """
    numbers_of(Slot(request, starts_at, starts_at).keys)
    try:
        with transaction.atomic():
            yield
    except DoubleBooking as error:
        raise DoubleBooking(_offered(request, starts_at, by, now)) from error


def _offered(request: MeetingRequest, after: datetime, by: User, now: datetime) -> list[FreeTime]:
    """A meeting that is moved is not offered the time that it has."""
    full = full_sides_at(request)
    has = request.meeting.starts_at if request.is_booked else None
    bookable = (
        each
        for each in next_free_times(request, after, now=now)
        if each.start != has and (by.is_officer or not full(each.start))
    )
    return list(islice(bookable, OFFERED))


def book_free_time(
    request: MeetingRequest, starts_at: datetime, *, by: User, link: str = "", now: datetime | None = None
) -> Meeting:
    """Book an accepted request of no round at a time that is free on both sides, and tell them.

    Raises TransitionNotAllowed if the request may not be booked so, DoubleBooking if the time is free no longer (with
    the next ones that are), MonthFull if a side books in a month in which one of the two takes on no more; staff may,
    with its consent. Atomic.
    """
    now = now or timezone.now()
    with _or_offered(request, starts_at, by=by, now=now):
        return _book_free_time(request, starts_at, by=by, link=link, now=now)


def _book_free_time(
    request: MeetingRequest, starts_at: datetime, *, by: User, link: str, now: datetime
) -> Meeting:
    _lock(request)
    if not rules.may_book(request):
        raise TransitionNotAllowed(request, RequestStatus.SCHEDULED)
    held = hold_all(request)
    time = _free(request, starts_at, now, held)
    if not by.is_officer and (full := full_sides(request, time.start)):
        raise MonthFull(full)
    slot = Slot(request, time.start, time.end, interpreter_id=time.interpreter_id, link=link)
    (meeting,) = book([slot], now=now, by=by, held=held)
    tell_pair(Event.MEETING_SCHEDULED, meeting)
    mail_interpreters([meeting], now=now)
    return meeting


def reschedule(
    meeting: Meeting,
    starts_at: datetime,
    *,
    reason: str,
    by: User,
    link: str | None = None,
    now: datetime | None = None,
) -> None:
    """Move a booked meeting to another free time; calendars get an update of the same entry.

    It leaves its room: rooms belong to a round's timetable. Its own link stays unless another one, or none (""), is
    given. Without a reason it is what both sides agreed on. At the time that it has already only the link changes, and
    somebody else comes if whoever interprets no longer can. Raises as `book_free_time` does, but for MonthFull. Atomic.
    """
    now = now or timezone.now()
    with _or_offered(meeting.request, starts_at, by=by, now=now):
        _reschedule(meeting, starts_at, reason=reason, by=by, link=link, now=now)


def _reschedule(
    meeting: Meeting, starts_at: datetime, *, reason: str, by: User, link: str | None, now: datetime
) -> None:
    request = lock_meeting(meeting)
    if not rules.may_move(request):
        raise TransitionNotAllowed(request, RequestStatus.SCHEDULED)
    link = meeting.link if link is None else link
    if starts_at == meeting.starts_at and _as_it_sits(meeting, request):
        if link != meeting.link:
            _join_at(meeting, link, by)
        return
    time = _free(request, starts_at, now, hold_all(request, meeting))
    slot = Slot(
        request,
        time.start,
        time.end,
        interpreter_id=interpreter_for(meeting, time),
        officer_id=officer_for(meeting, Interval(time.start, time.end)),
        link=link,
    )
    before, sat_in, who = meeting.starts_at, meeting.officer, meeting.interpreter_id
    # It is still to be held: who was asked how it went is asked anew, and what was said of the other time goes.
    told, _rows = meeting.reports.all().delete()
    put(meeting, slot, asked_at=None, reminded_at=None)
    ask_again(meeting, request, by=by, now=now)
    audit.record(
        "meeting.moved",
        meeting,
        by=by,
        reason=reason,
        before=before.isoformat(),
        after=time.start.isoformat(),
        reports_deleted=told,
    )
    tell_pair(Event.MEETING_MOVED if reason else Event.MEETING_CHANGED, meeting, reason=reason)
    tell_freed(meeting, sat_in)
    mail_interpreters([meeting], left=left_by(meeting, who), now=now)


@transaction.atomic
def refit(request: MeetingRequest, *, by: User, now: datetime) -> None:
    """Give a booked meeting the length and interpreter that are now agreed, at its start and in its room.

    Raises DoubleBooking when it does not fit there. Inside a transaction that holds the request.
    """
    meeting = Meeting.objects.select_related("request", "interpreter").get(request=request)
    held = hold_all(request, meeting)
    time = _as_it_sits(meeting, request) or _free(request, meeting.starts_at, now, held)
    slot = Slot(
        request,
        time.start,
        time.end,
        room_id=meeting.room_id,
        interpreter_id=interpreter_for(meeting, time),
        officer_id=officer_for(meeting, Interval(time.start, time.end)),
        link=meeting.link,
    )
    sat_in, who = meeting.officer, meeting.interpreter_id
    put(meeting, slot)
    ask_again(meeting, request, by=by, now=now)
    tell_pair(Event.MEETING_CHANGED, meeting)
    tell_freed(meeting, sat_in)
    mail_interpreters([meeting], left=left_by(meeting, who), now=now)


def _as_it_sits(meeting: Meeting, request: MeetingRequest) -> FreeTime | None:
    """At its place, when nobody is needed for longer and whoever interprets can go on: nothing has to be free for it.

    A round may have placed it at times that a side offered outside its usual hours.
    """
    ends_at = meeting.starts_at + timedelta(minutes=request.minutes)
    if ends_at > meeting.ends_at:
        return None
    if rules.interpreted_language(request, request.startup.languages) is None:
        return FreeTime(meeting.starts_at, ends_at)
    who = meeting.interpreter
    if who is None or not rules.can_interpret(who, request):
        return None
    return FreeTime(meeting.starts_at, ends_at, who.pk, (who.pk,))


@transaction.atomic
def set_link(meeting: Meeting, link: str, *, by: User, now: datetime | None = None) -> bool:
    """Where a booked meeting is joined on line: all who take part get the entry of their calendar anew.

    The time stands, so that whoever confirmed it need not again. False, and nobody is told, if nothing changes.
    Raises TransitionNotAllowed once the meeting is over or cancelled.
    """
    request = lock_meeting(meeting)
    if not rules.may_link(request, meeting, now or timezone.now()):
        raise TransitionNotAllowed(request, RequestStatus.SCHEDULED)
    if meeting.video_link == link:
        return False
    _join_at(meeting, link, by)
    return True


def _join_at(meeting: Meeting, link: str, by: User) -> None:
    _change(meeting, link=link)
    audit.record("meeting.linked", meeting, by=by)
    tell_pair(Event.MEETING_LINKED, meeting)


@transaction.atomic
def cancel(
    meeting: Meeting,
    *,
    reason: str | Words,
    by: User | None,
    now: datetime | None = None,
    tells_interpreter: bool = True,
) -> None:
    """A booked meeting does not take place: its seats are free again, all who take part and the office are told why.

    What nobody wrote, but the portal, stands on the meeting's page in both languages. Raises TransitionNotAllowed for
    a side once the meeting has begun, wherever it stood when the page was shown.
    """
    recorded = reason if isinstance(reason, str) else f"{reason.ja}\n{reason.en}"
    request = lock_meeting(meeting)
    if not rules.may_cancel(request, meeting, side_of(by) if by else Side.STAFF, now or timezone.now()):
        raise TransitionNotAllowed(request, RequestStatus.CANCELLED)
    move(request, RequestStatus.CANCELLED, by=by, reason=recorded)
    settle(request, ProposalStatus.ENDED, by=by)
    _free_all(meeting, recorded)
    tell_pair(Event.MEETING_CANCELLED, meeting, reason=reason, also=User.objects.officers())
    if tells_interpreter:
        mail_interpreters([], left=[(meeting.interpreter_id, meeting)], now=now)


@transaction.atomic
def give_up_time(
    meeting: Meeting, *, reason: Words, by: User, now: datetime | None = None, tells_interpreter: bool = True
) -> None:
    """The time goes, the wish to meet stays: the request is accepted again and waits for another time.

    Seats are free, the entry leaves the calendars, and all who take part and the office are told why. What was
    confirmed counts no longer, and a change that was proposed of that meeting is not agreed. Raises
    TransitionNotAllowed once it has begun.
    """
    recorded = f"{reason.ja}\n{reason.en}"
    request = lock_meeting(meeting)
    if not rules.may_give_up_time(request, meeting, now or timezone.now()):
        raise TransitionNotAllowed(request, RequestStatus.ACCEPTED)
    move(request, RequestStatus.ACCEPTED, by=by, reason=recorded, round=None)
    settle(request, ProposalStatus.REFUSED, by=by)
    meeting.confirmations.all().delete()
    meeting.terms.all().delete()
    _free_all(meeting, recorded)
    tell_pair(Event.MEETING_TIME_LOST, meeting, reason=reason, also=User.objects.officers())
    if tells_interpreter:
        mail_interpreters([], left=[(meeting.interpreter_id, meeting)], now=now)


def _free_all(meeting: Meeting, reason: str) -> None:
    """Whoever took part is free then, and the entry leaves the calendars."""
    meeting.seats.update(status=SeatStatus.RELEASED)
    _change(meeting, status=MeetingStatus.CANCELLED, cancel_reason=reason)


def _lock(request: MeetingRequest) -> None:
    """From now on the request is as it stands, and stays so until the end of the transaction."""
    request.refresh_from_db(
        from_queryset=MeetingRequest.objects.select_for_update(of=("self",)).with_parties()
    )


def lock_meeting(meeting: Meeting) -> MeetingRequest:
    """The request of a meeting, locked; the meeting too is as it stands, whatever the page showed."""
    request = meeting.request
    _lock(request)
    meeting.refresh_from_db()
    meeting.request = request
    return request


def _free(request: MeetingRequest, starts_at: datetime, now: datetime, held: dict[Key, int]) -> FreeTime:
    """The free time that begins then, looked up under the locks of all who may take part."""
    slot = Slot(request, starts_at, starts_at + timedelta(minutes=request.minutes))
    refuse_taken(slot, held)
    found = [each for each in free_times_around(request, starts_at, now=now) if each.start == starts_at]
    if not found:
        raise DoubleBooking
    return found[0]


def put(meeting: Meeting, slot: Slot, **more: object) -> None:
    """The meeting and its seats as the slot says."""
    retake(meeting, slot)
    if meeting.period != slot.period or "status" in more:
        more["timed_at"] = timezone.now()
    means = {name: getattr(slot, name) for name in ("room_id", "interpreter_id", "officer_id", "link")}
    _change(meeting, period=slot.period, **means, **more)


def _change(meeting: Meeting, **values: object) -> None:
    """A change that calendars must learn of; as long as the time stands, so does what is known of whom it suits."""
    if "timed_at" not in values:
        meeting.misfits.filter(sequence=meeting.sequence).update(sequence=meeting.sequence + 1)
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.sequence += 1
    meeting.changed_at = timezone.now()
    meeting.save(update_fields=[*values, "sequence", "changed_at"])


def _meeting(slot: Slot, now: datetime) -> Meeting:
    return Meeting(
        request=slot.request,
        round_id=slot.round_id,
        period=slot.period,
        room_id=slot.room_id,
        interpreter_id=slot.interpreter_id,
        officer_id=slot.officer_id,
        link=slot.link,
        published_at=now,
        changed_at=now,
    )
