"""The benchmark of the matching runs at a small size, measures what the portal uses, and prints plain JSON."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from benchmarks import matching
from matchmaking.matches.candidates import LISTED
from matchmaking.matches.features import layout_of
from matchmaking.matches.policy import load_policy
from matchmaking.matches.scoring import pair_scores
from matchmaking.matches.thesaurus import load_thesaurus


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


def test_it_prints_one_line_of_json_for_each_figure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ["--companies", "60", "--startups", "120", "--everyone", "200"]
    monkeypatch.setattr(sys, "argv", ["matching", *sizes])
    matching.main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["name"] for line in lines] == [
        "full_pass_masked",
        "full_pass_everyone",
        "changed_profile",
        "peak_memory_gib",
    ]
    assert all(set(line) == {"name", "value", "target", "peer"} and line["value"] > 0 for line in lines)
