"""Opening a round, changing its means, collecting requests for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed
from meetings.actions.history import forget_steps_of
from meetings.enums import RequestStatus, RoundStatus
from meetings.models import Interpreter, MeetingRequest, Placement, Room, Round


@transaction.atomic
def open_round(
    *, by: User, rooms: Iterable[str], interpreters: Iterable[Interpreter] = (), **fields: Any
) -> Round:
    """A new round that collects requests, with its rooms by name."""
    round_ = Round.objects.create(created_by=by, **fields)
    _set_rooms(round_, rooms)
    round_.interpreters.set(interpreters)
    audit.record("round.opened", round_, by=by, rooms=list(rooms))
    return round_


@transaction.atomic
def edit_round(
    round_: Round, *, by: User, rooms: Iterable[str], interpreters: Iterable[Interpreter], **fields: Any
) -> None:
    """Change dates, rooms, interpreters or limits while the round is not published nor being placed."""
    locked = lock_round(round_)
    if not locked.is_editable:
        raise TransitionNotAllowed(round_, round_.status)
    Round.objects.filter(pk=round_.pk).update(**fields)
    _set_rooms(round_, rooms)
    round_.interpreters.set(interpreters)
    audit.record("round.edited", round_, by=by, fields=sorted(fields), rooms=list(rooms))


def _set_rooms(round_: Round, names: Iterable[str]) -> None:
    """Rooms in the order given; one that holds a placement stays, however it is named."""
    names = list(names)
    for position, name in enumerate(names):
        Room.objects.update_or_create(round=round_, name=name, defaults={"position": position})
    used = Placement.objects.filter(room__round=round_).values("room")
    Room.objects.filter(round=round_).exclude(name__in=names).exclude(pk__in=used).delete()


def lock_round(round_: Round) -> Round:
    """The round as it stands, held until the transaction ends: its writers come one after the other."""
    return Round.objects.select_for_update().get(pk=round_.pk)


@transaction.atomic
def collect(round_: Round, requests: Iterable[MeetingRequest], *, by: User) -> int:
    """Put accepted requests into the round. Returns how many were free to join it.

    They are locked before they are looked at: whoever proposes a change at this moment comes before or after.
    """
    if lock_round(round_).status not in (RoundStatus.COLLECTING, RoundStatus.CHECKING):
        raise TransitionNotAllowed(round_, RoundStatus.COLLECTING)
    wanted = [each.pk for each in requests]
    list(MeetingRequest.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    count = MeetingRequest.objects.awaiting_round().filter(pk__in=wanted).update(round=round_)
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
    forget_steps_of(request, round_, by=by)
    Placement.objects.filter(request=request, timetable__round=round_).delete()
    MeetingRequest.objects.filter(pk=request.pk).update(round=None)
    audit.record("round.set_aside", request, by=by, round=round_.pk)
