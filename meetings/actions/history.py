"""Steps of a round's board: noted as they are taken, taken back and taken again until the round is published.

Steps are undone strictly from the last one backwards, so that what is put back always meets the board it was taken
from. A step that does not is refused as a whole: somebody was faster, or its request has left the round.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core.transitions import TransitionNotAllowed, move
from meetings.enums import StepKind, StepStatus, TimetableStatus
from meetings.models import BoardStep, MeetingRequest, Placement, Room, Round, Timetable


def standing(row: Placement) -> dict[str, Any]:
    """Where a request stands on the board, or why it has no place."""
    return {
        "starts_at": row.starts_at.isoformat() if row.starts_at else "",
        "ends_at": row.ends_at.isoformat() if row.ends_at else "",
        "room": row.room_id,
        "interpreter": row.interpreter_id,
        "officer": row.officer_id,
        "locked": row.locked,
        "reason": row.reason,
        "detail": row.detail,
    }


def note_change(row: Placement, kind: StepKind, *, before: dict[str, Any], by: User) -> BoardStep:
    """Remember a move or a lock; the caller holds the round."""
    after = standing(Placement.objects.get(pk=row.pk))
    return _note(row.timetable, kind, by, request_id=row.request_id, before=before, after=after)


def note_placement(timetable: Timetable, *, replaced: Timetable | None, by: User) -> BoardStep:
    """Remember an auto-placement and the draft that it replaced."""
    return _note(timetable, StepKind.PLACED, by, replaced=replaced)


def _note(timetable: Timetable, kind: StepKind, by: User, **more: Any) -> BoardStep:
    steps = BoardStep.objects.filter(round_id=timetable.round_id)
    for undone in steps.filter(status=StepStatus.UNDONE):
        _drop(undone, by=by)
    last = steps.order_by("-number").first()
    number = last.number + 1 if last else 1
    return BoardStep.objects.create(
        round_id=timetable.round_id, number=number, kind=kind, timetable=timetable, by=by, **more
    )


@transaction.atomic
def forget_steps_of(request: MeetingRequest, round_: Round, *, by: User | None) -> None:
    """The request has left the round: what was done with it can't be taken back any more."""
    steps = BoardStep.objects.filter(round=round_, request=request)
    for step in steps.exclude(status=StepStatus.DROPPED):
        _drop(step, by=by)


def _drop(step: BoardStep, *, by: User | None) -> None:
    move(step, StepStatus.DROPPED, by=by, changed_by=by, changed_at=timezone.now())


@transaction.atomic
def undo(step: BoardStep, *, by: User) -> None:
    """Put the board back to where it was before the step, which has to be the latest one in force."""
    round_ = _checked(step)
    if BoardStep.objects.filter(round=round_).to_undo() != step:
        raise TransitionNotAllowed(step, StepStatus.UNDONE)
    if step.kind == StepKind.PLACED and step.replaced is not None:
        _swap(step.timetable, step.replaced, by=by)
    else:
        _put_back(step, present=step.after, wanted=step.before)
    move(step, StepStatus.UNDONE, by=by, changed_by=by, changed_at=timezone.now())


@transaction.atomic
def redo(step: BoardStep, *, by: User) -> None:
    """Take the step again that was undone last."""
    round_ = _checked(step)
    if BoardStep.objects.filter(round=round_).to_redo() != step:
        raise TransitionNotAllowed(step, StepStatus.DONE)
    if step.kind == StepKind.PLACED and step.replaced is not None:
        _swap(step.replaced, step.timetable, by=by)
    else:
        _put_back(step, present=step.before, wanted=step.after)
    move(step, StepStatus.DONE, by=by, changed_by=by, changed_at=timezone.now())


def _checked(step: BoardStep) -> Round:
    """The step's round, held, while staff check it."""
    round_ = Round.objects.select_for_update().get(pk=step.round_id)
    if not round_.is_checked:
        raise TransitionNotAllowed(step, step.status)
    return round_


def _swap(present: Timetable, wanted: Timetable, *, by: User) -> None:
    move(present, TimetableStatus.REPLACED, by=by)
    move(wanted, TimetableStatus.DRAFT, by=by)


def _put_back(step: BoardStep, *, present: dict[str, Any], wanted: dict[str, Any]) -> None:
    rows = Placement.objects.filter(timetable=step.timetable, timetable__status=TimetableStatus.DRAFT)
    row = rows.filter(request_id=step.request_id).first()
    if row is None or not wanted:
        raise TransitionNotAllowed(step, step.status)
    # Steps of before officers sat in name none.
    present, wanted = {"officer": None, **present}, {"officer": None, **wanted}
    if standing(row) != present:
        raise TransitionNotAllowed(step, step.status)
    row.starts_at, row.ends_at = _moment(wanted["starts_at"]), _moment(wanted["ends_at"])
    # A room that was taken out of the round since is not there to go back to: the check says so.
    row.room = Room.objects.filter(pk=wanted["room"]).first()
    row.interpreter_id, row.locked = wanted["interpreter"], wanted["locked"]
    row.officer_id = wanted["officer"]
    row.reason, row.detail = wanted["reason"], wanted["detail"]
    row.save()


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
