"""Applications and what staff decide about them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation, User, members_of
from matchmaking.core import jobs
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move

PROFILE_PAGE = {OrganisationKind.COMPANY: "companies:own", OrganisationKind.STARTUP: "startups:own"}
REVIEW_PAGE = {OrganisationKind.COMPANY: "companies:detail", OrganisationKind.STARTUP: "startups:detail"}


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
