"""Working weeks, breaks, and the hours two organisations share."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from matchmaking.core.working_days import dates, public_holidays
from meetings.hours import (
    FRIDAY,
    MONDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    DayOff,
    DayOffKind,
    calendar_for,
    day_intervals,
    day_off_reason,
    is_working_day,
    open_intervals,
    overlap,
)
from tests.meetings.rounds import between
from tests.meetings.working_days import working_days_between

TOKYO = calendar_for("JP")
ISRAEL = calendar_for("IL")
INDIA = calendar_for("IN", subdivision="KA")
YEAR_2027 = (date(2027, 1, 1), date(2027, 12, 31))


def japan(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%a %H:%M")


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
    day, within = date(2027, 6, 8), [between("2027-06-08T00:00", "2027-06-08T02:00")]
    assert overlap(TOKYO, calendar_for("VN"), day, day, within) == ()
    assert overlap(TOKYO, calendar_for("SG"), day, day, within) == (
        between("2027-06-08T01:00", "2027-06-08T02:00"),
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


def test_an_organisation_keeps_its_own_week_and_its_lunch():
    week = {MONDAY: (time(8, 30), time(17)), FRIDAY: (time(13), time(0))}
    firm = calendar_for("JP", week=week, breaks=[(time(12), time(13))])
    assert open_intervals(firm, date(2027, 6, 7), date(2027, 6, 13)) == (
        between("2027-06-06T23:30", "2027-06-07T03:00"),
        between("2027-06-07T04:00", "2027-06-07T08:00"),
        between("2027-06-11T04:00", "2027-06-11T15:00"),
    )


def test_a_country_of_many_clocks_needs_a_zone_and_another_works_monday_to_friday():
    with pytest.raises(ValueError, match="no default time zone"):
        calendar_for("BR")
    france = calendar_for("FR")
    assert open_intervals(france, date(2027, 7, 14), date(2027, 7, 15)) == (
        between("2027-07-15T07:00", "2027-07-15T16:00"),
    )


def test_hours_that_end_before_they_begin_are_refused():
    with pytest.raises(ValueError, match="before they begin"):
        calendar_for("JP", week={MONDAY: (time(18), time(9))})


@pytest.mark.parametrize(
    ("country", "first", "last", "days"),
    [
        ("JP", "2027-06-07", "2027-06-13", 5),
        ("JP", "2027-06-07", "2027-06-07", 1),
        ("JP", "2027-06-08", "2027-06-07", 0),
        ("JP", "2026-05-01", "2026-05-08", 3),
        ("JP", "2026-09-19", "2026-09-27", 2),
        ("SG", "2026-02-16", "2026-02-20", 3),
        ("IN", "2027-01-25", "2027-01-29", 4),
        ("ID", "2026-08-17", "2026-08-21", 4),
        ("VN", "2026-02-16", "2026-02-20", 0),
        ("VN", "2026-04-27", "2026-05-03", 2),
        ("AU", "2026-03-30", "2026-04-10", 8),
        ("IL", "2027-06-06", "2027-06-12", 5),
        ("IL", "2026-04-01", "2026-04-09", 5),
        ("IL", "2026-09-11", "2026-09-14", 1),
    ],
)
def test_working_days_between_two_dates(country: str, first: str, last: str, days: int):
    calendar = calendar_for(country)
    assert working_days_between(calendar, date.fromisoformat(first), date.fromisoformat(last)) == days


@pytest.mark.parametrize(
    ("country", "state", "shared"),
    [
        ("SG", None, [between("2027-07-06T01:00", "2027-07-06T09:00")]),
        ("IN", "MH", [between("2027-07-06T03:30", "2027-07-06T09:00")]),
        ("ID", "WIB", [between("2027-07-06T02:00", "2027-07-06T09:00")]),
        ("ID", "WITA", [between("2027-07-06T01:00", "2027-07-06T09:00")]),
        ("ID", "WIT", [between("2027-07-06T00:00", "2027-07-06T09:00")]),
        ("VN", None, [between("2027-07-06T02:00", "2027-07-06T09:00")]),
        ("AU", "NSW", [between("2027-07-06T00:00", "2027-07-06T08:00")]),
        ("AU", "SA", [between("2027-07-06T00:00", "2027-07-06T08:30")]),
        ("AU", "WA", [between("2027-07-06T01:00", "2027-07-06T09:00")]),
        ("AU", "NT", [between("2027-07-06T00:00", "2027-07-06T08:30")]),
        ("IL", None, [between("2027-07-06T06:00", "2027-07-06T09:00")]),
    ],
)
def test_hours_shared_with_japan_on_a_tuesday_in_july(country, state, shared):
    day = date(2027, 7, 6)
    assert overlap(TOKYO, calendar_for(country, subdivision=state), day, day) == tuple(shared)


def test_clocks_more_than_a_day_apart_still_share_their_hours():
    """Midnight to 1:00 on Wednesday in Kiritimati is 23:00 to midnight on Monday in Pago Pago."""
    week = dict.fromkeys(range(7), (time(0), time(0)))
    early = calendar_for("KI", zone="Pacific/Kiritimati", week=week)
    late = calendar_for("AS", zone="Pacific/Pago_Pago", week={MONDAY: (time(0), time(0))})
    assert overlap(early, late, date(2027, 6, 9), date(2027, 6, 9)) == (
        between("2027-06-08T10:00", "2027-06-08T11:00"),
    )


@pytest.mark.parametrize(
    ("breaks", "expected"),
    [
        ([], [("00:00", "09:00")]),
        ([(time(12), time(13))], [("00:00", "03:00"), ("04:00", "09:00")]),
        ([(time(8), time(10))], [("01:00", "09:00")]),
        ([(time(17), time(0))], [("00:00", "08:00")]),
        ([(time(9), time(18))], []),
        ([(time(12), time(13)), (time(12, 30), time(14))], [("00:00", "03:00"), ("05:00", "09:00")]),
        (
            [(time(15), time(15, 15)), (time(10), time(10, 15))],
            [("00:00", "01:00"), ("01:15", "06:00"), ("06:15", "09:00")],
        ),
    ],
)
def test_breaks_are_cut_out_of_the_day(breaks, expected):
    firm = calendar_for("JP", breaks=breaks)
    day = [between(f"2027-06-08T{opens}", f"2027-06-08T{closes}") for opens, closes in expected]
    assert day_intervals(firm, date(2027, 6, 8)) == tuple(day)


def test_a_night_shift_until_midnight_joins_the_next_mornings():
    week = {MONDAY: (time(18), time(0)), TUESDAY: (time(0), time(6))}
    assert open_intervals(calendar_for("JP", week=week), date(2027, 6, 7), date(2027, 6, 8)) == (
        between("2027-06-07T09:00", "2027-06-07T21:00"),
    )
