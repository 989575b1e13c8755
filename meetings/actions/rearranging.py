"""Several booked meetings moved at once, by a repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.facts import Words
from matchmaking.core.notices import Event
from meetings.actions.bookings import put
from meetings.actions.confirmations import ask_again
from meetings.actions.seats import Slot
from meetings.enums import SeatStatus
from meetings.models import BookingSeat, Meeting
from meetings.telling import tell_freed, tell_pair, tell_seated


@transaction.atomic
def rearrange(
    wanted: Sequence[tuple[Meeting, Slot]], *, by: User, reasons: Mapping[int, Words], now: datetime
) -> None:
    """Put booked meetings to their slots at once, so that they may change places; `reasons` by meeting of those moved.

    All who take part are held by the caller, in a transaction, and every request is as it stands. Raises DoubleBooking.
    """
    BookingSeat.objects.filter(meeting__in=[each for each, _slot in wanted]).update(
        status=SeatStatus.RELEASED
    )
    for meeting, slot in wanted:
        before, sat_in = meeting.period, meeting.officer
        means = (meeting.room_id, meeting.interpreter_id)
        is_moved = (slot.starts_at, slot.ends_at) != (before.lower, before.upper)
        put(meeting, slot, **({"asked_at": None, "reminded_at": None} if is_moved else {}))
        if is_moved:
            ask_again(meeting, meeting.request, by=by, now=now)
        # The rows of who and what it is for came with the meeting, not with the numbers of the slot.
        meeting.refresh_from_db(fields=["room", "interpreter", "officer"])
        audit.record(
            "meeting.moved" if is_moved else "meeting.rearranged",
            meeting,
            by=by,
            before=before.lower.isoformat(),
            after=slot.starts_at.isoformat(),
        )
        if is_moved:
            tell_pair(Event.MEETING_MOVED, meeting, reason=reasons[meeting.pk])
        elif means != (meeting.room_id, meeting.interpreter_id):
            tell_pair(Event.MEETING_REARRANGED, meeting)
        else:  # the officer alone, of whom the sides are told nothing
            tell_seated(meeting, sat_in)
            continue
        tell_freed(meeting, sat_in)
