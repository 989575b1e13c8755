"""What nobody is offered: a weekend or holiday of theirs, or a time outside their own day, whatever the clocks do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.forms import zone_choices
from matchmaking.core.working_days import dates, public_holidays
from meetings import picker
from meetings.calendars import round_hours
from meetings.free_times import free_times
from meetings.hours import FRIDAY, SATURDAY, SUNDAY, clock_span
from meetings.intervals import merge
from meetings.offer import offer_of
from meetings.problem import party_id, round_problem
from meetings.zone_rules import changes
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.rounds import utc
from tests.meetings.test_availability_page import startup_in

FIRST, LAST = date(2029, 1, 1), date(2031, 12, 31)
PLACES = [
    ("IL", "Asia/Jerusalem", "", {FRIDAY, SATURDAY}, 300),
    ("IN", "Asia/Kolkata", "KA", {SATURDAY, SUNDAY}, 1000),
    ("AU", "Australia/Sydney", "NSW", {SATURDAY, SUNDAY}, 1000),
    ("SG", "Asia/Singapore", "", {SATURDAY, SUNDAY}, 1000),
    ("VN", "Asia/Ho_Chi_Minh", "", {SATURDAY, SUNDAY}, 1000),
    ("ID", "Asia/Makassar", "WITA", {SATURDAY, SUNDAY}, 1000),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "zone", "region", "weekend", "least"), PLACES)
def test_no_free_time_of_three_years_lies_outside_the_day_of_either_side_or_on_a_day_off(
    cast: Cast, country: str, zone: str, region: str, weekend: set[int], least: int
) -> None:
    startup = startup_in(country, zone, region=region)
    request = stories.agreed(stories.match_of(cast.company, startup), cast.company_owner)
    found = free_times(request, FIRST, LAST, now=utc("2028-12-01T00:00"))
    assert len(found) > least
    region_of_holidays = startup.organisation.region or None
    for side, place, state, off in (
        (zone, country, region_of_holidays, weekend),
        ("Asia/Tokyo", "JP", None, {SATURDAY, SUNDAY}),
    ):
        begins = [each.start.astimezone(ZoneInfo(side)) for each in found]
        ends = [each.end.astimezone(ZoneInfo(side)) for each in found]
        assert not {each.weekday() for each in begins} & off
        assert min(each.time() for each in begins) >= time(9)
        assert max(each.time() for each in ends) <= time(18)
        assert not [each for each in begins if each.date() in public_holidays(place, state, each.year)]
        assert [each.date() for each in begins] == [each.date() for each in ends]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "zone", "region", "first", "last"),
    [
        ("IL", "Asia/Jerusalem", "", date(2031, 3, 24), date(2031, 4, 4)),  # over the change of 28 March
        ("IL", "Asia/Jerusalem", "", date(2031, 10, 20), date(2031, 10, 31)),
        ("IN", "Asia/Kolkata", "KA", date(2031, 6, 2), date(2031, 6, 6)),
        ("AU", "Australia/Sydney", "NSW", date(2031, 9, 29), date(2031, 10, 10)),
        ("AU", "Australia/Sydney", "NSW", date(2031, 3, 31), date(2031, 4, 11)),
    ],
)
def test_a_round_places_and_ticks_only_what_lies_in_the_day_there(
    cast: Cast, country: str, zone: str, region: str, first: date, last: date
) -> None:
    startup = startup_in(country, zone, region=region)
    request = stories.agreed(stories.match_of(cast.company, startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request], first_day=first, last_day=last)
    reader, now = stories.member_of(startup), utc("2031-01-06T00:00")
    open_ = round_problem(round_, now=now).problem.parties[party_id(startup.organisation.pk)].open or ()
    offer = offer_of(round_, reader.membership.organisation, zone=zone, now=now)
    chosen = offer.chosen()
    ticked = [each.interval for each in offer.slots if each.value in chosen]
    assert ticked
    for each in (*open_, *ticked):
        begins, ends = (one.astimezone(ZoneInfo(zone)) for one in each)
        assert (begins.time() >= time(9), ends.time() <= time(18)) == (True, True)
        assert begins.date() == ends.date()
        assert begins.weekday() not in ({FRIDAY, SATURDAY} if country == "IL" else {SATURDAY, SUNDAY})
        assert begins.date() not in public_holidays(country, region or None, begins.year)
    days = {each.day for each in offer.slots}
    assert (first in days, max(days) <= last) == (True, True)


EVERY_PLACE = [zone for zone, _label in zone_choices()]


def test_every_change_of_every_zone_in_three_years_leaves_each_minute_to_one_day() -> None:
    """Days follow upon each other without a gap; that of a change is as much longer as the clock is set back.

    What is cut into slots comes back whole, and each of them is named once, also in the hour that comes twice.
    """
    seen = 0
    for zone in EVERY_PLACE:
        info = ZoneInfo(zone)
        for moment in changes(info, utc("2026-01-01T00:00"), utc("2029-01-01T00:00")):
            seen += 1
            day = moment.astimezone(info).date()
            around = list(dates(day - timedelta(days=1), day + timedelta(days=1)))
            spans = [clock_span(zone, each, time(0), time(0)) for each in around]
            (whole,) = merge(piece for span in spans for piece in span)
            before, after = (
                one.astimezone(info).utcoffset() for one in (moment - timedelta(minutes=1), moment)
            )
            shift = (after or timedelta()) - (before or timedelta())
            assert whole.end - whole.start == timedelta(days=3) - shift, (zone, day)
            assert whole.minutes == sum(piece.minutes for span in spans for piece in span), (zone, day)
            cut = picker.slots([whole], zone)
            assert len({(each.day, each.clock) for each in cut}) == len(cut), (zone, day)
            assert merge(each.interval for each in cut)[0].start == whole.start
    assert seen > 400


def test_nine_in_the_morning_is_nine_on_the_wall_on_every_day_around_every_change() -> None:
    for zone in EVERY_PLACE:
        info = ZoneInfo(zone)
        for moment in changes(info, utc("2026-01-01T00:00"), utc("2029-01-01T00:00")):
            day = moment.astimezone(info).date()
            for each in dates(day - timedelta(days=1), day + timedelta(days=1)):
                (office,) = clock_span(zone, each, time(9), time(18))
                assert (office.start.astimezone(info), office.end.astimezone(info)) == (
                    datetime.combine(each, time(9), info),
                    datetime.combine(each, time(18), info),
                )


@pytest.mark.django_db
def test_a_round_in_japan_has_no_hours_on_a_holiday_of_japan(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, first_day=date(2031, 4, 28), last_day=date(2031, 5, 9))
    days = {each.start.astimezone(ZoneInfo("Asia/Tokyo")).date() for each in round_hours(round_)}
    assert days == {date(2031, 4, 28), date(2031, 4, 30), *(date(2031, 5, n) for n in (1, 2, 7, 8, 9))}
