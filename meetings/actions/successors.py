"""Who goes on taking part when a meeting moves, and who comes instead."""

from __future__ import annotations

from meetings.busy import busy_times
from meetings.free_times import FreeTime
from meetings.intervals import Interval
from meetings.models import Meeting
from meetings.officers import pause_of


def officers_of(meeting: Meeting) -> list[int]:
    """Whoever sits in, then the colleagues of the round; nobody if none has sat in."""
    if meeting.officer_id is None:
        return []
    if meeting.round is None:
        return [meeting.officer_id]
    colleagues = meeting.round.officers.officers().order_by("pk").values_list("pk", flat=True)
    return [meeting.officer_id, *colleagues]


def interpreter_for(meeting: Meeting, time: FreeTime) -> int | None:
    """Whoever has prepared for it stays if free then, else whoever is least busy comes."""
    stays = meeting.interpreter_id in time.interpreters
    return meeting.interpreter_id if stays else time.interpreter_id


def officer_for(meeting: Meeting, time: Interval) -> int | None:
    """Whoever sits in stays if free then, else a colleague of the round comes; None if nobody can."""
    if meeting.officer_id is None:
        return None
    day = time.start.date()
    busy = busy_times(day, day, pause=pause_of(meeting), but_for=meeting.request)
    free = (pk for pk in officers_of(meeting) if not any(each.meets(time) for each in busy["officer", pk]))
    return next(free, None)


def left_by(meeting: Meeting, before: int | None) -> list[tuple[int | None, Meeting]]:
    """Whoever interpreted before and no longer does, with the meeting."""
    return [(before, meeting)] if before != meeting.interpreter_id else []
