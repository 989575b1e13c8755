"""What experts are asked to assess, and their marks by criterion."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import StaffRole
from accounts.models import Organisation, User
from companies.models import Company
from matchmaking.matches.enums import Criterion, Rating
from matchmaking.matches.models import ExpertAdvice
from research.enums import ADVICE_TRANSITIONS, AdviceStatus, RefusalReason
from research.models.experts import Expert
from startups.models import Startup

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class AdviceRequestQuerySet(models.QuerySet["AdviceRequest"]):
    def visible_to(self, user: User) -> AdviceRequestQuerySet:
        """Staff see all; an expert what is asked of them, until they have answered; nobody else anything."""
        if user.is_officer:
            return self
        if user.staff_role == StaffRole.EXPERT:
            return self.filter(expert=user.pk, status=AdviceStatus.ASKED)
        return self.none()

    def open(self) -> AdviceRequestQuerySet:
        return self.filter(status=AdviceStatus.ASKED)

    def overdue(self, today: date) -> AdviceRequestQuerySet:
        return self.open().filter(due__lt=today)

    def with_parties(self) -> AdviceRequestQuerySet:
        return self.select_related("startup__organisation", "company__organisation", "expert__user", "advice")


class AdviceRequest(models.Model):
    """Staff ask an expert to assess a startup, or its pair with a firm.

    *Asked* → *given* (marks by criterion with reasons: it counts in the match score), or *not given* by the expert with
    a reason, or *taken back* by staff. A second opinion is another request to another expert.
    """

    TRANSITIONS: ClassVar[TransitionTable] = ADVICE_TRANSITIONS

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="advice_requests")
    status = models.CharField(
        _("status"), max_length=10, choices=AdviceStatus, default=AdviceStatus.ASKED, editable=False
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    due = models.DateField(_("due"))
    decline_reason = models.CharField(_("reason"), max_length=10, choices=RefusalReason, blank=True)
    decline_text = models.TextField(_("in your words"), max_length=2000, blank=True)
    advice = models.OneToOneField(
        ExpertAdvice, models.PROTECT, null=True, related_name="request", editable=False
    )

    objects = AdviceRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AdviceStatus.values), name="advicerequest_status_known"
            ),
            models.UniqueConstraint(
                fields=["expert", "startup", "company"],
                condition=Q(status=AdviceStatus.ASKED),
                nulls_distinct=False,
                name="advicerequest_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(status=AdviceStatus.GIVEN) | Q(advice__isnull=False),
                name="advicerequest_given_has_advice",
            ),
            models.CheckConstraint(
                condition=~Q(status=AdviceStatus.DECLINED) | ~Q(decline_reason=""),
                name="advicerequest_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(decline_reason__in=["", *RefusalReason.values]),
                name="advicerequest_decline_reason_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.startup} × {self.company}" if self.company else str(self.startup)

    def is_overdue(self, today: date) -> bool:
        return self.status == AdviceStatus.ASKED and self.due < today

    def criteria(self) -> list[Criterion]:
        """What is rated: how well it fits only where there is a need to fit to."""
        return [each for each in Criterion if each != Criterion.FIT or self.company_id]

    def parties(self) -> list[Organisation]:
        firm = [self.company.organisation] if self.company else []
        return [self.startup.organisation, *firm]


class Mark(models.Model):
    """One criterion of one piece of advice, rated; the words for it stand in the advice itself, by criterion."""

    advice = models.ForeignKey(ExpertAdvice, models.PROTECT, related_name="marks")
    criterion = models.CharField(max_length=12, choices=Criterion)
    rating = models.PositiveSmallIntegerField(choices=Rating)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["advice", "criterion"], name="mark_once_a_criterion"),
            models.CheckConstraint(condition=Q(criterion__in=Criterion.values), name="mark_criterion_known"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="mark_rating_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.rating}"

    @property
    def words(self) -> str:
        """Why; of an erased startup or firm what stands in the place of all its words."""
        said: dict[str, str] = self.advice.reasons
        return said.get(self.criterion) or said.get(ExpertAdvice.AS_A_WHOLE, "")
