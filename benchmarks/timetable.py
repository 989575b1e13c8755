"""How good the timetable is: beside the greedy order and CP-SAT, proven, checked, and repaired after changes.

`make bench-meetings` runs all four sizes; `python -m benchmarks.timetable 60 500 --seed N` chooses. One JSON line for
each figure: name, value, target, peer. Weights are compared as ratios, each side with the same time; seconds are this
machine's. Every timetable, also those of the others, goes through the independent checker, which counts what it breaks.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.support.cp_sat import asked
from benchmarks.support.rounds import SIZES, build, shaken, still_possible
from meetings.ledger import Ledger, shared_starts
from meetings.scheduler import booked, greedy_table, in_order, make_timetable
from meetings.timetable import Placement, Problem, Timetable
from meetings.timetable_check import violations
from meetings.timetable_model import TimetableModel

SEED = 2027


@dataclass(frozen=True, slots=True)
class Report:
    """Prints the figures of one size."""

    size: str

    def tell(self, name: str, value: float, target: str, peer: str = "") -> None:
        line = {"name": f"timetable_{self.size}_{name}", "value": value, "target": target, "peer": peer}
        print(json.dumps(line), flush=True)

    def check(self, name: str, problem: Problem, placements: tuple[Placement, ...]) -> None:
        """Two meetings at once, a limit passed, an interpreter who does not speak the language: none of it."""
        self.tell(name, len(violations(problem, placements)), "0", "the independent checker")


def measure(name: str, seed: int, peer: str | None) -> None:
    """Make, check, compare, shake and repair one round; `peer` is the Python that has CP-SAT."""
    size, report = SIZES[name], Report(name)
    problem = in_order(build(size, seed))
    began = time.perf_counter()
    table = make_timetable(problem)
    report.tell("seconds", round(time.perf_counter() - began, 1), f"<= {size.seconds:.0f}", "wall clock")
    report.tell("gap", round(table.gap, 5), f"<= {size.gap}", table.status)
    report.tell("placed", len(table.placements), f"of {size.requests}")
    report.check("violations", problem, table.placements)
    beside_greedy(report, problem, table, tight=size.tight)
    if peer is not None:
        beside_cp_sat(report, problem, table, peer)
    repair(report, problem, table, seed)


def beside_greedy(report: Report, problem: Problem, table: Timetable, *, tight: bool) -> None:
    greedy = greedy_table(problem, shared_starts(problem))
    ratio = round(table.objective / greedy.objective, 4)
    report.tell("over_greedy", ratio, ">= 1.05" if tight else ">= 1", "heavy requests first")
    report.check("greedy_violations", problem, greedy.ledger.placements())


def beside_cp_sat(report: Report, problem: Problem, table: Timetable, python: str) -> None:
    """The same rows and gains, the same first table, the same time and gap."""
    starts = shared_starts(problem)
    ledger = Ledger(problem)
    model = TimetableModel(ledger, starts)
    rows, gains = model.rows(), model.gains()
    program = {"row": rows.row, "column": rows.column, "limit": rows.limit, "least": rows.least}
    limits = {"seconds": problem.rules.time_limit, "gap": problem.rules.mip_gap}
    hint = model.values(greedy_table(problem, starts).ledger.spots)
    answer = asked({**program, **limits, "gains": gains, "hint": hint}, python)
    reached = float(np.dot(gains, answer.values))
    report.tell("over_cp_sat", round(table.objective / reached, 4), ">= 1", "CP-SAT, same model and time")
    report.tell("cp_sat_gap", round(1 - reached / answer.bound, 5), "", f"CP-SAT, {answer.seconds:.0f} s")
    booked(ledger, model.choices(answer.values))
    report.check("cp_sat_violations", problem, ledger.placements())


def repair(report: Report, problem: Problem, table: Timetable, seed: int) -> None:
    """After publication some withdraw a day: how many of the times that can stay do stay, and at what cost."""
    changed = shaken(problem, table, seed)
    still = still_possible(changed, table)
    afresh = make_timetable(replace(changed, requests=problem.requests))
    began = time.perf_counter()
    repaired = make_timetable(changed)
    seconds = round(time.perf_counter() - began, 1)
    report.tell("repair_seconds", seconds, f"<= {problem.rules.time_limit:.0f}", "wall clock")
    old = {each.request: each.start for each in table.placements}
    same = sum(old.get(each.request) == each.start for each in afresh.placements)
    peer = f"from scratch {same / still:.2f}"
    report.tell("repair_keeps", round(repaired.kept / still, 4), ">= 0.9", peer)
    report.tell("repair_costs", round(1 - repaired.weight / afresh.weight, 4), "<= 0.005", "from scratch")
    report.check("repair_violations", changed, repaired.placements)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", default=["60", "500"], help=", ".join(SIZES))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--cp-sat", nargs="?", const=sys.executable, metavar="PYTHON", help="measure CP-SAT too"
    )
    arguments = parser.parse_args()
    print(
        json.dumps({"name": "timetable_seed", "value": arguments.seed, "target": "", "peer": ""}), flush=True
    )
    for name in arguments.sizes:
        measure(name, arguments.seed, arguments.cp_sat)


if __name__ == "__main__":
    main()
