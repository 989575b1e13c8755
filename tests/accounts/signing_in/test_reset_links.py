"""The link with which somebody sets a new password: for one account, once, for two hours; nothing else opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.models import Email

from accounts import actions
from accounts.models import User
from matchmaking.core.models import AuditEvent
from tests.accounts.signing import NEW_PASSWORD, link_for, set_up_app
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
EMAIL = "ana@people.example"
ASKED = datetime(2026, 12, 3, 5, 0, tzinfo=UTC)
NO_LONGER = {"en": "This link no longer works", "ja": "このリンクは使えません"}


@pytest.fixture
def ana() -> User:
    return UserFactory(email=EMAIL)


def asked() -> str:
    """The link in the mail that somebody asked for."""
    Client().post(reverse("account_reset_password"), {"email": EMAIL})
    return link_for(EMAIL)


def opened(link: str) -> tuple[Client, Any]:
    """What a browser shows that follows the link."""
    client = Client()
    return client, client.get(link, follow=True)


def is_open(link: str) -> bool:
    _client, page = opened(link)
    assert page.status_code == 200
    has_form = 'name="password1"' in page.content.decode()
    assert has_form is not (NO_LONGER["en"] in page.content.decode())
    return has_form


def save(client: Client, page: Any, password: str = NEW_PASSWORD, again: str = "") -> Any:
    address = page.redirect_chain[-1][0]
    return client.post(address, {"password1": password, "password2": again or password})


def has(password: str) -> bool:
    return User.objects.get(email=EMAIL).check_password(password)


# --- once -----------------------------------------------------------------------------------------------------------


def test_it_serves_once_and_is_recorded(ana: User) -> None:
    link = asked()
    client, page = opened(link)
    assert save(client, page).url == reverse("account_reset_password_from_key_done")
    assert has(NEW_PASSWORD)
    assert not is_open(link)
    assert AuditEvent.objects.filter(action="user.password_reset", actor_id=ana.pk).count() == 1


def test_a_form_that_was_open_in_another_browser_changes_nothing_afterwards(ana: User) -> None:
    link = asked()
    first, second = opened(link), opened(link)
    save(*first)
    late = save(*second, password="the words of somebody else")
    assert NO_LONGER["en"] in late.content.decode()
    assert has(NEW_PASSWORD)


def test_of_two_links_the_use_of_one_ends_both(ana: User) -> None:
    with time_machine.travel(ASKED, tick=False) as clock:
        first = asked()
        clock.shift(timedelta(minutes=1))
        second = asked()
        assert first != second
        assert (is_open(first), is_open(second)) == (True, True), "the slower mail may come first"
        save(*opened(second))
        assert (is_open(first), is_open(second)) == (False, False)


def test_looking_uses_nothing_up(ana: User) -> None:
    """Mail programs open links to see whether they are safe."""
    link = asked()
    assert [is_open(link) for _time in range(3)] == [True] * 3
    assert Client().head(link).status_code == 302
    assert is_open(link)


# --- two hours ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "works"), [(0, True), (2 * 3600 - 1, True), (2 * 3600 + 1, False), (86_400, False)]
)
def test_it_works_for_two_hours(later: int, works: bool, ana: User) -> None:
    with time_machine.travel(ASKED, tick=False) as clock:
        link = asked()
        clock.shift(timedelta(seconds=later))
        assert is_open(link) is works


def test_a_form_that_was_left_open_too_long_changes_nothing(ana: User) -> None:
    with time_machine.travel(ASKED, tick=False) as clock:
        client, page = opened(asked())
        clock.shift(timedelta(hours=2, seconds=1))
        assert NO_LONGER["en"] in save(client, page).content.decode()
    assert has(PASSWORD)


# --- one account ----------------------------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[User], object]] = {
    "signed in": lambda user: Client().post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD}),
    "closed": lambda user: actions.close_account(by=user),
    "another address": lambda user: (
        user.emailaddress_set.update(email="moved@people.example")
        and User.objects.filter(pk=user.pk).update(email="moved@people.example")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_happened_to_the_account_since_ends_the_link(change: str, ana: User) -> None:
    link = asked()
    CHANGES[change](ana)
    assert not is_open(link)


def test_the_secret_of_one_opens_no_other_account(ana: User) -> None:
    other = UserFactory(email="other@people.example")
    mine = asked()
    Client().post(reverse("account_reset_password"), {"email": other.email})
    theirs = link_for(other.email)

    def parts(link: str) -> tuple[str, str, str]:
        head, _slash, tail = link.rstrip("/").rpartition("/")
        uid, _dash, secret = tail.partition("-")
        return head, uid, secret

    head, uid, secret = parts(mine)
    assert parts(theirs)[1:] != (uid, secret)
    mixed = f"{head}/{parts(theirs)[1]}-{secret}/"
    assert not is_open(mixed)
    _client, page = opened(mixed)
    assert NO_LONGER["en"] in page.content.decode()
    assert User.objects.get(pk=other.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "change", ["cut", "longer", "case", "other letter", "nobody", "huge", "no number", "nothing"]
)
def test_a_link_that_was_changed_opens_nothing(change: str, ana: User) -> None:
    link = asked()
    head, _slash, tail = link.rstrip("/").rpartition("/")
    uid, _dash, secret = tail.partition("-")
    last = "a" if secret[-1] != "a" else "b"
    changed = {
        "cut": f"{head}/{uid}-{secret[:-1]}/",
        "longer": f"{head}/{uid}-{secret}0/",
        "case": f"{head}/{uid}-{secret.upper()}/",
        "other letter": f"{head}/{uid}-{secret[:-1]}{last}/",
        "nobody": f"{head}/zzz-{secret}/",
        "huge": f"{head}/{'z' * 13}-{secret}/",
        "no number": f"{head}/!!-{secret}/",
        "nothing": f"{head}/{uid}-set-password/",  # the address of the form, without having had the link
    }[change]
    assert changed != link
    answer = Client().get(changed, follow=True)
    assert answer.status_code in (200, 404)
    assert 'name="password1"' not in answer.content.decode()
    posted = Client().post(changed, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert posted.status_code in (200, 404)
    assert has(PASSWORD)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_link_that_is_over_says_so_and_offers_another(language: str, ana: User) -> None:
    with translation.override(language):
        link = asked()
    assert link.startswith(f"/{language}/")
    save(*opened(link))
    html = opened(link)[1].content.decode()
    assert NO_LONGER[language] in html
    assert f'href="/{language}/account/password/reset/"' in html


# --- what follows ---------------------------------------------------------------------------------------------------


def test_a_new_password_ends_the_sessions_there_were_and_makes_none(ana: User) -> None:
    elsewhere = Client()
    elsewhere.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    assert elsewhere.get(reverse("accounts:settings")).status_code == 200
    client, page = opened(asked())
    save(client, page)
    for browser in (client, elsewhere):
        assert "/account/login/" in browser.get(reverse("accounts:settings"))["Location"]


def test_a_new_password_by_mail_does_not_get_round_the_second_step(ana: User) -> None:
    set_up_app(ana)
    client, page = opened(asked())
    save(client, page)
    answer = client.post(reverse("account_login"), {"login": EMAIL, "password": NEW_PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert client.get(reverse("accounts:settings")).status_code == 302


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("short", "short"),
        ("password1234", "password1234"),  # among the commonest
        (EMAIL, EMAIL),  # the address itself
        (NEW_PASSWORD, "another passphrase"),
        ("", " "),
    ],
)
def test_a_password_that_will_not_do_is_told_and_the_form_stays_open(
    password: str, again: str, ana: User
) -> None:
    client, page = opened(asked())
    answer = save(client, page, password, again)
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert errors
    assert set(errors) <= {"password1", "password2"}
    assert has(PASSWORD)
    assert save(client, page).status_code == 302, "and the link is not used up"
    assert has(NEW_PASSWORD)


@pytest.mark.parametrize(
    "password", ["長い言葉をならべた合言葉です。", "correct 🐎 battery staple", " blanks at both ends "]
)
def test_a_password_of_any_script_lets_in_as_it_was_written(password: str, ana: User) -> None:
    client, page = opened(asked())
    assert save(client, page, password).status_code == 302
    answer = client.post(reverse("account_login"), {"login": EMAIL, "password": password})
    assert answer.url == reverse("home")


def test_the_mail_names_nobody_and_goes_to_the_address_of_the_account_only(ana: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": EMAIL.upper()})
    mails = list(Email.objects.all())
    assert [[address.lower() for address in mail.to] for mail in mails] == [[EMAIL]]
    assert ana.name not in mails[0].subject + mails[0].message
