"""Proposing otherwise: before there is an answer, and as a change of what both sides agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.db import transaction
from django.utils import timezone

from accounts.models import User, members_of
from matchmaking.core import audit
from matchmaking.core.facts import Moment, Span
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.bookings import MonthFull, refit, reschedule
from meetings.actions.seats import DoubleBooking
from meetings.actions.standing import as_it_stands
from meetings.calendars import answer_deadline
from meetings.enums import Deed, ProposalStatus, RequestStatus
from meetings.models import Meeting, MeetingRequest, Proposal
from meetings.models.proposals import TERMS
from meetings.monthly import full_sides
from meetings.new_times import as_wished, time_instead
from meetings.telling import pair_names, tell, tell_acted_for


@dataclass(frozen=True, slots=True)
class Terms:
    """How a side would like to meet, when, and what it adds in its own words; `start` moves a booked meeting."""

    minutes: int
    language: str
    interpreter_wanted: bool
    weeks: str = ""
    remark: str = ""
    start: datetime | None = None


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
    propose, AnsweredMeanwhile when `seen` is no longer how it stands, DoubleBooking or MonthFull when a new time
    that it asks for is not, or no longer, to be had.
    """
    now = now or timezone.now()
    found, earlier = as_it_stands(request, seen)
    if not rules.may_propose(found, side, earlier, now):
        raise TransitionNotAllowed(found, found.status)
    if terms.start is not None:
        _check_new_time(found, terms, terms.start, by, now)
    if earlier:
        move(earlier, ProposalStatus.REPLACED, by=by)
    made = draft_of(found, side, terms, earlier, now)
    made.by, made.consent = by, consent
    made.save()
    if found.status == RequestStatus.REQUESTED:
        MeetingRequest.objects.filter(pk=found.pk).update(turn=rules.other(side), reply_by=made.reply_by)
    audit.record("meetingrequest.proposed", found, by=by, side=side, reason=consent)
    _tell_proposed(found, made)
    tell_acted_for(found, side, Deed.PROPOSED, consent=consent)
    return made


def draft_of(
    request: MeetingRequest, side: Side, terms: Terms, earlier: Proposal | None, now: datetime
) -> Proposal:
    """The proposal as it would be, not saved: against what stood last, with the deadline of whoever answers."""
    return Proposal(
        request=request,
        side=side,
        at=now,
        before={name: getattr(earlier or request, name) for name in TERMS},
        reply_by=_reply_by(request, rules.other(side), terms.start, now),
        start_before=request.meeting.starts_at if terms.start else None,
        **asdict(terms),
    )


def _check_new_time(request: MeetingRequest, terms: Terms, start: datetime, by: User, now: datetime) -> None:
    """Only a booked meeting has a time that can be another, and both sides must be free then as it is wished."""
    if not request.is_booked:
        raise TransitionNotAllowed(request, request.status)
    wished = as_wished(
        request,
        minutes=terms.minutes,
        language=terms.language,
        interpreter_wanted=terms.interpreter_wanted,
    )
    if time_instead(wished, start, now=now) is None:
        raise DoubleBooking
    _check_month(request, start, by)


def _check_month(request: MeetingRequest, start: datetime, by: User) -> None:
    """Neither side gets more meetings in a month than it takes on; staff act with the side's consent."""
    if not by.is_officer and (full := full_sides(request, start)):
        raise MonthFull(full)


def _reply_by(request: MeetingRequest, answering: Side, start: datetime | None, now: datetime) -> datetime:
    """In working days of whoever must answer; no later than a booked meeting, or its new time, can still be changed."""
    due = answer_deadline(rules.organisation_of(request, answering), now)
    if not request.is_booked:
        return due
    first = min(request.meeting.starts_at, start or request.meeting.starts_at)
    return min(due, rules.last_change_before(first))


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
    """The other side's change of what was agreed holds from now on; a booked meeting keeps its start or gets a new one.

    Raises DoubleBooking when the meeting does not fit there (any more), MonthFull when a side takes on no more in the
    month of a new time; then nothing has changed.
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
        _fit(found, proposal, by=by, now=now)
    tell_agreed(found, side)
    tell_acted_for(found, side, Deed.AGREED, consent=consent)


def _fit(request: MeetingRequest, proposal: Proposal, *, by: User, now: datetime) -> None:
    """At its start, or at the new one that was agreed; inside the transaction that holds the request."""
    meeting = Meeting.objects.get(request=request)
    if proposal.start in (None, meeting.starts_at):  # staff may have moved it there meanwhile
        refit(request, by=by, now=now)
        return
    meeting.request = request  # as it is now agreed
    reschedule(meeting, proposal.start, reason="", by=by, now=now)
    _check_month(
        request, proposal.start, by
    )  # under the locks of both sides; if a month is full, all is taken back


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


@transaction.atomic
def take_back(
    request: MeetingRequest,
    side: Side,
    *,
    by: User,
    seen: str | None = None,
    consent: str = "",
    now: datetime | None = None,
) -> None:
    """A side would rather leave it as agreed after all, before the other has answered its proposal."""
    found, proposal = as_it_stands(request, seen)
    if proposal is None or not rules.may_take_back(found, side, proposal, now or timezone.now()):
        raise TransitionNotAllowed(found, found.status)
    move(proposal, ProposalStatus.TAKEN_BACK, by=by, reason=consent)
    _tell(Event.CHANGE_TAKEN_BACK, found, members_of(rules.organisation_of(found, rules.other(side))))
    tell_acted_for(found, side, Deed.TAKEN_BACK, consent=consent)


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
    times = _times(request, proposal)
    tell(
        Event.PROPOSED_NEW_TIME if times else Event.PROPOSED_OTHERWISE,
        members_of(other),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {
            **pair_names(request, reader),
            "reply_by": Moment(proposal.reply_by),
            **times,
        },
    )


def _times(request: MeetingRequest, proposal: Proposal) -> dict[str, Span]:
    """Of a proposed new time: that one, and the one that holds until it is agreed."""
    if proposal.start is None:
        return {}
    new = Span(proposal.start, proposal.start + timedelta(minutes=proposal.minutes))
    return {"when": new, "before": Span(request.meeting.starts_at, request.meeting.ends_at)}


def _tell(event: Event, request: MeetingRequest, readers: Iterable[User]) -> None:
    tell(
        event,
        readers,
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: pair_names(request, reader),
    )
