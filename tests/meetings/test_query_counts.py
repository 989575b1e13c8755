"""Every list and page needs as many queries for three rows as for one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matchmaking.core.enums import Language
from meetings.enums import RequestStatus
from meetings.models import Closure, MeetingRequest, Round
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import SignIn, in_state, path, queries

LISTS = {"requests": 6, "rounds": 9, "interpreters": 6, "closures": 5}


def more_of_everything(cast: Cast) -> None:
    """One more of whatever a list shows."""
    stories.asked(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    stories.asked(
        stories.match_of(factories.ChallengeFactory().company, cast.startup), cast.officer, consent="By mail"
    )
    stories.a_round(cast.officer)
    stories.interpreter(*Language.values[1:3])
    days = {"first_day": stories.MONDAY, "last_day": stories.FRIDAY}
    Closure.objects.create(country="JP", name_en="Obon", name_ja="お盆", **days)
    Closure.objects.create(
        organisation=factories.StartupFactory().organisation, name_en="Own", name_ja="自社", **days
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "count"), LISTS.items())
def test_the_offices_lists(cast: Cast, as_user: SignIn, page: str, count: int) -> None:
    found = []
    for rows in (1, 2):
        for _each in range(rows):
            more_of_everything(cast)
        found.append(queries(as_user(cast.officer), path(page)))
    assert found == [count, count]


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["company_owner", "startup_owner"])
@pytest.mark.parametrize(
    ("status", "count"),
    [(RequestStatus.REQUESTED, 7), (RequestStatus.ACCEPTED, 7), (RequestStatus.DECLINED, 8)],
)
def test_the_list_of_ones_own(cast: Cast, as_user: SignIn, reader: str, status: str, count: int) -> None:
    found = []
    for rows in (1, 2):
        for _each in range(rows):
            more_of_everything(cast)
        for each in MeetingRequest.objects.all():
            in_state(each, status)
        found.append(queries(as_user(getattr(cast, reader)), path("list")))
    assert found == [count, count]


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "count"), [("round", 27), ("publish", 21)])
def test_the_board_and_what_will_be_sent(cast: Cast, as_user: SignIn, page: str, count: int) -> None:
    found = []
    for number in (1, 3):
        round_ = stories.a_round(
            cast.officer,
            stories.pairs(number, cast.officer),
            interpreters=[stories.interpreter()],
            officer_attends=True,
            officers=[factories.OfficerFactory() for _each in range(number)],
        )
        stories.placed(round_, cast.officer)
        found.append(queries(as_user(cast.officer), path(page, pk=round_.pk)))
    assert found == [count, count]


@pytest.mark.django_db
def test_a_round_that_collects(cast: Cast, as_user: SignIn) -> None:
    found = []
    for number in (1, 3):
        round_ = stories.a_round(cast.officer, stories.pairs(number, cast.officer))
        found.append(queries(as_user(cast.officer), path("round", pk=round_.pk)))
    assert found == [12, 12]


@pytest.mark.django_db
def test_the_table_of_times(cast: Cast, as_user: SignIn) -> None:
    found = []
    for number in (1, 3):
        requests = [
            stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
            for _each in range(number)
        ]
        round_ = stories.a_round(cast.officer, requests)
        found.append(queries(as_user(cast.company_owner), path("availability", pk=round_.pk)))
    assert (found, Round.objects.count()) == ([17, 17], 2)


@pytest.mark.django_db
def test_one_placement_and_where_it_can_go(cast: Cast, as_user: SignIn) -> None:
    found = []
    for number in (1, 3):
        round_ = stories.a_round(cast.officer, stories.pairs(number, cast.officer))
        row = stories.placed(round_, cast.officer).placements.first()
        found.append(queries(as_user(cast.officer), path("placement", pk=row.pk)))
    assert found == [23, 23]


@pytest.mark.django_db
def test_ones_own_hours_and_the_ways_out_of_a_round(cast: Cast, as_user: SignIn) -> None:
    found = []
    for number in (1, 3):
        for _each in range(number):
            stories.member_of(cast.company)
            day = stories.MONDAY + timedelta(days=len(cast.company.organisation.day_hours.all()))
            factories.DayHoursFactory(organisation=cast.company.organisation, day=day)
            factories.ClosureFactory(organisation=cast.company.organisation)
        requests = [
            stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
            for _each in range(number)
        ]
        round_ = stories.a_round(cast.officer, requests)
        client = as_user(cast.company_owner)
        found.append(
            (queries(client, path("own_hours")), queries(client, path("availability_none", pk=round_.pk)))
        )
    assert found == [(10, 8), (10, 8)]
