"""From marks to one rating, and when experts are of different minds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.assessing import apart_on, disagree, overall

MARKS = st.lists(st.integers(1, 5), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([3], 3),
        ([1, 2], 2),
        ([1, 1, 2], 1),
        ([4, 5], 5),
        ([5, 5, 4, 4], 5),
        ([2, 3, 3, 2, 2], 2),
        ([1, 5], 3),
    ],
)
def test_the_rating_is_the_mean_and_half_a_step_counts_upwards(marks: list[int], expected: int) -> None:
    assert overall(marks) == expected


def test_without_marks_there_is_no_rating() -> None:
    with pytest.raises(ValueError, match="nothing to rate"):
        overall([])


@given(MARKS)
def test_the_rating_lies_between_the_marks_and_within_half_a_step_of_their_mean(marks: list[int]) -> None:
    found, mean = overall(marks), sum(marks) / len(marks)
    assert min(marks) <= found <= max(marks)
    assert -0.5 < found - mean <= 0.5


@given(MARKS, st.randoms())
def test_the_order_of_marks_does_not_matter(marks: list[int], random: object) -> None:
    assert overall(marks) == overall(sorted(marks, reverse=True))


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [([], False), ([1], False), ([3, 4], False), ([3, 5], True), ([2, 3, 4], True), ([5, 5, 5], False)],
)
def test_two_steps_apart_is_disagreement(ratings: list[int], expected: bool) -> None:
    assert disagree(ratings, {}) is expected


@pytest.mark.parametrize(
    ("marks", "expected", "criteria"),
    [
        ({"team": [1, 4], "market": [4, 1]}, True, ["team", "market"]),
        ({"team": [2, 4], "market": [4, 2]}, False, ["team", "market"]),
        ({"team": [1, 4], "market": [3, 4]}, True, ["team"]),
        ({"team": [3], "market": []}, False, []),
    ],
)
def test_opposite_marks_of_the_same_mean_are_disagreement(
    marks: dict[str, list[int]], expected: bool, criteria: list[str]
) -> None:
    assert (disagree([3, 3], marks), apart_on(marks)) == (expected, criteria)
