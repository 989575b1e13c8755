"""The table of times from which an organisation chooses: hours of the round, on its own clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from matchmaking.core import local_time
from meetings.intervals import Interval

SLOT = timedelta(hours=1)
SHORTEST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour, or the half hour that is left before a break; `value` names it in the form."""

    interval: Interval
    value: str
    day: date
    clock: str


@dataclass(frozen=True, slots=True)
class PickCell:
    """What one cell shows; `slot` None where the round has no hours at this clock time of the day."""

    slot: Slot | None
    checked: bool = False
    booked: bool = False
    usual: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True)
class PickRow:
    """`theirs` is the same start on a counterpart's clock, at the round's first such day."""

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
            found.append(Slot(piece, start.strftime("%Y%m%dT%H%M"), local.date(), local.strftime("%H:%M")))
            start = piece.end
    return found


def _holds(intervals: Iterable[Interval], piece: Interval) -> bool:
    return any(each.holds(piece) for each in intervals)


def cells(
    slots_: Sequence[Slot],
    *,
    chosen: Iterable[Interval],
    usual: Iterable[Interval],
    booked: Iterable[Interval],
    others: Sequence[Sequence[Interval]],
) -> Mapping[tuple[str, date], PickCell]:
    """A cell for each slot; `others` are the counterparts' open hours, shown as a count only."""
    chosen, usual, booked = list(chosen), list(usual), list(booked)
    return {
        (slot.clock, slot.day): PickCell(
            slot,
            checked=_holds(chosen, slot.interval),
            booked=any(each.meets(slot.interval) for each in booked),
            usual=_holds(usual, slot.interval),
            others=sum(_holds(other, slot.interval) for other in others),
        )
        for slot in slots_
    }


def rows(
    slots_: Sequence[Slot], made: Mapping[tuple[str, date], PickCell], *, zone: str, other_zone: str = ""
) -> list[PickRow]:
    """By clock time of day; a day without that time has an empty cell."""
    days = sorted({slot.day for slot in slots_})
    first: dict[str, datetime] = {}
    for slot in slots_:
        first.setdefault(slot.clock, slot.interval.start)
    return [
        PickRow(
            clock,
            _theirs(first[clock], zone, other_zone),
            tuple(made.get((clock, day), PickCell(None)) for day in days),
        )
        for clock in sorted(first)
    ]


def _theirs(start: datetime, zone: str, other_zone: str) -> str:
    return local_time.theirs(start, zone=zone, other_zone=other_zone) if other_zone else ""
