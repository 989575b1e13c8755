"""What a full pass costs beside the bare matrix product, and one changed profile beside the bare matrix-
vector one.

One JSON line for each figure: {"name", "value", "target", "peer"}. Both sides run in this process on the same
BLAS settings. Lists are compared with brute force before any time is printed.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.scoring import Eligibility, Terms, pair_scores
from matchmaking.matches.toplists import top_lists

Matrix = NDArray[np.float32]
WIDTH = 2_188  # of a vector with the delivered thesaurus and vocabularies
LISTED = 50
SEED = 7


def random_vectors(count: int, rng: np.random.Generator) -> Matrix:
    rows = rng.standard_normal((count, WIDTH), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def random_terms(count: int, rng: np.random.Generator, *, narrow: bool) -> list[Terms]:
    """Narrow: one field of five and one mode or two of three, so that a quarter or less of the pairs are
    eligible.
    """
    if not narrow:
        return [Terms(1, 1)] * count
    fields = 1 << rng.integers(0, 5, count)
    modes = rng.choice([1, 2, 4, 3, 5, 6, 7], count)
    return [Terms(int(field), int(mode), "SG") for field, mode in zip(fields, modes, strict=True)]


def timed(work: Callable[[], object], repeat: int = 1) -> float:
    """Best of `repeat` runs, in seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def bare_product(u: Matrix, v: Matrix, rows: int = 512) -> None:
    """All scores, kept nowhere: the least any exact method without a mask could do."""
    for start in range(0, len(u), rows):
        u[start : start + rows] @ v.T


def require_exact(seed: int = SEED) -> None:
    """Lists of a small set equal those of brute force, in both directions."""
    rng = np.random.default_rng(seed)
    u, v = random_vectors(300, rng), random_vectors(5_000, rng)
    eligible = Eligibility(random_terms(300, rng, narrow=True), random_terms(5_000, rng, narrow=True))
    mask = eligible(np.arange(300), np.arange(5_000))
    scores = np.array([np.where(mask[row], pair_scores(u[row][None], v), -np.inf) for row in range(300)])
    for lists, table in zip(top_lists(u, v, eligible, LISTED), (scores, scores.T), strict=True):
        for key, line in enumerate(table):
            best = np.argsort(-line, kind="stable")[:LISTED]
            wanted = best[np.isfinite(line[best])].tolist()
            if lists.of(key)[0].tolist() != wanted:
                raise SystemExit(f"the list of {key} differs from brute force")


def full_pass(companies: int, startups: int, *, narrow: bool) -> float:
    """Both exact lists of everyone under the mask, in units of the bare product over all pairs."""
    rng = np.random.default_rng(SEED)
    u, v = random_vectors(companies, rng), random_vectors(startups, rng)
    eligible = Eligibility(
        random_terms(companies, rng, narrow=narrow), random_terms(startups, rng, narrow=narrow)
    )
    product = timed(lambda: bare_product(u, v))
    lists = timed(lambda: top_lists(u, v, eligible, LISTED, order=eligible.row_order()))
    return lists / product


def changed_profile(startups: int) -> float:
    """One new profile against everyone, its best list included, as a multiple of the bare product."""
    rng = np.random.default_rng(SEED)
    u, v = random_vectors(1, rng), random_vectors(startups, rng)
    bare = timed(lambda: v @ u[0], repeat=5)
    return timed(lambda: one_list(u[0], v), repeat=5) / bare


def one_list(u: Matrix, v: Matrix) -> list[int]:
    scores = v @ u
    near = np.argpartition(-scores, LISTED)[:LISTED]
    exact = pair_scores(np.broadcast_to(u, (len(near), len(u))), v[near])
    return near[np.lexsort((near, -exact))].tolist()


def report(name: str, value: float, target: float | None, peer: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "target": target, "peer": peer}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=2_000)
    parser.add_argument("--startups", type=int, default=20_000)
    parser.add_argument("--everyone", type=int, default=100_000, help="startups for one changed profile")
    sizes = parser.parse_args()
    require_exact()
    peer = f"bare numpy product, {sizes.companies} x {sizes.startups}, all pairs"
    report("full_pass_masked", full_pass(sizes.companies, sizes.startups, narrow=True), 0.6, peer)
    report("full_pass_everyone", full_pass(sizes.companies, sizes.startups, narrow=False), 1.5, peer)
    vector = f"bare numpy matrix-vector product, {sizes.everyone}"
    report("changed_profile", changed_profile(sizes.everyone), 1.5, vector)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    report("peak_memory_gib", peak, None, "whole process, vectors of both sides included")


if __name__ == "__main__":
    main()
