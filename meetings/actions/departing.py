"""What becomes of the seats of somebody who works for the programme no longer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.facts import Listing
from matchmaking.core.notices import Event, notify
from meetings.enums import Lack, RoundStatus, SeatStatus
from meetings.models import Meeting, MeetingRequest, Round
from meetings.telling import both_names

# A published round keeps who was to sit in: its meetings tell who does.
STILL_MADE = (RoundStatus.COLLECTING, RoundStatus.PLACING, RoundStatus.CHECKING)
# So many are named in the notice; the list of requests shows them all.
NAMED = 10


@transaction.atomic
def free_seats_of(user: User, *, by: User | None) -> None:
    """Leave the rounds in the making and every meeting to come; the colleagues read which ones lack an officer now.

    The meetings stand, and both sides notice nothing: their calendars never named who sits in.
    """
    now = timezone.now()
    _leave_rounds(user, now, by)
    left = _leave_meetings(user, now, by)
    if left:
        notify(
            Event.OFFICER_GONE,
            User.objects.officers().exclude(pk=user.pk),
            link="meetings:requests",
            link_query={"lacks": Lack.OFFICER.value},
            person=str(user),
            meetings=len(left),
            unattended=Listing(tuple(both_names(each) for each in left[:NAMED])),
        )


def _leave_rounds(user: User, now: datetime, by: User | None) -> None:
    """Their drafts were made with somebody who sits in no longer: staff see that they are to be placed again."""
    rounds = Round.objects.filter(officers=user, status__in=STILL_MADE)
    for round_ in rounds.order_by("pk").select_for_update(of=("self",)):
        round_.officers.remove(user)
        Round.objects.filter(pk=round_.pk).update(changed_at=now)
        audit.record("round.officer_left", round_, by=by, officer=user.pk)


def _leave_meetings(user: User, now: datetime, by: User | None) -> list[MeetingRequest]:
    """Their requests, the next one first. Locked before they are looked at, as whoever moves a meeting does."""
    to_come = Meeting.objects.to_come(now).sat_in_by(user)
    rows = MeetingRequest.objects.filter(meeting__in=to_come).with_parties().order_by("pk")
    locked = list(rows.select_for_update(of=("self",)))
    meetings = Meeting.objects.to_come(now).sat_in_by(user).filter(request__in=locked)
    for meeting in meetings:
        meeting.seats.filter(resource__officer=user).update(status=SeatStatus.RELEASED)
        audit.record("meeting.officer_left", meeting, by=by, officer=user.pk)
    left = {meeting.request_id: meeting.starts_at for meeting in meetings}
    Meeting.objects.filter(request__in=left).update(officer=None)
    return sorted((each for each in locked if each.pk in left), key=lambda each: left[each.pk])
