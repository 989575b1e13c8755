"""An independent check of a timetable, from the inputs alone: nothing here is shared with what makes it.

It is written to be slow and plain: every pair of meetings is compared. Whoever publishes a timetable runs
it first, and asks the database's exclusion constraints after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo

from meetings.hours import Calendar, is_working_day
from meetings.timetable import Interpreter, Placement, Problem, Request


class Fault(StrEnum):
    """What can be wrong with a meeting in a timetable."""

    UNKNOWN_REQUEST = "unknown_request"
    PLACED_TWICE = "placed_twice"
    WRONG_LENGTH = "wrong_length"
    OFF_GRID = "off_grid"
    OUTSIDE_ROUND = "outside_round"
    OUTSIDE_HOURS = "outside_hours"
    DAY_OFF = "day_off"
    CLASH = "clash"
    DAILY_LIMIT = "daily_limit"
    MONTHLY_LIMIT = "monthly_limit"
    ROOM_MISSING = "room_missing"
    ROOM_UNKNOWN = "room_unknown"
    ROOM_CLASH = "room_clash"
    TOO_MANY_AT_ONCE = "too_many_at_once"
    INTERPRETER_MISSING = "interpreter_missing"
    INTERPRETER_UNKNOWN = "interpreter_unknown"
    INTERPRETER_LANGUAGE = "interpreter_language"
    INTERPRETER_FIELD = "interpreter_field"
    INTERPRETER_HOURS = "interpreter_hours"
    INTERPRETER_CLASH = "interpreter_clash"
    INTERPRETER_LIMIT = "interpreter_limit"
    OFFICER_MISSING = "officer_missing"
    OFFICER_UNKNOWN = "officer_unknown"
    OFFICER_HOURS = "officer_hours"
    OFFICER_CLASH = "officer_clash"
    LOCKED_MOVED = "locked_moved"


@dataclass(frozen=True, slots=True)
class Violation:
    """A fault, the meetings it is about, and who or what is concerned.

    `locked` is True if every meeting concerned is locked: then staff chose it, and it is theirs to judge.
    """

    fault: Fault
    requests: tuple[str, ...]
    subject: str = ""
    locked: bool = False


def violations(
    problem: Problem,
    placements: Iterable[Placement],
    calendars: Mapping[str, Calendar] | None = None,
) -> list[Violation]:
    """Every rule the timetable breaks; [] if it may be published.

    `calendars` (by party id) adds the check that nobody meets on a day off of their own.
    """
    return _Check(problem, list(placements), calendars or {}).run()


class _Check:
    def __init__(
        self, problem: Problem, placements: list[Placement], calendars: Mapping[str, Calendar]
    ) -> None:
        self.problem = problem
        self.calendars = calendars
        self.requests = {request.id: request for request in problem.requests}
        self.interpreters = {each.id: each for each in problem.interpreters}
        self.officers = {each.id: each for each in problem.officers or ()}
        self.strangers = [each for each in placements if each.request not in self.requests]
        self.placements = [each for each in placements if each.request in self.requests]
        self.found: list[Violation] = []

    def run(self) -> list[Violation]:
        for stranger in self.strangers:
            self.found.append(Violation(Fault.UNKNOWN_REQUEST, (stranger.request,)))
        counts = Counter(each.request for each in self.placements)
        for request_id in (key for key, count in counts.items() if count > 1):
            self.found.append(Violation(Fault.PLACED_TWICE, (request_id,)))
        for placement in self.placements:
            self.check_one(placement, self.requests[placement.request])
        for first, second in combinations(sorted(self.placements, key=lambda each: each.start), 2):
            if second.start - first.end < timedelta(days=1):
                self.check_two(first, second)
        self.check_capacities()
        self.check_days()
        self.check_months()
        self.check_locks()
        return self.found

    def fault(self, fault: Fault, *placements: Placement, subject: str = "") -> None:
        ids = tuple(sorted(each.request for each in placements))
        locked = all(self.requests[each].lock is not None for each in ids)
        self.found.append(Violation(fault, ids, subject, locked))

    def check_one(self, placement: Placement, request: Request) -> None:
        rules = self.problem.rules
        if placement.minutes != request.minutes:
            self.fault(Fault.WRONG_LENGTH, placement)
        seconds_past = placement.start.timestamp() % (60 * rules.grid_minutes)
        if seconds_past and request.lock is None:
            self.fault(Fault.OFF_GRID, placement)
        too_early = rules.not_before is not None and placement.start < rules.not_before
        if too_early or not _covered(rules.open, placement.start, placement.end):
            self.fault(Fault.OUTSIDE_ROUND, placement)
        for party_id in request.parties:
            if not _covered(self.problem.parties[party_id].open or (), placement.start, placement.end):
                self.fault(Fault.OUTSIDE_HOURS, placement, subject=party_id)
            calendar = self.calendars.get(party_id)
            if calendar is not None and not _works(calendar, placement):
                self.fault(Fault.DAY_OFF, placement, subject=party_id)
        self.check_room(placement)
        self.check_interpreter(placement, request)
        self.check_officer(placement)

    def check_room(self, placement: Placement) -> None:
        if self.problem.rooms is not None and placement.room is None:
            self.fault(Fault.ROOM_MISSING, placement)
        if placement.room is not None and placement.room not in (self.problem.rooms or ()):
            self.fault(Fault.ROOM_UNKNOWN, placement, subject=placement.room)

    def check_interpreter(self, placement: Placement, request: Request) -> None:
        if placement.interpreter is None:
            if request.pair is not None:
                self.fault(Fault.INTERPRETER_MISSING, placement)
            return
        who = self.interpreters.get(placement.interpreter)
        if who is None:
            self.fault(Fault.INTERPRETER_UNKNOWN, placement, subject=placement.interpreter)
            return
        if request.pair not in who.pairs:
            speaks = request.wider is not None and request.wider in who.pairs
            lacks = Fault.INTERPRETER_FIELD if speaks else Fault.INTERPRETER_LANGUAGE
            self.fault(lacks, placement, subject=who.id)
        if not _covered(who.open, placement.start, placement.end):
            self.fault(Fault.INTERPRETER_HOURS, placement, subject=who.id)

    def check_officer(self, placement: Placement) -> None:
        if placement.officer is None:
            if self.problem.officers is not None:
                self.fault(Fault.OFFICER_MISSING, placement)
            return
        who = self.officers.get(placement.officer)
        if who is None:
            self.fault(Fault.OFFICER_UNKNOWN, placement, subject=placement.officer)
        elif not _covered(who.open, placement.start, placement.end):
            self.fault(Fault.OFFICER_HOURS, placement, subject=who.id)

    def check_two(self, first: Placement, second: Placement) -> None:
        """`first` starts no later than `second`."""
        pause = (second.start - first.end) / timedelta(minutes=1)
        shared = set(self.requests[first.request].parties) & set(self.requests[second.request].parties)
        for party_id in sorted(shared):
            party = self.problem.parties[party_id]
            if party.capacity == 1 and pause < party.buffer_minutes:
                self.fault(Fault.CLASH, first, second, subject=party_id)
        room = first.room if first.room == second.room else None
        if room is not None and pause < self.problem.rules.room_buffer_minutes:
            self.fault(Fault.ROOM_CLASH, first, second, subject=room)
        if first.interpreter is not None and first.interpreter == second.interpreter:
            who = self.interpreters.get(first.interpreter)
            if who is not None and pause < who.buffer_minutes:
                self.fault(Fault.INTERPRETER_CLASH, first, second, subject=who.id)
        if first.officer is not None and first.officer == second.officer:
            officer = self.officers.get(first.officer)
            if officer is not None and pause < officer.buffer_minutes:
                self.fault(Fault.OFFICER_CLASH, first, second, subject=officer.id)

    def check_capacities(self) -> None:
        limit = self.problem.rules.max_concurrent
        if limit is not None:
            self.check_crowd(Fault.TOO_MANY_AT_ONCE, self.placements, limit, 0, "")
        for party in self.problem.parties.values():
            if party.capacity != 1:
                own = [each for each in self.placements if party.id in self.requests[each.request].parties]
                self.check_crowd(Fault.CLASH, own, party.capacity, party.buffer_minutes, party.id)

    def check_crowd(
        self, fault: Fault, placements: list[Placement], capacity: int, buffer: int, subject: str
    ) -> None:
        pause = timedelta(minutes=buffer)
        for moment in sorted({one.start for one in placements}):
            there = [each for each in placements if each.start <= moment < each.end + pause]
            if len(there) > capacity:
                self.fault(fault, *there, subject=subject)

    def check_days(self) -> None:
        for party in self.problem.parties.values():
            own = [each for each in self.placements if party.id in self.requests[each.request].parties]
            self.check_limit(Fault.DAILY_LIMIT, own, party.max_per_day, party.zone, party.id)
        for who in self.problem.interpreters:
            self.check_limit(Fault.INTERPRETER_LIMIT, self.of(who), who.max_per_day, who.zone, who.id)

    def of(self, who: Interpreter) -> list[Placement]:
        return [each for each in self.placements if each.interpreter == who.id]

    def check_limit(
        self, fault: Fault, placements: list[Placement], limit: int | None, zone: str, subject: str
    ) -> None:
        for day in sorted({each.start.astimezone(ZoneInfo(zone)).date() for each in placements}):
            there = [each for each in placements if each.start.astimezone(ZoneInfo(zone)).date() == day]
            if limit is not None and len(there) > limit:
                self.fault(fault, *there, subject=subject)

    def check_months(self) -> None:
        """What a party has elsewhere counts; of no month is more said than that its meetings here are too many."""
        for party in self.problem.parties.values():
            own = [each for each in self.placements if party.id in self.requests[each.request].parties]
            zone = ZoneInfo(party.zone)
            for month in sorted({_month(each.start, zone) for each in own}):
                there = [each for each in own if _month(each.start, zone) == month]
                others = sum(_month(each, zone) == month for each in party.elsewhere)
                if party.max_per_month is not None and len(there) + others > party.max_per_month:
                    self.fault(Fault.MONTHLY_LIMIT, *there, subject=party.id)

    def check_locks(self) -> None:
        places = {each.request: each for each in self.placements}
        for request in self.problem.requests:
            if request.lock is None:
                continue
            place, lock = places.get(request.id), request.lock
            kept = place is not None and (
                place.start == lock.start
                and lock.room in (None, place.room)
                and lock.interpreter in (None, place.interpreter)
                and lock.officer in (None, place.officer)
            )
            if not kept:
                self.found.append(Violation(Fault.LOCKED_MOVED, (request.id,)))


def _covered(intervals: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> bool:
    """True if the intervals, put end to end, hold every moment from `start` to `end`."""
    reached = start
    for opens, closes in sorted(intervals):
        if opens <= reached < closes:
            reached = closes
    return reached >= end


def _month(moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = moment.astimezone(zone)
    return local.year, local.month


def _works(calendar: Calendar, placement: Placement) -> bool:
    """True if the local day, or both if midnight lies between, is a working day."""
    zone = ZoneInfo(calendar.zone)
    last = placement.end - timedelta(microseconds=1)
    return all(is_working_day(calendar, moment.astimezone(zone).date()) for moment in (placement.start, last))
