"""Scored pairs one by one, as people would write them down; and the arrays that the program makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.engine.results import NONE, SHARED, Results, kind_of
from matchmaking.matches.runs.lists import Listed

Placed = tuple["Scored", int | None, int | None]


@dataclass(frozen=True)
class Scored:
    """A pair as it will be stored: parts in tenths of a point, adding up to the score."""

    challenge_id: int
    company_id: int
    startup_id: int
    raw_score: float
    score: Decimal
    parts: dict[str, int]
    missing: list[str]
    shared_capabilities: list[str]


def results_of(scored: Sequence[Scored], slices: Sequence[str] = SLICES) -> Results:
    """The same as arrays."""
    capabilities = sorted({name for each in scored for name in each.shared_capabilities})
    code = {name: place for place, name in enumerate(capabilities)}
    rows = np.zeros(len(scored), dtype=kind_of(slices))
    for name in ("challenge_id", "company_id", "startup_id", "raw_score"):
        rows[name] = [getattr(each, name) for each in scored]
    rows["parts"] = np.reshape([[each.parts[name] for name in slices] for each in scored], (-1, len(slices)))
    rows["missing"] = [sum(1 << slices.index(name) for name in each.missing) for each in scored]
    codes = [_filled([code[name] for name in each.shared_capabilities]) for each in scored]
    rows["shared"] = np.reshape(codes, (-1, SHARED))
    return Results(rows, tuple(slices), tuple(capabilities))


def _filled(codes: list[int]) -> list[int]:
    return (codes + [NONE] * SHARED)[:SHARED]


def spelled(results: Results) -> list[Scored]:
    """Arrays as pairs again."""
    missing, which = results.missing(), results.missing_codes()[1]
    shared = [
        [results.capabilities[code] for code in codes if code != NONE] for codes in results.rows["shared"]
    ]
    return [
        Scored(
            *(int(row[name]) for name in ("challenge_id", "company_id", "startup_id")),
            float(row["raw_score"]),
            Decimal(int(tenths)) / 10,
            dict(zip(results.slices, row["parts"].tolist(), strict=True)),
            missing[which[place]],
            shared[place],
        )
        for place, (row, tenths) in enumerate(zip(results.rows, results.tenths(), strict=True))
    ]


def listed_of(rows: Sequence[Placed]) -> Listed:
    """Pairs with their place for the firm and for the startup."""
    return Listed(
        results_of([row for row, *_ in rows]),
        np.array([place or 0 for _, place, _ in rows], dtype=np.int64),
        np.array([place or 0 for *_, place in rows], dtype=np.int64),
    )
