"""How many times suit both: only where both have said when they can, and never which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match
from matchmaking.matches.shared_times import SharedTimes
from matchmaking.matches.shared_times import shared_times as asked
from meetings.enums import AvailabilityKind
from meetings.models import Availability, AvailabilityWindow, OrganisationHours
from meetings.shared_times import shared_times
from tests import factories
from tests.conftest import Cast
from tests.matches.pages import source, words
from tests.meetings import stories

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2031, 6, 1, 12, 0, tzinfo=UTC)
TUESDAYS = [datetime(2031, 6, 3, 1, 0, tzinfo=UTC), datetime(2031, 6, 10, 1, 0, tzinfo=UTC)]  # ten in Tokyo


def week(organisation: Organisation, opens: str, closes: str, zone: str = "Asia/Tokyo") -> None:
    """Open on Tuesdays only."""
    Organisation.objects.filter(pk=organisation.pk).update(time_zone=zone)
    OrganisationHours.objects.create(organisation=organisation, week={"1": [opens, closes]})


def offer(organisation: Organisation, by: Any, *spans: tuple[datetime, int]) -> None:
    """Free times for a round: starts and hours."""
    answer = Availability.objects.create(
        round=stories.a_round(by),
        organisation=organisation,
        kind=AvailabilityKind.values[0],
        given_by=by,
        given_at=timezone.now(),
    )
    for start, length in spans:
        AvailabilityWindow.objects.create(
            availability=answer, starts_at=start, ends_at=start + timedelta(hours=length)
        )


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


def counted(match: Match) -> SharedTimes | None:
    fresh = Match.objects.with_parties().get(pk=match.pk)
    return shared_times([fresh], now=SUNDAY).get(match.pk)


@pytest.mark.parametrize("given", [[], ["firm"], ["startup"]], ids=["nobody", "the firm", "the startup"])
def test_nothing_is_said_before_both_have_given_hours(cast: Cast, match: Match, given: list[str]) -> None:
    if "firm" in given:
        week(cast.company.organisation, "10:00", "12:00")
    if "startup" in given:
        week(cast.startup.organisation, "09:00", "11:00")
    assert counted(match) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "count"),
    [
        (("10:00", "12:00"), ("10:00", "12:00"), 4),  # two hours on two Tuesdays
        (("10:00", "12:00"), ("11:00", "15:00"), 2),
        (("10:00", "12:00"), ("12:00", "15:00"), 0),
        (("10:00", "10:45"), ("10:00", "15:00"), 0),  # too short for a meeting
        (("10:15", "12:00"), ("10:00", "12:00"), 2),  # half past ten to half past eleven
    ],
)
def test_two_weeks_of_working_hours_are_compared(
    cast: Cast, match: Match, ours: tuple[str, str], theirs: tuple[str, str], count: int
) -> None:
    week(cast.company.organisation, *ours)
    week(cast.startup.organisation, *theirs)
    found = counted(match)
    assert found is not None
    assert (found.count, found.first is None) == (count, count == 0)


def test_each_sides_own_clock_counts(cast: Cast, match: Match) -> None:
    week(cast.company.organisation, "10:00", "12:00")
    week(cast.startup.organisation, "09:00", "11:00", "Asia/Singapore")
    assert counted(match) == SharedTimes(4, TUESDAYS[0])


def test_free_times_for_a_round_go_before_the_week_and_may_lie_further_ahead(
    cast: Cast, match: Match
) -> None:
    far = datetime(2031, 7, 15, 1, 0, tzinfo=UTC)  # six weeks on, a Tuesday
    week(cast.company.organisation, "10:00", "12:00")
    week(cast.startup.organisation, "10:00", "12:00")
    offer(cast.startup.organisation, cast.officer, (far, 5))
    assert counted(match) == SharedTimes(2, far)


def test_times_that_have_passed_are_not_counted(cast: Cast, match: Match) -> None:
    for organisation in (cast.company.organisation, cast.startup.organisation):
        offer(organisation, cast.officer, (SUNDAY - timedelta(hours=2), 3), (SUNDAY - timedelta(days=3), 2))
    assert counted(match) == SharedTimes(1, SUNDAY)


def test_a_booked_meeting_takes_its_time_and_a_pause_away(cast: Cast, match: Match) -> None:
    request = stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    [meeting] = stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    start = meeting.starts_at - timedelta(hours=1)
    for organisation in (cast.company.organisation, cast.startup.organisation):
        Availability.objects.filter(organisation=organisation).delete()
        offer(organisation, cast.officer, (start, 3))
    found = counted(match)
    assert found is not None
    assert found.count < 3


def test_the_queries_are_the_same_for_any_number(cast: Cast, match: Match) -> None:
    for number in range(3):
        startup = factories.StartupFactory()
        stories.match_of(cast.company, startup)
        week(startup.organisation, "10:00", f"1{number + 2}:00")
    week(cast.company.organisation, "10:00", "12:00")
    every = list(Match.objects.with_parties().filter(company=cast.company, status=MatchStatus.DISCLOSED))
    counts = []
    for some in (every[1:2], every):
        with CaptureQueriesContext(connection) as queries:
            shared_times(some, now=SUNDAY)
        counts.append(len(queries))
    assert (len(every), counts[0]) == (4, counts[1])


def test_the_portal_asks_this_app(cast: Cast, match: Match) -> None:
    for organisation in (cast.company.organisation, cast.startup.organisation):
        OrganisationHours.objects.create(
            organisation=organisation, week={str(day): ["00:00", "00:00"] for day in range(7)}
        )
    fresh = Match.objects.with_parties().get(pk=match.pk)
    assert asked([fresh])[match.pk].count > 0
    assert asked([]) == {}


def test_both_sides_cards_say_how_many_times_suit_both(cast: Cast, match: Match, as_user: Any) -> None:
    for organisation in (cast.company.organisation, cast.startup.organisation):
        OrganisationHours.objects.create(
            organisation=organisation, week={str(day): ["00:00", "00:00"] for day in range(7)}
        )
    assert "times suit both, the first on" in words(source(as_user(cast.company_owner), "matches:list"))
    Match.objects.filter(pk=match.pk).update(status=MatchStatus.INTERESTED)
    page = source(as_user(cast.startup_owner), "matches:interest")
    assert "times suit both, the first on" in words(page)


def test_a_card_of_a_pair_that_has_said_nothing_says_nothing(cast: Cast, match: Match, as_user: Any) -> None:
    page = words(source(as_user(cast.company_owner), "matches:list"))
    assert "suit both" not in page
    assert "No shared time yet" not in page
