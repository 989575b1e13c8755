"""Applications: sent in, taken back, given to somebody, opened and checked. What is decided lies in decisions.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.enums import OrganisationKind, OrganisationStatus, ReviewKind, ReviewStatus
from accounts.models import Organisation, Remark, Review, User
from accounts.profiles.changes import hold, stamp
from accounts.profiles.kinds import kind_of
from accounts.rules import checks_of, names_of
from matchmaking.core import audit, jobs
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.core.working_days import OFFICE_ZONE, add_office_days

PROFILE_PAGE = {OrganisationKind.COMPANY: "companies:own", OrganisationKind.STARTUP: "startups:own"}
REVIEW_PAGE = {OrganisationKind.COMPANY: "companies:detail", OrganisationKind.STARTUP: "startups:detail"}
# An organisation that is imported in one of these states was decided about by whoever imports it.
DECIDED_BY_IMPORT = {
    OrganisationStatus.PUBLISHED: ReviewStatus.APPROVED,
    OrganisationStatus.SUSPENDED: ReviewStatus.APPROVED,
    OrganisationStatus.LAPSED: ReviewStatus.APPROVED,
    OrganisationStatus.RETURNED: ReviewStatus.RETURNED,
}
# A decline that was proposed is off.
NO_PROPOSAL: dict[str, Any] = {
    "text": "",
    "decline_reason": "",
    "decline_proposed_by": None,
    "decline_proposed_at": None,
}


@transaction.atomic
def ask_for_rescore(organisation: Organisation) -> None:
    """Let the worker bring both sides' match lists up to date with a profile that takes, or took, part.

    The matching lies above this app, so the job is called by its name.
    """
    key = f"rescore:{organisation.pk}:{timezone.now().isoformat()}"
    jobs.enqueue("matches.rescore", dedupe_key=key, organisation_id=organisation.pk)


class NotAgreed(Exception):
    """The organisation has not agreed to the words that are in force; nothing was sent in."""


@transaction.atomic
def submit(organisation: Organisation, *, by: User | None) -> Review:
    """Send a profile in for review and tell the programme office; earlier remarks count as seen to.

    Raises NotAgreed if a member sends it in before the terms were agreed to, whatever the page showed.
    """
    now = timezone.now()
    if organisation.status == OrganisationStatus.WITHDRAWN:
        stamp(organisation)  # a change, so that pairs which ended when it left are proposed anew
    move(organisation, OrganisationStatus.SUBMITTED, by=by, submitted_at=now, return_reason="")
    if by is not None and not by.is_officer and not kind_of(organisation).has_agreed(organisation):
        raise NotAgreed
    resolve_remarks(organisation, now=now)
    review = open_review(organisation, by=by, asked_at=now)
    notify(
        Event.PROFILE_SUBMITTED,
        User.objects.officers(),
        link="accounts:review",
        link_kwargs={"pk": review.pk},
        organisation=names_of(organisation),
    )
    return review


@transaction.atomic
def open_review(
    organisation: Organisation,
    *,
    by: User | None,
    kind: ReviewKind = ReviewKind.REGISTRATION,
    identity: Mapping[str, Any] | None = None,
    reverses: Review | None = None,
    asked_at: datetime | None = None,
) -> Review:
    """A new review that waits; the caller writes the audit row and tells people."""
    asked_at = asked_at or timezone.now()
    asked_on = timezone.localdate(asked_at, ZoneInfo(OFFICE_ZONE))
    return Review.objects.create(
        organisation=organisation,
        kind=kind,
        identity=identity or {},
        reverses=reverses,
        asked_by=by,
        asked_at=asked_at,
        due_on=add_office_days(asked_on, settings.REVIEW_WORKING_DAYS),
    )


@transaction.atomic
def review_of_import(organisation: Organisation, *, by: User | None, reason: str) -> Review | None:
    """The review that an organisation which starts in its state must have had, or still waits for."""
    if organisation.status == OrganisationStatus.SUBMITTED:
        return open_review(organisation, by=by)
    status = DECIDED_BY_IMPORT.get(OrganisationStatus(organisation.status))
    if status is None:
        return None
    review = open_review(organisation, by=by)
    review.status, review.decided_by, review.decided_at = status, by, review.asked_at
    review.text = reason if status == ReviewStatus.RETURNED else ""
    review.save(update_fields=["status", "decided_by", "decided_at", "text"])
    return review


def resolve_remarks(organisation: Organisation, *, now: datetime) -> None:
    Remark.objects.filter(review__organisation=organisation, resolved_at=None).update(resolved_at=now)


@transaction.atomic
def take_back(review: Review, *, by: User | None) -> None:
    """The applicant would rather go on preparing, or keep the identity in force. Tells who had begun to look."""
    organisation = review.organisation
    hold(organisation)
    move(review, ReviewStatus.TAKEN_BACK, by=by, decided_by=by, decided_at=timezone.now())
    if not review.is_of_identity:
        move(organisation, OrganisationStatus.DRAFT, by=by)
    notify(
        Event.REVIEW_TAKEN_BACK,
        still_in_office(review.assignee, review.opened_by, review.decline_proposed_by),
        link="accounts:review",
        link_kwargs={"pk": review.pk},
        organisation=names_of(organisation),
    )


def still_in_office(*people: User | None) -> QuerySet[User]:
    """Those who still work for the programme office: an application is no affair of whoever has left it."""
    return User.objects.officers().filter(pk__in=[person.pk for person in people if person])


@transaction.atomic
def assign(review: Review, *, to: User | None, by: User | None) -> None:
    """Give the review to an officer, or to nobody in particular; whoever gets it from another is told."""
    if Review.objects.open().filter(pk=review.pk).update(assignee=to) != 1:
        raise TransitionNotAllowed(review, review.status)
    review.assignee = to
    audit.record("review.assigned", review, by=by, reason=str(to or ""))
    if to is not None and to != by:
        notify(
            Event.REVIEW_ASSIGNED,
            [to],
            link="accounts:review",
            link_kwargs={"pk": review.pk},
            organisation=names_of(review.organisation),
            officer=str(by),
        )


@transaction.atomic
def let_go_of_reviews(user: User, *, by: User | None) -> None:
    """What waited for somebody who is gone may be taken by anybody."""
    for review in Review.objects.open().filter(assignee=user):
        assign(review, to=None, by=by)


def silent_since(now: datetime) -> datetime:
    """Whoever gave no sign since then is no longer taken to be looking."""
    return now - timedelta(minutes=settings.REVIEW_SILENCE_MINUTES)


@transaction.atomic
def open_for_review(review: Review, *, by: User, now: datetime | None = None) -> bool:
    """Show the others that `by` looks at it. False while another officer does, until some minutes of silence.

    Safe against races: of two officers one becomes the one who looks.
    """
    now = now or timezone.now()
    rows, since = Review.objects.open().filter(pk=review.pk), silent_since(now)
    if rows.filter(opened_by=by, seen_at__gte=since).update(seen_at=now):
        return True
    free = Q(opened_by=None) | Q(opened_by=by) | Q(seen_at=None) | Q(seen_at__lt=since)
    return rows.filter(free).update(opened_by=by, opened_at=now, seen_at=now) == 1


@transaction.atomic
def tick(review: Review, checks: Iterable[str], *, by: User) -> None:
    """Save what the reviewer has confirmed so far."""
    ticked = set(checks)
    kept = [check for check in checks_of(review) if check in ticked]
    if Review.objects.open().filter(pk=review.pk).update(checks=kept) != 1:
        raise TransitionNotAllowed(review, review.status)
    review.checks = kept
    open_for_review(review, by=by)
