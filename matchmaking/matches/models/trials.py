"""Trials of a draft policy: what it would do to the lists, without touching a match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company
from matchmaking.matches.enums import TRIAL_TRANSITIONS, TrialStatus
from matchmaking.matches.models.policies import ScoringPolicy
from matchmaking.matches.models.thesauri import ThesaurusVersion

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

OPEN = (TrialStatus.QUEUED, TrialStatus.SCORING)


class EvaluationSet(models.Model):
    """Needs and startups of which it is known what fits: an administrator's two files, checked when they came in."""

    pairs = models.JSONField()
    pool = models.JSONField()
    pairs_name = models.CharField(max_length=100)
    pool_name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.pairs_name}, {self.pool_name}"


class TrialQuerySet(models.QuerySet["Trial"]):
    def under_way(self) -> TrialQuerySet:
        return self.filter(status__in=OPEN)


class Trial(models.Model):
    """One attempt at a draft's weights, scored beside the policy it came from.

    *Waiting to start* → *at work* (block by block) → *finished*, with the comparison in `outcome`; or *failed*, or
    *cancelled*, also by an edition of the capabilities that came into force meanwhile (`overtaken_by`): blocks read by
    two editions are no comparison. `weights` are those of the draft when the trial began: editing the draft does not
    change the trial.
    """

    TRANSITIONS: ClassVar[TransitionTable] = TRIAL_TRANSITIONS

    policy = models.ForeignKey(ScoringPolicy, models.PROTECT, related_name="trials")
    against = models.ForeignKey(ScoringPolicy, models.PROTECT, related_name="+")
    weights = models.JSONField()
    status = models.CharField(_("status"), max_length=10, choices=TrialStatus, default=TrialStatus.QUEUED)
    evaluation = models.ForeignKey(EvaluationSet, models.PROTECT, null=True, related_name="trials")
    overtaken_by = models.ForeignKey(ThesaurusVersion, models.PROTECT, null=True, related_name="+")
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    phase_started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    blocks_total = models.PositiveIntegerField(default=0)
    blocks_done = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(null=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TrialStatus.values), name="trial_status_known"),
            models.CheckConstraint(
                condition=~Q(status=TrialStatus.DONE) | Q(outcome__isnull=False),
                name="trial_done_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(overtaken_by=None) | Q(status=TrialStatus.CANCELLED),
                name="trial_overtaken_is_cancelled",
            ),
            models.UniqueConstraint(
                models.Value(1), condition=Q(status__in=OPEN), name="trial_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} #{self.pk}"

    def parameters(self) -> dict[str, Any]:
        """What is tried: the weights that the draft had when the trial began."""
        base = self.policy.based_on or self.policy
        return base.parameters_with(self.weights, version=self.policy.version)

    @property
    def is_under_way(self) -> bool:
        return self.status in OPEN


class TrialList(models.Model):
    """A firm's ten best under both policies: [startup, score in tenths], best first."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="lists")
    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "company"], name="trial_one_list_a_firm")]

    def __str__(self) -> str:
        return f"{self.trial_id}:{self.company_id}"
