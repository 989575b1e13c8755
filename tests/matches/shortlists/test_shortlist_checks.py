"""The independent checker finds every fault that lists can have, and exposure is counted as it is defined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matches.shortlists.checking import Fault, Finding, Pair, check
from matchmaking.matches.shortlists.exposure import BINS, Share, by_group, exposure, gini, top_share

CANDIDATES = {(1, 10), (1, 11), (2, 10), (2, 11)}


def found(pairs: list[Pair], company_most: dict[int, int], startup_most: dict[int, int]) -> list[Finding]:
    return check(pairs, candidates=CANDIDATES, company_most=company_most, startup_most=startup_most)


@pytest.mark.parametrize(
    ("pairs", "company_most", "startup_most", "expected"),
    [
        ([], {}, {}, []),
        ([(1, 10)], {1: 1}, {10: 1}, []),
        ([(1, 10), (1, 10)], {1: 2}, {10: 2}, [Finding(Fault.TWICE, 1, 10)]),
        ([(1, 12)], {1: 1}, {12: 1}, [Finding(Fault.NO_CANDIDATE, 1, 12)]),
        ([(1, 10), (1, 11)], {1: 1}, {10: 1, 11: 1}, [Finding(Fault.FIRM_FULL, 1, None)]),
        ([(1, 10), (2, 10)], {1: 1, 2: 1}, {10: 1}, [Finding(Fault.STARTUP_FULL, None, 10)]),
        (
            [(1, 10)],
            {},
            {},
            [Finding(Fault.FIRM_FULL, 1, None), Finding(Fault.STARTUP_FULL, None, 10)],
        ),
    ],
    ids=["nothing", "right", "twice", "no candidate", "firm full", "startup full", "unknown parties"],
)
def test_every_fault_is_found(
    pairs: list[Pair], company_most: dict[int, int], startup_most: dict[int, int], expected: list[Finding]
) -> None:
    assert found(pairs, company_most, startup_most) == expected


def test_all_faults_are_told_at_once() -> None:
    faults = [each.fault for each in found([(1, 10), (2, 10), (1, 12)], {1: 1, 2: 1}, {10: 1, 12: 1})]
    assert faults == [Fault.NO_CANDIDATE, Fault.FIRM_FULL, Fault.STARTUP_FULL]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([], 0), ([0, 0], 0), ([3, 3, 3], 0), ([0, 0, 0, 4], 0.75), ([1, 2, 3], 2 / 9)],
)
def test_the_gini_coefficient(counts: list[int], expected: float) -> None:
    assert gini(counts) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], 0),
        ([0] * 5, 0),
        ([1] * 10, 0.1),
        ([9] + [0] * 9, 1),
        ([5, 3, 1, 1], 0.5),  # of four parties the top tenth is one
        ([4, 4] + [1] * 12, 0.4),  # of fourteen it is two
    ],
)
def test_the_share_of_the_most_listed_tenth(counts: list[int], expected: float) -> None:
    assert top_share(counts) == pytest.approx(expected)


@given(st.lists(st.integers(0, 60), max_size=40))
def test_everybody_stands_in_one_bin_and_nobody_is_lost(counts: list[int]) -> None:
    spread = exposure(counts)
    assert sum(spread.histogram) == spread.parties == len(counts)
    assert (spread.listed, spread.left_out) == (sum(counts), spread.histogram[0])
    assert 0 <= spread.gini < 1
    assert 0 <= spread.top_share <= 1


def test_the_bins_leave_no_gap() -> None:
    ends = [high for _low, high in BINS[:-1]]
    assert [low for low, _high in BINS[1:]] == [high + 1 for high in ends if high is not None]
    assert (BINS[0], BINS[-1][1]) == ((0, 0), None)


def test_groups_are_counted_in_the_order_given_and_only_those_that_occur() -> None:
    counts = {1: 2, 2: 0, 3: 1}
    groups = {1: "tohoku", 2: "kanto", 3: "tohoku"}
    assert by_group(counts, groups, ["kanto", "kyushu", "tohoku"]) == [
        Share("kanto", 1, 0, 0),
        Share("tohoku", 2, 2, 3),
    ]
