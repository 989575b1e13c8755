"""What decisions say about the parts of the score: who was taken or passed over, and which weights fit that. Pure.

A firm chooses among what it was shown, so a startup that was taken is compared only with those that the same firm saw
and passed over. Firms are drawn together in the bootstrap, because the choices of one firm are alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_OF_A_KIND = (
    20  # of taken and of passed-over pairs: with fewer, a mean moves by a quarter of a deviation by luck
)
LEAST_FIRMS = 5  # that took or passed over: fewer speak for themselves only
RESAMPLES = 2_000
RIDGE = 1.0  # pull towards the weights in force: as strong as a few decisions
STEPS = 2_000
DIGITS = 3
SHARPEST = 30.0  # how strictly firms may follow the score, as a multiple of the score itself


@dataclass(frozen=True)
class Choice:
    """A firm took or passed over a startup. parts: each part of the score at weight 1, in the order of the names;
    shown: the startups before the firm at that time.
    """

    firm: int
    startup: int
    taken: bool
    parts: tuple[float, ...]
    shown: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Amount:
    """How much there is to learn from."""

    taken: int
    passed: int
    firms: int

    @property
    def enough(self) -> bool:
        return min(self.taken, self.passed) >= LEAST_OF_A_KIND and self.firms >= LEAST_FIRMS


@dataclass(frozen=True)
class Difference:
    """A part's mean among the taken and among the passed over, and the 95 % interval of the difference."""

    name: str
    taken: float
    passed: float
    difference: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def amount_of(choices: Sequence[Choice]) -> Amount:
    taken = sum(choice.taken for choice in choices)
    return Amount(taken, len(choices) - taken, len({choice.firm for choice in choices}))


def differences(choices: Sequence[Choice], names: Sequence[str], seed: int = 1) -> list[Difference]:
    """One for each part. Empty where nothing was taken or nothing passed over; the order of choices changes nothing."""
    if not amount_of(choices).taken or not amount_of(choices).passed:
        return []
    ordered = _ordered(choices)
    parts = np.array([choice.parts for choice in ordered], dtype=np.float64)
    taken = np.array([choice.taken for choice in ordered])
    _, firm = np.unique([choice.firm for choice in ordered], return_inverse=True)
    low, high = _intervals(parts, taken, firm, seed)
    means = parts[taken].mean(axis=0), parts[~taken].mean(axis=0)
    rows = zip(names, *(values.tolist() for values in (*means, means[0] - means[1], low, high)), strict=True)
    return [Difference(*row) for row in rows]


def suggested(choices: Sequence[Choice], weights: Mapping[str, float]) -> dict[str, float]:
    """Weights under which firms would rather have taken what they took, as heavy together as `weights`.

    Logistic regression on the differences between what a firm took and what it saw and passed over, none below zero,
    drawn towards `weights`: without decisions these are the answer. What a firm took counts once, however much it
    passed over. How strictly firms follow the score is fitted before the weights: else all weights would grow to tell
    it, and those of which decisions say nothing would seem to have lost.
    """
    prior = np.array(list(weights.values()), dtype=np.float64)
    rows, counts = _comparisons(_ordered(choices), len(prior))
    fitted = _fitted(rows * _sharpness(rows @ prior, counts), counts, prior)
    whole = fitted.sum()
    fitted = fitted * (prior.sum() / whole) if whole > 0 else prior
    return dict(zip(weights, np.round(fitted, DIGITS).tolist(), strict=True))


def _ordered(choices: Sequence[Choice]) -> list[Choice]:
    """Sums of floats depend on the order, so it is always the same."""
    return sorted(choices, key=lambda choice: (choice.firm, choice.startup, choice.taken))


def _intervals(
    parts: Floats, taken: NDArray[np.bool_], firm: NDArray[np.intp], seed: int
) -> tuple[Floats, Floats]:
    """2.5 and 97.5 % of the difference of means, firms drawn with replacement."""
    count = int(firm.max()) + 1
    sums, numbers = [], []
    for which in (taken, ~taken):
        total = np.zeros((count, parts.shape[1]))
        np.add.at(total, firm[which], parts[which])
        sums.append(total)
        numbers.append(np.bincount(firm[which], minlength=count).astype(np.float64))
    drawn = (
        np.random.default_rng(seed)
        .multinomial(count, np.full(count, 1 / count), RESAMPLES)
        .astype(np.float64)
    )
    held = [drawn @ number for number in numbers]
    both = (held[0] > 0) & (held[1] > 0)  # a draw without one of the kinds has no difference
    means = [(drawn[both] @ total) / number[both, None] for total, number in zip(sums, held, strict=True)]
    low, high = np.percentile(means[0] - means[1], [2.5, 97.5], axis=0)
    return low, high


def _comparisons(choices: Sequence[Choice], width: int) -> tuple[Floats, Floats]:
    """Differences [n, width] of a taken and a passed-over startup that the firm saw together, and their counts [n]."""
    rows: list[Floats] = []
    counts: list[float] = []
    passed: dict[int, list[Choice]] = {}
    for choice in choices:
        if not choice.taken:
            passed.setdefault(choice.firm, []).append(choice)
    for choice in choices:
        seen = [other for other in passed.get(choice.firm, []) if choice.taken and _together(choice, other)]
        rows += [np.subtract(choice.parts, other.parts) for other in seen]
        counts += [1 / len(seen) for _other in seen]
    return np.array(rows, dtype=np.float64).reshape(-1, width), np.array(counts, dtype=np.float64)


def _together(one: Choice, other: Choice) -> bool:
    return other.startup in one.shown or one.startup in other.shown


def _sharpness(scores: Floats, counts: Floats) -> float:
    """By how much the differences in score are multiplied so that they say best what was taken; at least 1.

    Drawn towards 1 as the weights are towards those in force: a few decisions are no proof of strictness.
    """
    tried = np.geomspace(1, SHARPEST, 100)
    losses = (counts * np.logaddexp(0, -tried[:, None] * scores)).sum(axis=1) + RIDGE * np.log(tried) ** 2 / 2
    return float(tried[np.argmin(losses)])


def _fitted(rows: Floats, counts: Floats, prior: Floats) -> Floats:
    """The minimum of the convex loss over weights of zero and more, by accelerated projected gradient."""
    curvature = RIDGE + (counts[:, None] * rows**2).sum() / 4
    weights, ahead, momentum = prior.copy(), prior.copy(), 1.0
    for _step in range(STEPS):
        wrong = 1 / (1 + np.exp(np.clip(rows @ ahead, -50, 50)))
        slope = RIDGE * (ahead - prior) - rows.T @ (counts * wrong)
        new = np.maximum(ahead - slope / curvature, 0)
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead, weights, momentum = new + (momentum - 1) / faster * (new - weights), new, faster
    return weights
