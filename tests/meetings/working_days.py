"""How many working days a stretch has, counted day by day: what deadlines and holidays are held against."""

from __future__ import annotations

from datetime import date

from matchmaking.core.working_days import dates
from meetings.hours import Calendar, is_working_day


def working_days_between(calendar: Calendar, first: date, last: date) -> int:
    """How many of the dates `first` to `last`, both inclusive, are working days."""
    return sum(is_working_day(calendar, day) for day in dates(first, last))
