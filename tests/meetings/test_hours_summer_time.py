"""What a clock that changes does to hours in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from matchmaking.core.zones import BY_COUNTRY, BY_REGION
from meetings.hours import (
    calendar_for,
    clock_span,
    dates,
    day_intervals,
)
from meetings.intervals import Interval
from tests.meetings.rounds import between, moments, utc

EVERY_ZONE = sorted({*BY_COUNTRY.values(), *BY_REGION.values()})
MORE_ZONES = ["America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "Europe/Berlin", "America/Havana"]

AUSTRALIAN_CHANGES = ["2026-04-05", "2026-10-04", "2027-04-04", "2027-10-03", "2028-04-02", "2028-10-01"]
ISRAELI_CHANGES = ["2026-03-27", "2026-10-25", "2027-03-26", "2027-10-31", "2028-03-24", "2028-10-29"]


@pytest.mark.parametrize("zone", [*EVERY_ZONE, *MORE_ZONES])
def test_a_span_holds_exactly_the_minutes_at_which_the_clock_reads_within_it(zone: str):
    """On every day from 2026 to 2028 on which the clocks change, and on the days beside it."""
    for day in changes(zone, 2026, 2028):
        for hours in ((time(1, 30), time(2, 30)), (time(0), time(9)), (time(23), time(0))):
            assert moments(clock_span(zone, day, *hours)) == read_by_the_clock(zone, day, *hours), (
                day,
                hours,
            )


def changes(zone: str, first: int, last: int) -> list[date]:
    info, found = ZoneInfo(zone), []
    for day in dates(date(first, 1, 1), date(last, 12, 31)):
        noon = datetime.combine(day, time(12), UTC)
        if noon.astimezone(info).utcoffset() != (noon + timedelta(days=1)).astimezone(info).utcoffset():
            found += [day, day + timedelta(days=1)]
    return found or [date(2027, 3, 28)]


def read_by_the_clock(zone: str, day: date, start: time, end: time) -> set[datetime]:
    info, begin = ZoneInfo(zone), datetime.combine(day, time(0), UTC) - timedelta(hours=15)
    every = (begin + timedelta(minutes=number) for number in range(54 * 60))
    read = ((moment, moment.astimezone(info)) for moment in every)
    return {
        m
        for m, clock in read
        if clock.date() == day and start <= clock.time() and (clock.time() < end or end == time(0))
    }


@pytest.mark.parametrize(
    ("country", "state", "day", "opens"),
    [
        ("AU", "NSW", "2026-04-02", "2026-04-01T22:00"),
        ("AU", "NSW", "2026-04-08", "2026-04-07T23:00"),
        ("AU", "NSW", "2026-10-01", "2026-09-30T23:00"),
        ("AU", "NSW", "2026-10-07", "2026-10-06T22:00"),
        ("AU", "NSW", "2027-04-01", "2027-03-31T22:00"),
        ("AU", "NSW", "2027-04-07", "2027-04-06T23:00"),
        ("AU", "NSW", "2027-09-30", "2027-09-29T23:00"),
        ("AU", "NSW", "2027-10-06", "2027-10-05T22:00"),
        ("AU", "NSW", "2028-03-30", "2028-03-29T22:00"),
        ("AU", "NSW", "2028-04-05", "2028-04-04T23:00"),
        ("AU", "NSW", "2028-09-28", "2028-09-27T23:00"),
        ("AU", "NSW", "2028-10-04", "2028-10-03T22:00"),
        ("AU", "VIC", "2026-04-02", "2026-04-01T22:00"),
        ("AU", "VIC", "2026-04-08", "2026-04-07T23:00"),
        ("AU", "VIC", "2026-10-01", "2026-09-30T23:00"),
        ("AU", "VIC", "2026-10-07", "2026-10-06T22:00"),
        ("AU", "VIC", "2027-04-01", "2027-03-31T22:00"),
        ("AU", "VIC", "2027-04-07", "2027-04-06T23:00"),
        ("AU", "VIC", "2027-09-30", "2027-09-29T23:00"),
        ("AU", "VIC", "2027-10-06", "2027-10-05T22:00"),
        ("AU", "VIC", "2028-03-30", "2028-03-29T22:00"),
        ("AU", "VIC", "2028-04-05", "2028-04-04T23:00"),
        ("AU", "VIC", "2028-09-28", "2028-09-27T23:00"),
        ("AU", "VIC", "2028-10-04", "2028-10-03T22:00"),
        ("AU", "SA", "2026-04-02", "2026-04-01T22:30"),
        ("AU", "SA", "2026-04-08", "2026-04-07T23:30"),
        ("AU", "SA", "2026-10-01", "2026-09-30T23:30"),
        ("AU", "SA", "2026-10-07", "2026-10-06T22:30"),
        ("AU", "SA", "2027-04-01", "2027-03-31T22:30"),
        ("AU", "SA", "2027-04-07", "2027-04-06T23:30"),
        ("AU", "SA", "2027-09-30", "2027-09-29T23:30"),
        ("AU", "SA", "2027-10-06", "2027-10-05T22:30"),
        ("AU", "SA", "2028-03-30", "2028-03-29T22:30"),
        ("AU", "SA", "2028-04-05", "2028-04-04T23:30"),
        ("AU", "SA", "2028-09-28", "2028-09-27T23:30"),
        ("AU", "SA", "2028-10-04", "2028-10-03T22:30"),
        ("AU", "TAS", "2026-04-02", "2026-04-01T22:00"),
        ("AU", "TAS", "2026-04-08", "2026-04-07T23:00"),
        ("AU", "TAS", "2026-10-01", "2026-09-30T23:00"),
        ("AU", "TAS", "2026-10-07", "2026-10-06T22:00"),
        ("AU", "TAS", "2027-04-01", "2027-03-31T22:00"),
        ("AU", "TAS", "2027-04-07", "2027-04-06T23:00"),
        ("AU", "TAS", "2027-09-30", "2027-09-29T23:00"),
        ("AU", "TAS", "2027-10-06", "2027-10-05T22:00"),
        ("AU", "TAS", "2028-03-30", "2028-03-29T22:00"),
        ("AU", "TAS", "2028-04-05", "2028-04-04T23:00"),
        ("AU", "TAS", "2028-09-28", "2028-09-27T23:00"),
        ("AU", "TAS", "2028-10-04", "2028-10-03T22:00"),
        ("IL", None, "2026-03-26", "2026-03-26T07:00"),
        ("IL", None, "2026-03-29", "2026-03-29T06:00"),
        ("IL", None, "2026-10-22", "2026-10-22T06:00"),
        ("IL", None, "2026-10-25", "2026-10-25T07:00"),
        ("IL", None, "2027-03-25", "2027-03-25T07:00"),
        ("IL", None, "2027-03-28", "2027-03-28T06:00"),
        ("IL", None, "2027-10-28", "2027-10-28T06:00"),
        ("IL", None, "2027-10-31", "2027-10-31T07:00"),
        ("IL", None, "2028-03-23", "2028-03-23T07:00"),
        ("IL", None, "2028-03-26", "2028-03-26T06:00"),
        ("IL", None, "2028-10-26", "2028-10-26T06:00"),
        ("IL", None, "2028-10-29", "2028-10-29T07:00"),
    ],
)
def test_offices_open_at_nine_by_their_own_clock_before_and_after_every_change(country, state, day, opens):
    """The last and first usual working day around each change: summer time costs or gives an hour in UTC."""
    calendar = calendar_for(country, subdivision=state)
    assert day_intervals(calendar, date.fromisoformat(day)) == (
        Interval(utc(opens), utc(opens) + timedelta(hours=9)),
    )


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Australia/Sydney", AUSTRALIAN_CHANGES),
        ("Australia/Melbourne", AUSTRALIAN_CHANGES),
        ("Australia/Adelaide", AUSTRALIAN_CHANGES),
        ("Australia/Hobart", AUSTRALIAN_CHANGES),
        ("Asia/Jerusalem", ISRAELI_CHANGES),
        ("Australia/Brisbane", []),
        ("Australia/Perth", []),
        ("Australia/Darwin", []),
        ("Asia/Tokyo", []),
        ("Asia/Kolkata", []),
        ("Asia/Makassar", []),
    ],
)
def test_days_of_23_or_25_hours_are_those_of_the_changes_and_no_others(zone: str, days: list[str]):
    whole = {
        day: sum(each.minutes for each in clock_span(zone, day, time(0), time(0)))
        for day in dates(date(2026, 1, 1), date(2028, 12, 31))
    }
    assert [str(day) for day, minutes in whole.items() if minutes != 24 * 60] == days
    assert set(whole.values()) == ({1380, 1440, 1500} if days else {1440})


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Asia/Jerusalem"])
def test_the_zones_with_summer_time_change_six_times_in_three_years(zone: str):
    assert len(changes(zone, 2026, 2028)) == 12


def test_sydney_opens_an_hour_earlier_in_utc_once_summer_time_begins():
    sydney = calendar_for("AU", subdivision="NSW")
    assert day_intervals(sydney, date(2027, 10, 1)) == (between("2027-09-30T23:00", "2027-10-01T08:00"),)
    assert day_intervals(sydney, date(2027, 10, 5)) == (between("2027-10-04T22:00", "2027-10-05T07:00"),)


def test_a_night_shift_loses_the_hour_that_is_skipped_and_gains_the_one_that_comes_twice():
    skipped = clock_span("Australia/Sydney", date(2027, 10, 3), time(1), time(4))
    twice = clock_span("Australia/Sydney", date(2027, 4, 4), time(1), time(4))
    assert sum(each.minutes for each in skipped) == 120
    assert sum(each.minutes for each in twice) == 240


def test_a_clock_time_that_does_not_exist_belongs_to_no_moment():
    assert clock_span("Australia/Sydney", date(2027, 10, 3), time(2), time(3)) == ()
