"""Proposing otherwise: before there is an answer, and as a change of what both sides agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.utils import timezone

from accounts.models import User, members_of
from matchmaking.core import audit
from matchmaking.core.facts import Moment
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.bookings import refit
from meetings.actions.standing import as_it_stands
from meetings.calendars import answer_deadline
from meetings.enums import Deed, ProposalStatus, RequestStatus
from meetings.models import MeetingRequest, Proposal
from meetings.models.proposals import TERMS
from meetings.telling import pair_names, tell, tell_acted_for


@dataclass(frozen=True, slots=True)
class Terms:
    """How a side would like to meet, when, and what it adds in its own words."""

    minutes: int
    language: str
    interpreter_wanted: bool
    weeks: str = ""
    remark: str = ""


@transaction.atomic
def propose(
    request: MeetingRequest,
    side: Side,
    terms: Terms,
    *,
    by: User,
    seen: str | None = None,
    consent: str = "",
    now: datetime | None = None,
) -> Proposal:
    """Propose otherwise; the other side is told and has its own working days to answer.

    A proposal of the other side is answered by it. Raises TransitionNotAllowed when it is not for this side to
    propose, AnsweredMeanwhile when `seen` is no longer how it stands.
    """
    now = now or timezone.now()
    found, earlier = as_it_stands(request, seen)
    if not rules.may_propose(found, side, earlier, now):
        raise TransitionNotAllowed(found, found.status)
    if earlier:
        move(earlier, ProposalStatus.REPLACED, by=by)
    answering = rules.other(side)
    made = Proposal.objects.create(
        request=found,
        side=side,
        by=by,
        at=now,
        consent=consent,
        before={name: getattr(earlier or found, name) for name in TERMS},
        reply_by=_reply_by(found, answering, now),
        **asdict(terms),
    )
    if found.status == RequestStatus.REQUESTED:
        MeetingRequest.objects.filter(pk=found.pk).update(turn=answering, reply_by=made.reply_by)
    audit.record("meetingrequest.proposed", found, by=by, side=side, reason=consent)
    _tell_proposed(found, made)
    tell_acted_for(found, side, Deed.PROPOSED, consent=consent)
    return made


def _reply_by(request: MeetingRequest, answering: Side, now: datetime) -> datetime:
    """In working days of whoever must answer; of a booked meeting no later than it can still be changed."""
    due = answer_deadline(rules.organisation_of(request, answering), now)
    return min(due, rules.last_change(request.meeting)) if request.is_booked else due


@transaction.atomic
def agree_to_change(
    request: MeetingRequest,
    side: Side,
    *,
    by: User,
    seen: str | None = None,
    consent: str = "",
    now: datetime | None = None,
) -> None:
    """The other side's change of what was agreed holds from now on; a booked meeting keeps its start.

    Raises DoubleBooking when the meeting does not fit there any more, and then nothing has changed.
    """
    now = now or timezone.now()
    found, proposal = _change_of_the_other(request, side, seen)
    if not rules.may_change(found, now):
        raise TransitionNotAllowed(found, found.status)
    MeetingRequest.objects.filter(pk=found.pk).update(**proposal.terms)
    for name, value in proposal.terms.items():
        setattr(found, name, value)
    move(proposal, ProposalStatus.AGREED, by=by, reason=consent)
    audit.record("meetingrequest.changed", found, by=by, side=side, reason=consent)
    if found.is_booked:
        refit(found, by=by, now=now)
    tell_agreed(found, side)
    tell_acted_for(found, side, Deed.AGREED, consent=consent)


@transaction.atomic
def refuse_change(
    request: MeetingRequest,
    side: Side,
    *,
    by: User,
    seen: str | None = None,
    consent: str = "",
    now: datetime | None = None,
) -> None:
    """What was agreed stays."""
    found, proposal = _change_of_the_other(request, side, seen)
    if not rules.may_keep(found, now or timezone.now()):
        raise TransitionNotAllowed(found, found.status)
    move(proposal, ProposalStatus.REFUSED, by=by, reason=consent)
    _tell(Event.CHANGE_REFUSED, found, members_of(rules.organisation_of(found, rules.other(side))))
    tell_acted_for(found, side, Deed.KEPT, consent=consent)


def _change_of_the_other(
    request: MeetingRequest, side: Side, seen: str | None
) -> tuple[MeetingRequest, Proposal]:
    found, proposal = as_it_stands(request, seen)
    if proposal is None or proposal.side == side or found.status == RequestStatus.REQUESTED:
        raise TransitionNotAllowed(found, found.status)
    return found, proposal


def lapse_changes(*, now: datetime) -> int:
    """Let changes lapse that nobody answered in time: what was agreed stays. Returns how many."""
    overdue = Proposal.objects.changes_overdue(now).values_list("pk", flat=True)
    return sum(_lapse(pk, now) for pk in list(overdue))


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    proposal = Proposal.objects.select_for_update().filter(pk=pk).changes_overdue(now).first()
    if proposal is None:  # answered at this very moment
        return False
    request = MeetingRequest.objects.with_parties().get(pk=proposal.request_id)
    move(proposal, ProposalStatus.LAPSED, by=None)
    _tell(Event.CHANGE_LAPSED, request, chain(members_of(request.company), members_of(request.startup)))
    return True


def tell_agreed(request: MeetingRequest, side: Side) -> None:
    """The side that proposed, and the office."""
    other = rules.organisation_of(request, rules.other(side))
    _tell(Event.PROPOSAL_AGREED, request, chain(members_of(other), User.objects.officers()))


def _tell_proposed(request: MeetingRequest, proposal: Proposal) -> None:
    other = rules.organisation_of(request, rules.other(proposal.side))
    tell(
        Event.PROPOSED_OTHERWISE,
        members_of(other),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {
            **pair_names(request, reader),
            "reply_by": Moment(proposal.reply_by),
        },
    )


def _tell(event: Event, request: MeetingRequest, readers: Iterable[User]) -> None:
    tell(
        event,
        readers,
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: pair_names(request, reader),
    )
