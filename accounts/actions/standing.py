"""Profiles that were published: taken out of the matching by staff, and brought back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.actions.reviews import PROFILE_PAGE, ask_for_rescore
from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation, User, members_of
from accounts.rules import names_of
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move


@transaction.atomic
def suspend(organisation: Organisation, *, reason: str, by: User) -> None:
    """Take a published profile out of the matching until `publish_again` brings it back."""
    move(organisation, OrganisationStatus.SUSPENDED, by=by, reason=reason)
    ask_for_rescore(organisation)


@transaction.atomic
def publish_again(organisation: Organisation, *, by: User) -> None:
    """End a suspension. Tells the members. What was never reviewed is published by a review only."""
    if organisation.status != OrganisationStatus.SUSPENDED:
        raise TransitionNotAllowed(organisation, OrganisationStatus.PUBLISHED)
    now = timezone.now()
    move(organisation, OrganisationStatus.PUBLISHED, by=by, published_at=now, confirmed_at=now)
    ask_for_rescore(organisation)
    page = PROFILE_PAGE[OrganisationKind(organisation.kind)]
    notify(Event.PROFILE_PUBLISHED, members_of(organisation), link=page, organisation=names_of(organisation))
