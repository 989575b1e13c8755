"""Publishing a timetable: meetings, seats and invitations, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from accounts.models import User
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from meetings import rules
from meetings.actions.rounds import lock_round
from meetings.enums import RequestStatus, RoundStatus, TimetableStatus
from meetings.models import BookingSeat, Meeting, MeetingRequest, Placement, Resource, Timetable
from meetings.problem import faults
from meetings.telling import tell, tell_pair_scheduled
from meetings.timetable_check import Violation

# First half of the two-part advisory lock keys; the second is the resource's number.
LOCK_SPACE = 7


class PublishingBlocked(Exception):
    """Clashes remain that must be solved first."""

    def __init__(self, found: list[Violation]) -> None:
        self.found = found
        super().__init__(f"{len(found)} faults")


class DoubleBooking(Exception):
    """Somebody in the timetable has meanwhile been booked elsewhere; nothing was published."""


@transaction.atomic
def publish(timetable: Timetable, *, by: User, now: datetime | None = None) -> list[Meeting]:
    """Book every placed request and tell both sides, each in its own time. Unplaced ones wait for a next round.

    Raises PublishingBlocked while clashes remain, DoubleBooking if the database refuses a seat, and
    TransitionNotAllowed if this is not the draft that staff are checking. Atomic in every case.
    """
    now = now or timezone.now()
    round_ = lock_round(timetable.round)
    if round_.status != RoundStatus.CHECKING:
        raise TransitionNotAllowed(round_, RoundStatus.PUBLISHED)
    rows = list(timetable.placements.for_board())
    remaining = [each for each in faults(round_, rows, now=now) if rules.blocks_publishing(each)]
    if remaining:
        raise PublishingBlocked(remaining)
    move(timetable, TimetableStatus.PUBLISHED, by=by)
    move(round_, RoundStatus.PUBLISHED, by=by)
    meetings = book([each for each in rows if each.starts_at], now=now, by=by)
    MeetingRequest.objects.placeable_in(round_).update(round=None)
    for meeting in meetings:
        tell_pair_scheduled(meeting)
    _tell_office(timetable, meetings)
    return meetings


def book(placements: Iterable[Placement], *, now: datetime, by: User) -> list[Meeting]:
    """Meetings and their seats. Takes the advisory locks of all resources in sorted order first.

    The exclusion constraint alone would refuse double bookings too, but two transactions that book several
    resources each would then deadlock.
    """
    rows = list(placements)
    resources = _resources(rows)
    _lock_resources(resources.values())
    meetings = [_meeting(each, now) for each in rows]
    try:
        with transaction.atomic():
            Meeting.objects.bulk_create(meetings)
            BookingSeat.objects.bulk_create(
                seat
                for row, meeting in zip(rows, meetings, strict=True)
                for seat in _seats(row, meeting, resources)
            )
    except IntegrityError as error:
        if BookingSeat.NO_OVERLAP in str(error):
            raise DoubleBooking from error
        raise
    for meeting in meetings:
        move(meeting.request, RequestStatus.SCHEDULED, by=by)
    return meetings


def _meeting(placement: Placement, now: datetime) -> Meeting:
    return Meeting(
        request=placement.request,
        round_id=placement.timetable.round_id,
        period=DateTimeTZRange(placement.starts_at, placement.ends_at),
        room=placement.room,
        interpreter=placement.interpreter,
        published_at=now,
    )


def _keys(placement: Placement) -> list[tuple[str, int]]:
    """Who and what takes part: the field of `Resource` that names them, and their id there."""
    keys = [
        ("organisation", placement.request.company.pk),
        ("organisation", placement.request.startup.pk),
        ("room", placement.room_id),
        ("interpreter", placement.interpreter_id),
    ]
    return [(name, pk) for name, pk in keys if pk is not None]


def _resources(placements: Iterable[Placement]) -> dict[tuple[str, int], int]:
    """The number of every resource taken part in; those booked for the first time get one."""
    found: dict[tuple[str, int], int] = {}
    wanted = sorted({key for each in placements for key in _keys(each)})
    for name in ("organisation", "room", "interpreter"):
        ids = [pk for kind, pk in wanted if kind == name]
        Resource.objects.bulk_create([Resource(**{f"{name}_id": pk}) for pk in ids], ignore_conflicts=True)
        rows = Resource.objects.filter(**{f"{name}__in": ids}).values_list(name, "pk")
        found.update({(name, pk): resource for pk, resource in rows})
    return found


def _lock_resources(numbers: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s, number) from unnest(%s::int[]) as number",
            [LOCK_SPACE, sorted(numbers)],
        )


def _seats(
    placement: Placement, meeting: Meeting, resources: dict[tuple[str, int], int]
) -> list[BookingSeat]:
    return [
        BookingSeat(meeting=meeting, resource_id=resources[key], period=meeting.period)
        for key in _keys(placement)
    ]


def _tell_office(timetable: Timetable, meetings: list[Meeting]) -> None:
    tell(
        Event.ROUND_PUBLISHED,
        User.objects.officers(),
        link="meetings:round",
        link_kwargs={"pk": timetable.round_id},
        params=lambda _reader: {"round": timetable.round.name, "meetings": len(meetings)},
    )
