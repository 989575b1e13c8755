"""From marks by criterion to one rating, and whether experts are of different minds.

Pure: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

APART: Final = 2  # steps between the highest and the lowest rating that count as disagreement
APART_ON_ONE: Final = 3  # and on a single criterion: there two steps are a matter of taste


def overall(marks: Collection[int]) -> int:
    """The mean of marks from 1 to 5, to the nearest whole; half a step counts upwards. Raises ValueError for none."""
    if not marks:
        raise ValueError("there is nothing to rate by")
    return (2 * sum(marks) + len(marks)) // (2 * len(marks))


def disagree(ratings: Collection[int], marks: Mapping[str, Collection[int]]) -> bool:
    """Whether two experts lie so far apart that somebody should look at it: as a whole, or on one criterion, of which
    opposite marks may have the same mean. `marks` are those of all experts by criterion.
    """
    return _span(ratings) >= APART or any(_span(given) >= APART_ON_ONE for given in marks.values())


def apart_on(marks: Mapping[str, Collection[int]]) -> list[str]:
    """The criteria on which they are of different minds."""
    return [criterion for criterion, given in marks.items() if _span(given) >= APART]


def _span(ratings: Collection[int]) -> int:
    return max(ratings) - min(ratings) if ratings else 0
