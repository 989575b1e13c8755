"""Commissions of market research."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, StaffRole
from accounts.models import Organisation, User
from companies.models import Challenge, Company
from matchmaking.core.enums import Field
from matchmaking.matches.enums import Side
from matchmaking.matches.models import Match
from research.enums import (
    COMMISSION_TRANSITIONS,
    IN_HAND,
    IN_WRITING,
    CommissionStatus,
    RefusalReason,
    ReportLanguage,
)
from research.models.experts import Expert, country_choices

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class CommissionQuerySet(models.QuerySet["Commission"]):
    def visible_to(self, user: User) -> CommissionQuerySet:
        """Staff see all; an expert what they have in hand; a firm what it asked for and what was published to it."""
        if user.is_officer:
            return self
        if user.staff_role == StaffRole.EXPERT:
            return self.in_hand_of(user.pk)
        organisation = user.organisation
        if organisation is None or organisation.kind != OrganisationKind.COMPANY:
            return self.none()
        own = Q(asked_side=Side.COMPANY) | Q(status=CommissionStatus.PUBLISHED)
        return self.filter(own, company=organisation.pk)

    def in_hand_of(self, user_id: int) -> CommissionQuerySet:
        return self.filter(expert=user_id, status__in=IN_HAND)

    def waiting(self) -> CommissionQuerySet:
        """Nobody has been chosen yet."""
        return self.filter(status=CommissionStatus.REQUESTED)

    def delivered(self) -> CommissionQuerySet:
        return self.filter(status=CommissionStatus.DELIVERED)

    def published(self) -> CommissionQuerySet:
        return self.filter(status=CommissionStatus.PUBLISHED)

    def overdue(self, today: date) -> CommissionQuerySet:
        return self.filter(status__in=IN_WRITING, due__lt=today)

    def with_parties(self) -> CommissionQuerySet:
        return self.select_related(
            "company__organisation", "challenge", "match__startup__organisation", "expert__user"
        )


class Commission(models.Model):
    """A question about a market that an expert answers with a report.

    *Requested* by a firm or by staff → *assigned* to an expert, who accepts with a declaration on conflicts of interest
    or refuses (then it waits again) → *delivered* → *published* to the firm, or *returned* with remarks and delivered
    again. Staff may decline or *cancel* it with a reason until it is published. The expert sees it from being assigned
    until it is published or cancelled.
    """

    TRANSITIONS: ClassVar[TransitionTable] = COMMISSION_TRANSITIONS

    company = models.ForeignKey(Company, models.PROTECT, related_name="commissions")
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="+")
    match = models.ForeignKey(Match, models.PROTECT, null=True, related_name="commissions")
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CommissionStatus,
        default=CommissionStatus.REQUESTED,
        editable=False,
    )
    field = models.CharField(_("field"), max_length=20, choices=Field)
    market = models.CharField(_("market"), max_length=2, choices=country_choices)
    language = models.CharField(_("language of the report"), max_length=2, choices=ReportLanguage)
    question = models.TextField(_("question"), max_length=3000)
    asked_side = models.CharField(_("asked for by"), max_length=10, choices=Side, editable=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(_("asked on"), editable=False)
    needed_on = models.DateField(_("needed before"), null=True, blank=True)
    expert = models.ForeignKey(Expert, models.PROTECT, null=True, related_name="commissions", editable=False)
    assigned_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    due = models.DateField(_("due"), null=True, editable=False)
    delivered_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    end_reason = models.TextField(_("reason"), max_length=2000, blank=True, editable=False)

    objects = CommissionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["status", "due"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CommissionStatus.values), name="commission_status_known"
            ),
            models.CheckConstraint(condition=Q(field__in=Field.values), name="commission_field_known"),
            models.CheckConstraint(
                condition=Q(language__in=ReportLanguage.values), name="commission_language_known"
            ),
            models.CheckConstraint(condition=~Q(question=""), name="commission_has_question"),
            models.CheckConstraint(
                condition=~Q(status__in=[*IN_HAND, CommissionStatus.PUBLISHED])
                | Q(expert__isnull=False, due__isnull=False, assigned_at__isnull=False),
                name="commission_in_hand_has_expert",
            ),
            models.CheckConstraint(
                condition=~Q(status=CommissionStatus.PUBLISHED)
                | Q(published_at__isnull=False, delivered_at__isnull=False),
                name="commission_published_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=CommissionStatus.CANCELLED) | ~Q(end_reason=""),
                name="commission_cancelled_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} / {self.get_field_display()} / {self.market}"

    @property
    def is_in_writing(self) -> bool:
        """The expert has accepted and may change the report."""
        return self.status in IN_WRITING and self.accepted_at is not None

    def parties(self) -> list[Organisation]:
        """The organisations it is about: those a conflict of interest would be with."""
        startup = [self.match.startup.organisation] if self.match else []
        return [self.company.organisation, *startup]


class Refusal(models.Model):
    """An expert has refused a commission; it is not offered to them again."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="refusals")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="refusals")
    reason = models.CharField(_("reason"), max_length=10, choices=RefusalReason)
    text = models.TextField(_("in your words"), max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["commission", "expert"], name="refusal_once"),
            models.CheckConstraint(condition=Q(reason__in=RefusalReason.values), name="refusal_reason_known"),
        ]

    def __str__(self) -> str:
        return f"{self.expert}: {self.reason}"
