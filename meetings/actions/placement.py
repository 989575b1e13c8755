"""Working out a round's timetable, and changing it by hand.

The placement runs as two jobs, so that staff see its stages: `gather` counts what there is to place and
commits; `work_out` solves, has the result checked independently and stores it, all or nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit, jobs
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from meetings import timetable as plain
from meetings.actions.history import note_change, note_placement, standing
from meetings.actions.rounds import lock_round
from meetings.actions.watching import Watcher
from meetings.enums import Fixed, RoundStatus, StepKind, TimetableStatus
from meetings.ledger import shared_starts
from meetings.models import Placement, Round, Timetable
from meetings.problem import (
    BOOKED_WEIGHT,
    RoundProblem,
    moves,
    number,
    reason_detail,
    requests_of,
    round_problem,
)
from meetings.repair import repair_problem
from meetings.scheduler import make_timetable
from meetings.telling import tell
from meetings.timetable_check import Violation, violations

PLACE, SOLVE = "meetings.place_round", "meetings.solve_timetable"


class TimetableRefused(Exception):
    """The independent checker found a fault in a fresh timetable: nobody gets to see it."""

    def __init__(self, found: list[Violation]) -> None:
        super().__init__("; ".join(f"{each.fault} {each.requests} {each.subject}" for each in found[:5]))


@transaction.atomic
def start_placement(round_: Round, *, by: User) -> Timetable:
    """Have the round's timetable worked out in the background. Locked meetings will stay where they are."""
    lock_round(round_)
    move(round_, RoundStatus.PLACING, by=by)
    return queue_timetable(round_, by=by, request_count=len(requests_of(round_)))


@transaction.atomic
def queue_timetable(round_: Round, *, by: User, **more: Any) -> Timetable:
    """The round's next version, to be worked out by a worker. The caller holds the round."""
    last = round_.latest
    version = last.version + 1 if last else 1
    timetable = Timetable.objects.create(round=round_, version=version, created_by=by, **more)
    jobs.enqueue(PLACE, dedupe_key=f"place:{timetable.pk}", timetable_id=timetable.pk)
    return timetable


def _draft_before(timetable: Timetable) -> Timetable | None:
    earlier = Timetable.objects.filter(round_id=timetable.round_id, version__lt=timetable.version)
    return earlier.filter(status=TimetableStatus.DRAFT).order_by("-version").first()


def _problem(timetable: Timetable, now: datetime) -> RoundProblem:
    if timetable.is_repair:
        return repair_problem(timetable.round, now=now)
    draft = _draft_before(timetable)
    current = list(draft.placements.placed()) if draft else []
    return round_problem(timetable.round, now=now, current=current)


@transaction.atomic
def gather(timetable: Timetable, *, now: datetime | None = None) -> None:
    """Count requests and possible times, and hand on to `work_out`."""
    if timetable.status != TimetableStatus.WAITING:
        return
    now = now or timezone.now()
    problem = _problem(timetable, now).problem
    options = sum(len(starts) for starts in shared_starts(problem).values())
    move(
        timetable,
        TimetableStatus.SOLVING,
        by=None,
        started_at=now,
        request_count=len(problem.requests),
        option_count=options,
    )
    jobs.enqueue(SOLVE, dedupe_key=f"solve:{timetable.pk}", timetable_id=timetable.pk)


@transaction.atomic
def work_out(timetable: Timetable, *, now: datetime | None = None) -> None:
    """Solve, check, store, and tell who started it. Raises TimetableRefused if the check finds a fault."""
    if timetable.status != TimetableStatus.SOLVING:
        return
    now = now or timezone.now()
    built = _problem(timetable, now)
    watcher = Watcher(timetable)
    result = make_timetable(built.problem, watcher)
    watcher.end()
    refused = [
        each for each in violations(built.problem, result.placements, built.calendars) if not each.locked
    ]
    if refused:
        raise TimetableRefused(refused)
    round_ = lock_round(timetable.round)
    if timetable.is_repair:
        _store(timetable, built, result, there={each.id for each in built.problem.requests})
        _finish(
            timetable, result, less=BOOKED_WEIGHT * sum(_is_booked(built, each) for each in result.placements)
        )
        _tell_repair_ready(timetable)
        return
    draft = _draft_before(timetable)
    if draft:
        move(draft, TimetableStatus.REPLACED, by=None)
    _store(timetable, built, result, there={str(each.pk) for each in requests_of(timetable.round)})
    _finish(timetable, result)
    move(round_, RoundStatus.CHECKING, by=None)
    note_placement(timetable, replaced=draft, by=timetable.created_by)
    _tell_ready(timetable, result)


def _is_booked(built: RoundProblem, placed: plain.Placement) -> bool:
    """In the weight of what was over already, booked does not count."""
    return bool(built.notes.get(placed.request, {}).get("fixed", Fixed.BEGUN) != Fixed.BEGUN)


def _finish(timetable: Timetable, result: plain.Timetable, *, less: float = 0) -> None:
    """It is a draft from now on; `less` is the weight that no table could lack, of which its quality is not told."""
    move(
        timetable,
        TimetableStatus.DRAFT,
        by=None,
        finished_at=timezone.now(),
        solver=str(result.solver),
        solver_status=result.status[:40],
        objective=result.objective - less,
        bound=result.bound - less,
        greedy_objective=result.greedy_objective - less,
    )


def _store(
    timetable: Timetable, built: RoundProblem, result: plain.Timetable, *, there: Collection[str]
) -> None:
    """Rows for the requests that are still `there`; a meeting that had no room keeps its time without one."""
    fixed = {each.id for each in built.problem.requests if each.lock is not None}
    notes = built.notes
    locked = {each for each in fixed if notes.get(each, {}).get("fixed", Fixed.LOCKED) == Fixed.LOCKED}
    old = {each.id: each.old_start for each in built.problem.requests}
    placed = [
        Placement(
            timetable=timetable,
            request_id=int(each.request),
            starts_at=each.start,
            ends_at=each.end,
            room_id=None
            if notes.get(each.request, {}).get("roomless") and each.start == old[each.request]
            else number(each.room),
            interpreter_id=number(each.interpreter),
            officer_id=number(each.officer),
            locked=each.request in locked,
            detail=notes.get(each.request, {}),
        )
        for each in result.placements
        if each.request in there
    ]
    unplaced = [
        Placement(
            timetable=timetable,
            request_id=int(each.request),
            reason=str(each.reason),
            detail=reason_detail(each) | notes.get(each.request, {}),
        )
        for each in result.unplaced
        if each.request in there
    ]
    Placement.objects.bulk_create([*placed, *unplaced])


def _tell_ready(timetable: Timetable, result: plain.Timetable) -> None:
    tell(
        Event.TIMETABLE_READY,
        [timetable.created_by],
        link="meetings:round",
        link_kwargs={"pk": timetable.round_id},
        params=lambda _reader: {
            "round": timetable.round.name,
            "placed": len(result.placements),
            "unplaced": len(result.unplaced),
        },
    )


def _tell_repair_ready(timetable: Timetable) -> None:
    tell(
        Event.REPAIR_READY,
        [timetable.created_by],
        link="meetings:repair",
        link_kwargs={"pk": timetable.round_id},
        params=lambda _reader: {"round": timetable.round.name},
    )


@transaction.atomic
def give_up_placement(timetable: Timetable) -> None:
    """The placement failed for good: the round goes back to where it was before, and staff are told."""
    if not timetable.in_work:
        return
    move(timetable, TimetableStatus.FAILED, by=None, finished_at=timezone.now())
    round_ = lock_round(timetable.round)
    if not timetable.is_repair:
        back = RoundStatus.CHECKING if _draft_before(timetable) else RoundStatus.COLLECTING
        move(round_, back, by=None)
    tell(
        Event.TIMETABLE_FAILED,
        User.objects.officers(),
        link="meetings:round",
        link_kwargs={"pk": round_.pk},
        params=lambda _reader: {"round": round_.name},
    )


def _draft_rows(placement: Placement) -> list[Placement]:
    """All rows of the placement's timetable, if it is the draft that staff are checking."""
    timetable = placement.timetable
    if (
        lock_round(timetable.round).status != RoundStatus.CHECKING
        or timetable.status != TimetableStatus.DRAFT
    ):
        raise TransitionNotAllowed(timetable, TimetableStatus.DRAFT)
    return list(timetable.placements.all())


@transaction.atomic
def move_placement(
    placement: Placement, *, starts_at: datetime, by: User, now: datetime | None = None
) -> None:
    """Put a request, placed or not, at another valid time and lock it there, so that no placement undoes it.

    Raises TransitionNotAllowed if the time is no longer free.
    """
    rows = _draft_rows(placement)
    spots = moves(placement.timetable.round, rows, placement.request_id, now=now or timezone.now())
    spot = next((each for each in spots if each.start == starts_at), None)
    if spot is None:
        raise TransitionNotAllowed(placement.timetable, TimetableStatus.DRAFT)
    before = standing(next(each for each in rows if each.pk == placement.pk))
    _put(placement, spot)
    note_change(placement, StepKind.MOVED, before=before, by=by)
    audit.record("placement.moved", placement, by=by, starts_at=starts_at.isoformat())


def _put(placement: Placement, spot: plain.Placement) -> None:
    placement.starts_at = spot.start
    placement.ends_at = spot.start + timedelta(minutes=spot.minutes)
    placement.room_id = number(spot.room)
    placement.interpreter_id = number(spot.interpreter)
    placement.officer_id = number(spot.officer)
    placement.locked, placement.reason, placement.detail = True, "", {}
    placement.save()


def lock(placement: Placement, *, by: User) -> None:
    """Nothing moves this meeting until it is unlocked."""
    _set_lock(placement, locked=True, by=by)


def unlock(placement: Placement, *, by: User) -> None:
    """The next placement may move it again."""
    _set_lock(placement, locked=False, by=by)


@transaction.atomic
def _set_lock(placement: Placement, *, locked: bool, by: User) -> None:
    before = next(standing(each) for each in _draft_rows(placement) if each.pk == placement.pk)
    if not Placement.objects.placed().filter(pk=placement.pk).update(locked=locked):
        raise TransitionNotAllowed(placement.timetable, TimetableStatus.DRAFT)
    kind = StepKind.LOCKED if locked else StepKind.UNLOCKED
    note_change(placement, kind, before=before, by=by)
    audit.record("placement.locked" if locked else "placement.unlocked", placement, by=by)
