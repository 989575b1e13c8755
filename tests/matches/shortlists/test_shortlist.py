"""Lists for all parties at once: small cases against brute force, and promises for whatever comes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.matches.shortlists.checking import check
from matchmaking.matches.shortlists.shortlist import (
    LEAST_WEIGHT,
    Area,
    Problem,
    Reason,
    Solver,
    choose,
    each_by_itself,
    greedy_choice,
    loose_bound,
    total_of,
    value_of,
)

QUICK = settings(max_examples=60, deadline=None)


def problem_of(
    pairs: Sequence[tuple[int, int, float]],
    company_most: Sequence[int],
    startup_most: Sequence[int],
    **more: Any,
) -> Problem:
    """From triples of firm, startup and points."""
    rows = np.array(pairs, dtype=np.float64).reshape(-1, 3)
    return Problem(
        rows[:, 0].astype(np.int64),
        rows[:, 1].astype(np.int64),
        rows[:, 2].copy(),
        np.asarray(company_most, dtype=np.int64),
        np.asarray(startup_most, dtype=np.int64),
        **more,
    )


@st.composite
def problems(draw: Any, firms: int = 6, startups: int = 6, pairs: int = 20) -> Problem:
    """Some pairs between some parties; areas are halves of the firms, one of them within another."""
    f, s = draw(st.integers(1, firms)), draw(st.integers(1, startups))
    every = list(product(range(f), range(s)))
    named = draw(st.lists(st.sampled_from(every), max_size=min(pairs, len(every)), unique=True))
    points = draw(st.lists(st.integers(0, 1000), min_size=len(named), max_size=len(named)))
    rows = [(firm, startup, tenths / 10) for (firm, startup), tenths in zip(named, points, strict=True)]
    company_most = draw(st.lists(st.integers(0, 4), min_size=f, max_size=f))
    startup_most = draw(st.lists(st.integers(0, 4), min_size=s, max_size=s))
    areas = (
        Area(tuple(range(0, f, 2)), draw(st.integers(0, 5)), 7.5),
        Area((0,), draw(st.integers(0, 2)), 3.0),
    )
    least = draw(st.integers(0, 2))
    return problem_of(rows, company_most, startup_most, areas=areas, least=least)


def named(problem: Problem, chosen: Any) -> list[tuple[int, int]]:
    return list(zip(problem.company[chosen].tolist(), problem.startup[chosen].tolist(), strict=True))


def findings(problem: Problem, chosen: Any) -> list[Any]:
    return check(
        named(problem, chosen),
        candidates=set(named(problem, np.ones(problem.pairs, dtype=bool))),
        company_most=dict(enumerate(problem.company_most.tolist())),
        startup_most=dict(enumerate(problem.startup_most.tolist())),
    )


def best_by_trying(problem: Problem) -> float:
    """The value of the best of all subsets that the checker lets pass."""
    masks = (np.array(mask, dtype=bool) for mask in product([False, True], repeat=problem.pairs))
    return max(value_of(problem, mask) for mask in masks if not findings(problem, mask))


@QUICK
@given(problems())
def test_nobody_gets_more_than_they_can_take_on(problem: Problem) -> None:
    assert findings(problem, choose(problem).chosen) == []


@QUICK
@given(problems(firms=3, startups=3, pairs=8))
def test_small_cases_agree_with_trying_everything(problem: Problem) -> None:
    result = choose(problem)
    assert result.value == pytest.approx(best_by_trying(problem))
    assert result.bound == pytest.approx(result.value)


@QUICK
@given(problems())
def test_the_lists_are_never_worth_less_than_the_greedy_ones(problem: Problem) -> None:
    result = choose(problem)
    assert result.value >= result.greedy_value - 1e-6
    assert result.greedy_value == value_of(problem, greedy_choice(problem))
    assert result.bound >= result.value - 1e-6


@QUICK
@given(problems(), st.integers(0, 11), st.integers(1, 3))
def test_being_able_to_take_more_on_never_loses(problem: Problem, who: int, more: int) -> None:
    company_most, startup_most = problem.company_most.copy(), problem.startup_most.copy()
    side = company_most if who % 2 else startup_most
    side[who // 2 % len(side)] += more
    roomier = Problem(
        problem.company,
        problem.startup,
        problem.score,
        company_most,
        startup_most,
        problem.areas,
        problem.least,
    )
    assert choose(roomier).value >= choose(problem).value - 1e-6


@QUICK
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_says_nothing(problem: Problem, chance: Any) -> None:
    order = list(range(problem.pairs))
    chance.shuffle(order)
    shuffled = Problem(
        problem.company[order],
        problem.startup[order],
        problem.score[order],
        problem.company_most,
        problem.startup_most,
        problem.areas,
        problem.least,
    )
    first, second = choose(problem), choose(shuffled)
    assert sorted(named(problem, first.chosen)) == sorted(named(shuffled, second.chosen))


@QUICK
@given(problems())
def test_twice_the_same_question_has_the_same_answer(problem: Problem) -> None:
    assert choose(problem).chosen.tolist() == choose(problem).chosen.tolist()


@QUICK
@given(problems())
def test_a_party_with_room_is_left_out_only_when_all_its_candidates_are_full(problem: Problem) -> None:
    result = choose(problem)
    if not problem.least:
        return
    startups = np.bincount(problem.startup[result.chosen], minlength=len(problem.startup_most))
    for firm, reason in result.companies_without.items():
        own = problem.startup[problem.company == firm]
        if reason == Reason.CROWDED_OUT:
            assert all(startups[each] == problem.startup_most[each] for each in own)
        else:
            assert reason == (Reason.NO_ROOM if len(own) else Reason.NO_CANDIDATE)


def test_the_greedy_trap_is_avoided() -> None:
    """Greedy takes the 90 and is left with nothing for the other two; together 80 and 80 are more."""
    problem = problem_of([(0, 0, 90), (0, 1, 80), (1, 0, 80)], [1, 1], [1, 1], least=0)
    result = choose(problem)
    assert (result.total, result.greedy_total, result.solver) == (160, 90, Solver.HIGHS)
    assert named(problem, result.chosen) == [(0, 1), (1, 0)]


def test_who_would_get_nothing_gets_something_though_it_costs_points() -> None:
    """The second startup answers nobody's need well; it gets one list all the same, and no more."""
    rows = [(firm, 0, 90.0) for firm in range(3)] + [(firm, 1, 5.0) for firm in range(3)]
    generous = problem_of(rows, [1, 1, 1], [3, 3], least=1)
    strict = problem_of(rows, [1, 1, 1], [3, 3], least=0)
    assert (choose(generous).total, choose(strict).total) == (185, 270)
    assert choose(strict).startups_without == {1: Reason.CROWDED_OUT}
    assert choose(generous).startups_without == {}


@pytest.mark.parametrize(
    ("least", "expected"),
    [(0, [4, 0]), (1, [3, 1]), (2, [2, 2])],
)
def test_the_least_is_a_number_of_lists(least: int, expected: list[int]) -> None:
    rows = [(firm, startup, 90.0 - 80 * startup) for firm in range(4) for startup in range(2)]
    problem = problem_of(rows, [1] * 4, [4, 4], least=least)
    chosen = choose(problem).chosen
    assert np.bincount(problem.startup[chosen], minlength=2).tolist() == expected


@pytest.mark.parametrize(
    ("target", "bonus", "expected"),
    [
        (0, 20.0, [2, 0]),  # no target: points decide
        (1, 20.0, [1, 1]),  # one place for the area is worth the ten points
        (2, 20.0, [0, 2]),
        (2, 5.0, [2, 0]),  # the bonus is soft: it does not outweigh ten points
    ],
)
def test_an_area_below_its_target_is_preferred_as_far_as_its_bonus_goes(
    target: int, bonus: float, expected: list[int]
) -> None:
    """One startup with two places, wanted by a firm of the city (80) and, for 70, by two of the area."""
    rows = [(0, 0, 80.0), (1, 0, 80.0), (2, 0, 70.0), (3, 0, 70.0)]
    problem = problem_of(rows, [1] * 4, [2], least=0, areas=(Area((2, 3), target, bonus),))
    firms = problem.company[choose(problem).chosen]
    assert [int((firms < 2).sum()), int((firms >= 2).sum())] == expected


def test_areas_that_overlap_crosswise_are_still_answered_in_whole_pairs() -> None:
    rows = [(firm, startup, 50.0 + firm + startup) for firm in range(4) for startup in range(3)]
    areas = (Area((0, 1), 1, 9.0), Area((1, 2), 1, 9.0), Area((0, 2), 1, 9.0))
    problem = problem_of(rows, [1] * 4, [1] * 3, areas=areas, least=0)
    result = choose(problem)
    assert (findings(problem, result.chosen), result.chosen.sum()) == ([], 3)
    assert result.value == pytest.approx(best_by_trying(problem))


@pytest.mark.parametrize(
    ("rows", "company_most", "startup_most", "reasons"),
    [
        ([], [2], [2], ({0: Reason.NO_CANDIDATE}, {0: Reason.NO_CANDIDATE})),
        ([(0, 0, 50)], [0], [2], ({0: Reason.NO_ROOM}, {0: Reason.CROWDED_OUT})),
        ([(0, 0, 50)], [2], [0], ({0: Reason.CROWDED_OUT}, {0: Reason.NO_ROOM})),
        ([(0, 0, 50), (1, 0, 40)], [1, 1], [1], ({1: Reason.CROWDED_OUT}, {})),
        ([(0, 0, 50)], [1], [1], ({}, {})),
    ],
)
def test_who_has_no_list_is_told_why(
    rows: list[Any], company_most: list[int], startup_most: list[int], reasons: Any
) -> None:
    result = choose(problem_of(rows, company_most, startup_most))
    assert (result.companies_without, result.startups_without) == reasons


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(1, 0, 50)], "firm that does not exist"),
        ([(-1, 0, 50)], "firm that does not exist"),
        ([(0, 7, 50)], "startup that does not exist"),
        ([(0, 0, 50), (0, 0, 60)], "named twice"),
    ],
)
def test_nonsense_is_refused(rows: list[Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        choose(problem_of(rows, [1], [1]))


def test_without_time_the_greedy_lists_are_given_and_said_to_be() -> None:
    problem = problem_of([(0, 0, 90), (0, 1, 80), (1, 0, 80)], [1, 1], [1, 1], least=0, time_limit=0.0)
    result = choose(problem)
    assert (result.solver, result.total, result.bound) == (Solver.GREEDY, 90, 170)
    assert result.gap == pytest.approx(80 / 170)


@QUICK
@given(problems(firms=3, startups=3, pairs=8))
def test_the_bound_without_solving_is_a_bound(problem: Problem) -> None:
    assert loose_bound(problem) >= choose(problem).value - 1e-6


def test_nobody_at_all_is_no_failure() -> None:
    result = choose(problem_of([], [], []))
    assert (result.total, result.value, result.gap) == (0, 0, 0)


def test_each_by_itself_is_every_firms_own_top_whatever_the_startups_can_take_on() -> None:
    rows = [(firm, startup, 90.0 - startup) for firm in range(3) for startup in range(3)]
    problem = problem_of(rows, [2, 1, 0], [1, 1, 1])
    assert named(problem, each_by_itself(problem)) == [(0, 0), (0, 1), (1, 0)]


def test_the_value_is_points_and_parties_and_areas() -> None:
    problem = problem_of([(0, 0, 50), (1, 0, 40)], [1, 1], [2], areas=(Area((1,), 3, 6.0),))
    both = np.array([True, True])
    assert total_of(problem, both) == 90
    assert value_of(problem, both) == 90 + 3 * LEAST_WEIGHT + 6
