"""How one side would rather meet than the other asked, or than both agreed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core.enums import Language
from matchmaking.matches.enums import Side
from meetings.enums import PROPOSAL_TRANSITIONS, MeetingLength, ProposalStatus, RequestStatus
from meetings.models.requests import MeetingRequest

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

TERMS = ("minutes", "language", "interpreter_wanted")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> ProposalQuerySet:
        return self.filter(status=ProposalStatus.OPEN)

    def changes_overdue(self, now: datetime) -> ProposalQuerySet:
        """About what had been agreed, without an answer in time. Before that the request itself lapses."""
        return self._changes().filter(reply_by__lt=now)

    def changes_due(self, first: datetime, last: datetime) -> ProposalQuerySet:
        """About what had been agreed, to be answered from the one moment to the other."""
        return self._changes().filter(reply_by__range=(first, last))

    def _changes(self) -> ProposalQuerySet:
        return self.open().exclude(request__status=RequestStatus.REQUESTED)


class Proposal(models.Model):
    """One turn of the talk of a pair about its meeting: what it replaced stays readable in the row after it.

    *Open* until the other side has *agreed*, *refused*, *replaced* it with a proposal of its own, or let it *lapse*, or
    whoever proposed has *taken it back*.
    While the request waits for an answer its turn and its deadline are the request's; once there is an agreement, what
    was agreed holds until a proposal is agreed too.
    """

    TRANSITIONS: ClassVar[TransitionTable] = PROPOSAL_TRANSITIONS

    request = models.ForeignKey(MeetingRequest, models.PROTECT, related_name="proposals")
    side = models.CharField(_("proposed by"), max_length=10, choices=Side)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("proposed on"))
    consent = models.TextField(_("how the organisation consented"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length"), choices=MeetingLength)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    interpreter_wanted = models.BooleanField(_("interpreter"))
    # Of a booked meeting only: the start it would have instead, and the one it had when this was proposed.
    start = models.DateTimeField(_("new time"), null=True)
    start_before = models.DateTimeField(null=True, editable=False)
    weeks = models.CharField(_("preferred weeks"), max_length=200, blank=True)
    remark = models.TextField(_("remark"), max_length=600, blank=True)
    before = models.JSONField()  # the terms it would replace, by name
    reply_by = models.DateTimeField(_("answer by"))
    status = models.CharField(max_length=10, choices=ProposalStatus, default=ProposalStatus.OPEN)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(status="open"), name="proposal_one_open_per_request"
            ),
            models.CheckConstraint(
                condition=Q(side__in=[Side.COMPANY, Side.STARTUP]), name="proposal_of_a_side"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ProposalStatus.values), name="proposal_status_known"
            ),
            models.CheckConstraint(
                condition=Q(minutes__in=MeetingLength.values), name="proposal_length_known"
            ),
            models.CheckConstraint(
                condition=Q(start=None, start_before=None)
                | Q(start__isnull=False, start_before__isnull=False, start__gt=F("at"))
                & ~Q(start=F("start_before")),
                name="proposal_new_time_of_a_booked_meeting",
            ),
        ]

    def __str__(self) -> str:
        return str(self.request)

    @property
    def terms(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in TERMS}


def open_proposal(request: MeetingRequest) -> Proposal | None:
    return Proposal.objects.open().filter(request=request).first()
