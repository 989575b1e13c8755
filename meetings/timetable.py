"""What goes into a round's timetable, and what comes out: plain data, moments aware and in UTC.

Ids are strings the caller chooses; companies and startups share one space of party ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from meetings.intervals import Interval, Miss


@dataclass(frozen=True, slots=True)
class Lock:
    """Where staff fixed a meeting; whatever of its means is left open is found when the timetable is made."""

    start: datetime
    room: str | None = None
    interpreter: str | None = None
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A meeting to place. `pair` names what to interpret (`en-ja`, in a field `en-ja/retail`), None if they can talk.

    `wider` is the pair without the field, where `pair` names one. `weight` (above 0) is what placing it is worth;
    `old_start` is its time in the published timetable, `old_means` the room, interpreter and officer it has there.
    """

    id: str
    company: str
    startup: str
    minutes: int
    weight: float = 1.0
    pair: str | None = None
    wider: str | None = None
    old_start: datetime | None = None
    lock: Lock | None = None
    old_means: tuple[str | None, str | None, str | None] = (None, None, None)

    @property
    def parties(self) -> tuple[str, ...]:
        """Ids of the two sides."""
        return (self.company, self.startup)


@dataclass(frozen=True, slots=True)
class Party:
    """A company or startup.

    `open` None means that no availability was given yet, () that there is none. `zone` counts the days of
    `max_per_day` and the months of `max_per_month`, in which the meetings that begin at `elsewhere` count too: they
    are fixed already, and no request of the problem. `capacity` is how many meetings it can hold at once,
    `buffer_minutes` what it needs between the end of one and the start of the next.
    """

    id: str
    open: tuple[Interval, ...] | None
    zone: str = "Asia/Tokyo"
    max_per_day: int | None = None
    capacity: int = 1
    buffer_minutes: int = 0
    max_per_month: int | None = None
    elsewhere: tuple[datetime, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a party that could never meet: one without a place has no hours instead."""
        if self.capacity < 1:
            raise ValueError(f"{self.id} has to hold at least one meeting at a time")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One interpreter, for one meeting at a time, in any of `pairs`."""

    id: str
    pairs: frozenset[str]
    open: tuple[Interval, ...]
    zone: str = "Asia/Tokyo"
    max_per_day: int | None = None
    buffer_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody of the programme office who sits in one meeting at a time, whichever it is."""

    id: str
    open: tuple[Interval, ...]
    buffer_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """The round: `open` is its dates and hours less its breaks (`hours.open_intervals` of its calendar).

    Meetings start on a grid counted from the full hour UTC. `keep_bonus` is what keeping an old time is
    worth, as a share of the mean weight. `mip_gap` is relative, `time_limit` in seconds for the solver.
    """

    open: tuple[Interval, ...]
    grid_minutes: int = 15
    room_buffer_minutes: int = 0
    max_concurrent: int | None = None
    not_before: datetime | None = None
    keep_bonus: float = 0.05
    mip_gap: float = 0.001
    time_limit: float = 120.0

    def __post_init__(self) -> None:
        """Raises ValueError for a grid that does not meet the full hour, or a round that can hold nothing."""
        if self.grid_minutes < 1 or 60 % self.grid_minutes:
            raise ValueError(f"a grid of {self.grid_minutes} minutes does not fit the hour")
        if self.max_concurrent is not None and self.max_concurrent < 1:
            raise ValueError("a round has to hold at least one meeting at a time")


def round_rules(open_: tuple[Interval, ...], *, not_before: datetime | None = None) -> Rules:
    """The rules by which the portal plans its rounds, and by which it is measured.

    Half-hour starts keep the board readable and suit zones that lie half an hour off.
    """
    return Rules(open=open_, grid_minutes=30, not_before=not_before)


def weight_of(score: float) -> float:
    """What placing a request is worth, by the score of its match: a place counts at least half as much as the best."""
    return 1 + score / 100


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a timetable is made from; `rooms` None means that meetings need no room, `officers` None no officer.

    Where they do need one, each meeting has one of them for itself.
    """

    requests: tuple[Request, ...]
    parties: Mapping[str, Party]
    rules: Rules
    interpreters: tuple[Interpreter, ...] = ()
    rooms: tuple[str, ...] | None = None
    officers: tuple[Officer, ...] | None = None

    def request(self, request_id: str) -> Request:
        """The request of that id; raises KeyError if there is none."""
        for request in self.requests:
            if request.id == request_id:
                return request
        raise KeyError(request_id)


def keep_bonus(problem: Problem) -> float:
    """What keeping one old time is worth, in units of weight."""
    weights = [each.weight for each in problem.requests]
    return problem.rules.keep_bonus * sum(weights) / len(weights) if weights else 0.0


@dataclass(frozen=True, slots=True)
class Placement:
    """A meeting in the timetable."""

    request: str
    start: datetime
    minutes: int
    room: str | None = None
    interpreter: str | None = None
    officer: str | None = None

    @property
    def end(self) -> datetime:
        """When the meeting is over; buffers come on top."""
        return self.start + timedelta(minutes=self.minutes)


class Reason(StrEnum):
    """Why a request has no place."""

    WAITING = "waiting"
    NO_SHARED_TIME = "no_shared_time"
    NO_INTERPRETER = "no_interpreter"
    NO_OFFICER = "no_officer"
    NO_ROOM = "no_room"
    DAILY_LIMIT = "daily_limit"
    MONTHLY_LIMIT = "monthly_limit"
    CROWDED_OUT = "crowded_out"


class Remedy(StrEnum):
    """The one thing that would help most."""

    ASK_AVAILABILITY = "ask_availability"
    OFFER_MORE_TIMES = "offer_more_times"
    WIDEN_ROUND = "widen_round"
    ADD_INTERPRETER = "add_interpreter"
    ADD_OFFICER = "add_officer"
    ADD_ROOM = "add_room"
    RAISE_DAILY_LIMIT = "raise_daily_limit"
    ASK_FOR_MORE_A_MONTH = "ask_for_more_a_month"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A request without a place, and why.

    `start` is the time at which the least stands in the way, `also` what else does there. `parties` are
    those the reason is about (who has given no hours, whose limit is reached, who is busy), `by` the
    meetings that hold the time. `miss` tells how near the two sides' hours come.
    """

    request: str
    reason: Reason
    remedy: Remedy
    start: datetime | None = None
    parties: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    pair: str | None = None
    miss: Miss | None = None
    also: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the solver is: what is placed in the best table so far, its objective, and the bound of all tables.

    `seconds` of the `limit` are spent. None where nothing is known yet.
    """

    seconds: float
    limit: float
    placed: int
    objective: float | None = None
    bound: float | None = None


# Asked while the solver runs, many times a second; True ends it with the best table so far.
Watch = Callable[[Seen], bool]


class Solver(StrEnum):
    """What made the table."""

    HIGHS = "highs"
    GREEDY = "greedy"


@dataclass(frozen=True, slots=True)
class Timetable:
    """The result: `weight` is that of what is placed, `objective` adds the bonus for `kept` old times.

    No timetable whatever has an objective above `bound`; `gap` is `(bound - objective) / bound`.
    `status` is the solver's own word (`Optimal`, `Time limit reached`). `greedy_objective` is what the
    greedy order alone reaches.
    """

    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    weight: float
    objective: float
    bound: float
    gap: float
    solver: Solver
    status: str
    greedy_objective: float
    kept: int
