"""Public holidays of the seven countries, and closures that no law names."""

from __future__ import annotations

from datetime import date

import pytest

from matchmaking.core.regions import AustralianState
from meetings.hours import (
    FRIDAY,
    MONDAY,
    OFFICE_HOURS,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    Closure,
    DayOff,
    DayOffKind,
    calendar_for,
    day_off_reason,
    default_week,
    is_working_day,
    overlap,
)
from tests.meetings.rounds import CLOSURES, between
from tests.meetings.working_days import working_days_between

TOKYO = calendar_for("JP")


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("JP", "2026-01-01", "New Year's Day"),
        ("JP", "2026-01-12", "Coming of Age Day"),
        ("JP", "2026-02-11", "Foundation Day"),
        ("JP", "2026-02-23", "Emperor's Birthday"),
        ("JP", "2026-04-29", "Showa Day"),
        ("JP", "2026-05-04", "Greenery Day"),
        ("JP", "2026-05-05", "Children's Day"),
        ("JP", "2026-05-06", "Substitute Holiday"),
        ("JP", "2026-09-22", "National Holiday"),
        ("JP", "2026-11-23", "Labor Thanksgiving Day"),
        ("JP", "2027-01-11", "Coming of Age Day"),
        ("JP", "2027-03-22", "Substitute Holiday"),
        ("JP", "2027-05-03", "Constitution Day"),
        ("JP", "2027-07-19", "Marine Day"),
        ("JP", "2027-08-11", "Mountain Day"),
        ("JP", "2027-09-20", "Respect for the Aged Day"),
        ("JP", "2027-10-11", "Sports Day"),
        ("JP", "2027-11-03", "Culture Day"),
        ("JP", "2028-01-10", "Coming of Age Day"),
        ("JP", "2028-05-03", "Constitution Day"),
        ("JP", "2028-11-23", "Labor Thanksgiving Day"),
        ("SG", "2026-02-17", "Chinese New Year"),
        ("SG", "2026-02-18", "Chinese New Year"),
        ("SG", "2026-04-03", "Good Friday"),
        ("SG", "2026-05-01", "Labor Day"),
        ("SG", "2026-08-10", "National Day (observed)"),
        ("SG", "2026-12-25", "Christmas Day"),
        ("SG", "2027-01-01", "New Year's Day"),
        ("SG", "2027-02-08", "Chinese New Year (observed)"),
        ("SG", "2027-03-26", "Good Friday"),
        ("SG", "2027-08-09", "National Day"),
        ("SG", "2028-04-14", "Good Friday"),
        ("SG", "2028-08-09", "National Day"),
        ("SG", "2028-12-25", "Christmas Day"),
        ("IN", "2026-01-26", "Republic Day"),
        ("IN", "2026-10-02", "Mahatma Gandhi's Birthday"),
        ("IN", "2026-12-25", "Christmas"),
        ("IN", "2027-01-26", "Republic Day"),
        ("IN", "2027-03-26", "Good Friday"),
        ("IN", "2028-01-26", "Republic Day"),
        ("IN", "2028-08-15", "Independence Day"),
        ("IN", "2028-10-02", "Mahatma Gandhi's Birthday"),
        ("IN", "2028-12-25", "Christmas"),
        ("ID", "2026-01-01", "New Year's Day"),
        ("ID", "2026-04-03", "Good Friday"),
        ("ID", "2026-05-14", "Ascension Day"),
        ("ID", "2026-06-01", "Pancasila Day"),
        ("ID", "2026-08-17", "Independence Day"),
        ("ID", "2026-12-25", "Christmas Day"),
        ("ID", "2027-03-26", "Good Friday"),
        ("ID", "2027-06-01", "Pancasila Day"),
        ("ID", "2027-08-17", "Independence Day"),
        ("ID", "2028-05-01", "International Labor Day"),
        ("ID", "2028-08-17", "Independence Day"),
        ("ID", "2028-12-25", "Christmas Day"),
        ("VN", "2026-01-01", "New Year's Day"),
        ("VN", "2026-02-17", "Lunar New Year"),
        ("VN", "2026-04-30", "Liberation Day/Reunification Day"),
        ("VN", "2026-05-01", "International Labor Day"),
        ("VN", "2026-09-02", "National Day"),
        ("VN", "2027-01-01", "New Year's Day"),
        ("VN", "2027-04-30", "Liberation Day/Reunification Day"),
        ("VN", "2027-05-03", "International Labor Day (observed)"),
        ("VN", "2027-09-02", "National Day"),
        ("VN", "2028-01-26", "Lunar New Year"),
        ("VN", "2028-05-01", "International Labor Day"),
        ("AU", "2026-01-01", "New Year's Day"),
        ("AU", "2026-01-26", "Australia Day"),
        ("AU", "2026-04-03", "Good Friday"),
        ("AU", "2026-04-06", "Easter Monday"),
        ("AU", "2026-12-25", "Christmas Day"),
        ("AU", "2027-01-26", "Australia Day"),
        ("AU", "2027-03-26", "Good Friday"),
        ("AU", "2027-03-29", "Easter Monday"),
        ("AU", "2028-04-14", "Good Friday"),
        ("AU", "2028-04-17", "Easter Monday"),
        ("AU", "2028-04-25", "ANZAC Day"),
        ("AU", "2028-12-25", "Christmas Day"),
        ("IL", "2026-04-02", "Pesach"),
        ("IL", "2026-04-08", "Seventh day of Pesach"),
        ("IL", "2026-04-22", "Independence Day"),
        ("IL", "2026-09-13", "Rosh Hashanah"),
        ("IL", "2026-09-21", "Yom Kippur"),
        ("IL", "2027-04-22", "Pesach"),
        ("IL", "2027-04-28", "Seventh day of Pesach"),
        ("IL", "2027-05-12", "Independence Day"),
        ("IL", "2027-10-03", "Rosh Hashanah"),
        ("IL", "2027-10-11", "Yom Kippur"),
        ("IL", "2028-04-11", "Pesach"),
        ("IL", "2028-05-31", "Shavuot"),
        ("IL", "2028-09-21", "Rosh Hashanah"),
        ("IL", "2028-10-05", "Sukkot"),
    ],
)
def test_nobody_works_on_a_public_holiday_of_the_country(country: str, day: str, name: str):
    off = day_off_reason(calendar_for(country), date.fromisoformat(day))
    assert (off.kind, off.name_en) == (DayOffKind.HOLIDAY, name)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("JP", "2026-12-25"),  # Christmas
        ("JP", "2027-02-08"),  # Chinese New Year
        ("JP", "2027-08-13"),  # Obon is no public holiday
        ("JP", "2027-12-29"),  # nor are the last days of the year
        ("SG", "2026-04-06"),  # Easter Monday
        ("SG", "2027-12-27"),  # Christmas on a Saturday is not made up for
        ("IN", "2026-01-01"),
        ("ID", "2027-03-29"),
        ("VN", "2026-12-25"),
        ("VN", "2027-02-11"),
        ("AU", "2027-06-14"),  # the King's Birthday is the states' affair
        ("IL", "2026-04-05"),  # between the feast days of Pesach
        ("IL", "2026-01-01"),
        ("IL", "2028-12-25"),
    ],
)
def test_a_holiday_elsewhere_is_a_working_day_here(country: str, day: str):
    assert is_working_day(calendar_for(country), date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "states_off"),
    [
        ("2027-01-26", {"ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"}),  # Australia Day
        ("2027-03-01", {"WA"}),  # Labour Day
        ("2027-03-08", {"ACT", "SA", "TAS", "VIC"}),  # Canberra, Adelaide Cup, Eight Hours, Labour Day
        ("2027-05-03", {"NT", "QLD"}),  # May Day
        ("2027-06-07", {"WA"}),  # Western Australia Day
        ("2027-06-14", {"ACT", "NSW", "NT", "SA", "TAS", "VIC"}),  # King's Birthday
        ("2027-10-04", {"ACT", "NSW", "QLD", "SA"}),  # Labour Day; King's Birthday in Queensland
        ("2027-11-02", {"VIC"}),  # Melbourne Cup
        ("2027-06-15", set()),
    ],
)
def test_each_australian_state_keeps_its_own_holidays(day: str, states_off: set[str]):
    off = {
        state
        for state in AustralianState.values
        if not is_working_day(calendar_for("AU", subdivision=state), date.fromisoformat(day))
    }
    assert off == states_off


@pytest.mark.parametrize(
    ("country", "working"),
    [
        ("JP", {MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY}),
        ("SG", {MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY}),
        ("IN", {MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY}),
        ("ID", {MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY}),
        ("VN", {MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY}),
        ("AU", {MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY}),
        ("IL", {SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY}),
        ("il", {SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY}),
    ],
)
def test_the_week_of_each_country(country: str, working: set[int]):
    assert set(default_week(country)) == working
    assert set(default_week(country).values()) == {OFFICE_HOURS}


def test_a_week_cannot_be_changed_by_whoever_reads_it():
    with pytest.raises(TypeError):
        TOKYO.week[SATURDAY] = OFFICE_HOURS


# Closures that no law names


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("JP", "2027-08-10", None),
        ("JP", "2027-08-12", "Obon"),
        ("JP", "2027-08-13", "Obon"),
        ("JP", "2027-08-16", "Obon"),
        ("JP", "2027-08-17", None),
        ("JP", "2027-12-28", None),
        ("JP", "2027-12-29", "Year end"),
        ("JP", "2027-12-31", "Year end"),
        ("JP", "2028-01-03", "Year end"),
        ("JP", "2028-01-04", None),
        ("JP", "2027-02-03", None),
        ("VN", "2027-01-29", None),
        ("VN", "2027-02-01", "Tet"),
        ("VN", "2027-02-11", "Tet"),
        ("VN", "2027-02-12", "Tet"),
        ("VN", "2027-02-15", None),
        ("VN", "2027-08-13", None),
        ("ID", "2027-03-05", None),
        ("ID", "2027-03-09", "Lebaran"),
        ("ID", "2027-03-12", "Lebaran"),
        ("ID", "2027-03-16", "Lebaran"),
        ("ID", "2027-03-17", None),
        ("SG", "2027-02-03", None),
        ("IL", "2027-08-12", None),
    ],
)
def test_closures_begin_and_end_on_their_days_in_their_country(country: str, day: str, name: str | None):
    off = day_off_reason(calendar_for(country, closures=CLOSURES), date.fromisoformat(day))
    assert (off and off.name_en) == name
    assert off is None or off.kind == DayOffKind.CLOSURE


@pytest.mark.parametrize(
    ("country", "day", "kind", "name"),
    [
        ("JP", "2027-08-14", DayOffKind.WEEKEND, ""),
        ("JP", "2027-08-15", DayOffKind.WEEKEND, ""),
        ("JP", "2028-01-01", DayOffKind.WEEKEND, ""),
        ("VN", "2027-02-06", DayOffKind.WEEKEND, ""),
        ("VN", "2027-02-08", DayOffKind.HOLIDAY, "Third Day of Lunar New Year"),
        ("ID", "2027-03-10", DayOffKind.HOLIDAY, "Eid al-Fitr (estimated)"),
    ],
)
def test_within_a_closure_a_weekend_or_holiday_keeps_its_own_name(country, day, kind, name):
    off = day_off_reason(calendar_for(country, closures=CLOSURES), date.fromisoformat(day))
    assert (off.kind, off.name_en) == (kind, name)


@pytest.mark.parametrize(
    ("country", "first", "last", "with_closures", "without"),
    [
        ("JP", "2027-08-09", "2027-08-20", 6, 9),
        ("JP", "2027-12-27", "2028-01-07", 6, 10),
        ("VN", "2027-02-01", "2027-02-12", 0, 5),
        ("ID", "2027-03-08", "2027-03-19", 3, 7),
        ("SG", "2027-03-08", "2027-03-19", 9, 9),
    ],
)
def test_closures_cost_the_working_days_they_cover(country, first, last, with_closures, without):
    between_them = (date.fromisoformat(first), date.fromisoformat(last))
    closed = calendar_for(country, closures=CLOSURES)
    assert working_days_between(closed, *between_them) == with_closures
    assert working_days_between(calendar_for(country), *between_them) == without


def test_nobody_is_met_while_either_side_is_closed():
    japan_, vietnam = calendar_for("JP", closures=CLOSURES), calendar_for("VN", closures=CLOSURES)
    assert overlap(japan_, vietnam, date(2027, 2, 1), date(2027, 2, 14)) == ()
    assert overlap(japan_, vietnam, date(2027, 8, 12), date(2027, 8, 16)) == ()
    assert overlap(japan_, vietnam, date(2027, 8, 17), date(2027, 8, 17)) == (
        between("2027-08-17T02:00", "2027-08-17T09:00"),
    )


def test_closures_count_for_their_country_or_for_whoever_they_are_given_to():
    obon = Closure(date(2027, 8, 12), date(2027, 8, 16), "Obon", "お盆", country="JP")
    tet = Closure(date(2027, 2, 3), date(2027, 2, 12), "Tet leave", "テト休暇", country="VN")
    inventory = Closure(date(2027, 6, 30), date(2027, 6, 30), "Stocktaking", "棚卸し")
    firm = calendar_for("JP", closures=[obon, tet, inventory])
    assert firm.closures == (obon, inventory)
    assert day_off_reason(firm, date(2027, 8, 13)) == DayOff(DayOffKind.CLOSURE, "Obon", "お盆")
    assert is_working_day(firm, date(2027, 8, 17))
    assert is_working_day(firm, date(2027, 2, 10))
