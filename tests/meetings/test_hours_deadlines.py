"""Deadlines in working days of whoever must act."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.deadlines import add_working_days
from meetings.hours import (
    calendar_for,
    is_working_day,
    local_date,
)
from tests.meetings.rounds import CLOSURES, utc
from tests.meetings.working_days import working_days_between

TOKYO = calendar_for("JP")
ISRAEL = calendar_for("IL")
# Hypothesis wants the bounds without a zone and adds it itself.
FIRST, LAST = datetime(2026, 1, 1), datetime(2028, 12, 31)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "days", "deadline"),
    [
        ("2027-06-07T01:00", 3, "2027-06-10T09:00"),  # Monday to Thursday, 18:00 in Tokyo
        ("2027-06-11T08:00", 1, "2027-06-14T09:00"),  # Friday to Monday
        ("2027-06-12T01:00", 1, "2027-06-14T09:00"),  # Saturday: Monday is the first day
        ("2027-06-07T20:00", 1, "2027-06-09T09:00"),  # already Tuesday in Tokyo
        ("2027-06-07T01:00", 0, "2027-06-07T09:00"),
        ("2027-06-07T10:00", 0, "2027-06-08T09:00"),  # the day is over
        ("2027-04-28T01:00", 1, "2027-04-30T09:00"),  # over Showa Day
        ("2027-04-30T01:00", 1, "2027-05-06T09:00"),  # over Golden Week
    ],
)
def test_a_deadline_is_the_end_of_a_working_day(start, days, deadline):
    assert add_working_days(TOKYO, utc(start), days) == utc(deadline)


@pytest.mark.parametrize(
    ("country", "start", "days", "deadline"),
    [
        # Singapore, 18:00 is 10:00 UTC: over Chinese New Year, over Good Friday, over National Day
        ("SG", "2026-02-13T02:00", 1, "2026-02-16T10:00"),
        ("SG", "2026-02-13T02:00", 2, "2026-02-19T10:00"),
        ("SG", "2026-04-02T02:00", 1, "2026-04-06T10:00"),
        ("SG", "2026-08-07T02:00", 1, "2026-08-11T10:00"),
        ("SG", "2027-12-31T02:00", 1, "2028-01-03T10:00"),
        # India, 12:30 UTC: over Republic Day
        ("IN", "2027-01-25T05:00", 1, "2027-01-27T12:30"),
        ("IN", "2027-01-25T05:00", 3, "2027-01-29T12:30"),
        ("IN", "2027-01-25T19:00", 1, "2027-01-27T12:30"),  # already the 26th there
        # Jakarta, 11:00 UTC: over Independence Day
        ("ID", "2026-08-14T03:00", 1, "2026-08-18T11:00"),
        ("ID", "2027-08-16T03:00", 1, "2027-08-18T11:00"),
        # Vietnam, 11:00 UTC: the whole of Tet, and the two days of spring
        ("VN", "2026-02-13T03:00", 1, "2026-02-23T11:00"),
        ("VN", "2026-04-29T03:00", 1, "2026-05-04T11:00"),
        # Sydney, 7:00 UTC in summer and 8:00 in winter: over Easter and the end of summer time
        ("AU", "2026-04-01T23:00", 1, "2026-04-07T08:00"),
        ("AU", "2026-10-02T01:00", 1, "2026-10-05T07:00"),
        ("AU", "2027-03-25T01:00", 2, "2027-03-31T07:00"),
        ("AU", "2027-12-24T01:00", 1, "2027-12-27T07:00"),
        # Israel, 16:00 UTC in winter and 15:00 in summer: Thursday to Sunday, feasts, both changes
        ("IL", "2027-06-03T08:00", 1, "2027-06-06T15:00"),
        ("IL", "2027-06-04T08:00", 1, "2027-06-06T15:00"),
        ("IL", "2027-06-05T08:00", 1, "2027-06-06T15:00"),
        ("IL", "2027-06-06T08:00", 1, "2027-06-07T15:00"),
        ("IL", "2027-06-03T08:00", 5, "2027-06-10T15:00"),
        ("IL", "2027-06-03T08:00", 6, "2027-06-13T15:00"),
        ("IL", "2026-04-01T08:00", 1, "2026-04-05T15:00"),
        ("IL", "2026-04-07T08:00", 1, "2026-04-09T15:00"),
        ("IL", "2026-09-20T08:00", 1, "2026-09-22T15:00"),
        ("IL", "2026-09-10T08:00", 1, "2026-09-14T15:00"),
        ("IL", "2027-03-25T08:00", 1, "2027-03-28T15:00"),
        ("IL", "2027-10-28T08:00", 1, "2027-10-31T16:00"),
        ("IL", "2027-01-01T08:00", 0, "2027-01-03T16:00"),
        ("IL", "2027-01-03T15:59", 0, "2027-01-03T16:00"),
        ("IL", "2027-01-03T16:00", 0, "2027-01-04T16:00"),
        # Japan: Silver Week of 2026, and closures
        ("JP", "2026-09-18T01:00", 1, "2026-09-24T09:00"),
        ("JP", "2026-05-01T01:00", 1, "2026-05-07T09:00"),
        ("JP", "2027-08-10T01:00", 1, "2027-08-17T09:00"),
        ("JP", "2027-12-28T01:00", 1, "2028-01-04T09:00"),
        ("JP", "2027-12-28T01:00", 5, "2028-01-11T09:00"),
        ("JP", "2027-12-30T01:00", 0, "2028-01-04T09:00"),
        ("VN", "2027-01-29T03:00", 1, "2027-02-15T11:00"),
        ("ID", "2027-03-05T03:00", 2, "2027-03-18T11:00"),
    ],
)
def test_deadlines_count_the_working_days_of_whoever_must_act(country, start, days, deadline):
    calendar = calendar_for(country, closures=CLOSURES)
    assert add_working_days(calendar, utc(start), days) == utc(deadline)


def test_an_israeli_deadline_skips_friday_and_saturday():
    assert add_working_days(ISRAEL, utc("2027-06-03T08:00"), 1) == utc("2027-06-06T15:00")


def test_a_deadline_needs_a_working_day_and_a_positive_count():
    with pytest.raises(ValueError, match="no working day"):
        add_working_days(calendar_for("JP", week={}), utc("2027-06-07T01:00"), 1)
    with pytest.raises(ValueError, match="negative"):
        add_working_days(TOKYO, utc("2027-06-07T01:00"), -1)


@settings(max_examples=60, deadline=None)
@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)), st.integers(1, 15))
def test_as_many_working_days_lie_between_as_were_asked_for(start: datetime, days: int):
    deadline = add_working_days(ISRAEL, start, days)
    tomorrow = local_date(ISRAEL.zone, start) + timedelta(days=1)
    assert working_days_between(ISRAEL, tomorrow, local_date(ISRAEL.zone, deadline)) == days
    assert is_working_day(ISRAEL, local_date(ISRAEL.zone, deadline))
