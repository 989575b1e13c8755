"""What each side says of a meeting's end."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core import history
from matchmaking.core.enums import CooperationMode
from matchmaking.matches.enums import Side
from meetings.enums import Outcome
from meetings.models.bookings import Meeting

BEST_RATING = 5
NEXT_STEP_WHOLE = Q(next_step="", next_owner="", next_on=None) | (
    ~Q(next_step="") & ~Q(next_owner="") & Q(next_on__isnull=False)
)


class MeetingReportQuerySet(models.QuerySet["MeetingReport"]):
    def visible_to(self, user: User) -> MeetingReportQuerySet:
        """Staff read all; a side reads its own, never the other's, and never what staff wrote."""
        if user.is_officer:
            return self
        organisation = user.organisation
        if organisation is None:
            return self.none()
        return self.filter(
            Q(side=Side.COMPANY, meeting__request__match__company__organisation=organisation)
            | Q(side=Side.STARTUP, meeting__request__match__startup__organisation=organisation)
        )

    def decided(self, meeting: Meeting) -> MeetingReport | None:
        """What staff recorded: who came, and why it is recorded so, is for both sides; the rest is not."""
        return (
            self.filter(meeting=meeting, side=Side.STAFF)
            .only("company_came", "startup_came", "reason")
            .first()
        )


@history.track()
class MeetingReport(models.Model):
    """Who came, what came of it and what is next, as one side or the programme office says.

    Who came is two facts, one for each side, so that nobody is recorded as absent who waited alone. Whether the
    meeting was *held* follows from both sides' reports when they agree, and otherwise from that of staff.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="reports")
    side = models.CharField(_("side"), max_length=10, choices=Side)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("told on"))
    company_came = models.BooleanField(_("the firm came"))
    startup_came = models.BooleanField(_("the startup came"))
    outcome = models.CharField(_("what came of it"), max_length=12, choices=Outcome)
    # What the side would like to go on to, where it sees that cooperation is possible and knows it already.
    wished_mode = models.CharField(
        _("kind of cooperation wished"), max_length=20, choices=CooperationMode, blank=True
    )
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    comment = models.TextField(_("comment"), max_length=1000, blank=True)
    # Why staff record it so, for both sides to read.
    reason = models.TextField(_("why it is recorded so"), max_length=500, blank=True)
    next_step = models.TextField(_("next step"), max_length=300, blank=True)
    next_owner = models.CharField(_("who does it"), max_length=10, choices=Side, blank=True)
    next_on = models.DateField(_("by when"), null=True)

    objects = MeetingReportQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["meeting", "side"], name="report_once_a_side"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="report_side_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="report_outcome_known"),
            models.CheckConstraint(
                condition=Q(company_came=True, startup_came=True) ^ Q(outcome=Outcome.NOT_HELD),
                name="report_held_when_both_came",
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, BEST_RATING)), name="report_rating_range"
            ),
            models.CheckConstraint(
                condition=Q(wished_mode="")
                | Q(wished_mode__in=CooperationMode.values, outcome=Outcome.POSSIBLE),
                name="report_wish_where_possible",
            ),
            models.CheckConstraint(condition=NEXT_STEP_WHOLE, name="report_next_step_whole"),
            models.CheckConstraint(
                condition=Q(next_owner="") | Q(next_owner__in=Side.values), name="report_next_owner_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} ({self.side})"

    @property
    def both_came(self) -> bool:
        return self.company_came and self.startup_came
