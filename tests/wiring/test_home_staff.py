"""The office's first page: exact numbers, the oldest of each kind, and links to lists that show just these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions as accounts
from accounts.enums import OrganisationStatus
from accounts.models import Organisation, Review, User
from companies.models import Company
from matchmaking.matches.actions import ensure_policy
from matchmaking.matches.enums import MatchStatus, RunStatus
from matchmaking.matches.models import Match, Run
from matchmaking.waiting import Waiting
from meetings.enums import RequestStatus
from meetings.models import MeetingRequest
from partnerships.models import GateRule
from startups.models import Startup
from tests import factories
from tests.accounts import review_stories
from tests.conftest import Cast
from tests.meetings import stories
from tests.partnerships import stories as partnerships

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LONG_AGO = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    """In which the legal checks that come with the portal have been compared with their sources."""
    GateRule.objects.update(checked_on=timezone.localdate())
    return as_user(cast.officer)


def page(client: Client) -> dict[str, Waiting]:
    context = client.get("/en/").context
    return {row.what: row for row in [*context["office_rows"], *context["other_rows"]]}


def numbers(client: Client) -> dict[str, int]:
    return {what: row.count for what, row in page(client).items()}


def counters(client: Client) -> dict[str, int]:
    return {str(each["label"]): each["value"] for each in client.get("/en/").context["counters"]}


def total(client: Client, url: str) -> int:
    """How many rows the list behind a link has, over all of its pages."""
    context = client.get(url).context
    if "rules" in context:
        return len(context["rules"])  # all on one page
    for name in ("listing", "table", "page"):
        if name in context:
            found = context[name]
            if name == "listing":
                return found.count
            return context["counted"].number if name == "table" else found.paginator.count
    raise AssertionError(url)


def firms(number: int, status: str, **more: Any) -> list[Company]:
    more = {f"organisation__{name}": value for name, value in more.items()}
    return _applied(factories.CompanyFactory.create_batch(number, organisation__status=status, **more))


def startups(number: int, status: str) -> list[Startup]:
    return _applied(factories.StartupFactory.create_batch(number, organisation__status=status))


def _applied(profiles: list[Any]) -> list[Any]:
    """Who waits for review waits in one."""
    for organisation in (profile.organisation for profile in profiles):
        if organisation.status == OrganisationStatus.SUBMITTED:
            factories.ReviewFactory(organisation=organisation, asked_at=organisation.submitted_at)
    return profiles


def test_where_nothing_waits_there_are_noughts_and_no_links(office: Client) -> None:
    rows = page(office)
    assert {row.count for row in rows.values()} == {0}
    assert {row.since for row in rows.values()} == {None}
    html = office.get("/en/").content.decode()
    assert not any(f'href="{row.url}"' in html for row in rows.values() if "?" in row.url)


def test_profiles_are_counted_by_kind_and_state(office: Client) -> None:
    firms(3, OrganisationStatus.SUBMITTED)
    startups(2, OrganisationStatus.SUBMITTED)
    firms(1, OrganisationStatus.RETURNED)
    startups(4, OrganisationStatus.RETURNED)
    for status in (OrganisationStatus.DRAFT, OrganisationStatus.SUSPENDED):
        firms(1, status)
        startups(1, status)
    found = numbers(office)
    assert found["Firms to review"] == 3
    assert found["Startups to review"] == 2
    assert found["Firms that must correct their profile"] == 1
    assert found["Startups that must correct their profile"] == 4


def test_since_when_is_that_of_the_oldest(office: Client) -> None:
    firms(1, OrganisationStatus.SUBMITTED, submitted_at=LONG_AGO + timedelta(days=9))
    firms(1, OrganisationStatus.SUBMITTED, submitted_at=LONG_AGO)
    firms(1, OrganisationStatus.PUBLISHED, submitted_at=LONG_AGO - timedelta(days=9))
    assert page(office)["Firms to review"].since == LONG_AGO
    assert "Sun 1 Mar" in office.get("/en/").content.decode()


def test_a_correction_waits_since_it_was_asked_for_not_since_the_last_edit(
    office: Client, cast: Cast
) -> None:
    [firm] = firms(1, OrganisationStatus.SUBMITTED)
    Organisation.objects.filter(pk=firm.pk).update(updated_at=LONG_AGO, submitted_at=LONG_AGO)
    before = timezone.now()
    review_stories.returned(Review.objects.get(organisation=firm.pk), by=cast.officer)
    first = page(office)["Firms that must correct their profile"].since
    assert before <= first <= timezone.now()
    firm.organisation.refresh_from_db()
    firm.organisation.save()  # the firm corrects, but has not sent it in
    assert page(office)["Firms that must correct their profile"].since == first


def test_a_second_return_counts_from_the_second(office: Client, cast: Cast) -> None:
    [firm] = firms(1, OrganisationStatus.SUBMITTED)
    organisation = Organisation.objects.get(pk=firm.pk)
    review_stories.returned(Review.objects.get(organisation=firm.pk), by=cast.officer)
    organisation.refresh_from_db()
    first = page(office)["Firms that must correct their profile"].since
    second = accounts.submit(organisation, by=None)
    assert page(office)["Firms that must correct their profile"].count == 0
    review_stories.returned(second, by=cast.officer)
    assert page(office)["Firms that must correct their profile"].since > first


def test_one_that_was_imported_as_returned_waits_since_it_was_sent_in(office: Client) -> None:
    firms(1, OrganisationStatus.RETURNED, submitted_at=LONG_AGO)
    assert page(office)["Firms that must correct their profile"].since == LONG_AGO


def test_matches_and_requests_are_counted_by_state(office: Client, cast: Cast) -> None:
    stories.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    stories.match_of(cast.company, cast.other_startup, MatchStatus.PROPOSED)
    stories.match_of(cast.other_company, cast.startup, MatchStatus.DISCLOSED)
    asked = stories.match_of(cast.other_company, cast.other_startup)
    request = stories.asked(asked, cast.other_company_owner)
    found = numbers(office)
    assert (found["Proposed matches to look at"], found["Requests that wait for an answer"]) == (2, 1)
    stories.actions.accept(request, by=cast.other_startup_owner)
    found = numbers(office)
    assert (found["Requests that wait for an answer"], found["Accepted requests in no round"]) == (
        0,
        1,
    )


def test_a_request_in_a_round_waits_for_nobody_until_its_timetable_is_ready(
    office: Client, cast: Cast
) -> None:
    [request] = stories.pairs(1, cast.officer)
    assert numbers(office)["Accepted requests in no round"] == 1
    round_ = stories.a_round(cast.officer, [request])
    found = numbers(office)
    assert (found["Accepted requests in no round"], found["Timetables to check and publish"]) == (0, 0)
    before = timezone.now()
    timetable = stories.placed(round_, cast.officer)
    row = page(office)["Timetables to check and publish"]
    assert (row.count, row.since) == (1, timetable.finished_at)
    assert row.since >= before
    timetable = stories.placed(round_, cast.officer)
    assert numbers(office)["Timetables to check and publish"] == 1
    stories.actions.publish(timetable, by=cast.officer)
    assert numbers(office)["Timetables to check and publish"] == 0


def test_the_counters_count_what_takes_part(office: Client, cast: Cast) -> None:
    firms(2, OrganisationStatus.PUBLISHED)
    firms(1, OrganisationStatus.SUSPENDED)
    startups(1, OrganisationStatus.DRAFT)
    stories.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    stories.match_of(cast.company, cast.other_startup, MatchStatus.DISCLOSED)
    stories.asked(stories.match_of(cast.other_company, cast.startup), cast.other_company_owner)
    assert counters(office) == {
        "Firms taking part": 4,
        "Startups taking part": 2,
        "Matches disclosed": 2,
        "Meetings scheduled": 0,
    }
    MeetingRequest.objects.update(status=RequestStatus.CONFIRMED)
    assert counters(office)["Meetings scheduled"] == 1


@pytest.mark.parametrize("number", [1, 3])
def test_each_link_leads_to_a_list_of_exactly_that_many(number: int, office: Client, cast: Cast) -> None:
    firms(number, OrganisationStatus.SUBMITTED)
    startups(number + 1, OrganisationStatus.SUBMITTED)
    firms(number + 2, OrganisationStatus.RETURNED)
    startups(number + 3, OrganisationStatus.RETURNED)
    for _number in range(number):
        stories.match_of(cast.company, factories.StartupFactory(), MatchStatus.PROPOSED)
    stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    declined = stories.asked(stories.match_of(cast.company, cast.other_startup), cast.company_owner)
    MeetingRequest.objects.filter(pk=declined.pk).update(status=RequestStatus.WITHDRAWN)
    for _number in range(number):
        partnerships.begun(cast, startup=factories.StartupFactory(), now=LONG_AGO)
    GateRule.objects.filter(pk__in=GateRule.objects.values("pk")[:number]).update(checked_on=None)
    with_filter = {what: row for what, row in page(office).items() if "?" in row.url}
    assert len(with_filter) == 22
    assert {what: total(office, row.url) for what, row in with_filter.items()} == {
        what: row.count for what, row in with_filter.items()
    }


def test_the_list_of_rounds_says_how_many_requests_wait_for_one(office: Client, cast: Cast) -> None:
    stories.pairs(2, cast.officer)
    row = page(office)["Accepted requests in no round"]
    assert (row.count, office.get(row.url).context["waiting"]) == (2, 2)


def test_the_latest_run_is_told_and_before_the_first_how_to_start(office: Client) -> None:
    assert "No scores have been computed yet." in office.get("/en/").content.decode()
    runs = [Run.objects.create(policy=ensure_policy(), status=RunStatus.DONE) for _number in range(2)]
    html = office.get("/en/").content.decode()
    assert f"Latest score run: no. {runs[1].pk}, Finished." in html
    assert f"/en/staff/runs/{runs[1].pk}/" in html


def test_the_price_does_not_grow_with_what_waits(
    office: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    office.get("/en/")
    prices = []
    for number in (1, 3):
        firms(number, OrganisationStatus.SUBMITTED)
        startups(number, OrganisationStatus.RETURNED)
        for _number in range(number):
            stories.match_of(cast.company, factories.StartupFactory(), MatchStatus.PROPOSED)
        with django_assert_num_queries(39, exact=False) as seen:
            assert office.get("/en/").status_code == 200
        prices.append(len(seen))
    assert prices[0] == prices[1] <= 39
    assert Match.objects.count() == 4


def test_officers_see_what_administrators_see_but_for_deletions(
    office: Client, cast: Cast, as_user: SignIn
) -> None:
    firms(2, OrganisationStatus.SUBMITTED)
    factories.DeletionRequestFactory()
    factories.DeletionRequestFactory(
        status="taken_back", answered_by=cast.officer, answered_at=timezone.now()
    )
    assert numbers(as_user(cast.administrator)) == numbers(office) | {"Requests for deletion": 1}


@pytest.mark.parametrize(("language", "words"), [("en", "Firms to review"), ("ja", "審査")])
def test_it_speaks_both_languages(language: str, words: str, office: Client) -> None:
    html = office.get(f"/{language}/").content.decode()
    assert words in html
    assert ("Waiting since" in html) is (language == "en")
