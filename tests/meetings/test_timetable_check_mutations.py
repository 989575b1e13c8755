"""One good table with everything in it; each single change is told as exactly the fault it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.hours import Closure, calendar_for
from meetings.intervals import Interval
from meetings.scheduler import make_timetable
from meetings.timetable import Lock, Placement, Problem
from meetings.timetable_check import Fault, Violation, violations
from tests.meetings.rounds import JULY, at, interpreter, officer, party, problem, request, rounds, span

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
REQUESTS = [
    request("c1", "s1", id="m1", pair="ja-en"),
    request("c1", "s2", id="m2", pair="ja-en"),
    request("c2", "s1", id="m3", pair="ja-id"),
    request("c2", "s2", id="m4", lock=Lock(at(6), "r1")),
    request("c3", "s3", id="m5"),
    request("c3", "s4", id="m6"),
    request("c3", "s5", id="m7"),
]
PARTIES = [
    party("c1", span(0, 5), buffer_minutes=15, max_per_day=2),
    party("c2", buffer_minutes=15),
    party("c3", capacity=2),
]
PEOPLE = (
    interpreter("a", "ja-en", max_per_day=2, buffer_minutes=30),
    interpreter("b", "ja-en", "ja-id", open=(span(0, 5),), buffer_minutes=30),
)
OFFICERS = (officer("o1"), officer("o2", span(4, 9)), officer("o3"))
TABLE = {
    "m1": Placement("m1", at(0), 60, "r1", "a", "o1"),
    "m2": Placement("m2", at(2), 60, "r2", "a", "o1"),
    "m3": Placement("m3", at(3), 60, "r1", "b", "o3"),
    "m4": Placement("m4", at(6), 60, "r1", officer="o2"),
    "m5": Placement("m5", at(4.5), 60, "r2", officer="o2"),
    "m6": Placement("m6", at(4.5), 60, "r3", officer="o3"),
    "m7": Placement("m7", at(7), 60, "r2", officer="o1"),
}
ROUND = problem(
    REQUESTS,
    PARTIES,
    interpreters=PEOPLE,
    rooms=("r1", "r2", "r3"),
    officers=OFFICERS,
    room_buffer_minutes=10,
    max_concurrent=2,
)
CALENDARS = {"c1": calendar_for("JP"), "s1": calendar_for("SG"), "s2": calendar_for("VN")}


def told(made: Problem, table: dict[str, Placement]) -> list[tuple[Fault, tuple[str, ...], str]]:
    found = violations(made, table.values(), CALENDARS)
    return [(each.fault, each.requests, each.subject) for each in found]


def test_nothing_is_wrong_with_the_table_itself():
    assert violations(ROUND, TABLE.values(), CALENDARS) == []


@pytest.mark.parametrize(
    ("key", "change", "expected"),
    [
        ("m1", {"request": "m9"}, (Fault.UNKNOWN_REQUEST, ("m9",), "")),
        ("m7", {"minutes": 45}, (Fault.WRONG_LENGTH, ("m7",), "")),
        ("m7", {"minutes": 90}, (Fault.WRONG_LENGTH, ("m7",), "")),
        ("m7", {"start": at(7) + timedelta(minutes=5)}, (Fault.OFF_GRID, ("m7",), "")),
        ("m7", {"start": at(7) + timedelta(seconds=30)}, (Fault.OFF_GRID, ("m7",), "")),
        ("m2", {"start": at(8), "room": "r1"}, (Fault.OUTSIDE_HOURS, ("m2",), "c1")),
        ("m1", {"start": at(1.25)}, None),
        ("m3", {"start": at(2.5), "room": "r3"}, None),
        ("m7", {"room": None}, (Fault.ROOM_MISSING, ("m7",), "")),
        ("m7", {"room": "cellar"}, (Fault.ROOM_UNKNOWN, ("m7",), "cellar")),
        ("m6", {"room": "r2"}, (Fault.ROOM_CLASH, ("m5", "m6"), "r2")),
        ("m7", {"start": at(5.5)}, (Fault.ROOM_CLASH, ("m5", "m7"), "r2")),
        ("m7", {"start": at(4.5), "room": "r1"}, None),
        ("m1", {"interpreter": None}, (Fault.INTERPRETER_MISSING, ("m1",), "")),
        ("m1", {"interpreter": "x"}, (Fault.INTERPRETER_UNKNOWN, ("m1",), "x")),
        ("m3", {"interpreter": "a"}, None),
        ("m7", {"interpreter": "a"}, None),
        ("m2", {"interpreter": "b"}, (Fault.INTERPRETER_CLASH, ("m2", "m3"), "b")),
        ("m7", {"officer": None}, (Fault.OFFICER_MISSING, ("m7",), "")),
        ("m7", {"officer": "x"}, (Fault.OFFICER_UNKNOWN, ("m7",), "x")),
        ("m2", {"officer": "o2"}, (Fault.OFFICER_HOURS, ("m2",), "o2")),
        ("m6", {"officer": "o2"}, (Fault.OFFICER_CLASH, ("m5", "m6"), "o2")),
        ("m4", {"start": at(8)}, (Fault.LOCKED_MOVED, ("m4",), "")),
        ("m4", {"room": "r3"}, (Fault.LOCKED_MOVED, ("m4",), "")),
    ],
)
def test_one_meeting_changed(key: str, change: dict, expected: tuple | None):
    """Where one change breaks several rules, all of them are told: those are listed below."""
    found = told(ROUND, {**TABLE, key: replace(TABLE[key], **change)})
    assert found == (SEVERAL[key, tuple(change)] if expected is None else [expected])


SEVERAL = {
    ("m1", ("start",)): [
        (Fault.CLASH, ("m1", "m2"), "c1"),
        (Fault.INTERPRETER_CLASH, ("m1", "m2"), "a"),
        (Fault.OFFICER_CLASH, ("m1", "m2"), "o1"),
    ],
    ("m3", ("start", "room")): [],
    ("m7", ("start", "room")): [
        (Fault.TOO_MANY_AT_ONCE, ("m5", "m6", "m7"), ""),
        (Fault.CLASH, ("m5", "m6", "m7"), "c3"),
    ],
    ("m3", ("interpreter",)): [
        (Fault.INTERPRETER_LANGUAGE, ("m3",), "a"),
        (Fault.INTERPRETER_CLASH, ("m2", "m3"), "a"),
        (Fault.INTERPRETER_LIMIT, ("m1", "m2", "m3"), "a"),
    ],
    ("m7", ("interpreter",)): [
        (Fault.INTERPRETER_LANGUAGE, ("m7",), "a"),
        (Fault.INTERPRETER_LIMIT, ("m1", "m2", "m7"), "a"),
    ],
}


def ruled(**more: object) -> Callable[[Problem], Problem]:
    return lambda made: replace(made, rules=replace(made.rules, **more))


def known(key: str, **more: object) -> Callable[[Problem], Problem]:
    return lambda made: replace(made, parties={**made.parties, key: replace(made.parties[key], **more)})


def staffed(number: int, **more: object) -> Callable[[Problem], Problem]:
    people = [replace(each, **more) if n == number else each for n, each in enumerate(PEOPLE)]
    return lambda made: replace(made, interpreters=tuple(people))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (ruled(open=(span(0, 7.5),)), [(Fault.OUTSIDE_ROUND, ("m7",), "")]),
        (ruled(open=(span(0, 6.5), span(7, 9))), [(Fault.OUTSIDE_ROUND, ("m4",), "")]),
        (ruled(open=(span(0.5, 9),), not_before=at(0.5)), [(Fault.OUTSIDE_ROUND, ("m1",), "")]),
        (ruled(not_before=at(0.25)), [(Fault.OUTSIDE_ROUND, ("m1",), "")]),
        (ruled(max_concurrent=1), [(Fault.TOO_MANY_AT_ONCE, ("m5", "m6"), "")]),
        (
            ruled(room_buffer_minutes=100),
            [(Fault.ROOM_CLASH, ("m2", "m5"), "r2"), (Fault.ROOM_CLASH, ("m5", "m7"), "r2")],
        ),
        (known("c3", capacity=1), [(Fault.CLASH, ("m5", "m6"), "c3")]),
        (known("c1", max_per_day=1), [(Fault.DAILY_LIMIT, ("m1", "m2"), "c1")]),
        (known("c3", max_per_day=2), [(Fault.DAILY_LIMIT, ("m5", "m6", "m7"), "c3")]),
        (known("c1", max_per_month=1), [(Fault.MONTHLY_LIMIT, ("m1", "m2"), "c1")]),
        (known("c3", max_per_month=3, elsewhere=(at(0, JULY),)), []),
        (
            known("c3", max_per_month=3, elsewhere=(at(0, -1),)),
            [(Fault.MONTHLY_LIMIT, ("m5", "m6", "m7"), "c3")],
        ),
        (
            lambda made: replace(made, officers=(*OFFICERS[:2], officer("o3", span(0, 4)))),
            [(Fault.OFFICER_HOURS, ("m6",), "o3")],
        ),
        (
            lambda made: replace(made, officers=(replace(OFFICERS[0], buffer_minutes=75), *OFFICERS[1:])),
            [(Fault.OFFICER_CLASH, ("m1", "m2"), "o1")],
        ),
        (known("c1", buffer_minutes=75), [(Fault.CLASH, ("m1", "m2"), "c1")]),
        (
            known("c1", open=None),
            [(Fault.OUTSIDE_HOURS, ("m1",), "c1"), (Fault.OUTSIDE_HOURS, ("m2",), "c1")],
        ),
        (known("s5", open=(span(7, 7.75),)), [(Fault.OUTSIDE_HOURS, ("m7",), "s5")]),
        (staffed(0, buffer_minutes=75), [(Fault.INTERPRETER_CLASH, ("m1", "m2"), "a")]),
        (staffed(0, max_per_day=1), [(Fault.INTERPRETER_LIMIT, ("m1", "m2"), "a")]),
        (staffed(0, open=(span(0, 2.5),)), [(Fault.INTERPRETER_HOURS, ("m2",), "a")]),
        (staffed(1, pairs=frozenset(["ja-en"])), [(Fault.INTERPRETER_LANGUAGE, ("m3",), "b")]),
    ],
)
def test_one_rule_tightened(change: Callable[[Problem], Problem], expected: list):
    assert told(change(ROUND), TABLE) == expected


def test_a_meeting_held_twice_and_one_left_out():
    again = {**TABLE, "again": replace(TABLE["m7"], start=at(8), room="r3")}
    assert told(ROUND, again) == [(Fault.PLACED_TWICE, ("m7",), "")]
    assert told(ROUND, {key: each for key, each in TABLE.items() if key != "m5"}) == []
    gone = {key: each for key, each in TABLE.items() if key != "m4"}
    assert told(ROUND, gone) == [(Fault.LOCKED_MOVED, ("m4",), "")]


def test_a_day_off_of_one_side_is_told_for_each_of_its_meetings():
    closure = Closure(date(2027, 6, 7), date(2027, 6, 7), "Anniversary", "創立記念日")
    calendars = {**CALENDARS, "s1": calendar_for("SG", closures=[closure])}
    found = violations(ROUND, TABLE.values(), calendars)
    assert [(each.fault, each.requests, each.subject) for each in found] == [
        (Fault.DAY_OFF, ("m1",), "s1"),
        (Fault.DAY_OFF, ("m3",), "s1"),
    ]


@pytest.mark.parametrize(("hour", "off"), [(13.5, False), (14.5, True), (15, True)])
def test_a_meeting_over_midnight_needs_both_days(hour: float, *, off: bool):
    """Tokyo's midnight is 15:00 UTC; Tuesday 8 June is closed."""
    closure = Closure(date(2027, 6, 8), date(2027, 6, 8), "Stocktaking", "棚卸し")
    hours = (span(12, 18),)
    made = problem([request()], [party("c1", *hours), party("s1", *hours)], open=hours)
    found = violations(
        made, [Placement("c1-s1", at(hour), 60)], {"c1": calendar_for("JP", closures=[closure])}
    )
    assert [each.fault for each in found] == ([Fault.DAY_OFF] if off else [])


def test_a_crowd_that_begins_together_is_told_once():
    three = [request(f"c{n}", f"s{n}", id=f"m{n}") for n in range(3)]
    made = problem(three, max_concurrent=2)
    table = [Placement(each.id, at(0), 60) for each in three]
    assert violations(made, table) == [Violation(Fault.TOO_MANY_AT_ONCE, ("m0", "m1", "m2"))]


def test_too_early_and_outside_is_one_fault():
    made = problem([request()], [party("c1", span(-9, 9)), party("s1", span(-9, 9))], not_before=at(1))
    assert violations(made, [Placement("c1-s1", at(-2), 60)]) == [Violation(Fault.OUTSIDE_ROUND, ("c1-s1",))]


def test_days_over_their_limit_are_told_in_order():
    hours = tuple(span(0, 9, day) for day in range(5))
    requests = [request("c1", f"s{n}", id=f"m{n}") for n in range(10)]
    parties = [party(key, *hours) for each in requests for key in each.parties]
    made = problem(requests, [*parties, party("c1", *hours, max_per_day=1)], open=hours)
    table = [Placement(f"m{n}", at(2 * (n % 2), n // 2), 60) for n in range(10)]
    assert [each.requests for each in violations(made, table)] == [
        (f"m{n}", f"m{n + 1}") for n in (0, 2, 4, 6, 8)
    ]


def test_the_order_of_the_table_decides_nothing():
    wrong = {**TABLE, "m6": replace(TABLE["m6"], room="r2"), "m1": replace(TABLE["m1"], start=at(1.25))}
    few = [each for key, each in wrong.items() if key in {"m1", "m2", "m5", "m6"}]
    first, *others = [sorted(violations(ROUND, each), key=str) for each in permutations(few)]
    assert all(each == first for each in others)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(rounds())
def test_a_meeting_moved_over_another_of_the_same_company_is_never_overlooked(made: Problem):
    table = make_timetable(made).placements
    for one, other in permutations(table, 2):
        company = made.request(one.request).company
        if made.request(other.request).company == company and made.parties[company].capacity == 1:
            moved = [replace(each, start=other.start) if each == one else each for each in table]
            ids = tuple(sorted((one.request, other.request)))
            clash = Violation(Fault.CLASH, ids, company)
            assert [each for each in violations(made, moved) if each == clash] == [clash]


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(rounds(), st.integers(1, 14))
def test_a_meeting_shifted_off_the_grid_is_never_overlooked(made: Problem, minutes: int):
    for each in make_timetable(made).placements:
        found = violations(made, [replace(each, start=each.start + timedelta(minutes=minutes))])
        assert [one.fault for one in found][:1] == [Fault.OFF_GRID]


def test_hours_given_in_pieces_and_out_of_order_are_one_stretch():
    pieces = [Interval(at(n / 4), at((n + 1) / 4)) for n in (3, 1, 0, 2)]
    made = problem([request()], [party("c1", *pieces)])
    assert violations(made, [Placement("c1-s1", at(0), 60)]) == []
    assert violations(made, [Placement("c1-s1", at(0.25), 60)]) == [
        Violation(Fault.OUTSIDE_HOURS, ("c1-s1",), "c1")
    ]
