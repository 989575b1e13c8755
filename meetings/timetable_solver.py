"""HiGHS itself: a zero-one program in, values and a proven bound out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from highspy import highs
from numpy.typing import NDArray

from meetings.timetable import Rules, Seen, Watch

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Options = Mapping[str, str | float]
_USED: Final = 1e-6
_MIP: Final = highspy.cb.HighsCallbackType.kCallbackMipInterrupt
# Columns of the rough solution that are looked at closely, for each request: the heaviest.
_CLOSELY: Final = 4
# Presolving would take longer than it saves here; the tolerances are relative.
ROUGHLY: Final[Options] = {
    "solver": "pdlp",
    "presolve": "off",
    "pdlp_optimality_tolerance": 3e-4,
    "primal_feasibility_tolerance": 3e-4,
    "dual_feasibility_tolerance": 3e-4,
}


@dataclass(slots=True)
class Rows:
    """Constraint rows in coordinate form: least <= sum of the columns of a row <= limit."""

    row: Ints
    column: Ints
    limit: Floats
    least: Floats


@dataclass(frozen=True, slots=True)
class Rounded:
    """The linear bound and a table found beneath it, if there was time."""

    values: Floats | None
    bound: float
    seconds: float


@dataclass(slots=True)
class Watched:
    """One watch over all the runs of a solve; without a `watch` it sees nothing and stops nothing."""

    watch: Watch | None
    limit: float
    placed: int = 0
    objective: float | None = None
    bound: float | None = None
    spent: float = 0.0
    stopped: bool = False

    def follow(self, solver: highspy.Highs, *, whole: bool) -> None:
        """Look at a run; of one with only some of the columns the bound does not count."""
        if self.watch is None:
            return
        for event in (solver.cbMipInterrupt, solver.cbSimplexInterrupt, solver.cbIpmInterrupt):
            event.subscribe(lambda found: self._look(found, whole=whole))
        solver.cbMipImprovingSolution.subscribe(self._improved)

    def _improved(self, found: highs.HighsCallbackEvent) -> None:
        objective = -float(found.data_out.objective_function_value)
        if self.objective is None or objective > self.objective:
            self.objective = objective
            self.placed = int((np.asarray(found.data_out.mip_solution) > 0.5).sum())

    def _look(self, found: highs.HighsCallbackEvent, *, whole: bool) -> None:
        bound = -float(found.data_out.mip_dual_bound)
        if whole and found.callback_type == _MIP and np.isfinite(bound):
            self.bound = bound if self.bound is None else min(bound, self.bound)
        seconds = self.spent + max(float(found.data_out.running_time), 0.0)
        seen = Seen(seconds, self.limit, self.placed, self.objective, self.bound)
        if self.watch is not None and self.watch(seen):
            self.stopped = True
        if self.stopped:
            found.interrupt()


def round_relaxation(
    program: highspy.HighsLp, rows: Rows, rules: Rules, requests: int, watched: Watched | None = None
) -> Rounded:
    """A bound for the whole program, then the best table over the few columns that matter.

    A first-order method solves the linear relaxation roughly, in a tenth of the time of the simplex. Its prices
    bound every table whatsoever, however rough they are. The simplex then needs only the columns to which it
    gave most, and the whole-number program those of the simplex: some 4 % of all. Locked meetings keep theirs.
    """
    watched = watched or Watched(None, rules.time_limit)
    whole, upper = program.integrality_, program.col_upper_
    gains = -np.asarray(program.col_cost_)
    locked = np.zeros(len(gains), dtype=bool)
    locked[rows.column[np.isfinite(rows.least)[rows.row]]] = True
    program.integrality_ = []
    rough = run(program, rules.time_limit, rules, options=ROUGHLY)
    bound = bound_of(gains, rows, -np.asarray(rough.getSolution().row_dual))
    spent = watched.spent = float(rough.getRunTime())
    watched.bound = bound
    if spent >= rules.time_limit:
        return Rounded(None, bound, spent)
    weighed = np.asarray(rough.getSolution().col_value)
    lightest = np.sort(weighed)[-min(len(weighed), _CLOSELY * requests)]
    program.col_upper_ = ((weighed >= max(lightest, _USED)) | locked).astype(np.float64)
    exact = run(program, (rules.time_limit - spent) / 2, rules, watched=watched, whole=False)
    spent += float(exact.getRunTime())
    watched.spent = spent
    if watched.stopped:
        program.integrality_, program.col_upper_ = whole, upper
        return Rounded(None, bound, spent)
    program.integrality_ = whole
    used = np.asarray(exact.getSolution().col_value) > _USED
    program.col_upper_ = (used | locked).astype(np.float64)
    # As near as half the gap, or as soon as the table is near enough to the bound of all columns.
    enough = {"mip_rel_gap": rules.mip_gap / 2, "objective_target": -bound * (1 - rules.mip_gap)}
    left = max(0.0, rules.time_limit - spent)
    narrow = run(program, left, rules, options=enough, watched=watched, whole=False)
    watched.spent = spent + float(narrow.getRunTime())
    program.col_upper_ = upper
    found = narrow.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.round(np.asarray(narrow.getSolution().col_value)) if found else None
    return Rounded(values, bound, spent + float(narrow.getRunTime()))


def bound_of(gains: Floats, rows: Rows, prices: Floats) -> float:
    """What no table can exceed, whatever the prices of the rows: what all limits cost, and every column's profit.

    A price below nothing counts only where a row also has a least value.
    """
    if len(prices) != len(rows.limit):
        return float("inf")
    firm = np.isfinite(rows.least)
    prices = np.where(firm, prices, np.maximum(prices, 0.0))
    least = np.where(firm, rows.least, 0.0)
    paid = np.bincount(rows.column, weights=prices[rows.row], minlength=len(gains))
    limits = np.where(prices >= 0, prices * rows.limit, prices * least)
    return float(limits.sum() + np.maximum(gains - paid, 0.0).sum())


def run(
    program: highspy.HighsLp,
    seconds: float,
    rules: Rules,
    values: Floats | None = None,
    options: Options | None = None,
    watched: Watched | None = None,
    *,
    whole: bool = True,
) -> highspy.Highs:
    """A solver that has run for at most so long, from `values` if they are given; `whole` with all the columns."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the library's own signature
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("mip_rel_gap", float(rules.mip_gap))
    solver.setOptionValue("random_seed", 0)
    for name, value in (options or {}).items():
        solver.setOptionValue(name, value)
    solver.passModel(program)
    if values is not None:
        solver.setSolution(len(values), np.arange(len(values), dtype=np.int32), values)
    if watched is not None:
        watched.follow(solver, whole=whole)
    solver.run()
    return solver


def program_of(gains: Floats, rows: Rows) -> highspy.HighsLp:
    """The whole program at once, as compressed rows; minimizes the negative gain."""
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(gains), len(rows.limit)
    program.col_cost_, program.col_lower_ = -gains, np.zeros(len(gains))
    program.col_upper_ = np.ones(len(gains))
    program.row_lower_, program.row_upper_ = rows.least, rows.limit
    order = np.argsort(rows.row, kind="stable")
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    counts = np.bincount(rows.row, minlength=len(rows.limit))
    program.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    program.a_matrix_.index_ = rows.column[order].astype(np.int32)
    program.a_matrix_.value_ = np.ones(len(order))
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(gains)
    return program


def expand(low: Ints, high: Ints, column: Ints) -> tuple[Ints, Ints]:
    """Rows `low` to `high` (exclusive) of each column, as two flat arrays."""
    counts = high - low
    offsets = np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(low, counts) + offsets, np.repeat(column, counts)


def at_most(row: Ints, column: Ints, limit: Floats) -> Rows:
    """Rows without a least value."""
    return Rows(row, column, limit, np.full(len(limit), -highspy.kHighsInf))


def stack(parts: list[Rows]) -> Rows:
    """One set of rows below the other."""
    heights = np.cumsum([0, *(len(part.limit) for part in parts)])
    row = np.concatenate([part.row + height for part, height in zip(parts, heights, strict=False)])
    column = np.concatenate([part.column for part in parts])
    limit = np.concatenate([part.limit for part in parts])
    return Rows(row, column, limit, np.concatenate([part.least for part in parts]))
