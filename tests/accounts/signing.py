"""What the tests of accounts share: codes and links out of mail, authenticator apps, and people who are set up."""

from __future__ import annotations

import re
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.utils import translation
from post_office.models import Email

from accounts.models import User

NEW_PASSWORD = "a brand new passphrase"


def last_mail(address: str) -> Email:
    return Email.objects.filter(to=[address]).latest("pk")


def code_for(address: str) -> str:
    """The verification code in the newest mail to an address."""
    found = re.search(r"^\d{4}-\d{4}$", last_mail(address).message, re.MULTILINE)
    assert found, last_mail(address).message
    return found[0]


def link_for(address: str) -> str:
    """The path of the link in the newest mail to an address."""
    found = re.search(r"https?://[^/\s]+(/\S+)", last_mail(address).message)
    assert found, last_mail(address).message
    return found[1]


def app_code(secret: str, ahead: int = 0) -> str:
    """What an authenticator app shows now; `ahead`: one whose clock is so many half minutes fast."""
    counters = list(yield_hotp_counters_from_time())  # those that are taken: before, now, after
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2] + ahead)))


def set_up_app(user: User) -> str:
    """Give somebody an authenticator app and recovery codes; returns the secret of the app."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def prove_again(client: Client, password: str, language: str = "en") -> Any:
    """Show once more that it is oneself, as the library asks before what matters."""
    with translation.override(language):
        return client.post(f"/{language}/account/reauthenticate/", {"password": password})
