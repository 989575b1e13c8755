"""What happens to policies, runs and matches: the only code that changes their state."""

from __future__ import annotations

from matchmaking.matches.actions.advice import give_advice, retire_advice
from matchmaking.matches.actions.pairs import (
    disclose,
    disclose_several,
    dismiss,
    end_match,
    restore,
    return_changed,
)
from matchmaking.matches.actions.policies import ensure_policy
from matchmaking.matches.actions.runs import RunUnderWay, cancel_run, fail_run, finish_run, start_run

__all__ = [
    "RunUnderWay",
    "cancel_run",
    "disclose",
    "disclose_several",
    "dismiss",
    "end_match",
    "ensure_policy",
    "fail_run",
    "finish_run",
    "give_advice",
    "restore",
    "retire_advice",
    "return_changed",
    "start_run",
]
