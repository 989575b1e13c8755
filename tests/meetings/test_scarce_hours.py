"""Late afternoons are kept for those who share no other time with Japan, and it costs nobody a place."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from meetings.ledger import shared_starts
from meetings.scheduler import make_timetable, scarce_hours
from meetings.timetable import Lock, Problem
from tests.meetings.rounds import at, best_weight, party, problem, request, rounds, span
from tests.meetings.test_scheduler_promises import SLOW


def afternoon(*more: object) -> Problem:
    """A firm with a meeting at 17:00 Japan time, whose other one would stand best just before it, at 16:00."""
    wide = [request("c1", "s1"), request("c1", "s9", lock=Lock(at(8)))]
    hours = [party("c1", span(3, 9)), party("tel aviv", span(7, 9))]
    return problem([*wide, *more], hours, rooms=("r1", "r2", "r3"))


def start_of(made: Problem, key: str = "c1-s1"):
    return next(each.start for each in make_timetable(made).placements if each.request == key)


def test_without_anybody_who_needs_it_the_hour_is_taken() -> None:
    assert start_of(afternoon()) == at(7)


def test_a_pair_with_all_day_leaves_the_hour_to_those_who_have_no_other() -> None:
    made = afternoon(request("c2", "tel aviv"))
    assert start_of(made) == at(6)
    assert start_of(made, "c2-tel aviv") in {at(7), at(7.25), at(7.5), at(7.75), at(8)}


def test_those_who_share_little_time_avoid_nothing() -> None:
    made = afternoon(request("c2", "tel aviv"))
    found = scarce_hours(made, shared_starts(made))
    narrow, wide = made.request("c2-tel aviv"), made.request("c1-s1")
    minute = int(at(8).timestamp() // 60)
    assert found.cost(narrow, minute) == 0
    assert found.cost(wide, minute) > found.cost(wide, minute - 4 * 60) == 0


def test_the_hour_is_taken_all_the_same_where_a_place_hangs_on_it() -> None:
    """Both firms' only other hours are gone: two rooms, and nobody is left out to keep an hour free."""
    made = afternoon(request("c2", "tel aviv"))
    tight = {**made.parties, "c1": party("c1", span(7, 9)), "s1": party("s1", span(6.5, 9))}
    table = make_timetable(replace(made, parties=tight))
    assert table.unplaced == ()


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(rounds(max_requests=4, grid=30))
def test_keeping_hours_free_costs_no_weight(made: Problem) -> None:
    made = replace(made, requests=tuple(replace(each, old_start=None) for each in made.requests))
    assert make_timetable(made).weight == best_weight(made)
