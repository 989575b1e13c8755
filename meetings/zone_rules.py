"""A zone's clock changes as a calendar file tells them (VTIMEZONE): one entry for each change, none of them guessed.

The library's own are lists of dates that start an hour late, on the clock after the change, and that not every
program reads (docs/adr/0025). Single entries on the clock before the change are what all of them understand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# Programs ask for the rule in force, so that it begins well before the first meeting and lasts beyond the last.
MARGIN = timedelta(days=366)
_STEP = timedelta(days=7)  # no zone of the last decades changed its clock twice in a week
_MINUTE = timedelta(minutes=1)


def zone_rules(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The rules that hold from a year before `first` to a year after `last`."""
    begins = (first - MARGIN).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    rules = Timezone()
    rules.add("tzid", zone.key)
    rules.add_component(_rule(zone, begins, _offset(zone, begins)))
    for moment in changes(zone, begins, last + MARGIN):
        rules.add_component(_rule(zone, moment, _offset(zone, moment - _MINUTE)))
    return rules


def changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments (UTC) after `first` and until `last` at which the zone's clock is set to another offset."""
    start = first.astimezone(UTC)
    while start < last:
        end = min(start + _STEP, last.astimezone(UTC))
        if _offset(zone, start) != _offset(zone, end):
            yield _first_after(zone, start, end)
        start = end


def _first_after(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """The minute between the two at which the offset changes: each half that holds it is halved again."""
    before = _offset(zone, start)
    while end - start > _MINUTE:
        middle = start + (end - start) // 2 // _MINUTE * _MINUTE
        start, end = (middle, end) if _offset(zone, middle) == before else (start, middle)
    return end


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _rule(zone: ZoneInfo, moment: datetime, before: timedelta) -> TimezoneStandard | TimezoneDaylight:
    """What holds from `moment` on; its beginning is read from the clock as it was until then."""
    rule = TimezoneDaylight() if moment.astimezone(zone).dst() else TimezoneStandard()
    rule.add("dtstart", (moment + before).replace(tzinfo=None))
    rule.add("tzoffsetfrom", before)
    rule.add("tzoffsetto", _offset(zone, moment))
    return rule
