"""Nobody learns whether an address has an account: same status, same words, same mails in number, same work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts import actions
from accounts.models import User
from tests.accounts.signing import NEW_PASSWORD
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "known@people.example", "other@people.example"  # of the same length
VARYING = re.compile(r'(name="csrfmiddlewaretoken" value|nonce|x-csrftoken)["\s:=]+"?[\w&;+/=-]+')


@pytest.fixture(autouse=True)
def _known(db: None) -> None:
    UserFactory(email=KNOWN)


def story(path: str, address: str, **data: str) -> tuple[Any, ...]:
    """Everything that somebody can see who posts an address and follows where they are led."""
    client = Client()
    before = Email.objects.count()
    answer = client.post(path, data)
    pages = [(answer.status_code, answer.get("Location", ""), seen(answer, address))]
    if answer.status_code == 302:
        following = client.get(answer["Location"])
        pages.append((following.status_code, "", seen(following, address)))
    cookies = sorted(client.cookies)
    return (*pages, cookies, Email.objects.count() - before)


def seen(answer: Any, address: str) -> str:
    html = VARYING.sub("", answer.content.decode()).replace(address, "ADDRESS")
    return re.sub(r"/\d+/", "/N/", html)


def sign_up(email: str) -> tuple[Any, ...]:
    words = {"name": "N", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "time_zone": "Asia/Tokyo"}
    return story(reverse("account_signup"), email, email=email, **words)


def test_signing_up_looks_the_same() -> None:
    assert sign_up(KNOWN) == sign_up(UNKNOWN)
    assert User.objects.filter(email=KNOWN).count() == 1
    assert not User.objects.get(email=KNOWN).check_password(NEW_PASSWORD)


def test_signing_up_by_passkey_looks_the_same() -> None:
    path = reverse("account_signup_by_passkey")
    words = {"name": "N", "time_zone": "Asia/Tokyo"}
    assert story(path, KNOWN, email=KNOWN, **words) == story(path, UNKNOWN, email=UNKNOWN, **words)


def test_what_follows_a_sign_up_looks_the_same() -> None:
    """A wrong code, and asking for another one."""
    stories = []
    for email in (KNOWN, UNKNOWN):
        client = Client()
        words = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "time_zone": "Asia/Tokyo"}
        client.post(reverse("account_signup"), {"name": "N", "email": email, **words})
        url = reverse("account_email_verification_sent")
        wrong = client.post(url, {"code": "0000-0000"})
        again = client.post(url, {"action": "resend"})
        stories.append((wrong.status_code, seen(wrong, email), again.status_code, seen(again, email)))
    assert stories[0] == stories[1]


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_signing_in_looks_the_same(password: str) -> None:
    path = reverse("account_login")
    wrong = story(path, UNKNOWN, login=UNKNOWN, password=password)
    if password == "wrong":
        assert story(path, KNOWN, login=KNOWN, password=password) == wrong
    assert wrong[0][0] == 200


def test_a_closed_account_is_told_only_to_whoever_knows_its_password() -> None:
    User.objects.filter(email=KNOWN).update(is_active=False)
    path = reverse("account_login")
    assert story(path, KNOWN, login=KNOWN, password="wrong") == story(
        path, UNKNOWN, login=UNKNOWN, password="wrong"
    )


def test_asking_for_a_new_password_looks_the_same() -> None:
    path = reverse("account_reset_password")
    assert story(path, KNOWN, email=KNOWN) == story(path, UNKNOWN, email=UNKNOWN)


def test_changing_ones_address_looks_the_same(cast: Cast) -> None:
    stories = []
    for email in (KNOWN, UNKNOWN):
        client = Client()
        client.post(reverse("account_login"), {"login": cast.newcomer.email, "password": PASSWORD})
        client.post(
            reverse("account_reauthenticate") + f"?next={reverse('account_email')}", {"password": PASSWORD}
        )
        answer = client.post(reverse("account_email"), {"email": email, "action_add": ""})
        stories.append((answer.status_code, answer["Location"], seen(client.get(answer["Location"]), email)))
    assert stories[0] == stories[1]


def test_inviting_looks_the_same(cast: Cast) -> None:
    stories = []
    for email in (cast.other_company_owner.email, UNKNOWN):
        client = Client()
        client.force_login(cast.company_owner, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post(
            reverse("accounts:invite"), {"email": email, "language": "en", "role": "member"}, follow=True
        )
        stories.append((answer.redirect_chain, seen(answer, email)))
        actions.revoke_invitation(cast.company.organisation.invitations.get(email=email), by=cast.officer)
    assert stories[0] == stories[1]


@pytest.fixture
def hashed() -> Iterator[list[str]]:
    """Passwords that are hashed: that is what takes the time."""
    passwords: list[str] = []
    encode = MD5PasswordHasher.encode

    def note(self: MD5PasswordHasher, password: str, salt: str) -> str:
        passwords.append(password)
        return encode(self, password, salt)

    with patch.object(MD5PasswordHasher, "encode", note):
        yield passwords


def test_the_slow_work_is_done_as_often(hashed: list[str]) -> None:
    counts = []
    for email in (KNOWN, UNKNOWN):
        hashed.clear()
        sign_up(email)
        story(reverse("account_login"), email, login=email, password="wrong")
        counts.append(hashed.count(NEW_PASSWORD) + hashed.count("wrong"))
    assert counts == [2, 2]
