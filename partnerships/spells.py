"""How long partnerships stay in each stage, and what stands still. Pure.

A stay begins when a stage is entered and ends with the next change; one that still goes on counts up to now, so that
what is stuck today is not left out of the median because it has not ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Final

from partnerships.enums import OPEN_STAGES

STALLED_AFTER: Final = timedelta(days=60)
Change = tuple[int, str, datetime]  # of which partnership, into which stage, when


@dataclass(frozen=True, slots=True)
class Stay:
    partnership: int
    stage: str
    days: int
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Stall:
    """One stage: how many ever entered it and are there now, how many for over 60 days; days None where nobody was."""

    stage: str
    entered: int
    here: int
    stalled: int
    median: int | None
    longest: int | None


def stays(changes: Iterable[Change], now: datetime) -> list[Stay]:
    """Every stay in a stage on the way to a contract; `changes` in the order of partnership and time."""
    found = []
    for key, group in groupby(changes, key=lambda change: change[0]):
        entered = [(stage, since) for _key, stage, since in group]
        ends: list[datetime | None] = [*(since for _stage, since in entered[1:]), None]
        for (stage, since), end in zip(entered, ends, strict=True):
            if stage in OPEN_STAGES:
                found.append(Stay(key, stage, ((end or now) - since).days, end is None))
    return found


def stalls(found: Sequence[Stay], only: Collection[int] | None = None) -> list[Stall]:
    """A line for each stage on the way, of all partnerships or of some."""
    chosen = [stay for stay in found if only is None or stay.partnership in only]
    return [_stall(stage, [stay for stay in chosen if stay.stage == stage]) for stage in OPEN_STAGES]


def _stall(stage: str, found: Sequence[Stay]) -> Stall:
    days = [stay.days for stay in found]
    now_here = [stay for stay in found if stay.goes_on]
    return Stall(
        stage=stage,
        entered=len(found),
        here=len(now_here),
        stalled=sum(stay.days > STALLED_AFTER.days for stay in now_here),
        median=round(median(days)) if days else None,
        longest=max(days, default=None),
    )


# --- The picture -------------------------------------------------------------------------------------------------

WIDTH, ROW, FOOT = 480, 52, 24  # units of the drawing
MARGIN: Final = 64  # for the number behind a bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar as long as the median, and a line up to the longest; `words` and `bar` are heights of their tops."""

    stage: str
    median: int
    longest: int
    width: int
    reach: int
    words: int
    bar: int


@dataclass(frozen=True, slots=True)
class Drawing:
    bars: tuple[Bar, ...]
    height: int
    limit: int  # where 60 days are


def drawing(rows: Sequence[Stall]) -> Drawing | None:
    """The stages in which anybody was; None if nobody was in any."""
    drawn = [row for row in rows if row.longest is not None]
    if not drawn:
        return None
    most = max([STALLED_AFTER.days, *(row.longest or 0 for row in drawn)])

    def scaled(days: int) -> int:
        return round((WIDTH - MARGIN) * days / most)

    bars = tuple(
        Bar(
            row.stage,
            row.median or 0,
            row.longest or 0,
            max(1, scaled(row.median or 0)),
            scaled(row.longest or 0),
            place * ROW + 16,
            place * ROW + 24,
        )
        for place, row in enumerate(drawn)
    )
    return Drawing(bars, len(bars) * ROW + FOOT, scaled(STALLED_AFTER.days))
