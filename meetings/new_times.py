"""To which times a booked meeting could go instead: what a side may propose to the other."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from meetings import hours
from meetings.busy import DAY, JAPAN_TIME
from meetings.free_times import FreeTime, free_times, free_times_around
from meetings.time_words import SHOWN

if TYPE_CHECKING:
    from meetings.models import MeetingRequest

PROPOSED_AHEAD = timedelta(days=366)
BEFORE = timedelta(days=4)  # of what is shown first, this much lies before the booked day


def times_instead(request: MeetingRequest, first: date, *, now: datetime) -> list[FreeTime]:
    """Two weeks of them, from a date in Japan on."""
    found = free_times(request, first, first + SHOWN - DAY, now=earliest(now))
    return [each for each in found if each.start != request.meeting.starts_at]


def time_instead(request: MeetingRequest, start: datetime, *, now: datetime) -> FreeTime | None:
    """The one that begins then, if it is one."""
    booked = request.meeting.starts_at
    if start == booked or not now < start < max(booked, now) + PROPOSED_AHEAD + SHOWN:
        return None
    found = free_times_around(request, start, now=earliest(now))
    return next((each for each in found if each.start == start), None)


def earliest(now: datetime) -> datetime:
    """A booked meeting changes no later than a day before it begins: the other side has a day more, to answer."""
    return now + timedelta(hours=settings.BOOKING_LEAD_HOURS)


def as_wished(
    request: MeetingRequest, *, minutes: int, language: str, interpreter_wanted: bool
) -> MeetingRequest:
    """The request as it would be, to ask for its times; never saved."""
    wished = copy(request)
    wished.minutes, wished.language, wished.interpreter_wanted = minutes, language, interpreter_wanted
    return wished


def first_shown(request: MeetingRequest, asked: date | None, now: datetime) -> date:
    """From which date on: the one that was asked for, else some days before the booked one; nothing past."""
    today = hours.local_date(JAPAN_TIME, now)
    booked = hours.local_date(JAPAN_TIME, request.meeting.starts_at)
    return min(max(asked or booked - BEFORE, today), farthest(request, now))


def farthest(request: MeetingRequest, now: datetime) -> date:
    """The last date from which on times are shown."""
    today = hours.local_date(JAPAN_TIME, now)
    return max(hours.local_date(JAPAN_TIME, request.meeting.starts_at), today) + PROPOSED_AHEAD
