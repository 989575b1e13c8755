"""Asking for research, choosing who does it, accepting and refusing, ending it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User, members_of
from companies.models import Challenge, Company
from matchmaking.core import audit, jobs
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.enums import Side
from matchmaking.matches.models import Match
from research.actions.conflicts import declare_conflict
from research.actions.experts import hold
from research.actions.leaving import hand_back, tell
from research.enums import IN_HAND, CommissionStatus, Unfit
from research.finding import fit_of
from research.models import Commission, Expert, Refusal
from research.reading import reading_of_question


class NotFitting(Exception):
    """The expert is ruled out; `reason` is a value of `Unfit`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Question:
    """What a firm is to learn; `challenge` and `match` are the need and the pair it is about, `needed_on` the day of a
    meeting it is for, if any.
    """

    company: Company
    field: str
    market: str
    language: str
    question: str
    challenge: Challenge | None = None
    match: Match | None = None
    needed_on: date | None = None


@transaction.atomic
def ask(question: Question, *, by: User) -> Commission:
    """A firm asks for research, or staff do. The office hears of the firm's wish and grants or declines it."""
    commission = Commission.objects.create(
        company=question.company,
        challenge=question.challenge,
        match=question.match,
        field=question.field,
        market=question.market,
        language=question.language,
        question=question.question,
        needed_on=question.needed_on,
        asked_side=Side.STAFF if by.is_officer else Side.COMPANY,
        asked_by=by,
        asked_at=timezone.now(),
    )
    audit.record("commission.requested", commission, by=by, side=commission.asked_side)
    _have_read(commission)
    if not by.is_officer:
        tell(Event.RESEARCH_ASKED, commission, User.objects.officers(), "research:commission")
    return commission


def _have_read(commission: Commission) -> None:
    """By a worker, once for the same words."""
    key = reading_of_question(commission.question, commission.market)
    jobs.enqueue("research.read_question", dedupe_key=f"research:{key}", commission_id=commission.pk)


@transaction.atomic
def read_anew() -> int:
    """A newer edition of the portal may have other templates: until those were read, nobody could say which expert is
    near to a question that waits. Returns how many wait; the ledger has each read but once.
    """
    waiting = list(Commission.objects.waiting())
    for commission in waiting:
        _have_read(commission)
    return len(waiting)


@transaction.atomic
def assign(commission: Commission, expert: Expert, *, due: date, by: User) -> None:
    """Offer the commission to an expert; a firm's own wish is granted by this.

    The expert is held, so that two commissions at once do not overfill them. Raises NotFitting with the reason.
    """
    if not hold(expert):
        raise NotFitting(Unfit.LEFT)
    if reason := fit_of(commission, expert).ruled_out:
        raise NotFitting(reason)
    move(
        commission,
        CommissionStatus.ASSIGNED,
        by=by,
        expert=expert,
        due=due,
        assigned_at=timezone.now(),
        accepted_at=None,
    )
    tell(Event.RESEARCH_OFFERED, commission, [expert.user], "research:assignment")
    if commission.asked_side == Side.COMPANY:
        tell(
            Event.RESEARCH_GRANTED,
            commission,
            members_of(commission.company.organisation),
            "research:own_commission",
        )


@transaction.atomic
def accept(commission: Commission, *, by: User, now: datetime | None = None) -> None:
    """The expert takes it on and declares that no interest of theirs is in conflict. Once; else it is an old page."""
    offered = Commission.objects.filter(
        pk=commission.pk, expert=by.pk, status=CommissionStatus.ASSIGNED, accepted_at=None
    )
    commission.accepted_at = now or timezone.now()
    if not offered.update(accepted_at=commission.accepted_at):
        raise TransitionNotAllowed(commission, "accepted")
    audit.record("commission.accepted", commission, by=by, conflicts="none declared")
    tell(Event.RESEARCH_ACCEPTED, commission, User.objects.officers(), "research:commission", expert=str(by))


@transaction.atomic
def refuse(
    commission: Commission,
    *,
    reason: str,
    text: str = "",
    conflicts: Iterable[Organisation] = (),
    by: User,
) -> None:
    """The expert does not take it on: it waits for another again. Conflicts of interest are kept for good."""
    hold(by)
    held = Commission.objects.select_for_update(of=("self",)).get(pk=commission.pk)
    expert = held.expert
    if expert is None or expert.pk != by.pk or held.accepted_at:
        raise TransitionNotAllowed(commission, CommissionStatus.REQUESTED)
    hand_back(commission, expert, reason=reason, text=text, by=by)
    Refusal.objects.create(commission=commission, expert=expert, reason=reason, text=text)
    for organisation in conflicts:
        declare_conflict(expert, organisation, reason=text, by=by)


@transaction.atomic
def cancel(commission: Commission, *, reason: str, by: User) -> None:
    """Decline a firm's wish, or end what is under way; whoever works on it or waits for it hears why."""
    expert = commission.expert if commission.status in IN_HAND else None
    move(commission, CommissionStatus.CANCELLED, by=by, reason=reason, end_reason=reason)
    if expert is not None:
        tell(Event.RESEARCH_CANCELLED, commission, [expert.user], "", reason=reason)
    if commission.asked_side == Side.COMPANY:
        members = members_of(commission.company.organisation)
        tell(Event.RESEARCH_DECLINED, commission, members, "research:own_commission", reason=reason)
