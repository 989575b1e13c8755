"""Beginning a partnership, moving it from stage to stage, ending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from companies.models import Company
from matchmaking.core import audit
from matchmaking.core.notices import Event
from matchmaking.core.transitions import move
from matchmaking.matches.actions import log_decision
from matchmaking.matches.enums import DecisionKind, Side
from matchmaking.matches.models import Match
from meetings.models import MeetingRequest
from partnerships import rules
from partnerships.actions.gates import give_checks
from partnerships.actions.records import add_step, side_of
from partnerships.enums import EndReason, Need, PartnershipStage
from partnerships.models import Partnership
from partnerships.standing import standing_of
from partnerships.telling import tell_sides
from startups.models import Startup


class NeedsMissing(Exception):
    """The stage may not be entered yet: `needs` are still missing; nothing has changed."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self.needs = needs
        super().__init__(", ".join(needs))


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What is to be done first, by which side, by when."""

    text: str
    owner: Side
    due_on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pair means to do together; `request` is the meeting out of which it grew, `step` what comes first."""

    company: Company
    startup: Startup
    mode: str
    summary: str
    request: MeetingRequest | None = None
    step: FirstStep | None = None


@transaction.atomic
def begin(plan: Plan, *, by: User, now: datetime | None = None) -> Partnership:
    """Open the partnership of a pair with the legal checks that concern it, and tell both sides; then its first step.

    The database refuses a second one of the same kind between the same two (IntegrityError).
    """
    now = now or timezone.now()
    partnership = Partnership.objects.create(
        company=plan.company,
        startup=plan.startup,
        match=Match.objects.filter(company=plan.company, startup=plan.startup).first(),
        request=plan.request,
        mode=plan.mode,
        summary=plan.summary,
        started_by=by,
        started_at=now,
        stage_since=now,
        news_at=now,
    )
    give_checks(partnership)
    audit.record("partnership.begun", partnership, by=by, mode=plan.mode)
    _log(DecisionKind.PARTNERED, partnership, by)
    tell_sides(Event.PARTNERSHIP_BEGUN, partnership, by=by)
    if plan.step is not None:
        add_step(partnership, plan.step.text, plan.step.owner, plan.step.due_on, by=by, now=now)
    return partnership


@transaction.atomic
def move_on(
    partnership: Partnership, to: str, *, by: User, reason: str = "", now: datetime | None = None
) -> None:
    """Enter another stage and tell both sides. Raises NeedsMissing for a step forward that lacks something.

    The row is locked while what there is of it is looked at, so that no check is reopened behind the step.
    """
    now = now or timezone.now()
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    lacking = rules.missing(standing_of(partnership), to)
    if lacking:
        raise NeedsMissing(lacking)
    signed = {"signed_at": now} if to == PartnershipStage.SIGNED else {}
    move(partnership, to, by=by, reason=reason, stage_since=now, news_at=now, **signed)
    if to == PartnershipStage.SIGNED:
        _log(DecisionKind.SIGNED, partnership, by)
    tell_sides(Event.PARTNERSHIP_MOVED, partnership, by=by)


def _log(kind: DecisionKind, partnership: Partnership, by: User) -> None:
    """What came of a match is kept beside what its score said; a pair that was never matched has none."""
    if partnership.match is not None:
        log_decision(partnership.match, kind, side=side_of(by))


@transaction.atomic
def end(
    partnership: Partnership, reason: EndReason, *, by: User, text: str = "", now: datetime | None = None
) -> None:
    """The two sides go separate ways, or have done what they meant to do. Both are told, with the reason."""
    now = now or timezone.now()
    move(
        partnership,
        PartnershipStage.ENDED,
        by=by,
        reason=f"{reason.value}: {text}" if text else reason.value,
        end_reason=reason,
        end_text=text,
        stage_since=now,
        news_at=now,
    )
    tell_sides(Event.PARTNERSHIP_ENDED, partnership, by=by)


@transaction.atomic
def take_up_again(partnership: Partnership, *, by: User, reason: str, now: datetime | None = None) -> None:
    """An ended partnership begins anew with exploring; why it had ended stays in its history.

    Legal checks that came while nobody went on with it are given now.
    """
    now = now or timezone.now()
    move(
        partnership,
        PartnershipStage.EXPLORING,
        by=by,
        reason=reason,
        end_reason="",
        end_text="",
        stage_since=now,
        news_at=now,
    )
    give_checks(partnership)
    tell_sides(Event.PARTNERSHIP_MOVED, partnership, by=by)
