"""Who and what is taken when, while a timetable is being made.

Inside, moments are whole minutes since 1970 UTC: integers compare ten times faster than datetimes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from meetings.intervals import Interval, intersect, merge
from meetings.timetable import Interpreter, Officer, Party, Placement, Problem, Request


class Booking(NamedTuple):
    """`until` includes the buffer of whoever is booked."""

    start: int
    until: int
    request: str


class Spot(NamedTuple):
    """A placement in minutes."""

    start: int
    room: str | None
    interpreter: str | None
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What stands in the way of a request at one start: meetings, parties at their limits, scarce means."""

    by: frozenset[str] = frozenset()
    busy: tuple[str, ...] = ()
    at_limit: tuple[str, ...] = ()
    month_full: tuple[str, ...] = ()
    interpreter: bool = False
    officer: bool = False
    room: bool = False


def to_minute(moment: datetime) -> int:
    """Whole minutes since 1970 UTC, rounded down."""
    return int(moment.timestamp() // 60)


def to_whole_minute(moment: datetime) -> int:
    """Whole minutes since 1970 UTC, rounded up: the first minute that lies at or after the moment."""
    return -int(-moment.timestamp() // 60)


def to_moment(minute: int) -> datetime:
    """The aware UTC datetime of a minute since 1970."""
    return datetime.fromtimestamp(minute * 60, UTC)


@lru_cache(maxsize=65536)
def day_number(zone: str, minute: int) -> int:
    """The local date of a minute, as a proleptic ordinal."""
    return to_moment(minute).astimezone(ZoneInfo(zone)).toordinal()


@lru_cache(maxsize=65536)
def month_number(zone: str, minute: int) -> int:
    """The local month of a minute, counted from the year 0."""
    local = to_moment(minute).astimezone(ZoneInfo(zone))
    return 12 * local.year + local.month


def months_elsewhere(party: Party) -> Counter[int]:
    """How many meetings the party has in each month that are no requests of the problem."""
    return Counter(month_number(party.zone, to_minute(each)) for each in party.elsewhere)


@dataclass(slots=True)
class Resource:
    """Something that can hold so many meetings at once, with a pause after each, and so many a day and month.

    `booked` is in order of start, so that only what can reach a moment is looked at: `longest` is the longest so far.
    """

    id: str
    capacity: int = 1
    buffer: int = 0
    zone: str = "UTC"
    max_per_day: int | None = None
    max_per_month: int | None = None
    booked: list[Booking] = field(default_factory=list)
    longest: int = 0
    per_day: Counter[int] = field(default_factory=Counter)
    per_month: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, who: Party | Interpreter | Officer) -> Resource:
        """A party, or an interpreter or officer, who holds one meeting at a time."""
        if isinstance(who, Officer):
            return cls(who.id, buffer=who.buffer_minutes)
        if isinstance(who, Interpreter):
            return cls(who.id, 1, who.buffer_minutes, who.zone, who.max_per_day)
        limits = who.zone, who.max_per_day, who.max_per_month
        return cls(who.id, who.capacity, who.buffer_minutes, *limits, per_month=months_elsewhere(who))

    def clashes(self, start: int, end: int) -> list[str]:
        """The meetings that leave no room between `start` and `end`; empty if there is some.

        A meeting beside which there would be room is not among them.
        """
        until = end + self.buffer
        first = bisect_right(self.booked, (start - self.longest,))
        near = self.booked[first : bisect_left(self.booked, (until,))]
        hits = [each for each in near if start < each.until]
        if self.capacity == 1:
            return [each.request for each in hits]
        if len(hits) < self.capacity:
            return []
        points = [start, *(each.start for each in hits if each.start > start)]
        crowds = [[each for each in hits if each.start <= point < each.until] for point in points]
        full = {each for crowd in crowds if len(crowd) >= self.capacity for each in crowd}
        return [each.request for each in hits if each in full]

    def is_at_limit(self, start: int) -> bool:
        """True if the local day of `start` holds as many meetings as allowed."""
        return self.max_per_day is not None and self.per_day[day_number(self.zone, start)] >= self.max_per_day

    def is_month_full(self, start: int) -> bool:
        """True if the local month of `start` holds as many meetings as allowed."""
        if self.max_per_month is None:
            return False
        return self.per_month[month_number(self.zone, start)] >= self.max_per_month

    def is_free(self, start: int, end: int) -> bool:
        """True if one more meeting fits."""
        return not (self.is_at_limit(start) or self.is_month_full(start) or self.clashes(start, end))

    def book(self, request: str, start: int, end: int) -> None:
        """Take the time, whether or not it is free: a locked meeting keeps what it has."""
        booking = Booking(start, end + self.buffer, request)
        insort(self.booked, booking)
        self.longest = max(self.longest, booking.until - start)
        self._count(start, 1)

    def release(self, request: str) -> None:
        """Give the request's time back."""
        for each in [each for each in self.booked if each.request == request]:
            self.booked.remove(each)
            self._count(each.start, -1)

    def _count(self, start: int, change: int) -> None:
        self.per_day[day_number(self.zone, start)] += change
        if self.max_per_month is not None:
            self.per_month[month_number(self.zone, start)] += change


class Openings:
    """When an interpreter or officer is there, for a quick look-up."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        merged = merge(intervals)
        self.starts = [to_whole_minute(each.start) for each in merged]
        self.ends = [to_minute(each.end) for each in merged]

    def hold(self, start: int, end: int) -> bool:
        """True if `start` to `end` lies within one of them."""
        place = bisect_right(self.starts, start) - 1
        return place >= 0 and end <= self.ends[place]


def shared_starts(problem: Problem) -> dict[str, list[int]]:
    """For every request its possible starts on the grid, in order, by the hours of its parties and the round.

    A request with a party that has given no availability has none.
    """
    cache: dict[str, tuple[Interval, ...]] = {}
    for party in problem.parties.values():
        cache[party.id] = intersect(party.open or (), round_hours(problem))
    return {each.id: _grid_starts(problem, each, cache) for each in problem.requests}


def round_hours(problem: Problem) -> tuple[Interval, ...]:
    """The round's hours that are still ahead."""
    earliest = problem.rules.not_before
    if earliest is None:
        return merge(problem.rules.open)
    return merge(Interval(max(each.start, earliest), each.end) for each in problem.rules.open)


def _grid_starts(problem: Problem, request: Request, hours: dict[str, tuple[Interval, ...]]) -> list[int]:
    grid = problem.rules.grid_minutes
    starts: list[int] = []
    for shared in intersect(*(hours[party] for party in request.parties)):
        first = -(-to_whole_minute(shared.start) // grid) * grid
        starts.extend(range(first, to_minute(shared.end) - request.minutes + 1, grid))
    return starts


class Ledger:
    """Every resource of a problem and its bookings. `spots` is the table so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.requests = {each.id: each for each in problem.requests}
        self.parties = {each.id: Resource.of(each) for each in problem.parties.values()}
        self.interpreters = {each.id: Resource.of(each) for each in problem.interpreters}
        self.officers = {each.id: Resource.of(each) for each in problem.officers or ()}
        self.presence = {each.id: Openings(each.open) for each in problem.interpreters}
        self.presence |= {each.id: Openings(each.open) for each in problem.officers or ()}
        buffer = problem.rules.room_buffer_minutes
        self.rooms = {room: Resource(room, buffer=buffer) for room in problem.rooms or ()}
        limit = problem.rules.max_concurrent
        self.house = None if limit is None else Resource("house", capacity=limit)
        self.spots: dict[str, Spot] = {}

    def fit(
        self,
        request: Request,
        start: int,
        among: Sequence[str] | None = None,
        rooms: Sequence[str] | None = None,
        officers: Sequence[str] | None = None,
    ) -> Spot | None:
        """The spot the request would get at `start`, or None; `among` narrows interpreters, the others theirs."""
        end = start + request.minutes
        if not all(self.parties[party].is_free(start, end) for party in request.parties):
            return None
        if self.house is not None and self.house.clashes(start, end):
            return None
        interpreter = self.free_interpreter(request, start, among)
        room, officer = self.free_room(start, end, rooms), self.free_officer(start, end, officers)
        if (request.pair is not None and interpreter is None) or (self.rooms_needed and room is None):
            return None
        if self.officers_needed and officer is None:
            return None
        return Spot(start, room, interpreter, officer)

    @property
    def rooms_needed(self) -> bool:
        """False for a round held online without rooms."""
        return self.problem.rooms is not None

    @property
    def officers_needed(self) -> bool:
        """Whether somebody of the programme office sits in every meeting."""
        return self.problem.officers is not None

    def free_interpreter(
        self, request: Request, start: int, among: Sequence[str] | None = None
    ) -> str | None:
        """The free interpreter for the pair with the fewest meetings that day, or None."""
        end, free = start + request.minutes, []
        for each in self.problem.interpreters if request.pair is not None else ():
            allowed = request.pair in each.pairs and (among is None or each.id in among)
            if allowed and self.presence[each.id].hold(start, end):
                resource = self.interpreters[each.id]
                if resource.is_free(start, end):
                    # Who speaks fewer pairs goes first: the others stay free for what only they can do.
                    load = resource.per_day[day_number(resource.zone, start)]
                    free.append((len(each.pairs), load, each.id))
        return min(free)[2] if free else None

    def free_room(self, start: int, end: int, among: Sequence[str] | None = None) -> str | None:
        """The first free room, or None."""
        rooms = self.rooms if among is None else among
        return next((room for room in rooms if self.rooms[room].is_free(start, end)), None)

    def free_officer(self, start: int, end: int, among: Sequence[str] | None = None) -> str | None:
        """The free officer with the fewest meetings so far, or None."""
        free = [
            (len(resource.booked), key)
            for key, resource in self.officers.items()
            if (among is None or key in among)
            and self.presence[key].hold(start, end)
            and resource.is_free(start, end)
        ]
        return min(free)[1] if free else None

    def place(self, request: Request, spot: Spot) -> None:
        """Book the spot for everybody it takes."""
        end = spot.start + request.minutes
        for resource in self._taken(request, spot):
            resource.book(request.id, spot.start, end)
        self.spots[request.id] = spot

    def remove(self, request: Request) -> Spot:
        """Give the request's spot back, and return it."""
        spot = self.spots.pop(request.id)
        for resource in self._taken(request, spot):
            resource.release(request.id)
        return spot

    def _taken(self, request: Request, spot: Spot) -> list[Resource]:
        taken = [self.parties[party] for party in request.parties]
        if spot.interpreter in self.interpreters:
            taken.append(self.interpreters[spot.interpreter])
        if spot.room in self.rooms:
            taken.append(self.rooms[spot.room])
        if spot.officer in self.officers:
            taken.append(self.officers[spot.officer])
        return taken if self.house is None else [*taken, self.house]

    def place_locked(self) -> None:
        """Book every locked meeting, then choose what a lock leaves open among what no lock has taken."""
        locked = [(each, each.lock) for each in self.problem.requests if each.lock is not None]
        for request, lock in locked:
            self.place(request, Spot(to_minute(lock.start), lock.room, lock.interpreter, lock.officer))
        for request, _ in locked:
            self.complete(request)

    def complete(
        self,
        request: Request,
        among: Sequence[str] | None = None,
        rooms: Sequence[str] | None = None,
        officers: Sequence[str] | None = None,
    ) -> None:
        """Choose the room, interpreter and officer that a booked meeting lacks, as far as one is free."""
        spot = self.remove(request)
        end = spot.start + request.minutes
        room = spot.room or self.free_room(spot.start, end, rooms)
        interpreter = spot.interpreter or self.free_interpreter(request, spot.start, among)
        officer = spot.officer or self.free_officer(spot.start, end, officers)
        self.place(request, Spot(spot.start, room, interpreter, officer))

    def reopen(self, request: Request) -> None:
        """Take back what `complete` chose for a locked meeting."""
        if (lock := request.lock) is not None:
            spot = self.remove(request)
            self.place(request, Spot(spot.start, lock.room, lock.interpreter, lock.officer))

    def obstacles(self, request: Request, start: int) -> Obstacles:
        """All that stands in the way of the request at `start`."""
        end = start + request.minutes
        clashes = {party: self.parties[party].clashes(start, end) for party in request.parties}
        house = self.house is not None and bool(self.house.clashes(start, end))
        return Obstacles(
            by=frozenset(one for found in clashes.values() for one in found),
            busy=tuple(party for party, found in clashes.items() if found),
            at_limit=tuple(each for each in request.parties if self.parties[each].is_at_limit(start)),
            month_full=tuple(each for each in request.parties if self.parties[each].is_month_full(start)),
            interpreter=request.pair is not None and self.free_interpreter(request, start) is None,
            officer=self.officers_needed and self.free_officer(start, end) is None,
            room=house or (self.rooms_needed and self.free_room(start, end) is None),
        )

    def placements(self) -> tuple[Placement, ...]:
        """The table so far, by time and request."""
        found = (placement_of(self.requests[key], spot) for key, spot in self.spots.items())
        return tuple(sorted(found, key=lambda each: (each.start, each.request)))


def placement_of(request: Request, spot: Spot) -> Placement:
    """A spot as the outside sees it."""
    start = to_moment(spot.start)
    return Placement(request.id, start, request.minutes, spot.room, spot.interpreter, spot.officer)
