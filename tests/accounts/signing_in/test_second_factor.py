"""The second factor: required of staff, kept unreadable, and every change of it told and recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.test import Client
from django.urls import reverse

from accounts.adapter import SecondFactorAdapter
from accounts.models import User
from matchmaking.core.models import AuditEvent
from tests.accounts.racing import at_once
from tests.accounts.signing import app_code, last_mail, prove_again, set_up_app
from tests.conftest import Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
STAFF = ("administrator", "officer", "expert")
PAGES = ("home", "accounts:settings", "core:notices", "usersessions_list", "core:help")


@pytest.fixture
def required(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize("person", STAFF)
def test_until_it_is_set_up_every_page_leads_there(
    person: str, required: None, cast: Cast, as_user: SignIn
) -> None:
    client = as_user(getattr(cast, person))
    for name in PAGES:
        assert client.get(reverse(name)).url == reverse("mfa_index"), name
    assert "Your role requires a second factor" in client.get(reverse("mfa_index")).content.decode()
    assert client.post(reverse("accounts:settings"), {"name": "Other"}).url == reverse("mfa_index")
    for name in ("mfa_index", "mfa_list_webauthn", "account_reauthenticate", "account_logout"):
        assert client.get(reverse(name)).status_code == 200, name


@pytest.mark.parametrize("person", STAFF)
def test_once_it_is_set_up_all_is_open(person: str, required: None, cast: Cast, as_user: SignIn) -> None:
    user = getattr(cast, person)
    set_up_app(user)
    assert as_user(user).get("/en/").status_code == 200


@pytest.mark.parametrize("person", ["company_owner", "startup_member", "newcomer"])
def test_others_choose_for_themselves(person: str, required: None, cast: Cast, as_user: SignIn) -> None:
    assert as_user(getattr(cast, person)).get("/en/").status_code == 200


def test_guests_are_not_concerned(required: None, client: Client) -> None:
    assert client.get("/en/").status_code == 200


def test_a_trial_says_that_it_does_not_ask(cast: Cast, as_user: SignIn) -> None:
    html = as_user(cast.officer).get(reverse("mfa_index")).content.decode()
    assert "In real use your role requires a second factor" in html


def test_staff_see_who_has_none(cast: Cast, as_user: SignIn) -> None:
    set_up_app(cast.officer)
    people = as_user(cast.administrator).get(reverse("accounts:staff")).context["people"]
    assert {person.name: person.has_second_factor for person in people} == {
        "administrator": False,
        "officer": True,
        "expert": False,
    }


def test_the_secrets_are_kept_unreadable(cast: Cast, settings: Any) -> None:
    secret = set_up_app(cast.officer)
    rows = {row.type: str(row.data) for row in Authenticator.objects.filter(user=cast.officer)}
    assert secret not in rows["totp"]
    adapter = SecondFactorAdapter()
    sealed = adapter.encrypt(secret)
    assert (adapter.decrypt(sealed), sealed == adapter.encrypt(secret)) == (secret, False)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key"
    assert SecondFactorAdapter().decrypt(sealed) == secret, "the former key still opens it"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        SecondFactorAdapter().decrypt(sealed)


def test_setting_it_up_asks_for_the_password_and_is_told_and_recorded(
    client: Client, cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    user = cast.company_member
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "/account/reauthenticate/" in client.get(reverse("mfa_activate_totp")).url
    prove_again(client, PASSWORD)
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "12345"})
    assert "The code is not right" in wrong.content.decode()
    full_width = app_code(form.secret).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": full_width}).url == reverse(
            "mfa_view_recovery_codes"
        )
    assert last_mail(user.email).subject == "An authenticator app was set up"
    deeds = set(AuditEvent.objects.filter(actor_id=user.pk).values_list("action", flat=True))
    assert "user.totp_activated" in deeds


def test_the_password_alone_does_not_sign_in(client: Client, cast: Cast) -> None:
    secret = set_up_app(cast.officer)
    answer = client.post(reverse("account_login"), {"login": cast.officer.email, "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/en/").templates[0].name == "home/guest.html"
    assert client.post(answer.url, {"code": app_code(secret)}).url == reverse("home")
    assert client.get("/en/").templates[0].name == "home/staff.html"


def test_a_recovery_code_lets_in_once(client: Client, cast: Cast) -> None:
    set_up_app(cast.officer)
    [codes] = Authenticator.objects.filter(user=cast.officer, type="recovery_codes")
    code = codes.wrap().get_unused_codes()[0]
    for expected in (302, 200):
        client.post(reverse("account_login"), {"login": cast.officer.email, "password": PASSWORD})
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected
        client.post(reverse("account_logout"))


def second_step(code: str, user: User) -> Any:
    """Somebody who knows the password sends this code."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client.post(reverse("mfa_authenticate"), {"code": code})


@pytest.mark.parametrize(
    ("ahead", "seconds"), [(0, 0), (0, 29), (0, 31), (0, 58), (1, 31), (1, 61), (1, 88), (-1, 28)]
)
def test_a_code_of_the_app_lets_in_once_as_long_as_it_is_taken(ahead: int, seconds: int, cast: Cast) -> None:
    """Whoever looks over a shoulder has a code that is still taken half a minute later, but it is used."""
    secret = set_up_app(cast.officer)
    start = datetime(2026, 12, 3, 5, 0, 1, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        code = app_code(secret, ahead)
        assert second_step(code, cast.officer).status_code == 302
        clock.shift(timedelta(seconds=seconds))
        again = second_step(code, cast.officer)
    assert again.status_code == 200
    assert again.context["form"].errors["code"] == [
        "The code is not right. Enter the one the app shows now, or an unused recovery code."
    ]


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1} {2}", "full-width"])
def test_another_way_to_write_a_used_code_does_not_help(written: str, cast: Cast) -> None:
    secret = set_up_app(cast.officer)
    with time_machine.travel(datetime(2026, 12, 3, 5, 0, 1, tzinfo=UTC), tick=False) as clock:
        code = app_code(secret)
        assert second_step(code, cast.officer).status_code == 302
        clock.shift(timedelta(seconds=31))
        wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        sent = wide if written == "full-width" else written.format(code, code[:3], code[3:])
        assert second_step(sent, cast.officer).status_code == 200


def test_the_next_code_and_that_of_somebody_else_are_other_codes(cast: Cast) -> None:
    secret, other = set_up_app(cast.officer), set_up_app(cast.administrator)
    with time_machine.travel(datetime(2026, 12, 3, 5, 0, 1, tzinfo=UTC), tick=False) as clock:
        assert second_step(app_code(secret), cast.officer).status_code == 302
        assert second_step(app_code(other), cast.administrator).status_code == 302
        clock.shift(timedelta(seconds=30))
        assert second_step(app_code(secret), cast.officer).status_code == 302


@pytest.mark.parametrize("what", ["a code of the app", "a recovery code"])
@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_one_code_at_once_one_gets_in(what: str, cast: Cast) -> None:
    secret = set_up_app(cast.officer)
    codes = Authenticator.objects.get(user=cast.officer, type="recovery_codes").wrap().get_unused_codes()
    code = app_code(secret) if what == "a code of the app" else codes[0]
    clients = [Client() for _number in range(4)]
    for client in clients:
        client.post(reverse("account_login"), {"login": cast.officer.email, "password": PASSWORD})
    address = reverse("mfa_authenticate")
    answers = at_once(*(lambda client=client: client.post(address, {"code": code}) for client in clients))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
