"""Who works for the programme no longer sits in nowhere: seats are free, and colleagues read which lack an officer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from accounts import actions as people
from accounts.models import User
from accounts.profiles import departures
from accounts.rules import name_of
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from meetings import actions
from meetings.enums import Lack, RequestStatus, SeatStatus
from meetings.models import BookingSeat, Meeting, Round
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, said, told, words
from tests.told import read

pytestmark = pytest.mark.django_db
BEFORE = stories.at(0, day=1)


@pytest.fixture
def colleague(db: None) -> User:
    return factories.OfficerFactory(name="Colleague Ken", email="colleague@office.example")


def sat_in(cast: Cast, colleague: User, number: int = 2) -> list[Meeting]:
    """Published meetings in which the colleague sits, in order of time."""
    requests = [
        stories.agreed(stories.match_of(cast.company, each), cast.company_owner)
        for each in [factories.StartupFactory() for _ in range(number)]
    ]
    round_ = stories.a_round(cast.officer, requests, officer_attends=True, officers=[colleague])
    stories.published(round_, cast.officer)
    Notice.objects.all().delete()
    return list(Meeting.objects.order_by("period"))


def seats_of(user: User) -> set[str]:
    return set(BookingSeat.objects.filter(resource__officer=user).values_list("status", flat=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_seats_to_come_are_free_and_the_colleagues_read_which_meetings_lack_an_officer(
    cast: Cast, colleague: User, language: str
) -> None:
    User.objects.update(language=language)
    meetings = sat_in(cast, colleague)
    before = [(each.sequence, each.period, each.changed_at) for each in meetings]
    with time_machine.travel(BEFORE, tick=False):
        people.end_staff_access(colleague, by=cast.administrator)
    assert seats_of(colleague) == {SeatStatus.RELEASED}
    assert [each.officer for each in Meeting.objects.order_by("period")] == [None, None]
    assert told(*Event) == {"officer_gone": ["administrator", "officer"]}
    [text] = {read(each) for each in Notice.objects.select_related("recipient")}
    assert "Colleague Ken" in text
    assert "2" in text.splitlines()[0]
    for each in meetings:
        startup = each.request.startup
        assert name_of(startup, language) in text
    assert (
        AuditEvent.objects.filter(action="meeting.officer_left", actor_id=cast.administrator.pk).count() == 2
    )
    after = [(each.sequence, each.period, each.changed_at) for each in Meeting.objects.order_by("period")]
    assert after == before  # nobody's calendar named the officer: no entry changes
    statuses = {each.request.status for each in Meeting.objects.select_related("request")}
    assert statuses == {RequestStatus.SCHEDULED}


def test_what_is_over_keeps_who_sat_in(cast: Cast, colleague: User) -> None:
    first, second = sat_in(cast, colleague)
    assert first.ends_at <= second.starts_at
    with time_machine.travel(first.ends_at, tick=False):
        people.end_staff_access(colleague, by=cast.administrator)
    assert [each.officer for each in Meeting.objects.order_by("period")] == [colleague, None]
    assert seats_of(colleague) == {SeatStatus.CONFIRMED, SeatStatus.RELEASED}


def test_a_cancelled_meeting_is_not_told_of(cast: Cast, colleague: User) -> None:
    first, _second = sat_in(cast, colleague)
    actions.cancel(first, reason="Ill", by=cast.officer, now=BEFORE)
    Notice.objects.all().delete()
    with time_machine.travel(BEFORE, tick=False):
        people.end_staff_access(colleague, by=cast.administrator)
    notice = Notice.objects.filter(event=Event.OFFICER_GONE, recipient=cast.officer).get()
    assert notice.params["meetings"] == 1


@pytest.mark.parametrize("who", ["officer", "expert", "company_member"])
def test_whoever_sits_in_nowhere_leaves_without_a_word(cast: Cast, who: str) -> None:
    departures.farewell(getattr(cast, who), by=cast.administrator)
    assert not Notice.objects.filter(event=Event.OFFICER_GONE).exists()
    assert not AuditEvent.objects.filter(action__in=["meeting.officer_left", "round.officer_left"]).exists()


def test_rounds_in_the_making_go_on_without_them_and_are_to_be_placed_again(
    cast: Cast, colleague: User
) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    made = stories.a_round(cast.officer, [request], officer_attends=True, officers=[colleague, cast.officer])
    stories.placed(made, cast.officer)
    untouched = stories.a_round(cast.officer, officer_attends=True, officers=[cast.officer])
    before = Round.objects.get(pk=untouched.pk).changed_at
    draft = Round.objects.get(pk=made.pk)
    people.end_staff_access(colleague, by=cast.administrator)
    found = Round.objects.get(pk=made.pk)
    assert [each.pk for each in found.officers.all()] == [cast.officer.pk]
    assert found.changed_at is not None
    assert draft.changed_at is None or found.changed_at > draft.changed_at
    assert Round.objects.get(pk=untouched.pk).changed_at == before
    assert AuditEvent.objects.get(action="round.officer_left").detail["officer"] == colleague.pk
    assert not Notice.objects.filter(event=Event.OFFICER_GONE).exists()  # no meeting is booked yet


def test_whoever_moves_the_meeting_afterwards_finds_a_time_without_them(cast: Cast, colleague: User) -> None:
    meeting, _other = sat_in(cast, colleague)
    with time_machine.travel(BEFORE, tick=False):
        people.end_staff_access(colleague, by=cast.administrator)
    meeting.refresh_from_db()
    actions.reschedule(
        meeting, meeting.starts_at + timedelta(days=1), reason="A train", by=cast.officer, now=BEFORE
    )
    assert Meeting.objects.get(pk=meeting.pk).officer is None
    assert seats_of(colleague) == {SeatStatus.RELEASED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_find_them_from_their_first_page(
    cast: Cast, as_user: SignIn, colleague: User, language: str
) -> None:
    meetings = sat_in(cast, colleague)
    address = path("requests", language=language) + f"?lacks={Lack.OFFICER}"
    client = as_user(cast.officer)
    rows = {row.url: row.count for row in client.get(f"/{language}/").context["office_rows"]}
    assert rows[address] == 0
    people.end_staff_access(colleague, by=cast.administrator)
    page = client.get(f"/{language}/")
    rows = {row.url: row.count for row in page.context["office_rows"]}
    assert rows[address] == 2
    assert said("Meetings to come without the officer who sits in", language) in words(page)
    found = {each["request"].pk for each in client.get(address).context["rows"]}
    assert found == {each.request_id for each in meetings}
