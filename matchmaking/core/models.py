"""What every app leans on: the audit trail, the ledger of background work, notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core import history


class AuditEvent(models.Model):
    """One deed. No foreign keys: the trail outlives what it tells of. The database refuses changes.

    Names and details may be emptied for an erasure, which is a row of this table as well: `emptied_by` is its key.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    actor_label = models.CharField(_("who"), max_length=200, blank=True)
    action = models.CharField(_("what"), max_length=100, db_index=True)
    target_type = models.CharField(max_length=100)
    target_id = models.CharField(max_length=64)
    target_label = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    emptied_by = models.BigIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id"])]
        triggers = [history.empty_words_only(), history.erasure_begins()]

    def __str__(self) -> str:
        return f"{self.action} {self.target_label}"


class JobState(models.TextChoices):
    """Where a piece of background work stands."""

    READY = "ready", _("Waiting")
    DONE = "done", _("Done")
    DEAD = "dead", _("Given up")


class Job(models.Model):
    """A piece of work that must still happen.

    Written in the transaction that calls for it, closed in the transaction of its effect. The broker only
    carries the row's id, so that losing the broker loses nothing. `attempts` counts beginnings.
    """

    name = models.CharField(max_length=100)
    dedupe_key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="ready"), name="job_ready_idx")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(state=JobState.READY) | Q(finished_at__isnull=False), name="job_finished_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> NoticeQuerySet:
        return self.filter(recipient=user)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something told to one person. The words come from `core.notices.WORDINGS`, in the reader's language."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    event = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    link_name = models.CharField(max_length=100, blank=True)
    link_kwargs = models.JSONField(default=dict)
    link_query = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["recipient", "-id"])]

    def __str__(self) -> str:
        return f"{self.event} → {self.recipient_id}"


class RateUse(models.Model):
    """When somebody did what is limited, under a hash; only `core.rates` writes it, and rows end within two days."""

    key = models.CharField(max_length=64, primary_key=True)
    times = ArrayField(models.DateTimeField())
    used_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
