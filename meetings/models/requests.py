"""What a pair asks for: a meeting."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.rules import name_of
from matchmaking.core import history
from matchmaking.core.enums import Language
from matchmaking.matches.enums import Side
from matchmaking.matches.models import Match
from meetings.enums import (
    AGREED_REQUEST,
    BOOKED_REQUEST,
    OPEN_REQUEST,
    REQUEST_TRANSITIONS,
    DeclineReason,
    MeetingLength,
    ProposalStatus,
    RequestStatus,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from matchmaking.core.transitions import TransitionTable
    from meetings.models.rounds import Round, Timetable


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    def visible_to(self, user: User) -> MeetingRequestQuerySet:
        """Staff see all; a firm and a startup what concerns a match of theirs; nobody else anything."""
        if user.is_officer:
            return self
        organisation = user.organisation
        if organisation is None:
            return self.none()
        if organisation.kind == OrganisationKind.COMPANY:
            return self.filter(match__company_id=organisation.pk)
        return self.filter(match__startup_id=organisation.pk)

    def open(self) -> MeetingRequestQuerySet:
        return self.filter(status__in=OPEN_REQUEST)

    def awaiting_answer(self) -> MeetingRequestQuerySet:
        return self.filter(status=RequestStatus.REQUESTED)

    def awaiting_round(self) -> MeetingRequestQuerySet:
        """Accepted, in no round yet, and nobody is still asked whether it may be otherwise."""
        accepted = self.filter(status=RequestStatus.ACCEPTED, round=None)
        return accepted.exclude(proposals__status=ProposalStatus.OPEN)

    def of_organisation(self, organisation: Organisation) -> MeetingRequestQuerySet:
        """Those in which it is one of the two sides."""
        return self.filter(Q(match__company=organisation.pk) | Q(match__startup=organisation.pk))

    def of_side(self, side: Side, organisation_id: int) -> MeetingRequestQuerySet:
        """Those in which the organisation stands on that side."""
        return self.filter(**{f"match__{side}_id": organisation_id})

    def asked_for_by(self, side: Side, organisation_id: int) -> MeetingRequestQuerySet:
        """What an organisation has asked for, itself or through staff."""
        return self.of_side(side, organisation_id).filter(asked_for=side)

    def awaiting_answer_of(self, side: Side) -> MeetingRequestQuerySet:
        """Whose turn it is."""
        return self.awaiting_answer().filter(turn=side)

    def booked(self) -> MeetingRequestQuerySet:
        return self.filter(status__in=BOOKED_REQUEST)

    def placeable_in(self, round_: Round) -> MeetingRequestQuerySet:
        """Collected for the round and without a published time."""
        return self.filter(round=round_, status=RequestStatus.ACCEPTED)

    def left_by(self, timetable: Timetable) -> MeetingRequestQuerySet:
        """In its round, and without a place in it: they wait on when it is published."""
        return self.placeable_in(timetable.round).exclude(
            pk__in=timetable.placements.placed().values("request")
        )

    def of_other_length(self, round_: Round, lengths: Collection[int]) -> MeetingRequestQuerySet:
        """Those in the round that last neither of these minutes."""
        return self.placeable_in(round_).exclude(minutes__in=lengths)

    def overdue(self, now: datetime) -> MeetingRequestQuerySet:
        return self.awaiting_answer().filter(reply_by__lt=now)

    def with_parties(self) -> MeetingRequestQuerySet:
        return self.select_related(
            "match__company__organisation", "match__startup__organisation", "match__challenge"
        )

    def for_list(self) -> MeetingRequestQuerySet:
        """What a row of "Meetings" needs."""
        return (
            self.with_parties().select_related("meeting__room").order_by("meeting__period", "reply_by", "pk")
        )


@history.track()
class MeetingRequest(models.Model):
    """The wish of a pair to meet, from a disclosed match.

    Asked for by the firm, or by staff for either side with its consent: *waiting for an answer* until the other
    side's deadline → *accepted* or *declined* by it, *withdrawn* by who asked, or *lapsed*. Until a time is fixed
    either side may still withdraw what was accepted, with a reason. Accepted ones go into a
    round → *scheduled* when its timetable is published → *confirmed* → *held*, *did not take
    place* or *cancelled*; or *accepted* again, when a repair of the round has to give its time up.
    """

    TRANSITIONS: ClassVar[TransitionTable] = REQUEST_TRANSITIONS

    match = models.ForeignKey(Match, models.PROTECT, related_name="requests")
    status = models.CharField(
        _("status"), max_length=10, choices=RequestStatus, default=RequestStatus.REQUESTED, editable=False
    )
    asked_side = models.CharField(_("asked for by"), max_length=10, choices=Side, editable=False)
    # The side that wishes to meet: it asked itself, or staff did for it; the other one answers.
    asked_for = models.CharField(
        _("asked on behalf of"), max_length=10, choices=Side, default=Side.COMPANY, editable=False
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(_("asked on"), editable=False)
    consent = models.TextField(_("how the side that asks consented"), max_length=500, blank=True)
    # Staff answered, or took back, for a side that told them: how it did.
    answer_consent = models.TextField(_("how the side that answered consented"), max_length=500, blank=True)
    withdraw_consent = models.TextField(_("how the side that withdrew consented"), max_length=500, blank=True)
    # Empty where a side left the programme: nobody withdrew.
    withdrawn_side = models.CharField(
        _("withdrawn by"), max_length=10, choices=Side, blank=True, editable=False
    )
    withdraw_reason = models.TextField(_("why it was withdrawn"), max_length=500, blank=True)
    purpose = models.TextField(_("purpose"), max_length=600)
    minutes = models.PositiveSmallIntegerField(
        _("length"), choices=MeetingLength, default=MeetingLength.FORTY_FIVE
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    interpreter_wanted = models.BooleanField(_("interpreter"), default=True)
    reply_by = models.DateTimeField(_("answer by"), editable=False)
    # Whose answer is waited for while there is none: each proposal hands it to the other side.
    turn = models.CharField(max_length=10, choices=Side, default=Side.STARTUP, editable=False)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(_("answered on"), null=True, editable=False)
    decline_reason = models.CharField(_("reason"), max_length=20, choices=DeclineReason, blank=True)
    decline_text = models.TextField(_("in your words"), max_length=500, blank=True)
    round = models.ForeignKey(
        "meetings.Round", models.PROTECT, null=True, related_name="requests", editable=False
    )

    objects = MeetingRequestQuerySet.as_manager()

    class Meta:
        ordering = ["reply_by", "pk"]
        indexes = [models.Index(fields=["status", "reply_by"])]
        constraints = [
            models.UniqueConstraint(
                fields=["match"], condition=Q(status__in=OPEN_REQUEST), name="request_one_open_per_match"
            ),
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="request_status_known"),
            models.CheckConstraint(
                condition=Q(turn__in=[Side.COMPANY, Side.STARTUP]), name="request_turn_of_a_side"
            ),
            models.CheckConstraint(
                condition=Q(minutes__in=MeetingLength.values), name="request_length_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=RequestStatus.DECLINED) | ~Q(decline_reason=""),
                name="request_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(asked_side=Side.STAFF) | ~Q(consent=""), name="request_by_staff_has_consent"
            ),
            models.CheckConstraint(
                condition=Q(asked_for=Side.COMPANY) | Q(asked_for=Side.STARTUP, asked_side=Side.STAFF),
                name="request_of_startup_by_staff",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_side__in=["", Side.COMPANY, Side.STARTUP]),
                name="request_withdrawn_by_a_side",
            ),
            models.CheckConstraint(
                condition=Q(round=None) | Q(status__in=AGREED_REQUEST), name="request_in_round_was_accepted"
            ),
        ]

    def __str__(self) -> str:
        return str(self.match)

    @property
    def company(self) -> Organisation:
        return self.match.company.organisation

    @property
    def startup(self) -> Organisation:
        return self.match.startup.organisation

    @property
    def answering(self) -> Organisation:
        """Who must answer while the request waits."""
        return self.company if self.turn == Side.COMPANY else self.startup

    @property
    def is_booked(self) -> bool:
        return self.status in BOOKED_REQUEST

    @property
    def is_agreed(self) -> bool:
        """Whether the startup has accepted, now or earlier."""
        return self.status in AGREED_REQUEST


def firms_that_agreed_with(user: User) -> dict[int, str]:
    """The names of the firms whose request somebody's startup has accepted: from then on it knows them."""
    organisation = user.organisation
    if organisation is None or organisation.kind != OrganisationKind.STARTUP:
        return {}
    language = get_language() or ""
    agreed = MeetingRequest.objects.visible_to(user).filter(status__in=AGREED_REQUEST)
    firms = agreed.select_related("match__company__organisation")
    return {each.match.company_id: name_of(each.match.company.organisation, language) for each in firms}
