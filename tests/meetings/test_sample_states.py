"""The sample's meetings: every state a visitor should meet, made as people would have made them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from matchmaking.core.models import AuditEvent
from meetings.enums import RequestStatus, RoundStatus, TimetableStatus
from meetings.models import BookingSeat, Closure, Interpreter, Meeting, MeetingRequest, Round, Timetable
from meetings.sample import COMING_ROUND, INTERPRETERS, MOST, PUBLISHED_ROUND, SHIFTS, load_meetings
from tests import factories
from tests.conftest import Cast, Keeping
from tests.meetings import stories
from tests.meetings.pages import SignIn, path

TODAY = date(2031, 5, 12)


@pytest.fixture(scope="module")
def kept_world(kept_cast: Cast, keeping: Keeping) -> None:
    """Twenty-four disclosed matches of six firms and eight startups; one of the pairs hears nothing of it."""
    with keeping():
        companies = [kept_cast.company, *(factories.ChallengeFactory().company for _each in range(5))]
        startups = [kept_cast.startup, *(factories.StartupFactory() for _each in range(7))]
        for number, company in enumerate(companies):
            for startup in startups[number % 2 :: 2]:
                stories.match_of(company, startup, score=90 - number)
        load_meetings(by=kept_cast.officer, today=TODAY)


@pytest.fixture
def world(kept_world: None, cast: Cast) -> None:
    """Of the module, for a test that does not write for good."""


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_every_group_is_there_and_none_is_over_its_size() -> None:
    states = Counter(MeetingRequest.objects.values_list("status", flat=True))
    assert states[RequestStatus.SCHEDULED] <= MOST["publish"]
    assert states[RequestStatus.WITHDRAWN] == 1
    assert 0 < states[RequestStatus.REQUESTED] <= MOST["wait"]
    assert 0 < states[RequestStatus.DECLINED] <= MOST["decline"]
    assert sum(states.values()) == 24


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_one_round_is_published_and_one_collects() -> None:
    rounds = {each.name: each for each in Round.objects.all()}
    published, coming = rounds[PUBLISHED_ROUND], rounds[COMING_ROUND]
    assert (published.status, coming.status) == (RoundStatus.PUBLISHED, RoundStatus.COLLECTING)
    assert published.first_day.weekday() == coming.first_day.weekday() == 0
    assert coming.first_day - published.first_day == timedelta(days=14)
    assert published.first_day > TODAY
    assert Timetable.objects.get().status == TimetableStatus.PUBLISHED
    assert set(coming.requests.values_list("status", flat=True)) == {RequestStatus.ACCEPTED}


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_an_officer_sits_in_every_meeting_and_some_interpreters_have_hours_of_their_own(cast: Cast) -> None:
    meetings = list(Meeting.objects.exclude(round=None))
    sitting = {cast.officer, cast.administrator}
    assert (len(meetings) > 0, {each.officer for each in meetings} <= sitting) == (True, True)
    for round_ in Round.objects.all():
        assert (round_.officer_attends, set(round_.officers.all())) == (True, sitting)
        who = {shift.interpreter.name: shift.zone for shift in round_.shifts.all()}
        assert who == {name: zone for name, (zone, *_more) in SHIFTS.items()}
        assert {shift.day.weekday() for shift in round_.shifts.all()} == {0, 1, 2, 3}


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_some_interpreters_work_in_fields_of_theirs_and_every_request_that_wants_one_finds_one() -> None:
    """All of this sample meet about retail, in English: those who work in other fields are free all week."""
    named = {each.name: each.fields for each in Interpreter.objects.all()}
    assert named == {name: fields for name, _languages, fields, _limit in INTERPRETERS}
    rows = Timetable.objects.get().placements.exclude(reason="")
    assert [row.reason for row in rows if row.reason == "no_interpreter"] == []
    who = {meeting.interpreter for meeting in Meeting.objects.exclude(interpreter=None)}
    assert {each.name for each in who} == {name for name, fields in named.items() if not fields}


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_every_meeting_has_its_seats_and_lies_in_its_round() -> None:
    for meeting in Meeting.objects.select_related("round", "request"):
        assert meeting.seats.count() == 4 + (meeting.interpreter is not None)
        assert meeting.round.first_day <= meeting.starts_at.date() <= meeting.round.last_day
        assert meeting.request.status == RequestStatus.SCHEDULED
    assert BookingSeat.objects.blocking().count() == BookingSeat.objects.count()


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_what_staff_asked_has_a_consent_and_what_firms_asked_has_none(cast: Cast) -> None:
    for request in MeetingRequest.objects.all():
        assert (request.asked_by == cast.officer) is (request.consent != "")
        assert request.asked_at < request.reply_by


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_a_second_load_changes_nothing(cast: Cast) -> None:
    before = [
        model.objects.count() for model in (MeetingRequest, Round, Meeting, Closure, Interpreter, AuditEvent)
    ]
    load_meetings(by=cast.officer, today=TODAY + timedelta(days=3))
    after = [
        model.objects.count() for model in (MeetingRequest, Round, Meeting, Closure, Interpreter, AuditEvent)
    ]
    assert (before, before[4]) == (after, len(INTERPRETERS))


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_every_page_of_the_sample_opens_for_its_people(cast: Cast, as_user: SignIn) -> None:
    officer, firm, startup = (
        as_user(each) for each in (cast.officer, cast.company_owner, cast.startup_owner)
    )
    pages = [(officer, path("round", pk=each.pk)) for each in Round.objects.all()]
    pages += [(officer, path(name)) for name in ("requests", "rounds", "interpreters", "closures")]
    pages += [(firm, path("list")), (startup, path("list"))]
    for request in MeetingRequest.objects.all():
        pages.append((officer, path("detail", pk=request.pk)))
    assert {client.get(address).status_code for client, address in pages} == {200}


@pytest.mark.django_db
@pytest.mark.parametrize("today", [date(2031, 1, 1), date(2031, 8, 10), date(2031, 12, 31)])
def test_the_sample_plays_on_any_day_of_the_year(cast: Cast, today: date) -> None:
    stories.match_of(cast.company, cast.startup)
    load_meetings(by=cast.officer, today=today)
    assert MeetingRequest.objects.count() == 1
    assert all(each.first_day <= each.last_day for each in Closure.objects.all())
