"""The scheduling board as data: days, rows, cells, flags, reasons in words. No queries but where said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import name_of
from matchmaking.core import local_time
from meetings.busy import JAPAN_TIME
from meetings.cautions import Calendars, cautions
from meetings.enums import RoundStatus, TimetableStatus
from meetings.models import Interpreter, Meeting, Placement, Round, Timetable
from meetings.timetable import Solver

JAPAN = ZoneInfo(JAPAN_TIME)


@dataclass(slots=True)
class Cell:
    """One place on the board: a meeting, a room in use by one that began earlier, or nothing."""

    room: str
    placement: Placement | None = None
    until: str = ""
    company: str = ""
    startup: str = ""
    theirs: str = ""
    flags: list[str] = field(default_factory=list)
    clash: bool = False

    draft: bool = False

    @property
    def css(self) -> str:
        """The look: a clash before a caution before a lock before a draft that nobody was told of yet."""
        if self.clash:
            return "meet-conflict"
        if self.flags:
            return "meet-warn"
        if self.placement and self.placement.locked:
            return "meet-lock"
        return "meet-draft" if self.draft else ""


@dataclass(frozen=True, slots=True)
class Column:
    """A room, or one of several places on line, with what is held there: no two of them overlap."""

    name: str
    placements: list[Placement]

    @property
    def who(self) -> list[str]:
        """The interpreters who work there that day, in the order in which they come, each with the languages."""
        there = {each.interpreter: None for each in self.placements if each.interpreter}
        return [with_languages(each) for each in there]


@dataclass(frozen=True, slots=True)
class Row:
    """A start time with a cell for each room, or the round's break."""

    start: str
    cells: tuple[Cell, ...] = ()
    break_until: str = ""


def with_languages(interpreter: Interpreter) -> str:
    """The name, and what is spoken beside Japanese."""
    return _("%(name)s (%(languages)s)") % {
        "name": interpreter.name,
        "languages": interpreter.language_names,
    }


def japan_day(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def steps(round_: Round, request_count: int) -> list[dict[str, Any]]:
    """Where the round stands among its six steps."""
    labels = [
        _("Requests"),
        _("Availability"),
        _("Auto-placement"),
        _("Staff check"),
        _("Publish"),
        _("Meetings"),
    ]
    current = {
        RoundStatus.COLLECTING: 1 if request_count else 0,
        RoundStatus.PLACING: 2,
        RoundStatus.CHECKING: 3,
        RoundStatus.PUBLISHED: 5,
        RoundStatus.HELD: 6,
    }[RoundStatus(round_.status)]
    states = ["done" if at < current else "current" if at == current else "" for at in range(len(labels))]
    return [{"label": label, "state": state} for label, state in zip(labels, states, strict=True)]


def day_tabs(placements: Sequence[Placement], clashing: set[int]) -> list[dict[str, Any]]:
    """The days on which something is placed, with how much, and how many meetings clash."""
    counts = Counter(japan_day(each.start) for each in placements if each.starts_at)
    clashes = Counter(japan_day(each.start) for each in placements if each.request_id in clashing)
    return [
        {"day": day, "label": local_time.day(day, year=False), "note": _tab_note(counts[day], clashes[day])}
        for day in sorted(counts)
    ]


def _tab_note(count: int, clashes: int) -> str:
    if clashes:
        return _("%(count)s, of which in a clash: %(clashes)s") % {"count": count, "clashes": clashes}
    return ngettext("%(count)s meeting", "%(count)s meetings", count) % {"count": count}


def columns(rooms: Iterable[Any], placements: Iterable[Placement]) -> list[Column]:
    """A column for each room, another for what overlaps there, and some for meetings in none of the rooms."""
    held: dict[int | None, list[Placement]] = {room.pk: [] for room in rooms}
    for each in sorted(placements, key=lambda row: row.start):
        held.setdefault(each.room_id if each.room_id in held else None, []).append(each)
    shown = [room for room in rooms if room.is_open or held[room.pk]]
    found = [Column(str(room), lane) for room in shown for lane in _lanes(held[room.pk]) or [[]]]
    for number, lane in enumerate(_lanes(held.get(None, [])), start=1):
        found.append(Column(_("Online %(number)s") % {"number": number}, lane))
    return found


def _lanes(placements: Iterable[Placement]) -> list[list[Placement]]:
    """The meetings in as few lists as needed for none to overlap with another of its list; by start."""
    lanes: list[list[Placement]] = []
    for each in placements:
        free = (lane for lane in lanes if (lane[-1].ends_at or lane[-1].start) <= each.start)
        if (lane := next(free, None)) is None:
            lanes.append([each])
        else:
            lane.append(each)
    return lanes


def table(
    round_: Round,
    columns_: Sequence[Column],
    clashing: set[int],
    language: str,
    *,
    calendars: Calendars,
    fresh: Collection[int] | None = None,
) -> list[Row]:
    """Rows by start time, cells by column, of one day's placements; `calendars` of both sides give the cautions.

    `fresh` are the requests of whose place nobody was told yet; all of them, unless given, while staff check a draft.
    """
    starts = sorted({each.start for column in columns_ for each in column.placements})
    if fresh is None:
        is_draft = round_.status not in (RoundStatus.PUBLISHED, RoundStatus.HELD)
        fresh = {each.request_id for column in columns_ for each in column.placements if is_draft}
    rows = []
    for start in starts:
        cells = tuple(_cell(column, start, clashing, language, fresh, calendars) for column in columns_)
        rows.append(
            (start.astimezone(JAPAN).strftime("%H:%M"), Row(local_time.clock(start, JAPAN_TIME), cells))
        )
    if round_.break_start and round_.break_end:
        pause = Row(f"{round_.break_start:%H:%M}", break_until=f"{round_.break_end:%H:%M}")
        rows.append((pause.start, pause))
    return [row for _start, row in sorted(rows, key=lambda pair: pair[0])]


def with_flags(rows: list[Row], more: Mapping[int, list[str]]) -> list[Row]:
    """The rows, with what else is to be looked at in the meetings of some requests."""
    for cell in (cell for row in rows for cell in row.cells):
        if cell.placement is not None:
            cell.flags += more.get(cell.placement.request_id, [])
    return rows


def _cell(
    column: Column,
    start: datetime,
    clashing: set[int],
    language: str,
    fresh: Collection[int],
    calendars: Calendars,
) -> Cell:
    placement = next((each for each in column.placements if each.start == start), None)
    if placement is not None:
        draft = placement.request_id in fresh
        return meeting_cell(placement, column.name, clashing, language, calendars=calendars, draft=draft)
    ends = [each.ends_at or start for each in column.placements if each.start < start]
    running = next((end for end in ends if end > start), None)
    return Cell(column.name, until=local_time.clock(running, JAPAN_TIME) if running else "")


def meeting_cell(
    placement: Placement,
    room: str,
    clashing: set[int],
    language: str,
    *,
    calendars: Calendars,
    draft: bool = False,
) -> Cell:
    """The pair, the startup's local time, and what to look at."""
    request = placement.request
    startup = request.startup
    return Cell(
        room,
        placement,
        company=name_of(request.company, language),
        startup=name_of(startup, language),
        theirs=local_time.theirs(placement.start, zone=JAPAN_TIME, other_zone=startup.time_zone),
        flags=cautions(placement.start, placement.ends_at or placement.start, request, calendars),
        clash=placement.request_id in clashing,
        draft=draft,
    )


def interpreter_load(placements: Iterable[Placement], round_: Round) -> list[dict[str, Any]]:
    """Bars of one day's meetings for each interpreter of the round (one query if not prefetched)."""
    counts = Counter(each.interpreter_id for each in placements)
    return [
        {
            "label": with_languages(each),
            "points": counts[each.pk],
            "max": each.daily_limit,
            "tone": "warn" if counts[each.pk] >= each.daily_limit else "",
        }
        for each in round_.interpreters.all()
    ]


def officer_load(placements: Sequence[Placement], round_: Round) -> list[dict[str, Any]]:
    """Bars of each officer's share of one day's meetings (one query if not prefetched)."""
    if not round_.officer_attends:
        return []
    counts = Counter(each.officer_id for each in placements)
    return [
        {"label": each.name, "points": counts[each.pk], "max": len(placements)}
        for each in round_.officers.all()
    ]


def names_of_parties(placements: Iterable[Placement], language: str) -> dict[int, str]:
    sides = (side for each in placements for side in (each.request.company, each.request.startup))
    return {side.pk: name_of(side, language) for side in sides}


def pair_name(placed: Placement | Meeting, language: str) -> str:
    request = placed.request
    return f"{name_of(request.company, language)} × {name_of(request.startup, language)}"


def moment_in_japan(moment: datetime) -> str:
    """A day and time in Japan."""
    return _("%(day)s, %(time)s") % {
        "day": local_time.day(japan_day(moment), year=False),
        "time": local_time.clock(moment, JAPAN_TIME),
    }


def quality(timetable: Timetable) -> str:
    """How good the timetable is, and what made it."""
    gap = timetable.gap_percent
    if timetable.stop_asked and gap >= 0.05:
        text = _("Stopped by hand with the best found so far: at most %(gap)s%% from the best.")
        return text % {"gap": f"{gap:.1f}"}
    if timetable.solver == Solver.GREEDY:
        text = _("Made by the simple order, as the solver ran out of time: at most %(gap)s%% from the best.")
        return text % {"gap": f"{gap:.1f}"}
    if gap < 0.05:
        return _("No better timetable exists: the solver has proved it.")
    return _("At most %(gap)s%% from the best timetable that can exist.") % {"gap": f"{gap:.1f}"}


def progress_of(timetable: Timetable) -> dict[str, Any]:
    """For the progress component: the stage in words, and how many are placed once the solver has told."""
    told = timetable.progress
    return {
        "id": "placement-progress",
        "url": reverse("meetings:progress", kwargs={"pk": timetable.round_id}),
        "page_url": reverse("meetings:round", kwargs={"pk": timetable.round_id}),
        "stop_url": ""
        if timetable.stop_asked
        else reverse("meetings:stop", kwargs={"pk": timetable.round_id}),
        "text": _stage(timetable),
        "finished": False,
        "done": told.get("placed", 0),
        "total": timetable.request_count if told else 0,
    }


def _stage(timetable: Timetable) -> str:
    if timetable.stop_asked:
        return _("Stopping: the best timetable found so far is kept.")
    if timetable.status == TimetableStatus.WAITING:
        return _("Waiting to start: %(requests)s requests") % {"requests": timetable.request_count}
    if timetable.progress:
        return _told(timetable)
    started = timetable.started_at or timetable.created_at
    return _(
        "Looking for the best timetable: %(requests)s requests, %(options)s possible times (%(seconds)s s)"
    ) % {
        "requests": timetable.request_count,
        "options": f"{timetable.option_count:,}",
        "seconds": int((timezone.now() - started).total_seconds()),
    }


def _told(timetable: Timetable) -> str:
    """What the solver last told: how many are placed, how far from the bound at most, how long it may still take."""
    told = timetable.progress
    words = {
        "placed": told["placed"],
        "requests": timetable.request_count,
        "left": max(told["limit"] - told["seconds"], 0),
    }
    bound, objective = told["bound"], told["objective"]
    if not bound or objective is None:
        return _("Placing %(placed)s of %(requests)s. At most %(left)s seconds more.") % words
    text = _(
        "Placing %(placed)s of %(requests)s, at most %(gap)s%% from the best possible. At most %(left)s seconds more."
    )
    return text % {**words, "gap": f"{100 * max(bound - objective, 0) / bound:.1f}"}
