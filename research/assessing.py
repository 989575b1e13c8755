"""From marks by criterion to one rating, and whether experts are of different minds.

Pure: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

APART: Final = 2  # steps between the highest and the lowest rating that count as disagreement


def overall(marks: Collection[int]) -> int:
    """The mean of marks from 1 to 5, to the nearest whole; half a step counts upwards. Raises ValueError for none."""
    if not marks:
        raise ValueError("there is nothing to rate by")
    return (2 * sum(marks) + len(marks)) // (2 * len(marks))


def disagree(ratings: Collection[int]) -> bool:
    """Whether two experts lie so far apart that somebody should look at it."""
    return bool(ratings) and max(ratings) - min(ratings) >= APART
