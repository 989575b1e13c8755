"""How far a step is, from what has been answered."""

from __future__ import annotations

import pytest

from accounts.registration.questions import Step, StepState, Task, is_begun, is_complete, state_of

STEP = Step(
    key="firm",
    group="About",
    title="Firm",
    asks={"organisation": ("name", "languages"), "company": ("number", "open")},
    needed=("name", "number"),
    prefilled=("languages",),
    order=("number",),
)
EMPTY = {"name": "", "languages": ["ja"], "number": None, "open": False}


def test_a_page_follows_its_order_and_then_its_rows():
    assert STEP.names == ("number", "name", "languages", "open")


@pytest.mark.parametrize(
    ("answers", "begun", "complete"),
    [
        ({}, False, False),
        ({"name": "A"}, True, False),
        ({"number": 0}, True, False),
        ({"open": True}, True, False),
        ({"name": "A", "number": 0}, True, True),
    ],
)
def test_begun_and_complete(answers, begun, complete):
    values = EMPTY | answers
    assert (is_begun(STEP, values), is_complete(STEP, values)) == (begun, complete)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"complete": True, "begun": True}, StepState.COMPLETED),
        ({"complete": False, "begun": True}, StepState.IN_PROGRESS),
        ({"complete": False, "begun": False}, StepState.NOT_STARTED),
        ({"complete": True, "begun": True, "to_correct": True}, StepState.CORRECTION),
        ({"complete": False, "begun": False, "blocked": True}, StepState.BLOCKED),
        ({"complete": True, "begun": False, "optional": True}, StepState.OPTIONAL),
        ({"complete": True, "begun": True, "optional": True}, StepState.COMPLETED),
        ({"complete": True, "begun": False, "optional": True, "to_correct": True}, StepState.CORRECTION),
        ({"complete": True, "begun": False, "optional": True, "blocked": True}, StepState.BLOCKED),
    ],
)
def test_what_the_list_says_of_a_step(facts, state):
    assert state_of(**facts) == state


def test_only_what_asks_for_something_has_a_colour():
    tones = {state: Task("Firm", state).tone for state in StepState}
    plain = [StepState.COMPLETED, StepState.OPTIONAL, StepState.BLOCKED]
    assert [state for state, tone in tones.items() if not tone] == plain
    assert tones[StepState.CORRECTION] == "danger"
