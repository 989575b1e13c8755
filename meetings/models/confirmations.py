"""That a side says it will come, at the time at which the meeting stands."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from meetings.enums import RequestStatus
from meetings.models.bookings import Meeting
from meetings.models.requests import MeetingRequest, MeetingRequestQuerySet


class Confirmation(models.Model):
    """Goes when the meeting is moved: another time is confirmed anew."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="confirmations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("confirmed on"))
    consent = models.TextField(_("how the organisation consented"), max_length=500, blank=True)

    objects = models.Manager["Confirmation"]()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organisation"], name="confirmation_once_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.meeting}"


def unconfirmed(now: datetime) -> MeetingRequestQuerySet:
    """Meetings to come that a side, or both, have not confirmed yet."""
    return MeetingRequest.objects.filter(status=RequestStatus.SCHEDULED, meeting__period__startswith__gt=now)
