"""Whether a booked time suits an organisation: plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from matchmaking.core.working_days import dates
from meetings.hours import (
    Calendar,
    Closure,
    DayOffKind,
    changed_hours,
    day_off_reason,
    local_date,
    open_intervals,
)
from meetings.intervals import Interval, merge

OUTSIDE, NOT_CHOSEN = "outside", "not_chosen"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a time does not suit: a kind of day off, named where it has a name, or outside the hours or times chosen."""

    reason: str
    name_en: str = ""
    name_ja: str = ""


def why_unfit(
    calendar: Calendar, time: Interval, given: Iterable[Interval] = (), *, is_last_word: bool = False
) -> Unfit | None:
    """None if the organisation works then, or offered the time itself (`given`) and is not closed since.

    If what it offered `is_last_word`, said when the meeting stood already, its working week does not count beside it.
    """
    first, last = (local_date(calendar.zone, each) for each in (time.start, time.end - _MINUTE))
    days = list(dates(first, last))
    if not is_last_word and any(each.holds(time) for each in open_intervals(calendar, first, last)):
        return None
    if closed := next((each for each in calendar.closures if _touches(each, days)), None):
        return Unfit(DayOffKind.CLOSURE, closed.name_en, closed.name_ja)
    off = [piece for day in days for piece in changed_hours(calendar, day, is_extra=False)]
    is_given = any(each.holds(time) for each in merge(given))
    if is_given and not any(each.meets(time) for each in off):
        return None
    if is_last_word and not is_given:
        return Unfit(NOT_CHOSEN)
    reason = next((found for day in days if (found := day_off_reason(calendar, day))), None)
    return Unfit(reason.kind, reason.name_en, reason.name_ja) if reason else Unfit(OUTSIDE)


def _touches(closure: Closure, days: Iterable[date]) -> bool:
    return any(closure.first <= day <= closure.last for day in days)
