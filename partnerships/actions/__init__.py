"""What happens to partnerships, to what is recorded about them, and to the list of legal checks."""

from __future__ import annotations

from partnerships.actions.gates import GateText, add_rule, decide, edit_rule, reopen_check, set_in_use
from partnerships.actions.partnerships import NeedsMissing, Plan, begin, end, move_on, take_up_again
from partnerships.actions.records import (
    NotTheirs,
    add_amount,
    add_measure,
    add_paper,
    add_step,
    finish_step,
    remind_of_steps,
)

__all__ = [
    "GateText",
    "NeedsMissing",
    "NotTheirs",
    "Plan",
    "add_amount",
    "add_measure",
    "add_paper",
    "add_rule",
    "add_step",
    "begin",
    "decide",
    "edit_rule",
    "end",
    "finish_step",
    "move_on",
    "remind_of_steps",
    "reopen_check",
    "set_in_use",
    "take_up_again",
]
