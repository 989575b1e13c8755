from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.hours import (
    FRIDAY,
    MONDAY,
    SUNDAY,
    THURSDAY,
    Closure,
    DayOff,
    DayOffKind,
    add_working_days,
    calendar_for,
    clock_span,
    dates,
    day_intervals,
    day_off_reason,
    is_working_day,
    local_date,
    open_intervals,
    overlap,
    public_holidays,
    working_days_between,
)
from meetings.intervals import Interval, Miss, intersect, merge, nearest_miss, subtract
from meetings.zones import AUSTRALIAN_ZONES, TARGET_COUNTRIES, City, city, default_zone, is_zone, zones_for

TOKYO = calendar_for("JP")
ISRAEL = calendar_for("IL")
INDIA = calendar_for("IN", subdivision="KA")
# Hypothesis wants the bounds without a zone and adds it itself.
FIRST, LAST = datetime(2026, 1, 1), datetime(2028, 12, 31)  # noqa: DTZ001
YEAR_2027 = (date(2027, 1, 1), date(2027, 12, 31))
EVERY_ZONE = sorted({zone for country in TARGET_COUNTRIES for zone in zones_for(country)})
MORE_ZONES = ["America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "Europe/Berlin", "America/Havana"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start: str, end: str) -> Interval:
    return Interval(utc(start), utc(end))


def japan(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%a %H:%M")


# Intervals


def minutes_of(intervals: list[tuple[int, int]]) -> list[Interval]:
    epoch = utc("2027-01-01")
    return [Interval(epoch + timedelta(minutes=a), epoch + timedelta(minutes=b)) for a, b in intervals]


def moments(intervals: list[Interval] | tuple[Interval, ...]) -> set[datetime]:
    return {
        each.start + timedelta(minutes=number)
        for each in intervals
        for number in range(int((each.end - each.start) / timedelta(minutes=1)))
    }


SOME = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5).map(minutes_of)


@settings(max_examples=150, deadline=None)
@given(SOME, SOME)
def test_set_operations_agree_with_sets_of_minutes(a: list[Interval], b: list[Interval]):
    assert moments(merge([*a, *b])) == moments(a) | moments(b)
    assert moments(intersect(a, b)) == moments(a) & moments(b)
    assert moments(subtract(a, b)) == moments(a) - moments(b)


@settings(max_examples=100, deadline=None)
@given(SOME)
def test_merged_intervals_are_sorted_and_do_not_touch(a: list[Interval]):
    merged = merge(a)
    assert all(before.end < after.start for before, after in pairwise(merged))


@settings(max_examples=150, deadline=None)
@given(SOME, SOME, st.integers(1, 20))
def test_a_miss_is_short_exactly_when_nothing_shared_is_long_enough(a, b, minutes):
    miss = nearest_miss(a, b, minutes)
    enough = any(each.minutes >= minutes for each in intersect(a, b))
    assert (miss is not None and miss.short_by <= 0) == enough


def test_the_nearest_miss_names_the_place_and_the_minutes_that_lack():
    morning, evening = (
        span("2027-06-07T00:00", "2027-06-07T03:00"),
        span("2027-06-07T03:20", "2027-06-07T09:00"),
    )
    assert nearest_miss([morning], [evening], 30) == Miss(utc("2027-06-07T03:20"), 50)
    assert nearest_miss([morning], [], 30) is None


# Zones and cities


def test_indonesia_has_three_zones_and_australia_one_for_each_clock():
    assert zones_for("ID") == ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
    assert zones_for("au") == tuple(dict.fromkeys(AUSTRALIAN_ZONES.values()))
    assert zones_for("US") == ()


@pytest.mark.parametrize(
    ("country", "subdivision", "zone"),
    [
        ("JP", None, "Asia/Tokyo"),
        ("SG", None, "Asia/Singapore"),
        ("IN", "KA", "Asia/Kolkata"),
        ("VN", None, "Asia/Ho_Chi_Minh"),
        ("AU", "WA", "Australia/Perth"),
        ("AU", "ACT", "Australia/Sydney"),
        ("AU", None, "Australia/Sydney"),
        ("IL", None, "Asia/Jerusalem"),
        ("FR", None, None),
    ],
)
def test_default_zone_is_the_country_or_state(country, subdivision, zone):
    assert default_zone(country, subdivision) == zone


def test_a_zone_is_shown_as_a_city_in_both_languages():
    assert city("Asia/Tokyo") == City("Tokyo", "東京")
    assert city("Asia/Kolkata") == City("New Delhi", "ニューデリー")
    assert city("America/Argentina/Buenos_Aires") == City("Buenos Aires", "Buenos Aires")


def test_every_zone_of_the_target_countries_has_a_japanese_city():
    assert [zone for zone in EVERY_ZONE if city(zone).en == city(zone).ja] == []


def test_abbreviations_are_no_zones():
    names = ["Asia/Tokyo", "EST", "Etc/GMT+3", "IST", "Asia/Atlantis", "UTC", ""]
    assert [name for name in names if is_zone(name)] == ["Asia/Tokyo"]


# Summer time


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


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Asia/Jerusalem"])
def test_the_zones_with_summer_time_change_six_times_in_three_years(zone: str):
    assert len(changes(zone, 2026, 2028)) == 12


def test_sydney_opens_an_hour_earlier_in_utc_once_summer_time_begins():
    sydney = calendar_for("AU", subdivision="NSW")
    assert day_intervals(sydney, date(2027, 10, 1)) == (span("2027-09-30T23:00", "2027-10-01T08:00"),)
    assert day_intervals(sydney, date(2027, 10, 5)) == (span("2027-10-04T22:00", "2027-10-05T07:00"),)


def test_a_night_shift_loses_the_hour_that_is_skipped_and_gains_the_one_that_comes_twice():
    skipped = clock_span("Australia/Sydney", date(2027, 10, 3), time(1), time(4))
    twice = clock_span("Australia/Sydney", date(2027, 4, 4), time(1), time(4))
    assert sum(each.minutes for each in skipped) == 120
    assert sum(each.minutes for each in twice) == 240


def test_a_clock_time_that_does_not_exist_belongs_to_no_moment():
    assert clock_span("Australia/Sydney", date(2027, 10, 3), time(2), time(3)) == ()


# Working weeks, holidays, closures


def test_israel_works_on_sunday_and_never_on_friday():
    sunday, friday = date(2027, 6, 6), date(2027, 6, 4)
    assert is_working_day(ISRAEL, sunday)
    assert day_off_reason(ISRAEL, friday) == DayOff(DayOffKind.WEEKEND)
    weekdays = {day.weekday() for day in dates(*YEAR_2027) if is_working_day(ISRAEL, day)}
    assert weekdays == {SUNDAY, *range(MONDAY, THURSDAY + 1)}


def test_japan_has_245_working_days_in_2027_and_israel_shares_190():
    shared = [day for day in dates(*YEAR_2027) if is_working_day(TOKYO, day) and is_working_day(ISRAEL, day)]
    assert working_days_between(TOKYO, *YEAR_2027) == 245
    assert len(shared) == 190


def test_japan_and_israel_share_only_the_late_afternoon():
    winter = overlap(TOKYO, ISRAEL, date(2027, 1, 12), date(2027, 1, 12))
    summer = overlap(TOKYO, ISRAEL, date(2027, 7, 6), date(2027, 7, 6))
    assert [(japan(each.start), japan(each.end)) for each in winter] == [("Tue 16:00", "Tue 18:00")]
    assert [(japan(each.start), japan(each.end)) for each in summer] == [("Tue 15:00", "Tue 18:00")]


def test_an_indian_startup_is_never_met_before_its_morning():
    info = ZoneInfo("Asia/Kolkata")
    shared = overlap(TOKYO, INDIA, *YEAR_2027)
    assert min(each.start.astimezone(info).time() for each in shared) == time(9)
    assert {japan(each.start)[4:] for each in shared} == {"12:30"}


def test_holidays_of_both_sides_are_free():
    """29 April: Showa Day in Japan only; 9 August: National Day in Singapore only."""
    singapore = calendar_for("SG")
    assert overlap(TOKYO, singapore, date(2027, 4, 29), date(2027, 4, 29)) == ()
    assert overlap(TOKYO, singapore, date(2027, 8, 9), date(2027, 8, 9)) == ()
    assert overlap(TOKYO, singapore, date(2027, 8, 10), date(2027, 8, 10)) != ()


def test_overlap_can_be_narrowed_to_the_hours_of_a_round():
    day, within = date(2027, 6, 8), [span("2027-06-08T00:00", "2027-06-08T02:00")]
    assert overlap(TOKYO, calendar_for("VN"), day, day, within) == ()
    assert overlap(TOKYO, calendar_for("SG"), day, day, within) == (
        span("2027-06-08T01:00", "2027-06-08T02:00"),
    )


def test_a_holiday_is_named_in_both_languages_where_the_names_are_known():
    assert day_off_reason(TOKYO, date(2027, 1, 11)) == DayOff(
        DayOffKind.HOLIDAY, "Coming of Age Day", "成人の日"
    )
    national_day = day_off_reason(calendar_for("SG"), date(2027, 8, 9))
    assert national_day == DayOff(DayOffKind.HOLIDAY, "National Day", "National Day")


def test_a_substitute_holiday_is_a_day_off():
    assert day_off_reason(TOKYO, date(2026, 5, 6)) is not None
    assert day_off_reason(TOKYO, date(2026, 9, 22)) is not None


def test_states_of_australia_and_india_keep_their_own_holidays():
    melbourne_cup = date(2027, 11, 2)
    assert not is_working_day(calendar_for("AU", subdivision="VIC"), melbourne_cup)
    assert is_working_day(calendar_for("AU", subdivision="NSW"), melbourne_cup)
    assert len(public_holidays("IN", "KA", 2027)) > len(public_holidays("IN", None, 2027))


def test_an_unknown_country_or_state_has_no_holidays_of_its_own():
    assert public_holidays("XX", None, 2027) == {}
    assert public_holidays("AU", "Atlantis", 2027) == public_holidays("AU", None, 2027)


def test_closures_count_for_their_country_or_for_whoever_they_are_given_to():
    obon = Closure(date(2027, 8, 12), date(2027, 8, 16), "Obon", "お盆", country="JP")
    tet = Closure(date(2027, 2, 3), date(2027, 2, 12), "Tet leave", "テト休暇", country="VN")
    inventory = Closure(date(2027, 6, 30), date(2027, 6, 30), "Stocktaking", "棚卸し")
    firm = calendar_for("JP", closures=[obon, tet, inventory])
    assert firm.closures == (obon, inventory)
    assert day_off_reason(firm, date(2027, 8, 13)) == DayOff(DayOffKind.CLOSURE, "Obon", "お盆")
    assert is_working_day(firm, date(2027, 8, 17))
    assert is_working_day(firm, date(2027, 2, 10))


def test_an_organisation_keeps_its_own_week_and_its_lunch():
    week = {MONDAY: (time(8, 30), time(17)), FRIDAY: (time(13), time(0))}
    firm = calendar_for("JP", week=week, breaks=[(time(12), time(13))])
    assert open_intervals(firm, date(2027, 6, 7), date(2027, 6, 13)) == (
        span("2027-06-06T23:30", "2027-06-07T03:00"),
        span("2027-06-07T04:00", "2027-06-07T08:00"),
        span("2027-06-11T04:00", "2027-06-11T15:00"),
    )


def test_another_country_needs_a_zone_and_works_monday_to_friday():
    with pytest.raises(ValueError, match="no default time zone"):
        calendar_for("FR")
    france = calendar_for("FR", zone="Europe/Paris")
    assert open_intervals(france, date(2027, 7, 14), date(2027, 7, 15)) == (
        span("2027-07-15T07:00", "2027-07-15T16:00"),
    )


def test_hours_that_end_before_they_begin_are_refused():
    with pytest.raises(ValueError, match="before they begin"):
        calendar_for("JP", week={MONDAY: (time(18), time(9))})


# Deadlines


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
