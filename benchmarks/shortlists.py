"""How good lists for all parties at once are: beside the greedy way, and beside every list by itself.

Run as `python -m benchmarks.shortlists`. One figure a line of JSON: name, value, target, peer. Ratios
are from one run; the time is that of this machine.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np

from matchmaking.matches.shortlists.checking import check
from matchmaking.matches.shortlists.exposure import exposure
from matchmaking.matches.shortlists.shortlist import (
    Area,
    Ints,
    Problem,
    Shortlists,
    choose,
    each_by_itself,
    greedy_choice,
)

LISTED = 50
FACTORS = 16
HUBS = 0.8  # how much better than the others some startups are for everybody, in spreads of the rest
AREAS = 5


def build(firms: int, startups: int, seed: int) -> Problem:
    """The top 50 of both sides of scores that share some taste, with room for two to five on each list."""
    chance = np.random.default_rng(seed)
    tastes = chance.normal(size=(firms, FACTORS)) @ chance.normal(size=(startups, FACTORS)).T / FACTORS**0.5
    scores = tastes + HUBS * chance.normal(size=startups)
    scores = np.round(100 * (scores - scores.min()) / np.ptp(scores), 1)
    listed = np.zeros(scores.shape, dtype=np.bool_)
    np.put_along_axis(listed, np.argsort(-scores, axis=1)[:, :LISTED], values=True, axis=1)
    np.put_along_axis(listed, np.argsort(-scores, axis=0)[:LISTED], values=True, axis=0)
    company, startup = np.nonzero(listed)
    size = firms // (2 * AREAS)
    areas = tuple(Area(tuple(range(one * size, (one + 1) * size)), 4 * size, 5.0) for one in range(AREAS))
    room = chance.integers(2, 6, firms), chance.integers(2, 6, startups)
    return Problem(company, startup, scores[listed], *room, areas)


def counts(problem: Problem, chosen: np.ndarray) -> list[int]:
    found: Ints = np.bincount(problem.startup[chosen], minlength=len(problem.startup_most))
    return [int(each) for each in found]


def faults(problem: Problem, lists: Shortlists) -> int:
    pairs = list(zip(problem.company.tolist(), problem.startup.tolist(), strict=True))
    chosen = [pair for pair, is_chosen in zip(pairs, lists.chosen, strict=True) if is_chosen]
    return len(
        check(
            chosen,
            candidates=set(pairs),
            company_most=dict(enumerate(problem.company_most.tolist())),
            startup_most=dict(enumerate(problem.startup_most.tolist())),
        )
    )


def tell(name: str, value: float, target: str, peer: str = "") -> None:
    """One figure, one line."""
    print(json.dumps({"name": name, "value": round(value, 4), "target": target, "peer": peer}))


def measure(firms: int, startups: int, seed: int) -> None:
    problem = build(firms, startups, seed)
    began = time.perf_counter()
    lists = choose(problem)
    seconds = time.perf_counter() - began
    size = f"{firms} x {startups}, {problem.pairs} pairs"
    own = exposure(counts(problem, each_by_itself(problem)))
    spread = exposure(counts(problem, lists.chosen))
    greedy = exposure(counts(problem, greedy_choice(problem)))
    tell("shortlists: seconds", seconds, "<= 120", size)
    tell("shortlists: gap to the proven best", lists.gap, "<= 0.0001")
    tell("shortlists: faults found by the checker", faults(problem, lists), "<= 0")
    tell("shortlists: points", lists.total / lists.greedy_total, ">= 1", "greedy")
    tell(
        "shortlists: value with parties served and areas", lists.value / lists.greedy_value, ">= 1", "greedy"
    )
    tell("shortlists: startups on no list", spread.left_out, f"<= {own.left_out}", "each list by itself")
    tell("shortlists: startups on no list", spread.left_out, f"<= {greedy.left_out}", "greedy")
    tell("shortlists: Gini of startups' lists", spread.gini, f"<= {own.gini:.4f}", "each list by itself")
    tell(
        "shortlists: share of the top tenth",
        spread.top_share,
        f"<= {own.top_share:.4f}",
        "each list by itself",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=2000)
    parser.add_argument("--startups", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    measure(options.companies, options.startups, options.seed)


if __name__ == "__main__":
    main()
