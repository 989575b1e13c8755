"""Free times as pages list them: by day on the chooser's own clock, with the other side's beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date

from matchmaking.core import local_time
from meetings import hours
from meetings.free_times import FreeTime

# Nobody books so far ahead, or long ago: the clocks of some places end before the calendar does.
FARTHEST = timedelta(days=10 * 365)
# So much of the free times stands on one page.
SHOWN = timedelta(days=14)


def weeks_from(first: date, *, today: date, farthest: date) -> dict[str, date | None]:
    """The two weeks that a page shows, and where its links to earlier and later ones lead, None where nowhere."""
    following = first + SHOWN
    return {
        "first": first,
        "last": following - timedelta(days=1),
        "earlier": max(first - SHOWN, today) if first > today else None,
        "later": following if following <= farthest else None,
    }


def by_day(found: Iterable[FreeTime], own: str, other: str) -> list[dict[str, Any]]:
    """`own` and `other` are time zones."""
    return [
        {
            "day": day,
            "times": [
                {
                    "value": each.start.isoformat(),
                    "own": f"{local_time.clock(each.start, own)}–{local_time.clock(each.end, own)}",
                    "theirs": local_time.theirs(each.start, zone=own, other_zone=other),
                }
                for each in group
            ],
        }
        for day, group in groupby(found, key=lambda each: hours.local_date(own, each.start))
    ]


def moment_in(text: str) -> datetime | None:
    """A chosen time as it came back; None if it is no moment, or out of reach."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and abs(moment - timezone.now()) <= FARTHEST else None


def day_in(text: str) -> date | None:
    """A day as it stands in an address; None if it is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None
