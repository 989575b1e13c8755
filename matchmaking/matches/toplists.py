"""Exact best lists of both sides from one tiled product, in bounded memory. Pure: numpy and nothing else.

The fast product in single precision decides wherever two scores differ by more than its error. The rest is
scored again in double precision, in an order of summation that does not depend on where a row stands. So
lists depend on the vectors and the order of the index, never on tiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.scoring import Ints, Mask, Matrix, Tile, pair_scores

ROWS, COLUMNS = 512, 4_096  # a tile of scores is 8 MB, and its operands stay in the cache of the product
ERROR = 4e-6  # of the largest possible score: bounds the error of a single-precision product of unit vectors
LEAST_MARGIN = 2e-6  # scores that are equal to six decimals are equal
GATHER_BELOW = 0.7  # share of eligible columns below which copying them costs less than multiplying all
PRUNE_AT = 4_000_000  # nominations held before the list is cut to the best
RESCORE = 512  # pairs scored again at a time


@dataclass(frozen=True)
class TopLists:
    """Pairs in the best k of a side: keys [n], others [n], scores [n], ordered by key, then from best to
    worst.
    """

    keys: Ints
    others: Ints
    scores: Matrix

    def of(self, key: int) -> tuple[Ints, Matrix]:
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

    Ties go to the smaller index. `order` names the rows in the order in which to take them (rows with the
    same eligibility side by side are faster); it changes nothing in the result.
    """
    margin = max(ERROR * _longest(u) * _longest(v), LEAST_MARGIN)
    by_row, by_column = _Best(len(u), k, margin), _Best(len(v), k, margin)
    row_order = np.arange(len(u)) if order is None else np.asarray(order)
    for start in range(0, len(u), ROWS):
        rows = row_order[start : start + ROWS]
        left = u[rows]
        for first in range(0, len(v), COLUMNS):
            columns = np.arange(first, min(first + COLUMNS, len(v)))
            _add_tile(left, v, (rows, columns), eligible(rows, columns), (by_row, by_column))
            for best, one, other in ((by_row, u, v), (by_column, v, u)):
                best.prune_if_full(one, other)
    return by_row.prune(u, v), by_column.prune(v, u)


def _longest(matrix: Matrix) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", matrix, matrix).max(initial=0)))


def _add_tile(left: Matrix, v: Matrix, at: tuple[Ints, Ints], mask: Mask, best: tuple[_Best, _Best]) -> None:
    rows, columns = at
    anyone: Mask = np.asarray(mask.any(axis=0))
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
    best[0].nominate(scores, rows, columns, axis=0)
    best[1].nominate(scores, columns, rows, axis=1)


class _Best:
    """Nominations for the lists of one side, and what a score must reach to be nominated."""

    def __init__(self, count: int, k: int, margin: float) -> None:
        self._k = k
        self._margin = np.float32(margin)
        self._bar = np.full(count, np.finfo(np.float32).min, dtype=np.float32)
        self._begun = np.zeros(count, dtype=bool)
        self._held: list[tuple[Ints, Ints, Matrix]] = []
        self._size = 0

    def nominate(self, scores: Matrix, keys: Ints, others: Ints, *, axis: int) -> None:
        """Keep what reaches the bar of its key; keys lie along `axis` of scores; -inf is never kept."""
        if not self._begun[keys].all():
            self._raise_bar(np.ascontiguousarray(scores if axis == 0 else scores.T), keys)
        found = np.nonzero(scores >= np.expand_dims(self._bar[keys], 1 - axis))
        if len(found[0]):
            self._held.append((keys[found[axis]], others[found[1 - axis]], scores[found]))
            self._size += len(found[0])

    def _raise_bar(self, scores: Matrix, keys: Ints) -> None:
        """The k-th score of a key's first tile is a bar already; without it the whole tile would be
        nominated.
        """
        self._begun[keys] = True
        if scores.shape[1] > self._k:
            kth = np.partition(scores, -self._k, axis=1)[:, -self._k]
            self._bar[keys] = np.maximum(self._bar[keys], kth - self._margin)

    def prune_if_full(self, own: Matrix, other: Matrix) -> None:
        if self._size > PRUNE_AT:
            self.prune(own, other)

    def prune(self, own: Matrix, other: Matrix) -> TopLists:
        """Cut the nominations to the best k of each key, by score and then by index, and raise the bars."""
        keys, others, scores = self._sorted()
        close = _close_to_a_neighbour(keys, scores, self._margin)
        if close.any():
            order = np.flatnonzero(close)[_exact_order(keys[close], others[close], own, other)]
            others[close], scores[close] = others[order], scores[order]
        rank = _ranks(keys)
        kept = rank < self._k
        self._held = [(keys[kept], others[kept], scores[kept])]
        self._size = int(kept.sum())
        return TopLists(*self._held[0])

    def _sorted(self) -> tuple[Ints, Ints, Matrix]:
        """Nominations that may be among the best k, by key and falling score; raises the bars."""
        keys = np.concatenate([np.empty(0, np.int64), *(held[0] for held in self._held)])
        others = np.concatenate([np.empty(0, np.int64), *(held[1] for held in self._held)])
        scores = np.concatenate([np.empty(0, np.float32), *(held[2] for held in self._held)])
        order = np.argsort(_sort_key(keys, scores))
        keys, others, scores = keys[order], others[order], scores[order]
        kth = _ranks(keys) == self._k - 1
        self._bar[keys[kth]] = np.maximum(self._bar[keys[kth]], scores[kth] - self._margin)
        near = scores >= self._bar[keys]
        return keys[near], others[near], scores[near]


def _sort_key(keys: Ints, scores: Matrix) -> NDArray[np.uint64]:
    """One integer that sorts by key and falling score: faster to sort than two columns."""
    bits = np.ascontiguousarray(scores + np.float32(0)).view(np.uint32)
    rising = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
    return (keys.astype(np.uint64) << np.uint64(32)) | (~rising).astype(np.uint64)


def _close_to_a_neighbour(keys: Ints, scores: Matrix, margin: np.float32) -> Mask:
    """Which entries of a sorted list stand so near to the one before or after that the product cannot order
    them.
    """
    close = (keys[1:] == keys[:-1]) & (scores[:-1] - scores[1:] <= 2 * margin)
    return np.asarray(np.r_[False, close] | np.r_[close, False]) if len(keys) else np.zeros(0, dtype=bool)


def _exact_order(keys: Ints, others: Ints, own: Matrix, other: Matrix) -> Ints:
    """The order of pairs by key, exact score and index of the other side."""
    exact = np.empty(len(keys))
    for start in range(0, len(keys), RESCORE):
        part = slice(start, start + RESCORE)
        exact[part] = pair_scores(own[keys[part]], other[others[part]])
    return np.lexsort((others, -exact, keys))


def _ranks(keys: Ints) -> Ints:
    """Position of each entry within its run of equal keys; keys are sorted."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, np.int64)
    counts = np.diff(np.r_[starts, len(keys)])
    return np.asarray(np.arange(len(keys)) - np.repeat(starts, counts), dtype=np.int64)
