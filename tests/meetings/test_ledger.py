"""Who is taken when: single resources against brute force, and the ledger of a whole round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.intervals import Interval
from meetings.ledger import (
    Ledger,
    Obstacles,
    Openings,
    Resource,
    Spot,
    day_number,
    month_number,
    round_hours,
    shared_starts,
    to_minute,
    to_moment,
    to_whole_minute,
)
from meetings.timetable import Lock, Party, Placement
from tests.meetings.rounds import JULY, MONDAY, at, interpreter, officer, party, problem, request, span, utc

ZERO = to_minute(MONDAY)


def minute(hour: float, day: int = 0) -> int:
    return to_minute(at(hour, day))


# Minutes and days


@pytest.mark.parametrize(
    ("text", "down", "up"),
    [
        ("1970-01-01T00:00:00", 0, 0),
        ("1970-01-01T00:00:01", 0, 1),
        ("1970-01-01T00:00:59", 0, 1),
        ("1970-01-01T00:01:00", 1, 1),
        ("1970-01-01T00:01:00.000001", 1, 2),
        ("1969-12-31T23:59:30", -1, 0),
        ("1970-01-02T00:00:00", 1440, 1440),
    ],
)
def test_a_moment_is_rounded_down_or_up_to_a_minute(text: str, down: int, up: int):
    assert (to_minute(utc(text)), to_whole_minute(utc(text))) == (down, up)


@given(st.integers(0, 40_000_000))
def test_minutes_and_moments_are_one_another(number: int):
    assert to_minute(to_moment(number)) == to_whole_minute(to_moment(number)) == number
    assert to_moment(number).tzinfo == UTC


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Tokyo", "2027-06-07T14:59", "2027-06-07"),
        ("Asia/Tokyo", "2027-06-07T15:00", "2027-06-08"),
        ("Asia/Kolkata", "2027-06-07T18:29", "2027-06-07"),
        ("Asia/Kolkata", "2027-06-07T18:30", "2027-06-08"),
        ("Asia/Jerusalem", "2027-01-07T21:59", "2027-01-07"),
        ("Asia/Jerusalem", "2027-01-07T22:00", "2027-01-08"),
        ("Asia/Jerusalem", "2027-07-07T21:00", "2027-07-08"),
        ("Australia/Sydney", "2027-10-03T12:59", "2027-10-03"),
        ("Australia/Sydney", "2027-10-03T13:00", "2027-10-04"),
        ("UTC", "2027-06-07T23:59", "2027-06-07"),
    ],
)
def test_the_day_of_a_minute_is_the_one_on_the_local_calendar(zone: str, moment: str, day: str):
    assert day_number(zone, to_minute(utc(moment))) == datetime.fromisoformat(day).toordinal()


# One resource


BOOKINGS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=6)


@settings(max_examples=200, deadline=None)
@given(BOOKINGS, st.integers(0, 30), st.integers(1, 12), st.integers(1, 3), st.integers(0, 5))
def test_a_resource_is_full_where_a_minute_holds_as_many_as_it_can(booked, start, length, capacity, buffer):
    """Each meeting takes its own minutes and the pause after it, so does the one that asks."""
    resource = Resource("c1", capacity=capacity, buffer=buffer)
    for number, (begins, lasts) in enumerate(booked):
        resource.book(str(number), begins, begins + lasts)
    full = set()
    for moment in range(start, start + length + buffer):
        there = {
            str(n) for n, (begins, lasts) in enumerate(booked) if begins <= moment < begins + lasts + buffer
        }
        full |= there if len(there) >= capacity else set()
    assert set(resource.clashes(start, start + length)) == full


@settings(max_examples=100, deadline=None)
@given(BOOKINGS)
def test_what_is_released_leaves_no_trace(booked):
    resource = Resource("c1", zone="Asia/Tokyo", max_per_day=1)
    for number, (begins, lasts) in enumerate(booked):
        resource.book(str(number), begins, begins + lasts)
    for number in range(len(booked)):
        resource.release(str(number))
    assert resource.booked == []
    assert set(resource.per_day.values()) <= {0}
    assert resource.is_free(0, 60)


def test_only_meetings_beside_which_there_is_no_room_are_named():
    """With two tables, the meeting of the first half hour leaves one of them free."""
    resource = Resource("c1", capacity=2)
    resource.book("early", 0, 30)
    resource.book("left", 60, 120)
    resource.book("right", 60, 120)
    assert resource.clashes(0, 90) == ["left", "right"]


@pytest.mark.parametrize(
    ("buffer", "start", "free"),
    [(0, 60, True), (0, 59, False), (15, 60, False), (15, 75, True), (15, -75, True), (15, -74, False)],
)
def test_a_pause_is_kept_after_and_before_a_meeting(buffer: int, start: int, *, free: bool):
    resource = Resource("c1", buffer=buffer)
    resource.book("a", 0, 60)
    assert resource.is_free(start, start + 60) is free


def test_a_pause_reaches_over_midnight():
    """22:30 to 23:50 UTC with a pause of 30 minutes: nothing before 0:20 the next day."""
    made = problem(
        [request(startup="s1", minutes=80), request(startup="s2")],
        [party("c1", span(22, 26), zone="UTC", buffer_minutes=30)],
    )
    ledger = Ledger(made)
    ledger.place(made.requests[0], Spot(minute(22.5), None, None))
    assert ledger.parties["c1"].clashes(ZERO + 1459, ZERO + 1519) == ["c1-s1"]
    assert ledger.parties["c1"].clashes(ZERO + 1460, ZERO + 1520) == []


@pytest.mark.parametrize(
    ("limit", "booked", "full"), [(None, 9, False), (0, 0, True), (1, 0, False), (1, 1, True), (3, 2, False)]
)
def test_a_limit_a_day_is_reached_by_so_many_meetings(limit, booked, *, full: bool):
    resource = Resource("c1", max_per_day=limit)
    for number in range(booked):
        resource.book(str(number), 60 * number, 60 * number + 30)
    assert (resource.is_at_limit(0), resource.is_at_limit(1440)) == (full, limit == 0)


def test_an_interpreter_holds_one_meeting_and_a_party_as_many_as_it_says():
    assert Resource.of(interpreter("a", "ja-en", max_per_day=4, buffer_minutes=5)) == Resource(
        "a", 1, 5, "Asia/Tokyo", 4
    )
    assert Resource.of(party("c1", capacity=3, zone="Asia/Singapore")) == Resource(
        "c1", 3, 0, "Asia/Singapore"
    )


# Presence


@pytest.mark.parametrize(
    ("start", "end", "there"),
    [
        (0, 1, True),
        (0, 2, True),
        (1, 2.5, False),
        (2, 3, False),
        (3, 4, True),
        (-1, 1, False),
        (4, 4.5, False),
    ],
)
def test_an_interpreter_is_there_from_beginning_to_end_or_not_at_all(start, end, *, there: bool):
    openings = Openings([span(3, 4), span(1, 2), span(0, 1)])
    assert openings.hold(minute(start), minute(end)) is there


def test_nobody_is_there_before_the_second_at_which_they_come():
    half_past = Interval(at(0) + timedelta(seconds=30), at(2))
    assert not Openings([half_past]).hold(minute(0), minute(1))
    assert Openings([half_past]).hold(minute(0) + 1, minute(1))
    assert not Openings([]).hold(minute(0), minute(1))


# Starts


@pytest.mark.parametrize(
    ("opens", "minutes", "grid", "starts"),
    [
        (span(0, 1), 60, 15, [0]),
        (span(0, 1.5), 60, 15, [0, 0.25, 0.5]),
        (span(0, 1.5), 60, 30, [0, 0.5]),
        (span(0, 1.5), 45, 15, [0, 0.25, 0.5, 0.75]),
        (span(0.1, 1.5), 60, 15, [0.25, 0.5]),
        (span(0.1, 1.1), 60, 15, []),
        (span(0, 0.75), 60, 15, []),
        (span(0.5, 3), 60, 60, [1, 2]),
    ],
)
def test_starts_on_the_grid(opens: Interval, minutes: int, grid: int, starts: list[float]):
    made = problem([request(minutes=minutes)], [party("c1", opens)], grid_minutes=grid)
    assert shared_starts(made) == {"c1-s1": [minute(each) for each in starts]}


@pytest.mark.parametrize(
    ("seconds", "first"), [(0, 3), (1, 3.25), (0.5, 3.25), (899, 3.25), (900, 3.25), (901, 3.5)]
)
def test_no_start_lies_before_the_earliest_moment_to_the_second(seconds: float, first: float):
    earliest = at(3) + timedelta(seconds=seconds)
    made = problem([request()], not_before=earliest)
    assert shared_starts(made)["c1-s1"][0] == minute(first)
    assert round_hours(made) == (Interval(earliest, at(9)),)


def test_whoever_gave_no_availability_shares_no_start():
    for hours in (None, ()):
        assert shared_starts(problem([request()], [Party("s1", hours)])) == {"c1-s1": []}


# A round


def test_what_is_placed_is_taken_for_everybody_and_given_back():
    asked = request(pair="ja-en")
    means = {"interpreters": (interpreter("a", "ja-en"),), "rooms": ("r1",), "officers": (officer("o1"),)}
    made = problem([asked], **means, max_concurrent=1)
    ledger = Ledger(made)
    spot = ledger.fit(asked, minute(2))
    ledger.place(asked, spot)
    means = (ledger.parties, ledger.interpreters, ledger.rooms, ledger.officers, {"house": ledger.house})
    taken = [each for group in means for each in group.values()]
    assert spot == Spot(minute(2), "r1", "a", "o1")
    assert [len(each.booked) for each in taken] == [1] * 6
    assert ledger.placements() == (Placement("c1-s1", at(2), 60, "r1", "a", "o1"),)
    assert ledger.remove(asked) == spot
    assert [len(each.booked) for each in taken] == [0] * 6


def test_the_interpreter_with_fewest_pairs_then_fewest_meetings_comes_first():
    people = (
        interpreter("a", "ja-en", "ja-id"),
        interpreter("b", "ja-en"),
        interpreter("c", "ja-en"),
    )
    asked = [request(f"c{n}", f"s{n}", pair="ja-en") for n in range(4)]
    ledger = Ledger(problem(asked, interpreters=people))
    chosen = []
    for hour, each in zip((0, 2, 2, 2), asked, strict=True):
        chosen.append(ledger.free_interpreter(each, minute(hour)))
        ledger.place(each, Spot(minute(hour), None, chosen[-1]))
    assert chosen == ["b", "c", "b", "a"]
    assert ledger.free_interpreter(asked[0], minute(2)) is None


def test_the_free_officer_with_fewest_meetings_comes_first_and_only_in_hours_of_theirs():
    asked = [request(f"c{n}", f"s{n}") for n in range(4)]
    people = (officer("a"), officer("b", buffer_minutes=30), officer("c", span(4, 6)))
    ledger = Ledger(problem(asked, officers=people))
    chosen = []
    for hour, each in zip((0, 2, 2, 4), asked, strict=True):
        chosen.append(ledger.free_officer(minute(hour), minute(hour + 1)))
        ledger.place(each, Spot(minute(hour), None, None, chosen[-1]))
    assert chosen == ["a", "b", "a", "c"]
    assert ledger.free_officer(minute(3), minute(4), ["b", "c"]) is None
    assert ledger.free_officer(minute(3), minute(4)) == "a"
    assert Ledger(problem(asked)).fit(asked[0], minute(0)) == Spot(minute(0), None, None)
    assert Ledger(problem(asked, officers=())).fit(asked[0], minute(0)) is None


def test_a_month_is_full_by_what_is_placed_and_what_is_elsewhere():
    """Two a month on Tokyo's clock, one of them in June elsewhere; what is given back is free again."""
    june, july = span(0, 9), span(0, 9, JULY)
    asked = [request(startup=f"s{n}") for n in range(4)]
    limited = party("c1", june, july, max_per_month=2, elsewhere=(at(1, -6),))
    others = [party(f"s{n}", june, july) for n in range(4)]
    ledger = Ledger(problem(asked, [limited, *others], open=(june, july)))
    firm, first, second = ledger.parties["c1"], minute(0), minute(0, JULY)
    assert (firm.is_month_full(first), firm.is_month_full(second)) == (False, False)
    ledger.place(asked[0], Spot(first, None, None))
    assert ledger.fit(asked[1], minute(2)) is None
    assert ledger.obstacles(asked[1], minute(2)) == Obstacles(month_full=("c1",))
    assert ledger.fit(asked[1], second) == Spot(second, None, None)
    ledger.remove(asked[0])
    assert ledger.fit(asked[1], minute(2)) == Spot(minute(2), None, None)
    # The last night of June in UTC is July in Tokyo.
    assert month_number("Asia/Tokyo", minute(-1, JULY)) == month_number("Asia/Tokyo", second)
    assert month_number("UTC", minute(-1, JULY)) == month_number("UTC", first)
    assert ledger.parties["s1"].per_month == {}


def test_rooms_are_taken_in_the_order_in_which_they_are_given():
    asked = [request(f"c{n}", f"s{n}") for n in range(2)]
    ledger = Ledger(problem(asked, rooms=("z", "a")))
    assert ledger.free_room(minute(0), minute(1)) == "z"
    assert ledger.free_room(minute(0), minute(1), ["a"]) == "a"
    ledger.place(asked[0], Spot(minute(0), "z", None))
    assert ledger.free_room(minute(0), minute(1)) == "a"


def test_all_obstacles_at_a_start_are_told():
    asked = [request("c1", "s1", pair="ja-en"), request("c1", "s2", pair="ja-en")]
    made = problem(
        asked,
        [party("c1", max_per_day=1), party("s2", max_per_day=0)],
        interpreters=(interpreter("a", "ja-en"),),
        rooms=("r1",),
    )
    ledger = Ledger(made)
    ledger.place(asked[0], Spot(minute(0), "r1", "a"))
    everything = Obstacles(frozenset({"c1-s1"}), ("c1",), ("c1", "s2"), interpreter=True, room=True)
    assert ledger.obstacles(asked[1], minute(0.5)) == everything
    assert ledger.obstacles(asked[1], minute(1)) == Obstacles(at_limit=("c1", "s2"))


# Locks


def test_named_means_are_booked_before_open_ones_are_chosen():
    """Whichever lock comes first, nobody is given the interpreter or room that another lock names."""
    locks = [Lock(at(0), room="r1"), Lock(at(0), interpreter="a"), Lock(at(0), "r2", None)]
    people = tuple(interpreter(key, "ja-en") for key in "abc")
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        asked = [request(f"c{n}", f"s{n}", pair="ja-en", lock=locks[n]) for n in order]
        ledger = Ledger(problem(asked, interpreters=people, rooms=("r1", "r2", "r3")))
        ledger.place_locked()
        spots = {key: (spot.room, spot.interpreter) for key, spot in ledger.spots.items()}
        assert spots["c1-s1"] == ("r3", "a")
        assert sorted(spots.values()) == [("r1", spots["c0-s0"][1]), ("r2", spots["c2-s2"][1]), ("r3", "a")]
        assert sorted(who for _, who in spots.values()) == ["a", "b", "c"]


@pytest.mark.parametrize(("room", "who"), list(product((None, "r1"), (None, "b"))))
def test_a_lock_reopened_keeps_only_what_it_names(room: str | None, who: str | None):
    asked = request(pair="ja-en", lock=Lock(at(1), room, who))
    people = (interpreter("a", "ja-en"), interpreter("b", "ja-en"))
    ledger = Ledger(problem([asked], interpreters=people, rooms=("r1",)))
    ledger.place_locked()
    assert ledger.spots["c1-s1"] == Spot(minute(1), "r1", who or "a")
    ledger.reopen(asked)
    assert ledger.spots["c1-s1"] == Spot(minute(1), room, who)
    ledger.complete(asked, among=["b"])
    assert ledger.spots["c1-s1"] == Spot(minute(1), "r1", "b")


def test_a_lock_to_a_room_or_person_unknown_to_the_round_stays_as_it_is():
    asked = request(pair="ja-en", lock=Lock(at(1), "gone", "left"))
    ledger = Ledger(problem([asked], interpreters=(interpreter("a", "ja-en"),), rooms=("r1",)))
    ledger.place_locked()
    assert ledger.spots["c1-s1"] == Spot(minute(1), "gone", "left")
    assert ledger.free_room(minute(1), minute(2)) == "r1"
