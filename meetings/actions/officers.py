"""Who of the programme office sits in at a booked meeting, as staff decide."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import rules
from meetings.actions.bookings import lock_meeting, put
from meetings.actions.rounds import lock_round
from meetings.actions.seats import DoubleBooking, Slot, hold_anew
from meetings.enums import RequestStatus
from meetings.models import Meeting, MeetingRequest
from meetings.officers import is_free
from meetings.telling import tell_seated


class NoOfficer(Exception):
    """Whoever was chosen works for the programme office no longer; nothing was changed."""


@transaction.atomic
def seat_officer(meeting: Meeting, officer: User | None, *, by: User, now: datetime | None = None) -> bool:
    """Another officer sits in at a booked meeting, or nobody (None): who comes and who goes are told, with a file.

    Time, room, interpreter and what both sides confirmed stay; the entry's number rises, so that a calendar which had
    the meeting before takes it up again, and a repair worked out meanwhile is outdated. Whoever comes from outside the
    round joins its officers, or its next repair would put somebody else in. False, and nobody is told, if nothing
    changes. Raises DoubleBooking if the officer has another meeting then, NoOfficer, or TransitionNotAllowed once the
    meeting is over or cancelled.
    """
    _hold_person(officer)
    if meeting.round is not None:
        lock_round(meeting.round)
    request = lock_meeting(meeting)
    if not rules.may_seat_officer(request, meeting, now or timezone.now()):
        raise TransitionNotAllowed(request, RequestStatus.SCHEDULED)
    before = meeting.officer
    if before == officer:
        return False
    _seat(meeting, request, officer)
    audit.record(
        "meeting.officer_changed",
        meeting,
        by=by,
        before=before.pk if before else None,
        after=officer.pk if officer else None,
    )
    tell_seated(meeting, before)
    return True


def _hold_person(officer: User | None) -> None:
    """Nobody ends their access meanwhile. Before the round and the request, as in ending it."""
    if officer is None:
        return
    them = User.objects.officers().filter(pk=officer.pk)
    if not them.select_for_update(no_key=True).values_list("pk").first():
        raise NoOfficer


def _seat(meeting: Meeting, request: MeetingRequest, officer: User | None) -> None:
    """Looked at only under the locks of all who take part; the database refuses a second seat in any case."""
    slot = Slot(
        request,
        meeting.starts_at,
        meeting.ends_at,
        room_id=meeting.room_id,
        interpreter_id=meeting.interpreter_id,
        officer_id=officer.pk if officer else None,
        link=meeting.link,
    )
    hold_anew(slot, meeting)
    if officer is not None and not is_free(officer, meeting):
        raise DoubleBooking
    put(meeting, slot)
    if officer is not None and meeting.round is not None:
        meeting.round.officers.add(officer)
