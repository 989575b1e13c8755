"""A pair on its way to a contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import User
from companies.models import Company
from matchmaking.core import history
from matchmaking.core.enums import CooperationMode
from matchmaking.matches.models import Match
from meetings.enums import Outcome, RequestStatus
from meetings.models import MeetingReport, MeetingRequest
from partnerships.enums import (
    OPEN_STAGES,
    PARTNERSHIP_TRANSITIONS,
    EndReason,
    PartnershipStage,
)
from partnerships.rules import QUIET_AFTER
from startups.models import Startup

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable
    from meetings.models.requests import MeetingRequestQuerySet


STEP_COLUMNS = (("step_due", "due_on"), ("step_owner", "owner"))


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user: User) -> PartnershipQuerySet:
        """Staff see all; a firm and a startup their own; nobody else anything."""
        if user.is_officer:
            return self
        organisation = user.organisation
        if organisation is None:
            return self.none()
        if organisation.kind == OrganisationKind.COMPANY:
            return self.filter(company_id=organisation.pk)
        return self.filter(startup_id=organisation.pk)

    def open(self) -> PartnershipQuerySet:
        return self.filter(status__in=OPEN_STAGES)

    def quiet(self, now: datetime) -> PartnershipQuerySet:
        """Open ones of which nobody has recorded anything for 60 days."""
        return self.open().filter(news_at__lt=now - QUIET_AFTER)

    def without_step(self) -> PartnershipQuerySet:
        """Open ones in which nobody has anything to do: they stand still unseen."""
        return self.open().exclude(Exists(_open_steps()))

    def with_parties(self) -> PartnershipQuerySet:
        return self.select_related("company__organisation", "startup__organisation")

    def for_list(self) -> PartnershipQuerySet:
        """With the day by which the next step is due, and whose it is."""
        first = _open_steps().order_by("due_on", "pk")
        step = {name: Subquery(first.values(column)[:1]) for name, column in STEP_COLUMNS}
        return self.with_parties().annotate(**step).order_by("news_at", "pk")

    def waiting_for(self, sides: Sequence[str]) -> PartnershipQuerySet:
        """Open ones in which one of these has something to do."""
        return self.open().filter(Exists(_open_steps().filter(owner__in=sides)))


def _open_steps() -> models.QuerySet[models.Model]:
    from partnerships.models.records import NextStep  # noqa: PLC0415 - the steps belong to a partnership

    return NextStep.objects.filter(partnership=OuterRef("pk"), done_at=None)


@history.track()
class Partnership(models.Model):
    """What a firm and a startup do together after they have met, towards a contract of one of the three kinds.

    It grows out of a meeting (`request`) or is entered by staff; `match` is the pair's score, where it has one. Its
    stage: *exploring* → *agreed* in principle → *proving* (a proof of concept, or due diligence) → *negotiating* →
    *signed*, each entered once what it needs is there; a stage back with a reason; *ended* from anywhere, and taken up
    again from there. `news_at` is when anything was last recorded about it; `signed_at`, of
    the latest contract, stays when it ends later.
    """

    TRANSITIONS: ClassVar[TransitionTable] = PARTNERSHIP_TRANSITIONS

    company = models.ForeignKey(Company, models.PROTECT, related_name="partnerships")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="partnerships")
    match = models.ForeignKey(Match, models.PROTECT, null=True, related_name="partnerships", editable=False)
    request = models.ForeignKey(
        MeetingRequest, models.PROTECT, null=True, related_name="partnerships", editable=False
    )
    mode = models.CharField(_("kind of cooperation"), max_length=20, choices=CooperationMode)
    summary = models.TextField(_("what the two sides mean to do"), max_length=1000)
    status = models.CharField(
        _("stage"),
        max_length=12,
        choices=PartnershipStage,
        default=PartnershipStage.EXPLORING,
        editable=False,
    )
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    started_at = models.DateTimeField(_("begun on"), editable=False)
    stage_since = models.DateTimeField(_("in this stage since"), editable=False)
    news_at = models.DateTimeField(_("last news"), editable=False)
    signed_at = models.DateTimeField(_("signed on"), null=True, editable=False)
    end_reason = models.CharField(_("reason"), max_length=20, choices=EndReason, blank=True)
    end_text = models.TextField(_("in your words"), max_length=500, blank=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["status", "news_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["company", "startup", "mode"],
                condition=~Q(status=PartnershipStage.ENDED),
                name="partnership_one_of_a_mode",
            ),
            models.CheckConstraint(
                condition=Q(status__in=PartnershipStage.values), name="partnership_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=CooperationMode.values), name="partnership_mode_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=PartnershipStage.ENDED) | ~Q(end_reason=""),
                name="partnership_end_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=PartnershipStage.SIGNED) | Q(signed_at__isnull=False),
                name="partnership_signed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} × {self.startup}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STAGES


def could_grow() -> MeetingRequestQuerySet:
    """Held meetings of which a side or staff say that cooperation is possible, with no partnership of the two yet."""
    said = MeetingReport.objects.filter(meeting__request=OuterRef("pk"), outcome=Outcome.POSSIBLE)
    there = Partnership.objects.filter(company=OuterRef("match__company"), startup=OuterRef("match__startup"))
    held = MeetingRequest.objects.filter(status=RequestStatus.HELD)
    return held.filter(Exists(said)).exclude(Exists(there))
