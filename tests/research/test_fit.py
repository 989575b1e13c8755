"""Who fits a commission: points that add up, each with its reason, and what rules somebody out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.fit import MOST, Fit, Known, Wanted, fit, rank, rank_to_assess

FIRM, STARTUP, OTHER = 11, 22, 33
WANTED = Wanted("retail", "SG", "en", frozenset({FIRM, STARTUP}))
PERFECT = Known(1, ("retail",), ("SG", "JP"), ("en", "ja"), capacity=2, load=0, closeness=1.0)


def points(found: Fit) -> dict[str, int | None]:
    return {part.name: part.points for part in found.parts}


def test_whoever_has_everything_has_a_hundred_points() -> None:
    found = fit(WANTED, PERFECT)
    assert (found.score, points(found), found.ruled_out) == (100, MOST, "")
    assert sum(MOST.values()) == 100


@pytest.mark.parametrize(
    ("changes", "part", "expected"),
    [
        ({"fields": ("retail", "mobility")}, "field", 26),
        ({"fields": ("retail", "mobility", "agritech")}, "field", 23),
        ({"fields": ("mobility",)}, "field", 0),
        ({"countries": ("JP",)}, "country", 0),
        ({"countries": ()}, "country", 0),
        ({"languages": ("ja",)}, "language", 0),
        ({"load": 1}, "load", 5),
        ({"capacity": 4, "load": 1}, "load", 8),
        ({"closeness": 0.0}, "meaning", 0),
        ({"closeness": 0.9}, "meaning", 22),
        ({"closeness": 0.4}, "meaning", 10),
        ({"closeness": None}, "meaning", None),
    ],
)
def test_a_lack_costs_its_own_points_and_no_others(
    changes: dict[str, Any], part: str, expected: int | None
) -> None:
    found = fit(WANTED, replace(PERFECT, **changes))
    assert points(found) == {**MOST, part: expected}
    assert found.score == 100 - MOST[part] + (expected or 0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"conflicts": frozenset({FIRM})}, "conflict"),
        ({"conflicts": frozenset({STARTUP, OTHER})}, "conflict"),
        ({"conflicts": frozenset({OTHER})}, ""),
        ({"has_refused": True}, "refused"),
        ({"is_described": False}, "unknown"),
        ({"load": 2}, "full"),
        ({"load": 3}, "full"),
        ({"capacity": 0}, "full"),
        ({"conflicts": frozenset({FIRM}), "has_refused": True, "load": 9}, "conflict"),
        ({"has_refused": True, "load": 9}, "refused"),
    ],
)
def test_what_rules_somebody_out_is_named_the_gravest_first(changes: dict[str, Any], reason: str) -> None:
    assert fit(WANTED, replace(PERFECT, **changes)).ruled_out == reason


def test_the_best_come_first_equals_by_key_and_the_ruled_out_last_by_their_points() -> None:
    experts = [
        replace(PERFECT, key=5, conflicts=frozenset({FIRM})),
        replace(PERFECT, key=4, fields=("mobility",), load=2),
        replace(PERFECT, key=3),
        replace(PERFECT, key=2, countries=()),
        replace(PERFECT, key=1),
    ]
    assert [each.key for each in rank(WANTED, experts)] == [1, 3, 2, 5, 4]


def test_without_experts_there_is_no_ranking() -> None:
    assert rank(WANTED, []) == []


SOMEBODY = st.builds(
    Known,
    key=st.integers(1, 99),
    fields=st.lists(st.sampled_from(["retail", "mobility", "agritech"]), unique=True).map(tuple),
    countries=st.lists(st.sampled_from(["SG", "JP", "IN"]), unique=True).map(tuple),
    languages=st.lists(st.sampled_from(["en", "ja"]), unique=True).map(tuple),
    capacity=st.integers(0, 10),
    load=st.integers(0, 12),
    conflicts=st.frozensets(st.sampled_from([FIRM, STARTUP, OTHER])),
    has_refused=st.booleans(),
    is_described=st.booleans(),
    closeness=st.none() | st.floats(0, 1),
)


@given(SOMEBODY)
def test_the_score_is_the_sum_of_its_parts_and_no_part_has_more_than_its_most(expert: Known) -> None:
    found = fit(WANTED, expert)
    assert found.score == sum(part.points or 0 for part in found.parts)
    assert all(part.points is None or 0 <= part.points <= part.most for part in found.parts)
    assert [part.name for part in found.parts] == list(MOST)


@given(st.lists(SOMEBODY, max_size=6, unique_by=lambda each: each.key), st.randoms())
def test_the_order_in_which_experts_are_named_does_not_matter(experts: list[Known], random: Any) -> None:
    shuffled = random.sample(experts, len(experts))
    assert rank(WANTED, experts) == rank(WANTED, shuffled)


@given(SOMEBODY)
def test_somebody_with_a_conflict_of_interest_never_stands_before_somebody_who_can_be_chosen(
    expert: Known,
) -> None:
    in_conflict = replace(PERFECT, key=100, conflicts=frozenset({STARTUP}))
    order = rank(WANTED, [in_conflict, expert])
    if not fit(WANTED, expert).ruled_out:
        assert [each.key for each in order] == [expert.key, 100]


def test_for_an_assessment_the_best_field_counts_and_only_interests_and_being_asked_rule_out() -> None:
    wanted = [replace(WANTED, field=field) for field in ("mobility", "retail")]
    experts = [
        replace(PERFECT, key=1, load=2),
        replace(PERFECT, key=2),
        replace(PERFECT, key=3, conflicts=frozenset({STARTUP})),
        replace(PERFECT, key=4, has_refused=True),
        replace(PERFECT, key=5, is_described=False, fields=(), countries=(), languages=()),
        replace(PERFECT, key=6, conflicts=frozenset({OTHER})),
        replace(PERFECT, key=7, fields=("mobility", "healthcare")),
    ]
    found = rank_to_assess(wanted, experts)
    assert [(each.key, each.score, each.ruled_out) for each in found] == [
        (2, 75, ""),
        (6, 75, ""),
        (7, 66, ""),
        (1, 65, ""),
        (5, 10, ""),
        (3, 75, "conflict"),
        (4, 75, "asked"),
    ]
    assert {tuple(part.name for part in each.parts) for each in found} == {
        ("field", "country", "language", "load")
    }
