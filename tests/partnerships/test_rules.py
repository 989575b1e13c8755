"""What each stage needs, in every kind of cooperation, and when a partnership has gone quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.core.enums import CooperationMode
from partnerships import rules
from partnerships.enums import OPEN_STAGES, PARTNERSHIP_TRANSITIONS, STAGES, Need, PaperKind, PartnershipStage
from partnerships.rules import NEEDS, Standing, missing

NOW = datetime(2031, 6, 2, 3, 0, tzinfo=UTC)
WAY = [str(stage) for stage in STAGES]
JOINT, INVESTMENT, ACQUISITION = (str(mode) for mode in CooperationMode)
PAPERS = [str(kind) for kind in PaperKind]
everything = Standing(JOINT, "exploring", PAPERS, has_step=True, has_amount=True)


@pytest.mark.parametrize(
    ("mode", "to", "needs"),
    [
        (JOINT, "agreed", [Need.NEXT_STEP, Need.NDA, Need.GATES]),
        (JOINT, "proving", [Need.TEST_PLAN, Need.AMOUNT, Need.GATES]),
        (JOINT, "negotiating", [Need.TEST_REPORT, Need.GATES]),
        (JOINT, "signed", [Need.CONTRACT, Need.GATES]),
        (INVESTMENT, "agreed", [Need.NEXT_STEP, Need.NDA, Need.GATES]),
        (INVESTMENT, "proving", [Need.TERM_SHEET, Need.AMOUNT, Need.GATES]),
        (INVESTMENT, "negotiating", [Need.DUE_DILIGENCE, Need.GATES]),
        (INVESTMENT, "signed", [Need.CONTRACT, Need.GATES]),
        (ACQUISITION, "agreed", [Need.NEXT_STEP, Need.NDA, Need.GATES]),
        (ACQUISITION, "proving", [Need.LETTER_OF_INTENT, Need.AMOUNT, Need.GATES]),
        (ACQUISITION, "negotiating", [Need.DUE_DILIGENCE, Need.GATES]),
        (ACQUISITION, "signed", [Need.CONTRACT, Need.GATES]),
    ],
)
def test_with_nothing_at_hand_a_stage_asks_for_all_that_its_kind_needs(
    mode: str, to: str, needs: list[Need]
) -> None:
    before = WAY[WAY.index(to) - 1]
    assert missing(Standing(mode, before, open_gates=["agreed"]), to) == needs


@pytest.mark.parametrize(("mode", "to"), list(product([JOINT, INVESTMENT, ACQUISITION], WAY[1:])))
def test_with_everything_at_hand_no_stage_asks_for_more(mode: str, to: str) -> None:
    before = WAY[WAY.index(to) - 1]
    assert missing(Standing(mode, before, PAPERS, has_step=True, has_amount=True), to) == []


@pytest.mark.parametrize("kind", [each for each in PaperKind if each != PaperKind.OTHER])
def test_each_paper_is_asked_for_by_some_stage_or_kind(kind: PaperKind) -> None:
    asked = {need.value for needs in NEEDS.values() for each in needs.values() for need in each}
    assert kind.value in asked


@pytest.mark.parametrize(
    ("need", "standing"),
    [
        (Need.NEXT_STEP, Standing(JOINT, "exploring", ["nda"])),
        (Need.NDA, Standing(JOINT, "exploring", ["letter_of_intent", "other"], has_step=True)),
    ],
)
def test_only_what_lacks_is_named(need: Need, standing: Standing) -> None:
    assert missing(standing, "agreed") == [need]


@pytest.mark.parametrize(
    ("waits_before", "to", "held_up"),
    [
        ("agreed", "proving", True),  # overdue: it should have been settled before the last stage
        ("proving", "proving", True),
        ("negotiating", "proving", False),
        ("signed", "negotiating", False),
        ("signed", "signed", True),
        ("proving", "signed", True),
    ],
)
def test_a_legal_check_holds_up_its_own_stage_and_all_later_ones(
    waits_before: str, to: str, held_up: bool
) -> None:
    before = WAY[WAY.index(to) - 1]
    standing = Standing(JOINT, before, PAPERS, has_step=True, has_amount=True, open_gates=[waits_before])
    assert missing(standing, to) == ([Need.GATES] if held_up else [])


@pytest.mark.parametrize(("stage", "to"), list(product(WAY, WAY)))
def test_forward_is_where_the_way_leads(stage: str, to: str) -> None:
    assert rules.is_forward(stage, to) == (WAY.index(to) > WAY.index(stage))


@pytest.mark.parametrize("stage", [*WAY, "ended"])
def test_steps_back_and_the_end_need_nothing(stage: str) -> None:
    backward = [to for to in PARTNERSHIP_TRANSITIONS[stage] if not rules.is_forward(stage, to)]
    assert backward
    assert [missing(Standing(JOINT, stage, open_gates=["agreed"]), to) for to in backward] == [
        [] for _each in backward
    ]


@pytest.mark.parametrize(
    ("stage", "after", "before"),
    [
        ("exploring", "agreed", None),
        ("agreed", "proving", "exploring"),
        ("proving", "negotiating", "agreed"),
        ("negotiating", "signed", "proving"),
        ("signed", None, None),
        ("ended", None, None),
    ],
)
def test_each_stage_has_at_most_one_before_and_one_after(
    stage: str, after: str | None, before: str | None
) -> None:
    assert (rules.next_stage(stage), rules.stage_before(stage)) == (after, before)


@pytest.mark.parametrize("stage", [str(stage) for stage in PartnershipStage])
def test_the_neighbours_of_a_stage_may_be_entered_from_it(stage: str) -> None:
    neighbours = {rules.next_stage(stage), rules.stage_before(stage)} - {None}
    assert neighbours <= PARTNERSHIP_TRANSITIONS[stage]


@pytest.mark.parametrize(
    ("stage", "days", "quiet"),
    [
        *((str(stage), 61, True) for stage in OPEN_STAGES),
        *((str(stage), 60, False) for stage in OPEN_STAGES),
        ("exploring", 0, False),
        ("signed", 400, False),
        ("ended", 400, False),
    ],
)
def test_open_ones_are_quiet_after_sixty_days(stage: str, days: int, quiet: bool) -> None:
    assert rules.is_quiet(stage, NOW - timedelta(days=days), NOW) == quiet


papers = st.sets(st.sampled_from(PAPERS))
gates = st.sets(st.sampled_from(WAY[1:]))


@given(
    mode=st.sampled_from([JOINT, INVESTMENT, ACQUISITION]),
    to=st.sampled_from(WAY[1:]),
    have=papers,
    more=papers,
    step=st.booleans(),
    amount=st.booleans(),
    open_gates=gates,
)
def test_whatever_is_added_a_stage_never_asks_for_more(
    mode: str, to: str, have: set[str], more: set[str], step: bool, amount: bool, open_gates: set[str]
) -> None:
    before = WAY[WAY.index(to) - 1]
    poor = Standing(mode, before, have, step, amount, open_gates)
    rich = Standing(mode, before, have | more, has_step=True, has_amount=True)
    assert set(missing(rich, to)) <= set(missing(poor, to))
    assert Need.GATES not in missing(rich, to)
