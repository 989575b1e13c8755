"""Half-open stretches of time in UTC, and the few set operations the timetable needs.

Every function takes and gives lists that need not be sorted; results are sorted and merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Interval(NamedTuple):
    """From `start` up to, not including, `end`; both aware, in UTC."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes between start and end."""
        return int((self.end - self.start) / timedelta(minutes=1))

    def holds(self, other: Interval) -> bool:
        """True if `other` lies within this interval."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Interval) -> bool:
        """True if the two share a moment; intervals that only touch do not."""
        return self.start < other.end and other.start < self.end


class Miss(NamedTuple):
    """How near two sides came to sharing a time: `at` is where, `short_by` the minutes they lack."""

    at: datetime
    short_by: int


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sorted union: overlapping and touching intervals become one, empty ones vanish."""
    union: list[Interval] = []
    for each in sorted(one for one in intervals if one.start < one.end):
        if union and each.start <= union[-1].end:
            union[-1] = Interval(union[-1].start, max(union[-1].end, each.end))
        else:
            union.append(each)
    return tuple(union)


def intersect(first: Iterable[Interval], *others: Iterable[Interval]) -> tuple[Interval, ...]:
    """The moments that lie in every list."""
    shared = merge(first)
    for other in others:
        shared = _intersect_two(shared, merge(other))
    return shared


def _intersect_two(a: Sequence[Interval], b: Sequence[Interval]) -> tuple[Interval, ...]:
    shared: list[Interval] = []
    i = j = 0
    while i < len(a) and j < len(b):
        start, end = max(a[i].start, b[j].start), min(a[i].end, b[j].end)
        if start < end:
            shared.append(Interval(start, end))
        if a[i].end <= b[j].end:
            i += 1
        else:
            j += 1
    return tuple(shared)


def subtract(intervals: Iterable[Interval], holes: Iterable[Interval]) -> tuple[Interval, ...]:
    """The moments of `intervals` that lie in none of `holes`."""
    left: list[Interval] = []
    gaps = merge(holes)
    for each in merge(intervals):
        start = each.start
        for gap in gaps:
            if gap.meets(each):
                left.append(Interval(start, gap.start))
                start = gap.end
        left.append(Interval(start, each.end))
    return merge(left)


def nearest_miss(a: Iterable[Interval], b: Iterable[Interval], minutes: int, grid: int = 1) -> Miss | None:
    """Where `a` and `b` come nearest to sharing `minutes` from a start on a grid of so many minutes.

    None if one of them is empty. `short_by` is positive if they share too little or nothing, and at most 0
    if they share enough; the earlier of two equally near places wins.
    """
    best: Miss | None = None
    theirs = merge(b)
    for mine in merge(a):
        for other in theirs:
            at = _next_on_grid(max(mine.start, other.start), timedelta(minutes=grid))
            miss = Miss(at, minutes - Interval(at, min(mine.end, other.end)).minutes)
            if best is None or (miss.short_by, miss.at) < (best.short_by, best.at):
                best = miss
    return best


def _next_on_grid(moment: datetime, grid: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + -(-(moment - midnight) // grid) * grid
