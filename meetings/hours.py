"""Working weeks, public holidays, closures and time zones: when an organisation can be met.

Plain data in, plain data out: the caller passes every moment, nothing reads a clock. Moments are aware
and in UTC; dates and clock times are local to the calendar's zone. Public holidays come from the
`holidays` package (lunar ones are estimates until announced); what it does not know (Obon, the year
end, the long Tet and Lebaran leave) comes in as closures that staff edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from matchmaking.core.working_days import dates, public_holidays
from matchmaking.core.zones import default_zone
from meetings.intervals import Interval, intersect, merge, subtract

Span: TypeAlias = tuple[time, time]
Week: TypeAlias = Mapping[int, Span]

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
MIDNIGHT: Final = time(0)
OFFICE_HOURS: Final[Span] = (time(9), time(18))
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
# No zone is further than 14 hours from UTC (Kiritimati), so a local day lies within this margin of it.
_MARGIN: Final = timedelta(hours=15)


class DayOffKind(StrEnum):
    """Why nobody works on a day."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class DayOff:
    """Why a day is off, named for both languages; a weekend has no name of its own."""

    kind: DayOffKind
    name_en: str = ""
    name_ja: str = ""


@dataclass(frozen=True, slots=True)
class Closure:
    """Days off that no law names, `first` to `last` inclusive; `country` None: whoever it is given to."""

    first: date
    last: date
    name_en: str
    name_ja: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class DayHours:
    """Hours of a single day that differ from the week: not worked, or worked besides. `end` 00:00 is midnight."""

    day: date
    start: time
    end: time
    is_extra: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """When one organisation, officer, interpreter or round is open. Build it with `calendar_for`."""

    country: str
    zone: str
    week: Week
    subdivision: str | None = None
    breaks: tuple[Span, ...] = ()
    closures: tuple[Closure, ...] = ()
    changes: tuple[DayHours, ...] = ()


def default_week(country: str) -> Week:
    """9:00 to 18:00, Sunday to Thursday in Israel and Monday to Friday elsewhere.

    Nine hours without a lunch break is wide on purpose: Japan and Israel share only the last two or three
    of them, and an organisation that works less says so in its own week.
    """
    days = (
        (SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY) if country.upper() == "IL" else range(MONDAY, SATURDAY)
    )
    return MappingProxyType(dict.fromkeys(days, OFFICE_HOURS))


def calendar_for(
    country: str,
    *,
    zone: str | None = None,
    subdivision: str | None = None,
    week: Week | None = None,
    breaks: Iterable[Span] = (),
    closures: Iterable[Closure] = (),
    changes: Iterable[DayHours] = (),
) -> Calendar:
    """A calendar with the country's defaults for whatever is not given; other countries' closures drop out.

    Raises ValueError if the country has no default zone and none is given, or if hours end before they
    begin (00:00 as an end is midnight).
    """
    country = country.upper()
    zone = zone or default_zone(country, subdivision)
    if zone is None:
        raise ValueError(f"no default time zone for {country}: the organisation has to name one")
    week = default_week(country) if week is None else MappingProxyType(dict(week))
    changes = tuple(changes)
    for start, end in (*week.values(), *breaks, *((each.start, each.end) for each in changes)):
        if end != MIDNIGHT and end <= start:
            raise ValueError(f"hours end at {end}, before they begin at {start}")
    own = tuple(closure for closure in closures if closure.country in (None, country))
    return Calendar(country, zone, week, subdivision, tuple(breaks), own, changes)


def day_off_reason(calendar: Calendar, day: date) -> DayOff | None:
    """Why `day` is off, or None if it is a working day, be it by extra hours alone."""
    if any(each.is_extra and each.day == day for each in calendar.changes):
        return None
    return _usually_off(calendar, day)


def _usually_off(calendar: Calendar, day: date) -> DayOff | None:
    """By week, holidays and closures; a holiday on a weekend is told as the weekend."""
    if day.weekday() not in calendar.week:
        return DayOff(DayOffKind.WEEKEND)
    names = public_holidays(calendar.country, calendar.subdivision, day.year).get(day)
    if names is not None:
        return DayOff(DayOffKind.HOLIDAY, *names)
    for closure in calendar.closures:
        if closure.first <= day <= closure.last:
            return DayOff(DayOffKind.CLOSURE, closure.name_en, closure.name_ja)
    return None


def is_working_day(calendar: Calendar, day: date) -> bool:
    """True if the organisation works on that local date."""
    return day_off_reason(calendar, day) is None


def local_date(zone: str, moment: datetime) -> date:
    """The date a clock in `zone` shows at `moment`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def clock_span(zone: str, day: date, start: time, end: time) -> tuple[Interval, ...]:
    """The moments of `day` at which the clock in `zone` reads `start` or later, and earlier than `end`.

    A clock time skipped in spring belongs to no moment, one that comes twice in autumn to two: so the span
    is cut by the change and may come in two pieces, or be empty. `end` 00:00 is midnight.
    """
    opens = datetime.combine(day, start, UTC)
    closes = datetime.combine(day + _DAY if end == MIDNIGHT else day, end, UTC)
    pieces = _same_offset(ZoneInfo(zone), opens - _MARGIN, closes + _MARGIN)
    return intersect(
        Interval(max(opens - offset, piece.start), min(closes - offset, piece.end))
        for piece, offset in pieces
    )


def _same_offset(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[Interval, timedelta]]:
    """Cut `start` to `end` where the offset changes; no zone changes twice within two days."""
    before, after = _offset(zone, start), _offset(zone, end)
    if before == after:
        yield Interval(start, end), before
        return
    low, high = start, end
    while high - low > _MINUTE:
        middle = low + (high - low) // (2 * _MINUTE) * _MINUTE
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    yield Interval(start, high), before
    yield Interval(high, end), after


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def usual_hours(calendar: Calendar, day: date) -> tuple[Interval, ...]:
    """What the week says of one local date, less its breaks; () on a day off."""
    if _usually_off(calendar, day):
        return ()
    start, end = calendar.week[day.weekday()]
    pauses = [piece for pause in calendar.breaks for piece in clock_span(calendar.zone, day, *pause)]
    return subtract(clock_span(calendar.zone, day, start, end), pauses)


def changed_hours(calendar: Calendar, day: date, *, is_extra: bool) -> tuple[Interval, ...]:
    """The hours of one local date that are worked besides, or that are not worked."""
    return merge(
        piece
        for each in calendar.changes
        if each.day == day and each.is_extra == is_extra
        for piece in clock_span(calendar.zone, day, each.start, each.end)
    )


def day_intervals(calendar: Calendar, day: date) -> tuple[Interval, ...]:
    """The open intervals of one local date; hours off win over extra ones, and those over a day off."""
    usual, extra = usual_hours(calendar, day), changed_hours(calendar, day, is_extra=True)
    return subtract([*usual, *extra], changed_hours(calendar, day, is_extra=False))


def open_intervals(calendar: Calendar, first: date, last: date) -> tuple[Interval, ...]:
    """When the organisation is open on the local dates `first` to `last`, both inclusive."""
    return merge(piece for day in dates(first, last) for piece in day_intervals(calendar, day))


def overlap(
    a: Calendar, b: Calendar, first: date, last: date, within: Iterable[Interval] | None = None
) -> tuple[Interval, ...]:
    """When both are open on `a`'s local dates `first` to `last`, and inside `within` if it is given."""
    mine = open_intervals(a, first, last)
    # The clocks of Kiritimati and Pago Pago are 25 hours apart: one moment can lie two dates away.
    theirs = open_intervals(b, first - 2 * _DAY, last + 2 * _DAY)
    return intersect(mine, theirs) if within is None else intersect(mine, theirs, within)
