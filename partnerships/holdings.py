"""What this app holds of the two sides: that they worked together and how far they came stays, what they wrote goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.erasure.emptying import rows_of, unless_blank
from accounts.erasure.holdings import Holder, Holding, Loss, Obstacle
from accounts.models import Organisation, User
from matchmaking.core.transitions import move
from partnerships.enums import OutcomeStatus
from partnerships.models import (
    Amount,
    FollowUp,
    FollowUpAnswer,
    FollowUpLink,
    GateCheck,
    NextStep,
    Paper,
    Partnership,
    SupportMeasure,
)

SIDES = ("company", "startup")
OF_FOLLOW_UP = tuple(f"follow_up__partnership__{side}" for side in SIDES)
OF_PARTNERSHIP = tuple(f"partnership__{side}" for side in SIDES)


class PartnershipsHolder(Holder):
    app = "partnerships"
    holdings: Sequence[Holding] = (
        Holding(
            NextStep,
            organisation=OF_PARTNERSHIP,
            instead={"text": unless_blank("text")},
            keeps=("owner", "due_on", "done_at"),
        ),
        Holding(Paper, organisation=OF_PARTNERSHIP, empties=("note",), keeps=("kind", "dated", "side")),
        Holding(Amount, organisation=OF_PARTNERSHIP, keeps=("kind", "amount", "currency", "as_of")),
        Holding(
            SupportMeasure,
            organisation=OF_PARTNERSHIP,
            keeps=("name", "amount", "currency", "decided_on"),
        ),
        Holding(GateCheck, organisation=OF_PARTNERSHIP, empties=("note",), keeps=("status", "decided_on")),
        Holding(FollowUpLink, organisation=OF_FOLLOW_UP, person=("user",), goes=True),
        Holding(
            FollowUpAnswer,
            organisation=OF_FOLLOW_UP,
            empties=("words",),
            keeps=(
                *("side", "by_link", "results", "sales", "sales_currency", "invested", "invested_currency"),
                *("jobs", "products", "without"),
            ),
        ),
        Holding(
            FollowUp,
            organisation=OF_PARTNERSHIP,
            instead={"decision": unless_blank("decision")},
            keeps=("months", "signed_on", "due_on", "status", "reminders", "decided_side"),
        ),
        Holding(
            Partnership,
            organisation=SIDES,
            empties=("end_text",),
            instead={"summary": unless_blank("summary")},
            keeps=("mode", "status", "end_reason"),
        ),
    )
    nothing: Mapping[str, str] = {"partnerships.GateRule": "the programme's own list of legal checks"}

    def losses(self, organisation: Organisation) -> Sequence[Loss]:
        count = rows_of(Partnership, SIDES, organisation.pk).count()
        return (Loss(gettext_lazy("Texts about partnerships"), count),)

    def obstacles(self, organisation: Organisation) -> Sequence[Obstacle]:
        going_on = rows_of(Partnership, SIDES, organisation.pk).filter(end_reason="").exclude(status="signed")
        return [
            Obstacle(
                _("A partnership goes on."),
                _("Ask the programme office to end it: the other side is told."),
                reverse("partnerships:detail", args=[partnership.pk]),
            )
            for partnership in going_on.order_by("pk")
        ]

    def let_go(self, organisation: Organisation, *, by: User | None) -> None:
        """Nobody is asked any longer what came of a partnership with somebody who is gone."""
        for follow_up in rows_of(FollowUp, OF_PARTNERSHIP, organisation.pk).filter(
            status__in=[OutcomeStatus.ASKED, OutcomeStatus.DIFFERS]
        ):
            move(follow_up, OutcomeStatus.LAPSED, by=by, settled_at=timezone.now())
