"""Publishing a timetable: meetings, seats and invitations, all of them or none."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from django.db import transaction
from django.utils import timezone

from accounts.models import User, members_of
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from meetings import rules
from meetings.actions.bookings import book
from meetings.actions.rounds import lock_round
from meetings.actions.seats import Slot, hold
from meetings.enums import RoundStatus, TimetableStatus
from meetings.interpreter_mail import mail_interpreters
from meetings.models import Meeting, MeetingRequest, Placement, Round, Timetable
from meetings.problem import faults
from meetings.telling import pair_names, tell, tell_pair
from meetings.timetable_check import Violation


class PublishingBlocked(Exception):
    """Clashes remain that must be solved first."""

    def __init__(self, found: list[Violation]) -> None:
        self.found = found
        super().__init__(f"{len(found)} faults")


class BoardChanged(Exception):
    """A colleague changed the board after it was checked; nothing was published."""


@transaction.atomic
def publish(
    timetable: Timetable, *, by: User, checked: str | None = None, now: datetime | None = None
) -> list[Meeting]:
    """Book every placed request and tell both sides, each in its own time. Of unplaced ones they read that they wait.

    `checked` is the fingerprint of the board that a person looked at; None is for a program, which looks at nothing.
    Raises BoardChanged if the board is another one by now, PublishingBlocked while clashes remain, DoubleBooking if
    the database refuses a seat, and TransitionNotAllowed if this is not the draft that staff are checking. Atomic in
    every case.
    """
    now = now or timezone.now()
    round_ = lock_round(timetable.round)
    if round_.status != RoundStatus.CHECKING:
        raise TransitionNotAllowed(round_, RoundStatus.PUBLISHED)
    rows = list(timetable.placements.for_board())
    left = list(MeetingRequest.objects.left_by(timetable).with_parties().order_by("pk"))
    if checked is not None and checked != rules.fingerprint(rows, left):
        raise BoardChanged
    slots = [slot_of(each) for each in rows if each.starts_at]
    # From here on nobody fills a month or takes a time that the check has found free.
    held = hold(slots)
    remaining = [each for each in faults(round_, rows, now=now) if rules.blocks_publishing(each)]
    if remaining:
        raise PublishingBlocked(remaining)
    move(timetable, TimetableStatus.PUBLISHED, by=by)
    move(round_, RoundStatus.PUBLISHED, by=by)
    meetings = book(slots, now=now, by=by, held=held)
    MeetingRequest.objects.placeable_in(round_).update(round=None)
    for meeting in meetings:
        tell_pair(Event.MEETING_SCHEDULED, meeting)
    mail_interpreters(meetings, now=now)
    for request in left:
        _tell_unplaced(request, round_)
    _tell_office(timetable, meetings)
    return meetings


def slot_of(placement: Placement) -> Slot:
    """What a placed row of a timetable is booked as."""
    if placement.starts_at is None or placement.ends_at is None:
        raise ValueError("only what is placed can be booked")
    return Slot(
        placement.request,
        placement.starts_at,
        placement.ends_at,
        round_id=placement.timetable.round_id,
        room_id=placement.room_id,
        interpreter_id=placement.interpreter_id,
        officer_id=placement.officer_id,
    )


def _tell_unplaced(request: MeetingRequest, round_: Round) -> None:
    tell(
        Event.REQUEST_UNPLACED,
        chain(members_of(request.company), members_of(request.startup)),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {**pair_names(request, reader), "round": round_.name},
    )


def _tell_office(timetable: Timetable, meetings: list[Meeting]) -> None:
    tell(
        Event.ROUND_PUBLISHED,
        User.objects.officers(),
        link="meetings:round",
        link_kwargs={"pk": timetable.round_id},
        params=lambda _reader: {"round": timetable.round.name, "meetings": len(meetings)},
    )
