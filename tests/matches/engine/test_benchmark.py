"""The benchmark of the matching runs at a small size, measures what the portal uses, and prints plain JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import matching
from matchmaking.matches.engine.features import layout_of
from matchmaking.matches.engine.policy import load_policy
from matchmaking.matches.engine.scoring import pair_scores
from matchmaking.matches.engine.thesaurus import load_thesaurus
from matchmaking.matches.runs.candidates import LISTED


def test_vectors_are_as_wide_and_lists_as_long_as_the_portals() -> None:
    assert layout_of(load_policy(), load_thesaurus()).width == matching.WIDTH
    assert matching.LISTED == LISTED


def test_one_list_is_the_best_of_all_by_exact_score() -> None:
    rng = np.random.default_rng(3)
    u, v = matching.random_vectors(1, rng)[0], matching.random_vectors(120, rng)
    scores = pair_scores(np.tile(u, (120, 1)), v)
    assert matching.one_list(u, v) == np.argsort(-scores, kind="stable")[:LISTED].tolist()


def test_narrow_terms_leave_a_quarter_of_the_pairs_or_less() -> None:
    rng = np.random.default_rng(5)
    ours, theirs = (matching.random_terms(200, rng, narrow=True) for _ in range(2))
    shared = [bool(a.fields & b.fields and a.modes & b.modes) for a in ours for b in theirs]
    assert 0.05 < sum(shared) / len(shared) <= 0.25


def test_the_way_one_writes_first_finds_the_same_lists() -> None:
    rng = np.random.default_rng(4)
    u, v = matching.random_vectors(20, rng), matching.random_vectors(90, rng)
    rows, _columns = matching.top_lists(u, v, None, LISTED)
    (found,) = matching.blockwise(u, v)
    assert [rows.of(row)[0].tolist() for row in range(20)] == found.tolist()


def test_each_figure_is_a_positive_ratio_and_is_printed_as_a_line_of_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "WIDTH", 40)
    values = [*matching.full_passes(600, 1_200), matching.changed_profile(20_000)]
    assert min(values) > 0
    matching.report("changed_profile", 1.23456, "<= 1.5", "bare product")
    assert json.loads(capsys.readouterr().out) == {
        "name": "changed_profile",
        "value": 1.235,
        "target": "<= 1.5",
        "peer": "bare product",
    }
