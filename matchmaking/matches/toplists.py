"""Exact best lists of both sides from one tiled product, in bounded memory. Pure: numpy and nothing else.

The fast product in single precision only nominates: whoever comes within a margin of the k-th place is scored again
in double precision, in an order of summation that does not depend on where a row stands. So lists depend on the
vectors and the order of the index, never on tiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .scoring import Ints, Mask, Matrix, Tile, pair_scores

ROWS, COLUMNS = 512, 4_096  # a tile of scores is 8 MB, and its operands stay in the cache of the product
MARGIN = 1e-4  # of the largest possible score: a hundred times the error of a single-precision product
GATHER_BELOW = 0.7  # share of eligible columns below which copying them costs less than multiplying all
PRUNE_AT = 2_000_000  # nominations held before the list is cut to the best
RESCORE = 4_096  # pairs scored again at a time


@dataclass(frozen=True)
class TopLists:
    """Pairs in the best k of a side: keys [n], others [n], scores [n], ordered by key, then from best to worst."""

    keys: Ints
    others: Ints
    scores: NDArray[np.float64]

    def of(self, key: int) -> tuple[Ints, NDArray[np.float64]]:
        """The list of one party: indices of the other side, best first, and their raw scores."""
        start, stop = np.searchsorted(self.keys, [key, key + 1])
        return self.others[start:stop], self.scores[start:stop]


def everyone(rows: Ints, columns: Ints) -> Mask:
    """The mask that excludes nobody."""
    return np.ones((len(rows), len(columns)), dtype=bool)


def top_lists(
    u: Matrix, v: Matrix, eligible: Tile = everyone, k: int = 50, *, order: Ints | None = None
) -> tuple[TopLists, TopLists]:
    """The best k eligible columns of each row of `u` [n, d], and the best k rows of each row of `v` [m, d].

    Ties go to the smaller index. `order` names the rows in the order in which to take them (rows with the same
    eligibility side by side are faster); it changes nothing in the result.
    """
    margin = MARGIN * max(_longest(u) * _longest(v), 1e-30)
    by_row, by_column = _Best(len(u), k, margin), _Best(len(v), k, margin)
    row_order = np.arange(len(u)) if order is None else np.asarray(order)
    for start in range(0, len(u), ROWS):
        rows = row_order[start : start + ROWS]
        left = u[rows]
        for first in range(0, len(v), COLUMNS):
            columns = np.arange(first, min(first + COLUMNS, len(v)))
            _add_tile(left, v, rows, columns, eligible(rows, columns), (by_row, by_column))
            for best, one, other in ((by_row, u, v), (by_column, v, u)):
                best.prune_if_full(one, other)
    return by_row.finish(u, v), by_column.finish(v, u)


def _longest(matrix: Matrix) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", matrix, matrix).max(initial=0)))


def _add_tile(
    left: Matrix, v: Matrix, rows: Ints, columns: Ints, mask: Mask, best: tuple[_Best, _Best]
) -> None:
    anyone = mask.any(axis=0)
    if not anyone.any():
        return
    if anyone.mean() < GATHER_BELOW:
        columns, mask = columns[anyone], mask[:, anyone]
        right = v[columns]
    else:
        right = v[columns[0] : columns[-1] + 1]
    scores = left @ right.T
    if not mask.all():
        scores[~mask] = -np.inf
    best[0].nominate(scores, rows, columns)
    best[1].nominate(scores.T, columns, rows)


class _Best:
    """Nominations for the lists of one side, and what a score must reach to be nominated."""

    def __init__(self, count: int, k: int, margin: float) -> None:
        self._k = k
        self._margin = margin
        self._bar = np.full(count, -np.inf, dtype=np.float32)
        self._begun = np.zeros(count, dtype=bool)
        self._held: list[tuple[Ints, Ints, NDArray[np.float64]]] = []
        self._size = 0

    def nominate(self, scores: Matrix, keys: Ints, others: Ints) -> None:
        """scores [keys, others]: keep what reaches the bar of its key; -inf is never kept."""
        if not self._begun[keys].all():
            self._raise_bar(scores, keys)
        lowest = np.maximum(self._bar[keys], np.finfo(np.float32).min)
        at, where = np.nonzero(scores >= lowest[:, None])
        if len(at):
            self._held.append((keys[at], others[where], scores[at, where].astype(np.float64)))
            self._size += len(at)

    def _raise_bar(self, scores: Matrix, keys: Ints) -> None:
        """The k-th score of a key's first tile is a bar already; without it the whole tile would be nominated."""
        self._begun[keys] = True
        if scores.shape[1] > self._k:
            kth = -np.partition(-scores, self._k - 1, axis=1)[:, self._k - 1]
            self._bar[keys] = np.maximum(self._bar[keys], kth - np.float32(self._margin))

    def prune_if_full(self, own: Matrix, other: Matrix) -> None:
        if self._size > PRUNE_AT:
            self._prune(own, other)

    def finish(self, own: Matrix, other: Matrix) -> TopLists:
        return self._prune(own, other)

    def _prune(self, own: Matrix, other: Matrix) -> TopLists:
        """Cut the nominations to the best k of each key, by exact score and then by index, and raise the bars."""
        keys, others, scores = self._near_the_bar()
        for start in range(0, len(keys), RESCORE):
            part = slice(start, start + RESCORE)
            scores[part] = pair_scores(own[keys[part]], other[others[part]])
        order = np.lexsort((others, -scores, keys))
        keys, others, scores = keys[order], others[order], scores[order]
        rank = _ranks(keys)
        self._lift(keys, scores, rank)
        kept = rank < self._k
        self._held = [(keys[kept], others[kept], scores[kept])]
        self._size = int(kept.sum())
        return TopLists(*self._held[0])

    def _near_the_bar(self) -> tuple[Ints, Ints, NDArray[np.float64]]:
        """All nominations that may still be among the best k by exact score."""
        keys = np.concatenate([np.empty(0, np.int64), *(held[0] for held in self._held)])
        others = np.concatenate([np.empty(0, np.int64), *(held[1] for held in self._held)])
        scores = np.concatenate([np.empty(0, np.float64), *(held[2] for held in self._held)])
        order = np.lexsort((-scores, keys))
        self._lift(keys[order], scores[order], _ranks(keys[order]))
        near = scores >= self._bar[keys]
        return keys[near], others[near], scores[near]

    def _lift(self, keys: Ints, scores: NDArray[np.float64], rank: Ints) -> None:
        kth = rank == self._k - 1
        bars = (scores[kth] - self._margin).astype(np.float32)
        self._bar[keys[kth]] = np.maximum(self._bar[keys[kth]], bars)


def _ranks(keys: Ints) -> Ints:
    """Position of each entry within its run of equal keys; keys are sorted."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, np.int64)
    counts = np.diff(np.r_[starts, len(keys)])
    return np.asarray(np.arange(len(keys)) - np.repeat(starts, counts), dtype=np.int64)
