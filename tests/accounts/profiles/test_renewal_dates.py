"""Terms and their reminders as plain dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.profiles.renewal import GRACE, Reminder, add_months, term_from

MONTHS = [
    (date(2027, 3, 15), 12, date(2028, 3, 15)),
    (date(2028, 2, 29), 12, date(2029, 2, 28)),
    (date(2027, 2, 28), 12, date(2028, 2, 28)),
    (date(2028, 2, 29), 48, date(2032, 2, 29)),
    (date(2027, 1, 31), 1, date(2027, 2, 28)),
    (date(2027, 12, 31), 2, date(2028, 2, 29)),
    (date(2027, 3, 31), -1, date(2027, 2, 28)),
    (date(2027, 1, 1), -12, date(2026, 1, 1)),
]


@pytest.mark.parametrize(("day", "months", "expected"), MONTHS)
def test_months_keep_the_day_or_take_the_last_one(day, months, expected):
    assert add_months(day, months) == expected


TERM = term_from(date(2026, 9, 1), 12)
ON = [
    (date(2026, 9, 1), None),
    (date(2027, 8, 1), None),
    (date(2027, 8, 2), Reminder.MONTH),
    (date(2027, 8, 24), Reminder.MONTH),
    (date(2027, 8, 25), Reminder.WEEK),
    (date(2027, 8, 31), Reminder.WEEK),
    (date(2027, 9, 1), Reminder.DAY),
    (date(2028, 9, 1), Reminder.DAY),
]


@pytest.mark.parametrize(("today", "reminder"), ON)
def test_the_latest_reminder_whose_day_has_come_is_due(today, reminder):
    assert TERM.reminder_on(today) == reminder


def test_the_grace_and_the_time_to_return_follow_the_term():
    assert (TERM.due_on, TERM.lapses_on, TERM.returns_until) == (
        date(2027, 9, 1),
        date(2027, 9, 15),
        date(2028, 9, 15),
    )


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, 36))
def test_a_term_is_never_shorter_than_its_months_by_more_than_three_days(day, months):
    term = term_from(day, months)
    assert term.due_on.day <= day.day
    assert day.day - term.due_on.day <= 3
    assert (term.due_on.year - day.year) * 12 + term.due_on.month - day.month == months
    assert term.lapses_on - term.due_on == GRACE
    seen = [term.reminder_on(term.due_on - timedelta(days=days)) for days in (31, 30, 8, 7, 1, 0, -1)]
    assert seen == [None, "month", "month", "week", "week", "day", "day"]
