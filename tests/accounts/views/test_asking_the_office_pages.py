"""The list of requests to join that nobody but the office can answer, and the two pages of the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import JoinStatus, MemberRole
from accounts.models import JoinRequest, Membership, User
from accounts.reviewing import asking
from matchmaking.core.models import AuditEvent, Notice
from tests import factories
from tests.conftest import Cast
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LIST = "/en/staff/join-requests/"


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


def asked(website: str = "https://kuzumine.example", **options: Any) -> JoinRequest:
    firm = factories.CompanyFactory(organisation__website=website)
    options.setdefault("user__email", "t.mitsuya@kuzumine.example")
    return factories.JoinRequestFactory(organisation=firm.organisation, **options)


def page(request: JoinRequest, answer: str) -> str:
    return reverse(f"accounts:join_request_{answer}", args=[request.pk])


def facts(shown: Any) -> dict[str, str]:
    return {str(row["label"]): str(row["value"]) for row in shown.context["rows"]}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Nobody asks to join an organisation without an owner."), ("ja", "参加申請はありません。")],
)
def test_an_empty_list_says_so(language: str, words: str, office: Client) -> None:
    assert words in office.get(f"/{language}/staff/join-requests/").content.decode()


def test_a_line_has_what_is_to_be_compared_and_the_two_answers(office: Client) -> None:
    request = asked()
    html = office.get(LIST).content.decode()
    organisation = request.organisation
    for shown in (
        organisation.name,
        "https://kuzumine.example",
        "t.mitsuya@kuzumine.example",
        "Same domain as the web address",
        page(request, "admit"),
        page(request, "decline"),
        reverse("companies:detail", args=[organisation.pk]),
    ):
        assert shown in html


def test_a_startup_leads_to_its_own_page(office: Client) -> None:
    startup = factories.StartupFactory()
    factories.JoinRequestFactory(organisation=startup.organisation)
    assert reverse("startups:detail", args=[startup.pk]) in office.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("website", "address", "words", "tone"),
    [
        ("https://kuzumine.example", "a@kuzumine.example", "Same domain as the web address", "tag-ok"),
        ("https://kuzumine.example", "a@gmail.com", "A mailbox that anybody can have", "tag-warn"),
        ("", "a@kuzumine.example", "has given no web address", "tag-warn"),
        ("https://kuzumine.example", "a@kuzumіne.example", "Looks like the web address", "tag-danger"),
        ("https://kuzumine.example", "a@elsewhere.example", "Another domain", "tag-danger"),
    ],
)
def test_the_comparison_is_said_in_words_and_in_colour(
    website: str, address: str, words: str, tone: str, office: Client
) -> None:
    request = asked(website, user__email=address)
    html = office.get(LIST).content.decode()
    assert words in html
    assert tone in html
    assert words in facts(office.get(page(request, "admit")))["Domain of the address"]


@pytest.mark.parametrize(
    ("asked_at", "today", "waiting"),
    [
        (datetime(2026, 11, 20, 3, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC), "0 working days"),
        (datetime(2026, 11, 20, 3, tzinfo=UTC), datetime(2026, 11, 24, 3, tzinfo=UTC), "1 working day"),
        (datetime(2026, 11, 20, 14, tzinfo=UTC), datetime(2026, 11, 20, 16, tzinfo=UTC), "0 working days"),
        (datetime(2026, 11, 19, 16, tzinfo=UTC), datetime(2026, 11, 25, 3, tzinfo=UTC), "2 working days"),
        (datetime(2026, 12, 28, 3, tzinfo=UTC), datetime(2027, 1, 4, 3, tzinfo=UTC), "1 working day"),
    ],
)
def test_waiting_is_counted_in_the_offices_working_days(
    asked_at: datetime, today: datetime, waiting: str
) -> None:
    """A holiday on Monday the 23rd, a Friday that ends in Tokyo before it ends in London, the turn of the year."""
    request = asked(asked_at=asked_at)
    [row] = asking.asked_rows([request], today.astimezone(asking.OFFICE).date())
    assert f"{row.waiting} working day{'' if row.waiting == 1 else 's'}" == waiting


def test_the_list_is_paged_and_costs_the_same_for_one_and_for_many(office: Client) -> None:
    prices = []
    for number in (1, 3):
        for index in range(number):
            asked(user__email=f"person{number}{index}@kuzumine.example")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert office.get(LIST).status_code == 200
        prices.append(len(queries))
    assert prices[0] == prices[1]
    for index in range(60):
        asked(user__email=f"more{index}@kuzumine.example")
    first, second = (office.get(f"{LIST}?page={number}") for number in (1, 2))
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 14)
    assert "64 requests to join" in first.content.decode()


def test_the_staff_home_counts_them_since_the_oldest(office: Client) -> None:
    rows = {row.what: row for row in office.get("/en/").context["office_rows"]}
    what = "Requests to join without an owner to answer"
    assert (rows[what].count, rows[what].since) == (0, None)
    old = datetime(2026, 3, 1, 1, tzinfo=UTC)
    asked()
    asked(asked_at=old, user__email="older@kuzumine.example")
    row = {row.what: row for row in office.get("/en/").context["office_rows"]}[what]
    assert (row.count, row.since, row.url) == (2, old, LIST)
    assert len(office.get(row.url).context["rows"]) == row.count


def test_the_people_page_leads_to_the_list_and_the_menu_stays_lit(office: Client) -> None:
    assert LIST in office.get(reverse("accounts:staff")).content.decode()
    for url in (LIST, page(asked(), "admit")):
        current = [str(item["label"]) for item in office.get(url).context["nav_items"] if item["current"]]
        assert current == ["People"]


def test_the_check_page_shows_who_belongs_to_it_now(office: Client) -> None:
    request = asked()
    assert facts(office.get(page(request, "admit")))["Who belongs to it now"] == "Nobody"
    for name in ("Aoki", "Baba"):
        factories.MembershipFactory(
            organisation=request.organisation, role=MemberRole.MEMBER, user__name=name
        )
    assert facts(office.get(page(request, "admit")))["Who belongs to it now"] == "Aoki, Baba"


def test_admitting_takes_a_look_and_a_click(office: Client, cast: Cast) -> None:
    request = asked()
    assert "Nothing has been sent yet." in office.get(page(request, "admit")).content.decode()
    assert JoinRequest.objects.get().status == JoinStatus.ASKED
    answer = office.post(page(request, "admit"), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "They now decide for the organisation" in answer.content.decode()
    assert Membership.objects.get(user=request.user).role == MemberRole.OWNER


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_declining_needs_a_reason(reason: str, office: Client) -> None:
    request = asked()
    shown = office.post(page(request, "decline"), {"reason": reason})
    assert shown.status_code == 200
    assert list(errors_of(shown)) == ["reason"]
    assert JoinRequest.objects.get().status == JoinStatus.ASKED
    assert Notice.objects.count() == 0


def test_declining_keeps_the_lines_of_the_reason(office: Client) -> None:
    request = asked()
    office.post(page(request, "decline"), {"reason": "First line.\r\nSecond line."})
    event = AuditEvent.objects.get(action="joinrequest.refused")
    assert event.detail["reason"] == "First line.\nSecond line."


def test_what_stands_in_the_way_is_said_on_the_page_and_the_reason_is_kept(
    office: Client, cast: Cast
) -> None:
    request = asked()
    factories.MembershipFactory(user=request.user, organisation=cast.startup.organisation)
    shown = office.post(page(request, "admit"))
    assert "Nobody belongs to two organisations." in shown.content.decode()
    assert shown.status_code == 200
    assert JoinRequest.objects.get().status == JoinStatus.ASKED


@pytest.mark.parametrize("answer", ["admit", "decline"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_second_of_two_officers_reads_that_somebody_was_faster(
    answer: str, method: str, language: str, office: Client, cast: Cast, as_user: SignIn
) -> None:
    request = asked()
    as_user(cast.administrator).post(page(request, "admit"))
    late = getattr(office, method)(page(request, answer).replace("/en/", f"/{language}/"), {"reason": "No"})
    assert late.status_code == 409
    assert Membership.objects.filter(organisation=request.organisation).count() == 1


@pytest.mark.parametrize("answer", ["admit", "decline"])
def test_a_request_that_an_owner_can_answer_is_not_the_offices(
    answer: str, office: Client, cast: Cast
) -> None:
    request = factories.JoinRequestFactory(organisation=cast.company.organisation)
    assert office.post(page(request, answer), {"reason": "No"}).status_code == 409
    assert JoinRequest.objects.get().status == JoinStatus.ASKED
    assert office.get(reverse(f"accounts:join_request_{answer}", args=[request.pk + 1])).status_code == 404


@pytest.mark.parametrize("person", ["expert", "newcomer", "company_owner", "startup_owner", "company_member"])
def test_nobody_else_finds_the_pages(person: str, cast: Cast, as_user: SignIn) -> None:
    request = asked()
    client = as_user(getattr(cast, person))
    for url in (LIST, page(request, "admit"), page(request, "decline")):
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404) or url == LIST
        assert client.get(url).status_code == 404


def test_a_name_with_markup_is_shown_as_it_was_written(office: Client) -> None:
    request = asked(user__name="<script>alert(1)</script>")
    for url in (LIST, page(request, "admit")):
        html = office.get(url).content.decode()
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)" in html
