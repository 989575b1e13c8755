"""What happens to organisations: the only code that changes their state."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation, User, members_of
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move

PROFILE_PAGE = {OrganisationKind.COMPANY: "companies:own", OrganisationKind.STARTUP: "startups:own"}
REVIEW_PAGE = {OrganisationKind.COMPANY: "companies:detail", OrganisationKind.STARTUP: "startups:detail"}


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
    move(organisation, OrganisationStatus.PUBLISHED, by=by, published_at=timezone.now())
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
