"""The clock changes that stand in calendar files, against the zones' own tables and as a second parser reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from matchmaking.core.zones import BY_COUNTRY, BY_REGION
from meetings.zone_rules import changes, zone_rules

ZONES = sorted({*BY_COUNTRY.values(), *BY_REGION.values()})
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hourly_changes(zone: ZoneInfo) -> list[datetime]:
    """By looking at every half hour of three years."""
    found, moment, before = [], FIRST, FIRST.astimezone(zone).utcoffset()
    while moment < LAST:
        moment += HOUR / 2
        if (now := moment.astimezone(zone).utcoffset()) != before:
            found.append(moment)
            before = now
    return found


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_three_years_is_found_to_the_minute(name: str) -> None:
    zone = ZoneInfo(name)
    assert list(changes(zone, FIRST, LAST)) == hourly_changes(zone)


def clock_of_the_file(zone: ZoneInfo) -> tzinfo:
    """The zone as dateutil builds it from nothing but the file."""
    calendar = Calendar()
    calendar.add_component(zone_rules(zone, FIRST, LAST))
    return tzical(StringIO(calendar.to_ical().decode())).get(zone.key)


@pytest.mark.parametrize("name", ZONES)
def test_a_second_parser_has_the_right_clock_before_and_after_every_change(name: str) -> None:
    zone = ZoneInfo(name)
    moments = [FIRST, *(each + step for each in changes(zone, FIRST, LAST) for step in (-6 * HOUR, 6 * HOUR))]
    clock = clock_of_the_file(zone)
    for moment in moments:
        local = moment.astimezone(zone).replace(tzinfo=None)
        assert local.replace(tzinfo=clock).utcoffset() == moment.astimezone(zone).utcoffset(), moment


# the last minute on the old clock, and how late it is a minute later
NIGHTS = [
    ("Asia/Jerusalem", datetime(2027, 3, 25, 23, 59, tzinfo=UTC), "01:59", "03:00"),
    ("Asia/Jerusalem", datetime(2027, 10, 30, 22, 59, tzinfo=UTC), "01:59", "01:00"),
    ("Australia/Sydney", datetime(2027, 10, 2, 15, 59, tzinfo=UTC), "01:59", "03:00"),
    ("Australia/Sydney", datetime(2027, 4, 3, 15, 59, tzinfo=UTC), "02:59", "02:00"),
    ("Europe/London", datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "00:59", "02:00"),
]


@pytest.mark.parametrize(("name", "moment", "before", "after"), NIGHTS)
def test_a_rule_begins_on_the_clock_that_it_ends(
    name: str, moment: datetime, before: str, after: str
) -> None:
    """The standard wants the beginning as the old clock shows it; written on the new one it is an hour off."""
    zone, minute = ZoneInfo(name), timedelta(minutes=1)
    shown = [(moment + step * minute).astimezone(zone).strftime("%H:%M") for step in (0, 1)]
    assert shown == [before, after]
    (rule,) = [
        each
        for each in zone_rules(zone, moment, moment).subcomponents
        if each["DTSTART"].dt - each["TZOFFSETFROM"].td == (moment + minute).replace(tzinfo=None)
    ]
    assert rule["TZOFFSETTO"].td == (moment + minute).astimezone(zone).utcoffset()
    assert rule["DTSTART"].dt.strftime("%H:%M") == (moment.astimezone(zone) + minute).strftime("%H:%M")


@pytest.mark.parametrize("name", ["Asia/Tokyo", "Asia/Singapore", "Asia/Kolkata", "Australia/Brisbane"])
def test_a_zone_without_summer_time_has_one_rule(name: str) -> None:
    (rule,) = zone_rules(ZoneInfo(name), FIRST, LAST).subcomponents
    assert (rule.name, rule["TZOFFSETFROM"].td) == ("STANDARD", rule["TZOFFSETTO"].td)


@pytest.mark.parametrize("name", ZONES)
def test_the_rules_follow_from_one_another_and_cover_a_year_on_both_sides(name: str) -> None:
    rules = zone_rules(ZoneInfo(name), FIRST, LAST).subcomponents
    assert rules[0]["DTSTART"].dt < (FIRST - timedelta(days=365)).replace(tzinfo=None)
    for one, next_ in pairwise(rules):
        assert one["DTSTART"].dt < next_["DTSTART"].dt
        assert one["TZOFFSETTO"].td == next_["TZOFFSETFROM"].td != next_["TZOFFSETTO"].td


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)),  # noqa: DTZ001 - made aware below
)
def test_the_rule_in_force_is_that_of_the_zone(name: str, moment: datetime) -> None:
    zone, moment = ZoneInfo(name), moment.replace(tzinfo=UTC)
    rules = zone_rules(zone, moment, moment).subcomponents
    begun = [
        each for each in rules if each["DTSTART"].dt - each["TZOFFSETFROM"].td <= moment.replace(tzinfo=None)
    ]
    assert begun[-1]["TZOFFSETTO"].td == moment.astimezone(zone).utcoffset()
    assert (begun[-1].name == "DAYLIGHT") is bool(moment.astimezone(zone).dst())
