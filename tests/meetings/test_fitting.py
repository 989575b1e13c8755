"""Whether a booked time suits an organisation, by its week, its days off and what it offered itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.enums import MisfitReason
from meetings.fitting import NOT_CHOSEN, OUTSIDE, Unfit, why_unfit
from meetings.hours import Closure, DayOffKind, calendar_for, open_intervals
from meetings.intervals import Interval

HOUR = timedelta(hours=1)
OBON = Closure(date(2027, 8, 12), date(2027, 8, 14), "Obon", "お盆", "JP")


def at(day: int, hour: int, month: int = 6, year: int = 2027) -> Interval:
    start = datetime(year, month, day, hour, tzinfo=UTC)
    return Interval(start, start + HOUR)


# country, zone, when it begins (UTC), why not
CASES = [
    ("JP", "Asia/Tokyo", at(2, 1), None),
    ("JP", "Asia/Tokyo", at(2, 0), None),  # nine o'clock sharp
    ("JP", "Asia/Tokyo", at(2, 8), None),  # until six sharp
    ("JP", "Asia/Tokyo", at(2, 9), OUTSIDE),
    ("JP", "Asia/Tokyo", at(1, 23), OUTSIDE),  # eight in the morning of the 2nd
    ("JP", "Asia/Tokyo", at(5, 1), DayOffKind.WEEKEND),
    ("JP", "Asia/Tokyo", at(19, 1, 7), DayOffKind.HOLIDAY),  # Marine Day
    ("JP", "Asia/Tokyo", at(12, 1, 8), DayOffKind.CLOSURE),
    ("JP", "Asia/Tokyo", at(14, 1, 8), DayOffKind.CLOSURE),  # on a Saturday it is told as what they entered
    ("IL", "Asia/Jerusalem", at(4, 7), DayOffKind.WEEKEND),  # a Friday
    ("IL", "Asia/Jerusalem", at(6, 7), None),  # a Sunday
    ("SG", "Asia/Singapore", at(12, 1, 8), None),  # Japan's closing days are not Singapore's
    ("IN", "Asia/Kolkata", at(2, 3), OUTSIDE),  # half past eight
    ("IN", "Asia/Kolkata", at(2, 4), None),
]


@pytest.mark.parametrize(("country", "zone", "when", "why"), CASES)
def test_a_time_suits_who_works_then(country: str, zone: str, when: Interval, why: str | None) -> None:
    found = why_unfit(calendar_for(country, zone=zone, closures=[OBON]), when)
    assert (found.reason if found else None) == why


@pytest.mark.parametrize(
    ("day", "month", "names"), [(12, 8, ("Obon", "お盆")), (19, 7, ("Marine Day", "海の日"))]
)
def test_a_day_off_is_called_by_its_name(day: int, month: int, names: tuple[str, str]) -> None:
    found = why_unfit(calendar_for("JP", closures=[OBON]), at(day, 1, month))
    assert found is not None
    assert (found.name_en, found.name_ja) == names


# what they offered themselves, whether it then suits
@pytest.mark.parametrize(
    ("when", "given", "why"),
    [
        (at(5, 1), [at(5, 1)], None),  # a Saturday of their own choice
        (at(5, 1), [at(5, 0), at(5, 1)], None),
        (at(5, 1), [at(5, 2)], DayOffKind.WEEKEND),  # another hour of it
        (at(2, 11), [at(2, 11)], None),  # an evening
        (at(19, 1, 7), [at(19, 1, 7)], None),  # a holiday they work on
        (at(12, 1, 8), [at(12, 1, 8)], DayOffKind.CLOSURE),  # closed since
    ],
)
def test_what_they_offered_themselves_suits_unless_they_are_closed_since(
    when: Interval, given: list[Interval], why: str | None
) -> None:
    found = why_unfit(calendar_for("JP", closures=[OBON]), when, given)
    assert (found.reason if found else None) == why


# what they offered after the meeting had been fixed, whether it then suits
@pytest.mark.parametrize(
    ("when", "given", "why"),
    [
        (at(2, 1), [], NOT_CHOSEN),  # in the middle of their week
        (at(2, 1), [at(2, 2)], NOT_CHOSEN),
        (at(2, 1), [at(2, 1)], None),
        (at(5, 1), [at(5, 1)], None),  # a Saturday
        (at(12, 1, 8), [at(12, 1, 8)], DayOffKind.CLOSURE),
        (at(12, 1, 8), [], DayOffKind.CLOSURE),
    ],
)
def test_the_week_does_not_count_beside_their_last_word(
    when: Interval, given: list[Interval], why: str | None
) -> None:
    found = why_unfit(calendar_for("JP", closures=[OBON]), when, given, is_last_word=True)
    assert (found.reason if found else None) == why


def test_a_time_over_midnight_suits_only_who_works_on_both_days() -> None:
    """In Sao Paulo it is nine in the evening; whoever works round the clock does on the 4th, and not on the 5th."""
    week = dict.fromkeys(range(5), (time(0), time(0)))
    late = Interval(datetime(2027, 6, 3, 14, 30, tzinfo=UTC), datetime(2027, 6, 3, 15, 30, tzinfo=UTC))
    friday_night = Interval(late.start + 24 * HOUR, late.end + 24 * HOUR)
    calendar = calendar_for("JP", week=week)
    assert why_unfit(calendar, late) is None
    assert why_unfit(calendar, friday_night) == Unfit(DayOffKind.WEEKEND)


def test_an_end_at_midnight_is_no_second_day() -> None:
    week = {4: (time(9), time(0))}
    until_midnight = Interval(datetime(2027, 6, 4, 14, tzinfo=UTC), datetime(2027, 6, 4, 15, tzinfo=UTC))
    assert why_unfit(calendar_for("JP", week=week), until_midnight) is None


def test_every_reason_has_words() -> None:
    assert {OUTSIDE, NOT_CHOSEN, *DayOffKind} == set(MisfitReason.values)


@given(
    st.sampled_from(["JP", "SG", "IN", "ID", "VN", "AU", "IL"]),
    st.integers(0, 365 * 48),
    st.sampled_from([30, 45, 60]),
)
def test_a_time_suits_exactly_when_it_lies_in_the_open_hours(
    country: str, half_hours: int, minutes: int
) -> None:
    """The two say the same by different ways."""
    calendar = calendar_for(country)
    start = datetime(2027, 1, 1, tzinfo=UTC) + half_hours * HOUR / 2
    when = Interval(start, start + timedelta(minutes=minutes))
    day = start.date()
    open_ = open_intervals(calendar, day - timedelta(days=2), day + timedelta(days=2))
    assert (why_unfit(calendar, when) is None) == any(each.holds(when) for each in open_)
