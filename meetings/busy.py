"""When organisations, interpreters and officers have a meeting already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from meetings.intervals import Interval
from meetings.models import BookingSeat, MeetingRequest, Round

JAPAN_TIME = "Asia/Tokyo"
DAY = timedelta(days=1)
PEOPLE = ("organisation", "interpreter", "officer")
Who = tuple[str, int]  # "organisation", "interpreter" or "officer", and their id


def midnight(day: date) -> datetime:
    """The beginning of a day in Japan."""
    return datetime.combine(day, time(0), ZoneInfo(JAPAN_TIME))


def busy_times(
    first: date,
    last: date,
    *,
    pause: timedelta,
    but_for: MeetingRequest | None = None,
    outside: Round | None = None,
    of: Iterable[int] | None = None,
) -> defaultdict[Who, list[Interval]]:
    """Booked times that touch the Japanese dates `first` to `last` or the days beside them, pauses included.

    The meeting of `but_for` does not count, nor do those of the round that they are to lie `outside`. `of` are the
    organisations that matter, if not everybody does. One query.
    """
    seats = BookingSeat.objects.blocking().filter(
        period__overlap=(midnight(first - DAY), midnight(last + 2 * DAY)), resource__room=None
    )
    if but_for is not None:
        seats = seats.exclude(meeting__request=but_for)
    if outside is not None:
        seats = seats.exclude(meeting__round=outside)
    if of is not None:
        seats = seats.filter(resource__organisation__in=list(of))
    found: defaultdict[Who, list[Interval]] = defaultdict(list)
    for *numbers, period in seats.values_list(*(f"resource__{kind}" for kind in PEOPLE), "period"):
        who = next((kind, pk) for kind, pk in zip(PEOPLE, numbers, strict=True) if pk)
        found[who].append(Interval(period.lower - pause, period.upper + pause))
    return found
