"""Vectors -> scores, top lists and explanations; and the rules that decide who may be matched at all.

The score of a pair is one inner product, its parts are the same sum slice by slice. Pure: numpy and nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.engine.features import Layout
from matchmaking.matches.engine.policy import OPTIONAL_SLICES, SLICES, Policy

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Places = NDArray[np.integer[Any]]

NO_FIELD, NO_MODE = "no_field", "no_mode"
NO_SHARED_FIELD, NO_SHARED_MODE = "no_shared_field", "no_shared_mode"
COUNTRY_EXCLUDED, DISMISSED, NOBODY = "country_excluded", "dismissed", "nobody"
RULES = (NO_FIELD, NO_MODE, NO_SHARED_FIELD, NO_SHARED_MODE, COUNTRY_EXCLUDED, DISMISSED, NOBODY)

HIGH, FAIRLY_HIGH, POSSIBLE = "high", "fairly_high", "possible"
BANDS = ((800, HIGH), (700, FAIRLY_HIGH), (0, POSSIBLE))  # tenths of a point

NONE = -1  # the place of no capability
GATHERED = 16  # pairs scored at a time: few enough to stay near the processor
DECIMALS = 6  # of a raw score: what lies below is noise of the order of summation


@dataclass(frozen=True)
class Terms:
    """What one party sets for eligibility: bitsets of fields and modes; a startup's country; what a firm
    excludes.
    """

    fields: int
    modes: int
    country: str = ""
    excluded: frozenset[str] = frozenset()


def bitset(tags: Iterable[str], vocabulary: Sequence[str]) -> int:
    """Bit i is set if `tags` has the i-th word of the vocabulary; other words are ignored."""
    chosen = set(tags)
    return sum(1 << index for index, word in enumerate(vocabulary) if word in chosen)


def failed_rule(company: Terms, startup: Terms, *, dismissed: bool = False) -> str | None:
    """The first rule that keeps a pair from being matched, or None if it may be."""
    if not company.fields or not startup.fields:
        return NO_FIELD
    if not company.modes or not startup.modes:
        return NO_MODE
    if not company.fields & startup.fields:
        return NO_SHARED_FIELD
    if not company.modes & startup.modes:
        return NO_SHARED_MODE
    if startup.country in company.excluded:
        return COUNTRY_EXCLUDED
    return DISMISSED if dismissed else None


def why_no_match(company: Terms, startups: Sequence[Terms], dismissed: Sequence[bool] = ()) -> str | None:
    """The rule that left a company without any startup, or None if it has one.

    It is the rule the last startups failed: the furthest any of them came. NOBODY if there are no startups.
    """
    flags = dismissed or [False] * len(startups)
    failed = [
        failed_rule(company, startup, dismissed=flag) for startup, flag in zip(startups, flags, strict=True)
    ]
    if None in failed:
        return None
    reasons = [rule for rule in failed if rule]
    own = NO_FIELD if not company.fields else NO_MODE if not company.modes else None
    return own or max(reasons, key=RULES.index, default=NOBODY)


@dataclass(frozen=True)
class Packed:
    """The terms of n parties as arrays: bitsets [n], each one's place [n] in the sorted `countries`, and by row what
    those exclude that exclude any.
    """

    fields: NDArray[np.uint64]
    modes: NDArray[np.uint64]
    countries: tuple[str, ...]
    country: Ints
    excluded: Mapping[int, frozenset[str]]

    @classmethod
    def of(cls, terms: Sequence[Terms]) -> Packed:
        countries = sorted({each.country for each in terms})
        codes = {code: place for place, code in enumerate(countries)}
        return cls(
            _bits([each.fields for each in terms]),
            _bits([each.modes for each in terms]),
            tuple(countries),
            np.array([codes[each.country] for each in terms], dtype=np.int64),
            {row: each.excluded for row, each in enumerate(terms) if each.excluded},
        )

    def __len__(self) -> int:
        return len(self.fields)


class Eligibility:
    """Who may be matched with whom, a tile at a time, so that the whole mask never lies in memory.

    `dismissed` holds (company index, startup index) pairs. Calling it with row and column indices gives bool
    [rows, columns].
    """

    def __init__(
        self,
        companies: Sequence[Terms] | Packed,
        startups: Sequence[Terms] | Packed,
        dismissed: Iterable[tuple[int, int]] = (),
    ) -> None:
        left, right = (
            each if isinstance(each, Packed) else Packed.of(each) for each in (companies, startups)
        )
        self._fields = left.fields, right.fields
        self._modes = left.modes, right.modes
        self._country = right.country
        codes = {code: index for index, code in enumerate(right.countries)}
        self._excluded = np.zeros((len(left), max(len(codes), 1)), dtype=bool)
        for row, excluded in left.excluded.items():
            self._excluded[row, [codes[code] for code in excluded if code in codes]] = True
        self._dismissed = np.array(sorted(set(dismissed)), dtype=np.int64).reshape(-1, 2)

    def __call__(self, rows: Ints, columns: Ints) -> Mask:
        mask: Mask = (self._fields[0][rows, None] & self._fields[1][columns]) != 0
        mask &= (self._modes[0][rows, None] & self._modes[1][columns]) != 0
        excluded = self._excluded[rows]
        if excluded.any():
            mask &= ~excluded[:, self._country[columns]]
        for row, column in self._dismissed[np.isin(self._dismissed[:, 0], rows)]:
            mask[np.ix_(rows == row, columns == column)] = False
        return mask

    def groups(self) -> Iterator[tuple[Ints, Ints]]:
        """(rows, columns): columns of one pattern, each in one group, and the rows that may meet every one of them.

        Columns that meet nobody are left out, and dismissed pairs are not: see `struck`.
        """
        met: dict[bytes, list[Ints]] = {}
        for columns in self._patterns():
            rows = np.flatnonzero(self._meeting(int(columns[0])))
            met.setdefault(rows.tobytes(), []).append(columns)
        for key, found in met.items():
            rows = np.frombuffer(key, dtype=np.int64)
            if len(rows):
                yield rows, np.sort(np.concatenate(found))

    def _patterns(self) -> list[Ints]:
        """Columns with the same fields, modes and country, in order."""
        if not len(self._country):
            return []
        traits = np.column_stack([self._fields[1], self._modes[1], self._country.astype(np.uint64)])
        _, which = np.unique(traits, axis=0, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        return np.split(order, np.cumsum(np.bincount(which.ravel()))[:-1])

    def _meeting(self, column: int) -> Mask:
        """Which rows may meet the columns that are like this one."""
        shared = (self._fields[0] & self._fields[1][column]) != 0
        shared &= (self._modes[0] & self._modes[1][column]) != 0
        return np.asarray(shared & ~self._excluded[:, self._country[column]])

    def struck(self, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        """Places of dismissed pairs within a tile; both indices rise."""
        here = self._dismissed[np.isin(self._dismissed[:, 0], rows) & np.isin(self._dismissed[:, 1], columns)]
        return np.searchsorted(rows, here[:, 0]), np.searchsorted(columns, here[:, 1])


def _bits(values: Sequence[int]) -> NDArray[np.uint64]:
    return np.array(values, dtype=np.uint64)


def pair_scores(u_rows: Matrix, v_rows: Matrix) -> NDArray[np.float64]:
    """Raw scores of n pairs [n], the same to the last decimal wherever the rows stood in their matrices."""
    products = np.ascontiguousarray(u_rows, dtype=np.float64) * v_rows
    rounded: NDArray[np.float64] = np.round(products.sum(axis=1), DECIMALS) + 0.0
    return rounded


def cell_scores(u: Matrix, rows: Places, v: Matrix, columns: Places) -> NDArray[np.float64]:
    """Raw scores of the pairs of row u[rows[i]] and v[columns[i]], gathered a few at a time."""
    scores = np.empty(len(rows))
    for start in range(0, len(rows), GATHERED):
        part = slice(start, start + GATHERED)
        scores[part] = pair_scores(u[rows[part]], v[columns[part]])
    return scores


def parts_of(u_rows: Matrix, v_rows: Matrix, layout: Layout) -> NDArray[np.float64]:
    """Raw parts of n pairs, float64 [n, slices]."""
    products = u_rows.astype(np.float64) * v_rows
    return np.add.reduceat(products, layout.starts, axis=1)


def gaps(missing: Iterable[str]) -> list[str]:
    """Missing slices that a profile could have answered: these make a score provisional."""
    return [name for name in missing if name not in OPTIONAL_SLICES]


def shown_tenths(parts: NDArray[np.float64], policy: Policy, names: Sequence[str] = SLICES) -> Ints:
    """Raw parts [n, slices] as people see them: tenths of a point on the policy's fixed scale, from 0 to their caps.

    The shown score is their sum. A missing part is 0 raw and shows as its shift: it counts as an average pair would, so
    that silence is neither punished nor rewarded.
    """
    scale = policy.scale
    shifts, caps = ([values[name] for name in names] for values in (scale.shifts, scale.caps))
    tenths: Ints = np.clip(np.rint(np.add(shifts, scale.per_unit * parts)), 0, caps).astype(np.int64)
    return tenths


def missing_bits(known: Mask, policy: Policy) -> Ints:
    """A bit [n] for each slice with a weight, at its place, that is not known [n, slices] of both sides."""
    bits = [(policy.weights[name] > 0) << place for place, name in enumerate(SLICES)]
    return np.asarray(~known @ np.array(bits), dtype=np.int64)


def band(tenths: int) -> str:
    """The word for a shown score."""
    return next(word for least, word in BANDS if tenths >= least)


def shared_places(u_rows: Matrix, v_rows: Matrix, layout: Layout, count: int, most: int) -> Ints:
    """Places among the `count` capabilities of those that carry each pair's capability part, strongest first [n, most].

    Where fewer do, the rest is NONE.
    """
    start = layout.bounds["capability"].start
    shares = u_rows[:, start : start + count] * v_rows[:, start : start + count]
    found = np.full((len(shares), most), NONE, dtype=np.int64)
    pairs = np.arange(len(shares))
    for turn in range(min(most, count)):
        best = shares.argmax(axis=1)
        found[:, turn] = np.where(shares[pairs, best] > 0, best, NONE)
        shares[pairs, best] = 0
    return found
