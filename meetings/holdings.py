"""What this app holds of the two sides of a meeting: when and whether they met stays, what they wrote goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.erasure.emptying import rows_of, unless_blank
from accounts.erasure.holdings import Holder, Holding, Loss, Obstacle
from accounts.models import Organisation
from meetings.models import (
    Attendee,
    Availability,
    AvailabilityWindow,
    BoardStep,
    CalendarFeed,
    Closure,
    Confirmation,
    ConfirmationTerm,
    DayHours,
    Meeting,
    MeetingReport,
    MeetingRequest,
    Misfit,
    OrganisationHours,
    Placement,
    Proposal,
    Round,
)

SIDES = ("match__company", "match__startup")
OF_REQUEST = tuple(f"request__{side}" for side in SIDES)


class MeetingsHolder(Holder):
    app = "meetings"
    holdings: Sequence[Holding] = (
        Holding(BoardStep, organisation=OF_REQUEST, empties=("before", "after"), keeps=("kind", "status", "number")),
        Holding(Placement, organisation=OF_REQUEST, empties=("detail",), keeps=("locked", "reason")),
        Holding(
            Meeting,
            organisation=OF_REQUEST,
            empties=("link",),
            instead={"cancel_reason": unless_blank("cancel_reason")},
            keeps=("period", "status", "uid", "sequence"),
        ),
        Holding(
            MeetingReport,
            organisation=tuple(f"meeting__{side}" for side in OF_REQUEST),
            empties=("comment", "reason", "next_step", "next_owner", "next_on"),
            keeps=("side", "company_came", "startup_came", "outcome", "wished_mode", "rating"),
        ),
        Holding(
            Attendee,
            organisation=("organisation",),
            goes=True,
            empties=("name", "role", "decision", "email"),
        ),
        Holding(
            Proposal,
            organisation=OF_REQUEST,
            empties=("weeks", "remark"),
            instead={"consent": unless_blank("consent")},
            keeps=("side", "minutes", "language", "interpreter_wanted", "before", "start", "start_before", "status"),
        ),
        Holding(
            Confirmation,
            organisation=("organisation",),
            instead={"consent": unless_blank("consent")},
        ),
        Holding(ConfirmationTerm, organisation=("organisation",), goes=True),
        Holding(
            MeetingRequest,
            organisation=SIDES,
            empties=("purpose", "decline_text", "withdraw_reason"),
            instead={
                name: unless_blank(name) for name in ("consent", "answer_consent", "withdraw_consent")
            },
            keeps=(
                "status", "asked_side", "asked_for", "turn", "withdrawn_side",
                "minutes", "language", "interpreter_wanted", "decline_reason",
            ),
        ),
        Holding(AvailabilityWindow, organisation=("availability__organisation",), goes=True),
        Holding(Availability, organisation=("organisation",), goes=True, empties=("kind", "wish", "consent")),
        Holding(
            Closure,
            organisation=("organisation",),
            goes=True,
            empties=("country", "name_en", "name_ja"),
        ),
        Holding(
            Misfit,
            organisation=("organisation", *(f"meeting__{side}" for side in OF_REQUEST)),
            goes=True,
            empties=("sequence", "reason", "name_en", "name_ja"),
        ),
        Holding(
            CalendarFeed,
            organisation=("organisation",),
            person=("user",),
            goes=True,
            empties=("token_hash",),
        ),
        Holding(DayHours, organisation=("organisation",), goes=True, empties=("kind",)),
        Holding(OrganisationHours, organisation=("organisation",), goes=True, empties=("week",)),
        Holding(Round.officers.through, person=("user",), goes=True),
    )  # fmt: skip
    nothing: Mapping[str, str] = {
        "meetings.BookingSeat": "who was taken when, by number",
        "meetings.Resource": "a number for each organisation, room, interpreter and officer",
        "meetings.Interpreter": "people who work for the programme, kept by staff",
        "meetings.Round": "the programme's own",
        "meetings.Round_interpreters": "the programme's own",
        "meetings.Room": "the programme's own",
        "meetings.Shift": "people who work for the programme, kept by staff",
        "meetings.Timetable": "the programme's own",
    }

    def losses(self, organisation: Organisation) -> Sequence[Loss]:
        requests = rows_of(MeetingRequest, SIDES, organisation.pk)
        return (Loss(gettext_lazy("Texts of meeting requests"), requests.count()),)

    def obstacles(self, organisation: Organisation) -> Sequence[Obstacle]:
        to_come = rows_of(Meeting, OF_REQUEST, organisation.pk).filter(
            status="booked", period__endswith__gt=timezone.now()
        )
        return [
            Obstacle(
                _("A meeting is to come."),
                _("Wait until it is over, or cancel it: both sides are told."),
                reverse("meetings:detail", args=[meeting.request_id]),
            )
            for meeting in to_come.order_by("period")
        ]
