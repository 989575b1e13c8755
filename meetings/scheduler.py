"""The timetable of a round: who meets whom, when, with which interpreter, in which room.

A greedy table comes first and always exists. HiGHS then looks for the best one, starting from it, and
proves how far from the best it is. Whatever it picks is booked person by person in a ledger that refuses
clashes, filled up where there is still room, and tidied: meetings move to earlier days, close gaps and leave
scarce hours to those who have no others, as long as no weight is lost. The better of the two tables wins,
and the result says which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from meetings.ledger import Ledger, Spot, day_number, placement_of, shared_starts, to_minute
from meetings.timetable import Placement, Problem, Request, Solver, Timetable, Watch, keep_bonus
from meetings.timetable_model import (
    MAX_COLUMNS,
    Choice,
    Solved,
    TimetableModel,
    officer_kinds,
)
from meetings.timetable_solver import Watched
from meetings.why_not import explain

Starts = dict[str, list[int]]
# In the tidying, a day later weighs as much as three hours of idle time between two meetings.
_DAY_COST: Final = 180
_IDLE_CAP: Final = 180
# And an hour that others have not much beside as two of them: Israel shares but the late afternoon with Japan.
_SCARCE_COST: Final = 120
_EPSILON: Final = 1e-9


@dataclass(frozen=True, slots=True)
class _Table:
    """A finished ledger and what it is worth."""

    ledger: Ledger
    objective: float


def make_timetable(problem: Problem, watch: Watch | None = None) -> Timetable:
    """The best timetable found, why each other request has no place, and the bound that proves how good.

    `watch` is shown how far the solver is, and ends it by saying True; what it has found by then counts.
    Locked meetings stay where they are, even against the rules; the checker names what they break.
    Raises KeyError if a request names an unknown party.
    """
    problem = in_order(problem)
    starts = shared_starts(problem)
    greedy = greedy_table(problem, starts)
    solved, best = _solve(problem, starts, greedy, Watched(watch, problem.rules.time_limit))
    solver = Solver.HIGHS
    # A solver out of time hands back the greedy table it was given: then that is what made it.
    needed = greedy.objective - _EPSILON if solved.optimal else greedy.objective + _EPSILON
    if best is None or best.objective < needed:
        solver, best = Solver.GREEDY, greedy
    _tidy(best.ledger, starts)
    fill(best.ledger, starts)
    _give_back_means(best.ledger)
    return _result(best.ledger, starts, solved, solver=solver, greedy=greedy.objective)


def in_order(problem: Problem) -> Problem:
    """The same problem sorted by id, so that the order of the input decides nothing.

    The order of rooms stays: it says which is taken first.
    """
    return replace(
        problem,
        requests=tuple(sorted(problem.requests, key=lambda each: each.id)),
        parties=dict(sorted(problem.parties.items())),
        interpreters=tuple(sorted(problem.interpreters, key=lambda each: each.id)),
        officers=None
        if problem.officers is None
        else tuple(sorted(problem.officers, key=lambda each: each.id)),
    )


def greedy_table(problem: Problem, starts: Starts) -> _Table:
    """Locked meetings, then old times, then by weight; each request at its first possible start."""
    ledger = Ledger(problem)
    ledger.place_locked()
    _keep_old_times(ledger, starts)
    fill(ledger, starts)
    return _Table(ledger, objective_of(ledger))


def _keep_old_times(ledger: Ledger, starts: Starts) -> None:
    for request in _waiting(ledger, starts):
        if request.old_start is not None and to_minute(request.old_start) in starts[request.id]:
            _place_first(ledger, request, [to_minute(request.old_start)])


def fill(ledger: Ledger, starts: Starts) -> None:
    """Place whatever still fits, heavy requests and those with few possible starts first."""
    for request in _waiting(ledger, starts):
        _place_first(ledger, request, starts[request.id])


def _waiting(ledger: Ledger, starts: Starts) -> list[Request]:
    waiting = [each for each in ledger.problem.requests if each.id not in ledger.spots]
    return sorted(waiting, key=lambda each: (-each.weight, len(starts[each.id]), each.id))


def _place_first(ledger: Ledger, request: Request, starts: Iterable[int]) -> bool:
    for start in starts:
        spot = ledger.fit(request, start)
        if spot is not None:
            ledger.place(request, spot)
            return True
    return False


def _solve(
    problem: Problem, starts: Starts, greedy: _Table, watched: Watched
) -> tuple[Solved, _Table | None]:
    """Solve with alike interpreters and rooms counted; if naming them costs weight, again with each apart.

    Both solves together stay within the time limit.
    """
    solved, table = _attempt(problem, starts, greedy, watched, apart=False)
    enough = solved.bound * (1 - problem.rules.mip_gap) - _EPSILON
    left = problem.rules.time_limit - solved.seconds
    if (table is not None and table.objective >= enough) or left <= 0:
        return solved, table
    if not solved.optimal or _columns_apart(problem, starts) > MAX_COLUMNS:
        return solved, table
    exact = replace(problem, rules=replace(problem.rules, time_limit=left))
    watched.spent = solved.seconds
    again, second = _attempt(exact, starts, table or greedy, watched, apart=True)
    better = second is not None and (table is None or second.objective >= table.objective)
    bound = min(solved.bound, again.bound)
    return replace(again, bound=bound), second if better else table


def _columns_apart(problem: Problem, starts: Starts) -> int:
    interpreters = {each.id: 1 for each in problem.requests}
    for request in problem.requests:
        if request.pair is not None:
            interpreters[request.id] = sum(request.pair in each.pairs for each in problem.interpreters)
    means = len(problem.rooms or (1,)) * max(len(officer_kinds(problem, apart=True)), 1)
    return means * sum(len(starts[key]) * count for key, count in interpreters.items())


def _attempt(
    problem: Problem, starts: Starts, hint: _Table, watched: Watched, *, apart: bool
) -> tuple[Solved, _Table | None]:
    ledger = Ledger(problem)
    ledger.place_locked()
    model = TimetableModel(ledger, starts, apart=apart)
    solved = model.solve(hint.ledger.spots, watched)
    if not solved.choices and not solved.optimal:
        return solved, None
    complete = booked(ledger, solved.choices)
    fill(ledger, starts)
    return solved, _Table(ledger, objective_of(ledger)) if complete else None


def booked(ledger: Ledger, choices: Iterable[Choice]) -> bool:
    """Name an interpreter, a room and an officer for each choice, in order of start; who finds none stays unplaced.

    False if a locked meeting lost an interpreter, room or officer that it had.
    """
    had = dict(ledger.spots)
    for key in had:
        ledger.reopen(ledger.requests[key])
    for choice in sorted(choices, key=lambda each: (each.start, each.request)):
        request = ledger.requests[choice.request]
        among = choice.interpreters or None, choice.rooms or None, choice.officers or None
        if choice.request in had:
            ledger.complete(request, *among)
        elif spot := ledger.fit(request, choice.start, *among):
            ledger.place(request, spot)
    return all(_has_means_of(ledger.spots[key], spot) for key, spot in had.items())


def _has_means_of(spot: Spot, before: Spot) -> bool:
    return all(had is None or has is not None for had, has in zip(before[1:], spot[1:], strict=True))


def objective_of(ledger: Ledger) -> float:
    """Weight of what is placed, and the bonus for every old time kept."""
    weight = sum(ledger.requests[key].weight for key in ledger.spots)
    return weight + keep_bonus(ledger.problem) * _kept(ledger)


def _keeps(request: Request, spot: Spot) -> bool:
    return request.old_start is not None and to_minute(request.old_start) == spot.start


def _kept(ledger: Ledger) -> int:
    return sum(_keeps(ledger.requests[key], spot) for key, spot in ledger.spots.items())


def _tidy(ledger: Ledger, starts: Starts) -> None:
    """Move each meeting once, in order of time, to where it costs least; nothing locked or kept moves."""
    scarce = scarce_hours(ledger.problem, starts)
    for key, spot in sorted(ledger.spots.items(), key=lambda item: (item[1].start, item[0])):
        request = ledger.requests[key]
        if request.lock is not None or _keeps(request, spot):
            continue
        ledger.remove(request)
        ledger.place(request, next(iter(_ranked(ledger, request, starts[key], scarce)), spot))


def scarce_hours(problem: Problem, starts: Starts) -> Scarcity:
    """What those who share little time leave free for nobody else, as far as nobody loses a place by it.

    They are the requests with less than half of the mean number of possible starts.
    """
    counts = [len(each) for each in starts.values() if each]
    few = sum(counts) / len(counts) / 2 if counts else 0.0
    narrow = frozenset(key for key, each in starts.items() if 0 < len(each) < few)
    wanted: Counter[int] = Counter()
    grid = problem.rules.grid_minutes
    for request in problem.requests:
        if request.id in narrow:
            wanted.update({cell for start in starts[request.id] for cell in _cells(start, request, grid)})
    return Scarcity(narrow, wanted, grid)


def _cells(start: int, request: Request, grid: int) -> range:
    """The stretches of the grid that a meeting takes."""
    return range(start // grid, -(-(start + request.minutes) // grid))


@dataclass(frozen=True, slots=True)
class Scarcity:
    """Which requests share little time, and how many of them could use each stretch of the grid."""

    narrow: frozenset[str]
    wanted: Mapping[int, int]
    grid: int

    def cost(self, request: Request, start: int) -> int:
        """Most for the hours that most of them need; nothing for one of them."""
        if not self.wanted or request.id in self.narrow:
            return 0
        most = max(self.wanted.get(cell, 0) for cell in _cells(start, request, self.grid))
        return round(_SCARCE_COST * most / max(self.wanted.values()))


def _give_back_means(ledger: Ledger) -> None:
    """Whoever keeps an old time gets its old room, interpreter and officer back, as far as that moves nobody in time.

    First those who can have all of them, then those who can have some, then the others; if one of them then finds
    nobody free, all stays as it was.
    """
    free = [each for each in ledger.problem.requests if each.id in ledger.spots and each.lock is None]
    if not any(any(each.old_means) for each in free):
        return
    free.sort(
        key=lambda each: (not _keeps(each, ledger.spots[each.id]), ledger.spots[each.id].start, each.id)
    )
    before = {each.id: ledger.remove(each) for each in free}
    for choose in (_with_all_old_means, _with_some_old_means, _with_given_means):
        for each in free:
            if each.id not in ledger.spots and (spot := choose(ledger, each, before[each.id])):
                ledger.place(each, spot)
    if len(ledger.spots.keys() & before.keys()) < len(before):
        _put_all_back(ledger, free, before)


def _with_all_old_means(ledger: Ledger, request: Request, had: Spot) -> Spot | None:
    return _with_old(ledger, request, had, (True, True, True))


def _with_some_old_means(ledger: Ledger, request: Request, had: Spot) -> Spot | None:
    choices = list(product((True, False), repeat=len(request.old_means)))[1:-1]
    return next((spot for keep in choices if (spot := _with_old(ledger, request, had, keep))), None)


def _with_given_means(ledger: Ledger, request: Request, had: Spot) -> Spot | None:
    """Those that the table gave it, or whoever else is free then."""
    given = [[each] if each is not None else None for each in (had.interpreter, had.room, had.officer)]
    return ledger.fit(request, had.start, *given) or ledger.fit(request, had.start)


def _with_old(ledger: Ledger, request: Request, had: Spot, keep: Sequence[bool]) -> Spot | None:
    """At its old start, if it keeps that, with those of its old means that it is to keep."""
    if not _keeps(request, had):
        return None
    room, interpreter, officer = (
        [old] if kept and old is not None else None for kept, old in zip(keep, request.old_means, strict=True)
    )
    return ledger.fit(request, had.start, interpreter, _known(room, ledger.rooms), officer)


def _known(rooms: list[str] | None, known: Collection[str]) -> list[str] | None:
    """A room that the round no longer has narrows the choice to nothing."""
    return rooms if rooms is None else [each for each in rooms if each in known]


def _put_all_back(ledger: Ledger, requests: Iterable[Request], before: Mapping[str, Spot]) -> None:
    for each in requests:
        if each.id in ledger.spots:
            ledger.remove(each)
    for each in requests:
        ledger.place(each, before[each.id])


def _ranked(
    ledger: Ledger, request: Request, starts: Iterable[int], scarce: Scarcity | None = None
) -> list[Spot]:
    """The spots that are free, least cost first; an old time before all others."""
    spots = [spot for start in starts if (spot := ledger.fit(request, start)) is not None]
    return sorted(
        spots,
        key=lambda spot: (
            not _keeps(request, spot),
            _cost(ledger, request, spot) + (scarce.cost(request, spot.start) if scarce else 0),
            spot.start,
        ),
    )


def _cost(ledger: Ledger, request: Request, spot: Spot) -> int:
    """Idle minutes to the nearest meeting of each party that day, and how late in the round the day is."""
    first = to_minute(min(ledger.problem.rules.open).start)
    zone = ledger.problem.parties[request.company].zone
    days = day_number(zone, spot.start) - day_number(zone, first)
    end = spot.start + request.minutes
    return _DAY_COST * days + sum(_idle(ledger, party, spot.start, end) for party in request.parties)


def _idle(ledger: Ledger, party: str, start: int, end: int) -> int:
    gaps = (max(each.start - end, start - each.until, 0) for each in ledger.parties[party].booked)
    return min((gap for gap in gaps if gap < _IDLE_CAP), default=_IDLE_CAP)


def _result(ledger: Ledger, starts: Starts, solved: Solved, *, solver: Solver, greedy: float) -> Timetable:
    objective = objective_of(ledger)
    bound = max(solved.bound, objective)
    return Timetable(
        placements=ledger.placements(),
        unplaced=tuple(
            explain(ledger, each, starts) for each in ledger.problem.requests if each.id not in ledger.spots
        ),
        weight=sum(ledger.requests[key].weight for key in ledger.spots),
        objective=objective,
        bound=bound,
        gap=(bound - objective) / bound if bound > 0 else 0.0,
        solver=solver,
        status=solved.status,
        greedy_objective=greedy,
        kept=_kept(ledger),
    )


def options(problem: Problem, placements: Iterable[Placement], request_id: str) -> tuple[Placement, ...]:
    """Where a request can go while all other meetings stay: every valid start, best first.

    The request's present place counts as free. Raises KeyError for an unknown request.
    """
    request = problem.request(request_id)
    ledger = Ledger(problem)
    for each in placements:
        if each.request != request_id:
            spot = Spot(to_minute(each.start), each.room, each.interpreter, each.officer)
            ledger.place(ledger.requests[each.request], spot)
    own = {party: problem.parties[party] for party in request.parties}
    starts = shared_starts(replace(problem, requests=(request,), parties=own))
    spots = _ranked(ledger, request, starts[request_id])
    return tuple(placement_of(request, spot) for spot in spots)
