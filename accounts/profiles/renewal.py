"""When a profile must be confirmed, and when it lapses. Pure: dates in, dates out."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

GRACE: Final = timedelta(
    days=14
)  # from the last day of the term, or from the last reminder if that went out late
RETURN_MONTHS: Final = 12  # how long a lapsed profile comes back without a review


class Reminder(StrEnum):
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


DAYS_BEFORE: Final = {Reminder.MONTH: 30, Reminder.WEEK: 7, Reminder.DAY: 0}


@dataclass(frozen=True)
class Term:
    """The time for which one confirmation holds, on the calendar of the organisation's own place."""

    confirmed_on: date
    due_on: date

    @property
    def lapses_on(self) -> date:
        """The first day on which it lapses, if all reminders went out in time."""
        return self.due_on + GRACE

    @property
    def returns_until(self) -> date:
        """The last day on which one click brings a lapsed profile back."""
        return add_months(self.lapses_on, RETURN_MONTHS)

    def reminder_on(self, today: date) -> Reminder | None:
        """The latest reminder whose day has come; the earlier ones are not made up for."""
        come = [each for each, days in DAYS_BEFORE.items() if today >= self.due_on - timedelta(days=days)]
        return come[-1] if come else None


def term_from(confirmed_on: date, months: int) -> Term:
    return Term(confirmed_on, add_months(confirmed_on, months))


def add_months(day: date, months: int) -> date:
    """The same day of the month, or its last: 29 February 2028 and 12 months is 28 February 2029."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
