"""At how many times both sides of a match could meet: counted, never shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Organisation
from matchmaking.matches.models import Match
from matchmaking.matches.shared_times import SharedTimes
from meetings import hours
from meetings.busy import DAY, JAPAN_TIME, busy_times
from meetings.calendars import calendars_for
from meetings.intervals import Interval, intersect, subtract
from meetings.models import AvailabilityWindow, OrganisationHours

NEAR = 14 * DAY  # how far two working weeks are compared
FAR = 60 * DAY  # how far ahead free times for a round may lie
LENGTH = timedelta(hours=1)
PAUSE = timedelta(minutes=15)
Open = Mapping[int, tuple[Interval, ...]]


def shared_times(matches: Sequence[Match], *, now: datetime | None = None) -> dict[int, SharedTimes]:
    """Whole hours at which both are open and have no meeting. The same few queries for any number of matches.

    Only for pairs in which both have said something: free times for a round, or working hours of their own.
    """
    now = now or timezone.now()
    pairs = {match.pk: (match.company.organisation, match.startup.organisation) for match in matches}
    everybody = {each.pk: each for pair in pairs.values() for each in pair}
    offered = _offered(everybody, now)
    open_ = _open(everybody, offered, now)
    return {
        pk: _count(open_[firm.pk], open_[startup.pk], _horizon(firm, startup, offered, now))
        for pk, (firm, startup) in pairs.items()
        if firm.pk in open_ and startup.pk in open_
    }


def _horizon(
    firm: Organisation, startup: Organisation, offered: Mapping[int, object], now: datetime
) -> Interval:
    return Interval(now, now + (FAR if firm.pk in offered or startup.pk in offered else NEAR))


def _offered(organisations: Iterable[int], now: datetime) -> dict[int, list[Interval]]:
    """What they offered for rounds, from now on."""
    found: dict[int, list[Interval]] = {}
    windows = AvailabilityWindow.objects.filter(
        availability__organisation__in=list(organisations), ends_at__gt=now, starts_at__lt=now + FAR
    )
    for key, starts, ends in windows.values_list("availability__organisation", "starts_at", "ends_at"):
        found.setdefault(key, []).append(Interval(starts, ends))
    return found


def _open(
    organisations: Mapping[int, Organisation], offered: Mapping[int, list[Interval]], now: datetime
) -> Open:
    """Of all who have said when they can: those hours, less their meetings."""
    today = hours.local_date(JAPAN_TIME, now)
    given = dict(offered)
    weekly = OrganisationHours.objects.filter(pk__in=list(organisations))
    own = [organisations[pk] for pk in weekly.values_list("pk", flat=True) if pk not in offered]
    if not own and not given:
        return {}
    calendars = calendars_for(own)
    for each in own:
        given[each.pk] = list(hours.open_intervals(calendars[each.pk], today - DAY, today + FAR + DAY))
    taken = busy_times(today, today + FAR, pause=PAUSE)
    return {pk: subtract(found, taken["organisation", pk]) for pk, found in given.items()}


def _count(ours: Iterable[Interval], theirs: Iterable[Interval], within: Interval) -> SharedTimes:
    starts = [start for each in intersect(ours, theirs, [within]) for start in _starts(each)]
    return SharedTimes(len(starts), min(starts, default=None))


def _starts(each: Interval) -> Iterable[datetime]:
    """From the first full or half hour, one length after another."""
    start = each.start.replace(minute=0, second=0, microsecond=0)
    while start < each.start:
        start += LENGTH / 2
    while start + LENGTH <= each.end:
        yield start
        start += LENGTH
