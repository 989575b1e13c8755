"""Logged decisions -> what can be learnt: counts, reasons, and choices with the parts of the score at that time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.enums import DecisionKind, DismissReason, Side
from matchmaking.matches.models import Decision, ScoringPolicy
from matchmaking.matches.policies.learning import (
    Amount,
    Choice,
    Difference,
    amount_of,
    differences,
    suggested,
)

# Reasons that say something about the fit. Who is known already, competes or leaves may fit very well.
OF_FIT = (DismissReason.OFF_TARGET, DismissReason.TOO_EARLY, DismissReason.TERMS, DismissReason.OTHER)


@dataclass(frozen=True)
class Comparison:
    """How much there is to compare, and the differences: none while there is too little."""

    amount: Amount
    differences: list[Difference]


@dataclass(frozen=True)
class Lessons:
    """What the decisions say; differences and suggestion are empty while there are too few.

    `answers` are the startups' own decisions. Weights are suggested from those of firms: only they chose among many.
    """

    kinds: Counter[str]
    reasons: Counter[tuple[str, str]]  # by side and reason
    amount: Amount
    differences: list[Difference]
    suggestion: dict[str, float]
    answers: Comparison


def lessons(policy: ScoringPolicy | None) -> Lessons:
    """Read the whole log. Suggestions are drawn towards the weights of `policy`."""
    log = list(Decision.objects.all())
    choices = choices_of(log)
    firms = _compared(choices)
    return Lessons(
        kinds=Counter(row.kind for row in log),
        reasons=Counter((row.side, row.reason) for row in log if row.kind == DecisionKind.DISMISSED),
        amount=firms.amount,
        differences=firms.differences,
        suggestion=suggested(choices, _weights(policy)) if firms.amount.enough and policy else {},
        answers=_compared(answers_of(log)),
    )


def _compared(choices: list[Choice]) -> Comparison:
    amount = amount_of(choices)
    return Comparison(amount, differences(choices, SLICES) if amount.enough else [])


def _weights(policy: ScoringPolicy) -> dict[str, float]:
    weights = policy.parameters["weights"]
    return {name: float(weights.get(name, 0)) for name in SLICES}


def choices_of(log: list[Decision]) -> list[Choice]:
    """One a pair: taken if the firm ever asked for a meeting; passed over if its last dismissal, by firm or staff, is
    about the fit and was not taken back. Other pairs say nothing.
    """
    last: dict[tuple[int, int], Decision] = {}
    for row in sorted(log, key=lambda row: row.pk):
        pair = (row.company_id, row.startup_id)
        if row.kind == DecisionKind.INTERESTED:
            last[pair] = row
        elif pair in last and last[pair].kind == DecisionKind.INTERESTED:
            continue
        elif row.kind == DecisionKind.DISMISSED and row.side != Side.STARTUP and row.reason in OF_FIT:
            last[pair] = row
        elif row.kind in (DecisionKind.RESTORED, DecisionKind.DISMISSED):
            last.pop(pair, None)
    return [
        Choice(
            row.company_id, row.startup_id, row.kind == DecisionKind.INTERESTED, parts, frozenset(row.shown)
        )
        for row, parts in _with_parts(last.values())
    ]


def answers_of(log: list[Decision]) -> list[Choice]:
    """What startups answered to firms, one a pair: the last answer counts. The startup stands where the firm does."""
    last: dict[tuple[int, int], Decision] = {}
    for row in sorted(log, key=lambda row: row.pk):
        if row.side == Side.STARTUP and row.kind in (DecisionKind.ACCEPTED, DecisionKind.DECLINED):
            last[row.company_id, row.startup_id] = row
    return [
        Choice(row.startup_id, row.company_id, row.kind == DecisionKind.ACCEPTED, parts)
        for row, parts in _with_parts(last.values())
    ]


def _with_parts(rows: Iterable[Decision]) -> Iterator[tuple[Decision, tuple[float, ...]]]:
    """Each with its parts at weight 1; what an unknown policy has scored is left out."""
    found = list(rows)
    policies = ScoringPolicy.objects.in_bulk({row.policy_id for row in found})
    for row in found:
        if (policy := policies.get(row.policy_id)) is not None:
            tenths = ((name, row.parts.get(name, 0)) for name in SLICES)
            yield row, tuple(_at_weight_one(name, value, policy.parameters) for name, value in tenths)


def _at_weight_one(name: str, tenths: int, parameters: dict[str, Any]) -> float:
    """The points read backwards through the scale of their policy; clipping at its ends cannot be undone."""
    weight = parameters["weights"].get(name, 0)
    if not weight:
        return 0.0
    scale = parameters["scale"]
    return float((tenths - scale["shifts"][name]) / scale["per_unit"] / weight)
