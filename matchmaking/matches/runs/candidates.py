"""Who is worth a place on a list: the scored and explained pairs of some firms and some startups.

Each party's best pairs among those given are found exactly; of a firm's challenges the best counts. Runs in
workers only, because what is not embedded yet is embedded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companies.models import Challenge
from matchmaking.matches.engine.embedding import Job
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
from matchmaking.matches.engine.results import (
    NONE,
    SHARED,
    Mask,
    Pair,
    Results,
    Rows,
    found_at,
    kind_of,
    places,
)
from matchmaking.matches.engine.scoring import (
    DECIMALS,
    Eligibility,
    Ints,
    Packed,
    Terms,
    cell_scores,
    missing_bits,
    parts_of,
    shared_places,
    shown_tenths,
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

EXPLAINED_AT_ONCE = 512  # pairs: their vectors are gathered, and many would not fit into memory
Ratings = tuple[int, ...]
Rated = dict[int, float]  # by cell
Scores = NDArray[np.float64]
ADVICE, CAPABILITY = SLICES.index("advice"), SLICES.index("capability")


@dataclass(frozen=True)
class Party:
    """One side: vectors [n, width], n terms, each row's organisation, and its own key (a challenge's, a startup's).

    Rows come in the order of organisation and key.
    """

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
class Cells:
    """n pairs of rows of two parties: the firms' rows [n], the startups' [n], raw scores [n], and what experts' ratings
    of the pair itself add to them [n], not a number where there are none.
    """

    rows: Ints
    columns: Ints
    scores: Scores
    ratings: Scores

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, which: Ints | Mask) -> Cells:
        return Cells(self.rows[which], self.columns[which], self.scores[which], self.ratings[which])


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
        self._capabilities = tuple(capability.id for capability in self.thesaurus.capabilities)

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

    def candidates(self, firms: Party, startups: Party, **known: Any) -> Results:
        """What is `worth_a_place`, explained."""
        return self.explained(firms, startups, self.worth_a_place(firms, startups, **known))

    def worth_a_place(
        self,
        firms: Party,
        startups: Party,
        *,
        dismissed: Iterable[Pair] = (),
        wanted: Iterable[Pair] = (),
        ratings: Mapping[Pair, Ratings] | None = None,
        bars: Bars | None = None,
    ) -> Cells:
        """The eligible pairs that are among the best 50 of their firm or of their startup, or are `wanted`.

        `ratings` are experts' of single pairs: they can move a pair either way, so as many more are looked at. With
        `bars` one side is a single organisation, and of the other's lists only those count whose bar it reaches.
        """
        width, wanted = len(startups.keys), set(wanted)
        rated = self._rated(firms, startups, ratings or {})
        struck = _cells(firms, startups, dismissed)
        eligible = Eligibility(
            firms.packed, startups.packed, [divmod(cell, width) for cell in struck.tolist()]
        )
        asked = [
            cell
            for cell in {*_cells(firms, startups, wanted).tolist(), *rated}
            if _allows(eligible, *divmod(cell, width))
        ]
        spare = _most_of_a_party(rated, width)
        found = (
            _listed(firms, startups, eligible, spare)
            if bars is None
            else _reaching(firms, startups, eligible, spare, bars)
        )
        cells = np.unique(np.concatenate([found, np.array(asked, dtype=np.int64)]))
        best = _best_challenges(firms, startups, self._scored(firms, startups, cells, rated))
        owners, others = firms.owners[best.rows], startups.keys[best.columns]
        kept = places(owners, others, best.scores) < LISTED
        kept |= places(others, owners, best.scores) < LISTED
        kept |= _are_among(owners, others, wanted)
        return best.take(kept)

    def _rated(self, firms: Party, startups: Party, ratings: Mapping[Pair, Ratings]) -> Rated:
        """What experts' ratings of a pair add to its advice, by cell."""
        scale = self.policy.factor("advice") ** 2
        return {
            cell: round(scale * shrunk(given), DECIMALS)
            for pair, given in ratings.items()
            for cell in _cells(firms, startups, [pair]).tolist()
        }

    def _scored(self, firms: Party, startups: Party, cells: Ints, rated: Rated) -> Cells:
        rows, columns = np.divmod(cells, len(startups.keys)) if len(cells) else (cells, cells)
        added = np.full(len(cells), np.nan)
        advised = np.flatnonzero(np.isin(cells, list(rated)))
        added[advised] = [rated[cell] for cell in cells[advised].tolist()]
        scores = cell_scores(firms.features.matrix, rows, startups.features.matrix, columns)
        return Cells(rows, columns, np.round(scores + np.nan_to_num(added), DECIMALS), added)

    def explained(self, firms: Party, startups: Party, cells: Cells) -> Results:
        """The parts of each pair's score as people see them, what is missing, and the capabilities that carry it."""
        found = np.zeros(len(cells), dtype=kind_of(SLICES))
        found["challenge_id"], found["company_id"] = firms.keys[cells.rows], firms.owners[cells.rows]
        found["startup_id"], found["raw_score"] = startups.keys[cells.columns], cells.scores
        for start in range(0, len(cells), EXPLAINED_AT_ONCE):
            part = slice(start, start + EXPLAINED_AT_ONCE)
            self._explain(firms.features, startups.features, cells.take(part), found[part])
        return Results(found, SLICES, self._capabilities)

    def _explain(self, firms: Features, startups: Features, cells: Cells, found: Rows) -> None:
        u, v = firms.matrix[cells.rows], startups.matrix[cells.columns]
        known = firms.known[cells.rows] & startups.known[cells.columns]
        known[:, ADVICE] |= ~np.isnan(cells.ratings)
        parts = parts_of(u, v, self.layout)
        parts[:, ADVICE] += np.nan_to_num(cells.ratings)
        found["parts"] = shown_tenths(parts, self.policy)
        found["missing"] = missing_bits(known, self.policy)
        shared = shared_places(u, v, self.layout, len(self._capabilities), SHARED)
        found["shared"] = np.where(known[:, [CAPABILITY]], shared, NONE)


def _listed(firms: Party, startups: Party, eligible: Eligibility, spare: int) -> Ints:
    """Cells of both sides' best. A firm with three challenges may take three places on a startup's list of rows."""
    _, counts = np.unique(firms.owners, return_counts=True)
    most = LISTED * int(counts.max(initial=1)) + spare
    by_row, by_column = top_lists(firms.features.matrix, startups.features.matrix, eligible, most)
    width = len(startups.keys)
    theirs = by_column.others.astype(np.int64) * width + by_column.keys
    return np.concatenate([by_row.keys.astype(np.int64) * width + by_row.others, theirs])


def _reaching(firms: Party, startups: Party, eligible: Eligibility, spare: int, bars: Bars) -> Ints:
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
    return np.flatnonzero(allowed & chosen[group])


def _last_place(scores: Scores, most: int) -> float:
    """The lowest of the `most` highest; -inf if there are fewer."""
    return float(np.partition(scores, -most)[-most]) if len(scores) >= most else -np.inf


def _cells(firms: Party, startups: Party, pairs: Iterable[Pair]) -> Ints:
    """For every challenge of each pair's firm its cell: row x number of startups + column.

    Pairs that are not on the board are left out.
    """
    wanted = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
    columns = np.searchsorted(startups.keys, wanted[:, 1])
    there = np.append(startups.keys, NONE)[columns] == wanted[:, 1]
    owners, columns = wanted[there, 0], columns[there]
    first, last = (np.searchsorted(firms.owners, owners, side) for side in ("left", "right"))
    counts = last - first
    turn = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray((np.repeat(first, counts) + turn) * len(startups.keys) + np.repeat(columns, counts))


def _most_of_a_party(cells: Iterable[int], width: int) -> int:
    """The most cells in any one row or column."""
    rows, columns = np.divmod(np.array(list(cells), dtype=np.int64), width)
    return max(int(np.unique(each, return_counts=True)[1].max(initial=0)) for each in (rows, columns))


def _allows(eligible: Eligibility, row: int, column: int) -> bool:
    return bool(eligible(np.array([row]), np.array([column]))[0, 0])


def _best_challenges(firms: Party, startups: Party, cells: Cells) -> Cells:
    """The best cell of each (firm, startup); of equals the first challenge. Cells come sorted."""
    owners = firms.owners[cells.rows]
    order = np.lexsort((np.arange(len(cells)), -cells.scores, cells.columns, owners))
    pairs = np.column_stack([owners[order], cells.columns[order]])
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return cells.take(order[first])


def _are_among(companies: Ints, startups: Ints, pairs: set[Pair]) -> Mask:
    wanted = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return found_at((companies, startups), wanted[:, 0], wanted[:, 1]) != NONE
