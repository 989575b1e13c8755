"""Small rounds with readable defaults, for the tests of the timetable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

from hypothesis import strategies as st

from meetings.hours import Closure
from meetings.intervals import Interval
from meetings.timetable import Interpreter, Officer, Party, Placement, Problem, Request, Rules
from meetings.timetable_check import violations

MONDAY = datetime(2027, 6, 7, tzinfo=UTC)
JULY = 24  # days from the Monday to the next month


def at(hour: float, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


def span(start: float, end: float, day: int = 0) -> Interval:
    return Interval(at(start, day), at(end, day))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(start: str, end: str) -> Interval:
    return Interval(utc(start), utc(end))


def minutes_past(intervals: list[tuple[int, int]]) -> list[Interval]:
    """Intervals given in minutes after midnight of the Monday."""
    return [Interval(MONDAY + timedelta(minutes=a), MONDAY + timedelta(minutes=b)) for a, b in intervals]


def moments(intervals: Iterable[Interval]) -> set[datetime]:
    """Every whole minute that lies in them."""
    return {
        each.start + timedelta(minutes=number)
        for each in intervals
        for number in range(int((each.end - each.start) / timedelta(minutes=1)))
    }


CLOSURES = [
    Closure(date(2027, 8, 12), date(2027, 8, 16), "Obon", "お盆休み", "JP"),
    Closure(date(2027, 12, 29), date(2028, 1, 3), "Year end", "年末年始", "JP"),
    Closure(date(2027, 2, 1), date(2027, 2, 12), "Tet", "テト休暇", "VN"),
    Closure(date(2027, 3, 8), date(2027, 3, 16), "Lebaran", "レバラン休暇", "ID"),
]

ALL_DAY = (span(0, 9),)


def party(key: str, *hours: Interval, **more: object) -> Party:
    return Party(key, hours or ALL_DAY, **{"zone": "Asia/Tokyo", **more})


def request(company: str = "c1", startup: str = "s1", **more: object) -> Request:
    return Request(
        **{"id": f"{company}-{startup}", "company": company, "startup": startup, "minutes": 60, **more}
    )


def interpreter(key: str, *pairs: str, **more: object) -> Interpreter:
    return Interpreter(key, frozenset(pairs), **{"open": ALL_DAY, **more})


def officer(key: str, *hours: Interval, **more: object) -> Officer:
    return Officer(key, hours or ALL_DAY, **more)


def problem(requests, parties=(), **more: object) -> Problem:
    """Parties that are not given are open all day; `open`, `mip_gap` and the like go to the rules."""
    known = {each.id: each for each in parties}
    for key in sorted({key for each in requests for key in each.parties} - known.keys()):
        known[key] = party(key)
    fields = {key: more.pop(key) for key in ("interpreters", "rooms", "officers") if key in more}
    rules = Rules(**{"open": ALL_DAY, "mip_gap": 0.0, "time_limit": 20.0, **more})
    return Problem(tuple(requests), known, rules, **fields)


def best_weight(given: Problem) -> float:
    """By trying every start, interpreter, room and officer for every request, and asking the checker."""
    best = 0.0
    choices = [[None, *places_for(given, each)] for each in given.requests]
    for picked in product(*choices):
        weight = sum(each.weight for each, place in zip(given.requests, picked, strict=True) if place)
        if weight > best and not violations(given, [place for place in picked if place]):
            best = weight
    return best


def places_for(given: Problem, wanted: Request) -> list[Placement]:
    """Every start, interpreter, room and officer the checker allows the request while there is no other.

    The others are left out, not merely unplaced: one of them with a lock would be missed, whatever is tried here.
    """
    given = replace(given, requests=(wanted,))
    grid = timedelta(minutes=given.rules.grid_minutes)
    who = [each.id for each in given.interpreters] if wanted.pair else [None]
    sitting = [each.id for each in given.officers or ()] or [None]
    found = []
    for opens, closes in given.rules.open:
        starts = (opens + grid * number for number in range((closes - opens) // grid))
        for start, interpreter_id, room, officer_id in product(starts, who, given.rooms or (None,), sitting):
            place = Placement(wanted.id, start, wanted.minutes, room, interpreter_id, officer_id)
            if not violations(given, [place]):
                found.append(place)
    return found


HALVES = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 4)), min_size=1, max_size=2)


@st.composite
def rounds(draw: st.DrawFn, max_requests: int = 8, hours: int = 4, grid: int = 15) -> Problem:
    """Random rounds on two days, tight in everything: parties, interpreters, officers, rooms, limits, buffers.

    Sometimes the two days lie in two months.
    """
    days = draw(st.sampled_from(((0, 1), (0, JULY))))
    open_hours = tuple(span(0, hours, day) for day in days)
    parties = [_party(draw, key, hours, days) for key in ("c1", "c2", "c3", "s1", "s2", "s3")]
    pairs = draw(
        st.lists(st.sampled_from(list(product("123", "123"))), min_size=1, max_size=max_requests, unique=True)
    )
    requests = [
        request(
            f"c{company}",
            f"s{startup}",
            minutes=draw(st.sampled_from((30, 45, 60))),
            weight=float(draw(st.integers(1, 9))),
            pair=draw(st.sampled_from((None, "ja-en", "ja-id"))),
            old_start=draw(st.sampled_from((None, at(0), at(1), at(0.5, days[1])))),
        )
        for company, startup in pairs
    ]
    return problem(
        requests,
        parties,
        open=open_hours,
        grid_minutes=grid,
        interpreters=_interpreters(draw, open_hours),
        rooms=draw(st.sampled_from((None, ("r1",), ("r1", "r2")))),
        officers=_officers(draw, hours, days),
        room_buffer_minutes=draw(st.sampled_from((0, 10))),
        max_concurrent=draw(st.sampled_from((None, 2))),
    )


def _party(draw: st.DrawFn, key: str, hours: int, days: tuple[int, int]) -> Party:
    offered = [
        span(start / 2, min(hours, (start + length) / 2), day)
        for day in days
        for start, length in draw(HALVES)
        if start / 2 < hours
    ]
    given = draw(st.sampled_from((tuple(offered), tuple(offered), (span(0, hours, days[0]),), None, ())))
    limit, buffer = draw(st.sampled_from((None, 1, 2))), draw(st.sampled_from((0, 15)))
    return Party(
        key,
        given,
        max_per_day=limit,
        capacity=draw(st.sampled_from((1, 1, 2))),
        buffer_minutes=buffer,
        max_per_month=draw(st.sampled_from((None, 1, 2))),
        elsewhere=draw(st.sampled_from(((), (at(0, -5),), (at(0, JULY + 1),)))),
    )


def _officers(draw: st.DrawFn, hours: int, days: tuple[int, int]) -> tuple[Officer, ...] | None:
    """None needed, nobody there, alike ones, or with hours of their own."""
    whole = tuple(span(0, hours, day) for day in days)
    part = (span(0, hours / 2), span(hours / 2, hours, days[1]))
    kinds = draw(st.sampled_from((None, None, (), (whole,), (part,), (whole, whole), (whole, part))))
    buffer = draw(st.sampled_from((0, 15)))
    if kinds is None:
        return None
    return tuple(Officer(f"o{number}", open_, buffer) for number, open_ in enumerate(kinds))


def _interpreters(draw: st.DrawFn, open_hours: tuple[Interval, ...]) -> tuple[Interpreter, ...]:
    spoken = st.sampled_from((("ja-en",), ("ja-en", "ja-id"), ("ja-id",)))
    count = draw(st.integers(0, 3))
    limit = draw(st.sampled_from((None, 1, 2)))
    return tuple(
        interpreter(f"i{n}", *draw(spoken), open=open_hours, max_per_day=limit) for n in range(count)
    )
