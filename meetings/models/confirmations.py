"""That a side says it will come, at the time at which the meeting stands."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
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


class ConfirmationTermQuerySet(models.QuerySet["ConfirmationTerm"]):
    def unanswered(self, now: datetime) -> ConfirmationTermQuerySet:
        """Of meetings to come, by sides that have not confirmed."""
        done = Confirmation.objects.filter(meeting=OuterRef("meeting"), organisation=OuterRef("organisation"))
        to_come = self.filter(
            meeting__request__status=RequestStatus.SCHEDULED, meeting__period__startswith__gt=now
        )
        return to_come.filter(~Exists(done))

    def due(self, now: datetime, until: datetime) -> ConfirmationTermQuerySet:
        """Those that pass between the two moments."""
        return self.unanswered(now).filter(due__gt=now, due__lte=until)

    def late(self, now: datetime) -> ConfirmationTermQuerySet:
        return self.unanswered(now).filter(due__lte=now)


class ConfirmationTerm(models.Model):
    """Until when a side is asked to say that it will come, in its own working days; another time is another term.

    The meeting stands when it passes: both sides and the office are told once (`told_at`), and the office asks.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="terms")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due = models.DateTimeField(_("to be confirmed by"))
    told_at = models.DateTimeField(null=True)

    objects = ConfirmationTermQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["due"])]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organisation"], name="confirmation_term_once_a_side"),
            models.CheckConstraint(condition=Q(due__gt=F("asked_at")), name="confirmation_term_lies_ahead"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.meeting}"


def unconfirmed(now: datetime) -> MeetingRequestQuerySet:
    """Meetings to come that a side, or both, have not confirmed yet."""
    return MeetingRequest.objects.filter(status=RequestStatus.SCHEDULED, meeting__period__startswith__gt=now)


def unconfirmed_in_time(now: datetime) -> MeetingRequestQuerySet:
    """Those whose term has passed for a side, with `late_since`, when it did first."""
    late = ConfirmationTerm.objects.late(now).filter(meeting__request=OuterRef("pk")).order_by("due")
    return unconfirmed(now).annotate(late_since=Subquery(late.values("due")[:1])).exclude(late_since=None)
