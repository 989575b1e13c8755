"""The secret in the address by which somebody answers without a password: signed, so that a guess asks no table."""

from __future__ import annotations

import secrets
from typing import Final

from django.core.signing import BadSignature, Signer

from accounts.models.invitations import hash_of

SECRET_BYTES: Final = 32


def _signer() -> Signer:
    return Signer(salt="partnerships.outcome", sep=".")


def new_secret() -> tuple[str, str]:
    """What stands in the address, and the hash that is kept."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return _signer().sign(secret), hash_of(secret)


def kept_hash(token: str) -> str | None:
    """What is kept of an address that this portal has signed; None of any other."""
    try:
        return hash_of(_signer().unsign(token))
    except BadSignature:
        return None
