"""The library's pages answer each reader for their own account only, whatever number or name they put in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.accounts.signing import prove_again, set_up_app
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.wiring.test_access_matrix import LIBRARY

pytestmark = pytest.mark.django_db
PUBLIC = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_signup_by_passkey",
    "account_email_verification_sent", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_confirm_login_code",
    "mfa_authenticate", "mfa_login_webauthn", "mfa_signup_webauthn",
}  # fmt: skip


def names(
    patterns: list[URLPattern | URLResolver], outer: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    for pattern in patterns:
        keys = (*outer, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, keys)
        elif pattern.name and pattern.name.startswith(LIBRARY):
            yield pattern.name, list(keys)


ALL = dict(names(get_resolver().url_patterns))


def key_of(user: User) -> Authenticator:
    data = {"name": f"Key of {user.name}", "passwordless": True, "credential": {}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def signed_in(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    prove_again(client, PASSWORD)
    return client


def address(name: str, key: int) -> str:
    return reverse(name, kwargs=dict.fromkeys(ALL[name], key) if ALL[name] == ["pk"] else None)


def test_a_guest_is_asked_to_sign_in_on_every_page_that_is_somebodys(client: Client) -> None:
    private = sorted(set(ALL) - PUBLIC)
    assert len(private) > 12
    for name in private:
        for method in (client.get, client.post):
            answer = method(address(name, 1))
            assert (answer.status_code, "/account/login/" in answer["Location"]) == (302, True), name


def test_no_page_shows_or_changes_what_is_somebody_elses(cast: Cast) -> None:
    mine, theirs = cast.company_owner, cast.company_member
    client = signed_in(mine)  # before there is a second step
    set_up_app(theirs)
    key = key_of(theirs)
    before = list(Authenticator.objects.filter(user=theirs).values())
    for name in sorted(set(ALL) - {"account_logout", "account_reset_password_from_key"}):
        for method in (client.get, client.post):
            answer = method(address(name, key.pk))
            if ALL[name]:
                assert answer.status_code == 404, name
            body = answer.content.decode()
            assert theirs.email not in body, name
            assert "Key of company-member" not in body, name
    assert list(Authenticator.objects.filter(user=theirs).values()) == before
    my_key = key_of(mine)
    assert "Key of company-owner" in client.get(reverse("mfa_list_webauthn")).content.decode()
    assert client.get(reverse("mfa_edit_webauthn", args=[my_key.pk])).status_code == 200


def test_what_matters_asks_for_the_password_again(cast: Cast) -> None:
    client = Client()
    client.post(
        reverse("account_login"), {"login": cast.administrator.email, "password": PASSWORD}
    )  # signed in just now, and yet
    key = key_of(cast.officer).pk
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert "/reauthenticate/" in client.get(reverse(name)).url, name
    for url in (reverse("accounts:close"), reverse("accounts:staff_end", args=[cast.officer.pk])):
        assert client.get(url).status_code == 200
        assert "/reauthenticate/" in client.post(url).url, url
    assert (
        "/reauthenticate/"
        in client.post(reverse("account_email"), {"email": "x@y.example", "action_add": ""}).url
    )
    assert "/reauthenticate/" in client.post(reverse("mfa_remove_webauthn", args=[key])).url
