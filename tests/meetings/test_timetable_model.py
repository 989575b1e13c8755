"""The linear program: its columns, its rows, and that its bound is one."""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.support.rounds import SIZES, build
from meetings import timetable_model
from meetings.ledger import Ledger, Spot, shared_starts, to_minute, to_moment
from meetings.scheduler import greedy_table, in_order
from meetings.timetable import Lock, Problem
from meetings.timetable_model import Choice, Solved, TimetableModel, keep_bonus
from meetings.timetable_solver import bound_of, program_of, round_relaxation
from tests.meetings.rounds import (
    JULY,
    at,
    best_weight,
    interpreter,
    officer,
    party,
    problem,
    request,
    rounds,
    span,
)

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
HOUR = (span(0, 1),)


def model_of(made: Problem, *, apart: bool = False) -> TimetableModel:
    ledger = Ledger(made)
    ledger.place_locked()
    return TimetableModel(ledger, shared_starts(made), apart=apart)


def solve(made: Problem, *, apart: bool = False) -> Solved:
    return model_of(made, apart=apart).solve({})


def columns(model: TimetableModel) -> list[tuple[int, ...]]:
    together = (model.requests, model.start, model.pool, model.place)
    return [tuple(each) for each in zip(*(part.tolist() for part in together), strict=True)]


def minute(hour: float) -> int:
    return to_minute(at(hour))


# Columns


def test_one_column_for_each_request_and_start():
    model = model_of(problem([request(), request("c2", "s2", minutes=30)], open=(span(0, 1.25),)))
    assert columns(model) == [
        (0, minute(0), -1, -1),
        (0, minute(0.25), -1, -1),
        *((1, minute(each), -1, -1) for each in (0, 0.25, 0.5, 0.75)),
    ]
    assert model.spans == {"c1-s1": (0, 2), "c2-s2": (2, 6)}


def test_alike_interpreters_are_one_kind_and_others_their_own():
    people = (
        interpreter("a", "ja-en"),
        interpreter("b", "ja-id"),
        interpreter("c", "ja-en"),
        interpreter("d", "ja-en", max_per_day=3),
        interpreter("e", "ja-en", buffer_minutes=15),
        interpreter("f", "ja-en", open=(span(0, 3),)),
        interpreter("g", "ja-en", zone="Asia/Singapore"),
    )
    made = problem([request(pair="ja-en")], interpreters=people)
    members = [pool.members for pool in model_of(made).pools]
    assert members == [("a", "c"), ("b",), ("d",), ("e",), ("f",), ("g",)]
    assert [pool.members for pool in model_of(made, apart=True).pools] == [(key,) for key in "abcdefg"]


def test_rooms_are_one_kind_unless_told_apart():
    made = problem([request()], rooms=("r1", "r2"), room_buffer_minutes=10)
    together, apart = model_of(made).places, model_of(made, apart=True).places
    assert [(each.members, each.capacity, each.buffer) for each in together] == [(("r1", "r2"), 2, 10)]
    assert [(each.members, each.capacity, each.buffer) for each in apart] == [
        (("r1",), 1, 10),
        (("r2",), 1, 10),
    ]
    assert model_of(problem([request()])).places == []


def test_officers_are_kinds_by_their_hours_and_only_those_whom_a_lock_names_are_told_apart():
    people = (
        *tuple(officer(key) for key in "abcd"),
        officer("e", span(0, 3)),
        officer("f", buffer_minutes=15),
    )
    fixed = request("c2", "s2", lock=Lock(at(2), officer="b"))
    made = problem([request(), fixed], officers=people, open=(span(0, 1), span(2, 4)))
    together, apart = model_of(made).chairs, model_of(made, apart=True).chairs
    assert [each.members for each in together] == [("a", "b", "c", "d"), ("e",), ("f",)]
    assert [each.members for each in apart] == [("a", "c", "d"), ("b",), ("e",), ("f",)]
    assert [(each.capacity, each.buffer) for each in apart] == [(3, 0), (1, 0), (1, 0), (1, 15)]
    model = model_of(made)
    early = [
        (start, chair)
        for one, start, chair in zip(model.requests, model.start, model.chair, strict=True)
        if not one
    ]
    assert [chair for start, chair in early if start == minute(0)] == [0, 1, 2]
    assert [chair for start, chair in early if start == minute(2.25)] == [0, 2]
    assert model_of(problem([request()])).chairs == []


def test_what_is_elsewhere_comes_off_the_month_in_which_it_is():
    """Two a month: one of the two is taken in June, three in July, and what is overdrawn leaves nothing."""
    days = (span(0, 2), span(0, 2, JULY))
    away = (at(0, -2), *(at(0, JULY + n) for n in (1, 2, 3)))
    firm = party("c1", *days, max_per_month=2, elsewhere=away)
    others = [party(f"s{n}", *days) for n in range(4)]
    made = problem([request(startup=f"s{n}") for n in range(4)], [firm, *others], open=days)
    solved = solve(made)
    assert solved.bound == pytest.approx(1)
    assert [each.start < minute(9) for each in solved.choices] == [True]
    more = replace(made, parties={**made.parties, "c1": replace(firm, max_per_month=5)})
    assert solve(more).bound == pytest.approx(4)


def test_a_column_for_each_kind_that_speaks_the_pair_and_is_there():
    people = (
        interpreter("a", "ja-en", "ja-id"),
        interpreter("b", "ja-id"),
        interpreter("c", "ja-en", open=(span(0.25, 2),)),
    )
    made = problem([request(pair="ja-en")], open=(span(0, 1.25),), interpreters=people)
    assert columns(model_of(made)) == [
        (0, minute(0), 0, -1),
        (0, minute(0.25), 0, -1),
        (0, minute(0.25), 2, -1),
    ]


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (Lock(at(2), "r1", "a"), [(0, 0)]),
        (Lock(at(2), "r2", "b"), [(1, 1)]),
        (Lock(at(2), "r1"), [(0, 0), (1, 0)]),
        (Lock(at(2), None, "b"), [(1, 0), (1, 1)]),
        (Lock(at(2)), [(0, 0), (0, 1), (1, 0), (1, 1)]),
        (Lock(at(2), "gone", "left"), [(-1, -1)]),
        (Lock(at(20)), [(-1, 0), (-1, 1)]),
    ],
)
def test_a_locked_meeting_can_only_change_what_its_lock_leaves_open(lock: Lock, expected):
    """At 20:00 no interpreter is there."""
    people = (interpreter("a", "ja-en"), interpreter("b", "ja-en"), interpreter("c", "ja-id"))
    made = problem([request(pair="ja-en", lock=lock)], interpreters=people, rooms=("r1", "r2"))
    found = columns(model_of(made, apart=True))
    assert [each[2:] for each in found] == expected
    assert {each[1] for each in found} == {to_minute(lock.start)}


# Objective


@pytest.mark.parametrize(
    ("weights", "share", "bonus"),
    [((1, 3), 0.05, 0.1), ((4,), 0.5, 2.0), ((1, 2, 3), 0.0, 0.0), ((), 0.05, 0.0)],
)
def test_the_bonus_is_a_share_of_the_mean_weight(weights, share: float, bonus: float):
    requests = [request(f"c{n}", f"s{n}", weight=weight) for n, weight in enumerate(weights)]
    assert keep_bonus(problem(requests, keep_bonus=share)) == pytest.approx(bonus)


def test_a_column_gains_its_weight_and_the_bonus_at_the_old_time():
    made = problem([request(weight=4, old_start=at(0.25))], open=(span(0, 1.5),), keep_bonus=0.25)
    assert model_of(made).gains().tolist() == [4, 5, 4]


# Solutions


def test_nothing_to_choose_from_is_told_as_empty():
    empty = Solved((), 0.0, "Empty", 0.0, optimal=True)
    assert solve(problem([])) == empty
    assert solve(problem([request(minutes=600)])) == empty
    assert solve(problem([request(pair="ja-vi")])) == empty


def test_a_choice_names_among_whom_to_look():
    people = (interpreter("a", "ja-en"), interpreter("b", "ja-en"))
    made = problem([request(pair="ja-en")], open=HOUR, interpreters=people, rooms=("r1", "r2"))
    together, apart = solve(made), solve(made, apart=True)
    assert together.choices == (Choice("c1-s1", minute(0), ("a", "b"), ("r1", "r2")),)
    assert [(len(each.interpreters), len(each.rooms)) for each in apart.choices] == [(1, 1)]
    assert (together.bound, together.status, together.optimal) == (1.0, "Optimal", True)


@pytest.mark.parametrize(
    ("more", "parties", "bound"),
    [
        ({}, [], 3),
        ({"rooms": ("r1", "r2")}, [], 2),
        ({"rooms": ()}, [], 0),
        ({"max_concurrent": 1}, [], 1),
        ({"open": (span(0, 2),), "rooms": ("r1",)}, [], 2),
        ({"open": (span(0, 2),), "rooms": ("r1",), "room_buffer_minutes": 10}, [], 1),
        ({"open": (span(0, 2.25),), "rooms": ("r1",), "room_buffer_minutes": 10}, [], 2),
        ({}, [party("c9")], 3),
        ({"officers": (officer("a"), officer("b"))}, [], 2),
        ({"officers": (officer("a"), officer("b", span(0.5, 9)))}, [], 1),
        ({"officers": ()}, [], 0),
        ({"open": (span(0, 2.25),), "officers": (officer("a", buffer_minutes=15),)}, [], 2),
        ({"open": (span(0, 2),), "officers": (officer("a", buffer_minutes=15),)}, [], 1),
        ({}, [party("c1", max_per_month=0)], 2),
        ({}, [party("c1", max_per_month=2, elsewhere=(at(3, -2), at(3, 5)))], 2),
        ({}, [party("c1", max_per_month=1, elsewhere=(at(3, JULY), at(3, -9)))], 3),
        ({"open": (span(0, 3),)}, [party("c1", span(0, 1))], 3),
        ({}, [party("c1", max_per_day=0)], 2),
    ],
)
def test_every_kind_of_row_binds(more: dict, parties: list, bound: float):
    """Three meetings of different firms in one hour, or in the hours given."""
    requests = [request(f"c{n}", f"s{n}") for n in (1, 2, 3)]
    made = problem(requests, parties, **{"open": HOUR, **more})
    assert solve(made).bound == pytest.approx(bound)
    assert solve(made, apart=True).bound == pytest.approx(bound)


@pytest.mark.parametrize(
    ("capacity", "buffer", "limit", "bound"),
    [
        (1, 0, None, 3),
        (1, 15, None, 2),
        (2, 0, None, 4),
        (3, 0, None, 4),
        (1, 0, 2, 2),
        (2, 0, 3, 3),
        (1, 60, None, 2),
    ],
)
def test_a_party_holds_what_its_tables_pauses_and_limit_allow(capacity, buffer, limit, bound):
    """Four meetings of an hour in three hours."""
    firm = party("c1", span(0, 3), capacity=capacity, buffer_minutes=buffer, max_per_day=limit)
    made = problem([request(startup=f"s{n}") for n in range(4)], [firm])
    assert solve(made).bound == pytest.approx(bound)


def test_what_locks_take_beyond_a_limit_is_granted_to_them_alone():
    lock = Lock(at(0))
    locked = [request(startup=f"s{n}", lock=lock) for n in range(2)]
    for limit in (
        {"max_per_day": 1},
        {"max_per_month": 1},
        {"max_per_month": 3, "elsewhere": (at(0, 1),) * 3},
    ):
        made = problem([*locked, request(startup="s3")], [party("c1", span(0, 1), capacity=3, **limit)])
        solved = solve(made)
        assert sorted(each.request for each in solved.choices) == ["c1-s0", "c1-s1"]
        assert solved.bound == pytest.approx(2)


def test_locks_with_open_means_are_solved_together_with_the_rest():
    """The lock would be given `a`, who alone could interpret the other meeting; `b` will do."""
    people = (interpreter("a", "ja-en", "ja-id"), interpreter("b", "ja-en", "ja-vi"))
    locked = request("c1", "s1", pair="ja-en", lock=Lock(at(0)))
    made = problem([locked, request("c2", "s2", pair="ja-id")], open=HOUR, interpreters=people)
    model = model_of(made)
    assert model.locked["c1-s1"].interpreter == "a"
    solved = model.solve({})
    assert {each.request: each.interpreters for each in solved.choices} == {"c1-s1": ("b",), "c2-s2": ("a",)}
    assert solved.bound == pytest.approx(2)


def test_a_hint_that_no_column_matches_is_left_out():
    made = problem([request()], open=HOUR)
    hint = {"c1-s1": Spot(minute(5), "r9", "x")}
    assert model_of(made).solve(hint).choices == solve(made).choices


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(rounds(max_requests=3, hours=2, grid=30))
def test_the_bound_with_heads_counted_is_never_below_what_trying_everything_reaches(made: Problem):
    plain = replace(made, requests=tuple(replace(each, old_start=None) for each in made.requests))
    best = best_weight(plain)
    assert solve(plain).bound >= best - 1e-6
    assert solve(plain, apart=True).bound == pytest.approx(best)


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(rounds())
def test_telling_everybody_apart_never_raises_the_bound(made: Problem):
    assert solve(made, apart=True).bound <= solve(made).bound + 1e-6


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(rounds())
def test_the_bound_of_the_linear_program_is_not_below_the_proven_best(made: Problem):
    best = solve(made).bound
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timetable_model, "LARGE", 0)
        rounded = solve(made)
    assert rounded.optimal
    assert rounded.bound >= best - 1e-6


def test_out_of_time_the_bound_is_still_one():
    requests = [request(f"c{n % 3}", f"s{n % 4}", weight=n + 1) for n in range(12)]
    requests = [replace(each, id=str(n)) for n, each in enumerate(requests)]
    made = problem(requests, open=(span(0, 2),), time_limit=0.0)
    solved = solve(made)
    best = solve(replace(made, rules=replace(made.rules, time_limit=20.0)))
    assert not solved.optimal
    assert best.optimal
    assert best.bound - 1e-6 <= solved.bound <= sum(each.weight for each in requests)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(rounds(), st.lists(st.floats(-2, 12), min_size=1, max_size=7))
def test_whatever_the_prices_of_the_rows_no_table_is_above_their_bound(made: Problem, prices: list[float]):
    model = model_of(made)
    gains = model.gains()
    if len(gains):
        rows = model.rows()
        asked = np.resize(np.array(prices), len(rows.limit))
        assert bound_of(gains, rows, asked) >= model.solve({}).bound - 1e-6
        assert bound_of(gains, rows, np.zeros(len(rows.limit) + 1)) == np.inf


def test_the_rounding_breaks_no_row_and_leaves_the_program_as_it_was():
    made = build(SIZES["60"], seed=5)
    model = model_of(in_order(made))
    gains, rows = model.gains(), model.rows()
    program = program_of(gains, rows)
    rounded = round_relaxation(program, rows, made.rules, len(made.requests))
    assert 0.9 * rounded.bound <= gains @ rounded.values <= rounded.bound + 1e-5
    taken = np.bincount(rows.row, weights=rounded.values[rows.column], minlength=len(rows.limit))
    assert (taken <= rows.limit + 1e-9).all()
    whole = [highspy.HighsVarType.kInteger] * len(gains)
    assert (list(program.integrality_), set(program.col_upper_)) == (whole, {1.0})


def test_a_locked_meeting_keeps_its_time_when_the_columns_are_narrowed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timetable_model, "LARGE", 0)
    made = in_order(build(SIZES["60"], seed=5))
    spots = greedy_table(made, shared_starts(made)).ledger.spots
    late = {key: spot.start for key, spot in sorted(spots.items(), key=lambda item: -item[1].start)[:5]}
    locks = {key: Lock(to_moment(start)) for key, start in late.items()}
    held = tuple(replace(each, lock=locks.get(each.id)) for each in made.requests)
    chosen = {each.request: each.start for each in solve(replace(made, requests=held)).choices}
    assert {key: chosen[key] for key in late} == late


def test_without_time_the_rounding_has_a_bound_or_none_and_no_table():
    made = build(SIZES["60"], seed=5)
    model = model_of(in_order(made))
    gains, rows = model.gains(), model.rows()
    rules = replace(made.rules, time_limit=0.0)
    rounded = round_relaxation(program_of(gains, rows), rows, rules, len(made.requests))
    assert (rounded.values is None, rounded.bound >= gains.max()) == (True, True)
