"""The checker finds each fault on its own, in a round that is right but for that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from meetings.hours import Closure, calendar_for
from meetings.intervals import Interval
from meetings.timetable import Lock, Party, Placement, Problem
from meetings.timetable_check import Fault, Violation, violations
from tests.meetings.rounds import JULY, at, interpreter, officer, party, problem, request, span

TWO = [request("c1", "s1"), request("c1", "s2")]


def place(
    key: str,
    hour: float,
    *,
    minutes: int = 60,
    room: str | None = None,
    who: str | None = None,
    officer: str | None = None,
) -> Placement:
    return Placement(key, at(hour), minutes, room, who, officer)


def faults(made: Problem, *placements: Placement) -> list[tuple[Fault, tuple[str, ...], str]]:
    return [(each.fault, each.requests, each.subject) for each in violations(made, placements)]


def test_nothing_is_wrong_with_an_empty_timetable_or_a_right_one():
    made = problem(
        TWO, [party("c1", buffer_minutes=15)], interpreters=(interpreter("a", "ja-en"),), rooms=("r1",)
    )
    assert violations(made, []) == []
    assert faults(made, place("c1-s1", 0, room="r1"), place("c1-s2", 1.25, room="r1")) == []


def test_a_request_nobody_made():
    assert faults(problem(TWO), place("c9-s9", 0)) == [(Fault.UNKNOWN_REQUEST, ("c9-s9",), "")]


def test_a_request_placed_twice():
    found = faults(problem(TWO), place("c1-s1", 0), place("c1-s1", 3))
    assert found == [(Fault.PLACED_TWICE, ("c1-s1",), "")]


@pytest.mark.parametrize("minutes", [45, 75])
def test_a_meeting_of_another_length(minutes: int):
    assert faults(problem(TWO), place("c1-s1", 0, minutes=minutes)) == [(Fault.WRONG_LENGTH, ("c1-s1",), "")]


def test_a_start_off_the_grid():
    assert faults(problem(TWO), place("c1-s1", 1.1)) == [(Fault.OFF_GRID, ("c1-s1",), "")]


@pytest.mark.parametrize("hour", [-0.25, 8.25])
def test_a_meeting_that_begins_before_the_round_or_ends_after_it(hour: float):
    parties = [party(key, span(-3, 12)) for key in ("c1", "s1", "s2")]
    assert faults(problem(TWO, parties), place("c1-s1", hour)) == [(Fault.OUTSIDE_ROUND, ("c1-s1",), "")]


def test_a_meeting_before_the_earliest_moment():
    made = problem(TWO, not_before=at(2))
    assert faults(made, place("c1-s1", 1)) == [(Fault.OUTSIDE_ROUND, ("c1-s1",), "")]
    assert faults(made, place("c1-s1", 2)) == []


@pytest.mark.parametrize("who", ["c1", "s1"])
def test_a_meeting_outside_the_hours_of_anybody(who: str):
    made = problem([request()], [party(who, span(0, 2), span(3, 9))])
    assert faults(made, place("c1-s1", 1.5)) == [(Fault.OUTSIDE_HOURS, ("c1-s1",), who)]


def test_hours_that_touch_are_as_good_as_one_stretch():
    made = problem([request()], [party("c1", span(0.5, 1), span(0, 0.5))])
    assert faults(made, place("c1-s1", 0)) == []


def test_a_party_without_availability_meets_nobody():
    made = problem([request()], [Party("s1", None)])
    assert faults(made, place("c1-s1", 0)) == [(Fault.OUTSIDE_HOURS, ("c1-s1",), "s1")]


def test_a_day_off_of_either_side():
    """29 April 2027 is Showa Day in Japan, 10 May a closure of the startup."""
    moments = [datetime(2027, 4, 29, 2, tzinfo=UTC), datetime(2027, 5, 10, 2, tzinfo=UTC)]
    hours = tuple(Interval(moment, moment + timedelta(hours=1)) for moment in moments)
    closure = Closure(date(2027, 5, 10), date(2027, 5, 10), "Retreat", "社員旅行")
    calendars = {"c1": calendar_for("JP"), "s1": calendar_for("SG", closures=[closure])}
    made = problem([request()], [party("c1", *hours), party("s1", *hours)], open=hours)
    found = [violations(made, [Placement("c1-s1", moment, 60)], calendars) for moment in moments]
    assert [[each.subject for each in one] for one in found] == [["c1"], ["s1"]]
    assert {each.fault for one in found for each in one} == {Fault.DAY_OFF}


@pytest.mark.parametrize(
    ("buffer", "hour", "wrong"), [(0, 0.75, True), (0, 1, False), (15, 1, True), (15, 1.25, False)]
)
def test_two_meetings_of_a_party_with_too_little_between(buffer: int, hour: float, *, wrong: bool):
    made = problem(TWO, [party("c1", buffer_minutes=buffer)])
    expected = [(Fault.CLASH, ("c1-s1", "c1-s2"), "c1")] if wrong else []
    assert faults(made, place("c1-s1", 0), place("c1-s2", hour)) == expected


@pytest.mark.parametrize(
    ("officers", "first", "second", "expected"),
    [
        (None, None, None, []),
        ((), None, None, [(Fault.OFFICER_MISSING, ("c1-s1",), ""), (Fault.OFFICER_MISSING, ("c2-s2",), "")]),
        (("a", "b"), "a", "b", []),
        (("a", "b"), "a", "a", [(Fault.OFFICER_CLASH, ("c1-s1", "c2-s2"), "a")]),
        (("a",), "a", None, [(Fault.OFFICER_MISSING, ("c2-s2",), "")]),
        (("a",), "a", "x", [(Fault.OFFICER_UNKNOWN, ("c2-s2",), "x")]),
        (None, "a", None, [(Fault.OFFICER_UNKNOWN, ("c1-s1",), "a")]),
        (("a", "late"), "a", "late", [(Fault.OFFICER_HOURS, ("c2-s2",), "late")]),
    ],
)
def test_officers_of_two_meetings_that_follow_too_soon(officers, first, second, expected):
    """From 0:00 to 1:00 and from 1:00 to 2:00, where an officer wants a quarter of an hour between."""
    hours = {"late": (span(1.5, 9),)}
    people = officers and tuple(officer(key, *hours.get(key, ()), buffer_minutes=15) for key in officers)
    made = problem([request("c1", "s1"), request("c2", "s2")], officers=people)
    found = faults(made, place("c1-s1", 0, officer=first), place("c2-s2", 1, officer=second))
    assert found == expected


@pytest.mark.parametrize(
    ("limit", "elsewhere", "wrong"),
    [
        (None, [-5, -4], []),
        (2, [], []),
        (2, [-5], ["june"]),
        (2, [-40, JULY + 40], []),
        (1, [], ["june"]),
        (1, [JULY + 3], ["june", "july"]),
        (0, [], ["june", "july"]),
    ],
)
def test_more_meetings_a_month_than_a_party_allows(limit, elsewhere, wrong):
    """Two in June and one on the first of July in Tokyo, which in UTC is still the last of June."""
    ids = {"june": ("c1-s1", "c1-s2"), "july": ("c1-s3",)}
    hours = (span(0, 24), span(-3, 9, JULY))
    away = tuple(at(3, day) for day in elsewhere)
    firm = Party("c1", hours, "Asia/Tokyo", max_per_month=limit, elsewhere=away)
    others = [party(f"s{n}", *hours) for n in (1, 2, 3)]
    made = problem([request(startup=f"s{n}") for n in (1, 2, 3)], [firm, *others], open=hours)
    late = Placement("c1-s3", at(-3, JULY), 60)
    found = faults(made, place("c1-s1", 0), place("c1-s2", 3), late)
    assert found == [(Fault.MONTHLY_LIMIT, ids[month], "c1") for month in wrong]


def test_a_party_with_two_tables_and_three_meetings():
    three = [request(startup=f"s{number}") for number in range(3)]
    made = problem(three, [party("c1", capacity=2)])
    assert faults(made, place("c1-s0", 0), place("c1-s1", 0), place("c1-s2", 1)) == []
    crowd = faults(made, place("c1-s0", 0), place("c1-s1", 0.25), place("c1-s2", 0.5))
    assert crowd == [(Fault.CLASH, ("c1-s0", "c1-s1", "c1-s2"), "c1")]


def test_more_meetings_at_once_than_the_round_can_hold():
    made = problem([request("c1", "s1"), request("c2", "s2")], max_concurrent=1)
    found = faults(made, place("c1-s1", 0), place("c2-s2", 0.5))
    assert found == [(Fault.TOO_MANY_AT_ONCE, ("c1-s1", "c2-s2"), "")]


def test_more_meetings_a_day_than_a_party_allows():
    made = problem(TWO, [party("c1", max_per_day=1)])
    found = faults(made, place("c1-s1", 0), place("c1-s2", 3))
    assert found == [(Fault.DAILY_LIMIT, ("c1-s1", "c1-s2"), "c1")]


@pytest.mark.parametrize(("zone", "wrong"), [("Asia/Tokyo", True), ("Africa/Accra", False)])
def test_days_are_those_of_the_partys_clock(zone: str, *, wrong: bool):
    hours = (span(22, 27),)
    parties = [Party("c1", hours, zone, max_per_day=1), party("s1", *hours), party("s2", *hours)]
    made = problem(TWO, parties, open=hours)
    found = faults(made, place("c1-s1", 22), place("c1-s2", 25))
    assert found == ([(Fault.DAILY_LIMIT, ("c1-s1", "c1-s2"), "c1")] if wrong else [])


# Rooms and interpreters


def test_a_missing_or_unknown_room():
    made = problem(TWO, rooms=("r1",))
    assert faults(made, place("c1-s1", 0)) == [(Fault.ROOM_MISSING, ("c1-s1",), "")]
    assert faults(made, place("c1-s1", 0, room="r9")) == [(Fault.ROOM_UNKNOWN, ("c1-s1",), "r9")]


@pytest.mark.parametrize(("buffer", "wrong"), [(0, False), (10, True)])
def test_a_room_taken_twice(buffer: int, *, wrong: bool):
    made = problem([request("c1", "s1"), request("c2", "s2")], rooms=("r1",), room_buffer_minutes=buffer)
    found = faults(made, place("c1-s1", 0, room="r1"), place("c2-s2", 1, room="r1"))
    assert found == ([(Fault.ROOM_CLASH, ("c1-s1", "c2-s2"), "r1")] if wrong else [])


PEOPLE = (
    interpreter("a", "ja-en", max_per_day=1, buffer_minutes=30),
    interpreter("b", "ja-id", open=(span(0, 2),)),
)


@pytest.mark.parametrize(
    ("who", "hour", "fault", "subject"),
    [
        (None, 0, Fault.INTERPRETER_MISSING, ""),
        ("x", 0, Fault.INTERPRETER_UNKNOWN, "x"),
        ("b", 0, Fault.INTERPRETER_LANGUAGE, "b"),
    ],
)
def test_no_interpreter_or_the_wrong_one(who, hour, fault, subject):
    made = problem([request(pair="ja-en")], interpreters=PEOPLE)
    assert faults(made, place("c1-s1", hour, who=who)) == [(fault, ("c1-s1",), subject)]


@pytest.mark.parametrize(
    ("pairs", "fault"),
    [
        (("en-ja", "en-ja/retail"), None),
        (("en-ja", "en-ja/mobility"), Fault.INTERPRETER_FIELD),
        (("id-ja", "id-ja/retail"), Fault.INTERPRETER_LANGUAGE),
    ],
)
def test_an_interpreter_who_lacks_the_field_or_the_language(pairs, fault):
    made = problem([request(pair="en-ja/retail", wider="en-ja")], interpreters=(interpreter("a", *pairs),))
    expected = [(fault, ("c1-s1",), "a")] if fault else []
    assert faults(made, place("c1-s1", 0, who="a")) == expected


def test_an_interpreter_who_is_not_there():
    made = problem([request(pair="ja-id")], interpreters=PEOPLE)
    assert faults(made, place("c1-s1", 1.5, who="b")) == [(Fault.INTERPRETER_HOURS, ("c1-s1",), "b")]


def test_an_interpreter_without_a_pause_and_over_the_limit():
    made = problem(
        [request("c1", "s1", pair="ja-en"), request("c2", "s2", pair="ja-en")], interpreters=PEOPLE
    )
    ids = ("c1-s1", "c2-s2")
    late, soon = place("c2-s2", 4, who="a"), place("c2-s2", 1.25, who="a")
    assert faults(made, place("c1-s1", 0, who="a"), late) == [(Fault.INTERPRETER_LIMIT, ids, "a")]
    assert faults(made, place("c1-s1", 0, who="a"), soon) == [
        (Fault.INTERPRETER_CLASH, ids, "a"),
        (Fault.INTERPRETER_LIMIT, ids, "a"),
    ]


# Locks


@pytest.mark.parametrize(
    "moved",
    [
        [],
        [place("c1-s1", 3, room="r1", who="a")],
        [place("c1-s1", 2, room="r2", who="a")],
        [place("c1-s1", 2, room="r1", who="c")],
        [place("c1-s1", 2, room="r1", who="a", officer="p")],
    ],
)
def test_a_locked_meeting_that_is_gone_or_elsewhere(moved: list[Placement]):
    people = (interpreter("a", "ja-en"), interpreter("c", "ja-en"))
    locked = request(pair="ja-en", lock=Lock(at(2), "r1", "a", "o"))
    sitting = (officer("o"), officer("p"))
    made = problem([locked], interpreters=people, rooms=("r1", "r2"), officers=sitting)
    moved = [replace(each, officer=each.officer or "o") for each in moved]
    assert faults(made, *moved) == [(Fault.LOCKED_MOVED, ("c1-s1",), "")]
    assert faults(made, place("c1-s1", 2, room="r1", who="a", officer="o")) == []


def test_a_lock_may_stand_off_the_grid():
    made = problem([request(lock=Lock(at(1.1)))])
    assert faults(made, place("c1-s1", 1.1)) == []


def test_faults_that_staff_locked_are_told_apart():
    lock = Lock(at(0))
    both = [request("c1", "s1", lock=lock), request("c1", "s2", lock=lock)]
    one = [both[0], replace(both[1], lock=None)]
    table = [place("c1-s1", 0), place("c1-s2", 0)]
    assert violations(problem(both), table) == [Violation(Fault.CLASH, ("c1-s1", "c1-s2"), "c1", locked=True)]
    assert violations(problem(one), table) == [Violation(Fault.CLASH, ("c1-s1", "c1-s2"), "c1", locked=False)]
