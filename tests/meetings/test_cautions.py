"""What staff are to know of a time that is free all the same, and an organisation of a day of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import translation

from meetings import actions
from meetings.cautions import cautions, days_off, hour_flags, named, own_day_off
from meetings.hours import Closure, DayHours, DayOff, DayOffKind, calendar_for
from meetings.intervals import Interval
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, said, words

DIWALI = {"en": "Holiday there: Diwali", "ja": "現地の祝日：Diwali"}


def hour(day: date, at: int) -> Interval:
    start = datetime.combine(day, time(at), UTC)
    return Interval(start, start + timedelta(hours=1))


@pytest.mark.parametrize(
    ("calendar", "day", "found"),
    [
        (calendar_for("SG"), date(2031, 11, 13), []),
        (calendar_for("SG"), date(2031, 11, 14), ["holiday"]),
        (calendar_for("SG"), date(2031, 11, 15), ["weekend"]),
        (calendar_for("IL"), date(2031, 6, 6), ["weekend"]),  # a Friday
        (calendar_for("IL"), date(2031, 6, 8), []),  # a Sunday
        (
            calendar_for("JP", closures=[Closure(date(2031, 8, 12), date(2031, 8, 15), "Obon", "お盆")]),
            date(2031, 8, 13),
            ["closure"],
        ),
    ],
)
def test_a_day_off_is_told_by_its_kind(calendar: Any, day: date, found: list[str]) -> None:
    assert [each.kind for each in days_off(calendar, hour(day, 4)) if each] == found


def test_hours_off_count_only_where_the_meeting_touches_them() -> None:
    day = date(2031, 6, 5)
    calendar = calendar_for("SG", changes=[DayHours(day, time(13), time(15))])  # 05:00 to 07:00 in UTC
    assert days_off(calendar, hour(day, 6)) == [None]
    assert days_off(calendar, hour(day, 7)) == []


def test_a_meeting_over_midnight_there_falls_on_both_days() -> None:
    night = Interval(datetime(2031, 11, 13, 15, 30, tzinfo=UTC), datetime(2031, 11, 13, 16, 30, tzinfo=UTC))
    assert [each.kind for each in days_off(calendar_for("SG"), night) if each] == ["holiday"]


@pytest.mark.parametrize(
    ("calendar", "day", "text"),
    [
        (calendar_for("SG"), date(2031, 11, 14), "Holiday: Diwali"),
        (calendar_for("SG"), date(2031, 11, 15), "Not a working day of yours"),
        (calendar_for("SG"), date(2031, 11, 13), ""),
        (
            calendar_for("SG", closures=[Closure(date(2031, 6, 5), date(2031, 6, 5), "", "")]),
            date(2031, 6, 5),
            "Your day off",
        ),
        (
            calendar_for("SG", closures=[Closure(date(2031, 6, 5), date(2031, 6, 5), "Moving", "")]),
            date(2031, 6, 5),
            "Closed: Moving",
        ),
        (
            calendar_for("SG", changes=[DayHours(date(2031, 6, 5), time(13), time(15))]),
            date(2031, 6, 5),
            "Your hours off: 13:00–15:00",
        ),
        (
            calendar_for("SG", changes=[DayHours(date(2031, 6, 5), time(0), time(0))]),
            date(2031, 6, 5),
            "Your day off",
        ),
    ],
)
def test_a_day_of_ones_own_is_named(calendar: Any, day: date, text: str) -> None:
    with translation.override("en"):
        assert own_day_off(calendar, day) == text


@pytest.mark.parametrize(
    ("zone", "begins", "ends", "found"),
    [
        ("Asia/Singapore", (4, 2, 0), (4, 3, 0), []),
        ("Asia/Singapore", (4, 0, 0), (4, 1, 0), []),  # eight o'clock sharp
        ("Asia/Singapore", (3, 23, 45), (4, 0, 30), ["Before 08:00 there"]),
        ("Asia/Singapore", (4, 11, 0), (4, 12, 0), []),  # until eight in the evening
        ("Asia/Singapore", (4, 11, 15), (4, 12, 15), ["After 20:00 there"]),
        ("Asia/Singapore", (4, 15, 30), (4, 16, 0), ["After 20:00 there"]),  # until midnight
        ("Asia/Singapore", (4, 15, 30), (4, 16, 15), ["After 20:00 there"]),  # over midnight
        ("Asia/Jerusalem", (4, 4, 30), (4, 5, 30), ["Before 08:00 there"]),  # summer time
        ("Asia/Jerusalem", (4, 5, 0), (4, 6, 0), []),
        ("Australia/Sydney", (4, 9, 30), (4, 10, 15), ["After 20:00 there"]),
        ("Asia/Kolkata", (4, 2, 30), (4, 3, 30), []),
    ],
)
def test_early_and_late_are_told_by_the_startups_own_clock(
    zone: str, begins: tuple[int, int, int], ends: tuple[int, int, int], found: list[str]
) -> None:
    startup = factories.OrganisationFactory.build(time_zone=zone)
    start, end = (datetime(2031, 6, *each, tzinfo=UTC) for each in (begins, ends))
    with translation.override("en"):
        assert hour_flags(start, end, startup) == found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("Obon", "お盆"), {"en": "Obon", "ja": "お盆"}),
        (("Obon", ""), {"en": "Obon", "ja": "Obon"}),
        (("", "お盆"), {"en": "お盆", "ja": "お盆"}),
        (("", ""), {"en": "", "ja": ""}),
    ],
)
def test_a_day_is_named_in_the_readers_language_or_in_the_one_there_is(
    names: tuple[str, str], told: dict[str, str], language: str
) -> None:
    with translation.override(language):
        assert named(DayOff(DayOffKind.CLOSURE, *names)) == told[language]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("whose", "kind", "text"),
    [
        ("startup", "weekend", "Not a working day there"),
        ("company", "weekend", "Not a working day of the firm"),
        ("startup", "unnamed", "Day off there"),
        ("company", "unnamed", "Day off of the firm"),
        ("startup", "hours", "Hours off there"),
        ("company", "hours", "Hours off of the firm"),
        ("startup", "named", "Closed there: %(name)s"),
        ("company", "named", "The firm is closed: %(name)s"),
    ],
)
def test_each_kind_of_day_is_told_of_each_side_in_words(
    whose: str, kind: str, text: str, language: str, cast: Cast
) -> None:
    (request,) = stories.pairs(1, cast.officer)
    country, working, weekend = ("JP" if whose == "company" else "SG"), date(2031, 6, 5), date(2031, 6, 7)
    made = {
        "weekend": calendar_for(country),
        "unnamed": calendar_for(country, closures=[Closure(working, working, "", "")]),
        "named": calendar_for(country, closures=[Closure(working, working, "Moving", "移転")]),
        "hours": calendar_for(country, changes=[DayHours(working, time(9), time(18))]),
    }
    side = request.startup if whose == "startup" else request.company
    time_ = hour(weekend if kind == "weekend" else working, 3)
    with translation.override(language):
        expected = said(text, language) % {"name": "移転" if language == "ja" else "Moving"}
        assert cautions(*time_, request, {side.pk: made[kind]}) == [expected]


@pytest.mark.django_db
def test_both_sides_are_looked_at(cast: Cast) -> None:
    (request,) = stories.pairs(1, cast.officer)
    calendars = {request.company.pk: calendar_for("JP"), request.startup.pk: calendar_for("SG")}
    culture_day, diwali = date(2031, 11, 3), date(2031, 11, 14)
    with translation.override("en"):
        found = [cautions(*hour(day, 1), request, calendars) for day in (culture_day, diwali)]
    assert found == [["Holiday of the firm: Culture Day"], ["Holiday there: Diwali"]]
    assert cautions(*hour(diwali, 1), request, {}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_and_the_moves_tell_of_the_holiday_there(
    language: str, cast: Cast, as_user: SignIn
) -> None:
    """The startup offered the day although it is a holiday: staff see that it is one."""
    (request,) = stories.pairs(1, cast.officer)
    diwali = date(2031, 11, 14)
    round_ = stories.a_round(cast.officer, [request], first_day=diwali, last_day=diwali)
    by = stories.member_of(request.match.startup)
    offered = Interval(hour(diwali, 1).start, hour(diwali, 3).end)
    actions.give_availability(round_, request.startup, [offered], by=by)
    row = stories.placed(round_, cast.officer).placements.get()
    client = as_user(cast.officer)
    board = words(client.get(path("round", language=language, pk=round_.pk)))
    assert DIWALI[language] in board
    moves = client.get(path("placement", language=language, pk=row.pk))
    assert {tuple(each["flags"]) for each in moves.context["moves"]} == {(DIWALI[language],)}


@pytest.mark.django_db
def test_the_picker_marks_holidays_and_days_off_on_the_days_head(cast: Cast, as_user: SignIn) -> None:
    startup = factories.StartupFactory()
    reader = stories.member_of(startup)
    request = stories.asked(stories.match_of(cast.company, startup), cast.company_owner)
    actions.accept(request, by=reader)
    week = {"first_day": date(2031, 11, 12), "last_day": date(2031, 11, 14)}
    round_ = stories.a_round(cast.officer, [request], **week)
    day = date(2031, 11, 12)
    actions.add_days_off(startup.organisation, first_day=day, last_day=day, name="Moving", by=reader)
    page = as_user(reader).get(path("availability", pk=round_.pk))
    found = [each["off"] for each in page.context["days"]]
    assert found == ["Closed: Moving", "", "Holiday: Diwali"]
    assert words(page).count("Holiday: Diwali") == 1
