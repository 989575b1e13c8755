"""Asking for free times in a round: once at first, then twice more in working days of whoever is silent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, members_of
from matchmaking.core import jobs
from matchmaking.core.facts import Day
from matchmaking.core.notices import Event
from meetings import rules
from meetings.actions.rounds import lock_round
from meetings.calendars import calendars_for
from meetings.enums import Ask
from meetings.models import MeetingRequest, Round
from meetings.telling import tell

ASK = "meetings.ask_availability"
EVENTS = {
    Ask.FIRST: Event.AVAILABILITY_ASKED,
    Ask.SOON: Event.AVAILABILITY_REMINDED,
    Ask.LAST: Event.AVAILABILITY_REMINDED,
}


def silent_in(round_: Round) -> list[Organisation]:
    """Those who want to meet in the round and have not said when they can."""
    requests = MeetingRequest.objects.placeable_in(round_).with_parties()
    sides = {side.pk: side for each in requests for side in (each.company, each.startup)}
    answered = set(round_.availabilities.values_list("organisation_id", flat=True))
    return [sides[pk] for pk in sorted(sides.keys() - answered)]


def queue_asks(*, now: datetime) -> int:
    """Put every asking that is due into the ledger, which knows each but once. Returns how many are due."""
    due = [
        (round_, who, ask)
        for round_ in Round.objects.taking_availability()
        for who, ask in _due_in(round_, now)
    ]
    for round_, who, ask in due:
        _queue(round_, who, ask)
    return len(due)


def _due_in(round_: Round, now: datetime) -> list[tuple[Organisation, Ask]]:
    silent = silent_in(round_)
    calendars = calendars_for(silent)
    found = [(who, rules.ask_due(calendars[who.pk], round_.answer_by, now)) for who in silent]
    return [(who, ask) for who, ask in found if ask is not None]


@transaction.atomic
def _queue(round_: Round, who: Organisation, ask: Ask) -> None:
    """The key holds the last day to answer: when staff put it off, everybody is asked anew."""
    jobs.enqueue(
        ASK,
        dedupe_key=f"availability:{round_.pk}:{who.pk}:{round_.answer_by}:{ask}",
        round_id=round_.pk,
        organisation_id=who.pk,
        ask=ask,
    )


@transaction.atomic
def ask_availability(round_id: int, organisation_id: int, *, ask: Ask) -> int:
    """Ask the members, unless they have answered, left the round or it takes no answers. Returns how many were told."""
    round_ = lock_round(Round.objects.get(pk=round_id))
    who = next((each for each in silent_in(round_) if each.pk == organisation_id), None)
    if who is None or not round_.is_editable:
        return 0
    people = list(members_of(who))
    tell(
        EVENTS[ask],
        people,
        link="meetings:availability",
        link_kwargs={"pk": round_.pk},
        params=lambda _reader: {"round": round_.name, "until": Day(round_.answer_by)},
    )
    return len(people)
