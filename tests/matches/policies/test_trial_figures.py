"""What a comparison of lists says: each figure on lists small enough to count by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matches.policies.trial_figures import EXPOSURE, TOP, Lists, Traits, compare

NOBODY = Traits({}, {}, {})


def lists(company: int, before: list[int], after: list[int], *, was: int = 700, now: int = 700) -> Lists:
    return Lists(company, [(key, was) for key in before], [(key, now) for key in after])


@pytest.mark.parametrize(
    ("before", "after", "changed", "kept", "reordered"),
    [
        ([], [], 0, 1.0, False),
        ([1, 2], [1, 2], 0, 1.0, False),
        ([1, 2], [2, 1], 0, 1.0, True),
        ([1, 2], [1, 3], 1, 0.5, False),
        ([1, 2], [3, 4], 2, 0.0, False),
        ([1], [1, 2], 1, 0.5, False),  # a place is won
        ([1, 2], [], 2, 0.0, False),  # all are lost
        ([], [1], 1, 0.0, False),
        ([1, 2, 3, 4], [4, 3, 2, 5], 1, 0.75, False),
    ],
)
def test_what_changes_on_one_list(
    before: list[int], after: list[int], changed: int, kept: float, reordered: bool
) -> None:
    one = lists(1, before, after)
    assert (one.changed, one.kept, one.reordered) == (changed, kept, reordered)


def test_lists_that_change_are_counted_by_the_places_that_change() -> None:
    found = compare([lists(1, [1, 2], [1, 2]), lists(2, [1, 2], [2, 1]), lists(3, [1, 2], [3, 4])], NOBODY)
    assert found["firms"] == {"all": 3, "changed": 1, "reordered": 1, "kept": pytest.approx(2 / 3, abs=1e-4)}
    assert found["changed_places"] == [2, 0, 1, *[0] * 8]


def test_exposure_counts_startups_that_nobody_lists_too() -> None:
    countries = dict.fromkeys(range(1, 21), "SG")
    found = compare(
        [lists(firm, [1, 2], [firm, firm + 1]) for firm in range(1, 7)], Traits({}, {}, countries)
    )["exposure"]
    assert found["before"] == {"listed": 2, "startups": 20, "bins": [18, 0, 0, 2, 0, 0], "top_decile": 1.0}
    assert found["after"]["listed"] == 7
    assert found["after"]["bins"] == [13, 2, 5, 0, 0, 0]
    assert found["after"]["top_decile"] == pytest.approx(4 / 12, abs=1e-4)


def test_who_gains_and_loses_most_comes_first_and_equals_by_their_keys() -> None:
    found = compare(
        [
            lists(1, [1, 2], [3, 4]),
            lists(2, [1, 2], [3, 5]),
            lists(3, [2, 1], [3, 2]),
        ],
        NOBODY,
    )
    assert found["gaining"] == [
        {"key": 3, "before": 0, "after": 3},
        {"key": 4, "before": 0, "after": 1},
        {"key": 5, "before": 0, "after": 1},
    ]
    assert found["losing"] == [{"key": 1, "before": 3, "after": 0}, {"key": 2, "before": 3, "after": 1}]
    assert [(row["key"], row["changed"]) for row in found["firms_moved"]] == [(1, 2), (2, 2), (3, 1)]


def test_points_before_and_after_are_means_of_the_lists() -> None:
    found = compare([Lists(1, [(1, 800), (2, 600)], [(3, 500)])], NOBODY)["firms_moved"]
    assert found == [{"key": 1, "changed": 2, "before": 70.0, "after": 50.0}]


def test_a_firm_of_two_fields_counts_in_both_and_one_without_lists_has_no_points() -> None:
    traits = Traits({1: ["retail", "mobility"], 2: ["retail"]}, {1: "15", 2: "15"}, {})
    found = compare([lists(1, [1], [2], was=700, now=800), lists(2, [], [])], traits)
    assert found["fields"] == [
        {"key": "mobility", "firms": 1, "changed": 1, "kept": 0.0, "before": 70.0, "after": 80.0},
        {"key": "retail", "firms": 2, "changed": 1, "kept": 0.5, "before": 70.0, "after": 80.0},
    ]
    assert [(row["key"], row["firms"]) for row in found["prefectures"]] == [("15", 2)]


def test_countries_count_places_and_name_those_without_any() -> None:
    found = compare([lists(1, [1, 2], [3, 2])], Traits({}, {}, {1: "SG", 2: "IN", 3: "SG", 4: "VN"}))
    assert found["countries"] == [
        {"key": "IN", "startups": 1, "before": 1, "after": 1},
        {"key": "SG", "startups": 2, "before": 1, "after": 1},
        {"key": "VN", "startups": 1, "before": 0, "after": 0},
    ]


def test_nothing_to_compare_is_said_as_nothing() -> None:
    found = compare([], NOBODY)
    assert found["firms"] == {"all": 0, "changed": 0, "reordered": 0, "kept": None}
    assert found["exposure"]["before"]["top_decile"] is None
    assert (found["gaining"], found["losing"], found["firms_moved"], found["countries"]) == ([], [], [], [])


RANKINGS = st.lists(st.integers(1, 30), max_size=TOP, unique=True)
WORLD = st.lists(st.tuples(RANKINGS, RANKINGS), max_size=12)
EVERYBODY = Traits(
    {firm: ["retail"] for firm in range(12)},
    dict.fromkeys(range(12), "13"),
    {key: ("SG", "IN", "VN")[key % 3] for key in range(1, 31)},
)


def of_world(world: list[tuple[list[int], list[int]]]) -> list[Lists]:
    return [lists(firm, before, after) for firm, (before, after) in enumerate(world)]


@given(WORLD)
def test_figures_agree_with_one_another(world: list[tuple[list[int], list[int]]]) -> None:
    found = compare(of_world(world), EVERYBODY)
    assert sum(found["changed_places"]) == found["firms"]["all"] == len(world)
    assert found["changed_places"][0] == len(world) - found["firms"]["changed"]
    for which, place in (("before", 0), ("after", 1)):
        side = found["exposure"][which]
        assert sum(side["bins"]) == 30 == side["startups"]
        assert len(side["bins"]) == len(EXPOSURE)
        assert sum(row[which] for row in found["countries"]) == sum(len(each[place]) for each in world)
    assert all(row["after"] > row["before"] for row in found["gaining"])
    assert all(row["after"] < row["before"] for row in found["losing"])


@given(WORLD)
def test_the_same_lists_before_and_after_change_nothing(world: list[tuple[list[int], list[int]]]) -> None:
    found = compare(of_world([(before, before) for before, _after in world]), EVERYBODY)
    assert (found["firms"]["changed"], found["firms"]["reordered"]) == (0, 0)
    assert (found["gaining"], found["losing"], found["firms_moved"]) == ([], [], [])
    assert found["exposure"]["before"] == found["exposure"]["after"]


@given(WORLD, st.randoms(use_true_random=False))
def test_the_order_in_which_blocks_came_in_changes_nothing(
    world: list[tuple[list[int], list[int]]], rng: random.Random
) -> None:
    own = of_world(world)
    shuffled = rng.sample(own, len(own))
    assert compare(shuffled, EVERYBODY) == compare(own, EVERYBODY)


@given(WORLD)
def test_before_and_after_swapped_turn_gain_into_loss(world: list[tuple[list[int], list[int]]]) -> None:
    found = compare(of_world(world), EVERYBODY)
    back = compare(of_world([(after, before) for before, after in world]), EVERYBODY)
    assert [row["key"] for row in found["gaining"]] == [row["key"] for row in back["losing"]]
    assert found["firms"] == back["firms"]
    assert found["exposure"]["after"] == back["exposure"]["before"]
