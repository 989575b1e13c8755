"""The programme office's working days: terms and waiting times."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.core.working_days import (
    add_office_days,
    dates,
    is_office_day,
    office_days_between,
    public_holidays,
)

DAYS = st.dates(date(2020, 1, 1), date(2034, 12, 1))
TERMS = [  # asked on, the last day of a term of five working days
    (date(2026, 11, 2), date(2026, 11, 10)),  # the 3rd is a holiday
    (date(2026, 9, 18), date(2026, 9, 30)),  # three holidays in a row, one of them between two others
    (date(2026, 12, 28), date(2027, 1, 8)),  # the administration rests from 29 December to 3 January
    (date(2026, 11, 7), date(2026, 11, 13)),  # a Saturday
]


@pytest.mark.parametrize(("asked", "due"), TERMS)
def test_a_term_counts_the_working_days_of_the_office(asked: date, due: date) -> None:
    assert add_office_days(asked, 5) == due


@pytest.mark.parametrize(
    "day", [date(2026, 12, 29), date(2026, 12, 31), date(2027, 1, 3), date(2026, 11, 23)]
)
def test_the_office_rests_at_the_turn_of_the_year_and_on_holidays(day: date) -> None:
    assert not is_office_day(day)
    assert is_office_day(date(2027, 1, 4))


@pytest.mark.parametrize("days", [0, -1])
def test_a_term_without_a_day_is_none(days: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_office_days(date(2026, 11, 2), days)


@given(start=DAYS, days=st.integers(1, 40))
def test_a_term_ends_on_a_working_day_after_exactly_that_many(start: date, days: int) -> None:
    end = add_office_days(start, days)
    assert is_office_day(end)
    assert office_days_between(start, end) == days
    assert office_days_between(start, end - timedelta(days=1)) == days - 1


@given(start=DAYS, first=st.integers(1, 20), then=st.integers(1, 20))
def test_terms_add_up(start: date, first: int, then: int) -> None:
    assert add_office_days(add_office_days(start, first), then) == add_office_days(start, first + then)


@given(start=DAYS, length=st.integers(0, 60), more=st.integers(0, 60))
def test_waiting_adds_up_and_never_runs_back(start: date, length: int, more: int) -> None:
    middle = start + timedelta(days=length)
    end = middle + timedelta(days=more)
    parts = office_days_between(start, middle), office_days_between(middle, end)
    assert sum(parts) == office_days_between(start, end)
    assert min(parts) >= 0
    assert office_days_between(end, start) == 0


@given(day=DAYS)
def test_no_working_day_is_a_holiday_or_a_weekend(day: date) -> None:
    if is_office_day(day):
        assert day.weekday() < 5
        assert day not in public_holidays("JP", None, day.year)


def test_dates_come_in_order_both_ends_included() -> None:
    assert list(dates(date(2026, 2, 27), date(2026, 3, 1))) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]
    assert list(dates(date(2026, 3, 1), date(2026, 2, 27))) == []
