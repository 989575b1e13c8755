"""What was decided about pairs, with the score of that time: what the weights can be learnt from."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from matchmaking.matches.enums import DecisionKind, DismissReason, Side


class Decision(models.Model):
    """One decision. Numbers only, no foreign keys and no names: it may stay when a profile or a person is erased.

    `shown` are the startups that the firm had before it at that moment, this one among them if it was disclosed.
    The database refuses changes.
    """

    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=10, choices=DecisionKind)
    side = models.CharField(max_length=10, choices=Side)
    reason = models.CharField(max_length=20, choices=DismissReason, blank=True)
    match_id = models.BigIntegerField(db_index=True)
    company_id = models.BigIntegerField(db_index=True)
    startup_id = models.BigIntegerField()
    challenge_id = models.BigIntegerField()
    policy_id = models.BigIntegerField()
    rank_for_company = models.PositiveSmallIntegerField(null=True)
    score = models.DecimalField(max_digits=4, decimal_places=1)
    parts = models.JSONField()
    missing = ArrayField(models.CharField(max_length=30), default=list)
    shown = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=DecisionKind.DISMISSED, reason__in=DismissReason.values)
                | (~Q(kind=DecisionKind.DISMISSED) & Q(reason="")),
                name="decision_reason_of_dismissals",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.company_id}:{self.startup_id}"
