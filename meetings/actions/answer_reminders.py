"""Reminding whoever must answer a request or a proposal, on its last working day but one: each deadline once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, members_of
from matchmaking.core import jobs
from matchmaking.core.facts import Moment
from matchmaking.core.notices import Event
from matchmaking.core.working_days import LONGEST_BREAK
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.calendars import calendars_for
from meetings.enums import RequestStatus
from meetings.models import MeetingRequest, Proposal, open_proposal
from meetings.telling import pair_names, tell

REMIND_TO_ANSWER = "meetings.remind_to_answer"


@dataclass(frozen=True, slots=True)
class Awaited:
    """An answer that is waited for, since when and until when."""

    request: MeetingRequest
    side: Side
    since: datetime
    until: datetime

    @property
    def organisation(self) -> Organisation:
        return rules.organisation_of(self.request, self.side)


def queue_answer_reminders(*, now: datetime) -> int:
    """Put every reminder that is due into the ledger, which knows each deadline but once. Returns how many are due."""
    awaited = [*_requests(now), *_changes(now)]
    calendars = calendars_for(each.organisation for each in awaited)
    due = [
        each
        for each in awaited
        if rules.answer_due(calendars[each.organisation.pk], each.since, each.until, now)
    ]
    for each in due:
        _queue(each)
    return len(due)


def _requests(now: datetime) -> Iterator[Awaited]:
    """While nothing is agreed the proposal that is open, if there is one, hands on the request's own deadline."""
    rows = MeetingRequest.objects.awaiting_answer().filter(reply_by__range=(now, now + LONGEST_BREAK))
    for each in rows.with_parties().prefetch_related("proposals"):
        last = max((one.at for one in each.proposals.all()), default=each.asked_at)
        yield Awaited(each, Side(each.turn), last, each.reply_by)


def _changes(now: datetime) -> Iterator[Awaited]:
    open_ = {each.request_id: each for each in Proposal.objects.changes_due(now, now + LONGEST_BREAK)}
    for each in MeetingRequest.objects.filter(pk__in=open_).with_parties():
        proposal = open_[each.pk]
        yield Awaited(each, rules.other(proposal.side), proposal.at, proposal.reply_by)


@transaction.atomic
def _queue(awaited: Awaited) -> None:
    """The key holds the deadline: whoever gets the next turn has another one."""
    until = awaited.until.isoformat()
    jobs.enqueue(
        REMIND_TO_ANSWER,
        dedupe_key=f"answer-reminder:{awaited.request.pk}:{awaited.side}:{until}",
        request_id=awaited.request.pk,
        side=awaited.side.value,
        until=until,
    )


@transaction.atomic
def remind_to_answer(request_id: int, *, side: Side, until: datetime, now: datetime) -> int:
    """Tell the members, unless the side has answered meanwhile or the term is over. Returns how many were told."""
    request = MeetingRequest.objects.select_for_update(of=("self",)).with_parties().get(pk=request_id)
    event = _event(request, side, until)
    if event is None or until <= now:
        return 0
    people = list(members_of(rules.organisation_of(request, side)))
    tell(
        event,
        people,
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {**pair_names(request, reader), "reply_by": Moment(until)},
    )
    return len(people)


def _event(request: MeetingRequest, side: Side, until: datetime) -> Event | None:
    """What is still waited for, None if it is nothing or has another deadline by now."""
    if request.status == RequestStatus.REQUESTED:
        waits = request.turn == side and request.reply_by == until
        return Event.REQUEST_REMINDED if waits else None
    proposal = open_proposal(request)
    waits = proposal is not None and proposal.side != side and proposal.reply_by == until
    return Event.PROPOSAL_REMINDED if waits else None
