"""A published round as a problem for the optimiser: what stands, what may move, and why what moves has to.

Nothing here changes anything: a repair is worked out beside what is published (`actions.repairs` applies it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from meetings.calendars import calendars_for
from meetings.cautions import sides_of
from meetings.enums import Fixed, MeetingStatus, RequestStatus
from meetings.ledger import Ledger, shared_starts, to_minute
from meetings.models import Meeting, MeetingRequest, Misfit, Placement, Round
from meetings.problem import RoundProblem, faults_in, round_problem
from meetings.timetable import Problem, Request
from meetings.timetable_check import Fault, Violation
from meetings.unfit import answers_of, unfit

# A table of booked meetings weighs ten times as much: as near to the best, in units of what is new.
GAP = 0.0001
OF_SIDES = frozenset({Fault.OUTSIDE_HOURS, Fault.DAY_OFF})
OF_INTERPRETERS = frozenset(
    {
        Fault.INTERPRETER_UNKNOWN,
        Fault.INTERPRETER_LANGUAGE,
        Fault.INTERPRETER_FIELD,
        Fault.INTERPRETER_HOURS,
        Fault.INTERPRETER_MISSING,
    }
)
OF_OFFICERS = frozenset({Fault.OFFICER_UNKNOWN, Fault.OFFICER_HOURS, Fault.OFFICER_MISSING})
TOLD = OF_SIDES | OF_INTERPRETERS | OF_OFFICERS | {Fault.ROOM_UNKNOWN}


def booked_in(round_: Round) -> list[Meeting]:
    """The round's meetings that nobody cancelled, past ones too, by time."""
    rows = Meeting.objects.filter(round=round_, status=MeetingStatus.BOOKED).with_parties()
    return list(rows.select_related("room", "interpreter", "officer").order_by("period", "pk"))


def row_of(meeting: Meeting, *, locked: bool) -> Placement:
    """A booked meeting as a row of a timetable, not saved."""
    return Placement(
        request=meeting.request,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        room=meeting.room,
        interpreter=meeting.interpreter,
        officer=meeting.officer,
        locked=locked,
    )


def repair_problem(round_: Round, *, now: datetime) -> RoundProblem:
    """What is booked in the round and what waits for one; `notes` say what each row of the repair keeps beside.

    What has begun, was locked by staff or is confirmed by both sides has a lock at its time: a confirmed one loses it
    when it has become impossible there. Everything else that is booked has its time and means as a wish.
    """
    meetings = booked_in(round_)
    waiting = MeetingRequest.objects.awaiting_round().filter(minutes__in=round_.lengths).with_parties()
    rows = [row_of(each, locked=True) for each in meetings]
    requests = [*(each.request for each in meetings), *waiting.order_by("pk")]
    built = round_problem(round_, now=now, current=rows, requests=requests)
    faults: dict[str, list[Violation]] = defaultdict(list)
    for each in faults_in(built, rows):
        for request in each.requests:
            faults[request].append(each)
    standing = _Standing(round_, meetings, built.problem, faults, now)
    problem = replace(
        built.problem,
        requests=tuple(standing.adjusted(each) for each in built.problem.requests),
        rules=replace(built.problem.rules, mip_gap=GAP),
    )
    problem, freed = _free_what_lacks_means(problem, standing.fixed)
    fixed = {key: why for key, why in standing.fixed.items() if key not in freed}
    notes = {
        str(each.request_id): _note(each, fixed.get(str(each.request_id)), faults[str(each.request_id)])
        for each in meetings
    }
    return RoundProblem(problem, built.calendars, notes)


def _note(meeting: Meeting, fixed: Fixed | None, faults: Iterable[Violation]) -> dict[str, Any]:
    """What a row keeps: the state of the meeting it was made from, why it may not move, or why it has to."""
    return {
        "sequence": meeting.sequence,
        "fixed": fixed or "",
        "why": [[str(each.fault), each.subject] for each in faults if each.fault in TOLD],
        "roomless": meeting.room_id is None,
    }


class _Standing:
    """Which of the booked meetings stay at their time, and why."""

    def __init__(
        self,
        round_: Round,
        meetings: list[Meeting],
        problem: Problem,
        faults: Mapping[str, list[Violation]],
        now: datetime,
    ) -> None:
        self.faults = faults
        self.locked = set(
            Placement.objects.filter(
                timetable__round=round_, timetable__status="published", locked=True
            ).values_list("request_id", flat=True)
        )
        kept = Misfit.objects.filter(meeting__in=meetings, kept_at__isnull=False)
        self.kept = set(kept.values_list("meeting_id", "sequence", "organisation_id"))
        sides = {each.pk: each for each in sides_of(each.request for each in meetings)}
        self.unsuited: dict[int, set[int]] = defaultdict(set)
        for meeting, side in unfit(meetings, calendars_for(sides.values()), answers_of(meetings, sides)):
            self.unsuited[meeting.pk].add(side)
        starts = shared_starts(problem)
        self.fixed: dict[str, Fixed] = {}
        for each in meetings:
            if why := self._why_fixed(each, starts[str(each.request_id)], now):
                self.fixed[str(each.request_id)] = why

    def _why_fixed(self, meeting: Meeting, starts: list[int], now: datetime) -> Fixed | None:
        if meeting.starts_at <= now or not meeting.request.is_booked:
            return Fixed.BEGUN
        if meeting.request_id in self.locked:
            return Fixed.LOCKED
        hurt = self.unsuited[meeting.pk]
        kept = {side for pk, sequence, side in self.kept if (pk, sequence) == (meeting.pk, meeting.sequence)}
        if hurt - kept:
            return None
        if meeting.request.status == RequestStatus.CONFIRMED:
            return Fixed.CONFIRMED
        if hurt:
            return Fixed.KEPT
        # Both sides agreed on a time that no round would have given them.
        return None if to_minute(meeting.starts_at) in starts else Fixed.BY_HAND

    def adjusted(self, request: Request) -> Request:
        """With a lock as far as the meeting is fixed; what it can no longer have of its means is left open."""
        why = self.fixed.get(request.id)
        if why is None or request.lock is None or why == Fixed.BEGUN:
            return request if why else replace(request, lock=None)
        found = {each.fault for each in self.faults[request.id]}
        lock = request.lock
        if found & OF_INTERPRETERS:
            lock = replace(lock, interpreter=None)
        if found & OF_OFFICERS:
            lock = replace(lock, officer=None)
        if Fault.ROOM_UNKNOWN in found:
            lock = replace(lock, room=None)
        return replace(request, lock=lock)


def _free_what_lacks_means(problem: Problem, fixed: Mapping[str, Fixed]) -> tuple[Problem, set[str]]:
    """A meeting that lost its interpreter, officer or room, for which nobody else is free then, has to move.

    Not one that staff locked, nor one that never had any.
    """
    ledger = Ledger(problem)
    ledger.place_locked()
    freed = {
        each.id
        for each in problem.requests
        if each.lock is not None
        and fixed.get(each.id) not in (Fixed.BEGUN, Fixed.LOCKED)
        and any(
            had is not None and has is None
            for had, has in zip(each.old_means, ledger.spots[each.id][1:], strict=True)
        )
        and _needs(problem, each, ledger.spots[each.id][1:])
    }
    requests = tuple(replace(each, lock=None) if each.id in freed else each for each in problem.requests)
    return replace(problem, requests=requests), freed


def _needs(problem: Problem, request: Request, means: tuple[str | None, ...]) -> bool:
    """Whether the round asks for one of the means that are not there."""
    room, interpreter, officer = means
    wanted = (problem.rooms is not None, request.pair is not None, problem.officers is not None)
    return any(want and has is None for want, has in zip(wanted, (room, interpreter, officer), strict=True))


class Kind(StrEnum):
    """What a repair does with a meeting or a waiting request."""

    STAYS = "stays"
    MEANS = "means"  # at its time, with another room, interpreter or officer
    MOVES = "moves"
    COMES = "comes"
    LOST = "lost"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Change:
    """A row of a repair beside the meeting as it stands; None for a request that has none yet."""

    row: Placement
    meeting: Meeting | None

    @property
    def kind(self) -> Kind:
        row, meeting = self.row, self.meeting
        if meeting is None:
            return Kind.COMES if row.starts_at else Kind.WAITS
        if row.starts_at is None:
            return Kind.LOST
        if (row.starts_at, row.ends_at) != (meeting.starts_at, meeting.ends_at):
            return Kind.MOVES
        means = (row.room_id, row.interpreter_id, row.officer_id)
        had = (meeting.room_id, meeting.interpreter_id, meeting.officer_id)
        return Kind.STAYS if means == had else Kind.MEANS


def changes(rows: Iterable[Placement], meetings: Iterable[Meeting]) -> list[Change]:
    """Each row with its meeting, by time; those without a place last."""
    standing = {each.request_id: each for each in meetings}
    return [Change(each, standing.get(each.request_id)) for each in rows]


def is_outdated(rows: Iterable[Placement], meetings: Iterable[Meeting]) -> bool:
    """Whether a meeting of the round was booked, moved or cancelled since the repair was worked out."""
    made_from = {each.request_id: each.detail["sequence"] for each in rows if "sequence" in each.detail}
    return made_from != {each.request_id: each.sequence for each in meetings}
