"""The shortlists as a linear program, and HiGHS for it.

Columns: one for each pair (0 to 1); for each party its first places (0 to `least`, with their weight) and its further
places (0 to what it takes on beyond them); for each area the places up to its target (with the bonus) and those beyond.
Rows: a party's pairs are its first and further places; an area's places are those of its firms. This is a flow from
areas through firms to startups, so its corners are whole numbers.

Few of the pairs matter. The program begins with those near the top of the lists; the prices of its optimum then say
which others would improve it, and these join until none would: the last optimum is that of the whole program.
"""

from __future__ import annotations

import time
from typing import Final

import highspy
import numpy as np

from matchmaking.matches.shortlists.shortlist import (
    LEAST_WEIGHT,
    Bools,
    Ints,
    Problem,
    greedy_choice,
    order_of,
)

_SPARE: Final = 4  # places of each list, beyond what its party takes on, that the program begins with
_ENOUGH: Final = 1e-6  # points that a pair must promise to join
_WHOLE: Final = 1e-6


def best_choice(problem: Problem) -> tuple[Bools | None, float]:
    """The chosen pairs, or None if there was no time, and a value that no choice can exceed."""
    ends = time.monotonic() + problem.time_limit
    inside = _near_the_top(problem) | greedy_choice(problem)
    in_order = np.lexsort(
        (problem.startup, problem.company)
    )  # of the parties, so that the input's says nothing
    while (left := ends - time.monotonic()) > 0:
        columns = in_order[inside[in_order]]
        solver = _solved(problem, columns, left)
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        joining = _promising(problem, solver) & ~inside
        if not joining.any():
            return _whole(problem, columns, solver, ends)
        inside |= joining
    return None, float("inf")


def _near_the_top(problem: Problem) -> Bools:
    """Pairs among the first of either side."""
    order = order_of(problem)
    inside = np.zeros(problem.pairs, dtype=np.bool_)
    for party, most in ((problem.company, problem.company_most), (problem.startup, problem.startup_most)):
        parties = party[order]
        by_party = np.argsort(parties, kind="stable")
        counts = np.bincount(parties, minlength=len(most))
        place = np.arange(problem.pairs) - np.repeat(np.cumsum(counts) - counts, counts)
        inside[order[by_party]] |= place < most[parties[by_party]] + _SPARE
    return inside


def _solved(problem: Problem, columns: Ints, seconds: float, *, whole: bool = False) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the library's own signature
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("time_limit", float(seconds))
    program = _program(problem, columns)
    if whole:
        program.integrality_ = [highspy.HighsVarType.kInteger] * program.num_col_
    solver.passModel(program)
    solver.run()
    return solver


def _promising(problem: Problem, solver: highspy.Highs) -> Bools:
    """Pairs whose points exceed the prices of both parties: HiGHS minimizes, so prices come with a minus."""
    prices = -np.asarray(solver.getSolution().row_dual)
    firms = len(problem.company_most)
    price = prices[problem.company] + prices[firms + problem.startup]
    return np.asarray(problem.score - price > _ENOUGH, dtype=np.bool_)


def _whole(problem: Problem, columns: Ints, solver: highspy.Highs, ends: float) -> tuple[Bools | None, float]:
    """The corner as a choice; where areas overlap a corner may be broken, and is then branched upon."""
    bound = -float(solver.getInfo().objective_function_value)
    values = np.asarray(solver.getSolution().col_value)[: len(columns)]
    if np.abs(values - np.round(values)).max(initial=0.0) > _WHOLE:
        branched = _solved(problem, columns, max(1.0, ends - time.monotonic()), whole=True)
        if branched.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None, bound
        values = np.asarray(branched.getSolution().col_value)[: len(columns)]
    chosen = np.zeros(problem.pairs, dtype=np.bool_)
    chosen[columns[np.round(values) > 0]] = True
    return chosen, bound


def _program(problem: Problem, columns: Ints) -> highspy.HighsLp:
    """Over these pairs alone; minimizes the negative value."""
    firms, startups, areas = len(problem.company_most), len(problem.startup_most), len(problem.areas)
    parties = firms + startups
    most = np.concatenate([problem.company_most, problem.startup_most]).astype(np.float64)
    first = np.minimum(most, problem.least)
    target = np.array([area.target for area in problem.areas], dtype=np.float64)
    program = highspy.HighsLp()
    program.col_cost_ = -np.concatenate(
        [
            problem.score[columns],
            np.full(parties, LEAST_WEIGHT),
            np.zeros(parties),
            np.array([area.bonus for area in problem.areas], dtype=np.float64),
            np.zeros(areas),
        ]
    )
    program.col_upper_ = np.concatenate(
        [np.ones(len(columns)), first, most - first, target, np.full(areas, np.inf)]
    )
    program.num_col_, program.num_row_ = len(program.col_upper_), parties + areas
    program.col_lower_ = np.zeros(program.num_col_)
    program.row_lower_ = program.row_upper_ = np.zeros(program.num_row_)
    _fill(program, problem, columns)
    return program


def _fill(program: highspy.HighsLp, problem: Problem, columns: Ints) -> None:
    """The matrix, as compressed columns: +1 where a pair or a firm's place is counted, -1 where a place is filled."""
    firms, pairs = len(problem.company_most), len(columns)
    parties, areas = firms + len(problem.startup_most), len(problem.areas)
    own = np.arange(parties)
    areas_of: list[list[int]] = [[] for _party in range(parties)]
    for number, area in enumerate(problem.areas):
        for firm in area.firms:
            areas_of[firm].append(parties + number)
    above = np.array([row for rows in areas_of for row in rows], dtype=np.int64)
    depth = np.array([len(rows) for rows in areas_of], dtype=np.int64)
    of = np.repeat(own, depth)
    area_rows = parties + np.arange(areas)
    # (row, column, value) of: pairs in both parties' rows, places in their party's row, firms' places in areas' rows,
    # areas' places in their own row; `pairs` and `pairs + parties` are the columns of first and further places.
    row = np.concatenate(
        [
            problem.company[columns],
            firms + problem.startup[columns],
            own,
            own,
            above,
            above,
            area_rows,
            area_rows,
        ]
    )
    column = np.concatenate(
        [
            np.arange(pairs),
            np.arange(pairs),
            pairs + own,
            pairs + parties + own,
            pairs + of,
            pairs + parties + of,
            pairs + 2 * parties + np.arange(areas),
            pairs + 2 * parties + areas + np.arange(areas),
        ]
    )
    value = np.concatenate(
        [np.ones(2 * pairs), -np.ones(2 * parties), np.ones(2 * len(above)), -np.ones(2 * areas)]
    )
    order = np.lexsort((row, column))
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    counts = np.bincount(column, minlength=program.num_col_)
    program.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    program.a_matrix_.index_ = row[order].astype(np.int32)
    program.a_matrix_.value_ = value[order]
