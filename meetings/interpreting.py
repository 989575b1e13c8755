"""What is planned or booked with an interpreter and no longer fits what is known of them."""

from __future__ import annotations

from datetime import datetime

from meetings import rules
from meetings.enums import TimetableStatus
from meetings.models import Interpreter, Meeting, Round, Timetable
from meetings.problem import faults, interpreter_id


def unfit_meetings(interpreter: Interpreter, *, now: datetime) -> list[Meeting]:
    """Booked ones to come, the next first, that somebody else would have to interpret."""
    rows = Meeting.objects.to_come(now).filter(interpreter=interpreter).with_parties()
    return [
        each for each in rows.order_by("period", "pk") if not rules.can_interpret(interpreter, each.request)
    ]


def all_unfit(*, now: datetime, round_: Round | None = None) -> list[Meeting]:
    """Booked meetings to come, of a round or of all, whose interpreter no longer fits; one query."""
    rows = Meeting.objects.to_come(now).exclude(interpreter=None).with_parties().select_related("interpreter")
    if round_ is not None:
        rows = rows.filter(round=round_)
    return [
        each
        for each in rows.order_by("period", "pk")
        if each.interpreter is not None and not rules.can_interpret(each.interpreter, each.request)
    ]


def unfit_in_drafts(interpreter: Interpreter, *, now: datetime) -> int:
    """In how many meetings of drafts the independent check has something against the interpreter."""
    drafts = Timetable.objects.filter(
        status=TimetableStatus.DRAFT, placements__interpreter=interpreter
    ).distinct()
    found = [
        fault
        for draft in drafts.select_related("round")
        for fault in faults(draft.round, draft.placements.placed(), now=now)
    ]
    concerned = (fault.requests for fault in found if fault.subject == interpreter_id(interpreter.pk))
    return len({request for requests in concerned for request in requests})
