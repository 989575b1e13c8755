"""The sample tells no story backwards: of every pair, each step comes after the one that the state machine asks for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaking.core.models import AuditEvent
from matchmaking.matches.actions import disclose
from matchmaking.matches.enums import MATCH_TRANSITIONS, MatchStatus, Side
from matchmaking.matches.explaining.story import story_of
from matchmaking.matches.models import Match
from meetings.enums import REQUEST_TRANSITIONS, RequestStatus
from meetings.models import Meeting, MeetingRequest, Round
from meetings.sample import load_meetings
from tests import factories
from tests.conftest import Cast, Keeping
from tests.meetings import stories
from tests.meetings.pages import SignIn

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def kept_pairs(kept_cast: Cast, keeping: Keeping) -> None:
    """Thirty pairs of the cast's and other firms, recommended by an officer and then dealt to all groups."""
    officer = kept_cast.officer
    with keeping():
        startups = [kept_cast.startup, *(factories.StartupFactory() for _each in range(9))]
        firms = [kept_cast.company, *(factories.ChallengeFactory().company for _each in range(2))]
        for number, firm in enumerate(firms):
            for startup in startups:
                disclose(stories.match_of(firm, startup, MatchStatus.PROPOSED, 90 - number), by=officer)
        load_meetings(by=officer, today=timezone.localdate(timezone=TOKYO))


@pytest.fixture
def pairs(kept_pairs: None, cast: Cast) -> list[Match]:
    return list(Match.objects.with_parties())


def trail(item: Any) -> list[AuditEvent]:
    events = AuditEvent.objects.filter(target_type=item._meta.label_lower, target_id=str(item.pk))
    return list(events.order_by("at", "pk"))


def states(item: Any) -> list[str]:
    """The states that the trail tells of, in the order of time."""
    name = f"{item._meta.model_name}."
    return [event.action.removeprefix(name) for event in trail(item) if event.action.startswith(name)]


def is_a_path(found: list[str], table: Any, first: str) -> bool:
    return all(after in table[before] for before, after in zip([first, *found], found, strict=False))


def test_every_match_went_the_way_of_its_states_and_stands_where_the_trail_ends(pairs: list[Match]) -> None:
    assert {match.status for match in pairs} == {MatchStatus.INTERESTED}
    for match in pairs:
        found = states(match)
        assert is_a_path(found, MATCH_TRANSITIONS, MatchStatus.PROPOSED), found
        assert found[-1] == match.status


def test_every_request_went_the_way_of_its_states_and_stands_where_the_trail_ends(pairs: list[Match]) -> None:
    requests = list(MeetingRequest.objects.all())
    assert {request.status for request in requests} == {
        RequestStatus.REQUESTED,
        RequestStatus.ACCEPTED,
        RequestStatus.DECLINED,
        RequestStatus.WITHDRAWN,
        RequestStatus.SCHEDULED,
    }
    for request in requests:
        first, *later = states(request)
        assert first == RequestStatus.REQUESTED
        assert is_a_path(later, REQUEST_TRANSITIONS, first), (first, later)
        assert ([first, *later])[-1] == request.status


def test_the_stamps_of_every_pair_follow_each_other_and_none_lies_ahead(pairs: list[Match]) -> None:
    fixed = {meeting.request_id: meeting.published_at for meeting in Meeting.objects.all()}
    for request in MeetingRequest.objects.select_related("match"):
        stamps: list[datetime | None] = [
            request.match.disclosed_at,
            request.asked_at,
            request.answered_at,
            fixed.get(request.pk),
        ]
        told = [stamp for stamp in stamps if stamp is not None]
        assert told == sorted(told), (request.pk, told)
        assert told[-1] <= timezone.now()
        assert request.reply_by > request.asked_at


@pytest.mark.parametrize("reader", list(Side))
def test_each_reader_is_told_it_in_that_order(pairs: list[Match], cast: Cast, reader: Side) -> None:
    """Told newest first: whatever they may read, the recommendation is the oldest and the fixed time the newest."""
    users = {Side.STAFF: cast.officer, Side.COMPANY: cast.company_owner, Side.STARTUP: cast.startup_owner}
    begins = {Side.STAFF: "Disclosed to the firm", Side.COMPANY: "Recommended to you"}
    theirs = {
        Side.STAFF: pairs,
        Side.COMPANY: [match for match in pairs if match.company == cast.company],
        Side.STARTUP: [match for match in pairs if match.startup == cast.startup],
    }
    for match in theirs[reader]:
        texts = [happening.text for happening in reversed(story_of(match, reader, users[reader]))]
        steps = [text for text in texts if not text.startswith(("First score", "Score changed"))]
        if reader in begins:
            assert steps[0] == begins[reader], steps
        asked = next(number for number, text in enumerate(steps) if "equest" in text)
        fixed = [number for number, text in enumerate(steps) if text.startswith("Meeting fixed")]
        answers = [number for number, text in enumerate(steps) if "accepted" in text or "declined" in text]
        assert all(asked < number for number in answers), steps
        assert all(max(answers) < number for number in fixed), steps


@pytest.mark.parametrize("days", [0, 1, 400])
def test_on_whichever_day_it_plays_its_rounds_lie_ahead_of_its_requests(cast: Cast, days: int) -> None:
    match = stories.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    disclose(match, by=cast.officer)
    today: date = timezone.localdate(timezone=TOKYO) + timedelta(days=days)
    load_meetings(by=cast.officer, today=today)
    [request] = MeetingRequest.objects.all()
    match.refresh_from_db()
    assert match.disclosed_at is not None
    assert match.disclosed_at <= request.asked_at <= timezone.now()
    assert all(each.first_day > today for each in Round.objects.all())


def test_the_pages_of_the_pairs_show_the_recommendation_beneath_the_request(
    pairs: list[Match], cast: Cast, as_user: SignIn
) -> None:
    match = next(each for each in pairs if each.company == cast.company)
    page = as_user(cast.company_owner).get(reverse("matches:detail", args=[match.pk])).content.decode()
    assert page.index("Request for a meeting sent") < page.rindex("Recommended to you")
