"""The first pages of firms, startups and experts: where they stand, what waits, and only what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from matchmaking.matches.actions import ensure_policy
from matchmaking.matches.enums import MatchStatus, Side
from meetings import actions
from meetings.enums import RequestStatus
from meetings.models import Meeting, MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.people import SATO

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _policy(db: None) -> None:
    """The lists explain scores by the policy in force."""
    ensure_policy()


def counters(client: Client) -> dict[str, int]:
    return {str(each["label"]): each["value"] for each in client.get("/en/").context["counters"]}


def linked(client: Client, label: str) -> str:
    rows = client.get("/en/").context["counters"]
    return next(each["url"] for each in rows if str(each["label"]) == label)


def test_a_firm_counts_what_its_list_shows(cast: Cast, as_user: SignIn) -> None:
    """Those it asked to meet stay in the list; put aside, proposed and gone startups are not there."""
    stories.match_of(cast.company, cast.startup)
    stories.match_of(cast.company, cast.other_startup, MatchStatus.PROPOSED)
    stories.asked(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    gone = factories.StartupFactory(organisation__status=OrganisationStatus.SUSPENDED)
    stories.match_of(cast.company, gone)
    stories.match_of(cast.other_company, cast.startup)
    client = as_user(cast.company_member)
    shown = client.get(linked(client, "Recommended startups")).context["page"].paginator.count
    assert counters(client)["Recommended startups"] == shown == 2


def test_a_firm_follows_its_requests(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_owner)
    assert counters(client) == {
        "Recommended startups": 0,
        "Waiting for an answer": 0,
        "Meetings scheduled": 0,
    }
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    stories.asked(stories.match_of(cast.other_company, cast.startup), cast.other_company_owner)
    assert counters(client)["Waiting for an answer"] == 1
    stories.actions.accept(request, by=cast.startup_owner)
    assert counters(client)["Waiting for an answer"] == 0
    stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    assert counters(client)["Meetings scheduled"] == 1
    upcoming = client.get(linked(client, "Meetings scheduled")).context["upcoming"]
    assert len(upcoming) == 1


@pytest.mark.parametrize("status", [RequestStatus.HELD, RequestStatus.CANCELLED, RequestStatus.NO_SHOW])
def test_what_is_over_is_not_scheduled(status: str, cast: Cast, as_user: SignIn) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    MeetingRequest.objects.filter(pk=request.pk).update(status=status)
    for person in (cast.company_owner, cast.startup_owner):
        assert counters(as_user(person))["Meetings scheduled"] == 0


def test_a_startup_counts_what_its_list_shows(cast: Cast, as_user: SignIn) -> None:
    stories.match_of(cast.company, cast.startup, MatchStatus.DISCLOSED)
    stories.asked(stories.match_of(cast.other_company, cast.startup), cast.other_company_owner)
    client = as_user(cast.startup_member)
    shown = client.get(linked(client, "Interested firms")).context["page"].paginator.count
    assert counters(client)["Interested firms"] == shown == 1
    assert counters(client)["Requests to answer"] == 1
    assert counters(as_user(cast.other_startup_owner))["Requests to answer"] == 0


def waits(client: Any, language: str = "en") -> list[tuple[str, str]]:
    """What the box says, and where it leads."""
    return [(each.what, each.url) for each in client.get(f"/{language}/").context["waits"]]


def test_the_most_urgent_waits_first_and_ten_are_shown(cast: Cast, as_user: SignIn) -> None:
    now = timezone.now()
    for number in range(12):
        match = stories.match_of(factories.ChallengeFactory().company, cast.startup)
        request = stories.asked(match, cast.officer, consent="By telephone")
        MeetingRequest.objects.filter(pk=request.pk).update(
            reply_by=now + timedelta(days=12 - number, hours=1)
        )
    client = as_user(cast.startup_owner)
    page = client.get("/en/")
    assert [(each.until - now).days for each in page.context["waits"]] == list(range(1, 11))
    assert counters(client)["Requests to answer"] == 12
    html = page.content.decode()
    assert all(each.url in html for each in page.context["waits"])
    assert "2 more things wait for you: see all meetings" in html


def test_each_thing_waits_for_whoever_must_do_it_until_it_is_done(cast: Cast, as_user: SignIn) -> None:
    """One meeting from the request to its end, as the box of each side shows it."""
    firm, startup = as_user(cast.company_member), as_user(cast.startup_member)
    match = stories.match_of(cast.company, cast.startup)
    assert waits(firm) == waits(startup) == []
    assert "Nothing waits for you." in firm.get("/en/").content.decode()
    made = stories.asked(match, cast.company_owner)
    answer, detail, attendees, report = (
        reverse(f"meetings:{name}", args=[made.pk]) for name in ("answer", "detail", "attendees", "report")
    )
    early = stories.at(0, day=1)
    assert (waits(firm), waits(startup)) == ([], [("Answer the request", answer)])
    hour = actions.Terms(60, "en", interpreter_wanted=False)
    actions.propose(made, Side.STARTUP, hour, by=cast.startup_owner)
    assert (waits(firm), waits(startup)) == ([("Answer the proposal", detail)], [])
    actions.accept(made, side=Side.COMPANY, by=cast.company_owner)
    assert waits(firm) == waits(startup) == []
    meeting = actions.book_free_time(made, stories.at(4), by=cast.officer, now=early)
    both = [("Confirm the meeting", detail), ("Name who attends", attendees)]
    assert waits(firm) == waits(startup) == both
    actions.confirm(meeting, Side.COMPANY, sequence=0, by=cast.company_owner, now=early)
    actions.name_attendees(made, Side.STARTUP, [SATO], by=cast.startup_owner)
    assert (waits(firm), waits(startup)) == (both[1:], both[:1])
    made.refresh_from_db()
    actions.propose(
        made, Side.COMPANY, actions.Terms(30, "en", interpreter_wanted=False), by=cast.company_owner
    )
    assert [each for each, _url in waits(startup)] == ["Answer the proposal", "Confirm the meeting"]
    actions.refuse_change(made, Side.STARTUP, by=cast.startup_owner)
    past = timezone.now() - timedelta(hours=2)
    Meeting.objects.update(period=(past - timedelta(hours=1), past))
    assert waits(firm) == waits(startup) == [("Say how the meeting went", report)]
    assert "終了しました" in as_user(cast.company_owner).get("/ja/").content.decode()
    came = actions.Telling(company_came=True, startup_came=True, outcome="possible")
    meeting.refresh_from_db()
    actions.report(meeting, came, by=cast.company_owner)
    assert (waits(firm), waits(startup)) == ([], [("Say how the meeting went", report)])
    for person in (cast.other_company_owner, cast.other_startup_owner):
        assert waits(as_user(person)) == []


@pytest.mark.parametrize("disclosed", [True, False])
def test_a_firm_that_wants_no_name_is_not_named(disclosed: bool, cast: Cast, as_user: SignIn) -> None:
    company = factories.ChallengeFactory(
        company__name_disclosed=disclosed,
        company__organisation__name="秘密工業株式会社",
        company__organisation__name_en="Secret Works Co., Ltd.",
    ).company
    stories.asked(stories.match_of(company, cast.startup), cast.officer, consent="By telephone")
    client = as_user(cast.startup_owner)
    html, japanese = (client.get(f"/{language}/").content.decode() for language in ("en", "ja"))
    assert ("Secret Works" in html, "秘密工業" in japanese) == (disclosed, disclosed)
    assert ("秘密工業" in html, str(company.pk) in html.split("main")[0]) == (False, False)


WORDS = {
    OrganisationStatus.DRAFT: "Your profile has not been sent in yet",
    OrganisationStatus.SUBMITTED: "We have your application",
    OrganisationStatus.RETURNED: "Your profile needs a correction",
    OrganisationStatus.SUSPENDED: "Your profile is suspended",
    OrganisationStatus.PUBLISHED: "",
    OrganisationStatus.DECLINED: "Your application was declined",
    OrganisationStatus.LAPSED: "Your profile has lapsed",
    OrganisationStatus.WITHDRAWN: "You have left the programme",
    OrganisationStatus.ERASED: "Your data have been deleted",
}


@pytest.mark.parametrize("side", ["company", "startup"])
@pytest.mark.parametrize("status", OrganisationStatus)
def test_each_state_of_the_registration_has_its_own_words(
    status: OrganisationStatus, side: str, cast: Cast, as_user: SignIn
) -> None:
    organisation = getattr(cast, side).organisation
    Organisation.objects.filter(pk=organisation.pk).update(
        status=status, return_reason="Write <how many> people work there."
    )
    html = as_user(getattr(cast, f"{side}_owner")).get("/en/").content.decode()
    assert [words for words in WORDS.values() if words and words in html] == [WORDS[status]] * bool(
        WORDS[status]
    )
    assert ("Write &lt;how many&gt; people work there." in html) is (status == OrganisationStatus.RETURNED)
    assert "<how many>" not in html


@pytest.mark.parametrize("side", ["company", "startup"])
def test_the_page_is_headed_by_the_organisation(side: str, cast: Cast, as_user: SignIn) -> None:
    html = as_user(getattr(cast, f"{side}_owner")).get("/en/").content.decode()
    organisation = getattr(cast, side).organisation
    name = organisation.name_en or organisation.name
    assert html.split("<h1", 1)[1].split("</h1>")[0].count(name) == 1


def _book(requests: list[MeetingRequest]) -> None:
    """A past and a coming time in turn: something of every kind waits."""
    for number, made in enumerate(requests):
        start = timezone.now() + timedelta(days=300 * (number % 2) - 2, hours=len(requests) + number)
        MeetingRequest.objects.filter(pk=made.pk).update(status=RequestStatus.SCHEDULED)
        Meeting.objects.create(
            request=made, period=(start, start + timedelta(hours=1)), published_at=timezone.now()
        )


@pytest.mark.parametrize("person", ["company_owner", "startup_owner"])
def test_the_price_does_not_grow_with_what_is_there(
    person: str, cast: Cast, as_user: SignIn, django_assert_num_queries: Any
) -> None:
    client = as_user(getattr(cast, person))
    client.get("/en/")
    prices = []
    for number in (1, 2):
        booked: list[MeetingRequest] = []
        for _number in range(number):
            for company, startup in ((cast.company, factories.StartupFactory()),
                                     (factories.ChallengeFactory().company, cast.startup)):  # fmt: skip
                made = stories.asked(stories.match_of(company, startup), cast.officer, consent="By telephone")
                actions.accept(made, by=cast.officer, consent="By mail")
                booked.append(made)
        _book(booked)
        with django_assert_num_queries(15, exact=False) as seen:
            client.get("/en/")
        prices.append(len(seen))
    assert prices[0] == prices[1]


def test_an_expert_has_a_page(cast: Cast, as_user: SignIn) -> None:
    answer = as_user(cast.expert).get("/en/")
    assert (answer.status_code, answer.templates[0].name) == (200, "home/expert.html")


def test_somebody_who_belongs_nowhere_is_asked_what_they_come_for(cast: Cast, as_user: SignIn) -> None:
    """Also an account whose organisation is gone finds a page."""
    answer = as_user(cast.newcomer).get("/en/")
    assert (answer.status_code, answer.templates[0].name) == (200, "home/newcomer.html")
    html = answer.content.decode()
    for words in ("A midsize firm in Japan", "A startup", "My organisation is registered already"):
        assert words in html


def test_somebody_who_may_no_longer_sign_in_is_a_guest(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_owner)
    User.objects.filter(pk=cast.company_owner.pk).update(is_active=False)
    assert client.get("/en/").templates[0].name == "home/guest.html"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_first_page_is_only_looked_at(method: str, cast: Cast, as_user: SignIn) -> None:
    assert getattr(as_user(cast.officer), method)("/en/").status_code == 405


def test_a_round_that_waits_for_times_asks_on_the_first_page(cast: Cast, as_user: SignIn) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    for person in (cast.company_member, cast.startup_member):
        page = as_user(person).get("/en/")
        assert page.context["rounds"] == [round_]
        assert reverse("meetings:availability", args=[round_.pk]) in page.content.decode()
    for person in (cast.other_company_owner, cast.other_startup_owner):
        assert as_user(person).get("/en/").context["rounds"] == []


def test_the_next_meetings_stand_on_the_first_page_in_both_local_times(cast: Cast, as_user: SignIn) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    for person in (cast.company_member, cast.startup_member):
        page = as_user(person).get("/en/")
        assert [each["request"] for each in page.context["upcoming"]] == [request]
        html = page.content.decode()
        assert "Your next meetings" in html
        assert reverse("meetings:ics", args=[request.pk]) in html
        assert "Theirs" in html
    for person in (cast.other_company_owner, cast.other_startup_owner):
        assert as_user(person).get("/en/").context["upcoming"] == []


def test_the_first_page_shows_the_next_three_meetings_in_order(cast: Cast, as_user: SignIn) -> None:
    made = [
        stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        for _ in range(4)
    ]
    meetings = stories.published(stories.a_round(cast.officer, made), cast.officer)
    starts = sorted(each.starts_at for each in meetings)
    assert len(starts) == 4
    shown = as_user(cast.company_owner).get("/en/").context["upcoming"]
    assert [each["meeting"].starts_at for each in shown] == starts[:3]
