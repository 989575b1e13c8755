"""What staff decide about an organisation: its applications, remarks on them, and changes of identity."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    OPEN_REVIEWS,
    REVIEW_TRANSITIONS,
    DeclineReason,
    ReviewCheck,
    ReviewKind,
    ReviewStatus,
)
from accounts.models.organisations import Organisation
from accounts.models.people import User

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class ReviewQuerySet(models.QuerySet["Review"]):
    def open(self) -> ReviewQuerySet:
        return self.filter(status__in=OPEN_REVIEWS)

    def overdue(self, today: date) -> ReviewQuerySet:
        return self.filter(due_on__lt=today)

    def nobody_else_looks_at(self, user: User, since: datetime) -> ReviewQuerySet:
        """Without those that another officer has open and gave a sign of after `since`."""
        return self.exclude(Q(seen_at__gte=since) & ~Q(opened_by=user))

    def with_people(self) -> ReviewQuerySet:
        return self.select_related(
            "organisation", "assignee", "opened_by", "asked_by", "decided_by", "decline_proposed_by"
        )


class Review(models.Model):
    """One application, from being sent in to the decision.

    *Waiting*; *approved*, *returned* for changes, or *declined*, which one reviewer proposes and another confirms;
    *taken back* by the applicant. A wrong decision is *reversed* with a reason: then a new review waits. Who is
    *assigned* should decide; whoever has it *open* and gives signs is shown to the others, but keeps nobody out.
    """

    TRANSITIONS: ClassVar[TransitionTable] = REVIEW_TRANSITIONS

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=12, choices=ReviewKind, default=ReviewKind.REGISTRATION)
    status = models.CharField(
        _("status"), max_length=20, choices=ReviewStatus, default=ReviewStatus.WAITING, editable=False
    )
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reviews_asked")
    asked_at = models.DateTimeField(_("received"))
    due_on = models.DateField(_("decide by"))
    identity: Any = models.JSONField(_("new identity"), default=dict, blank=True)
    identity_before: Any = models.JSONField(default=dict, blank=True)  # what an approved one replaced
    version: Any = models.JSONField(default=dict, blank=True)  # of the profile that was decided about
    assignee = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews_assigned",
        verbose_name=_("assigned to"),
    )
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reviews_opened")
    opened_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # the last sign of whoever opened it
    checks: Any = ArrayField(
        models.CharField(max_length=20, choices=ReviewCheck),
        verbose_name=_("checked"),
        default=list,
        blank=True,
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="reviews_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(_("what the applicant is told"), blank=True)
    decline_reason = models.CharField(max_length=20, choices=DeclineReason, blank=True)
    decline_proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="declines_proposed"
    )
    decline_proposed_at = models.DateTimeField(null=True, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["status", "asked_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReviewStatus.values), name="review_status_known"),
            models.CheckConstraint(condition=Q(kind__in=ReviewKind.values), name="review_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_REVIEWS) | Q(decided_at__isnull=False),
                name="review_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[ReviewStatus.DECLINE_PROPOSED, ReviewStatus.DECLINED])
                | (Q(decline_proposed_by__isnull=False) & ~Q(decline_reason="") & ~Q(text="")),
                name="review_decline_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.DECLINED)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=models.F("decline_proposed_by"))),
                name="review_decline_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(status__in=OPEN_REVIEWS), name="review_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_status_display()})"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_REVIEWS

    @property
    def is_of_identity(self) -> bool:
        return self.kind == ReviewKind.IDENTITY


class RemarkQuerySet(models.QuerySet["Remark"]):
    def to_correct(self, organisation: Organisation) -> RemarkQuerySet:
        """What the applicant still has to see to: open remarks of the latest review, if it asked for changes."""
        latest = Review.objects.filter(organisation=organisation).order_by("-asked_at", "-pk")[:1]
        return self.filter(
            review__in=list(latest.values_list("pk", flat=True)),
            review__status=ReviewStatus.RETURNED,
            resolved_at=None,
        )


class Remark(models.Model):
    """A reviewer's sentence about one field of the profile, shown to the applicant at that field."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="remarks")
    subject = models.CharField(
        max_length=60
    )  # "organisation.name_en", "company.employees", "challenge.12.text"
    text = models.TextField(_("what to correct"), max_length=2000)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "subject"], name="remark_once_a_field"),
            models.CheckConstraint(condition=~Q(text=""), name="remark_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.text[:60]}"
