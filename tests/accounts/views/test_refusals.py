"""What a page about people and profiles refuses, it refuses with a word about what to do, and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.models import Email

from accounts import actions
from accounts.enums import MemberRole, OrganisationStatus
from accounts.models import Invitation, Organisation, User
from tests import factories
from tests.accounts import review_stories as stories
from tests.accounts.signing import prove_again
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
INVITED = (
    "This person has been invited already. Send the invitation again from the list.",
    "この方はすでに招待されています。一覧から招待を再送してください。",
)


@pytest.mark.parametrize("language", [0, 1], ids=["en", "ja"])
@pytest.mark.parametrize("page", ["invite", "staff_invite"])
def test_an_invitation_that_waits_already_is_told_at_the_address(
    page: str, language: int, cast: Cast
) -> None:
    inviter = cast.company_owner if page == "invite" else cast.administrator
    role = "member" if page == "invite" else "expert"
    client = Client()
    client.post(reverse("account_login"), {"login": inviter.email, "password": PASSWORD})
    prove_again(client, PASSWORD)
    sent = {"email": "friend@people.example", "role": role, "language": "ja"}
    with translation.override(("en", "ja")[language]):
        address = reverse(f"accounts:{page}")
        assert client.post(address, sent).status_code == 302
        again = client.post(address, {**sent, "email": "Friend@People.example", "language": "en"})
        assert (again.status_code, errors_of(again)) == (200, {"email": [INVITED[language]]})
    form = again.context["form"]
    assert (form["email"].value(), form["language"].value(), form["role"].value()) == (
        "Friend@People.example",
        "en",
        role,
    )
    assert (Invitation.objects.count(), Email.objects.filter(to=["friend@people.example"]).count()) == (1, 1)


def test_an_invitation_that_has_just_been_sent_is_not_sent_again(cast: Cast, as_user: SignIn) -> None:
    invitation = actions.invite(
        email="friend@people.example", language="en", organisation=cast.company.organisation,
        member_role=MemberRole.MEMBER, by=cast.company_owner,
    )  # fmt: skip
    before = invitation.token_hash
    answer = as_user(cast.company_owner).post(reverse("accounts:invitation_renew", args=[invitation.pk]))
    assert answer.url == reverse("accounts:members")
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["This invitation has just been sent. Wait a few minutes."]
    invitation.refresh_from_db()
    assert (invitation.token_hash, Email.objects.count()) == (before, 1)


@pytest.mark.parametrize("status", OrganisationStatus)
def test_the_page_on_which_an_owner_leaves_is_there_where_they_may(
    status: str, cast: Cast, as_user: SignIn
) -> None:
    Organisation.objects.filter(pk=cast.company.pk).update(status=status, return_reason="x")
    answer = as_user(cast.company_owner).get(reverse("accounts:withdraw"))
    assert answer.status_code == (200 if status in actions.LEAVABLE else 409)
    assert Organisation.objects.get(pk=cast.company.pk).status == status


@pytest.mark.parametrize("page", ["identity_take_back", "review_take_back"])
def test_where_nothing_waits_nothing_is_taken_back(page: str, cast: Cast, as_user: SignIn) -> None:
    assert as_user(cast.company_owner).post(reverse(f"accounts:{page}")).status_code == 409


@pytest.mark.parametrize("language", [0, 1], ids=["en", "ja"])
def test_a_number_that_is_somebody_elses_by_now_is_not_given_back(
    language: int, cast: Cast, as_user: SignIn
) -> None:
    """A new number was approved, and another firm has the old one: reversing says so, and changes nothing."""
    number, old = "5070001000715", cast.company.corporate_number
    proposed = {"company": {"corporate_number": number}}
    review = actions.propose_identity(cast.company.organisation, proposed, by=cast.company_owner)
    assert review is not None
    stories.approved(review, cast.officer)
    factories.CompanyFactory(corporate_number=old)
    typed = {"reason": "The old number was right."}
    with translation.override(("en", "ja")[language]):
        page = as_user(cast.administrator).post(reverse("accounts:review_reverse", args=[review.pk]), typed)
    words = (
        "Another firm with this corporate number is registered.",
        "この法人番号の企業は、すでに登録されています。",
    )
    assert (page.status_code, errors_of(page)) == (200, {"__all__": [words[language]]})
    assert words[language] in page.content.decode()
    assert page.context["form"]["reason"].value() == typed["reason"]
    assert stories.fresh(review).status == "approved"
    assert stories.fresh(cast.company).corporate_number == number


@pytest.mark.parametrize(
    ("to", "role"), [("owner", "owner"), ("member", "member"), ("", "owner"), ("x", "owner")]
)
def test_a_role_becomes_what_the_question_said(to: str, role: str, cast: Cast, as_user: SignIn) -> None:
    """An address without a wish, or with nonsense, turns the role round."""
    client, row = as_user(cast.company_owner), cast.company_member.membership
    address = reverse("accounts:member_role", args=[row.pk]) + (f"?to={to}" if to else "")
    assert ("Make company-member an owner?" in client.get(address).content.decode()) is (role == "owner")
    assert client.post(address).url == reverse("accounts:members")
    row.refresh_from_db()
    assert row.role == role


def test_checks_may_come_from_anywhere_that_can_be_gone_through_once() -> None:
    review, officer = stories.applied(), factories.OfficerFactory()
    actions.tick(review, iter(["personal_data", "existence", "mood"]), by=officer)
    assert stories.fresh(review).checks == ["existence", "personal_data"]
