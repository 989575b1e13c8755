"""Reminders a day and an hour before a meeting: each once, for the time at which it now stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Organisation, User, members_of
from accounts.rules import names_of
from matchmaking.core import jobs
from matchmaking.core.facts import ClockThere, Span, Words
from matchmaking.core.notices import Event
from meetings import rules
from meetings.enums import Lead, MeetingStatus
from meetings.models import Meeting, MeetingRequest
from meetings.telling import both_names, sitting_in, tell

REMIND = "meetings.remind"
EVENTS = {Lead.DAY: Event.MEETING_TOMORROW, Lead.HOUR: Event.MEETING_SOON}


def queue_reminders(*, now: datetime) -> int:
    """Put every reminder that is due into the ledger, which knows each but once. Returns how many are due.

    The key holds the sequence: a meeting that moves is another one to be reminded of.
    """
    due = [
        (meeting, lead)
        for meeting in Meeting.objects.starting(now, now + timedelta(days=1))
        if (lead := rules.reminder_due(meeting, now)) is not None
    ]
    for meeting, lead in due:
        _queue(meeting, lead)
    return len(due)


@transaction.atomic
def _queue(meeting: Meeting, lead: Lead) -> None:
    jobs.enqueue(
        REMIND,
        dedupe_key=f"meeting-reminder:{meeting.pk}:{meeting.sequence}:{lead}",
        meeting_id=meeting.pk,
        sequence=meeting.sequence,
        lead=lead,
    )


@transaction.atomic
def remind(meeting_id: int, *, sequence: int, lead: Lead, now: datetime) -> int:
    """Tell both sides and who sits in, unless it has begun, moved or been cancelled meanwhile. Returns how many."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting_id)
    as_it_was = meeting.status == MeetingStatus.BOOKED and meeting.sequence == sequence
    if not as_it_was or meeting.starts_at <= now:
        return 0
    request = MeetingRequest.objects.with_parties().get(pk=meeting.request_id)
    company, startup, event = request.company, request.startup, EVENTS[lead]
    return (
        _remind(meeting, event, members_of(company), names_of(startup), startup)
        + _remind(meeting, event, members_of(startup), names_of(company), company)
        + _remind(meeting, event, sitting_in(meeting), both_names(request), startup)
    )


def _remind(
    meeting: Meeting, event: Event, readers: Iterable[User], other: Words, theirs: Organisation
) -> int:
    """How many they are; the clock is that of `theirs`."""
    people = list(readers)
    tell(
        event,
        people,
        link="meetings:detail",
        link_kwargs={"pk": meeting.request_id},
        params=lambda _reader: {
            "other": other,
            "when": Span(meeting.starts_at, meeting.ends_at),
            "there": ClockThere(meeting.starts_at, theirs.time_zone),
        },
    )
    return len(people)
