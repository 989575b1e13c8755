"""The way from the link in the mail to a place, for a guest, for somebody with an account, and for the wrong person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.enums import InvitationStatus, MemberRole, StaffRole
from accounts.models import Invitation, User
from tests.accounts.signing import NEW_PASSWORD, link_for
from tests.conftest import Cast
from tests.factories import PASSWORD, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
EMAIL = "friend@people.example"
ANSWER = {"name": "Friend", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "time_zone": "Asia/Tokyo"}


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    return actions.invite(
        email=EMAIL,
        language="en",
        organisation=cast.company.organisation,
        member_role=MemberRole.MEMBER,
        by=cast.company_owner,
    )


def answer_page() -> str:
    return reverse("accounts:invitation_answer")


def opened(client: Client) -> Client:
    """Somebody who followed the link in the mail."""
    response = client.get(link_for(EMAIL))
    assert response.url == answer_page()
    return client


def test_the_secret_leaves_the_address_at_once_and_nothing_passes_it_on(
    invitation: Invitation, client: Client
) -> None:
    response = client.get(link_for(EMAIL))
    token = link_for(EMAIL).rstrip("/").rpartition("/")[2]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    page = client.get(response.url)
    assert token not in page.content.decode() + response.url
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.OPEN, "looking accepts nothing"


def test_a_guest_makes_an_account_and_is_in(invitation: Invitation, client: Client, cast: Cast) -> None:
    page = opened(client).get(answer_page())
    assert cast.company_owner.name in page.content.decode()
    response = client.post(answer_page(), ANSWER)
    assert response.url == reverse("home")
    user = User.objects.get(email=EMAIL)
    assert (user.organisation, user.time_zone) == (cast.company.organisation, "Asia/Tokyo")
    assert client.get(reverse("companies:own")).status_code == 200
    assert "invitation" not in client.session


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Enter your name."),
        ({"name": "Win www.evil.example"}, "Enter a name without a web address."),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password2": "another passphrase"}, "Enter the same password twice."),
        ({"time_zone": ""}, "Choose a city."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    change: dict[str, str], words: str, invitation: Invitation, client: Client
) -> None:
    page = opened(client).post(answer_page(), {**ANSWER, **change}).content.decode()
    assert words in page
    assert f'value="{change.get("name", "Friend")}"' in page or not change.get("name", "x")
    assert not User.objects.filter(email=EMAIL).exists()


def test_somebody_with_an_account_signs_in_first_and_then_accepts(
    invitation: Invitation, client: Client, cast: Cast
) -> None:
    friend = UserFactory(email=EMAIL)
    assert "Sign in to accept" in opened(client).get(answer_page()).content.decode()
    response = client.post(
        reverse("account_login"), {"login": EMAIL, "password": PASSWORD, "next": answer_page()}
    )
    assert response.url == answer_page()
    assert "Accept the invitation" in client.get(answer_page()).content.decode()
    assert client.post(answer_page()).url == reverse("home")
    assert User.objects.get(pk=friend.pk).organisation == cast.company.organisation


def test_somebody_else_is_told_whose_it_is(invitation: Invitation, cast: Cast, as_user: SignIn) -> None:
    client = opened(as_user(cast.newcomer))
    for page in (client.get(answer_page()), client.post(answer_page())):
        html = page.content.decode()
        assert "This invitation is for another address" in html
        assert EMAIL in html
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.OPEN


def test_somebody_who_belongs_elsewhere_is_told_what_to_do(
    invitation: Invitation, cast: Cast, as_user: SignIn
) -> None:
    User.objects.filter(pk=cast.startup_member.pk).update(email=EMAIL)
    page = opened(as_user(User.objects.get(email=EMAIL))).post(answer_page()).content.decode()
    assert "You belong to an organisation already" in page


@pytest.mark.parametrize("why", ["past", "revoked", "accepted", "renewed", "unknown", "nothing"])
def test_what_is_over_is_said_alike_whatever_the_reason(
    why: str, invitation: Invitation, client: Client, cast: Cast
) -> None:
    if why != "nothing":
        opened(client)
    if why == "past":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif why == "revoked":
        actions.revoke_invitation(invitation, by=cast.company_owner)
    elif why == "accepted":
        actions.accept_invitation(invitation, by=UserFactory(email=EMAIL))
    elif why == "renewed":
        Invitation.objects.update(token_hash="0" * 64)
    elif why == "unknown":
        client.get(reverse("accounts:invitation", args=["guessed"]))
    page = client.get(answer_page())
    assert page.status_code == 410
    assert "This invitation can no longer be accepted" in page.content.decode()
    assert "Kitahama" not in page.content.decode()


def test_whoever_accepted_and_goes_back_is_led_home(
    invitation: Invitation, cast: Cast, as_user: SignIn
) -> None:
    friend = UserFactory(email=EMAIL)
    client = opened(as_user(friend))
    actions.accept_invitation(invitation, by=friend)
    assert client.get(answer_page()).url == reverse("home")


def test_guessing_tokens_is_slowed_down(client: Client, db: None) -> None:
    answers = [
        client.get(reverse("accounts:invitation", args=[f"guess{number}"])).status_code
        for number in range(22)
    ]
    assert (answers[:20], answers[20:]) == ([302] * 20, [429] * 2)


def test_an_owner_invites_sends_again_and_takes_back(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_owner)
    sent = client.post(
        reverse("accounts:invite"),
        {"email": "ＦＲＩＥＮＤ@people.example", "language": "ja", "role": "owner"},
    )
    assert sent.url == reverse("accounts:members")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.language, invitation.member_role) == (EMAIL, "ja", "owner")
    again = client.post(reverse("accounts:invitation_renew", args=[invitation.pk]), follow=True)
    assert "has just been sent" in again.content.decode()
    client.post(reverse("accounts:invitation_revoke", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.REVOKED


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Enter the e-mail address."),
        ({"email": "no address"}, "Enter an address such as name@example.jp."),
        ({"email": "company-member@people.example"}, "belongs to your organisation already"),
    ],
)
def test_a_wrong_address_is_told_at_the_field(
    data: dict[str, str], words: str, cast: Cast, as_user: SignIn
) -> None:
    page = as_user(cast.company_owner).post(
        reverse("accounts:invite"), {"language": "en", "role": "member", **data}
    )
    assert words in str(page.context["form"].errors["email"])


@pytest.mark.parametrize(
    ("person", "roles"), [("administrator", list(StaffRole)), ("officer", [StaffRole.EXPERT])]
)
def test_who_invites_whom_to_the_programme(
    person: str, roles: list[str], cast: Cast, as_user: SignIn
) -> None:
    client = as_user(getattr(cast, person))
    page = client.get(reverse("accounts:staff_invite"))
    assert [value for value, _label in page.context["form"].fields["role"].choices] == roles
    data = {"email": EMAIL, "language": "en", "role": "administrator"}
    assert "account/reauthenticate" in client.post(reverse("accounts:staff_invite"), data).url
    reverse_login = client.post(
        f"{reverse('account_reauthenticate')}?next={reverse('accounts:staff_invite')}", {"password": PASSWORD}
    )
    assert reverse_login.status_code in (200, 302)
    assert Invitation.objects.exists() is (person == "administrator")


def test_officers_see_only_the_invitations_of_experts(cast: Cast) -> None:
    expert = InvitationFactory(organisation=None, member_role="", staff_role=StaffRole.EXPERT)
    officer = InvitationFactory(organisation=None, member_role="", staff_role=StaffRole.OFFICER)
    member = InvitationFactory(organisation=cast.company.organisation)
    seen = {
        name: set(Invitation.objects.visible_to(getattr(cast, name)))
        for name in ("administrator", "officer", "expert", "company_owner", "company_member", "newcomer")
    }
    assert seen == {
        "administrator": {expert, officer},
        "officer": {expert},
        "expert": set(),
        "company_owner": {member},
        "company_member": set(),
        "newcomer": set(),
    }
