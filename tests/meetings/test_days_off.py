"""How many days off may be entered, and that whoever is closed for long can still be waited for."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from meetings import actions, deadlines
from meetings.calendars import answer_deadline, calendar_of
from meetings.days_off import IN_A_ROW, IN_A_YEAR, Excess, excess
from meetings.hours import Closure as Closed
from meetings.hours import DayHours, calendar_for, is_working_day, local_date
from meetings.models import Closure, MeetingRequest
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import SignIn, path, said, words
from tests.meetings.rounds import utc

FIRST = date(2031, 1, 6)


def days(start: int, length: int) -> tuple[date, date]:
    """So many days, beginning so many after the first."""
    begins = FIRST + timedelta(days=start)
    return begins, begins + timedelta(days=length - 1)


def years_of(*lengths: int) -> list[tuple[date, date]]:
    """Leaves of one year, a working day between each and the next."""
    found, at = [], 0
    for each in lengths:
        found.append(days(at, each))
        at += each + 1
    return found


@pytest.mark.parametrize(
    ("new", "known", "passed"),
    [
        (days(0, 1), [], None),
        (days(0, IN_A_ROW), [], None),
        (days(0, IN_A_ROW + 1), [], Excess.IN_A_ROW),
        (days(0, 100_000), [], Excess.IN_A_ROW),
        # what was entered before counts with it, from either side, and also where it overlaps
        (days(10, 80), [days(0, 10)], None),
        (days(10, 81), [days(0, 10)], Excess.IN_A_ROW),
        (days(0, 10), [days(10, 81)], Excess.IN_A_ROW),
        (days(40, 10), [days(0, 40), days(50, 41)], Excess.IN_A_ROW),
        (days(40, 10), [days(0, 40), days(50, 40)], None),
        (days(0, 90), [days(0, 90), days(5, 3)], None),
        # a day of work between two leaves ends the row, not the year
        (days(91, 90), [days(0, 90)], None),
        (days(182, 20), years_of(90, 90), None),
        (days(182, 21), years_of(90, 90), Excess.IN_A_YEAR),
        (days(182, 21), years_of(90, 89), None),
        # two years are counted apart, and what lies further away does not count
        (days(340, 60), years_of(90, 90), None),
        (days(800, 90), years_of(90, 90), None),
        (days(0, 5), [(date(1990, 1, 1), date(2020, 12, 31))], None),
    ],
)
def test_days_off_have_a_limit_in_a_row_and_in_a_year(
    new: tuple[date, date], known: list[tuple[date, date]], passed: Excess | None
) -> None:
    assert excess(new, known) == passed


def test_with_all_days_off_that_may_be_entered_a_working_day_comes_within_a_year() -> None:
    leaves = [Closed(first, last, "Leave", "休業") for first, last in years_of(90, 90, 20)]
    calendar = calendar_for("JP", closures=leaves)
    assert deadlines.add_working_days(calendar, utc("2031-01-05T01:00"), 5) <= utc("2031-12-01T00:00")


CENTURY = Closed(date(2000, 1, 1), date(2099, 12, 31), "Never open", "休業")


@pytest.mark.parametrize("country", ["JP", "IL", "SG", "AU"])
def test_whoever_is_closed_for_good_has_the_usual_working_days_of_the_country(country: str) -> None:
    start = utc("2031-06-05T00:00")
    usual = deadlines.add_working_days(calendar_for(country), start, 3)
    for closed in (
        calendar_for(country, closures=[CENTURY]),
        calendar_for(country, week={}),
        calendar_for(
            country,
            week={0: (time(9), time(10))},
            changes=[DayHours(date(2031, 6, 9) + timedelta(weeks=n), time(0), time(0)) for n in range(60)],
        ),
    ):
        assert deadlines.deadline(closed, start, 3) == usual
        with pytest.raises(ValueError, match="no working day"):
            deadlines.add_working_days(closed, start, 3)


def _rest(cast: Cast, first: date, last: date) -> Closure:
    return actions.add_days_off(
        cast.startup.organisation, first_day=first, last_day=last, name="Leave", by=cast.startup_owner
    )


@pytest.mark.django_db
def test_the_deed_and_the_database_hold_the_limits(cast: Cast) -> None:
    with pytest.raises(actions.TooManyDaysOff) as caught:
        _rest(cast, *days(0, 91))
    assert caught.value.excess == Excess.IN_A_ROW
    for each in years_of(90, 90, 20):
        _rest(cast, *each)
    with pytest.raises(actions.TooManyDaysOff) as caught:
        _rest(cast, *days(300, 1))
    assert caught.value.excess == Excess.IN_A_YEAR
    organisation, other = cast.startup.organisation, cast.company.organisation
    assert Closure.objects.filter(organisation=organisation).count() == 3
    actions.add_days_off(other, first_day=FIRST, last_day=FIRST, name="Leave", by=cast.company_owner)
    row = {"first_day": FIRST, "last_day": FIRST + timedelta(days=IN_A_ROW), "name_en": "x", "name_ja": "x"}
    with pytest.raises(IntegrityError, match="not_endless"), transaction.atomic():
        Closure.objects.create(organisation=other, **row)
    Closure.objects.create(country="VN", **row)  # what a country does is not ours to limit


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
def test_too_many_are_refused_at_the_field_and_what_was_typed_stays(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    client, address = as_user(cast.startup_owner), path("days_off_add", language=language)
    values = {"first_day": "2031-01-06", "last_day": "2031-12-31", "name": "Founders’ sabbatical"}
    answer = client.post(address, values)
    shown = words(answer)
    assert (
        said("These are more than %(most)s days off in a row. Give fewer days.", language) % {"most": 90}
        in shown
    )
    assert list(answer.context["days_off"].errors) == ["last_day"]
    assert 'value="2031-12-31"' in answer.content.decode()
    for first, last in years_of(90, 90, 20):
        client.post(address, {**values, "first_day": first, "last_day": last})
    answer = client.post(address, {**values, "first_day": "2031-12-01", "last_day": ""})
    assert answer.context["days_off"].errors == {
        "first_day": [
            said("With these you have more than %(most)s days off in a year. Give fewer days.", language)
            % {"most": IN_A_YEAR}
        ]
    }
    assert Closure.objects.count() == 3


@pytest.mark.django_db
def test_a_startup_that_was_closed_for_years_is_asked_and_its_deadline_shown(
    cast: Cast, as_user: SignIn
) -> None:
    """As rows of earlier days, or a country's closing days, may have it."""
    Closure.objects.create(
        country="SG", first_day=date(2020, 1, 1), last_day=date(2099, 1, 1), name_en="Closed", name_ja="休業"
    )
    organisation = cast.startup.organisation
    now = utc("2031-06-02T02:00")
    assert not any(is_working_day(calendar_of(organisation), date(2031, 6, day)) for day in range(1, 30))
    assert local_date(organisation.time_zone, answer_deadline(organisation, now)) > date(2031, 6, 2)
    match = stories.match_of(cast.company, cast.startup)
    assert as_user(cast.company_owner).get(path("request", match_pk=match.pk)).status_code == 200
    request = stories.asked(match, cast.company_owner)
    assert as_user(cast.startup_owner).get(path("answer", pk=request.pk)).status_code == 200
    assert MeetingRequest.objects.get().reply_by == request.reply_by
