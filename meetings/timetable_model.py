"""The timetable as a linear program in zero-one variables, solved by HiGHS.

One column for each request, possible start and kind of interpreter. Interpreters who are alike in every
respect form one kind, which is counted rather than told apart: at any moment a kind of n has at most n
meetings, and colouring the meetings in order of their start then names a person for each (an interval graph
needs as many colours as its largest clique). Two things break that: a limit a day, and meetings already
locked to a person or room. The caller sees it when colouring fails, and solves again with `apart=True`,
where everybody and every room is a kind of its own, which is exact.

Capacity holds at every moment if it holds at every start: of meetings that overlap, the last to start
begins inside all the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

import highspy
import numpy as np

from meetings.ledger import Ledger, Openings, Spot, day_number, to_minute
from meetings.timetable import Interpreter, Problem, Request
from meetings.timetable_solver import Floats, Ints, Rows, program_of, round_relaxation, run

# Beyond this a second, exact solve would not end within any useful time.
MAX_COLUMNS: Final = 600_000
# Above this many columns the linear relaxation is solved and rounded first: see `round_relaxation`.
LARGE: Final = 12_000


@dataclass(frozen=True, slots=True)
class Kind:
    """Interpreters (or rooms) that are interchangeable."""

    members: tuple[str, ...]
    capacity: int
    buffer: int
    zone: str = "UTC"
    max_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the solver chose for a request: a start, and among whom to look for interpreter and room."""

    request: str
    start: int
    interpreters: tuple[str, ...]
    rooms: tuple[str, ...]


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
        self.resources = self._resources()
        self.request_number = {each.id: number for number, each in enumerate(self.problem.requests)}
        self._columns(starts)

    def _resources(self) -> list[Kind]:
        parties = self.problem.parties.values()
        kinds = [Kind((p.id,), p.capacity, p.buffer_minutes, p.zone, p.max_per_day) for p in parties]
        house = self.problem.rules.max_concurrent
        self.party_number = {party.id: number for number, party in enumerate(parties)}
        self.first_pool = len(kinds)
        self.first_place = self.first_pool + len(self.pools)
        kinds += [*self.pools, *self.places]
        self.house_number = None if house is None else len(kinds)
        return kinds if house is None else [*kinds, Kind((), house, 0)]

    def _columns(self, starts: dict[str, list[int]]) -> None:
        self.presence = [_presence(self.problem, pool) for pool in self.pools]
        found: list[tuple[int, int, int, int]] = []
        self.spans: dict[str, tuple[int, int]] = {}
        for number, request in enumerate(self.problem.requests):
            first = len(found)
            if request.id in self.locked:
                found.extend(self._locked_columns(number, request))
            else:
                for pool in self._pools_for(request):
                    for start in starts[request.id]:
                        if pool < 0 or self.presence[pool].hold(start, start + request.minutes):
                            found.extend((number, start, pool, place) for place in self._place_numbers)
            self.spans[request.id] = (first, len(found))
        table = np.array(found, dtype=np.int64).reshape(-1, 4)
        self.requests, self.start, self.pool, self.place = table.T
        lengths = np.array([each.minutes for each in self.problem.requests], dtype=np.int64)
        self.end = self.start + lengths[self.requests]

    @property
    def _place_numbers(self) -> range:
        return range(len(self.places)) if self.places else range(-1, 0)

    def _pools_for(self, request: Request) -> list[int]:
        if request.pair is None:
            return [-1]
        speakers = {each.id for each in self.problem.interpreters if request.pair in each.pairs}
        return [number for number, pool in enumerate(self.pools) if pool.members[0] in speakers]

    def _locked_columns(self, number: int, request: Request) -> list[tuple[int, int, int, int]]:
        """Where a locked meeting stands, and with whom else it could be held if its lock leaves that open."""
        spot, lock = self.locked[request.id], request.lock
        pools, places = [_kind_of(self.pools, spot.interpreter)], [_kind_of(self.places, spot.room)]
        if lock is not None and lock.interpreter is None and spot.interpreter is not None:
            end = spot.start + request.minutes
            pools = [p for p in self._pools_for(request) if self.presence[p].hold(spot.start, end)]
        if lock is not None and lock.room is None and spot.room is not None:
            places = list(self._place_numbers)
        return [(number, spot.start, pool, place) for pool in pools for place in places]

    def _uses(self) -> tuple[Ints, Ints]:
        """Which column takes which resource: two arrays of equal length."""
        columns: list[Ints] = []
        resources: list[Ints] = []
        every = np.arange(len(self.start), dtype=np.int64)
        for party_of in ("company", "startup", "officer"):
            ids = [getattr(each, party_of) for each in self.problem.requests]
            numbers = np.array([self.party_number.get(one, -1) for one in ids], dtype=np.int64)
            used = numbers[self.requests] >= 0
            columns.append(every[used])
            resources.append(numbers[self.requests][used])
        for chosen, first in ((self.pool, self.first_pool), (self.place, self.first_place)):
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
        row, taken = _expand(low, high, column)
        leaves = np.zeros(len(moments), dtype=bool)
        leaves[high - 1] = True
        capacity = np.array([kind.capacity for kind in self.resources], dtype=np.float64)
        limit = capacity[moments // span]
        keep = leaves[row]
        return _at_most(row[keep], taken[keep], limit)

    def _day_rows(self, column: Ints, resource: Ints) -> Rows:
        """Each local day, each resource with a limit has at most that many meetings."""
        limits = np.array(
            [
                -1 if kind.max_per_day is None else kind.max_per_day * len(kind.members)
                for kind in self.resources
            ]
        )
        limited = limits[resource] >= 0
        column, resource = column[limited], resource[limited]
        days = [
            day_number(self.resources[each].zone, minute)
            for each, minute in zip(resource.tolist(), self.start[column].tolist(), strict=True)
        ]
        keys = np.stack([resource, np.array(days, dtype=np.int64)], axis=1).reshape(-1, 2)
        unique, row = np.unique(keys, axis=0, return_inverse=True)
        return _at_most(row.reshape(-1), column, limits[unique[:, 0]].astype(np.float64))

    def rows(self) -> Rows:
        """Every row that can bind."""
        column, resource = self._uses()
        every = np.arange(len(self.start), dtype=np.int64)
        once = _at_most(self.requests, every, np.ones(len(self.problem.requests)))
        once.least[[self.request_number[each] for each in self.locked]] = 1.0
        parts = [once, self._drop_idle(self._moment_rows(column, resource))]
        parts.append(self._drop_idle(self._day_rows(column, resource)))
        return _stack(parts)

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
        return _at_most(renumber[rows.row[keep]], rows.column[keep], limit)

    def gains(self) -> Floats:
        """What each column adds to the objective."""
        bonus = keep_bonus(self.problem)
        weights = np.array([each.weight for each in self.problem.requests])
        olds = [each.old_start for each in self.problem.requests]
        old = np.array([-1 if one is None else to_minute(one) for one in olds], dtype=np.int64)
        gains: Floats = weights[self.requests] + bonus * (self.start == old[self.requests])
        return gains

    def solve(self, hint: dict[str, Spot]) -> Solved:
        """Best table, starting from `hint`; raises nothing when out of time: see `status`."""
        gains, rules = self.gains(), self.problem.rules
        if not len(gains):
            return Solved((), 0.0, "Empty", 0.0, optimal=True)
        rows, start = self.rows(), self.values(hint)
        program = program_of(gains, rows)
        if len(gains) <= LARGE:
            return self._read(run(program, rules.time_limit, rules, start), self._most(gains))
        rounded = round_relaxation(program, rows, rules, len(self.problem.requests))
        if rounded.values is not None and gains @ rounded.values >= rounded.bound * (1 - rules.mip_gap):
            choices = self.choices(rounded.values)
            return Solved(choices, rounded.bound, "Optimal", rounded.seconds, optimal=True)
        better = rounded.values is not None and gains @ rounded.values > gains @ start
        values = rounded.values if better else start
        solver = run(program, max(1.0, rules.time_limit - rounded.seconds), rules, values)
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
        pool, place = int(self.pool[column]), int(self.place[column])
        return Choice(
            self.problem.requests[int(self.requests[column])].id,
            int(self.start[column]),
            self.pools[pool].members if pool >= 0 else (),
            self.places[place].members if place >= 0 else (),
        )


def keep_bonus(problem: Problem) -> float:
    """What keeping one old time is worth, in units of weight."""
    weights = [each.weight for each in problem.requests]
    return problem.rules.keep_bonus * sum(weights) / len(weights) if weights else 0.0


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


def _presence(problem: Problem, pool: Kind) -> Openings:
    return next(Openings(each.open) for each in problem.interpreters if each.id == pool.members[0])


def _expand(low: Ints, high: Ints, column: Ints) -> tuple[Ints, Ints]:
    """Rows `low` to `high` (exclusive) of each column, as two flat arrays."""
    counts = high - low
    offsets = np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(low, counts) + offsets, np.repeat(column, counts)


def _at_most(row: Ints, column: Ints, limit: Floats) -> Rows:
    return Rows(row, column, limit, np.full(len(limit), -highspy.kHighsInf))


def _stack(parts: list[Rows]) -> Rows:
    heights = np.cumsum([0, *(len(part.limit) for part in parts)])
    row = np.concatenate([part.row + height for part, height in zip(parts, heights, strict=False)])
    column = np.concatenate([part.column for part in parts])
    limit = np.concatenate([part.limit for part in parts])
    return Rows(row, column, limit, np.concatenate([part.least for part in parts]))
