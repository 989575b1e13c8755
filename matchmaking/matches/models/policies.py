"""The policies scores are made by: in force, of former days, and in the making."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.matches.engine.policy import SLICES, Policy, load_policy
from matchmaking.matches.engine.reweighting import reweighted
from matchmaking.matches.enums import POLICY_TRANSITIONS, PolicyStatus

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

USED = (PolicyStatus.IN_FORCE, PolicyStatus.RETIRED)


class PolicyQuerySet(models.QuerySet["ScoringPolicy"]):
    def in_force(self) -> PolicyQuerySet:
        return self.filter(status=PolicyStatus.IN_FORCE)

    def drafts(self) -> PolicyQuerySet:
        return self.filter(status=PolicyStatus.DRAFT)

    def for_list(self) -> PolicyQuerySet:
        """Who, when and why, without the parameters: these are large."""
        return self.defer("parameters").select_related("drafted_by", "put_in_force_by")


class ScoringPolicy(models.Model):
    """The weights and the scale of the score. Never changed once used: a change is a new version.

    *Draft* until an administrator puts it *in force* with a reason, or *discards* it; the one before is then
    *retired*. The database refuses to change or delete what is, or has been, in force.
    """

    TRANSITIONS: ClassVar[TransitionTable] = POLICY_TRANSITIONS

    version = models.PositiveIntegerField(_("version"), unique=True)
    status = models.CharField(max_length=10, choices=PolicyStatus, default=PolicyStatus.DRAFT)
    parameters = models.JSONField()
    reason = models.TextField(_("reason"), blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    put_in_force_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    in_force_since = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PolicyStatus.values), name="policy_status_known"),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=PolicyStatus.IN_FORCE), name="policy_one_in_force"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="parameters_fixed",
                operation=pgtrigger.UpdateOf("version", "parameters"),
                condition=pgtrigger.Condition(
                    "OLD.status <> 'draft' AND (OLD.parameters IS DISTINCT FROM NEW.parameters"
                    " OR OLD.version IS DISTINCT FROM NEW.version)"
                ),
            ),
            pgtrigger.Protect(
                name="kept", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__status__in=USED)
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def label(self) -> str:
        """What people call it; the trail and the logs keep the short name, which is the same in every language."""
        return gettext("version %(version)s") % {"version": self.version}

    @property
    def fits_engine(self) -> bool:
        """Whether it weighs the parts that the score has now; after an upgrade an old policy may not."""
        return set(self.parameters["weights"]) == set(SLICES)

    def parameters_with(self, weights: Mapping[str, float], *, version: int) -> dict[str, Any]:
        """The parameters of another version with other weights. Raises PolicyError for weights without sense."""
        policy = Policy.from_dict(self.parameters)
        return reweighted(policy, weights, version=version, reference=load_policy()).to_dict()

    @property
    def fingerprint(self) -> str:
        """Twelve letters that change with any parameter; who confirms a draft confirms what these stand for."""
        text = json.dumps(self.parameters, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
