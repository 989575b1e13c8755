"""Results as arrays: nothing is lost on the way, and equal content is known as equal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matches.engine.results import (
    NONE,
    best_of_pairs,
    found_at,
    joined,
    packed,
    places,
    unpacked,
)
from tests.matches.scored import Scored, results_of, spelled

SLICES = ("need", "field", "advice")
CAPABILITIES = ("checkout", "robots", "sensors", "waste_heat")


def scored(company: int = 1, startup: int = 2, **changes: Any) -> Scored:
    parts = {"need": 300, "field": 90, "advice": 12}
    row = Scored(7, company, startup, 0.5, Decimal("40.2"), parts, ["advice"], ["robots", "checkout"])
    return replace(row, **changes)


@st.composite
def rows(draw: st.DrawFn) -> Scored:
    parts = {name: draw(st.integers(0, 383)) for name in SLICES}
    return Scored(
        challenge_id=draw(st.integers(1, 3)),
        company_id=draw(st.integers(1, 4)),
        startup_id=draw(st.integers(1, 5)),
        raw_score=draw(st.sampled_from([-0.25, 0.0, 0.123456, 0.5])),
        score=Decimal(sum(parts.values())) / 10,
        parts=parts,
        missing=[name for name in SLICES if draw(st.booleans())],
        shared_capabilities=draw(st.lists(st.sampled_from(CAPABILITIES), max_size=3, unique=True)),
    )


@given(st.lists(rows(), max_size=12))
def test_pairs_are_the_same_after_they_were_arrays_and_bytes(given_rows: list[Scored]) -> None:
    assert spelled(unpacked(packed(results_of(given_rows, SLICES)))) == given_rows


@given(st.lists(rows(), max_size=12), st.integers(1, 3))
def test_blocks_that_know_different_capabilities_become_one(given_rows: list[Scored], count: int) -> None:
    blocks = [results_of(given_rows[number::count], SLICES) for number in range(count)]
    together = [row for number in range(count) for row in given_rows[number::count]]
    assert spelled(joined(blocks, SLICES)) == together


@given(st.lists(rows(), min_size=1, max_size=12))
def test_fingerprints_do_not_depend_on_what_else_is_in_a_block(given_rows: list[Scored]) -> None:
    alone = [results_of([row], SLICES).fingerprints()[0] for row in given_rows]
    assert results_of(given_rows, SLICES).fingerprints().tolist() == alone


@pytest.mark.parametrize(
    "change",
    [
        {"parts": {"need": 301, "field": 90, "advice": 12}},
        {"parts": {"need": 301, "field": 89, "advice": 12}},  # the same sum
        {"parts": {"need": 90, "field": 300, "advice": 12}},  # swapped
        {"missing": []},
        {"missing": ["field"]},
        {"missing": ["field", "advice"]},
        {"shared_capabilities": []},
        {"shared_capabilities": ["robots"]},
        {"shared_capabilities": ["checkout", "robots"]},  # another order: another one is strongest
        {"shared_capabilities": ["robots", "checkout", "sensors"]},
    ],
)
def test_whatever_is_shown_of_a_pair_changes_its_fingerprint(change: dict[str, Any]) -> None:
    before, after = results_of([scored(), scored(**change)], SLICES).fingerprints()
    assert before != after


def test_who_a_pair_is_does_not_change_its_fingerprint() -> None:
    one, other = results_of([scored(1, 2), scored(8, 9, raw_score=0.1)], SLICES).fingerprints()
    assert one == other


def test_a_block_scored_with_other_parts_is_refused() -> None:
    old = results_of([], ("need", "field"))
    with pytest.raises(ValueError, match="other slices"):
        joined([old], SLICES)


def test_no_blocks_are_no_pairs() -> None:
    none = joined([], SLICES)
    assert (len(none), none.missing(), none.fingerprints().tolist()) == (0, [], [])
    assert len(best_of_pairs(none)) == 0


def test_of_a_firms_challenges_the_best_counts_and_of_equals_the_first() -> None:
    given_rows = [
        scored(2, 1, challenge_id=4, raw_score=0.1),
        scored(1, 2, challenge_id=9, raw_score=0.7),
        scored(1, 2, challenge_id=8, raw_score=0.7),
        scored(1, 2, challenge_id=3, raw_score=0.6),
    ]
    best = best_of_pairs(results_of(given_rows, SLICES)).rows
    assert best[["company_id", "startup_id", "challenge_id"]].tolist() == [(1, 2, 8), (2, 1, 4)]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(-2, 2)),
        max_size=30,
        unique_by=lambda e: e[:2],
    )
)
def test_places_are_by_score_and_then_by_the_others_key(entries: list[tuple[int, int, int]]) -> None:
    groups, others, scores = (np.array([entry[i] for entry in entries], dtype=np.int64) for i in range(3))
    found = places(groups, others, scores.astype(float)).tolist()
    for group in set(groups.tolist()):
        mine = sorted((-score, other) for g, other, score in entries if g == group)
        wanted = {(group, other): place for place, (_, other) in enumerate(mine)}
        assert {(g, o): p for (g, o, _), p in zip(entries, found, strict=True) if g == group} == wanted


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=12, unique=True),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12),
)
def test_pairs_are_found_where_they_are_and_nowhere_else(
    held: list[tuple[int, int]], wanted: list[tuple[int, int]]
) -> None:
    ours, theirs = (np.array(pairs, dtype=np.int64).reshape(-1, 2) for pairs in (held, wanted))
    found = found_at((theirs[:, 0], theirs[:, 1]), ours[:, 0], ours[:, 1])
    assert found.tolist() == [held.index(pair) if pair in held else NONE for pair in wanted]
