"""Each side says that it will come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.utils import timezone

from accounts.models import User, members_of
from matchmaking.core import audit
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.calendars import calendars_for, confirmation_deadline
from meetings.enums import Deed, RequestStatus
from meetings.models import Confirmation, ConfirmationTerm, Meeting, MeetingRequest
from meetings.telling import on_own_clock, tell, tell_acted_for


class MovedMeanwhile(Exception):
    """The meeting stands at another time than the one that was confirmed; nothing was changed."""


@transaction.atomic
def confirm(
    meeting: Meeting,
    side: Side,
    *,
    sequence: int,
    by: User,
    consent: str = "",
    now: datetime | None = None,
) -> None:
    """A side will come at the time it saw (`sequence`); when both will, the meeting is confirmed and they are told.

    Confirming twice changes nothing. Raises TransitionNotAllowed when there is nothing to confirm (any more),
    MovedMeanwhile when the time is another by now.
    """
    now = now or timezone.now()
    request = MeetingRequest.objects.select_for_update(of=("self",)).with_parties().get(pk=meeting.request_id)
    meeting = Meeting.objects.get(pk=meeting.pk)
    if not rules.may_confirm(request, meeting, now):
        raise TransitionNotAllowed(request, RequestStatus.CONFIRMED)
    if meeting.sequence != sequence:
        raise MovedMeanwhile
    organisation = rules.organisation_of(request, side)
    _made, is_new = Confirmation.objects.get_or_create(
        meeting=meeting, organisation=organisation, defaults={"by": by, "at": now, "consent": consent}
    )
    if not is_new:
        return
    audit.record("meetingrequest.side_confirmed", request, by=by, side=side, reason=consent)
    tell_acted_for(request, side, Deed.CONFIRMED, consent=consent)
    if meeting.confirmations.count() == len(rules.SIDES):
        move(request, RequestStatus.CONFIRMED, by=by)
        _tell(request, meeting)


@transaction.atomic
def ask_to_confirm(meetings: Iterable[Meeting], *, now: datetime) -> None:
    """Each side has its own working days for it; the caller tells both of the meeting. Seven queries, however many."""
    wanted = [
        (meeting, side) for meeting in meetings for side in (meeting.request.company, meeting.request.startup)
    ]
    calendars = calendars_for(side for _meeting, side in wanted)
    ConfirmationTerm.objects.filter(meeting__in={meeting.pk for meeting, _side in wanted}).delete()
    ConfirmationTerm.objects.bulk_create(
        ConfirmationTerm(
            meeting=meeting,
            organisation=side,
            asked_at=now,
            due=confirmation_deadline(calendars[side.pk], meeting.starts_at, now),
        )
        for meeting, side in wanted
        if meeting.starts_at > now
    )


@transaction.atomic
def ask_again(meeting: Meeting, request: MeetingRequest, *, by: User, now: datetime) -> None:
    """Another time: what was confirmed counts no longer. The caller tells both sides of it."""
    meeting.confirmations.all().delete()
    ask_to_confirm([meeting], now=now)
    if request.status == RequestStatus.CONFIRMED:
        move(request, RequestStatus.SCHEDULED, by=by)


def _tell(request: MeetingRequest, meeting: Meeting) -> None:
    tell(
        Event.MEETING_CONFIRMED,
        chain(members_of(request.company), members_of(request.startup)),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: on_own_clock(meeting, request, reader),
    )
