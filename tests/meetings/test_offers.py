"""A year of times as they are offered to a firm and startups of seven countries, against the countries' own tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest
from django.conf import settings

from meetings.free_times import FreeTime, free_times
from meetings.models import Closure
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories

pytestmark = pytest.mark.django_db
YEAR = 2027
BEFORE = datetime(2026, 12, 20, tzinfo=UTC)
JAPAN = ZoneInfo("Asia/Tokyo")
# country, state, zone, weekdays worked (0 is Monday)
SIDES = [
    ("SG", "", "Asia/Singapore", range(5)),
    ("IN", "KA", "Asia/Kolkata", range(5)),
    ("ID", "", "Asia/Jakarta", range(5)),
    ("ID", "", "Asia/Jayapura", range(5)),
    ("VN", "", "Asia/Ho_Chi_Minh", range(5)),
    ("AU", "NSW", "Australia/Sydney", range(5)),
    ("AU", "SA", "Australia/Adelaide", range(5)),
    ("AU", "WA", "Australia/Perth", range(5)),
    ("IL", "", "Asia/Jerusalem", [6, 0, 1, 2, 3]),
]


def offers(cast: Cast, country: str, state: str, zone: str) -> list[FreeTime]:
    startup = factories.StartupFactory(
        organisation__country=country, organisation__region=state, organisation__time_zone=zone
    )
    request = stories.agreed(stories.match_of(cast.company, startup), cast.company_owner)
    return free_times(request, date(YEAR, 1, 1), date(YEAR, 12, 31), now=BEFORE)


@cache
def days_off(country: str, state: str) -> frozenset[date]:
    """Straight from the package: another way than that of the portal."""
    return frozenset(holidays.country_holidays(country, subdiv=state or None, years=[YEAR]))


@pytest.mark.parametrize(("country", "state", "zone", "week"), SIDES)
def test_no_offer_of_a_year_lies_outside_either_sides_day(
    cast: Cast, country: str, state: str, zone: str, week: list[int]
) -> None:
    found = offers(cast, country, state, zone)
    assert found
    for offer in found:
        for clock, worked, off in (
            (ZoneInfo(zone), week, days_off(country, state)),
            (JAPAN, range(5), days_off("JP", "")),
        ):
            start, end = offer.start.astimezone(clock), offer.end.astimezone(clock)
            assert time(9) <= start.time() < end.time() <= time(18), (start, end)
            assert start.weekday() in worked, start
            assert start.date() not in off, start


@pytest.mark.parametrize(("country", "state", "zone", "week"), SIDES)
def test_every_shared_working_day_is_offered(
    cast: Cast, country: str, state: str, zone: str, week: list[int]
) -> None:
    """What is left out is off on one side: nothing is lost by being careful."""
    offered = {each.start.astimezone(JAPAN).date() for each in offers(cast, country, state, zone)}
    every = (date(YEAR, 1, 1) + timedelta(days=number) for number in range(365))
    shared = {
        day
        for day in every
        if day.weekday() in set(range(5)) & set(week)
        and day not in days_off("JP", "") | days_off(country, state)
    }
    assert offered == shared


@pytest.mark.parametrize(
    ("zone", "state", "country", "change"),
    [
        ("Australia/Sydney", "NSW", "AU", date(2027, 4, 4)),
        ("Australia/Sydney", "NSW", "AU", date(2027, 10, 3)),
        ("Australia/Adelaide", "SA", "AU", date(2027, 4, 4)),
        ("Asia/Jerusalem", "", "IL", date(2027, 3, 26)),
        ("Asia/Jerusalem", "", "IL", date(2027, 10, 31)),
    ],
)
def test_after_the_night_of_a_change_the_offers_follow_the_clock_there(
    cast: Cast, zone: str, state: str, country: str, change: date
) -> None:
    """The first or last hour shared with Japan moves by the hour of the change, on the next shared day already."""
    edges = {}
    for each in offers(cast, country, state, zone):
        day = each.start.astimezone(JAPAN).date()
        first, last = edges.get(day, (each.start, each.end))
        edges[day] = (min(first, each.start), max(last, each.end))
    before = max(day for day in edges if day < change)
    after = min(day for day in edges if day > change)
    ends = [[moment.astimezone(JAPAN).time() for moment in edges[day]] for day in (before, after)]
    assert ends[0] != ends[1]
    theirs = [moment.astimezone(ZoneInfo(zone)).time() for moment in edges[after]]
    assert time(9) <= theirs[0] < theirs[1] <= time(18)


def test_closing_days_of_either_country_are_offered_to_nobody(cast: Cast) -> None:
    closures = {"JP": (date(YEAR, 8, 10), date(YEAR, 8, 13)), "SG": (date(YEAR, 6, 14), date(YEAR, 6, 18))}
    for country, (first, last) in closures.items():
        Closure.objects.create(
            country=country, first_day=first, last_day=last, name_en="Leave", name_ja="休業"
        )
    offered = {each.start.astimezone(JAPAN).date() for each in offers(cast, "SG", "", "Asia/Singapore")}
    closed = {
        first + timedelta(days=number)
        for first, last in closures.values()
        for number in range((last - first).days + 1)
    }
    assert (offered & closed, date(YEAR, 8, 16) in offered, date(YEAR, 6, 21) in offered) == (
        set(),
        True,
        True,
    )


def test_nothing_is_offered_sooner_than_the_promise_to_people(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    now = datetime(YEAR, 6, 2, 3, 10, tzinfo=UTC)
    found = free_times(request, date(YEAR, 6, 1), date(YEAR, 6, 4), now=now)
    assert min(each.start for each in found) >= now + timedelta(hours=settings.BOOKING_LEAD_HOURS)
