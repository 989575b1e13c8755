"""Whoever does research leaves it, or whom it is about does: it waits for another, or ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.erasure.emptying import GONE
from accounts.models import User, members_of
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move
from matchmaking.matches.enums import Side
from research.enums import IN_WRITING, AdviceStatus, CommissionStatus
from research.models import AdviceRequest, Commission, Expert


@transaction.atomic
def wait_for_another(commission: Commission, *, by: User | None, reason: str = "") -> None:
    """Nobody has it in hand any more; what was written of it stays."""
    move(
        commission,
        CommissionStatus.REQUESTED,
        by=by,
        reason=reason,
        expert=None,
        due=None,
        assigned_at=None,
        accepted_at=None,
    )


@transaction.atomic
def hand_back(commission: Commission, expert: Expert, *, reason: str, text: str = "", by: User) -> None:
    """The expert does not do it: the office hears so, and the trail has why, a value of `RefusalReason`."""
    wait_for_another(commission, by=by, reason=noted(reason, text))
    office = User.objects.officers()
    tell(Event.RESEARCH_REFUSED, commission, office, "research:commission", expert=str(expert))


def noted(reason: str, text: str) -> str:
    """For the trail, which words the reason in the language of whoever reads it."""
    return f"{reason}: {text}" if text else str(reason)


@transaction.atomic
def let_go_of_research(user: User, *, by: User | None) -> None:
    """An expert leaves: what they were writing waits for another, what they delivered for the office alone."""
    mine = Commission.objects.filter(expert=user.pk)
    for commission in mine.filter(status__in=IN_WRITING).select_for_update(of=("self",)):
        wait_for_another(commission, by=by)
        tell(Event.RESEARCH_BACK, commission, User.objects.officers(), "research:commission")
    for commission in mine.delivered():
        tell(Event.RESEARCH_BACK, commission, User.objects.officers(), "research:commission")
    for asked in AdviceRequest.objects.open().filter(expert=user.pk):
        move(asked, AdviceStatus.TAKEN_BACK, by=by)


@transaction.atomic
def end_of_erased(commission: Commission, *, by: User | None) -> None:
    """Whom it is about is erased: it ends, and whoever asked for it, decides on it or writes it hears so."""
    organisation, expert = commission.company.organisation, commission.expert
    move(commission, CommissionStatus.CANCELLED, by=by, end_reason=GONE)
    tell(Event.RESEARCH_ENDED, commission, User.objects.officers(), "research:commission")
    if expert is not None:
        tell(Event.RESEARCH_ENDED, commission, [expert.user], "")
    if commission.asked_side == Side.COMPANY:
        tell(Event.RESEARCH_ENDED, commission, members_of(organisation), "research:own_commission")


def tell(event: Event, commission: Commission, people: Iterable[User], link: str, **more: Any) -> None:
    """The subject is the field: it says to each reader, in their language, what is meant, and names nobody."""
    notify(
        event,
        people,
        link=link,
        link_kwargs={"pk": commission.pk} if link else None,
        number=str(commission.pk),
        **more,
    )
