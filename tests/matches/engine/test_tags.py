"""What each slice of tags, amounts and levels gives for a pair: the formulas, in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaking.matches.engine import tags
from matchmaking.matches.engine.policy import DEFAULT_VOCABULARY as WORDS
from tests.matches.engine_factories import company, startup


def product(left: tags.Block, right: tags.Block) -> float:
    return float(left[0][0] @ right[0][0])


@pytest.mark.parametrize(
    ("band", "dollars", "worth"),
    [
        ("10m_50m", 1_000_000, 1),  # a fifth of a million dollars is 30 million yen
        ("under_10m", 1_000_000, 0.5),
        ("50m_100m", 1_000_000, 0.5),
        ("100m_500m", 1_000_000, 0.25),
        ("over_1b", 1_000_000, 0),
        ("over_1b", 90_000_000, 1),
    ],
)
def test_a_budget_is_worth_half_in_the_next_band_and_a_quarter_in_the_one_after(
    band: str, dollars: int, worth: float
) -> None:
    assert product(tags.budgets([band], WORDS), tags.amounts([dollars], WORDS)) == worth


@pytest.mark.parametrize(
    ("least", "modes", "level", "stage", "worth"),
    [
        (6, (), 6, "", 1),
        (6, (), 9, "", 1),
        (6, (), 5, "", 0.5),
        (6, (), 4, "", 0.25),
        (None, ("acquisition",), 6, "", 0.5),
        (None, ("acquisition", "joint_development"), 6, "", 1),
        (None, ("acquisition",), None, "seed", 0.5),
        (8, ("joint_development",), 9, "pre_seed", 1),
    ],
)
def test_readiness_counts_from_what_the_firm_can_work_with(
    least: int | None, modes: tuple[str, ...], level: int | None, stage: str, worth: float
) -> None:
    assert product(tags.workable([(least, modes)]), tags.levels([(level, stage)])) == worth


@pytest.mark.parametrize(
    ("preferred", "country", "worth"),
    [
        (("SG", "IN"), "SG", 0.5),
        (("SG", "IN"), "VN", -0.5),
        (("SG",), "IS", -0.5),
        (("IS",), "FJ", 0.5),  # neither is in the vocabulary: they share a place
        ((), "SG", 0),
    ],
)
def test_a_country_counts_only_for_a_firm_that_prefers_some(
    preferred: tuple[str, ...], country: str, worth: float
) -> None:
    assert product(tags.wishes([preferred], WORDS), tags.homes([country], WORDS)) == worth


@pytest.mark.parametrize(
    ("ratings", "worth"),
    [((), 0), ((5,), 1 / 3), ((5,) * 8, 0.8), ((1,) * 8, -0.8), ((3, 3), 0), ((1, 5), 0)],
)
def test_advice_is_shrunk_towards_neutral_until_many_agree(ratings: tuple[int, ...], worth: float) -> None:
    rows, known = tags.advice([ratings])
    assert (float(rows[0, 0]), bool(known[0])) == (pytest.approx(worth), bool(ratings))


def test_a_shared_sub_field_counts_half_of_a_shared_field() -> None:
    ours = tags.field([("retail",)], [("payments",)], WORDS)
    assert product(ours, tags.field([("retail",)], [("e_commerce",)], WORDS)) == pytest.approx(1)
    assert product(ours, tags.field([("retail",)], [("payments",)], WORDS)) == pytest.approx(1.5)


def test_what_is_not_said_is_known_to_be_missing_and_has_no_length() -> None:
    silent = company(budget="", least_readiness=None, modes=(), countries=())
    blocks = tags.company_blocks([silent], WORDS)
    lacking = {name for name, (_rows, known) in blocks.items() if not known[0]}
    assert lacking == {"cooperation", "size", "stage", "country"}
    assert not any(blocks[name][0].any() for name in lacking)
    quiet = startup(amount=None, readiness=None, stage="", ratings=(), country="")
    offered = tags.startup_blocks([quiet], WORDS)
    assert {name for name, (_rows, known) in offered.items() if not known[0]} == {
        "size",
        "stage",
        "country",
        "advice",
    }


def test_both_sides_of_every_slice_are_as_wide_as_the_layout_says() -> None:
    sizes = tags.tag_sizes(WORDS)
    for blocks in (tags.company_blocks([company()], WORDS), tags.startup_blocks([startup()], WORDS)):
        assert {name: rows.shape[1] for name, (rows, _known) in blocks.items()} == sizes


def test_nobody_makes_no_rows() -> None:
    assert all(len(rows) == 0 for rows, _known in tags.company_blocks([], WORDS).values())
    assert all(rows.dtype == np.float32 for rows, _known in tags.startup_blocks([], WORDS).values())
