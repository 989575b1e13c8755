"""The timetable as a linear program in zero-one variables, solved by HiGHS.

One column for each request, possible start and kind of interpreter and officer. Interpreters who are alike in
every respect form one kind, which is counted rather than told apart: at any moment a kind of n has at most n
meetings, and colouring the meetings in order of their start then names a person for each (an interval graph
needs as many colours as its largest clique). Two things break that: a limit a day, and meetings already
locked to a person or room. The caller sees it when colouring fails, and solves again with `apart=True`,
where everybody and every room is a kind of its own, which is exact. Officers have no limit a day: of them only
those whom a lock names are then told apart.

What a party has booked elsewhere in a month comes off its limit for that month.

Capacity holds at every moment if it holds at every start: of meetings that overlap, the last to start
begins inside all the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final

import highspy
import numpy as np

from meetings.ledger import Ledger, Openings, Spot, day_number, month_number, months_elsewhere, to_minute
from meetings.timetable import Interpreter, Officer, Problem, Request, keep_bonus
from meetings.timetable_solver import (
    Floats,
    Ints,
    Rows,
    Watched,
    at_most,
    expand,
    program_of,
    round_relaxation,
    run,
    stack,
)

# Beyond this a second, exact solve would not end within any useful time.
MAX_COLUMNS: Final = 600_000
# Above this many columns the linear relaxation is solved and rounded first: see `round_relaxation`.
LARGE: Final = 12_000


@dataclass(frozen=True, slots=True)
class Kind:
    """Interpreters (or rooms, or officers) that are interchangeable; `elsewhere` counts meetings by month."""

    members: tuple[str, ...]
    capacity: int
    buffer: int
    zone: str = "UTC"
    max_per_day: int | None = None
    max_per_month: int | None = None
    elsewhere: dict[int, int] = field(default_factory=dict)

    def left_of_day(self, _day: int) -> float:
        """How many meetings all of them together may have on a day."""
        return np.inf if self.max_per_day is None else self.max_per_day * len(self.members)

    def left_of_month(self, month: int) -> float:
        """How many more the month may bring."""
        if self.max_per_month is None:
            return np.inf
        return max(self.max_per_month - self.elsewhere.get(month, 0), 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the solver chose for a request: a start, and among whom to look for interpreter, room and officer."""

    request: str
    start: int
    interpreters: tuple[str, ...]
    rooms: tuple[str, ...]
    officers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Solved:
    """`bound` is the proven upper bound of the objective; no choices if the solver found nothing.

    `seconds` is the solver's own account, so that nobody here has to read a clock.
    """

    choices: tuple[Choice, ...]
    bound: float
    status: str
    seconds: float
    optimal: bool


class TimetableModel:
    """Columns and rows of a problem; `locked` are the ledger's bookings before anything else is placed."""

    def __init__(self, ledger: Ledger, starts: dict[str, list[int]], *, apart: bool = False) -> None:
        self.problem: Problem = ledger.problem
        self.locked = dict(ledger.spots)
        self.pools = _interpreter_kinds(self.problem, apart)
        self.places = _room_kinds(self.problem, apart)
        self.chairs = officer_kinds(self.problem, apart=apart)
        self.resources = self._resources()
        self.request_number = {each.id: number for number, each in enumerate(self.problem.requests)}
        self._columns(starts)

    def _resources(self) -> list[Kind]:
        parties = self.problem.parties.values()
        kinds = [
            Kind(
                (each.id,),
                each.capacity,
                each.buffer_minutes,
                each.zone,
                each.max_per_day,
                each.max_per_month,
                months_elsewhere(each),
            )
            for each in parties
        ]
        house = self.problem.rules.max_concurrent
        self.party_number = {party.id: number for number, party in enumerate(parties)}
        self.first_pool = len(kinds)
        self.first_place = self.first_pool + len(self.pools)
        self.first_chair = self.first_place + len(self.places)
        kinds += [*self.pools, *self.places, *self.chairs]
        self.house_number = None if house is None else len(kinds)
        return kinds if house is None else [*kinds, Kind((), house, 0)]

    def _columns(self, starts: dict[str, list[int]]) -> None:
        self.presence = [_presence(self.problem.interpreters, pool) for pool in self.pools]
        self.attendance = [_presence(self.problem.officers or (), chair) for chair in self.chairs]
        found: list[tuple[int, int, int, int, int]] = []
        self.spans: dict[str, tuple[int, int]] = {}
        for number, request in enumerate(self.problem.requests):
            first = len(found)
            if request.id in self.locked:
                found.extend(self._locked_columns(number, request))
            else:
                for pool in self._pools_for(request):
                    for start in starts[request.id]:
                        end = start + request.minutes
                        if pool < 0 or self.presence[pool].hold(start, end):
                            rest = product(self._place_numbers, self._chairs_at(start, end))
                            found.extend((number, start, pool, place, chair) for place, chair in rest)
            self.spans[request.id] = (first, len(found))
        table = np.array(found, dtype=np.int64).reshape(-1, 5)
        self.requests, self.start, self.pool, self.place, self.chair = table.T
        lengths = np.array([each.minutes for each in self.problem.requests], dtype=np.int64)
        self.end = self.start + lengths[self.requests]

    @property
    def _place_numbers(self) -> range:
        return range(len(self.places)) if self.places else range(-1, 0)

    def _chairs_at(self, start: int, end: int) -> list[int]:
        if self.problem.officers is None:
            return [-1]
        return [number for number, there in enumerate(self.attendance) if there.hold(start, end)]

    def _pools_for(self, request: Request) -> list[int]:
        if request.pair is None:
            return [-1]
        speakers = {each.id for each in self.problem.interpreters if request.pair in each.pairs}
        return [number for number, pool in enumerate(self.pools) if pool.members[0] in speakers]

    def _locked_columns(self, number: int, request: Request) -> list[tuple[int, int, int, int, int]]:
        """Where a locked meeting stands, and with whom else it could be held if its lock leaves that open."""
        spot, lock = self.locked[request.id], request.lock
        pools, places = [_kind_of(self.pools, spot.interpreter)], [_kind_of(self.places, spot.room)]
        chairs, end = [_kind_of(self.chairs, spot.officer)], spot.start + request.minutes
        if lock is not None and lock.interpreter is None and spot.interpreter is not None:
            pools = [p for p in self._pools_for(request) if self.presence[p].hold(spot.start, end)]
        if lock is not None and lock.room is None and spot.room is not None:
            places = list(self._place_numbers)
        if lock is not None and lock.officer is None and spot.officer is not None:
            chairs = self._chairs_at(spot.start, end)
        return [(number, spot.start, *means) for means in product(pools, places, chairs)]

    def _uses(self) -> tuple[Ints, Ints]:
        """Which column takes which resource: two arrays of equal length."""
        columns: list[Ints] = []
        resources: list[Ints] = []
        every = np.arange(len(self.start), dtype=np.int64)
        for party_of in ("company", "startup"):
            ids = [getattr(each, party_of) for each in self.problem.requests]
            numbers = np.array([self.party_number[one] for one in ids], dtype=np.int64)
            columns.append(every)
            resources.append(numbers[self.requests])
        means = (self.pool, self.first_pool), (self.place, self.first_place), (self.chair, self.first_chair)
        for chosen, first in means:
            columns.append(every[chosen >= 0])
            resources.append(chosen[chosen >= 0] + first)
        if self.house_number is not None:
            columns.append(every)
            resources.append(np.full(len(every), self.house_number, dtype=np.int64))
        return np.concatenate(columns), np.concatenate(resources)

    def _moment_rows(self, column: Ints, resource: Ints) -> Rows:
        """At every start, each resource has at most its capacity; rows contained in the next are left out."""
        buffer = np.array([kind.buffer for kind in self.resources], dtype=np.int64)[resource]
        origin = int(self.start.min())
        span = int(self.end.max()) - origin + int(buffer.max(initial=0)) + 1
        begin = resource * span + self.start[column] - origin
        moments = np.unique(begin)
        low = np.searchsorted(moments, begin)
        high = np.searchsorted(moments, begin + (self.end - self.start)[column] + buffer)
        row, taken = expand(low, high, column)
        leaves = np.zeros(len(moments), dtype=bool)
        leaves[high - 1] = True
        capacity = np.array([kind.capacity for kind in self.resources], dtype=np.float64)
        limit = capacity[moments // span]
        keep = leaves[row]
        return at_most(row[keep], taken[keep], limit)

    def _day_rows(self, column: Ints, resource: Ints) -> Rows:
        """Each local day, each resource with a limit has at most that many meetings."""
        limited = np.array([kind.max_per_day is not None for kind in self.resources])[resource]
        return self._rows_by(day_number, Kind.left_of_day, column[limited], resource[limited])

    def _month_rows(self, column: Ints, resource: Ints) -> Rows:
        """Each local month, each party with a limit has at most what is left of it."""
        limited = np.array([kind.max_per_month is not None for kind in self.resources])[resource]
        return self._rows_by(month_number, Kind.left_of_month, column[limited], resource[limited])

    def _rows_by(
        self,
        number_of: Callable[[str, int], int],
        left: Callable[[Kind, int], float],
        column: Ints,
        resource: Ints,
    ) -> Rows:
        """A row for each resource and stretch of its calendar."""
        times = [
            number_of(self.resources[each].zone, minute)
            for each, minute in zip(resource.tolist(), self.start[column].tolist(), strict=True)
        ]
        keys = np.stack([resource, np.array(times, dtype=np.int64)], axis=1).reshape(-1, 2)
        unique, row = np.unique(keys, axis=0, return_inverse=True)
        limits = [left(self.resources[each], number) for each, number in unique.tolist()]
        return at_most(row.reshape(-1), column, np.array(limits, dtype=np.float64))

    def rows(self) -> Rows:
        """Every row that can bind."""
        column, resource = self._uses()
        every = np.arange(len(self.start), dtype=np.int64)
        once = at_most(self.requests, every, np.ones(len(self.problem.requests)))
        once.least[[self.request_number[each] for each in self.locked]] = 1.0
        parts = [once, self._drop_idle(self._moment_rows(column, resource))]
        parts.append(self._drop_idle(self._day_rows(column, resource)))
        parts.append(self._drop_idle(self._month_rows(column, resource)))
        return stack(parts)

    def _drop_idle(self, rows: Rows) -> Rows:
        """Leave out rows that few requests touch: each is placed at most once, so they always hold.

        What locked meetings already take beyond a limit is granted, or there would be no solution at all.
        """
        size, height = len(self.problem.requests), len(rows.limit)
        pairs = np.unique(rows.row * size + self.requests[rows.column])
        touching = np.bincount(pairs // size, minlength=height)
        stands = self.values(self.locked)
        held = np.bincount(rows.row, weights=stands[rows.column], minlength=height)
        binds = touching > rows.limit
        renumber = np.cumsum(binds) - 1
        keep = binds[rows.row]
        limit = np.maximum(rows.limit, held)[binds]
        return at_most(renumber[rows.row[keep]], rows.column[keep], limit)

    def gains(self) -> Floats:
        """What each column adds to the objective."""
        bonus = keep_bonus(self.problem)
        weights = np.array([each.weight for each in self.problem.requests])
        olds = [each.old_start for each in self.problem.requests]
        old = np.array([-1 if one is None else to_minute(one) for one in olds], dtype=np.int64)
        gains: Floats = weights[self.requests] + bonus * (self.start == old[self.requests])
        return gains

    def solve(self, hint: dict[str, Spot], watched: Watched | None = None) -> Solved:
        """Best table, starting from `hint`; raises nothing when out of time or stopped: see `status`."""
        gains, rules = self.gains(), self.problem.rules
        if not len(gains):
            return Solved((), 0.0, "Empty", 0.0, optimal=True)
        rows, start = self.rows(), self.values(hint)
        watched = watched or Watched(None, rules.time_limit)
        watched.placed, watched.objective = len(hint), float(gains @ start)
        program = program_of(gains, rows)
        if len(gains) <= LARGE:
            solver = run(program, rules.time_limit, rules, start, watched=watched)
            return self._read(solver, self._most(gains))
        rounded = round_relaxation(program, rows, rules, len(self.problem.requests), watched)
        if rounded.values is not None and gains @ rounded.values >= rounded.bound * (1 - rules.mip_gap):
            choices = self.choices(rounded.values)
            return Solved(choices, rounded.bound, "Optimal", rounded.seconds, optimal=True)
        better = rounded.values is not None and gains @ rounded.values > gains @ start
        values = rounded.values if better else start
        if watched.stopped:
            return Solved(
                self.choices(start if values is None else values),
                rounded.bound,
                "Stopped",
                rounded.seconds,
                optimal=False,
            )
        left = max(1.0, rules.time_limit - rounded.seconds)
        solver = run(program, left, rules, values, watched=watched)
        solved = self._read(solver, min(rounded.bound, self._most(gains)))
        choices = solved.choices or (() if rounded.values is None else self.choices(rounded.values))
        return replace(solved, choices=choices, seconds=solved.seconds + rounded.seconds)

    def _most(self, gains: Floats) -> float:
        """The objective if every request that has a column got its best one."""
        best = np.zeros(len(self.problem.requests))
        np.maximum.at(best, self.requests, gains)
        return float(best.sum())

    def values(self, hint: dict[str, Spot]) -> Floats:
        """A table as the solver wants it: 1 for each column taken."""
        chosen = [number for key, spot in hint.items() if (number := self._column_of(key, spot)) is not None]
        values = np.zeros(len(self.start))
        values[chosen] = 1.0
        return values

    def _column_of(self, request: str, spot: Spot) -> int | None:
        first, last = self.spans[request]
        pool, place = _kind_of(self.pools, spot.interpreter), _kind_of(self.places, spot.room)
        fits = (self.start[first:last] == spot.start) & (self.pool[first:last] == pool)
        fits &= self.chair[first:last] == _kind_of(self.chairs, spot.officer)
        found = np.flatnonzero(fits & (self.place[first:last] == place))
        return first + int(found[0]) if len(found) else None

    def _read(self, solver: highspy.Highs, most: float) -> Solved:
        info, state = solver.getInfo(), solver.getModelStatus()
        choices: tuple[Choice, ...] = ()
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            choices = self.choices(np.asarray(solver.getSolution().col_value))
        return Solved(
            choices,
            bound=min(most, -info.mip_dual_bound),
            status=str(solver.modelStatusToString(state)),
            seconds=float(solver.getRunTime()),
            optimal=state == highspy.HighsModelStatus.kOptimal,
        )

    def choices(self, values: Floats) -> tuple[Choice, ...]:
        """The starts that the solver took."""
        return tuple(self._choice(number) for number in np.flatnonzero(values > 0.5).tolist())

    def _choice(self, column: int) -> Choice:
        pool, place, chair = (int(each[column]) for each in (self.pool, self.place, self.chair))
        return Choice(
            self.problem.requests[int(self.requests[column])].id,
            int(self.start[column]),
            self.pools[pool].members if pool >= 0 else (),
            self.places[place].members if place >= 0 else (),
            self.chairs[chair].members if chair >= 0 else (),
        )


def _interpreter_kinds(problem: Problem, apart: bool) -> list[Kind]:
    alike: dict[object, list[Interpreter]] = defaultdict(list)
    for each in problem.interpreters:
        traits = (each.pairs, each.open, each.zone, each.max_per_day, each.buffer_minutes)
        alike[each.id if apart else traits].append(each)
    return [
        Kind(tuple(e.id for e in same), len(same), same[0].buffer_minutes, same[0].zone, same[0].max_per_day)
        for same in alike.values()
    ]


def _room_kinds(problem: Problem, apart: bool) -> list[Kind]:
    if problem.rooms is None:
        return []
    buffer = problem.rules.room_buffer_minutes
    if apart and problem.rooms:
        return [Kind((room,), 1, buffer) for room in problem.rooms]
    return [Kind(problem.rooms, len(problem.rooms), buffer)]


def _kind_of(kinds: list[Kind], member: str | None) -> int:
    return next((number for number, kind in enumerate(kinds) if member in kind.members), -1)


def officer_kinds(problem: Problem, *, apart: bool) -> list[Kind]:
    """Those of the round by what tells them apart: their hours, and for an exact solve a lock that names them."""
    named = {each.lock.officer for each in problem.requests if each.lock is not None} if apart else set()
    alike: dict[object, list[Officer]] = defaultdict(list)
    for each in problem.officers or ():
        alike[each.id if each.id in named else (each.open, each.buffer_minutes)].append(each)
    return [Kind(tuple(e.id for e in same), len(same), same[0].buffer_minutes) for same in alike.values()]


def _presence(people: Iterable[Interpreter | Officer], kind: Kind) -> Openings:
    return next(Openings(each.open) for each in people if each.id == kind.members[0])
