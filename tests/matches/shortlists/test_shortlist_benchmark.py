"""The benchmark of the shortlists runs at a small size and reaches its targets there."""

from __future__ import annotations

import json
import operator
from typing import Any

import numpy as np
import pytest

from benchmarks import shortlists
from matchmaking.matches.runs.candidates import LISTED
from matchmaking.matches.shortlists.shortlist import choose


def test_its_lists_are_as_long_as_the_portals() -> None:
    assert shortlists.LISTED == LISTED
    problem = shortlists.build(80, 120, seed=1)
    of_firm = np.bincount(problem.company, minlength=80)
    of_startup = np.bincount(problem.startup, minlength=120)
    assert min(of_firm.min(), of_startup.min()) >= LISTED


def test_every_figure_is_a_line_of_json_that_reaches_its_target(capsys: pytest.CaptureFixture[str]) -> None:
    shortlists.measure(80, 120, seed=1)
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(figures) == 9
    compare: dict[str, Any] = {"<=": operator.le, ">=": operator.ge}
    missed = []
    for figure in figures:
        sign, bound = figure["target"].split()
        if figure["name"] != "shortlists: seconds" and not compare[sign](figure["value"], float(bound)):
            missed.append(figure)
    assert missed == []


def test_the_same_seed_builds_the_same_problem() -> None:
    first, second = (shortlists.build(60, 70, seed=4) for _ in range(2))
    assert np.array_equal(first.score, second.score)
    assert np.array_equal(choose(first).chosen, choose(second).chosen)
