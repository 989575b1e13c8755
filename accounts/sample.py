"""Applications of the fictional programme at different points of their review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import actions
from accounts.enums import DeclineReason, OrganisationKind, OrganisationStatus, ReviewCheck, ReviewStatus
from accounts.models import DeletionRequest, JoinRequest, Organisation, Remark, Review, User
from accounts.reviewing.versions import version_of
from matchmaking.core.working_days import OFFICE_ZONE, add_office_days

# How many days ago each application was received, the oldest first; some are past their term.
AGES = (13, 12, 9, 7, 6, 5, 4, 3, 2, 2, 1, 1, 0)
GONE = "togo@eidai-tea.example"
ASKING = (
    ("松木 美咲", "m.matsuki@eidai-tea.example", 6),
    ("木下 大輔", "kinoshita.d@mail.example", 1),
)
DECLINE_TEXT = (
    "The profile describes a consultancy, not a product of your own. The programme is for startups that "
    "offer technology of their own. We would be glad to hear from you when you have a first version."
)
REMARKS = {
    "company.employees": "臨時に雇用する方を除いた、常時使用する従業員数を記入してください。",
    "company.business": "主な製品と販売先を、数字を挙げて書いてください。",
}


@transaction.atomic
def load_reviews(officers: Sequence[User], *, now: datetime) -> None:
    """Spread the applications over the last days and bring them to different points. Once.

    `officers` are three: the first has some assigned, the second proposes a decline, the third is looking at one.
    """
    waiting = list(Review.objects.filter(status=ReviewStatus.WAITING))
    if not waiting or Review.objects.exclude(assignee=None).exists():
        return
    for review, days in zip(_mixed(waiting), AGES, strict=False):
        _receive(review, now - timedelta(days=days))
    first, second, third = officers
    oldest = list(Review.objects.filter(status=ReviewStatus.WAITING))
    actions.assign(oldest[1], to=first, by=first)
    actions.assign(oldest[3], to=second, by=second)
    actions.assign(oldest[4], to=first, by=second)
    actions.tick(oldest[4], [ReviewCheck.EXISTENCE, ReviewCheck.ELIGIBILITY], by=first)
    actions.open_for_review(oldest[2], by=third, now=now)
    _propose_decline(oldest, by=second)
    _remark()


@transaction.atomic
def load_join_requests(encoded_password: str, *, now: datetime) -> None:
    """A firm whose owner has gone, and two people who ask to join it: one with its domain, one without. Once."""
    left = User.objects.filter(email=GONE, is_active=True).first()
    if left is None or (organisation := left.organisation) is None:
        return
    for name, email, days in ASKING:
        user = actions.add_person(email=email, name=name, by=None, encoded_password=encoded_password)
        JoinRequest.objects.create(organisation=organisation, user=user, asked_at=now - timedelta(days=days))
    left.is_active = False
    left.save(update_fields=["is_active"])


@transaction.atomic
def load_deletion(*, now: datetime) -> None:
    """The owner of a suspended startup asked three weeks ago that its data be deleted. Once."""
    wish = Organisation.objects.filter(kind=OrganisationKind.STARTUP, status=OrganisationStatus.SUSPENDED)
    organisation = wish.filter(deletion_requests=None, memberships__isnull=False).first()
    if organisation is None or DeletionRequest.objects.exists():
        return
    owner = organisation.memberships.with_people()[0].user
    request = actions.ask_for_deletion(organisation, reason="We have stopped working on Japan.", by=owner)
    request.asked_at, request.due_on = now - timedelta(days=21), request.due_on - timedelta(days=21)
    request.save(update_fields=["asked_at", "due_on"])


def _mixed(reviews: list[Review]) -> list[Review]:
    """Firms and startups in turn."""
    firms = [review for review in reviews if review.organisation.kind == OrganisationKind.COMPANY]
    startups = [review for review in reviews if review.organisation.kind == OrganisationKind.STARTUP]
    pairs = [each for pair in zip(firms, startups, strict=False) for each in pair]
    return pairs + firms[len(startups) :] + startups[len(firms) :]


def _receive(review: Review, asked_at: datetime) -> None:
    """As if it had come in then."""
    asked_on = timezone.localdate(asked_at, ZoneInfo(OFFICE_ZONE))
    due_on = add_office_days(asked_on, settings.REVIEW_WORKING_DAYS)
    Review.objects.filter(pk=review.pk).update(asked_at=asked_at, due_on=due_on)
    Organisation.objects.filter(pk=review.organisation_id).update(submitted_at=asked_at)


def _propose_decline(reviews: Sequence[Review], *, by: User) -> None:
    review = next(each for each in reviews[5:] if each.organisation.kind == OrganisationKind.STARTUP)
    seen = version_of(review)
    reason = DeclineReason.NOT_ELIGIBLE
    actions.propose_decline(review, reason=reason, text=DECLINE_TEXT, seen=seen, by=by)


def _remark() -> None:
    """The firm that was asked for a correction reads it at the fields, too."""
    returned = Review.objects.filter(
        status=ReviewStatus.RETURNED, organisation__kind=OrganisationKind.COMPANY
    ).first()
    if returned:
        Remark.objects.bulk_create(
            Remark(review=returned, subject=subject, text=text) for subject, text in REMARKS.items()
        )
