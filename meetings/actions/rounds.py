"""Opening a round, changing its means, collecting requests for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed, move
from meetings.actions.history import forget_steps_of
from meetings.busy import JAPAN_TIME
from meetings.enums import RequestStatus, RoundStatus, TimetableStatus
from meetings.hours import local_date
from meetings.models import Interpreter, MeetingRequest, Placement, Room, Round, Shift


@transaction.atomic
def open_round(
    *,
    by: User,
    rooms: Iterable[str],
    room_links: Mapping[str, str] | None = None,
    interpreters: Iterable[Interpreter] = (),
    officers: Iterable[User] = (),
    **fields: Any,
) -> Round:
    """A new round that collects requests, with its rooms by name and the addresses by which some are joined."""
    round_ = Round.objects.create(created_by=by, **fields)
    _set_rooms(round_, rooms, room_links)
    round_.interpreters.set(interpreters)
    round_.officers.set(officers)
    audit.record("round.opened", round_, by=by, rooms=list(rooms))
    return round_


@transaction.atomic
def edit_round(
    round_: Round,
    *,
    by: User,
    rooms: Iterable[str],
    interpreters: Iterable[Interpreter],
    room_links: Mapping[str, str] | None = None,
    officers: Iterable[User] = (),
    **fields: Any,
) -> None:
    """Change dates, lengths, rooms, people or limits while the round is neither being placed nor over.

    What is published stays as it is until a repair. Raises TransitionNotAllowed too if a request in the round is of a
    length that it would no longer hold.
    """
    locked = lock_round(round_)
    lengths = fields.get("lengths", locked.lengths)
    if not locked.takes_means or MeetingRequest.objects.of_other_length(round_, lengths).exists():
        raise TransitionNotAllowed(round_, round_.status)
    Round.objects.filter(pk=round_.pk).update(**fields, changed_at=timezone.now())
    _set_rooms(round_, rooms, room_links)
    round_.interpreters.set(interpreters)
    Shift.objects.filter(round=round_).exclude(interpreter__rounds=round_).delete()
    round_.officers.set(officers)
    audit.record("round.edited", round_, by=by, fields=sorted(fields), rooms=list(rooms))


def _set_rooms(round_: Round, names: Iterable[str], links: Mapping[str, str] | None) -> None:
    """Rooms in the order given; one left out that holds a placement is closed. Without `links` those stay."""
    names = list(names)
    for position, name in enumerate(names):
        values: dict[str, Any] = {"position": position, "is_open": True} | (
            {} if links is None else {"link": links.get(name, "")}
        )
        Room.objects.update_or_create(round=round_, name=name, defaults=values)
    used = Placement.objects.filter(room__round=round_).values("room")
    gone = Room.objects.filter(round=round_).exclude(name__in=names)
    gone.filter(pk__in=used).update(is_open=False)
    gone.exclude(pk__in=used).delete()


def finish_rounds(*, now: datetime) -> int:
    """Published rounds whose last day is over in Japan are finished. Returns how many.

    A repair that nobody decided on is discarded; while one is worked out the round waits.
    """
    over = Round.objects.filter(status=RoundStatus.PUBLISHED, last_day__lt=local_date(JAPAN_TIME, now))
    return sum(_finish(each) for each in over.order_by("pk"))


@transaction.atomic
def _finish(round_: Round) -> bool:
    locked = lock_round(round_)
    latest = locked.latest
    if locked.status != RoundStatus.PUBLISHED or (latest is not None and latest.in_work):
        return False
    if repair := locked.repair:
        move(repair, TimetableStatus.DISCARDED, by=None)
    move(locked, RoundStatus.HELD, by=None)
    return True


def lock_round(round_: Round) -> Round:
    """The round as it stands, held until the transaction ends: its writers come one after the other."""
    return Round.objects.select_for_update().get(pk=round_.pk)


def lock_round_of(request: MeetingRequest) -> Round | None:
    """The round that the request is in by now, held. Taken before the request's own row, as collecting does."""
    return Round.objects.select_for_update(of=("self",)).filter(requests=request.pk).first()


@transaction.atomic
def leave_boards(request: MeetingRequest, round_: Round | None, *, by: User | None) -> None:
    """Nothing of it stays on a board that may yet be published, by undo too, nor among the steps to take back."""
    if round_ is not None:
        forget_steps_of(request, round_, by=by)
    Placement.objects.filter(request=request).exclude(timetable__status=TimetableStatus.PUBLISHED).delete()


@transaction.atomic
def collect(round_: Round, requests: Iterable[MeetingRequest], *, by: User) -> int:
    """Put accepted requests of a length that it holds into the round. Returns how many were free to join it.

    They are locked before they are looked at: whoever proposes a change at this moment comes before or after.
    """
    locked = lock_round(round_)
    if locked.status not in (RoundStatus.COLLECTING, RoundStatus.CHECKING):
        raise TransitionNotAllowed(round_, RoundStatus.COLLECTING)
    wanted = [each.pk for each in requests]
    list(MeetingRequest.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    free = MeetingRequest.objects.awaiting_round().filter(pk__in=wanted, minutes__in=locked.lengths)
    count = free.update(round=round_)
    audit.record("round.collected", round_, by=by, requests=wanted, joined=count)
    return count


@transaction.atomic
def set_aside(request: MeetingRequest, *, by: User) -> None:
    """Take a request out of its round; it waits for another one."""
    if request.round is None or request.status != RequestStatus.ACCEPTED:
        raise TransitionNotAllowed(request, RequestStatus.ACCEPTED)
    round_ = lock_round(request.round)
    if not round_.is_editable:
        raise TransitionNotAllowed(round_, round_.status)
    leave_boards(request, round_, by=by)
    MeetingRequest.objects.filter(pk=request.pk).update(round=None)
    audit.record("round.set_aside", request, by=by, round=round_.pk)
