"""Who is worth a place on a list: the scored and explained pairs of some firms and some startups.

Each party's best pairs among those given are found exactly; of a firm's challenges the best counts. Runs in
workers only, because what is not embedded yet is embedded here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from companies.models import Challenge
from matchmaking.matches.engine.embedding import Job, Matrix
from matchmaking.matches.engine.features import (
    CompanySide,
    Features,
    Featurizer,
    Glosses,
    StartupSide,
    company_jobs,
    glosses_of,
    layout_of,
    startup_jobs,
    thesaurus_jobs,
)
from matchmaking.matches.engine.policy import SLICES, Policy
from matchmaking.matches.engine.results import Pair, Scored, places
from matchmaking.matches.engine.scoring import (
    DECIMALS,
    Eligibility,
    Ints,
    Packed,
    Terms,
    display,
    pair_scores,
    parts_of,
    shared_capabilities,
)
from matchmaking.matches.engine.tags import shrunk
from matchmaking.matches.engine.toplists import longest, margin_of, top_lists
from matchmaking.matches.models import LISTED, ScoringPolicy
from matchmaking.matches.runs.vectors import embed
from matchmaking.matches.sides import (
    challenge_terms,
    company_side,
    startup_ratings,
    startup_side,
    startup_terms,
)
from matchmaking.matches.thesauri import editions
from startups.models import Startup

TENTHS = 10
Ratings = tuple[int, ...]
Rated = dict[tuple[int, int], float]  # by row and column
Scores = NDArray[np.float64]
ADVICE = SLICES.index("advice")


@dataclass(frozen=True)
class Party:
    """One side: vectors [n, width], n terms, each row's organisation, and its own key (a challenge's, a startup's)."""

    features: Features
    terms: list[Terms]
    owners: Ints
    keys: Ints

    @cached_property
    def packed(self) -> Packed:
        return Packed.of(self.terms)

    @cached_property
    def longest(self) -> float:
        """The length of the longest vector."""
        return longest(self.features.matrix)


@dataclass(frozen=True)
class Bars:
    """The lowest score on each full list of a side: organisations, rising, and the scores to be reached.

    `others` is what all the others ask for: nothing, since their lists have room, or what nobody reaches.
    """

    side: str
    keys: Ints
    scores: Scores
    others: float = -np.inf

    @classmethod
    def closed(cls, side: str) -> Bars:
        """Nobody comes onto a list of this side."""
        return cls(side, np.empty(0, np.int64), np.empty(0), np.inf)

    def of(self, organisations: Ints) -> Scores:
        """What each of these asks for."""
        if not len(self.keys):
            return np.full(len(organisations), self.others)
        place = np.minimum(np.searchsorted(self.keys, organisations), len(self.keys) - 1)
        return np.where(self.keys[place] == organisations, self.scores[place], self.others)


@lru_cache(maxsize=editions.KEPT)
def gloss_vectors(fingerprint: str) -> Glosses:
    """The vectors of one edition of the thesaurus, read and centred once in a worker."""
    thesaurus = editions.named(fingerprint)
    return glosses_of(thesaurus, embed(thesaurus_jobs(thesaurus)))


class Matcher:
    """Turns profiles into parties, and parties into scored pairs, under one policy."""

    def __init__(self, row: ScoringPolicy) -> None:
        self.row = row
        self.policy = Policy.from_dict(row.parameters)
        self.thesaurus = editions.named(self.policy.thesaurus)
        self.layout = layout_of(self.policy, self.thesaurus)
        self._capabilities = [capability.id for capability in self.thesaurus.capabilities]

    def firms(self, challenges: Sequence[Challenge]) -> Party:
        """One row for each challenge; they must come in the order of firm and key, which decides between equals."""
        sides = [company_side(challenge) for challenge in challenges]
        return Party(
            self.asking(sides),
            [challenge_terms(challenge, self.policy.vocabulary) for challenge in challenges],
            np.array([challenge.company_id for challenge in challenges], dtype=np.int64),
            np.array([challenge.pk for challenge in challenges], dtype=np.int64),
        )

    def startups(self, startups: Sequence[Startup]) -> Party:
        """One row for each startup; they must come in the order of their keys."""
        narrowed = {"startup_id": startups[0].pk} if len(startups) == 1 else {}
        ratings = startup_ratings(**narrowed)
        sides = [startup_side(startup, ratings.get(startup.pk, ())) for startup in startups]
        keys = np.array([startup.pk for startup in startups], dtype=np.int64)
        terms = [startup_terms(startup, self.policy.vocabulary) for startup in startups]
        return Party(self.offering(sides), terms, keys, keys)

    def asking(self, sides: Sequence[CompanySide]) -> Features:
        """Vectors of needs that are no challenge's."""
        return self._featurizer(company_jobs(sides)).companies(sides)

    def offering(self, sides: Sequence[StartupSide]) -> Features:
        return self._featurizer(startup_jobs(sides)).startups(sides)

    def _featurizer(self, texts: Sequence[Job]) -> Featurizer:
        glosses = gloss_vectors(self.policy.thesaurus)
        return Featurizer(self.policy, self.thesaurus, embed(texts), glosses=glosses)

    def candidates(
        self,
        firms: Party,
        startups: Party,
        *,
        dismissed: Iterable[Pair] = (),
        wanted: Iterable[Pair] = (),
        ratings: Mapping[Pair, Ratings] | None = None,
        bars: Bars | None = None,
    ) -> list[Scored]:
        """The eligible pairs that are among the best 50 of their firm or of their startup, or are `wanted`.

        `ratings` are experts' of single pairs: they can move a pair either way, so as many more are looked at. With
        `bars` one side is a single organisation, and of the other's lists only those count whose bar it reaches.
        """
        rated = self._rated(firms, startups, ratings or {})
        eligible = Eligibility(firms.packed, startups.packed, _cells(firms, startups, dismissed))
        asked = [cell for cell in [*_cells(firms, startups, wanted), *rated] if _allows(eligible, cell)]
        spare = _most_of_a_party(rated)
        found = (
            _listed(firms, startups, eligible, spare)
            if bars is None
            else _reaching(firms, startups, eligible, spare, bars)
        )
        cells = _sorted_cells(found | set(asked))
        u, v = firms.features.matrix, startups.features.matrix
        scores = np.round(pair_scores(u[cells[:, 0]], v[cells[:, 1]]) + _at(rated, cells), DECIMALS)
        best = _best_challenges(firms.owners[cells[:, 0]], cells[:, 1], scores)
        cells, scores = cells[best], scores[best]
        owners = firms.owners[cells[:, 0]]
        kept = places(owners, cells[:, 1], scores) < LISTED
        kept |= places(cells[:, 1], owners, scores) < LISTED
        kept |= _are_among(owners, startups.keys[cells[:, 1]], wanted)
        return self._explained(firms, startups, cells[kept], scores[kept], rated)

    def _rated(self, firms: Party, startups: Party, ratings: Mapping[Pair, Ratings]) -> Rated:
        """What experts' ratings of a pair add to its advice, by (row, column)."""
        scale = self.policy.factor("advice") ** 2
        return {
            cell: round(scale * shrunk(given), DECIMALS)
            for pair, given in ratings.items()
            for cell in _cells(firms, startups, [pair])
        }

    def _explained(
        self, firms: Party, startups: Party, cells: Ints, scores: Scores, rated: Rated
    ) -> list[Scored]:
        left, right = cells[:, 0], cells[:, 1]
        parts = parts_of(firms.features.matrix[left], startups.features.matrix[right], self.layout)
        parts[:, ADVICE] += _at(rated, cells)
        known = firms.features.known[left] & startups.features.known[right]
        known[:, ADVICE] |= np.array([(row, column) in rated for row, column in cells.tolist()], dtype=bool)
        rows = zip(cells.tolist(), scores.tolist(), parts.tolist(), known.tolist(), strict=True)
        return [self._scored(firms, startups, *row) for row in rows]

    def _scored(
        self, firms: Party, startups: Party, cell: list[int], raw: float, part: list[float], said: list[bool]
    ) -> Scored:
        (row, column), known = cell, dict(zip(SLICES, said, strict=True))
        u, v = firms.features, startups.features
        shown = display(dict(zip(SLICES, part, strict=True)), self.policy, known)
        return Scored(
            challenge_id=int(firms.keys[row]),
            company_id=int(firms.owners[row]),
            startup_id=int(startups.keys[column]),
            raw_score=raw,
            score=shown.score,
            parts={name: int(points * TENTHS) for name, points in shown.points.items()},
            missing=list(shown.missing),
            shared_capabilities=self._shared(u.matrix[row], v.matrix[column]) if known["capability"] else [],
        )

    def _shared(self, u: Matrix, v: Matrix) -> list[str]:
        return shared_capabilities(u, v, self.layout, self._capabilities)


def _listed(firms: Party, startups: Party, eligible: Eligibility, spare: int) -> set[tuple[int, int]]:
    """Cells of both sides' best. A firm with three challenges may take three places on a startup's list of rows."""
    _, counts = np.unique(firms.owners, return_counts=True)
    most = LISTED * int(counts.max(initial=1)) + spare
    u, v = firms.features.matrix, startups.features.matrix
    by_row, by_column = top_lists(u, v, eligible, most)
    rows = zip(by_row.keys.tolist(), by_row.others.tolist(), strict=True)
    return {*rows, *zip(by_column.others.tolist(), by_column.keys.tolist(), strict=True)}


def _reaching(
    firms: Party, startups: Party, eligible: Eligibility, spare: int, bars: Bars
) -> set[tuple[int, int]]:
    """Cells of one organisation's best, and of whoever's bar it reaches; for such a pair all challenges' cells."""
    rows, columns = np.arange(len(firms.keys)), np.arange(len(startups.keys))
    allowed = eligible(rows, columns)
    scores = np.where(allowed, firms.features.matrix @ startups.features.matrix.T, -np.inf)
    margin = margin_of(firms.longest, startups.longest)
    if bars.side == "company":  # one startup before all firms, whose rows stand together
        starts = np.flatnonzero(np.r_[True, firms.owners[1:] != firms.owners[:-1]])
        others, best = firms.owners[starts], np.maximum.reduceat(scores[:, 0], starts)
        group = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(rows)]))[:, None]
    else:
        others, best, group = startups.keys, scores.max(axis=0), columns[None, :]
    chosen = (best >= np.minimum(bars.of(others), _last_place(best, LISTED + spare)) - 2 * margin) & (
        best > -np.inf
    )
    return set(map(tuple, np.argwhere(allowed & chosen[group]).tolist()))


def _last_place(scores: Scores, most: int) -> float:
    """The lowest of the `most` highest; -inf if there are fewer."""
    return float(np.partition(scores, -most)[-most]) if len(scores) >= most else -np.inf


def _cells(firms: Party, startups: Party, pairs: Iterable[Pair]) -> list[tuple[int, int]]:
    """(row, column) for every challenge of each pair's firm; pairs that are not on the board are left out."""
    if not (pairs := list(pairs)):
        return []
    columns = {key: column for column, key in enumerate(startups.keys.tolist())}
    rows: dict[int, list[int]] = {}
    for row, owner in enumerate(firms.owners.tolist()):
        rows.setdefault(owner, []).append(row)
    return [(row, columns[s]) for c, s in pairs if s in columns for row in rows.get(c, ())]


def _at(rated: Rated, cells: Ints) -> Scores:
    """What is added at each of the cells."""
    return np.array([rated.get((row, column), 0.0) for row, column in cells.tolist()], dtype=np.float64)


def _most_of_a_party(cells: Collection[tuple[int, int]]) -> int:
    """The most cells in any one row or column."""
    rows, columns = Counter(row for row, _ in cells), Counter(column for _, column in cells)
    return max([*rows.values(), *columns.values()], default=0)


def _allows(eligible: Eligibility, cell: tuple[int, int]) -> bool:
    row, column = np.array([cell[0]]), np.array([cell[1]])
    return bool(eligible(row, column)[0, 0])


def _sorted_cells(cells: set[tuple[int, int]]) -> Ints:
    return np.array(sorted(cells), dtype=np.int64).reshape(-1, 2)


def _best_challenges(owners: Ints, columns: Ints, scores: Scores) -> Ints:
    """Positions of the best cell of each (firm, startup); of equals the first challenge. Cells come sorted."""
    order = np.lexsort((np.arange(len(scores)), -scores, columns, owners))
    pairs = np.column_stack([owners[order], columns[order]])
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return order[first]


def _are_among(companies: Ints, startups: Ints, pairs: Iterable[Pair]) -> NDArray[np.bool_]:
    wanted = set(pairs)
    found = [pair in wanted for pair in zip(companies.tolist(), startups.tolist(), strict=True)]
    return np.array(found, dtype=bool)
