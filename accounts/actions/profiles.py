"""What a profile says: created, and changed by its members, by staff or by an import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions.reviews import ask_for_rescore, review_of_import
from accounts.enums import MemberRole, OrganisationKind, OrganisationStatus
from accounts.models import Membership, Organisation, User
from accounts.profiles.changes import stamp
from accounts.rules import check_tags
from matchmaking.core import audit

# Nothing that is needed may be missing in these states.
COMPLETE = (OrganisationStatus.SUBMITTED, OrganisationStatus.PUBLISHED)


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
        organisation.published_at = organisation.confirmed_at = now
    if status == OrganisationStatus.RETURNED:
        organisation.return_reason = reason
    check_tags(organisation, complete=status in COMPLETE)
    organisation.save()
    audit.record("organisation.created", organisation, by=by, status=status)
    review_of_import(organisation, by=by, reason=reason)
    return organisation


@transaction.atomic
def register_organisation(
    kind: OrganisationKind, values: Mapping[str, Any], *, by: User, title: str = ""
) -> Organisation:
    """The first saved step of a newcomer: a draft that they own."""
    organisation = create_organisation(kind, values, status=OrganisationStatus.DRAFT, by=by)
    Membership.objects.create(user=by, organisation=organisation, role=MemberRole.OWNER, title=title)
    return organisation


@transaction.atomic
def change_organisation(organisation: Organisation, changed: Iterable[str], *, by: User | None) -> None:
    """Record that the fields named `changed` have new values, of the organisation or of its profile."""
    check_tags(organisation, complete=organisation.status in COMPLETE)
    stamp(organisation)
    audit.record("organisation.changed", organisation, by=by, fields=sorted(changed))
    if organisation.is_published:
        ask_for_rescore(organisation)
