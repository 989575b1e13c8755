"""Deadlines in working days of whoever must act. Plain data in, plain data out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from matchmaking.core.working_days import dates
from meetings.hours import Calendar, calendar_for, changed_hours, local_date, usual_hours
from meetings.intervals import subtract

_DAY: Final = timedelta(days=1)
# Nobody can be waited for longer than this, whatever their days off say.
_SEARCH_DAYS: Final = 400


def add_working_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The end, in UTC, of the `days`-th working day after the local date of `start`.

    The day of `start` itself is not counted, so that nobody loses part of a day; with 0 the deadline is the
    end of that day, or of the next working day if it is off or over. Hours off put a deadline off only where nothing
    is left of the day, and never bring it forward; extra hours change nothing. Raises ValueError if the calendar has
    no such day within 400 days, or if `days` is negative.
    """
    if days < 0:
        raise ValueError("a deadline lies ahead: days must not be negative")
    today = local_date(calendar.zone, start)
    left = days
    for day in dates(today if days == 0 else today + _DAY, today + _SEARCH_DAYS * _DAY):
        hours = usual_hours(calendar, day)
        worked = subtract(hours, changed_hours(calendar, day, is_extra=False))
        if not worked or hours[-1].end <= start:
            continue
        left -= 1
        if left <= 0:
            return hours[-1].end
    raise ValueError("the calendar has no working day to count")


def deadline(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The same for everybody: where somebody is closed for too long, the usual working days of the country count."""
    try:
        return add_working_days(calendar, start, days)
    except ValueError:
        usual = calendar_for(calendar.country, zone=calendar.zone, subdivision=calendar.subdivision)
        return add_working_days(usual, start, days)
