"""The table of times from which an organisation chooses: hours of the round, on a clock of its choice.

Counterparts are numbers here: how many of them are free, never who.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from matchmaking.core import local_time
from meetings.intervals import Interval, merge, nearest_miss, subtract

SLOT = timedelta(hours=1)
SHORTEST = timedelta(minutes=30)
GRID_MINUTES = 30  # meetings begin at full and half hours


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour, or the half hour that is left before a break; `value` names it in the form."""

    interval: Interval
    value: str
    day: date
    clock: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A counterpart in the round: how long one meets it at least, and when it is free."""

    minutes: int
    open: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class PickCell:
    """What one cell shows; `slot` None where the round has no hours at this clock time of the day.

    `booked` is whom one meets then elsewhere, `held` whom one meets in this round: that time can be taken out.
    """

    slot: Slot | None
    checked: bool = False
    booked: str | None = None
    held: str = ""
    others: int = 0
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class PickRow:
    """`theirs` is the same start on a counterpart's clock; where the clocks change in between, the cells tell it."""

    clock: str
    theirs: str
    cells: tuple[PickCell, ...]


def slots(open_: Iterable[Interval], zone: str) -> list[Slot]:
    """The round's hours cut into slots; what is left over and shorter than half an hour is dropped."""
    found = []
    for each in open_:
        start = each.start
        while start + SHORTEST <= each.end:
            piece = Interval(start, min(start + SLOT, each.end))
            local = start.astimezone(ZoneInfo(zone))
            found.append(Slot(piece, start.strftime("%Y%m%dT%H%M"), local.date(), _clock(local)))
            start = piece.end
    return found


def _clock(local: datetime) -> str:
    """An hour that comes twice in the night of a change is two rows."""
    clock = local.strftime("%H:%M")
    return _("%(time)s (second time)") % {"time": clock} if local.fold else clock


def shares(mine: Iterable[Interval], partner: Partner) -> bool:
    """Whether a meeting with the counterpart can begin in time it shares with these hours."""
    miss = nearest_miss(mine, partner.open, partner.minutes, GRID_MINUTES)
    return miss is not None and miss.short_by <= 0


def _is_free(partner: Partner, slot: Slot) -> bool:
    """For a meeting, or for the whole of a slot that is shorter than one."""
    wanted = min(partner.minutes, slot.interval.minutes)
    miss = nearest_miss([slot.interval], partner.open, wanted)
    return miss is not None and miss.short_by <= 0


def cells(
    slots_: Sequence[Slot],
    *,
    chosen: Collection[str],
    booked: Mapping[Interval, str],
    partners: Sequence[Partner],
    held: Mapping[Interval, str] | None = None,
) -> dict[str, PickCell]:
    """A cell for each slot by its name; `booked` and `held` say with whom one meets when."""
    return {
        slot.value: PickCell(
            slot,
            checked=slot.value in chosen,
            booked=next((name for when, name in booked.items() if when.meets(slot.interval)), None),
            held=" / ".join(name for when, name in (held or {}).items() if when.meets(slot.interval)),
            others=sum(_is_free(each, slot) for each in partners),
        )
        for slot in slots_
    }


def rows(made: Mapping[str, PickCell], *, zone: str, other_zone: str = "") -> list[PickRow]:
    """By clock time of day; a day without that time has an empty cell."""
    found = [each for each in made.values() if each.slot]
    days = sorted({each.slot.day for each in found if each.slot})
    by_clock: dict[str, dict[date, PickCell]] = {}
    for each in found:
        if each.slot:
            by_clock.setdefault(each.slot.clock, {})[each.slot.day] = each
    return [_row(clock, by_clock[clock], days, zone, other_zone) for clock in sorted(by_clock)]


def _row(
    clock: str, of_day: Mapping[date, PickCell], days: Iterable[date], zone: str, other_zone: str
) -> PickRow:
    theirs = {day: _theirs(each, zone, other_zone) for day, each in of_day.items()}
    is_same = len(set(theirs.values())) == 1
    told = {day: each if is_same else _with(each, theirs[day]) for day, each in of_day.items()}
    return PickRow(
        clock,
        next(iter(theirs.values())) if is_same else "",
        tuple(told.get(day, PickCell(None)) for day in days),
    )


def _with(cell: PickCell, theirs: str) -> PickCell:
    return replace(cell, theirs=theirs)


def _theirs(cell: PickCell, zone: str, other_zone: str) -> str:
    if not other_zone or cell.slot is None:
        return ""
    start = cell.slot.interval.start
    days = (start.astimezone(ZoneInfo(other_zone)).date() - start.astimezone(ZoneInfo(zone)).date()).days
    told = {"city": local_time.city_of(other_zone), "time": local_time.clock(start, other_zone)}
    if days > 0:
        return _("%(city)s %(time)s (next day)") % told
    return (_("%(city)s %(time)s (day before)") if days < 0 else _("%(city)s %(time)s")) % told


def nearest(
    slots_: Sequence[Slot],
    *,
    chosen: Collection[str],
    busy: Sequence[Interval],
    partners: Sequence[Partner],
    now: datetime,
) -> Slot | None:
    """The slot that would give a first shared time if it were chosen as well: the nearest to what is chosen."""
    mine = [each for each in slots_ if each.value in chosen]
    free = [
        each
        for each in slots_
        if each.value not in chosen
        and each.interval.start > now
        and not any(when.meets(each.interval) for when in busy)
    ]
    hours = [each.interval for each in mine]
    would = [
        each
        for each in free
        if any(shares(subtract([*hours, each.interval], busy), other) for other in partners)
    ]
    return min(would, key=lambda each: (_distance(each, mine), each.interval.start), default=None)


def _distance(slot: Slot, mine: Iterable[Slot]) -> timedelta:
    """From where it begins to where the nearest chosen one begins; nothing if none is chosen."""
    return min((abs(slot.interval.start - each.interval.start) for each in mine), default=timedelta())


def hours_of(slots_: Iterable[Slot], chosen: Collection[str]) -> tuple[Interval, ...]:
    """The chosen slots as stretches of time."""
    return merge(each.interval for each in slots_ if each.value in chosen)
