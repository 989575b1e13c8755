"""Repairing a published timetable: worked out beside it, looked over, and applied as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.facts import Words
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from meetings import rules
from meetings.actions.bookings import book, give_up_time
from meetings.actions.placement import queue_timetable
from meetings.actions.publishing import BoardChanged, slot_of
from meetings.actions.rearranging import rearrange
from meetings.actions.resources import lock_in_order, numbers_of
from meetings.actions.rounds import lock_round
from meetings.actions.seats import Slot
from meetings.enums import MeetingStatus, RoundStatus, TimetableStatus
from meetings.interpreter_mail import mail_interpreters
from meetings.models import BookingSeat, Meeting, MeetingRequest, Placement, Round, Timetable
from meetings.problem import faults_in
from meetings.repair import Change, Kind, booked_in, changes, is_outdated, repair_problem
from meetings.telling import tell, tell_pair
from meetings.timetable_check import Fault


class RepairOutdated(Exception):
    """Something the repair was worked out from has changed since; nothing was applied."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What applying a repair has done: meetings moved, with other means, new; times given up."""

    moved: int
    rearranged: int
    new: int
    given_up: int


@transaction.atomic
def start_repair(round_: Round, *, by: User) -> Timetable:
    """Have a repair worked out in the background. What is published stays; an earlier repair is discarded.

    Raises TransitionNotAllowed if the round is not published, or one is being worked out already.
    """
    locked = lock_round(round_)
    latest = locked.latest
    if locked.status != RoundStatus.PUBLISHED or (latest is not None and latest.in_work):
        raise TransitionNotAllowed(locked, RoundStatus.PUBLISHED)
    if earlier := locked.repair:
        move(earlier, TimetableStatus.DISCARDED, by=by)
    timetable = queue_timetable(locked, by=by, is_repair=True, request_count=len(booked_in(locked)))
    audit.record("round.repair_started", locked, by=by, version=timetable.version)
    return timetable


@transaction.atomic
def discard_repair(timetable: Timetable, *, by: User) -> None:
    """Leave the published timetable as it is. Raises TransitionNotAllowed if the repair was decided on already."""
    lock_round(timetable.round)
    if not timetable.is_repair:
        raise TransitionNotAllowed(timetable, TimetableStatus.DISCARDED)
    move(timetable, TimetableStatus.DISCARDED, by=by)


@transaction.atomic
def apply_repair(
    timetable: Timetable, *, by: User, checked: str | None = None, now: datetime | None = None
) -> Repaired:
    """Move, book and give up as the repair says, and tell everybody concerned; calendars follow by rising numbers.

    `checked` is the fingerprint of the repair that a person looked at, None for a program. Raises RepairOutdated if a
    meeting, somebody's hours or a means has changed since it was worked out, BoardChanged if the reader saw another
    repair, DoubleBooking if the database refuses a seat, TransitionNotAllowed if there is nothing to apply. Atomic in
    every case.
    """
    now = now or timezone.now()
    round_ = lock_round(timetable.round)
    timetable.refresh_from_db(fields=["status"])
    if round_.status != RoundStatus.PUBLISHED or not timetable.is_repair:
        raise TransitionNotAllowed(timetable, TimetableStatus.PUBLISHED)
    if timetable.status != TimetableStatus.DRAFT:
        raise TransitionNotAllowed(timetable, TimetableStatus.PUBLISHED)
    rows = list(timetable.placements.for_board())
    if checked is not None and checked != rules.fingerprint(rows):
        raise BoardChanged
    _hold(rows)
    meetings = booked_in(round_)
    _refuse_outdated(round_, rows, meetings, now)
    found = changes(rows, meetings)
    done = _carry_out(round_, found, by=by, now=now)
    old = round_.timetables.get(status=TimetableStatus.PUBLISHED)
    move(old, TimetableStatus.REPLACED, by=by)
    move(timetable, TimetableStatus.PUBLISHED, by=by)
    audit.record("round.repaired", round_, by=by, moved=done.moved, new=done.new, given_up=done.given_up)
    _tell_office(round_, done)
    return done


def _hold(rows: Sequence[Placement]) -> None:
    """The requests first, then all who take part or will, each in the one order: nobody else books them meanwhile."""
    requests = sorted(each.request_id for each in rows)
    list(MeetingRequest.objects.select_for_update().filter(pk__in=requests).order_by("pk").values_list("pk"))
    slots = [slot_of(each) for each in rows if each.starts_at]
    seats = BookingSeat.objects.filter(meeting__request__in=requests).values_list("resource_id", flat=True)
    lock_in_order({*numbers_of(key for each in slots for key in each.keys).values(), *seats})


def _refuse_outdated(
    round_: Round, rows: Sequence[Placement], meetings: Sequence[Meeting], now: datetime
) -> None:
    """Raise RepairOutdated unless the repair could be worked out like this from how everything stands now."""
    if is_outdated(rows, meetings):
        raise RepairOutdated
    roomless = {str(each.request_id) for each in rows if each.detail.get("roomless")}
    for each in faults_in(repair_problem(round_, now=now), rows):
        may_lack = each.fault == Fault.ROOM_MISSING and set(each.requests) <= roomless
        if not each.locked and not may_lack:
            raise RepairOutdated


def _carry_out(round_: Round, found: Iterable[Change], *, by: User, now: datetime) -> Repaired:
    by_kind: dict[Kind, list[Change]] = {kind: [] for kind in Kind}
    for each in found:
        by_kind[each.kind].append(each)
    for change in by_kind[Kind.LOST]:
        give_up_time(
            _meeting(change), reason=_why_lost(round_, change.row), by=by, now=now, tells_interpreter=False
        )
    moved = [*by_kind[Kind.MOVES], *by_kind[Kind.MEANS]]
    reason = _why_moved(round_)
    had = [(_meeting(each).interpreter_id, _meeting(each)) for each in (*moved, *by_kind[Kind.LOST])]
    rearrange(
        [(_meeting(each), _slot(each)) for each in moved],
        by=by,
        reasons={_meeting(each).pk: reason for each in moved},
        now=now,
    )
    coming = [each.row for each in by_kind[Kind.COMES]]
    MeetingRequest.objects.filter(pk__in=[each.request_id for each in coming]).update(round=round_)
    new = book([slot_of(each) for each in coming], now=now, by=by)
    for meeting in new:
        tell_pair(Event.MEETING_SCHEDULED, meeting)
    left = [
        (who, meeting)
        for who, meeting in had
        if who != meeting.interpreter_id or meeting.status == MeetingStatus.CANCELLED
    ]
    mail_interpreters([*(_meeting(each) for each in moved), *new], left=left, now=now)
    return Repaired(*(len(by_kind[kind]) for kind in (Kind.MOVES, Kind.MEANS, Kind.COMES, Kind.LOST)))


def _meeting(change: Change) -> Meeting:
    if change.meeting is None:
        raise ValueError("the request has no meeting")
    return change.meeting


def _slot(change: Change) -> Slot:
    """Its place in the repair, with the address of its own that the meeting has."""
    slot = slot_of(change.row)
    return Slot(
        _meeting(change).request,
        slot.starts_at,
        slot.ends_at,
        slot.round_id,
        slot.room_id,
        slot.interpreter_id,
        slot.officer_id,
        _meeting(change).link,
    )


def _why_moved(round_: Round) -> Words:
    return Words.of(
        lambda _language: _("The timetable of %(round)s had to be changed.") % {"round": round_.name}
    )


def _why_lost(round_: Round, row: Placement) -> Words:
    return Words.of(
        lambda _language: (
            _("No other time was found in %(round)s (%(reason)s).")
            % {"round": round_.name, "reason": row.get_reason_display()}
        )
    )


def _tell_office(round_: Round, done: Repaired) -> None:
    count = done.moved + done.rearranged + done.new + done.given_up
    tell(
        Event.ROUND_REPAIRED,
        User.objects.officers(),
        link="meetings:round",
        link_kwargs={"pk": round_.pk},
        params=lambda _reader: {"round": round_.name, "meetings": count},
    )
