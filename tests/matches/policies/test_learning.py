"""What is learnt from decisions made up so that the answer is known."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.matches.policies.learning import (
    LEAST_FIRMS,
    LEAST_OF_A_KIND,
    Amount,
    Choice,
    amount_of,
    differences,
    suggested,
)

NAMES = ("need", "field", "size", "language")
EVEN = dict.fromkeys(NAMES, 0.5)


def took(firm: int, startup: int, parts: tuple[float, ...], shown: Iterable[int] = ()) -> Choice:
    return Choice(firm, startup, taken=True, parts=parts, shown=frozenset(shown))


def passed(firm: int, startup: int, parts: tuple[float, ...], shown: Iterable[int] = ()) -> Choice:
    return Choice(firm, startup, taken=False, parts=parts, shown=frozenset(shown))


def decided(true: dict[str, float], firms: int, *, shown: int = 10, seed: int = 7) -> list[Choice]:
    """Firms that see `shown` startups and take the three that are best by the true weights and some luck."""
    draw = np.random.default_rng(seed)
    weights = np.array([true[name] for name in NAMES])
    made = []
    for firm in range(firms):
        parts = draw.normal(size=(shown, len(NAMES)))
        order = np.argsort(-(3 * parts @ weights + draw.gumbel(size=shown)))
        keys = [firm * 100 + number for number in range(shown)]
        made += [
            Choice(firm, keys[place], rank < 3, tuple(parts[place].tolist()), frozenset(keys))
            for rank, place in enumerate(order.tolist())
        ]
    return made


def alike(one: dict[str, float], other: dict[str, float]) -> float:
    a, b = (np.array([each[name] for name in NAMES]) for each in (one, other))
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize(
    "true",
    [
        {"need": 1.2, "field": 0.4, "size": 0.2, "language": 0.2},
        {"need": 0.1, "field": 0.1, "size": 1.5, "language": 0.3},
        {"need": 0.0, "field": 1.0, "size": 0.0, "language": 1.0},
    ],
)
def test_weights_by_which_decisions_were_made_are_found_again(true: dict[str, float]) -> None:
    found = suggested(decided(true, 200), EVEN)
    assert alike(found, true) > 0.98
    assert sum(found.values()) == pytest.approx(sum(EVEN.values()), abs=0.01)


def test_a_part_that_decides_nothing_is_given_next_to_nothing() -> None:
    found = suggested(decided({"need": 1.0, "field": 1.0, "size": 0.0, "language": 0.0}, 200), EVEN)
    assert max(found["size"], found["language"]) < 0.1 * min(found["need"], found["field"])


def test_the_more_decisions_the_nearer() -> None:
    true = {"need": 1.5, "field": 0.1, "size": 0.3, "language": 0.1}
    near = [alike(suggested(decided(true, firms), EVEN), true) for firms in (1, 10, 100)]
    assert near == sorted(near)


def test_without_decisions_the_weights_in_force_are_the_answer() -> None:
    weights = {"need": 0.559, "field": 0.3, "size": 0.1, "language": 0.0}
    assert suggested([], weights) == weights
    lonely = [took(1, 1, (9.0, 0, 0, 0), frozenset({1})), passed(2, 2, (0.0, 9, 0, 0))]
    assert suggested(lonely, weights) == weights  # of two firms: nobody chose between them


def test_what_a_firm_never_saw_together_is_not_compared() -> None:
    taken = took(1, 1, (5.0, 0, 0, 0), frozenset({1, 2}))
    seen, unseen = (passed(1, key, (0.0, 5, 0, 0), frozenset({key})) for key in (2, 3))
    assert suggested([taken, unseen], EVEN) == EVEN
    assert suggested([taken, seen, unseen], EVEN) == suggested([taken, seen], EVEN) != EVEN


def test_a_firm_that_passes_over_many_has_no_louder_voice() -> None:
    taken = took(1, 1, (2.0, 0, 0, 0), frozenset(range(50)))
    one = [taken, passed(1, 2, (0.0, 1, 0, 0))]
    many = [taken, *(passed(1, key, (0.0, 1, 0, 0)) for key in range(2, 40))]
    assert suggested(many, EVEN) == pytest.approx(suggested(one, EVEN), abs=0.002)


CHOICES = st.lists(
    st.builds(
        Choice,
        firm=st.integers(1, 4),
        startup=st.integers(1, 8),
        taken=st.booleans(),
        parts=st.tuples(*[st.floats(-3, 3)] * len(NAMES)),
        shown=st.just(frozenset(range(1, 9))),
    ),
    max_size=16,
    unique_by=lambda choice: (choice.firm, choice.startup),
)


@settings(max_examples=40, deadline=None)
@given(CHOICES, st.randoms(use_true_random=False))
def test_the_order_of_decisions_changes_nothing(choices: list[Choice], rng: random.Random) -> None:
    shuffled = rng.sample(choices, len(choices))
    assert suggested(shuffled, EVEN) == suggested(choices, EVEN)
    assert differences(shuffled, NAMES) == differences(choices, NAMES)
    assert amount_of(shuffled) == amount_of(choices)


@settings(max_examples=40, deadline=None)
@given(CHOICES)
def test_a_suggestion_is_never_negative_and_weighs_as_much_together(choices: list[Choice]) -> None:
    found = suggested(choices, EVEN)
    assert min(found.values()) >= 0
    assert sum(found.values()) == pytest.approx(2.0, abs=0.005)


# --- Differences -------------------------------------------------------------------------------------------------


def test_means_and_their_difference_can_be_counted_by_hand() -> None:
    rows = differences(
        [
            took(1, 1, (3.0, 0, 1, 0)),
            took(1, 2, (1.0, 0, 1, 0)),
            passed(2, 3, (1.0, 2, 1, 0)),
            passed(1, 4, (0.0, 0, 1, 0)),
            took(2, 5, (2.0, 0, 1, 0)),
        ],
        NAMES,
    )
    need = rows[0]
    assert (need.name, need.taken, need.passed, need.difference) == ("need", 2.0, 0.5, 1.5)
    assert need.low <= need.difference <= need.high
    assert (rows[2].difference, rows[2].low, rows[2].high, rows[2].clear) == (0.0, 0.0, 0.0, False)


def test_an_interval_leaves_zero_out_where_decisions_tell_and_holds_it_where_they_do_not() -> None:
    found = differences(decided({"need": 2.0, "field": 0, "size": 0, "language": 0}, 60), NAMES)
    assert [row.name for row in found if row.clear][:1] == ["need"]
    assert found[0].low > 0
    assert sum(row.clear for row in found[1:]) <= 1  # one in twenty may seem clear by luck


def test_firms_are_drawn_together_so_one_that_decides_much_widens_the_interval() -> None:
    alone = [Choice(firm, key, key % 2 == 0, (float(key % 2 == 0) * (firm % 3), 0, 0, 0))
             for firm in range(30) for key in (0, 1)]  # fmt: skip
    alike_ = [Choice(firm, key, key % 2 == 0, (float(key % 2 == 0) * (firm % 3), 0, 0, 0))
              for firm in range(3) for key in range(20)]  # fmt: skip
    wide, narrow = (
        row[0].high - row[0].low for row in (differences(alike_, NAMES), differences(alone, NAMES))
    )
    assert wide > 2 * narrow


@pytest.mark.parametrize("taken", [True, False])
def test_one_kind_alone_has_no_difference(taken: bool) -> None:
    assert differences([Choice(1, 1, taken, (1.0, 0, 0, 0))], NAMES) == []
    assert differences([], NAMES) == []


@pytest.mark.parametrize(
    ("taken", "passed", "firms", "enough"),
    [
        (LEAST_OF_A_KIND, LEAST_OF_A_KIND, LEAST_FIRMS, True),
        (LEAST_OF_A_KIND - 1, 500, 50, False),
        (500, LEAST_OF_A_KIND - 1, 50, False),
        (500, 500, LEAST_FIRMS - 1, False),
        (0, 0, 0, False),
    ],
)
def test_how_much_is_enough(taken: int, passed: int, firms: int, enough: bool) -> None:
    assert Amount(taken, passed, firms).enough is enough
