"""Seats: who and what takes part in a meeting, locked in the one order, taken together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from meetings.actions.resources import Key, lock_in_order, numbers_of
from meetings.actions.successors import officers_of
from meetings.enums import SeatStatus
from meetings.free_times import FreeTime
from meetings.models import BookingSeat, Interpreter, Meeting, MeetingRequest


class DoubleBooking(Exception):
    """Somebody who takes part has meanwhile been booked elsewhere; nothing was changed.

    `offered` are the next times that are free instead, where one time of one pair was wanted.
    """

    def __init__(self, offered: Sequence[FreeTime] = ()) -> None:
        self.offered = tuple(offered)
        super().__init__()


@dataclass(frozen=True, slots=True)
class Slot:
    """When a request meets, and with which means."""

    request: MeetingRequest
    starts_at: datetime
    ends_at: datetime
    round_id: int | None = None
    room_id: int | None = None
    interpreter_id: int | None = None
    officer_id: int | None = None
    link: str = ""

    @property
    def period(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.starts_at, self.ends_at)

    @property
    def keys(self) -> list[Key]:
        """Who and what takes part: the field of `Resource` that names them, and their id there."""
        keys = [
            ("organisation", self.request.company.pk),
            ("organisation", self.request.startup.pk),
            ("room", self.room_id),
            ("interpreter", self.interpreter_id),
            ("officer", self.officer_id),
        ]
        return [(name, pk) for name, pk in keys if pk is not None]


def hold(slots: Iterable[Slot]) -> dict[Key, int]:
    """The numbers of all who take part, their locks taken: until the end, nobody else books them."""
    resources = numbers_of(key for each in slots for key in each.keys)
    lock_in_order(resources.values())
    return resources


def hold_all(request: MeetingRequest, meeting: Meeting | None = None) -> dict[Key, int]:
    """The locks of all who may come to take part, at once and before anybody is looked at: nobody is waited for later.

    Both sides, whoever interprets for the programme or may sit in, and the seats that the meeting has.
    """
    keys = [("organisation", request.company.pk), ("organisation", request.startup.pk)]
    if request.interpreter_wanted:
        active = Interpreter.objects.filter(is_active=True).values_list("pk", flat=True)
        keys += [("interpreter", pk) for pk in active]
    seats: list[int] = []
    if meeting is not None:
        keys += [("officer", pk) for pk in officers_of(meeting)]
        seats = list(meeting.seats.values_list("resource_id", flat=True))
    resources = numbers_of(keys)
    lock_in_order({*resources.values(), *seats})
    return resources


def hold_anew(slot: Slot, meeting: Meeting) -> None:
    """The locks of all who take part in a meeting, and of those who will by the slot."""
    resources = numbers_of(slot.keys)
    seats = meeting.seats.values_list("resource_id", flat=True)
    lock_in_order({*resources.values(), *seats})


def refuse_taken(slot: Slot, resources: dict[Key, int]) -> None:
    """Raise DoubleBooking if somebody of the slot has another meeting then.

    While many want the same, each waits until those before it have let go: one question is over soonest.
    """
    wanted = [resources[key] for key in slot.keys]
    others = BookingSeat.objects.blocking().exclude(meeting__request=slot.request)
    if others.filter(resource__in=wanted, period__overlap=slot.period).exists():
        raise DoubleBooking


def take(meetings: list[Meeting], slots: list[Slot], resources: dict[Key, int]) -> None:
    """New meetings with their seats. Raises DoubleBooking if the database refuses one of them."""
    try:
        with transaction.atomic():
            Meeting.objects.bulk_create(meetings)
            BookingSeat.objects.bulk_create(
                BookingSeat(meeting=meeting, resource_id=resources[key], period=slot.period)
                for slot, meeting in zip(slots, meetings, strict=True)
                for key in slot.keys
            )
    except IntegrityError as error:
        raise _explained(error) from error


def retake(meeting: Meeting, slot: Slot) -> None:
    """Seats at the new time for everybody who takes part; whoever no longer does is free. All of them are held."""
    resources = numbers_of(slot.keys)
    meeting.seats.update(status=SeatStatus.RELEASED)
    try:
        with transaction.atomic():
            for key in slot.keys:
                meeting.seats.update_or_create(
                    resource_id=resources[key],
                    defaults={"period": slot.period, "status": SeatStatus.CONFIRMED},
                )
    except IntegrityError as error:
        raise _explained(error) from error


def _explained(error: IntegrityError) -> Exception:
    return DoubleBooking() if BookingSeat.NO_OVERLAP in str(error) else error
