"""People: added, and what they choose for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberRole
from accounts.models import Membership, Organisation, User
from accounts.profiles import arrivals
from accounts.profiles.changes import assign
from matchmaking.core import audit


@dataclass(frozen=True)
class Contact:
    """The person an imported profile names; `encoded_password` only for sample people."""

    email: str
    name: str
    title: str = ""
    phone: str = ""
    encoded_password: str = ""


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    by: User | None,
    language: str = "ja",
    time_zone: str = "Asia/Tokyo",
    staff_role: str = "",
    organisation: Organisation | None = None,
    title: str = "",
    phone: str = "",
    encoded_password: str = "",
) -> User:
    """Somebody who may sign in from now on; the first person of an organisation owns it.

    The address counts as verified, because staff vouch for it. Without a password the person sets one by mail.
    """
    user = User(email=email, name=name, language=language, time_zone=time_zone, staff_role=staff_role)
    user.password = encoded_password or make_password(None)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if organisation is not None:
        first = not organisation.memberships.filter(role=MemberRole.OWNER).exists()
        role = MemberRole.OWNER if first else MemberRole.MEMBER
        Membership.objects.create(user=user, organisation=organisation, role=role, title=title, phone=phone)
    arrivals.welcome(user)
    audit.record("user.added", user, by=by, staff_role=staff_role, organisation=str(organisation or ""))
    return user


@transaction.atomic
def add_contact(organisation: Organisation, contact: Contact, *, language: str, by: User | None) -> bool:
    """Let the contact person of an imported profile sign in. False if they already may.

    An address that belongs to somebody elsewhere is refused: nobody belongs to two organisations.
    """
    known = User.objects.filter(email__iexact=contact.email).first()
    if known is None:
        add_person(
            email=contact.email,
            name=contact.name,
            title=contact.title,
            phone=contact.phone,
            language=language,
            time_zone=organisation.time_zone,
            organisation=organisation,
            by=by,
            encoded_password=contact.encoded_password,
        )
        return True
    if known.organisation != organisation:
        raise ValidationError({"contact_email": _("This e-mail address belongs to somebody else.")})
    return False


@transaction.atomic
def change_settings(user: User, values: Mapping[str, Any], *, by: User) -> list[str]:
    """What a person chooses for themselves, such as name and language. Returns the names of what changed."""
    changed = assign(user, values)
    if changed:
        audit.record("user.settings_changed", user, by=by, fields=sorted(changed))
    return changed


def end_all_sessions(user: User) -> None:
    """Sign somebody out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def change_contact(
    membership: Membership, user_values: Mapping[str, Any], membership_values: Mapping[str, Any], *, by: User
) -> list[str]:
    """How a member can be reached: name, job title, telephone. Returns the names of what changed."""
    changed = assign(membership.user, user_values) + assign(membership, membership_values)
    if changed:
        audit.record("user.contact_changed", membership.user, by=by, fields=sorted(changed))
    return changed
