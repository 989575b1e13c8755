"""Shortlists for all parties at once: as much total score as possible, within what each can take on.

Every list by itself piles all firms onto the same few startups. Here one program chooses all lists together. Each
chosen pair counts its points; the first `least` pairs of a party count `LEAST_WEIGHT` more, so that nobody is left out
for the sake of points; and pairs of an area that is below its target count a bonus until the target is reached. Pure:
plain numbers in, plain numbers out, the same for the same input in whatever order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_WEIGHT: Final = 1000.0  # ten times the best score there can be


@dataclass(frozen=True, slots=True)
class Area:
    """Firms (their numbers) that should get `target` recommendations together; each counts `bonus` until then."""

    firms: tuple[int, ...]
    target: int
    bonus: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Pairs that may be chosen: number of the firm, number of the startup, points; and what each party can take on.

    `company`, `startup` and `score` have one entry a pair, `company_most` and `startup_most` one a party. Areas may lie
    within one another, but do not overlap otherwise: then the linear program has a whole-number optimum.
    """

    company: Ints
    startup: Ints
    score: Floats
    company_most: Ints
    startup_most: Ints
    areas: tuple[Area, ...] = ()
    least: int = 1
    time_limit: float = 120.0

    @property
    def pairs(self) -> int:
        return len(self.score)


class Solver(StrEnum):
    HIGHS = "highs"
    GREEDY = "greedy"


class Reason(StrEnum):
    """Why a party has no list; in the order in which they are looked at."""

    NO_CANDIDATE = "no_candidate"
    NO_ROOM = "no_room"
    CROWDED_OUT = "crowded_out"


@dataclass(frozen=True, slots=True)
class Shortlists:
    """Which pairs are chosen, and how far that is from the proven best; `greedy` is what the plain way would give."""

    chosen: Bools
    total: float
    value: float
    bound: float
    greedy_total: float
    greedy_value: float
    solver: Solver
    companies_without: dict[int, Reason] = field(default_factory=dict)
    startups_without: dict[int, Reason] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Share of the bound that may still be missing."""
        return max(0.0, self.bound - self.value) / abs(self.bound) if self.bound else 0.0


def choose(problem: Problem) -> Shortlists:
    """The best lists; the greedy ones when the solver finds none in time, or none as good.

    Raises ValueError when a pair is named twice or a party does not exist.
    """
    from matchmaking.matches.shortlists.program import best_choice  # noqa: PLC0415 - only workers load the solver

    _refuse_nonsense(problem)
    greedy = greedy_choice(problem)
    value = value_of(problem, greedy)
    chosen, bound = best_choice(problem)
    solver = Solver.HIGHS
    if chosen is None or value_of(problem, chosen) < value:
        chosen, solver = greedy, Solver.GREEDY
    return Shortlists(
        chosen,
        total=total_of(problem, chosen),
        value=value_of(problem, chosen),
        bound=max(min(bound, loose_bound(problem)), value_of(problem, chosen)),
        greedy_total=total_of(problem, greedy),
        greedy_value=value,
        solver=solver,
        companies_without=left_out(problem.company, problem.company_most, chosen),
        startups_without=left_out(problem.startup, problem.startup_most, chosen),
    )


def _refuse_nonsense(problem: Problem) -> None:
    firms, startups = len(problem.company_most), len(problem.startup_most)
    if problem.pairs == 0:
        return
    if problem.company.min() < 0 or problem.company.max() >= firms:
        raise ValueError("a pair names a firm that does not exist")
    if problem.startup.min() < 0 or problem.startup.max() >= startups:
        raise ValueError("a pair names a startup that does not exist")
    if len(np.unique(problem.company * startups + problem.startup)) != problem.pairs:
        raise ValueError("a pair is named twice")


def order_of(problem: Problem) -> Ints:
    """Best pairs first; equal ones by their parties' numbers, so that the order of the input says nothing."""
    return np.lexsort((problem.startup, problem.company, -problem.score))


def greedy_choice(problem: Problem) -> Bools:
    """The best pair first, then the next that both sides can still take on: what a patient person would do."""
    firm_room, startup_room = problem.company_most.tolist(), problem.startup_most.tolist()
    firms, startups = problem.company.tolist(), problem.startup.tolist()
    chosen = np.zeros(problem.pairs, dtype=np.bool_)
    for pair in order_of(problem).tolist():
        firm, startup = firms[pair], startups[pair]
        if firm_room[firm] > 0 and startup_room[startup] > 0:
            firm_room[firm] -= 1
            startup_room[startup] -= 1
            chosen[pair] = True
    return chosen


def each_by_itself(problem: Problem) -> Bools:
    """Every firm's own best, whatever that means for the startups: the lists as they are without this program."""
    order = order_of(problem)
    firm = problem.company[order]
    by_firm = np.argsort(firm, kind="stable")
    counts = np.bincount(firm, minlength=len(problem.company_most))
    place = np.arange(problem.pairs) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = np.zeros(problem.pairs, dtype=np.bool_)
    chosen[order[by_firm]] = place < problem.company_most[firm[by_firm]]
    return chosen


def total_of(problem: Problem, chosen: Bools) -> float:
    """The points of the chosen pairs."""
    return float(problem.score[chosen].sum())


def value_of(problem: Problem, chosen: Bools) -> float:
    """What is maximized: the points, the weight of parties that are served, the bonus of areas."""
    firms = np.bincount(problem.company[chosen], minlength=len(problem.company_most))
    startups = np.bincount(problem.startup[chosen], minlength=len(problem.startup_most))
    served = np.minimum(firms, problem.least).sum() + np.minimum(startups, problem.least).sum()
    bonus = sum(min(area.target, int(firms[list(area.firms)].sum())) * area.bonus for area in problem.areas)
    return total_of(problem, chosen) + LEAST_WEIGHT * float(served) + bonus


def loose_bound(problem: Problem) -> float:
    """What no choice can exceed, without solving: every firm has its own best, all are served, all areas full."""
    parties = np.concatenate([problem.company_most, problem.startup_most])
    served = np.minimum(parties, problem.least).sum()
    bonus = sum(area.target * area.bonus for area in problem.areas)
    return total_of(problem, each_by_itself(problem)) + LEAST_WEIGHT * float(served) + bonus


def left_out(party: Ints, most: Ints, chosen: Bools) -> dict[int, Reason]:
    """The parties of one side that nothing is chosen for, and why. `party` is each pair's party of that side."""
    count = np.bincount(party[chosen], minlength=len(most))
    candidates = np.bincount(party, minlength=len(most))
    return {int(key): _why(int(candidates[key]), int(most[key])) for key in np.flatnonzero(count == 0)}


def _why(candidates: int, most: int) -> Reason:
    if candidates == 0:
        return Reason.NO_CANDIDATE
    return Reason.NO_ROOM if most <= 0 else Reason.CROWDED_OUT
