"""What staff decide about applications: each has one door here, and happens once whoever is faster.

A decision names the version of the profile that the reviewer saw. The profile is held while it is compared, so an edit
comes either before the decision, which is then refused, or after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions.identity import in_force, put_in_force
from accounts.actions.profiles import change_organisation
from accounts.actions.reviews import (
    NO_PROPOSAL,
    PROFILE_PAGE,
    ask_for_rescore,
    open_review,
    resolve_remarks,
    still_in_office,
)
from accounts.enums import OrganisationKind, OrganisationStatus, ReviewKind, ReviewStatus
from accounts.models import Organisation, Remark, Review, User, members_of
from accounts.profiles.changes import hold
from accounts.reviewing.versions import Version, check_seen
from accounts.rules import names_of, unchecked
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, allowed, move

# Where each decision about a registration leaves the organisation.
STATUS_AFTER = {
    ReviewStatus.APPROVED: OrganisationStatus.PUBLISHED,
    ReviewStatus.RETURNED: OrganisationStatus.RETURNED,
    ReviewStatus.DECLINED: OrganisationStatus.DECLINED,
}


@transaction.atomic
def approve(review: Review, *, seen: Version, by: User) -> None:
    """Publish the profile, or put the new identity in force. Raises ValidationError while checks are left.

    Also if another firm has taken the new corporate number meanwhile.
    """
    _hold(review, ReviewStatus.APPROVED, seen)
    if unchecked(review):
        raise ValidationError(_("Tick all checks before you approve."), code="unchecked")
    _APPROVE[ReviewKind(review.kind)](review, _decided(by, version=seen), by)


def _publish(review: Review, changes: dict[str, Any], by: User) -> None:
    organisation, now = review.organisation, changes["decided_at"]
    move(review, ReviewStatus.APPROVED, by=by, **changes)
    move(organisation, OrganisationStatus.PUBLISHED, by=by, published_at=now, confirmed_at=now)
    ask_for_rescore(organisation)
    _tell_members(Event.PROFILE_PUBLISHED, organisation)


def _accept_identity(review: Review, changes: dict[str, Any], by: User) -> None:
    before = in_force(review.organisation, review.identity)
    names = put_in_force(review.organisation, review.identity)
    move(review, ReviewStatus.APPROVED, by=by, identity_before=before, **changes)
    change_organisation(review.organisation, names, by=by)
    _tell_members(Event.IDENTITY_APPROVED, review.organisation)


_APPROVE: dict[ReviewKind, Callable[[Review, dict[str, Any], User], None]] = {
    ReviewKind.REGISTRATION: _publish,
    ReviewKind.IDENTITY: _accept_identity,
}


@transaction.atomic
def ask_for_changes(
    review: Review, *, remarks: Mapping[str, str], text: str, told: str, seen: Version, by: User
) -> None:
    """Return an application: `remarks` by field and a `text` about all of it, at least one of them.

    `told` is both as one text in the applicant's words. A new identity that is returned leaves the old in force.
    """
    _hold(review, ReviewStatus.RETURNED, seen)
    move(review, ReviewStatus.RETURNED, by=by, reason=told, text=text, **_decided(by, version=seen))
    Remark.objects.bulk_create(
        Remark(review=review, subject=subject, text=words) for subject, words in remarks.items()
    )
    event = Event.IDENTITY_RETURNED
    if not review.is_of_identity:
        event = Event.PROFILE_RETURNED
        move(review.organisation, OrganisationStatus.RETURNED, by=by, reason=told, return_reason=told)
    _tell_members(event, review.organisation, reason=told)


@transaction.atomic
def propose_decline(review: Review, *, reason: str, text: str, seen: Version, by: User) -> None:
    """Ask a second officer to decline; the applicant hears nothing yet. `reason` is a DeclineReason."""
    _hold(review, ReviewStatus.DECLINE_PROPOSED, seen)
    proposal = {"decline_reason": reason, "decline_proposed_by": by, "decline_proposed_at": timezone.now()}
    recorded = f"{reason}: {text}"  # the trail tells the code in words
    move(review, ReviewStatus.DECLINE_PROPOSED, by=by, reason=recorded, text=text, **proposal)
    others = User.objects.officers().exclude(pk=by.pk)
    _tell_office(Event.DECLINE_PROPOSED, others, review, officer=str(by), reason=text)


@transaction.atomic
def confirm_decline(review: Review, *, seen: Version, by: User) -> None:
    """Decline for good, as a second person. The members are told the reason."""
    _hold(review, ReviewStatus.DECLINED, seen)
    if by.pk == review.decline_proposed_by_id:
        raise ValidationError(_("A second person confirms the decline."), code="second_person")
    recorded = f"{review.decline_reason}: {review.text}"
    move(review, ReviewStatus.DECLINED, by=by, reason=recorded, **_decided(by, version=seen))
    event = Event.IDENTITY_DECLINED
    if not review.is_of_identity:
        event = Event.PROFILE_DECLINED
        move(review.organisation, OrganisationStatus.DECLINED, by=by, reason=review.text)
    _tell_members(event, review.organisation, reason=review.text)


@transaction.atomic
def refuse_decline(review: Review, *, reason: str, by: User) -> None:
    """The application waits again; whoever proposed the decline is told why."""
    proposer = review.decline_proposed_by
    move(review, ReviewStatus.WAITING, by=by, reason=reason, **NO_PROPOSAL)
    others = still_in_office(proposer).exclude(pk=by.pk)
    _tell_office(Event.DECLINE_REFUSED, others, review, officer=str(by), reason=reason)


@transaction.atomic
def reverse(review: Review, *, reason: str, by: User) -> Review:
    """Take a wrong decision back: a new review waits, and what was approved is out of the matching again.

    Only the latest decision about an organisation, and only while nothing else has come of it. Raises ValidationError
    if another firm has taken the number that a new identity had replaced.
    """
    organisation = review.organisation
    hold(organisation)
    if not _still_stands(review, organisation):
        raise TransitionNotAllowed(review, ReviewStatus.REVERSED)
    decision = ReviewStatus(review.status)
    move(review, ReviewStatus.REVERSED, by=by, reason=reason)
    resolve_remarks(organisation, now=timezone.now())
    if not review.is_of_identity:
        move(organisation, OrganisationStatus.SUBMITTED, by=by, reason=reason, return_reason="")
        if decision == ReviewStatus.APPROVED:
            ask_for_rescore(organisation)
    elif decision == ReviewStatus.APPROVED:
        change_organisation(organisation, put_in_force(organisation, review.identity_before), by=by)
    fresh = open_review(
        organisation,
        by=review.asked_by,
        kind=ReviewKind(review.kind),
        identity=review.identity,
        reverses=review,
    )
    _tell_members(Event.DECISION_REVERSED, organisation, reason=reason)
    deciders = still_in_office(review.decided_by, review.decline_proposed_by).exclude(pk=by.pk)
    _tell_office(Event.REVIEW_REOPENED, deciders, fresh, officer=str(by), reason=reason)
    return fresh


def may_reverse(review: Review) -> bool:
    """Whether the decision may still be taken back."""
    return _still_stands(review, review.organisation)


def _still_stands(review: Review, organisation: Organisation) -> bool:
    if not allowed(review, ReviewStatus.REVERSED) or organisation.reviews.filter(pk__gt=review.pk).exists():
        return False
    return review.is_of_identity or organisation.status == STATUS_AFTER[ReviewStatus(review.status)]


def _hold(review: Review, to: ReviewStatus, seen: Version) -> None:
    """Hold the profile; refuse what was decided meanwhile, and what the reviewer has not seen."""
    hold(review.organisation)
    review.refresh_from_db(
        fields=["status", "identity", "checks", "text", "decline_reason", "decline_proposed_by"]
    )
    if not allowed(review, to):
        raise TransitionNotAllowed(review, to)
    check_seen(review, seen)


def _decided(by: User, **more: Any) -> dict[str, Any]:
    return {"decided_by": by, "decided_at": timezone.now(), **more}


def _tell_members(event: Event, organisation: Organisation, **params: Any) -> None:
    page = PROFILE_PAGE[OrganisationKind(organisation.kind)]
    notify(event, members_of(organisation), link=page, organisation=names_of(organisation), **params)


def _tell_office(event: Event, people: Any, review: Review, **params: Any) -> None:
    page, keys = "accounts:review", {"pk": review.pk}
    notify(event, people, link=page, link_kwargs=keys, organisation=names_of(review.organisation), **params)
