"""An organisation's wish to be erased."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import DELETION_TRANSITIONS, DeletionStatus
from accounts.models.organisations import Organisation
from accounts.models.people import User

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

REASON_LENGTH = 1000  # characters


class DeletionRequestQuerySet(models.QuerySet["DeletionRequest"]):
    def waiting(self) -> DeletionRequestQuerySet:
        return self.filter(status=DeletionStatus.WAITING)

    def visible_to(self, user: User) -> DeletionRequestQuerySet:
        """Staff see all, members that of their organisation."""
        if user.is_officer:
            return self
        return self.filter(organisation__memberships__user=user)

    def due_by(self, day: date) -> DeletionRequestQuerySet:
        return self.waiting().filter(due_on__lte=day)

    def for_list(self) -> DeletionRequestQuerySet:
        """What a row of the staff list needs; the longest waiting first."""
        return self.select_related("organisation", "asked_by").order_by("due_on", "pk")


class DeletionRequest(models.Model):
    """An owner asks that everything about the organisation and its people be erased.

    *Waiting* until an administrator has *carried it out*, within the term that the law and the privacy page give;
    *taken back* by an owner before that. The reason goes with the rest; the dates stay, as proof that it was in time.
    """

    TRANSITIONS: ClassVar[TransitionTable] = DELETION_TRANSITIONS

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="deletion_requests")
    status = models.CharField(
        _("status"), max_length=12, choices=DeletionStatus, default=DeletionStatus.WAITING, editable=False
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked on"))
    reason = models.TextField(_("reason"), max_length=REASON_LENGTH, blank=True)
    due_on = models.DateField(_("to be done by"))
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = DeletionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DeletionStatus.values), name="deletion_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=DeletionStatus.WAITING)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="deletion_answered_has_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(status=DeletionStatus.WAITING),
                name="deletion_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
