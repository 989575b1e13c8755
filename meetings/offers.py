"""Ready moves: where a request of the board can go while all others stay, each as one button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.rules import name_of
from matchmaking.core import local_time
from meetings import timetable
from meetings.board import japan_day, moment_in_japan, pair_name
from meetings.busy import JAPAN_TIME
from meetings.cautions import Calendars, cautions
from meetings.models import Placement, Round
from meetings.problem import RoundProblem, moves_in, number


@dataclass(frozen=True, slots=True)
class Offer:
    """A place for a request: `where` is its day, time and room; `cautions` what to know of it."""

    placement: Placement
    starts_at: datetime
    where: str
    cautions: tuple[str, ...] = ()
    name: str = ""

    @property
    def value(self) -> str:
        return self.starts_at.isoformat()


@dataclass(frozen=True, slots=True)
class Places:
    """The board as it stands, read once however many requests are looked at."""

    round: Round
    built: RoundProblem
    rows: Sequence[Placement]
    calendars: Calendars

    def of(self, row: Placement, count: int) -> list[Offer]:
        """The best places for the request: its own time in another room, then hours that suit the startup."""
        if str(row.request_id) not in {each.id for each in self.built.problem.requests}:
            return []
        spots = [each for each in moves_in(self.built, self.rows, row.request_id) if not _same(row, each)]
        offers = [self._offer(row, each) for each in spots]
        offers.sort(key=lambda each: (each.starts_at != row.starts_at, bool(each.cautions)))
        return offers[:count]

    def _offer(self, row: Placement, spot: timetable.Placement) -> Offer:
        rooms = {room.pk: str(room) for room in self.round.rooms.all()}
        flags = tuple(cautions(spot.start, spot.end, row.request, self.calendars))
        return Offer(row, spot.start, _where(row, spot, rooms.get(number(spot.room) or 0, "")), flags)


def _same(row: Placement, spot: timetable.Placement) -> bool:
    """Where it stands already, whoever interprets there."""
    return spot.start == row.starts_at and number(spot.room) == row.room_id


def _where(row: Placement, spot: timetable.Placement, room: str) -> str:
    """The time alone on the day on which the meeting stands, else the day too; and the room, if there is one."""
    same_day = row.starts_at is not None and japan_day(row.starts_at) == japan_day(spot.start)
    when = local_time.clock(spot.start, JAPAN_TIME) if same_day else moment_in_japan(spot.start)
    return _("%(when)s (%(room)s)") % {"when": when, "room": room} if room else when


def told_apart(rows: Sequence[Placement], language: str) -> dict[int, str]:
    """What tells meetings apart: by the startup if one firm has them all, by the firm if one startup has."""
    companies = {each.request.company.pk for each in rows}
    startups = {each.request.startup.pk for each in rows}
    if len(companies) == 1 and len(startups) > 1:
        return {each.pk: name_of(each.request.startup, language) for each in rows}
    if len(startups) == 1 and len(companies) > 1:
        return {each.pk: name_of(each.request.company, language) for each in rows}
    return {each.pk: pair_name(each, language) for each in rows}
