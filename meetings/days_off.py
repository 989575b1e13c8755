"""How many days off an organisation may enter: enough for every leave, and it can still be waited for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from matchmaking.core.working_days import dates

# Whatever has a day lies between these: beyond them somebody has mistyped, and some clocks end before the calendar.
FIRST_DAY: Final = date(2020, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
IN_A_ROW: Final = 90
IN_A_YEAR: Final = 200
_DAY: Final = timedelta(days=1)
_YEAR: Final = timedelta(days=366)

Days = tuple[date, date]


class Excess(StrEnum):
    """Which limit would be passed."""

    IN_A_ROW = "in_a_row"
    IN_A_YEAR = "in_a_year"


def excess(new: Days, known: Iterable[Days]) -> Excess | None:
    """What `new` (first and last day) would pass together with the days off entered before, weekends included."""
    first, last = new
    if (last - first).days >= IN_A_ROW:
        return Excess.IN_A_ROW
    off = {day for a, b in [new, *known] for day in dates(max(a, first - _YEAR), min(b, last + _YEAR))}
    if _run(off, first, -_DAY) + (last - first).days - 1 + _run(off, last, _DAY) > IN_A_ROW:
        return Excess.IN_A_ROW
    if any(sum(day.year == year for day in off) > IN_A_YEAR for year in (first.year, last.year)):
        return Excess.IN_A_YEAR
    return None


def _run(off: set[date], day: date, step: timedelta) -> int:
    """How many days off follow upon each other from `day`, itself included."""
    count = 0
    while day in off:
        count, day = count + 1, day + step
    return count
