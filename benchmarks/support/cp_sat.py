"""CP-SAT on the portal's own model of a timetable, in a process of its own.

`python -m benchmarks.support.cp_sat PROGRAM.npz ANSWER.npz`: its library and HiGHS can't be loaded in one process, so
the rows and gains come as arrays and the chosen columns go back as such. It gets the same greedy table to start from,
the same time and gap, and both cores. The portal itself needs none of this.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCALE = 1_000  # CP-SAT counts in whole numbers


@dataclass(frozen=True, slots=True)
class Answer:
    """Which columns CP-SAT took; `bound` is what it proved, in units of the gains."""

    values: NDArray[np.float64]
    bound: float
    seconds: float


def asked(program: dict[str, Any], python: str = sys.executable) -> Answer:
    """What CP-SAT makes of the program, from another process."""
    with TemporaryDirectory() as folder:
        question, answer = Path(folder, "program.npz"), Path(folder, "answer.npz")
        np.savez(question, **program)
        subprocess.run([python, __file__, str(question), str(answer)], check=True)
        with np.load(answer) as found:
            return Answer(found["values"], float(found["bound"]), float(found["seconds"]))


def solve(program: Any) -> dict[str, Any]:
    """At most one of a row is said as such: that is the form CP-SAT knows most about."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - a peer, not a requirement of the portal

    model = cp_model.CpModel()
    gains = np.round(program["gains"] * SCALE).astype(np.int64)
    columns = [model.new_bool_var("") for _ in gains]
    order = np.argsort(program["row"], kind="stable")
    ends = np.cumsum(np.bincount(program["row"], minlength=len(program["limit"])))[:-1]
    for members, least, limit in zip(
        np.split(program["column"][order], ends), program["least"], program["limit"], strict=True
    ):
        chosen = [columns[each] for each in members.tolist()]
        if limit == 1 and least <= 0:
            model.add_at_most_one(chosen)
        else:
            model.add_linear_constraint(sum(chosen), int(max(0, least)), int(limit))
    model.maximize(cp_model.LinearExpr.weighted_sum(columns, gains.tolist()))
    for column, value in zip(columns, program["hint"].tolist(), strict=True):
        model.add_hint(column, round(value))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(program["seconds"])
    solver.parameters.relative_gap_limit = float(program["gap"])
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 0
    found = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    values = [float(solver.value(each)) for each in columns] if found else np.zeros(len(columns))
    return {"values": values, "bound": solver.best_objective_bound / SCALE, "seconds": solver.wall_time}


if __name__ == "__main__":
    with np.load(sys.argv[1]) as given:
        np.savez(sys.argv[2], **solve(dict(given)))
