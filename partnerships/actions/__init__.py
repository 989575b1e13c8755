"""What happens to partnerships, to what is recorded about them, and to the list of legal checks."""

from __future__ import annotations

from partnerships.actions.corrections import take_out
from partnerships.actions.gates import (
    GateText,
    add_rule,
    compare,
    decide,
    edit_rule,
    reopen_check,
    set_in_use,
)
from partnerships.actions.outcomes import (
    answer_outcome,
    ask_due,
    ask_missed,
    ask_outcome_again,
    decide_outcome,
    lapse_unanswered,
    remind_silent,
    renew_link,
    send_links,
    stop_links,
)
from partnerships.actions.partnerships import (
    FirstStep,
    NeedsMissing,
    Plan,
    begin,
    end,
    move_on,
    take_up_again,
)
from partnerships.actions.records import (
    NotTheirs,
    TooManyFiles,
    add_amount,
    add_measure,
    add_paper,
    add_step,
    finish_step,
    open_file,
    remind_of_steps,
)

__all__ = [
    "FirstStep",
    "GateText",
    "NeedsMissing",
    "NotTheirs",
    "Plan",
    "TooManyFiles",
    "add_amount",
    "add_measure",
    "add_paper",
    "add_rule",
    "add_step",
    "answer_outcome",
    "ask_due",
    "ask_missed",
    "ask_outcome_again",
    "begin",
    "compare",
    "decide",
    "decide_outcome",
    "edit_rule",
    "end",
    "finish_step",
    "lapse_unanswered",
    "move_on",
    "open_file",
    "remind_of_steps",
    "remind_silent",
    "renew_link",
    "reopen_check",
    "send_links",
    "set_in_use",
    "stop_links",
    "take_out",
    "take_up_again",
]
