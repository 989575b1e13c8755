"""Why a request has no place: a reason that is true, and one thing that would help.

"True" can be checked: lift exactly what the reason names (free the meetings in `by`, add one interpreter, officer
or room, raise the limit) and the request fits at `start`, unless `also` names something more.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from meetings.intervals import intersect, merge, nearest_miss
from meetings.ledger import Ledger, Obstacles, round_hours, shared_starts, to_moment
from meetings.timetable import Problem, Reason, Remedy, Request, Unplaced

_REMEDIES = {
    Reason.NO_INTERPRETER: Remedy.ADD_INTERPRETER,
    Reason.NO_OFFICER: Remedy.ADD_OFFICER,
    Reason.NO_ROOM: Remedy.ADD_ROOM,
    Reason.DAILY_LIMIT: Remedy.RAISE_DAILY_LIMIT,
    Reason.MONTHLY_LIMIT: Remedy.ASK_FOR_MORE_A_MONTH,
    Reason.CROWDED_OUT: Remedy.OFFER_MORE_TIMES,
}


def explain(ledger: Ledger, request: Request, starts: dict[str, list[int]]) -> Unplaced:
    """The reason for one request that fits nowhere in a finished ledger."""
    problem = ledger.problem
    silent = tuple(party for party in request.parties if problem.parties[party].open is None)
    if silent:
        return Unplaced(request.id, Reason.WAITING, Remedy.ASK_AVAILABILITY, parties=silent)
    if not starts[request.id]:
        return _no_shared_time(problem, request)
    found = [(ledger.obstacles(request, start), start) for start in starts[request.id]]
    lightest, start = min(found, key=lambda each: (len(_reasons(each[0])), len(each[0].by), each[1]))
    lasting = [reason for reason in _reasons(lightest) if all(reason in _reasons(each) for each, _ in found)]
    pair = _pair_without_anybody(ledger, request, start) if lightest.interpreter else None
    return replace(_blocked(request, lightest, start, lasting), pair=pair)


def _reasons(obstacles: Obstacles) -> list[Reason]:
    """In the order in which they are told: what the ministry can mend itself comes first."""
    found = {
        Reason.NO_INTERPRETER: obstacles.interpreter,
        Reason.NO_OFFICER: obstacles.officer,
        Reason.NO_ROOM: obstacles.room,
        Reason.DAILY_LIMIT: obstacles.at_limit,
        Reason.MONTHLY_LIMIT: obstacles.month_full,
        Reason.CROWDED_OUT: obstacles.by,
    }
    return [reason for reason, stands in found.items() if stands]


def _pair_without_anybody(ledger: Ledger, request: Request, start: int) -> str | None:
    """With the field only if it is what is missing: somebody who knows the language alone would be free then."""
    if request.wider is None or ledger.free_interpreter(replace(request, pair=request.wider), start):
        return request.pair
    return request.wider


def _blocked(request: Request, obstacles: Obstacles, start: int, lasting: list[Reason]) -> Unplaced:
    """The reason that holds at every possible start, if there is one, else the first at the best start."""
    reasons = _reasons(obstacles)
    main = next(iter(lasting or reasons))
    limited = {Reason.DAILY_LIMIT: obstacles.at_limit, Reason.MONTHLY_LIMIT: obstacles.month_full}
    return Unplaced(
        request.id,
        main,
        _REMEDIES[main],
        start=to_moment(start),
        parties=limited.get(main, obstacles.busy),
        by=tuple(sorted(obstacles.by)),
        also=tuple(reason for reason in reasons if reason is not main),
    )


def _no_shared_time(problem: Problem, request: Request) -> Unplaced:
    """How near the two sides come within the round; if they share time ahead outside it, widening it helps."""
    hours = {party: problem.parties[party].open or () for party in request.parties}
    inside = [intersect(hours[party], round_hours(problem)) for party in request.parties]
    absent = tuple(party for party, found in zip(request.parties, inside, strict=True) if not found)
    miss = nearest_miss(inside[0], inside[1], request.minutes, problem.rules.grid_minutes)
    rules = replace(problem.rules, open=merge(chain(*hours.values())))
    # The two sides alone: the hours of everybody in the round, for each request anew, took most of the time.
    own = {party: problem.parties[party] for party in request.parties}
    wider = replace(problem, rules=rules, requests=(request,), parties=own)
    outside = shared_starts(wider)[request.id]
    remedy = Remedy.WIDEN_ROUND if outside else Remedy.OFFER_MORE_TIMES
    return Unplaced(request.id, Reason.NO_SHARED_TIME, remedy, parties=absent, miss=miss)
