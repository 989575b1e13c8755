"""The weights and the scale of the score, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.matches.enums import POLICY_TRANSITIONS, PolicyStatus
from matchmaking.matches.policy import SLICES

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class PolicyQuerySet(models.QuerySet["ScoringPolicy"]):
    def in_force(self) -> PolicyQuerySet:
        return self.filter(status=PolicyStatus.IN_FORCE)


class ScoringPolicy(models.Model):
    """The weights and the scale of the score. Never changed once used: a change is a new version.

    *Draft* until an administrator puts it *in force* with a reason; the one before is then *retired*.
    """

    TRANSITIONS: ClassVar[TransitionTable] = POLICY_TRANSITIONS

    version = models.PositiveIntegerField(_("version"), unique=True)
    status = models.CharField(max_length=10, choices=PolicyStatus, default=PolicyStatus.DRAFT)
    parameters = models.JSONField()
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    in_force_since = models.DateTimeField(null=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PolicyStatus.values), name="policy_status_known"),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=PolicyStatus.IN_FORCE), name="policy_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def fits_engine(self) -> bool:
        """Whether it weighs the parts that the score has now; after an upgrade an old policy may not."""
        return set(self.parameters["weights"]) == set(SLICES)
