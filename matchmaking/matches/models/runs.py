"""Full passes, and what their blocks have found so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from matchmaking.matches.enums import RUN_TRANSITIONS, RunStatus
from matchmaking.matches.models.policies import ScoringPolicy

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class RunQuerySet(models.QuerySet["Run"]):
    def under_way(self) -> RunQuerySet:
        return self.filter(status__in=[RunStatus.QUEUED, RunStatus.EMBEDDING, RunStatus.SCORING])

    def finished(self) -> RunQuerySet:
        return self.filter(status=RunStatus.DONE)


class Run(models.Model):
    """One full pass over all firms and startups.

    *Waiting to start* → *reading the texts* (encoding what is new, block by block) → *scoring the pairs*
    (block by block) → *finished*, when the new lists replace the old ones at once; or *failed*, or
    *cancelled* by staff: then the old lists stay.
    """

    TRANSITIONS: ClassVar[TransitionTable] = RUN_TRANSITIONS

    policy = models.ForeignKey(ScoringPolicy, models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.QUEUED)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    phase_started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    texts_total = models.PositiveIntegerField(default=0)
    texts_done = models.PositiveIntegerField(default=0)
    blocks_total = models.PositiveIntegerField(default=0)
    blocks_done = models.PositiveIntegerField(default=0)
    company_count = models.PositiveIntegerField(default=0)
    startup_count = models.PositiveIntegerField(default=0)
    match_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    gone_count = models.PositiveIntegerField(default=0)
    moved_count = models.PositiveIntegerField(default=0)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="run_status_known"),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(status__in=[RunStatus.QUEUED, RunStatus.EMBEDDING, RunStatus.SCORING]),
                name="run_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.status in (RunStatus.QUEUED, RunStatus.EMBEDDING, RunStatus.SCORING)


class BlockResult(models.Model):
    """What a block of a run found, packed (see `results`); becomes matches when the run ends, and is then deleted."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="results")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.run} ({self.pk})"
