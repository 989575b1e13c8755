"""When a pair could meet outside a round: free on both sides, and an interpreter's where one is wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from meetings import hours, rules
from meetings.busy import DAY, JAPAN_TIME, Who, busy_times, midnight
from meetings.calendars import calendars_for, office_calendar
from meetings.intervals import Interval, intersect, subtract
from meetings.models import Interpreter, MeetingRequest

GRID = timedelta(minutes=30)
PAUSE = timedelta(minutes=15)
# Whoever came too late is offered so many other times, from so many fortnights at most.
OFFERED, FORTNIGHTS = 5, 4


@dataclass(frozen=True, slots=True)
class FreeTime:
    """From `start` to `end` (UTC); the interpreter is the least busy of `interpreters`, those free then."""

    start: datetime
    end: datetime
    interpreter_id: int | None = None
    interpreters: tuple[int, ...] = ()


def free_times_around(request: MeetingRequest, moment: datetime, *, now: datetime) -> list[FreeTime]:
    """The free times of the local day of `moment` in Japan."""
    day = hours.local_date(JAPAN_TIME, moment)
    return free_times(request, day, day, now=now)


def free_times(request: MeetingRequest, first: date, last: date, *, now: datetime) -> list[FreeTime]:
    """Every possible start on the Japanese dates `first` to `last`, in the working hours of both, in order of time.

    The request's own booked time counts as free, so that a meeting can be moved by half an hour.
    """
    sides = [request.company, request.startup]
    calendars = calendars_for(sides)
    taken = busy_times(first, last, pause=PAUSE, but_for=request)
    open_ = [
        subtract(
            hours.open_intervals(calendars[side.pk], first - 2 * DAY, last + 2 * DAY),
            taken["organisation", side.pk],
        )
        for side in sides
    ]
    within = Interval(
        max(now + timedelta(hours=settings.BOOKING_LEAD_HOURS), midnight(first)), midnight(last + DAY)
    )
    shared = intersect(*open_, [within])
    length = timedelta(minutes=request.minutes)
    starts = [Interval(start, start + length) for start in _starts(shared, length)]
    if rules.interpreted_language(request, request.startup.languages) is None:
        return [FreeTime(each.start, each.end) for each in starts]
    able = [each for each in Interpreter.objects.filter(is_active=True) if rules.can_interpret(each, request)]
    return _with_interpreters(starts, able, taken, first, last)


def next_free_times(request: MeetingRequest, after: datetime, *, now: datetime) -> Iterator[FreeTime]:
    """Those that begin later than a moment, the nearest first; a fortnight is looked up once the last is used up."""
    first = hours.local_date(JAPAN_TIME, max(after, now))
    for _fortnight in range(FORTNIGHTS):
        following = first + 14 * DAY
        found = free_times(request, first, following - DAY, now=now)
        yield from (each for each in found if each.start > after)
        first = following


def _starts(shared: Iterable[Interval], length: timedelta) -> Iterator[datetime]:
    for each in shared:
        midnight = each.start.replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight + -(-(each.start - midnight) // GRID) * GRID
        while start + length <= each.end:
            yield start
            start += GRID


Taken = Mapping[Who, list[Interval]]


def _with_interpreters(
    starts: list[Interval], people: list[Interpreter], taken: Taken, first: date, last: date
) -> list[FreeTime]:
    """Those times at which one of them interprets; whoever has least that day comes first."""
    office = office_calendar()
    open_ = {
        each.pk: subtract(hours.open_intervals(office, first, last), taken["interpreter", each.pk])
        for each in people
    }
    load = {
        each.pk: Counter(hours.local_date(JAPAN_TIME, one.start) for one in taken["interpreter", each.pk])
        for each in people
    }
    found = []
    for time in starts:
        day = hours.local_date(JAPAN_TIME, time.start)
        free = [
            each
            for each in people
            if load[each.pk][day] < each.daily_limit and any(gap.holds(time) for gap in open_[each.pk])
        ]
        if free:
            least = min(free, key=lambda each: (load[each.pk][day], each.pk))
            found.append(FreeTime(time.start, time.end, least.pk, tuple(each.pk for each in free)))
    return found
