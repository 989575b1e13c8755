"""Booked meetings that no longer suit the hours of a side."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from meetings.enums import MeetingStatus, MisfitReason
from meetings.models.bookings import Meeting


class MisfitQuerySet(models.QuerySet["Misfit"]):
    def visible_to(self, user: User) -> MisfitQuerySet:
        """The programme office's own affair: a side knows its own hours."""
        return self if user.is_officer else self.none()

    def to_settle(self, now: datetime) -> MisfitQuerySet:
        """What nobody has settled: the meeting is still to come, at the time that was looked at, and not kept."""
        return self.filter(
            kept_at=None,
            meeting__status=MeetingStatus.BOOKED,
            meeting__sequence=F("sequence"),
            meeting__period__startswith__gt=now,
        )


class Misfit(models.Model):
    """A meeting lies where one side cannot meet, as its hours, its ticked times or the calendar changed afterwards.

    Staff ask the side whether it can come (`asked_at`) or let the time stand (`kept_at`); a meeting that is moved or
    cancelled needs neither.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="misfits")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="misfits")
    sequence = models.PositiveIntegerField(editable=False)
    reason = models.CharField(_("why"), max_length=10, choices=MisfitReason)
    name_en = models.CharField(max_length=120, blank=True)
    name_ja = models.CharField(max_length=120, blank=True)
    found_at = models.DateTimeField(_("found on"))
    asked_at = models.DateTimeField(null=True, editable=False)
    kept_at = models.DateTimeField(null=True, editable=False)

    objects = MisfitQuerySet.as_manager()

    class Meta:
        ordering = ["meeting__period", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["meeting", "organisation"], name="misfit_once_a_side"),
            models.CheckConstraint(condition=Q(reason__in=MisfitReason.values), name="misfit_reason_known"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} ({self.organisation})"
