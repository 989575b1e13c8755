"""Until when a startup answers, and what happens to requests that nobody answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from matchmaking.celery import app
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from meetings import actions, tasks
from meetings.calendars import answer_deadline
from meetings.enums import RequestStatus
from meetings.models import Closure, MeetingRequest, OrganisationHours
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import in_state

# country, zone, asked at (UTC), the day and clock there by which to answer
DEADLINES = [
    ("SG", "Asia/Singapore", "2026-11-19T03:00", "2026-11-26 18:00"),  # five working days
    ("SG", "Asia/Singapore", "2026-11-20T03:00", "2026-11-27 18:00"),
    ("SG", "Asia/Singapore", "2026-11-21T03:00", "2026-11-27 18:00"),  # a Saturday
    ("SG", "Asia/Singapore", "2026-12-21T03:00", "2026-12-29 18:00"),  # Christmas Day is off
    ("SG", "Asia/Singapore", "2026-12-30T03:00", "2027-01-07 18:00"),  # New Year's Day is off
    ("IL", "Asia/Jerusalem", "2026-11-19T08:00", "2026-11-26 18:00"),  # Friday and Saturday are off
    ("IN", "Asia/Kolkata", "2026-11-19T03:00", "2026-11-27 18:00"),  # Guru Nanak's birthday is off
    ("VN", "Asia/Ho_Chi_Minh", "2026-11-19T03:00", "2026-11-27 18:00"),  # 24 November is a holiday
]


def startup_in(country: str, zone: str):
    return factories.StartupFactory(
        organisation__country=country, organisation__time_zone=zone, organisation__region=""
    ).organisation


@pytest.mark.django_db
def test_five_working_days_of_the_startups_own_calendar() -> None:
    found, expected = {}, {}
    for country, zone, asked, by in DEADLINES:
        moment = datetime.fromisoformat(asked).replace(tzinfo=UTC)
        due = answer_deadline(startup_in(country, zone), moment).astimezone(ZoneInfo(zone))
        found[country, asked] = due.strftime("%Y-%m-%d %H:%M")
        expected[country, asked] = by
    assert found == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("whose", "day"),
    [("SG", 30), ("startup", 30), ("VN", 26), ("company", 26)],
)
def test_only_closures_of_the_country_or_the_house_move_the_deadline(
    cast: Cast, whose: str, day: int
) -> None:
    days = {"first_day": "2026-11-23", "last_day": "2026-11-24", "name_en": "Off", "name_ja": "休"}
    if whose in ("startup", "company"):
        Closure.objects.create(organisation=getattr(cast, whose).organisation, **days)
    else:
        Closure.objects.create(country=whose, **days)
    due = answer_deadline(cast.startup.organisation, datetime(2026, 11, 19, 3, tzinfo=UTC))
    assert due == datetime(2026, 11, day, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_two_hours_on_one_day_a_week_stretch_the_deadline_over_weeks(cast: Cast) -> None:
    OrganisationHours.objects.create(organisation=cast.startup.organisation, week={"2": ["10:00", "12:00"]})
    due = answer_deadline(cast.startup.organisation, datetime(2026, 11, 19, 3, tzinfo=UTC))
    assert due == datetime(2026, 12, 23, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_the_deadline_is_never_in_the_past_and_rises_with_time(cast: Cast) -> None:
    asked = [datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=7 * number) for number in range(60)]
    due = [answer_deadline(cast.startup.organisation, each) for each in asked]
    assert due == sorted(due)
    assert min(late - early for early, late in zip(asked, due, strict=True)) > timedelta(days=4)


@pytest.fixture
def made(cast: Cast) -> MeetingRequest:
    return stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)


@pytest.mark.django_db
def test_a_request_lapses_after_its_last_second_not_in_it(made: MeetingRequest) -> None:
    steps = [timedelta(seconds=-1), timedelta(0), timedelta(seconds=1), timedelta(days=9)]
    assert [actions.lapse_overdue(now=made.reply_by + step) for step in steps] == [0, 0, 1, 0]


@pytest.mark.django_db
def test_only_requests_that_wait_lapse(made: MeetingRequest) -> None:
    lapsed = {}
    for status in RequestStatus.values:
        in_state(made, status)
        lapsed[status] = actions.lapse_overdue(now=made.reply_by + timedelta(days=1))
    assert lapsed == {status: int(status == RequestStatus.REQUESTED) for status in RequestStatus.values}


@pytest.mark.django_db
def test_the_system_itself_is_the_actor(made: MeetingRequest) -> None:
    actions.lapse_overdue(now=made.reply_by + timedelta(days=1))
    row = AuditEvent.objects.get(action="meetingrequest.lapsed")
    assert (row.actor_id, row.actor_label, row.target_id) == (None, "", str(made.pk))


@pytest.mark.django_db
def test_one_that_cannot_lapse_keeps_none_of_the_others_back(cast: Cast, made: MeetingRequest) -> None:
    other = stories.asked(stories.match_of(cast.other_company, cast.other_startup), cast.other_company_owner)
    later = max(made.reply_by, other.reply_by) + timedelta(days=1)
    actions.accept(made, by=cast.startup_owner)
    assert actions.lapse_overdue(now=later) == 1
    assert {each.pk: each.status for each in MeetingRequest.objects.all()} == {
        made.pk: RequestStatus.ACCEPTED,
        other.pk: RequestStatus.LAPSED,
    }


@pytest.mark.django_db
def test_after_a_lapse_the_firm_may_ask_again_and_the_startup_answer(
    cast: Cast, made: MeetingRequest
) -> None:
    actions.lapse_overdue(now=made.reply_by + timedelta(days=1))
    again = stories.asked(made.match, cast.company_owner)
    actions.accept(again, by=cast.startup_owner)
    assert sorted(MeetingRequest.objects.values_list("status", flat=True)) == ["accepted", "lapsed"]


@pytest.mark.django_db
def test_the_clock_of_the_worker_lets_requests_lapse(made: MeetingRequest) -> None:
    MeetingRequest.objects.update(reply_by=timezone.now() - timedelta(minutes=1))
    assert (tasks.lapse_requests(), tasks.lapse_requests()) == (1, 0)
    assert Notice.objects.filter(event=Event.REQUEST_LAPSED).exists()


def test_the_beat_calls_a_task_that_exists() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["lapse-requests"]
    assert (entry["task"], entry["schedule"]) == (tasks.lapse_requests.name, 600.0)
    assert entry["task"] in app.tasks
