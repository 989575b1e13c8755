"""When a pair could meet outside a round: never outside working hours, never twice, never without the interpreter."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test.utils import override_settings

from meetings import actions
from meetings.calendars import calendars_for
from meetings.free_times import FreeTime, free_times
from meetings.hours import is_working_day
from meetings.models import Closure, MeetingRequest, OrganisationHours
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = stories.MONDAY, stories.FRIDAY
BEFORE = stories.at(0, day=1)


def agreed(cast: Cast, **more: object) -> MeetingRequest:
    return stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner, **more)


def found(
    request: MeetingRequest, first: date = MONDAY, last: date = MONDAY, **more: object
) -> list[FreeTime]:
    return free_times(request, first, last, **{"now": BEFORE, **more})


def clocks(times: list[FreeTime], zone: str = "Asia/Tokyo") -> list[str]:
    return [each.start.astimezone(ZoneInfo(zone)).strftime("%H:%M") for each in times]


def test_a_day_of_japan_and_singapore_overlaps_from_ten_japan_time(cast: Cast) -> None:
    """Nine to six (or the like) on both sides, an hour apart: the later opening and the earlier closing count."""
    times = clocks(found(agreed(cast)))
    assert (times[0], times[-1]) == ("10:00", "17:00")
    assert times == sorted(times)


def test_every_time_lies_in_the_working_hours_of_both(cast: Cast) -> None:
    request = agreed(cast)
    sides = calendars_for([request.company, request.startup]).values()
    times = found(request, MONDAY, MONDAY + timedelta(days=20))
    assert times
    for each in times:
        for calendar in sides:
            local = each.start.astimezone(ZoneInfo(calendar.zone))
            until = each.end.astimezone(ZoneInfo(calendar.zone))
            assert is_working_day(calendar, local.date())
            opens, closes = calendar.week[local.weekday()]
            assert opens <= local.time() < until.time() <= closes


def test_days_off_of_either_side_offer_nothing(cast: Cast) -> None:
    request = agreed(cast)
    Closure.objects.create(
        country="JP", name_ja="創立記念日", name_en="Founding day", first_day=MONDAY, last_day=MONDAY
    )
    saturday = MONDAY + timedelta(days=5)
    assert found(request) == []
    assert found(request, saturday, saturday) == []
    assert found(request, MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))


def test_an_organisations_own_week_counts(cast: Cast) -> None:
    request = agreed(cast)
    week = {str(day): ["13:00", "14:00"] for day in range(5)}
    OrganisationHours.objects.create(organisation=cast.company.organisation, week=week)
    assert clocks(found(request)) == ["13:00"]


def test_what_either_side_has_booked_is_taken_with_a_pause(cast: Cast) -> None:
    request = agreed(cast)
    other = stories.agreed(
        stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner, minutes=30
    )
    actions.book_free_time(other, stories.at(4), by=cast.officer, now=BEFORE)  # 13:00 to 13:30 in Japan
    times = clocks(found(request))
    assert [each for each in times if "12:00" <= each <= "14:00"] == ["12:00", "14:00"]


def test_a_meeting_may_move_into_its_own_time(cast: Cast) -> None:
    request = agreed(cast)
    actions.book_free_time(request, stories.at(4), by=cast.officer, now=BEFORE)
    assert {"13:00", "13:30", "12:30"} <= set(clocks(found(request)))


@override_settings(BOOKING_LEAD_HOURS=24)
def test_nothing_is_offered_before_people_can_know_of_it(cast: Cast) -> None:
    request = agreed(cast)
    noon = stories.at(3, 10)
    assert found(request, now=noon) == []
    assert clocks(found(request, MONDAY, MONDAY + timedelta(days=1), now=noon))[0] == "12:30"


def test_an_interpreter_is_there_or_the_time_is_not(cast: Cast) -> None:
    request = agreed(cast, interpreter_wanted=True)
    assert found(request) == []
    stories.interpreter("vi")
    assert found(request) == []
    who = stories.interpreter("en")
    assert {each.interpreter_id for each in found(request)} == {who.pk}


def test_the_interpreter_with_least_that_day_is_taken_and_nobody_beyond_their_limit(cast: Cast) -> None:
    first, second = stories.interpreter("en", daily_limit=1), stories.interpreter("en", daily_limit=1)
    requests = [agreed(cast, interpreter_wanted=True)]
    requests += [
        stories.agreed(
            stories.match_of(factories.ChallengeFactory().company, factories.StartupFactory()),
            cast.officer,
            consent="By telephone",
            interpreter_wanted=True,
        )
        for _each in range(2)
    ]
    taken = []
    for request, hour in zip(requests[:2], (2, 5), strict=True):
        taken.append(
            actions.book_free_time(request, stories.at(hour), by=cast.officer, now=BEFORE).interpreter
        )
    assert taken == [first, second]
    assert found(requests[2]) == []
    tuesday = MONDAY + timedelta(days=1)
    assert found(requests[2], tuesday, tuesday)


def test_israel_and_japan_share_late_afternoons_only(cast: Cast) -> None:
    startup = factories.StartupFactory(organisation__country="IL", organisation__time_zone="Asia/Jerusalem")
    request = stories.agreed(stories.match_of(cast.company, startup), cast.company_owner)
    times = found(request, MONDAY, FRIDAY)
    assert times
    assert min(clocks(times)) >= "15:00"
    assert {each.start.date().weekday() for each in times} <= {0, 1, 2, 3}  # Friday is off in Israel
