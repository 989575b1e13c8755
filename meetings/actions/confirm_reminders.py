"""Reminding whoever has not confirmed a meeting, once a term, and telling both sides and the office when it passes."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from django.db import transaction

from accounts.models import User, members_of
from matchmaking.core import audit, jobs
from matchmaking.core.facts import Moment, Words
from matchmaking.core.notices import Event
from matchmaking.core.working_days import LONGEST_BREAK
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.calendars import calendars_for
from meetings.models import ConfirmationTerm, MeetingRequest
from meetings.telling import UNCONFIRMED, on_own_clock, tell

REMIND_TO_CONFIRM = "meetings.remind_to_confirm"


def queue_confirm_reminders(*, now: datetime) -> int:
    """Put every reminder that is due into the ledger, which knows each term but once. Returns how many are due."""
    terms = ConfirmationTerm.objects.due(now, now + LONGEST_BREAK).select_related("organisation")
    calendars = calendars_for(each.organisation for each in terms)
    due = [
        each
        for each in terms
        if rules.answer_due(calendars[each.organisation_id], each.asked_at, each.due, now)
    ]
    for each in due:
        _queue(each)
    return len(due)


@transaction.atomic
def _queue(term: ConfirmationTerm) -> None:
    """Another time is another term."""
    jobs.enqueue(REMIND_TO_CONFIRM, dedupe_key=f"confirm-reminder:{term.pk}", term_id=term.pk)


@transaction.atomic
def remind_to_confirm(term_id: int, *, now: datetime) -> int:
    """Tell the members, unless their side has confirmed meanwhile or the term is gone or over. Returns how many."""
    term = (
        ConfirmationTerm.objects.due(now, now + LONGEST_BREAK)
        .select_related("organisation", "meeting")
        .filter(pk=term_id)
        .first()
    )
    if term is None:
        return 0
    request = MeetingRequest.objects.with_parties().get(pk=term.meeting.request_id)
    people = list(members_of(term.organisation))
    tell(
        Event.CONFIRMATION_REMINDED,
        people,
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {
            **on_own_clock(term.meeting, request, reader),
            "reply_by": Moment(term.due),
        },
    )
    return len(people)


def tell_unconfirmed(*, now: datetime) -> int:
    """Both sides and the office learn what was not confirmed in time; the meeting stands. Returns how many."""
    late = ConfirmationTerm.objects.late(now).filter(told_at=None)
    return sum(_tell(pk, now) for pk in sorted(set(late.values_list("meeting__request_id", flat=True))))


@transaction.atomic
def _tell(request_id: int, now: datetime) -> bool:
    """Under the lock that confirming takes, so that nobody is told of what is confirmed at this very moment."""
    request = MeetingRequest.objects.select_for_update(of=("self",)).with_parties().get(pk=request_id)
    late = ConfirmationTerm.objects.late(now).filter(meeting__request=request)
    silent = set(late.values_list("organisation_id", flat=True))
    if not late.filter(told_at=None).update(told_at=now):
        return False
    meeting = request.meeting
    sides = [side for side in rules.SIDES if rules.organisation_of(request, side).pk in silent]
    audit.record("meeting.not_confirmed_in_time", meeting, by=None, sides=[str(each) for each in sides])
    tell(
        Event.CONFIRMATION_LATE,
        chain(members_of(request.company), members_of(request.startup), User.objects.officers()),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {**on_own_clock(meeting, request, reader), "lacking": _lacking(sides)},
    )
    return True


def _lacking(sides: list[Side]) -> Words:
    return Words.of(lambda _language: " ".join(str(UNCONFIRMED[side]) for side in sides))
