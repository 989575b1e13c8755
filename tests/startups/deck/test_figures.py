"""What the benchmark of the gate says of single files, and that it tries the whole corpus."""

from __future__ import annotations

import pytest

from benchmarks.decks import MEMORY, SECONDS, Taken, corpus, figures, measure
from startups.decks.limits import Limits, Means
from tests.startups import decks
from tests.startups.deck_hostile import CORPUS, REFUSED


def test_it_tries_every_hostile_file_and_honest_ones() -> None:
    tried = {kind: set(makers) for kind, (_expected, makers) in corpus().items()}
    assert tried["active"] | tried["refused"] == set(CORPUS)
    assert tried["active"] & tried["refused"] == set()
    assert len(tried["honest"]) >= 5


def test_it_holds_the_gate_to_less_than_the_gate_holds_itself_to() -> None:
    """The promise is three seconds; the process is ended much later, so that a busy machine refuses nobody."""
    assert Means().cpu_seconds > SECONDS
    assert MEMORY == 512
    assert Limits().stream_bytes < Means().memory


@pytest.mark.parametrize(
    ("content", "passed"),
    [(decks.pdf(), True), (b"no PDF", False), (REFUSED["a stream of 2 GiB"][0](), False)],
    ids=["honest", "no PDF", "bomb"],
)
def test_a_file_is_told_with_what_it_took(content: bytes, passed: bool) -> None:
    taken = measure("a file", content)
    assert (taken.name, taken.passed) == ("a file", passed)
    assert 0 < taken.mebibytes <= MEMORY
    assert taken.seconds >= 0


@pytest.mark.parametrize(
    ("expected", "count", "last"), [(True, 2, "decks odd passed"), (False, 1, "decks odd refused")]
)
def test_the_figures_name_the_file_that_took_most(expected: bool, count: int, last: str) -> None:
    taken = [
        Taken("quick and large", 0.1, 300.0, passed=True),
        Taken("slow", 2.5, 90.0, passed=True),
        Taken("refused", 0.2, 40.0, passed=False),
    ]
    slowest, largest, outcome = figures("odd", expected, iter(taken))
    assert (slowest["value"], slowest["peer"], slowest["target"]) == (2.5, "slow", "<= 3")
    assert (largest["value"], largest["peer"], largest["target"]) == (300.0, "quick and large", "<= 512")
    assert (outcome["name"], outcome["value"], outcome["target"]) == (last, count, "3")
