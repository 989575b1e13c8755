"""The slices made of tags, amounts and levels: one small vector a side, whose inner product is the formula.

Each function gives the rows of one side, and which rows say anything. Pure: numpy and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.engine.policy import Vocabulary

Matrix = NDArray[np.float32]
Known = NDArray[np.bool_]
Ids = tuple[str, ...]
Block = tuple[Matrix, Known]

SUB_FIELD_SHARE = 0.5  # of a shared sub-field against a shared field
NEIGHBOUR = 0.5  # what a band, or a level, next to the wanted one is worth; the one after it half of that
YEN_PER_DOLLAR = 150  # amounts are compared by order of magnitude, so the day's rate does not matter
PARTNER_SHARE = 0.2  # of the amount a startup seeks, which one partner is taken to bring
BAND_ENDS = (10e6, 50e6, 100e6, 500e6, 1e9)  # yen, between one budget band and the next
LEVELS = 9  # of technology readiness
# Where a startup gives no readiness level, its stage says which one is usual.
USUAL_LEVEL: Mapping[str, int] = {
    "pre_seed": 4,
    "seed": 6,
    "series_a": 7,
    "series_b": 8,
    "series_c": 9,
    "growth": 9,
}
# Where a firm does not say what it can work with, its kinds of cooperation do: who develops jointly starts earlier.
LEAST_LEVEL: Mapping[str, int] = {"joint_development": 4, "investment": 5, "acquisition": 7}
NEUTRAL, HALF_RANGE = 3, 2  # of ratings from 1 to 5
PRIOR_RATINGS = 2  # neutral ratings that every startup is taken to have already


class Firm(Protocol):
    """What these slices read of a firm and its challenge."""

    @property
    def fields(self) -> Ids: ...
    @property
    def sub_fields(self) -> Ids: ...
    @property
    def modes(self) -> Ids: ...
    @property
    def budget(self) -> str: ...
    @property
    def least_readiness(self) -> int | None: ...
    @property
    def languages(self) -> Ids: ...
    @property
    def countries(self) -> Ids: ...


class Offerer(Protocol):
    """What these slices read of a startup."""

    @property
    def fields(self) -> Ids: ...
    @property
    def sub_fields(self) -> Ids: ...
    @property
    def modes(self) -> Ids: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def readiness(self) -> int | None: ...
    @property
    def stage(self) -> str: ...
    @property
    def languages(self) -> Ids: ...
    @property
    def country(self) -> str: ...
    @property
    def ratings(self) -> tuple[int, ...]: ...


def tag_sizes(words: Vocabulary) -> dict[str, int]:
    """How many numbers each of these slices takes."""
    return {
        "field": len(words.fields) + len(words.sub_fields),
        "cooperation": len(words.modes),
        "size": len(words.budgets),
        "stage": LEVELS,
        "language": len(words.languages),
        "country": len(words.countries) + 1,
        "advice": 1,
    }


def company_blocks(firms: Sequence[Firm], words: Vocabulary) -> dict[str, Block]:
    return {
        "field": field([firm.fields for firm in firms], [firm.sub_fields for firm in firms], words),
        "cooperation": multi_hot([firm.modes for firm in firms], words.modes),
        "size": budgets([firm.budget for firm in firms], words),
        "stage": workable([(firm.least_readiness, firm.modes) for firm in firms]),
        "language": multi_hot([firm.languages for firm in firms], words.languages),
        "country": wishes([firm.countries for firm in firms], words),
        "advice": (np.ones((len(firms), 1), dtype=np.float32), np.ones(len(firms), dtype=bool)),
    }


def startup_blocks(startups: Sequence[Offerer], words: Vocabulary) -> dict[str, Block]:
    return {
        "field": field([each.fields for each in startups], [each.sub_fields for each in startups], words),
        "cooperation": multi_hot([each.modes for each in startups], words.modes),
        "size": amounts([each.amount for each in startups], words),
        "stage": levels([(each.readiness, each.stage) for each in startups]),
        "language": multi_hot([each.languages for each in startups], words.languages),
        "country": homes([each.country for each in startups], words),
        "advice": advice([each.ratings for each in startups]),
    }


def unit(rows: Matrix) -> Matrix:
    """Rows of length one; rows of (nearly) no length stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(lengths > 1e-9, rows / np.maximum(lengths, 1e-9), 0).astype(np.float32)


def multi_hot(rows: Sequence[Ids], words: Ids) -> Block:
    """Unit-length tag vectors [n, words]. Formula: shared tags / sqrt(tags of the one x tags of the other)."""
    places = {word: index for index, word in enumerate(words)}
    matrix = np.zeros((len(rows), len(words)), dtype=np.float32)
    for index, tags in enumerate(rows):
        matrix[index, [places[tag] for tag in tags if tag in places]] = 1
    return unit(matrix), np.asarray(matrix.any(axis=1))


def field(fields: Sequence[Ids], sub_fields: Sequence[Ids], words: Vocabulary) -> Block:
    """Formula: cosine of the fields + `SUB_FIELD_SHARE` x cosine of the sub-fields."""
    broad, known = multi_hot(fields, words.fields)
    fine, _ = multi_hot(sub_fields, words.sub_fields)
    return np.hstack([broad, np.sqrt(np.float32(SUB_FIELD_SHARE)) * fine]), known


def budgets(bands: Sequence[str], words: Vocabulary) -> Block:
    """Formula with `amounts`: 1 in the firm's own band, a half in the next, a quarter in the one after it."""
    places = {word: index for index, word in enumerate(words.budgets)}
    return _spread([places.get(band) for band in bands], len(words.budgets))


def amounts(dollars: Sequence[int | None], words: Vocabulary) -> Block:
    """The band of what one partner brings of the amount sought: `PARTNER_SHARE` of it, in yen."""
    yen = [None if each is None else each * YEN_PER_DOLLAR * PARTNER_SHARE for each in dollars]
    ends = BAND_ENDS[: len(words.budgets) - 1]
    places = [None if each is None else int(np.searchsorted(ends, each, side="right")) for each in yen]
    return _one_hot(places, len(words.budgets))


def workable(wanted: Sequence[tuple[int | None, Ids]]) -> Block:
    """Formula with `levels`: 1 from the least readiness on, a half one level below it, a quarter two below, ..."""
    least = [given or _least_level(modes) for given, modes in wanted]
    rows = np.zeros((len(least), LEVELS), dtype=np.float32)
    for row, level in zip(rows, least, strict=True):
        if level is not None:
            row[:] = NEIGHBOUR ** np.maximum(level - 1 - np.arange(LEVELS), 0)
    return rows, np.array([level is not None for level in least], dtype=bool)


def _least_level(modes: Ids) -> int | None:
    return min((LEAST_LEVEL[mode] for mode in modes if mode in LEAST_LEVEL), default=None)


def levels(given: Sequence[tuple[int | None, str]]) -> Block:
    """The startup's readiness level, or the one that is usual at its stage."""
    found = [level or USUAL_LEVEL.get(stage) for level, stage in given]
    return _one_hot([None if level is None else level - 1 for level in found], LEVELS)


def wishes(countries: Sequence[Ids], words: Vocabulary) -> Block:
    """Formula with `homes`: +1/2 from a preferred country, -1/2 from another, 0 for a firm without a preference."""
    rows = np.zeros((len(countries), len(words.countries) + 1), dtype=np.float32)
    for row, preferred in zip(rows, countries, strict=True):
        if preferred:
            row[:] = -0.5
            row[[_country(code, words) for code in preferred]] = 0.5
    return rows, np.array([bool(preferred) for preferred in countries], dtype=bool)


def homes(countries: Sequence[str], words: Vocabulary) -> Block:
    places = [_country(code, words) if code else None for code in countries]
    return _one_hot(places, len(words.countries) + 1)


def _country(code: str, words: Vocabulary) -> int:
    """The place of a country; all that the vocabulary does not name share the last."""
    return words.countries.index(code) if code in words.countries else len(words.countries)


def advice(ratings: Sequence[Sequence[int]]) -> Block:
    """Formula: `shrunk` of the startup's ratings; 0 where nobody has rated it."""
    rows = np.array([shrunk(each) for each in ratings], dtype=np.float32).reshape(-1, 1)
    return rows, np.array([bool(each) for each in ratings], dtype=bool)


def shrunk(ratings: Sequence[int]) -> float:
    """The mean with `PRIOR_RATINGS` neutral ratings more, as -1 (worst) to +1 (best): one voice says little."""
    total = sum(rating - NEUTRAL for rating in ratings)
    return total / (len(ratings) + PRIOR_RATINGS) / HALF_RANGE


def shrunk_mean(ratings: Sequence[int]) -> float:
    """The same on the scale of the ratings."""
    return NEUTRAL + HALF_RANGE * shrunk(ratings)


def _spread(places: Sequence[int | None], size: int) -> Block:
    """1 at each place, halved with every step away from it, down to a quarter."""
    rows = np.zeros((len(places), size), dtype=np.float32)
    for row, place in zip(rows, places, strict=True):
        if place is not None:
            steps = np.abs(np.arange(size) - place)
            row[:] = np.where(steps <= 2, NEIGHBOUR**steps, 0)
    return rows, np.array([place is not None for place in places], dtype=bool)


def _one_hot(places: Sequence[int | None], size: int) -> Block:
    rows = np.zeros((len(places), size), dtype=np.float32)
    for row, place in zip(rows, places, strict=True):
        if place is not None:
            row[place] = 1
    return rows, np.array([place is not None for place in places], dtype=bool)
