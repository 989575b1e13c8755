"""Conflicts of interest: what an expert declares, and what it ends."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.models import Organisation, User
from matchmaking.core import audit
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move
from research.actions.experts import hold
from research.actions.leaving import hand_back, noted
from research.enums import IN_WRITING, AdviceStatus, RefusalReason
from research.models import AdviceRequest, Commission, Conflict, Expert


@transaction.atomic
def declare_conflict(expert: Expert, organisation: Organisation, *, reason: str, by: User) -> None:
    """From now on nothing about this organisation is asked of the expert, and what they have in hand about it goes back
    to the office. Declared again, the first words stay.
    """
    hold(expert)
    _row, is_new = Conflict.objects.get_or_create(
        expert=expert, organisation=organisation, defaults={"reason": reason}
    )
    if is_new:
        audit.record("expert.conflict_declared", organisation, by=by, expert=expert.pk)
    _give_back(expert, organisation, by=by)


def _give_back(expert: Expert, organisation: Organisation, *, by: User) -> None:
    """What was delivered already is with the office, who see the declaration where they see the expert."""
    reason = RefusalReason.CONFLICT
    about = Q(company=organisation.pk) | Q(match__startup=organisation.pk)
    written = Commission.objects.filter(about, expert=expert, status__in=IN_WRITING)
    for commission in written.select_for_update(of=("self",)):
        hand_back(commission, expert, reason=reason, by=by)
    about = Q(company=organisation.pk) | Q(startup=organisation.pk)
    for asked in AdviceRequest.objects.open().filter(about, expert=expert):
        end_unanswered(asked, reason=reason, by=by)


@transaction.atomic
def end_unanswered(asked: AdviceRequest, *, reason: str, text: str = "", by: User) -> None:
    """The expert gives no assessment, and the office reads why: a value of `RefusalReason`, and words about it."""
    why = {"decline_reason": reason, "decline_text": text}
    move(asked, AdviceStatus.DECLINED, by=by, reason=noted(reason, text), **why)
    notify(
        Event.ADVICE_DECLINED,
        User.objects.officers(),
        link="research:assessments",
        number=asked.pk,
        expert=str(by),
    )


@transaction.atomic
def take_back_conflict(conflict: Conflict, *, by: User) -> None:
    """It holds no longer, or was a mistake: the office decides. What it ended stays ended."""
    audit.record(
        "expert.conflict_taken_back",
        conflict.organisation,
        by=by,
        expert=conflict.expert_id,
    )
    conflict.delete()
