"""What happens to organisations and people: the only code that changes their state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.changes import assign, stamp
from accounts.enums import MemberRole, OrganisationKind, OrganisationStatus
from accounts.models import Membership, Organisation, User, members_of
from accounts.rules import IDENTITY, check_tags
from matchmaking.core import audit, jobs
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move

PROFILE_PAGE = {OrganisationKind.COMPANY: "companies:own", OrganisationKind.STARTUP: "startups:own"}
COMPLETE = (
    OrganisationStatus.SUBMITTED,
    OrganisationStatus.PUBLISHED,
)  # nothing that is needed may be missing
REVIEW_PAGE = {OrganisationKind.COMPANY: "companies:detail", OrganisationKind.STARTUP: "startups:detail"}


@dataclass(frozen=True)
class Contact:
    """The person an imported profile names; `encoded_password` only for sample people."""

    email: str
    name: str
    title: str = ""
    encoded_password: str = ""


@transaction.atomic
def ask_for_rescore(organisation: Organisation) -> None:
    """Let the worker bring both sides' match lists up to date with a profile that takes, or took, part.

    The matching lies above this app, so the job is called by its name.
    """
    key = f"rescore:{organisation.pk}:{timezone.now().isoformat()}"
    jobs.enqueue("matches.rescore", dedupe_key=key, organisation_id=organisation.pk)


@transaction.atomic
def submit(organisation: Organisation, *, by: User | None) -> None:
    """Send a profile in for review and tell the programme office."""
    move(organisation, OrganisationStatus.SUBMITTED, by=by, submitted_at=timezone.now(), return_reason="")
    notify(
        Event.PROFILE_SUBMITTED,
        User.objects.officers(),
        link=REVIEW_PAGE[OrganisationKind(organisation.kind)],
        link_kwargs={"pk": organisation.pk},
        organisation=organisation.name,
    )


@transaction.atomic
def publish(organisation: Organisation, *, by: User | None) -> None:
    """Approve a profile: from now on it is matched. Tells its members."""
    now = timezone.now()
    move(organisation, OrganisationStatus.PUBLISHED, by=by, published_at=now, confirmed_at=now)
    ask_for_rescore(organisation)
    notify(
        Event.PROFILE_PUBLISHED,
        members_of(organisation),
        link=PROFILE_PAGE[OrganisationKind(organisation.kind)],
        organisation=organisation.name,
    )


@transaction.atomic
def return_for_changes(organisation: Organisation, *, reason: str, by: User) -> None:
    """Ask for a correction, in the reviewer's words, and tell the members."""
    move(organisation, OrganisationStatus.RETURNED, by=by, reason=reason, return_reason=reason)
    notify(
        Event.PROFILE_RETURNED,
        members_of(organisation),
        link=PROFILE_PAGE[OrganisationKind(organisation.kind)],
        organisation=organisation.name,
        reason=reason,
    )


@transaction.atomic
def suspend(organisation: Organisation, *, reason: str, by: User) -> None:
    """Take a published profile out of the matching until `publish` brings it back."""
    move(organisation, OrganisationStatus.SUSPENDED, by=by, reason=reason)
    ask_for_rescore(organisation)


@transaction.atomic
def create_organisation(
    kind: OrganisationKind, values: Mapping[str, Any], *, status: str, by: User | None, reason: str = ""
) -> Organisation:
    """A new organisation that starts in `status`: nobody is told, because whoever imports it knows.

    `reason` says what to correct in one that starts as returned, and why one starts suspended.
    """
    now = timezone.now()
    organisation = Organisation(kind=kind, status=status, **values)
    if status != OrganisationStatus.DRAFT:
        organisation.submitted_at = now
    if status in (OrganisationStatus.PUBLISHED, OrganisationStatus.SUSPENDED):
        organisation.published_at = now
    if status == OrganisationStatus.RETURNED:
        organisation.return_reason = reason
    check_tags(organisation, complete=status in COMPLETE)
    organisation.save()
    audit.record("organisation.created", organisation, by=by, status=status)
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation, changed: Iterable[str], *, by: User | None, review_identity: bool
) -> None:
    """Record that the fields named `changed` have new values; a new identity goes to review again.

    Staff who import a list know what they do: then `review_identity` is False.
    """
    fields = sorted(changed)
    check_tags(organisation, complete=organisation.status in COMPLETE)
    stamp(organisation)
    audit.record("organisation.changed", organisation, by=by, fields=fields)
    if organisation.is_published:
        ask_for_rescore(organisation)
    if review_identity and organisation.is_published and IDENTITY.intersection(fields):
        submit(organisation, by=by)


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
        Membership.objects.create(user=user, organisation=organisation, role=role, title=title)
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
    """Name, language and time zone of a person. Returns the names of what changed."""
    changed = assign(user, values)
    if changed:
        audit.record("user.settings_changed", user, by=by, fields=sorted(changed))
    return changed
