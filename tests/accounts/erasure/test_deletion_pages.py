"""The pages of an erasure: what an owner, an administrator and everybody else find there, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import actions
from accounts.erasure.knowing import losses_of, person_with, waiting_days
from accounts.models import DeletionRequest, Invitation, Organisation, User
from matchmaking.core.models import AuditEvent
from tests import factories
from tests.accounts.signing import prove_again
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.meetings import stories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
DELETE, TAKE_BACK = "/en/account/profile/delete/", "/en/account/profile/delete/take-back/"
LIST, PERSON = "/en/staff/deletions/", "/en/account/staff/erase/"


def draft_of(kind: str) -> User:
    factory = {"company": factories.CompanyFactory, "startup": factories.StartupFactory}[kind]
    organisation = factory(organisation__status="draft").organisation
    return factories.MembershipFactory(organisation=organisation).user


@pytest.fixture
def office(cast: Cast) -> Client:
    """The administrator, who has given the password again."""
    client = Client()
    client.post(reverse("account_login"), {"login": cast.administrator.email, "password": PASSWORD})
    prove_again(client, PASSWORD)
    return client


@pytest.mark.parametrize("kind", ["company", "startup"])
def test_an_owner_reads_what_goes_and_deletes_a_draft(kind: str, as_user: SignIn) -> None:
    owner = draft_of(kind)
    client = as_user(owner)
    page = client.get(DELETE)
    assert page.templates[0].name == "accounts/deletion/draft.html"
    assert [str(loss.label) for loss in page.context["losses"]] == ["People and their accounts"]
    assert Organisation.objects.get().status == "draft", "looking deletes nothing"
    assert client.post(DELETE).url == "/en/"
    assert Organisation.objects.get().status == "erased"
    assert client.get("/en/").templates[0].name == "home/newcomer.html"
    assert client.post(DELETE).status_code == 404


def test_an_owner_asks_sees_where_it_stands_and_takes_it_back(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.startup_owner)
    assert b"within 30 days" in client.get(DELETE).content
    assert client.post(DELETE, {"reason": "We close our office"}).url == DELETE
    page = client.get(DELETE)
    assert b"We close our office" in page.content
    assert str(page.context["deletion"].asked_by) == "startup-owner"
    assert client.post(DELETE, {"reason": "Once more"}).url == DELETE
    assert DeletionRequest.objects.get().reason == "We close our office"
    assert client.post(TAKE_BACK).status_code == 302
    assert DeletionRequest.objects.get().status == "taken_back"
    assert client.post(TAKE_BACK).status_code == 409
    assert client.get(TAKE_BACK).status_code == 405


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_reason_that_is_too_long_is_told_and_not_lost(language: str, cast: Cast, as_user: SignIn) -> None:
    typed = "長" * 1001
    page = as_user(cast.startup_owner).post(f"/{language}/account/profile/delete/", {"reason": typed})
    assert page.status_code == 200
    assert typed in page.content.decode()
    assert "1001" in str(page.context["form"].errors["reason"])
    assert not DeletionRequest.objects.exists()


# status of the organisation, whether a request waits, the words of the way to the page
WAYS = [
    ("draft", False, "Delete this draft", "この下書きを削除する"),
    ("published", False, "Ask for deletion of all data", "すべての情報の削除を申し出る"),
    ("withdrawn", False, "Ask for deletion of all data", "すべての情報の削除を申し出る"),
    ("published", True, "See the request for deletion", "削除の申し出を見る"),
]


@pytest.mark.parametrize(("status", "waits", "english", "japanese"), WAYS)
def test_the_organisations_own_page_leads_there(
    status: str, waits: bool, english: str, japanese: str, as_user: SignIn
) -> None:
    organisation = factories.StartupFactory(organisation__status=status).organisation
    owner = factories.MembershipFactory(organisation=organisation).user
    member = factories.MembershipFactory(organisation=organisation, role="member").user
    if waits:
        factories.DeletionRequestFactory(organisation=organisation)
    for language, words in (("en", english), ("ja", japanese)):
        with translation.override(language):
            url = reverse("startups:setup" if status == "draft" else "startups:own")
            assert words in as_user(owner).get(url).content.decode()
            assert words not in as_user(member).get(url).content.decode()


@pytest.mark.parametrize(("language", "days"), [("en", "2 working days"), ("ja", "2営業日")])
def test_the_list_tells_the_days_waiting_in_working_days(language: str, days: str, cast: Cast) -> None:
    """From Friday noon to Tuesday noon in Japan: Monday and Tuesday have begun since."""
    friday = timezone.datetime.fromisoformat("2026-11-13T03:00:00+00:00")
    request = factories.DeletionRequestFactory(asked_at=friday)
    assert waiting_days(request, friday + timedelta(days=4)) == {"waiting": 2, "is_overdue": False}
    assert waiting_days(request, friday + timedelta(days=30))["is_overdue"] is False
    assert waiting_days(request, friday + timedelta(days=31))["is_overdue"] is True


@pytest.mark.parametrize(
    ("language", "waiting", "people"),
    [("en", " (0 working days)", "People and their accounts (2)"), ("ja", "（0営業日）", "（2）")],
)
def test_the_page_puts_days_and_numbers_into_the_brackets_of_its_language(
    language: str, waiting: str, people: str, cast: Cast, office: Client
) -> None:
    request = factories.DeletionRequestFactory(organisation=cast.startup.organisation)
    with translation.override(language):
        page = office.get(reverse("accounts:deletion", kwargs={"pk": request.pk})).content.decode()
    assert (waiting in page, people in page) == (True, True)


def test_the_list_has_the_longest_waiting_first_and_only_those_that_wait(cast: Cast, as_user: SignIn) -> None:
    now = timezone.now()
    late = factories.DeletionRequestFactory(asked_at=now - timedelta(days=40))
    new = factories.DeletionRequestFactory(asked_at=now)
    factories.DeletionRequestFactory(status="taken_back", answered_by=cast.officer, answered_at=now)
    page = as_user(cast.administrator).get(LIST)
    assert [row["deletion"] for row in page.context["rows"]] == [late, new]
    assert [row["is_overdue"] for row in page.context["rows"]] == [True, False]
    assert page.content.count(b"Overdue") == 1


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nobody waits"), ("ja", "削除を待っている申し出はありません")]
)
def test_an_empty_list_says_so(language: str, words: str, cast: Cast, as_user: SignIn) -> None:
    page = as_user(cast.administrator).get(f"/{language}/staff/deletions/")
    assert words in page.content.decode()


def test_the_list_takes_as_many_queries_for_twenty_as_for_one(
    cast: Cast, as_user: SignIn, django_assert_max_num_queries: Any
) -> None:
    client, counts = as_user(cast.administrator), []
    for more in (1, 19):
        for _number in range(more):
            factories.DeletionRequestFactory()
        with django_assert_max_num_queries(15) as seen:
            assert client.get(LIST).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_administrator_gives_the_password_again_before_anything_is_erased(cast: Cast) -> None:
    request = factories.DeletionRequestFactory()
    client = Client()
    client.post(reverse("account_login"), {"login": cast.administrator.email, "password": PASSWORD})
    for url in (f"{LIST}{request.pk}/", PERSON):
        assert client.get(url).status_code == 200
        assert "/reauthenticate/" in client.post(url, {"reason": "x", "email": "a@people.example"}).url
    request.refresh_from_db()
    assert request.status == "waiting"


def test_an_administrator_carries_it_out_with_a_reason(office: Client) -> None:
    organisation = factories.CompanyFactory(organisation__status="withdrawn").organisation
    request = factories.DeletionRequestFactory(organisation=organisation, reason="We stop")
    url = f"{LIST}{request.pk}/"
    page = office.get(url)
    assert b"We stop" in page.content
    assert len(page.context["kept"]) == 5
    page = office.post(url, {"reason": ""})
    assert page.context["form"].errors["reason"] == ["Say why: the reason stays in the audit trail."]
    assert office.post(url, {"reason": "By letter"}).url == LIST
    organisation.refresh_from_db()
    assert organisation.status == "erased"
    assert AuditEvent.objects.get(action="organisation.erased").detail["reason"] == "By letter"
    assert [office.get(url).status_code, office.post(url, {"reason": "x"}).status_code] == [409, 409]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "This stands in the way"), ("ja", "先に済ませること")]
)
def test_what_stands_in_the_way_is_named_with_what_to_do_and_no_button(
    language: str, words: str, cast: Cast, office: Client
) -> None:
    review = factories.ReviewFactory()
    request = factories.DeletionRequestFactory(organisation=review.organisation)
    page = office.get(f"/{language}/staff/deletions/{request.pk}/")
    body = page.content.decode()
    assert words in body
    assert f"/{language}/staff/review/{review.pk}/" in body
    assert "btn-danger" not in body
    answer = office.post(f"/{language}/staff/deletions/{request.pk}/", {"reason": "x"})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()


def test_losses_are_counted_and_what_is_not_there_is_not_named(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    stories.asked(match, cast.company_owner)
    factories.PatentFactory(startup=cast.startup)
    found = {str(loss.label): loss.count for loss in losses_of(cast.startup.organisation)}
    assert found == {"People and their accounts": 2, "Evidence": 1, "Texts of meeting requests": 1}
    firms = {str(loss.label): loss.count for loss in losses_of(cast.company.organisation)}
    assert firms == {"People and their accounts": 2, "Challenges": 1, "Texts of meeting requests": 1}


# who, whether the page says there is an account
PEOPLE = [("expert", True), ("officer", True), ("newcomer", True), ("company_member", True)]


@pytest.mark.parametrize(("person", "has_account"), PEOPLE)
def test_an_administrator_erases_a_person_by_address(
    person: str, has_account: bool, cast: Cast, office: Client
) -> None:
    user: User = getattr(cast, person)
    page = office.get(PERSON, {"email": user.email.upper()})
    assert (page.context["known"].user == user) is has_account
    assert office.post(PERSON, {"email": user.email, "reason": "Asked"}).url == "/en/account/staff/"
    user.refresh_from_db()
    assert (user.is_active, user.name, user.staff_role, user.membership) == (False, "", "", None)
    assert AuditEvent.objects.get(action="user.erased").detail == {"reason": "Asked"}
    assert person_with(user.email) is None


def test_somebody_who_was_invited_and_never_came_is_erased_by_address(office: Client) -> None:
    factories.InvitationFactory(email="tanaka@people.example")
    page = office.get(PERSON, {"email": "tanaka@people.example"})
    assert (page.context["known"].user, page.context["known"].invitations) == (None, 1)
    assert office.post(PERSON, {"email": "Tanaka@people.example", "reason": "Asked"}).status_code == 302
    assert not Invitation.objects.exists()


# what the administrator types, the field, the words in both languages
REFUSED = [
    ("nobody@people.example", "email", "Nobody with this address is known any more.",
     "このメールアドレスの方は登録されていません。"),
    ("", "email", "Enter the e-mail address.", "メールアドレスを入力してください。"),
    ("company-owner@people.example", "email", "Make somebody else an owner first: you are the only one.", None),
]  # fmt: skip


@pytest.mark.parametrize(("address", "field", "english", "japanese"), REFUSED)
def test_whom_nobody_may_erase_is_told_at_the_field(
    address: str, field: str, english: str, japanese: str | None, cast: Cast, office: Client
) -> None:
    for language, words in (("en", english), ("ja", japanese)):
        page = office.post(f"/{language}/account/staff/erase/", {"email": address, "reason": "Asked"})
        [error] = page.context["form"].errors[field]
        assert words is None or error == words
    assert User.objects.filter(erased_at=None).count() == User.objects.count()


def test_the_last_administrator_is_not_erased(cast: Cast, office: Client) -> None:
    page = office.post(PERSON, {"email": cast.administrator.email, "reason": "Asked"})
    assert page.context["form"].errors["email"] == ["Invite another administrator first: there is no other."]


@pytest.mark.parametrize("person", ["officer", "expert", "company_owner", "newcomer"])
def test_nobody_but_an_administrator_finds_the_offices_pages(
    person: str, cast: Cast, as_user: SignIn
) -> None:
    request = factories.DeletionRequestFactory()
    client = as_user(getattr(cast, person))
    assert {client.get(url).status_code for url in (LIST, f"{LIST}{request.pk}/", PERSON)} == {404}
    if person != "company_owner":
        assert client.get(DELETE).status_code == 404


def test_the_last_owner_who_closes_the_account_is_told_what_to_do(cast: Cast) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": cast.startup_owner.email, "password": PASSWORD})
    prove_again(client, PASSWORD)
    page = client.post(reverse("accounts:close"))
    assert page.status_code == 200
    assert DELETE in page.content.decode()
    assert actions.waiting_request(cast.startup.organisation) is None


@pytest.mark.parametrize(("language", "words"), [("en", "within 30 days"), ("ja", "30日以内に削除します")])
def test_the_privacy_page_says_how_long_it_takes(language: str, words: str, client: Client) -> None:
    assert words in client.get(f"/{language}/privacy/").content.decode()
