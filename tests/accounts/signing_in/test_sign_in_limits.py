"""How often a password may be tried: by account, by address, by everybody together; whatever happens to caches."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import CacheEntry, User
from tests.accounts.signing import NEW_PASSWORD, app_code, link_for, set_up_app
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
EMAIL = "victim@people.example"
TOO_MANY = "Too many tries."
WRONG = "The e-mail address or the password is not right."


def attempt(password: str = "", email: str = EMAIL, ip: str = "192.0.2.1", **extra: str) -> str:
    """The page that answers this password, or a wrong one; nothing if the person got in."""
    data = {"login": email, "password": password or "wrong"}
    response = Client().post("/en/account/login/", data, REMOTE_ADDR=ip, **extra)
    return "" if response.status_code == 302 else response.content.decode()


def test_after_five_wrong_passwords_even_the_right_one_waits() -> None:
    UserFactory(email=EMAIL)
    answers = [attempt(ip=f"192.0.2.{number}") for number in range(7)]
    assert [WRONG in answer for answer in answers] == [True] * 5 + [False] * 2
    assert TOO_MANY in attempt(PASSWORD, ip="192.0.2.99")
    assert attempt(PASSWORD, email=UserFactory().email) == "", "others are not kept out"


def test_right_passwords_do_not_count() -> None:
    UserFactory(email=EMAIL)
    assert [attempt(PASSWORD) for _number in range(8)] == [""] * 8


def test_one_address_tries_ten_accounts() -> None:
    answers = [attempt(email=f"person{number}@guess.example") for number in range(12)]
    assert [WRONG in answer for answer in answers] == [True] * 10 + [False] * 2


def test_many_addresses_together_are_stopped_as_well(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_anywhere": "6/m/key"}
    answers = [attempt(email=f"p{number}@guess.example", ip=f"198.51.100.{number}") for number in range(8)]
    assert [WRONG in answer for answer in answers] == [True] * 6 + [False] * 2


def test_another_host_in_the_request_gives_no_new_tries(settings: Any) -> None:
    """The host is the sender's to choose as long as its name is ours: a port makes it differ."""
    UserFactory(email=EMAIL)
    answers = [attempt(ip=f"192.0.2.{n}", HTTP_HOST=f"localhost:{8000 + n}") for n in range(7)]
    assert [WRONG in answer for answer in answers] == [True] * 5 + [False] * 2


def test_capitals_are_the_same_account() -> None:
    UserFactory(email=EMAIL)
    spellings = [EMAIL, EMAIL.upper(), EMAIL.title(), f" {EMAIL}", "VICTIM@people.example"]
    answers = [attempt(email=email, ip=f"192.0.2.{n}") for n, email in enumerate([*spellings, EMAIL])]
    assert [WRONG in answer for answer in answers] == [True] * 5 + [False]


def test_the_counters_lie_in_the_database() -> None:
    attempt()
    assert CacheEntry.objects.count() >= 3


@pytest.mark.parametrize(
    ("proxies", "header", "counted"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
    ],
)
def test_the_address_is_the_one_that_our_proxies_saw(
    proxies: int, header: str, counted: str, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    attempt(HTTP_X_FORWARDED_FOR=header)
    keys = " ".join(CacheEntry.objects.values_list("cache_key", flat=True))
    assert f":ip:{counted}" in keys


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_no_more_than_the_limit_are_looked_at() -> None:
    UserFactory(email=EMAIL)

    def try_once(number: int) -> str:
        try:
            return attempt(ip=f"192.0.2.{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(try_once, range(20)))
    assert sum(WRONG in answer for answer in answers) <= 5
    assert sum(TOO_MANY in answer for answer in answers) >= 15


def test_a_new_password_by_mail_ends_the_waiting(client: Client) -> None:
    UserFactory(email=EMAIL)
    for number in range(6):
        attempt(ip=f"192.0.2.{number}")
    client.post(reverse("account_reset_password"), {"email": EMAIL})
    form = client.get(link_for(EMAIL))
    done = client.post(form.url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert done.url == reverse("account_reset_password_from_key_done")
    assert attempt(NEW_PASSWORD, ip="192.0.2.50") == ""


@pytest.mark.parametrize("language", ["en", "ja"])
def test_too_many_requests_get_a_page_of_ours(language: str, client: Client) -> None:
    for _number in range(30):
        client.post(f"/{language}/account/login/", {})
    page = client.post(f"/{language}/account/login/", {})
    assert page.status_code == 429
    assert {"en": "Too many tries", "ja": "上限に達しました"}[language] in page.content.decode()
    assert "<nav" in page.content.decode() or "masthead" in page.content.decode()


def test_codes_of_the_second_step_are_limited_too(client: Client) -> None:
    user = UserFactory(email=EMAIL)
    secret = set_up_app(user)
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    for _number in range(6):
        page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert TOO_MANY in str(page.context["form"].errors)
    assert client.post(reverse("mfa_authenticate"), {"code": app_code(secret)}).status_code == 200


def test_a_sign_up_code_is_tried_three_times(client: Client) -> None:
    data = {
        "name": "N", "email": EMAIL, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD,
        "time_zone": "Asia/Tokyo",
    }  # fmt: skip
    client.post(reverse("account_signup"), data)
    url = reverse("account_email_verification_sent")
    assert [client.post(url, {"code": "0000-0000"}).status_code for _number in range(3)] == [200, 200, 302]
    assert User.objects.get(email=EMAIL).emailaddress_set.get().verified is False


def test_nobody_signs_in_who_has_not_confirmed_the_address(
    client: Client, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    cast.newcomer.emailaddress_set.update(verified=False)
    answer = client.post(reverse("account_login"), {"login": cast.newcomer.email, "password": PASSWORD})
    assert answer.url == reverse("account_email_verification_sent")
    assert client.get("/en/").templates[0].name == "home/guest.html"
