"""Exact best lists of both sides from one tiled product, in bounded memory. Pure: numpy and nothing else.

Only pairs that may be made are multiplied: startups of one pattern of fields and modes meet the firms that may meet
them. The fast product in single precision decides wherever two scores differ by more than its error. The rest is
scored again in double precision, in an order of summation that does not depend on where a row stands. So lists
depend on the vectors and the order of the index, never on tiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.engine.scoring import Eligibility, Ints, Mask, Matrix, Terms, cell_scores

Places = NDArray[np.int32]  # indices, half as large as usual: a pass holds millions

ROWS, COLUMNS = 2_048, 2_048  # a tile of scores is 16 MB
ERROR = 2e-6  # of the largest possible score: bounds the error of a single-precision product of unit vectors
LEAST_MARGIN = 2e-6  # scores that are equal to six decimals are equal
GROUPS = 4  # groups of scores for each place on a list, whose maxima give a first bar
PRUNE_AT = 1_500_000  # nominations held before the lists are cut to the best


@dataclass(frozen=True)
class TopLists:
    """Pairs in the best k of a side: keys [n], others [n], scores [n], ordered by key, then from best to
    worst.
    """

    keys: Places
    others: Places
    scores: Matrix

    def of(self, key: int) -> tuple[Places, Matrix]:
        """The list of one party: indices of the other side, best first, and their raw scores."""
        start, stop = np.searchsorted(self.keys, [key, key + 1])
        return self.others[start:stop], self.scores[start:stop]


def everyone(rows: int, columns: int) -> Eligibility:
    """The rules that exclude nobody."""
    return Eligibility([Terms(1, 1)] * rows, [Terms(1, 1)] * columns)


def top_lists(
    u: Matrix, v: Matrix, eligible: Eligibility | None = None, k: int = 50
) -> tuple[TopLists, TopLists]:
    """The best k eligible columns of each row of `u` [n, d], and the best k rows of each row of `v` [m, d].

    Ties go to the smaller index.
    """
    rules = eligible or everyone(len(u), len(v))
    margin = margin_of(longest(u), longest(v))
    by_row = _Best(u, v, k, margin)
    done: list[tuple[Ints, TopLists]] = []
    for rows, columns in rules.groups():
        for first in range(0, len(columns), COLUMNS):
            block = columns[first : first + COLUMNS]
            right = _taken(v, block)
            by_column = _Best(right, u, k, margin)
            for start in range(0, len(rows), ROWS):
                _add_tile(rows[start : start + ROWS], block, rules, by_row, by_column)
            done.append((block, by_column.prune()))
    return by_row.prune(), _gathered(done, len(v))


def _taken(matrix: Matrix, places: Ints) -> Matrix:
    """Those rows: a view if they follow one another, else a copy."""
    if len(places) and places[-1] - places[0] == len(places) - 1:
        return matrix[places[0] : places[-1] + 1]
    return matrix[places]


def _add_tile(rows: Ints, block: Ints, rules: Eligibility, by_row: _Best, by_column: _Best) -> None:
    """Multiply the rows with a block of columns and let both sides nominate."""
    scores = _taken(by_row.own, rows) @ by_column.own.T
    struck = rules.struck(rows, block)
    if len(struck[0]):
        scores[struck] = -np.inf
    by_row.nominate(scores, rows, block, axis=0)
    by_column.nominate(scores, np.arange(len(block)), rows, axis=1)
    by_row.prune_if_full()


def _gathered(done: list[tuple[Ints, TopLists]], count: int) -> TopLists:
    """The lists of all blocks of columns, under the columns' own numbers and in their order; empties `done`."""
    sizes = np.zeros(count, dtype=np.int64)
    for block, part in done:
        sizes[block] = np.bincount(part.keys, minlength=len(block))
    starts = np.cumsum(sizes) - sizes
    others = np.empty(int(sizes.sum()), dtype=np.int32)
    scores = np.empty(len(others), dtype=np.float32)
    while done:  # a block's own lists are let go of as soon as they are taken over
        block, part = done.pop()
        at = starts[block][part.keys] + _ranks(part.keys)
        others[at], scores[at] = part.others, part.scores
    return TopLists(np.repeat(np.arange(count, dtype=np.int32), sizes), others, scores)


def margin_of(left: float, right: float) -> float:
    """By how much a single-precision score of vectors no longer than these may be wrong."""
    return max(ERROR * left * right, LEAST_MARGIN)


def longest(matrix: Matrix) -> float:
    """The length of the longest row."""
    return float(np.sqrt(np.einsum("ij,ij->i", matrix, matrix).max(initial=0)))


class _Best:
    """Nominations for the lists of one side, and what a score must reach to be nominated.

    The bars belong to this side alone and only rise: nothing of another block or thread can raise one too far.
    """

    def __init__(self, own: Matrix, other: Matrix, k: int, margin: float) -> None:
        self.own, self._other, self._k = own, other, k
        self._margin = np.float32(margin)
        self._bar = np.full(len(own), np.finfo(np.float32).min, dtype=np.float32)
        self._widest = np.zeros(len(own), dtype=np.int64)  # scores that a bar was last taken from
        self._held: list[tuple[Places, Places, Matrix]] = []
        self._size = 0

    def nominate(self, scores: Matrix, keys: Ints, others: Ints, *, axis: int) -> None:
        """Keep what reaches the bar of its key; keys lie along `axis` of scores; -inf is never kept."""
        if len(others) > self._k and (self._widest[keys] < len(others)).any():
            self._raise_bar(scores, keys, axis)
        found = np.flatnonzero(scores >= np.expand_dims(self._bar[keys], 1 - axis))
        if len(found):
            rows = found // scores.shape[1]
            places = (rows, found - rows * scores.shape[1])
            held = (keys.astype(np.int32)[places[axis]], others.astype(np.int32)[places[1 - axis]])
            self._held.append((*held, scores.reshape(-1)[found]))
            self._size += len(found)

    def _raise_bar(self, scores: Matrix, keys: Ints, axis: int) -> None:
        """The k-th of the maxima of groups of scores: at least k scores reach it, and few more do."""
        count = scores.shape[1 - axis]
        size = max(1, count // (GROUPS * self._k))
        groups = count // size
        if axis == 0:
            maxima = scores[:, : size * groups].reshape(-1, size, groups).max(axis=1)
        else:
            maxima = np.array(scores[: size * groups].reshape(size, groups, -1).max(axis=0).T, order="C")
        kth = np.partition(maxima, groups - self._k, axis=1)[:, groups - self._k]
        self._bar[keys] = np.maximum(self._bar[keys], kth - self._margin)
        self._widest[keys] = np.maximum(self._widest[keys], count)

    def prune_if_full(self) -> None:
        if self._size > PRUNE_AT:
            self.prune()

    def prune(self) -> TopLists:
        """Cut the nominations to the best k of each key, by score and then by index, and raise the bars."""
        keys, others, scores = self._sorted()
        close = _close_to_a_neighbour(keys, scores, self._margin)
        if close.any():
            order = np.flatnonzero(close)[_exact_order(keys[close], others[close], self.own, self._other)]
            others[close], scores[close] = others[order], scores[order]
        kept = _ranks(keys) < self._k
        self._held = [(keys[kept], others[kept], scores[kept])]
        self._size = int(kept.sum())
        return TopLists(*self._held[0])

    def _sorted(self) -> tuple[Places, Places, Matrix]:
        """Nominations that may be among the best k, by key and falling score; raises the bars."""
        keys = np.concatenate([np.empty(0, np.int32), *(held[0] for held in self._held)])
        others = np.concatenate([np.empty(0, np.int32), *(held[1] for held in self._held)])
        scores = np.concatenate([np.empty(0, np.float32), *(held[2] for held in self._held)])
        self._held = []
        order = np.argsort(_sort_key(keys, scores))
        keys, others, scores = keys[order], others[order], scores[order]
        kth = _ranks(keys) == self._k - 1
        self._bar[keys[kth]] = np.maximum(self._bar[keys[kth]], scores[kth] - self._margin)
        near = scores >= self._bar[keys]
        return keys[near], others[near], scores[near]


def _sort_key(keys: Places, scores: Matrix) -> NDArray[np.uint64]:
    """One integer that sorts by key and falling score: faster to sort than two columns."""
    bits = np.ascontiguousarray(scores + np.float32(0)).view(np.uint32)
    rising = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
    return (keys.astype(np.uint64) << np.uint64(32)) | (~rising).astype(np.uint64)


def _close_to_a_neighbour(keys: Places, scores: Matrix, margin: np.float32) -> Mask:
    """Which entries of a sorted list stand so near to the one before or after that the product cannot order
    them.
    """
    close = (keys[1:] == keys[:-1]) & (scores[:-1] - scores[1:] <= 2 * margin)
    return np.asarray(np.r_[False, close] | np.r_[close, False]) if len(keys) else np.zeros(0, dtype=bool)


def _exact_order(keys: Places, others: Places, own: Matrix, other: Matrix) -> Ints:
    """The order of pairs by key, exact score and index of the other side."""
    return np.lexsort((others, -cell_scores(own, keys, other, others), keys))


def _ranks(keys: Places) -> Ints:
    """Position of each entry within its run of equal keys; keys are sorted."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, np.int64)
    counts = np.diff(np.r_[starts, len(keys)])
    return np.asarray(np.arange(len(keys)) - np.repeat(starts, counts), dtype=np.int64)
