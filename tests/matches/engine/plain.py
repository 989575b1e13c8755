"""One pair at a time, and all pairs at once: the score in the plainest way, which faster ways are held to."""

from __future__ import annotations

import numpy as np

from matchmaking.matches.engine.features import Features, Layout
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.engine.scoring import Matrix, pair_scores, parts_of


def pair_score(u: Matrix, v: Matrix) -> float:
    """The raw score of one pair, summed in double precision: what ranking compares."""
    return float(pair_scores(u[None], v[None])[0])


def pair_parts(u: Matrix, v: Matrix, layout: Layout) -> dict[str, float]:
    """The raw score of one pair, slice by slice; their sum is the score."""
    row = parts_of(u[None], v[None], layout)[0]
    return dict(zip(SLICES, row.tolist(), strict=True))


def score_matrix(companies: Features, startups: Features) -> Matrix:
    """All raw scores [companies, startups] in one product."""
    return np.asarray(companies.matrix @ startups.matrix.T, dtype=np.float32)
