"""The people of the programme office: who ends whose access, who invites whom, and what each is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import StaffRole
from accounts.models import Invitation, User
from accounts.roles import Role, role_of
from matchmaking.core.models import AuditEvent
from tests import factories
from tests.accounts.signing import link_for, prove_again, set_up_app
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
EMAIL = "expert@people.example"
TYPED = {"email": EMAIL, "language": "ja", "role": "expert"}
LAST = (
    "Invite another administrator first: there is no other.",
    "管理者がほかにいません。先に別の管理者を招待してください。",
)
TAKES_PART = ("This person takes part already.", "この方はすでに参加しています。")


def proved(user: User) -> Client:
    """Signed in, and with the password given once more."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    prove_again(client, PASSWORD)
    return client


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def ended() -> list[int | None]:
    return list(
        AuditEvent.objects.filter(action="user.staff_access_ended").values_list("actor_id", flat=True)
    )


# --- ending access --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["officer", "expert"])
def test_access_ends_once_and_the_second_click_finds_nobody(person: str, cast: Cast) -> None:
    client, gone = proved(cast.administrator), getattr(cast, person)
    address = reverse("accounts:staff_end", args=[gone.pk])
    assert gone.name in str(client.get(address).context["title"])
    assert ended() == []
    answer = client.post(address)
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert (answer.url, told) == (reverse("accounts:staff"), ["Their access has ended."])
    assert role_of(fresh(gone)) == Role.NEWCOMER
    assert client.post(address).status_code == 404
    assert ended() == [cast.administrator.pk]


def test_whose_access_has_ended_finds_no_page_of_the_office_at_the_next_click(
    cast: Cast, as_user: SignIn
) -> None:
    officer = as_user(cast.officer)
    names = ("accounts:staff", "accounts:review_queue", "accounts:changes", "accounts:renewals")
    assert {officer.get(reverse(name)).status_code for name in names} == {200}
    proved(cast.administrator).post(reverse("accounts:staff_end", args=[cast.officer.pk]))
    assert {officer.get(reverse(name)).status_code for name in names} == {404}


@pytest.mark.parametrize("language", [0, 1], ids=["en", "ja"])
def test_the_only_administrator_reads_on_the_page_what_to_do_first(language: int, cast: Cast) -> None:
    client = proved(cast.administrator)
    factories.AdministratorFactory(is_active=False)  # who may not sign in is none to rely on
    with translation.override(("en", "ja")[language]):
        page = client.post(reverse("accounts:staff_end", args=[cast.administrator.pk]))
    assert (page.status_code, errors_of(page)) == (200, {"__all__": [LAST[language]]})
    assert (fresh(cast.administrator).staff_role, ended()) == (StaffRole.ADMINISTRATOR, [])


def test_an_administrator_who_ends_their_own_access_is_led_home(cast: Cast) -> None:
    factories.AdministratorFactory()
    client = proved(cast.administrator)
    answer = client.post(reverse("accounts:staff_end", args=[cast.administrator.pk]))
    assert answer.url == reverse("home")
    assert client.get(reverse("accounts:staff")).status_code == 404


@pytest.mark.parametrize("person", ["company_owner", "newcomer", "startup_member"])
def test_who_does_not_work_for_the_programme_has_no_access_to_end(person: str, cast: Cast) -> None:
    address = reverse("accounts:staff_end", args=[getattr(cast, person).pk])
    assert proved(cast.administrator).post(address).status_code == 404
    assert ended() == []


@pytest.mark.parametrize("person", ["officer", "expert", "company_owner"])
def test_nobody_but_an_administrator_ends_access(person: str, cast: Cast) -> None:
    answer = proved(getattr(cast, person)).post(reverse("accounts:staff_end", args=[cast.officer.pk]))
    assert (answer.status_code, ended()) == (404, [])


# --- inviting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["administrator", "officer", "member", "owner", ""])
def test_an_officer_invites_experts_and_nobody_else_whatever_is_sent(role: str, cast: Cast) -> None:
    page = proved(cast.officer).post(reverse("accounts:staff_invite"), {**TYPED, "role": role})
    assert list(errors_of(page)) == ["role"]
    assert page.context["form"]["email"].value() == EMAIL
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("language", [0, 1], ids=["en", "ja"])
@pytest.mark.parametrize("person", ["officer", "expert", "administrator"])
def test_who_works_for_the_programme_is_not_invited_again(person: str, language: int, cast: Cast) -> None:
    client = proved(cast.administrator)
    with translation.override(("en", "ja")[language]):
        page = client.post(
            reverse("accounts:staff_invite"), {**TYPED, "email": getattr(cast, person).email.upper()}
        )
        assert errors_of(page) == {"email": [TAKES_PART[language]]}
    assert page.context["form"]["role"].value() == "expert"
    assert not Invitation.objects.exists()


def test_that_somebody_belongs_to_a_firm_is_not_told_to_whoever_invites_them(cast: Cast) -> None:
    answer = proved(cast.officer).post(
        reverse("accounts:staff_invite"), {**TYPED, "email": cast.company_owner.email}
    )
    assert answer.url == reverse("accounts:staff")
    assert Invitation.objects.get().email == cast.company_owner.email


def test_an_expert_who_was_invited_comes_in_by_the_link_and_must_set_up_a_second_step(
    cast: Cast, client: Client, settings: Any
) -> None:
    proved(cast.officer).post(reverse("accounts:staff_invite"), TYPED)
    settings.REQUIRE_SECOND_FACTOR = True
    client.get(link_for(EMAIL))
    typed = {"name": "Mei Tan", "password1": "a long new phrase", "password2": "a long new phrase"}
    client.post(reverse("accounts:invitation_answer"), {**typed, "time_zone": "Asia/Singapore"})
    user = User.objects.get(email=EMAIL)
    assert (role_of(user), user.time_zone) == (Role.EXPERT, "Asia/Singapore")
    assert client.get(reverse("home")).url == reverse("mfa_index")
    set_up_app(user)
    assert client.get(reverse("home")).status_code == 200


@pytest.mark.parametrize(("inviter", "role", "status"), [
    ("officer", StaffRole.EXPERT, 302), ("officer", StaffRole.OFFICER, 404),
    ("officer", StaffRole.ADMINISTRATOR, 404), ("administrator", StaffRole.ADMINISTRATOR, 302),
    ("administrator", StaffRole.EXPERT, 302), ("expert", StaffRole.EXPERT, 404),
    ("company_owner", StaffRole.EXPERT, 404),
])  # fmt: skip
def test_who_may_take_back_which_invitation_to_the_programme(
    inviter: str, role: str, status: int, cast: Cast, as_user: SignIn
) -> None:
    invitation = factories.InvitationFactory(organisation=None, member_role="", staff_role=role)
    answer = as_user(getattr(cast, inviter)).post(reverse("accounts:invitation_revoke", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert answer.status_code == status
    assert invitation.status == ("revoked" if status == 302 else "open")
    if status == 302:
        assert answer.url == reverse("accounts:staff")


# --- the list -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 6])
def test_the_list_costs_the_same_for_few_and_many(
    people: int, cast: Cast, as_user: SignIn, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _number in range(people):
        set_up_app(factories.OfficerFactory())
        factories.InvitationFactory(organisation=None, member_role="", staff_role=StaffRole.EXPERT)
    client = as_user(cast.administrator)
    client.get(reverse("accounts:staff"))
    with django_assert_num_queries(5):
        page = client.get(reverse("accounts:staff"))
    assert len(page.context["people"]) == people + 3


@pytest.mark.parametrize(("person", "has_links"), [("administrator", True), ("officer", False)])
def test_only_an_administrator_is_offered_to_end_access_or_to_erase(
    person: str, has_links: bool, cast: Cast, as_user: SignIn
) -> None:
    html = as_user(getattr(cast, person)).get(reverse("accounts:staff")).content.decode()
    assert (reverse("accounts:staff_end", args=[cast.expert.pk]) in html) is has_links
    assert (reverse("accounts:person_erase") in html) is has_links


def test_who_was_erased_or_may_not_sign_in_is_not_listed(cast: Cast, as_user: SignIn) -> None:
    factories.OfficerFactory(is_active=False)
    page = as_user(cast.administrator).get(reverse("accounts:staff"))
    assert {person.name for person in page.context["people"]} == {"administrator", "officer", "expert"}
