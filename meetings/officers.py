"""Which officers could sit in at a booked meeting, and in which other one the others sit then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from accounts.models import User
from meetings.busy import DAY, JAPAN_TIME, midnight
from meetings.free_times import PAUSE
from meetings.hours import local_date
from meetings.intervals import Interval
from meetings.models import BookingSeat, Meeting


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer, how many other meetings they have on that day in Japan, and the one that is in the way, if one is."""

    officer: User
    is_of_round: bool
    meetings: int
    clash: Meeting | None


def pause_of(meeting: Meeting) -> timedelta:
    """How long whoever sits in has between this meeting and another one."""
    return timedelta(minutes=meeting.round.buffer_minutes) if meeting.round else PAUSE


def candidates(meeting: Meeting) -> list[Candidate]:
    """Everybody of the programme office: those of the round first, then who has fewest meetings that day.

    Whoever sits in already is in nobody's way. Three queries.
    """
    officers = list(User.objects.officers().order_by("name", "pk"))
    of_round: set[int] = set()
    if meeting.round is not None:
        of_round = set(meeting.round.officers.values_list("pk", flat=True))
    elsewhere = _elsewhere(meeting, officers)
    day = local_date(JAPAN_TIME, meeting.starts_at)
    found = [
        Candidate(
            each,
            each.pk in of_round,
            sum(local_date(JAPAN_TIME, other.starts_at) == day for other in elsewhere[each.pk]),
            None if each.pk == meeting.officer_id else clash_of(meeting, elsewhere[each.pk]),
        )
        for each in officers
    ]
    return sorted(found, key=lambda each: (not each.is_of_round, each.meetings))


def is_free(officer: User, meeting: Meeting) -> bool:
    """Whether nothing keeps the officer from this meeting, the pause before and after it included. One query."""
    return clash_of(meeting, _elsewhere(meeting, [officer])[officer.pk]) is None


def clash_of(meeting: Meeting, others: Iterable[Meeting]) -> Meeting | None:
    """The first of the others that lies at the same time, or nearer than the pause."""
    pause = pause_of(meeting)
    wanted = Interval(meeting.starts_at - pause, meeting.ends_at + pause)
    return next((each for each in others if wanted.meets(Interval(each.starts_at, each.ends_at))), None)


def _elsewhere(meeting: Meeting, officers: Iterable[User]) -> defaultdict[int, list[Meeting]]:
    """The other meetings in which each of them has a seat, on the days around this one, by time."""
    day = local_date(JAPAN_TIME, meeting.starts_at)
    seats = (
        BookingSeat.objects.blocking()
        .filter(
            resource__officer__in=list(officers),
            period__overlap=(midnight(day - DAY), midnight(day + 2 * DAY)),
        )
        .exclude(meeting=meeting.pk)
        .select_related(
            "resource",
            "meeting__request__match__company__organisation",
            "meeting__request__match__startup__organisation",
        )
        .order_by("period", "pk")
    )
    found: defaultdict[int, list[Meeting]] = defaultdict(list)
    for each in seats:
        found[each.resource.officer_id or 0].append(each.meeting)
    return found
