"""How evenly lists spread over the startups: on how many lists each stands, and what that comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

# On how many lists, both ends included.
BINS: Final = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, None))
TOP: Final = 0.1


@dataclass(frozen=True, slots=True)
class Exposure:
    """`histogram` has one number a bin; `gini` is 0 when all stand on equally many lists, near 1 when few hold all."""

    parties: int
    listed: int
    left_out: int
    gini: float
    top_share: float
    histogram: tuple[int, ...]


def exposure(counts: Sequence[int]) -> Exposure:
    """From the number of lists of every party, those on none included."""
    return Exposure(
        parties=len(counts),
        listed=sum(counts),
        left_out=sum(count == 0 for count in counts),
        gini=gini(counts),
        top_share=top_share(counts),
        histogram=tuple(sum(_within(count, bounds) for count in counts) for bounds in BINS),
    )


def _within(count: int, bounds: tuple[int, int | None]) -> bool:
    low, high = bounds
    return count >= low and (high is None or count <= high)


def gini(counts: Sequence[int]) -> float:
    """Gini coefficient by the ordered formula sum((2i - n - 1) x_i) / (n sum x_i), i from 1; 0 of nothing."""
    total, size = sum(counts), len(counts)
    if not total:
        return 0.0
    ordered = sorted(counts)
    return sum((2 * place - size - 1) * count for place, count in enumerate(ordered, start=1)) / (
        size * total
    )


def top_share(counts: Sequence[int], top: float = TOP) -> float:
    """Share of all places that the most listed tenth of the parties holds (at least one party); 0 of nothing."""
    total = sum(counts)
    if not total:
        return 0.0
    return sum(sorted(counts, reverse=True)[: max(1, ceil(top * len(counts)))]) / total


@dataclass(frozen=True, slots=True)
class Share:
    """Of one area or country: how many there are, how many stand on a list, and how many places they have."""

    key: Hashable
    parties: int
    served: int
    places: int


def by_group(
    counts: Mapping[int, int], group_of: Mapping[int, Hashable], order: Iterable[Hashable]
) -> list[Share]:
    """The groups that occur, in this order."""
    parties = Counter(group_of[key] for key in counts)
    served = Counter(group_of[key] for key, count in counts.items() if count)
    places: Counter[Hashable] = Counter()
    for key, count in counts.items():
        places[group_of[key]] += count
    return [Share(key, parties[key], served[key], places[key]) for key in order if parties[key]]
