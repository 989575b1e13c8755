"""What a full pass costs beside the bare matrix product and beside other ways of finding best lists.

One JSON line for each figure: {"name", "value", "target", "peer"}. Both sides run in this process on the same BLAS
settings, one after the other, and the processor's time is taken, so that other work on the machine counts for
neither. Lists are compared with brute force before any time is printed. `make bench-matching` sets one BLAS thread.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.engine.scoring import Eligibility, Terms, pair_scores
from matchmaking.matches.engine.toplists import top_lists

Matrix = NDArray[np.float32]
WIDTH = 2_201  # of a vector with the delivered thesaurus and vocabularies
LISTED = 50
SEED = 7
ROWS_AT_ONCE = 2_000


def random_vectors(count: int, rng: np.random.Generator) -> Matrix:
    rows = rng.standard_normal((count, WIDTH), dtype=np.float32)
    for start in range(0, count, ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        part /= np.linalg.norm(part, axis=1, keepdims=True)
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
    """Best of `repeat` runs, in seconds of the processor."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
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


def full_passes(companies: int, startups: int) -> tuple[float, float]:
    """Both exact lists of everyone, in units of the bare product over all pairs: masked, and with nobody excluded."""
    rng = np.random.default_rng(SEED)
    u, v = random_vectors(companies, rng), random_vectors(startups, rng)
    terms = [random_terms(count, rng, narrow=True) for count in (companies, startups)]
    eligible = Eligibility(*terms)
    product = timed(lambda: bare_product(u, v))
    masked = timed(lambda: top_lists(u, v, eligible, LISTED))
    return masked / product, timed(lambda: top_lists(u, v, None, LISTED)) / product


def peers(companies: int, startups: int) -> dict[str, tuple[float, float]]:
    """How many times longer others take than the portal's pass, and than one over all pairs.

    The portal's pass multiplies eligible pairs only. The others know no such rule and score everybody with everybody,
    once for each direction; two products against one are what remains where nobody is excluded.
    """
    rng = np.random.default_rng(SEED)
    u, v = random_vectors(companies, rng), random_vectors(startups, rng)
    terms = [random_terms(count, rng, narrow=True) for count in (companies, startups)]
    eligible = Eligibility(*terms)
    own = timed(lambda: top_lists(u, v, eligible, LISTED), repeat=2)
    everyone = timed(lambda: top_lists(u, v, None, LISTED))
    ways: dict[str, Callable[[Matrix, Matrix], object]] = {
        "faiss": faiss_flat,
        "argpartition": blockwise,
        "scikit_learn": scikit_learn_brute,
    }
    times = {name: timed(lambda way=way: (way(u, v), way(v, u))) for name, way in ways.items()}
    return {name: (taken / own, taken / everyone) for name, taken in times.items()}


def faiss_flat(queries: Matrix, base: Matrix) -> object:
    """faiss IndexFlatIP on one thread."""
    import faiss  # noqa: PLC0415 - a peer, not a requirement of the portal

    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(base.shape[1])
    index.add(base)
    return index.search(queries, LISTED)


def blockwise(queries: Matrix, base: Matrix, rows: int = 512) -> list[NDArray[np.int64]]:
    """What one writes first: products of blocks, and `argpartition` of each."""
    found = []
    for start in range(0, len(queries), rows):
        scores = queries[start : start + rows] @ base.T
        near = np.argpartition(-scores, LISTED, axis=1)[:, :LISTED]
        order = np.argsort(-np.take_along_axis(scores, near, axis=1), axis=1)
        found.append(np.take_along_axis(near, order, axis=1))
    return found


def scikit_learn_brute(queries: Matrix, base: Matrix) -> object:
    """Nearest neighbours of unit vectors by distance are those of highest product."""
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415 - a peer, not a requirement of the portal

    return NearestNeighbors(n_neighbors=LISTED, algorithm="brute").fit(base).kneighbors(queries)


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


def report(name: str, value: float, target: str, peer: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "target": target, "peer": peer}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=2_000)
    parser.add_argument("--startups", type=int, default=20_000)
    parser.add_argument("--everyone", type=int, default=100_000, help="startups for one changed profile")
    parser.add_argument(
        "--peers", default="", metavar="FIRMSxSTARTUPS", help="compare with other ways, e.g. 5000x50000"
    )
    options = parser.parse_args()
    require_exact()
    size = f"{options.companies} x {options.startups}"
    masked, everyone = full_passes(options.companies, options.startups)
    report("full_pass_masked", masked, "<= 0.6", f"bare numpy product over all pairs, {size}")
    report("full_pass_everyone", everyone, "<= 1.5", f"bare numpy product over all pairs, {size}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    report("full_pass_memory_gib", peak, "<= 1.2", f"whole process with the vectors of both sides, {size}")
    vector = f"bare numpy matrix-vector product, {options.everyone}"
    report("changed_profile", changed_profile(options.everyone), "<= 1.5", vector)
    if options.peers:
        targets = {"faiss": ">= 5", "argpartition": ">= 10", "scikit_learn": ">= 5"}
        for name, (masked, everyone) in peers(*map(int, options.peers.split("x"))).items():
            way = f"{name}, both directions, {options.peers}"
            report(f"{name}_takes_times", masked, targets[name], way)
            report(f"{name}_takes_times_everyone", everyone, ">= 1", f"{way}, nobody excluded")


if __name__ == "__main__":
    main()
