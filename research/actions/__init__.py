"""What happens to experts and to what is commissioned from them: the only code that changes their state."""

from __future__ import annotations

from research.actions.advice import (
    Opinion,
    ask_advice,
    decline_assessment,
    give_assessment,
    take_back_advice_request,
)
from research.actions.commissions import (
    NotFitting,
    Question,
    accept,
    ask,
    assign,
    cancel,
    read_anew,
    refuse,
)
from research.actions.conflicts import declare_conflict, take_back_conflict
from research.actions.experts import begin, describe
from research.actions.leaving import end_of_erased, let_go_of_research
from research.actions.reminders import queue_reminders, remind
from research.actions.reports import (
    MOST_DOCUMENTS,
    AlreadyThere,
    InConflict,
    NewerText,
    NotComplete,
    OldVersion,
    Remark,
    TooMany,
    add_candidate,
    add_document,
    add_figure,
    deliver,
    expert_is_there,
    publish_report,
    remove,
    return_report,
    save_section,
)

__all__ = [
    "MOST_DOCUMENTS",
    "AlreadyThere",
    "InConflict",
    "NewerText",
    "NotComplete",
    "NotFitting",
    "OldVersion",
    "Opinion",
    "Question",
    "Remark",
    "TooMany",
    "accept",
    "add_candidate",
    "add_document",
    "add_figure",
    "ask",
    "ask_advice",
    "assign",
    "begin",
    "cancel",
    "declare_conflict",
    "decline_assessment",
    "deliver",
    "describe",
    "end_of_erased",
    "expert_is_there",
    "give_assessment",
    "let_go_of_research",
    "publish_report",
    "queue_reminders",
    "read_anew",
    "refuse",
    "remind",
    "remove",
    "return_report",
    "save_section",
    "take_back_advice_request",
    "take_back_conflict",
]
