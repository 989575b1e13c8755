"""Intervals are sets of moments: whatever holds for sets holds for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.intervals import Interval, Miss, intersect, merge, nearest_miss, subtract
from tests.meetings.rounds import MONDAY, at, minutes_past, moments, span

SOME = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5).map(minutes_past)
OFTEN = settings(max_examples=120, deadline=None)
EVERYTHING = minutes_past([(0, 40)])


# Set algebra


@OFTEN
@given(SOME, SOME)
def test_set_operations_agree_with_sets_of_minutes(a: list[Interval], b: list[Interval]):
    assert moments(merge([*a, *b])) == moments(a) | moments(b)
    assert moments(intersect(a, b)) == moments(a) & moments(b)
    assert moments(subtract(a, b)) == moments(a) - moments(b)


@OFTEN
@given(SOME, SOME)
def test_every_result_is_sorted_and_nothing_in_it_touches_or_is_empty(a: list[Interval], b: list[Interval]):
    for result in (merge(a), intersect(a, b), subtract(a, b)):
        assert all(before.end < after.start for before, after in pairwise(result))
        assert all(each.start < each.end for each in result)


@OFTEN
@given(SOME, st.randoms(use_true_random=False))
def test_merging_again_or_in_another_order_changes_nothing(a: list[Interval], chance):
    shuffled = chance.sample(a, len(a))
    assert merge(shuffled) == merge(a)
    assert merge(merge(a)) == merge(a)


@OFTEN
@given(SOME, SOME)
def test_union_and_intersection_commute(a: list[Interval], b: list[Interval]):
    assert merge([*a, *b]) == merge([*b, *a])
    assert intersect(a, b) == intersect(b, a)


@OFTEN
@given(SOME, SOME, SOME)
def test_intersection_is_associative_and_distributes_over_union(a, b, c):
    assert intersect(a, b, c) == intersect(intersect(a, b), c) == intersect(a, intersect(b, c))
    assert intersect(a, [*b, *c]) == merge([*intersect(a, b), *intersect(a, c)])


@OFTEN
@given(SOME, SOME)
def test_de_morgan_holds_within_a_whole(a: list[Interval], b: list[Interval]):
    def outside(part):
        return subtract(EVERYTHING, part)

    assert outside([*a, *b]) == intersect(outside(a), outside(b))
    assert outside(intersect(a, b)) == merge([*outside(a), *outside(b)])


@OFTEN
@given(SOME, SOME)
def test_a_part_taken_away_and_put_back_makes_the_whole(a: list[Interval], b: list[Interval]):
    assert merge([*subtract(a, b), *intersect(a, b)]) == merge(a)
    assert intersect(subtract(a, b), b) == ()


@OFTEN
@given(SOME)
def test_the_empty_set_is_neutral_for_union_and_swallows_intersections(a: list[Interval]):
    assert subtract(a, []) == merge(a)
    assert subtract(a, a) == ()
    assert intersect(a, []) == ()
    assert intersect(a) == merge(a)


# By hand


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([], []),
        ([(5, 5)], []),
        ([(9, 3)], []),
        ([(0, 5), (5, 9)], [(0, 9)]),
        ([(0, 5), (6, 9)], [(0, 5), (6, 9)]),
        ([(6, 9), (0, 5)], [(0, 5), (6, 9)]),
        ([(0, 9), (2, 3)], [(0, 9)]),
        ([(0, 4), (2, 6), (5, 8)], [(0, 8)]),
        ([(1, 2), (1, 2)], [(1, 2)]),
    ],
)
def test_merge_by_hand(given_, expected):
    assert merge(minutes_past(given_)) == tuple(minutes_past(expected))


@pytest.mark.parametrize(
    ("holes", "expected"),
    [
        ([], [(10, 20)]),
        ([(0, 10)], [(10, 20)]),
        ([(20, 30)], [(10, 20)]),
        ([(0, 12)], [(12, 20)]),
        ([(18, 30)], [(10, 18)]),
        ([(12, 15)], [(10, 12), (15, 20)]),
        ([(12, 13), (15, 16)], [(10, 12), (13, 15), (16, 20)]),
        ([(10, 20)], []),
        ([(0, 30)], []),
        ([(8, 12), (11, 14), (19, 25)], [(14, 19)]),
    ],
)
def test_subtract_by_hand(holes, expected):
    assert subtract(minutes_past([(10, 20)]), minutes_past(holes)) == tuple(minutes_past(expected))


@pytest.mark.parametrize(
    ("other", "holds", "meets"),
    [
        (span(1, 2), True, True),
        (span(0, 3), True, True),
        (span(0, 4), False, True),
        (span(3, 4), False, False),
        (span(2.5, 4), False, True),
        (span(-1, 0), False, False),
        (span(-1, 0.5), False, True),
        (span(-1, 4), False, True),
    ],
)
def test_what_an_interval_holds_and_meets(other: Interval, *, holds: bool, meets: bool):
    assert (span(0, 3).holds(other), span(0, 3).meets(other), other.meets(span(0, 3))) == (
        holds,
        meets,
        meets,
    )


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (3599, 59), (3600, 60)])
def test_minutes_are_whole(seconds: int, minutes: int):
    assert Interval(MONDAY, MONDAY + timedelta(seconds=seconds)).minutes == minutes


# How near two sides come


@settings(max_examples=150, deadline=None)
@given(SOME, SOME, st.integers(1, 20))
def test_a_miss_is_short_exactly_when_nothing_shared_is_long_enough(a, b, minutes):
    miss = nearest_miss(a, b, minutes)
    enough = any(each.minutes >= minutes for each in intersect(a, b))
    assert (miss is not None and miss.short_by <= 0) == enough


@OFTEN
@given(SOME, SOME, st.integers(1, 20), st.sampled_from((5, 15, 30)))
def test_on_a_grid_a_miss_is_short_exactly_when_no_start_on_it_is_shared_for_long_enough(a, b, minutes, grid):
    shared, miss = moments(intersect(a, b)), nearest_miss(a, b, minutes, grid)
    starts = (MONDAY + timedelta(minutes=number) for number in range(0, 41, grid))
    enough = any({s + timedelta(minutes=n) for n in range(minutes)} <= shared for s in starts)
    assert (miss is not None and miss.short_by <= 0) == enough


@OFTEN
@given(SOME, SOME, st.integers(1, 20))
def test_a_miss_is_the_same_from_either_side(a, b, minutes):
    assert nearest_miss(a, b, minutes) == nearest_miss(b, a, minutes)


@pytest.mark.parametrize(
    ("a", "b", "minutes", "grid", "miss"),
    [
        ([span(0, 3)], [], 30, 1, None),
        ([], [span(0, 3)], 30, 1, None),
        ([span(0, 3)], [span(3.5, 9)], 30, 1, Miss(at(3.5), 60)),
        ([span(0, 3)], [span(3, 9)], 30, 1, Miss(at(3), 30)),
        ([span(0, 3)], [span(2.75, 9)], 30, 1, Miss(at(2.75), 15)),
        ([span(0, 3)], [span(2.5, 9)], 30, 1, Miss(at(2.5), 0)),
        ([span(0, 3)], [span(2, 9)], 30, 1, Miss(at(2), -30)),
        ([span(0, 1), span(4, 5)], [span(1.5, 2), span(5.5, 6)], 30, 1, Miss(at(1.5), 60)),
        ([span(0, 1), span(4, 5)], [span(1.5, 2), span(5.25, 6)], 30, 1, Miss(at(5.25), 45)),
        ([span(0.1, 1.1)], [span(0, 9)], 60, 15, Miss(at(0.25), 9)),
        ([span(0.1, 1.25)], [span(0, 9)], 60, 15, Miss(at(0.25), 0)),
        ([span(0.25, 1.1)], [span(0, 9)], 60, 15, Miss(at(0.25), 9)),
        ([span(0.5, 1)], [span(1.1, 2)], 30, 60, Miss(at(2), 90)),
    ],
)
def test_the_nearest_miss_names_the_place_and_the_minutes_that_lack(a, b, minutes, grid, miss):
    assert nearest_miss(a, b, minutes, grid) == miss


def test_a_start_on_the_grid_lies_at_or_after_the_moment_to_the_second():
    late = at(1) + timedelta(seconds=1)
    found = nearest_miss([Interval(late, at(3))], [span(0, 9)], 60, 15)
    assert found == Miss(at(1.25), -45)
    assert isinstance(found.at, datetime)
