"""What happens to experts and to what is commissioned from them: the only code that changes their state."""

from __future__ import annotations

from research.actions.commissions import (
    NotFitting,
    Question,
    accept,
    ask,
    assign,
    cancel,
    refuse,
)
from research.actions.experts import begin, declare_conflict, describe

__all__ = [
    "NotFitting",
    "Question",
    "accept",
    "ask",
    "assign",
    "begin",
    "cancel",
    "declare_conflict",
    "describe",
    "refuse",
]
