"""What the scheduler promises whatever the input: locks, the proven gap, its name, order and repair."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.timetable import SIZES, build, shaken
from meetings.intervals import Interval
from meetings.ledger import Ledger, Spot, to_minute
from meetings.scheduler import make_timetable, objective_of, options
from meetings.timetable import Lock, Party, Placement, Problem, Reason, Rules, Solver, Timetable
from meetings.timetable_check import Fault, violations
from tests.meetings.rounds import (
    at,
    best_weight,
    interpreter,
    officer,
    party,
    places_for,
    problem,
    request,
    rounds,
    span,
)

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
PIN = st.sampled_from(("free", "start", "room", "interpreter", "officer", "all"))


def places_of(table: Timetable) -> dict[str, tuple]:
    return {each.request: (each.start, each.room, each.interpreter) for each in table.placements}


# Locks


def pinned(made: Problem, table: Timetable, pins: list[str]) -> Problem:
    """Each placed meeting locked to its start, with its room, its interpreter, its officer, all or none."""
    locks = {}
    for each, pin in zip(table.placements, pins * len(table.placements), strict=False):
        if pin != "free":
            room = each.room if pin in {"room", "all"} else None
            who = each.interpreter if pin in {"interpreter", "all"} else None
            seat = each.officer if pin in {"officer", "all"} else None
            locks[each.request] = Lock(each.start, room, who, seat)
    requests = tuple(replace(each, lock=locks.get(each.id)) for each in made.requests)
    return replace(made, requests=requests)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(rounds(), st.lists(PIN, min_size=3, max_size=5))
def test_locking_meetings_where_the_best_table_has_them_costs_nothing(made: Problem, pins: list[str]):
    """Whatever the locks leave open, the best table is still among those that can be found."""
    table = make_timetable(made)
    locked = pinned(made, table, pins)
    again = make_timetable(locked)
    assert violations(locked, again.placements) == []
    assert again.objective == pytest.approx(table.objective)
    assert again.bound == pytest.approx(again.objective)


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(rounds(max_requests=3, hours=2, grid=30), st.data())
def test_with_locks_anywhere_no_valid_table_is_better(made: Problem, data: st.DataObject):
    """Each request that could be held alone may be locked there, even if nobody would have chosen it."""
    made = replace(made, requests=tuple(replace(each, old_start=None) for each in made.requests))
    wanted = made.requests[0]
    if places := places_for(made, wanted):
        lock = Lock(data.draw(st.sampled_from(places)).start)
        made = replace(made, requests=(replace(wanted, lock=lock), *made.requests[1:]))
    table = make_timetable(made)
    assert (table.weight, violations(made, table.placements)) == (best_weight(made), [])
    assert table.bound == pytest.approx(table.weight)


def test_the_table_that_others_are_measured_by_has_meetings_beside_a_locked_one():
    firm = party("c1", span(0, 1), span(0, 1, 1))
    made = problem(
        [request(lock=Lock(at(0))), request(startup="s2")],
        [firm, party("s2", span(0, 1, 1))],
        open=(span(0, 1), span(0, 1, 1)),
    )
    assert (best_weight(made), make_timetable(made).weight) == (2, 2)


def test_a_locked_meeting_changes_its_interpreter_for_the_sake_of_another():
    people = (interpreter("a", "ja-en", "ja-id"), interpreter("b", "ja-en", "ja-vi"))
    locked = request("c1", "s1", pair="ja-en", lock=Lock(at(0)))
    table = make_timetable(
        problem([locked, request("c2", "s2", pair="ja-id")], open=(span(0, 1),), interpreters=people)
    )
    assert places_of(table) == {"c1-s1": (at(0), None, "b"), "c2-s2": (at(0), None, "a")}
    assert (table.weight, table.bound, table.gap) == (2, 2, 0)


def test_a_lock_for_which_no_interpreter_is_left_stays_and_the_checker_says_so():
    locked = [request(f"c{n}", f"s{n}", pair="ja-en", lock=Lock(at(0))) for n in (1, 2)]
    made = problem(locked, interpreters=(interpreter("a", "ja-en"),))
    table = make_timetable(made)
    assert places_of(table) == {"c1-s1": (at(0), None, "a"), "c2-s2": (at(0), None, None)}
    assert [(each.fault, each.locked) for each in violations(made, table.placements)] == [
        (Fault.INTERPRETER_MISSING, True)
    ]


@pytest.mark.parametrize("hour", [-5, 12, 100])
def test_a_lock_outside_the_round_stays_and_is_told(hour: float):
    made = problem([request(lock=Lock(at(hour)))])
    table = make_timetable(made)
    assert places_of(table) == {"c1-s1": (at(hour), None, None)}
    assert {each.fault for each in violations(made, table.placements)} == {
        Fault.OUTSIDE_ROUND,
        Fault.OUTSIDE_HOURS,
    }


# Moments


@pytest.mark.parametrize("seconds", [0.25, 1, 59])
def test_a_round_made_seconds_past_a_start_does_not_use_it(seconds: float):
    made = problem([request()], open=(span(3, 5),), not_before=at(3) + timedelta(seconds=seconds))
    table = make_timetable(made)
    assert violations(made, table.placements) == []
    assert places_of(table) == {"c1-s1": (at(3.25), None, None)}


def test_an_interpreter_who_comes_seconds_late_is_not_taken_for_that_start():
    late = Interval(at(0) + timedelta(seconds=20), at(3))
    made = problem([request(pair="ja-en")], interpreters=(interpreter("a", "ja-en", open=(late,)),))
    table = make_timetable(made)
    assert violations(made, table.placements) == []
    assert places_of(table) == {"c1-s1": (at(0.25), None, "a")}


@pytest.mark.parametrize(
    ("zone", "first", "second", "placed"),
    [
        ("Asia/Tokyo", "2027-06-07T13:00", "2027-06-07T15:00", 2),
        ("Asia/Tokyo", "2027-06-07T15:00", "2027-06-08T13:00", 1),
        ("Asia/Kolkata", "2027-06-07T17:30", "2027-06-07T18:30", 2),
        ("Asia/Kolkata", "2027-06-07T16:30", "2027-06-07T17:30", 1),
        ("Asia/Jerusalem", "2027-01-05T21:00", "2027-01-05T22:00", 2),
        ("Asia/Jerusalem", "2027-07-06T21:00", "2027-07-06T22:00", 1),
        ("Asia/Jerusalem", "2027-07-06T20:00", "2027-07-06T21:00", 2),
        ("Australia/Sydney", "2027-06-07T13:00", "2027-06-07T14:00", 2),
        ("Australia/Sydney", "2027-12-07T13:00", "2027-12-07T14:00", 1),
        ("Australia/Sydney", "2027-12-07T12:00", "2027-12-07T13:00", 2),
    ],
)
def test_a_limit_of_one_a_day_goes_by_the_clock_of_whoever_has_it(zone, first, second, placed):
    moments = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, second)]
    hours = tuple(Interval(moment, moment + timedelta(hours=1)) for moment in moments)
    parties = [Party("c1", hours, zone, max_per_day=1), party("s1", hours[0]), party("s2", hours[1])]
    made = problem([request(startup="s1"), request(startup="s2")], parties, open=hours)
    table = make_timetable(made)
    assert len(table.placements) == placed
    assert violations(made, table.placements) == []


# What made the table, and how far it is from the best


@pytest.mark.parametrize(
    ("requests", "more", "status"),
    [
        ([], {}, "Empty"),
        ([request(minutes=600)], {}, "Empty"),
        ([request(pair="ja-vi")], {}, "Empty"),
        ([request()], {"rooms": ()}, "Optimal"),
        ([request()], {}, "Optimal"),
    ],
)
def test_a_proven_best_table_is_the_solvers_even_with_nothing_in_it(requests, more, status: str):
    table = make_timetable(problem(requests, **more))
    assert (table.solver, table.status, table.gap) == (Solver.HIGHS, status, 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_solver_without_time_leaves_the_greedy_table_and_says_so(seed: int):
    made = build(SIZES["60"], seed=seed)
    out_of_time = make_timetable(replace(made, rules=replace(made.rules, time_limit=0.0)))
    best = make_timetable(replace(made, rules=replace(made.rules, mip_gap=0.0)))
    assert (out_of_time.solver, out_of_time.status) == (Solver.GREEDY, "Time limit reached")
    assert out_of_time.greedy_objective <= out_of_time.objective <= best.objective
    assert (best.solver, best.status) == (Solver.HIGHS, "Optimal")
    assert out_of_time.bound >= best.objective - 1e-6
    assert out_of_time.gap >= 1 - out_of_time.objective / best.objective - 1e-9


@pytest.mark.parametrize("gap", [0.0, 0.01, 0.2])
def test_the_gap_is_never_less_than_the_distance_from_the_best(gap: float):
    made = build(SIZES["60"], seed=11)
    best = make_timetable(replace(made, rules=replace(made.rules, mip_gap=0.0)))
    table = make_timetable(replace(made, rules=replace(made.rules, mip_gap=gap)))
    assert 1 - table.objective / best.objective <= table.gap + 1e-9
    assert table.gap <= gap + 1e-9
    assert table.gap == pytest.approx((table.bound - table.objective) / table.bound)


def test_a_table_is_worth_what_its_meetings_are():
    made = build(SIZES["60"], seed=13)
    table = make_timetable(made)
    assert table.weight == sum(made.request(each.request).weight for each in table.placements)
    ledger = Ledger(made)
    for each in table.placements:
        spot = Spot(to_minute(each.start), each.room, each.interpreter, each.officer)
        ledger.place(made.request(each.request), spot)
    assert objective_of(ledger) == pytest.approx(table.objective)


# The order of the input


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_decides_nothing(made: Problem, chance: random.Random):
    assert make_timetable(stirred(made, chance)) == make_timetable(made)


def stirred(made: Problem, chance: random.Random) -> Problem:
    keys = chance.sample(sorted(made.parties), len(made.parties))
    return replace(
        made,
        requests=tuple(chance.sample(made.requests, len(made.requests))),
        parties={key: made.parties[key] for key in keys},
        interpreters=tuple(chance.sample(made.interpreters, len(made.interpreters))),
        officers=made.officers and tuple(chance.sample(made.officers, len(made.officers))),
    )


def test_a_larger_round_comes_out_the_same_twice_and_in_another_order():
    made = build(SIZES["60"], seed=17)
    assert make_timetable(made) == make_timetable(stirred(made, random.Random(1)))


# Repair


@pytest.mark.parametrize("seed", [19, 23])
def test_repair_after_some_withdraw_keeps_nine_tenths_for_half_a_percent(seed: int):
    made = build(SIZES["60"], seed=seed)
    changed = shaken(made, make_timetable(made), seed)
    afresh = make_timetable(replace(changed, requests=made.requests))
    repaired = make_timetable(changed)
    still = sum(not violations(changed, [each]) for each in old_places(changed, made))
    assert repaired.kept >= 0.9 * still
    assert repaired.weight >= 0.995 * afresh.weight
    assert violations(changed, repaired.placements) == []


def old_places(changed: Problem, made: Problem) -> list[Placement]:
    return [each for each in make_timetable(made).placements if changed.request(each.request).old_start]


def test_with_nothing_changed_nothing_moves():
    made = build(SIZES["60"], seed=29)
    table = make_timetable(made)
    old = {each.request: each.start for each in table.placements}
    again = make_timetable(
        replace(made, requests=tuple(replace(each, old_start=old.get(each.id)) for each in made.requests))
    )
    assert {each.request: each.start for each in again.placements} == old
    assert again.kept == len(old)


@pytest.mark.parametrize("hour", [0, 1.25, 4])
def test_an_old_time_is_kept_although_the_day_has_better_ones(hour: float):
    made = problem([request(old_start=at(hour)), request(startup="s2")], [party("c1", span(0, 5))])
    table = make_timetable(made)
    assert places_of(table)["c1-s1"] == (at(hour), None, None)
    assert (table.kept, table.objective) == (1, pytest.approx(2.05))


def test_an_old_time_gives_way_to_more_weight():
    firm = party("c1", span(0, 2.5))
    old = request(startup="s1", old_start=at(0.75), weight=2)
    table = make_timetable(problem([old, request(startup="s2", weight=2)], [firm]))
    assert (len(table.placements), table.kept) == (2, 0)


# Where a meeting can go


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(rounds(max_requests=5, hours=2, grid=30))
def test_options_are_exactly_the_starts_that_the_checker_allows(made: Problem):
    table = make_timetable(made)
    for wanted in made.requests:
        others = [each for each in table.placements if each.request != wanted.id]
        found = options(made, table.placements, wanted.id)
        assert sorted({each.start for each in found}) == allowed_starts(made, others, wanted.id)
        assert len({each.start for each in found}) == len(found)


def allowed_starts(made: Problem, others: list[Placement], request_id: str) -> list[datetime]:
    """Every start of the grid at which some interpreter, room and officer will do."""
    wanted = made.request(request_id)
    who = [each.id for each in made.interpreters] if wanted.pair else [None]
    sitting = [each.id for each in made.officers or ()] or [None]
    return [
        start
        for opens, closes in made.rules.open
        for start in (
            opens + timedelta(minutes=30) * n for n in range((closes - opens) // timedelta(minutes=30))
        )
        if any(
            not violations(made, [*others, Placement(wanted.id, start, wanted.minutes, *means)])
            for means in product(made.rooms or (None,), who, sitting)
        )
    ]


def test_options_come_near_other_meetings_first_and_old_times_before_all():
    firm = party("c1", span(0, 6))
    made = problem([request(startup="s1", old_start=at(5)), request(startup="s2")], [firm], grid_minutes=60)
    found = options(made, [Placement("c1-s2", at(2), 60)], "c1-s1")
    assert [each.start for each in found] == [at(each) for each in (5, 1, 3, 0, 4)]


def test_options_of_an_unknown_request_are_an_error():
    with pytest.raises(KeyError):
        options(problem([request()]), [], "c9-s9")


# Input that makes no sense


@pytest.mark.parametrize("grid", [0, -15, 7, 25, 45, 90])
def test_a_grid_that_misses_the_full_hour_is_refused(grid: int):
    with pytest.raises(ValueError, match="does not fit the hour"):
        Rules((span(0, 9),), grid_minutes=grid)


def test_who_can_hold_no_meeting_at_all_is_refused():
    with pytest.raises(ValueError, match="c1 has to hold"):
        Party("c1", (), capacity=0)
    with pytest.raises(ValueError, match="a round has to hold"):
        Rules((), max_concurrent=0)


def test_a_limit_of_no_meetings_a_day_is_a_reason_not_an_error():
    table = make_timetable(problem([request()], [party("c1", max_per_day=0)]))
    assert [(each.reason, each.parties) for each in table.unplaced] == [(Reason.DAILY_LIMIT, ("c1",))]


# Who keeps a time keeps the rest too


def with_means(made: Problem, table: Timetable) -> Problem:
    """The round with the table as the old one, room, interpreter and officer of each meeting."""
    old = {each.request: each for each in table.placements}
    requests = tuple(
        replace(each, old_start=was.start, old_means=(was.room, was.interpreter, was.officer))
        if (was := old.get(each.id))
        else each
        for each in made.requests
    )
    return replace(made, requests=requests)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(rounds())
def test_a_repair_with_nothing_changed_changes_no_means_either(made: Problem):
    table = make_timetable(made)
    again = make_timetable(with_means(replace(made, requests=tuple(placed_of(made, table))), table))
    assert again.placements == table.placements


def placed_of(made: Problem, table: Timetable):
    there = {each.request for each in table.placements}
    return [each for each in made.requests if each.id in there]


def test_a_room_that_closes_is_left_and_nobody_else_changes_theirs():
    requests = [request("c1", "s1", old_start=at(1), old_means=("gone", None, None))]
    requests += [request("c2", "s2", old_start=at(1), old_means=("r1", None, None))]
    table = make_timetable(problem(requests, rooms=("r1", "r2")))
    assert {each.request: each.room for each in table.placements} == {"c1-s1": "r2", "c2-s2": "r1"}


def test_whoever_comes_newly_takes_what_those_who_stay_leave():
    """The newcomer is the heavier one and sorted first; the interpreter who has prepared stays with the old meeting."""
    old = request("c2", "s2", pair="ja-en", old_start=at(1), old_means=("r1", "i1", "o1"))
    new = request("c1", "s1", pair="ja-en", weight=3)
    made = problem(
        [new, old],
        open=(span(1, 2),),
        rooms=("r1", "r2"),
        interpreters=[interpreter("i1", "ja-en"), interpreter("i2", "ja-en")],
        officers=(officer("o1"), officer("o2")),
    )
    found = {
        each.request: (each.room, each.interpreter, each.officer) for each in make_timetable(made).placements
    }
    assert found == {"c1-s1": ("r2", "i2", "o2"), "c2-s2": ("r1", "i1", "o1")}


def test_an_interpreter_who_has_left_takes_the_room_and_the_officer_of_nobody_along():
    old = request(pair="ja-en", old_start=at(1), old_means=("r2", "left", "o2"))
    made = problem(
        [old],
        rooms=("r1", "r2"),
        interpreters=[interpreter("i1", "ja-en")],
        officers=(officer("o1"), officer("o2")),
    )
    (place,) = make_timetable(made).placements
    assert (place.start, place.room, place.interpreter, place.officer) == (at(1), "r2", "i1", "o2")
