"""The reasons for unplaced requests: lift exactly what one names, and the request fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings

from meetings.intervals import Miss, intersect
from meetings.ledger import Ledger, Spot, to_minute
from meetings.scheduler import make_timetable, options
from meetings.timetable import (
    Interpreter,
    Officer,
    Party,
    Placement,
    Problem,
    Reason,
    Remedy,
    Timetable,
    Unplaced,
)
from meetings.timetable_check import violations
from meetings.why_not import explain
from tests.meetings.rounds import at, interpreter, party, problem, request, rounds, span

RANDOMLY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def only_reason(given_problem: Problem) -> Unplaced:
    (unplaced,) = make_timetable(given_problem).unplaced
    return unplaced


@RANDOMLY
@given(rounds())
def test_every_reason_is_true(made: Problem):
    table = make_timetable(made)
    for why in table.unplaced:
        wanted = made.request(why.request)
        silent = tuple(key for key in wanted.parties if made.parties[key].open is None)
        assert (why.reason is Reason.WAITING) == bool(silent)
        if not silent:
            assert (why.reason is Reason.NO_SHARED_TIME) == (not has_shared_time(made, why.request))
        if why.start is not None:
            assert fits_once_lifted(made, table, why)


def has_shared_time(made: Problem, request_id: str) -> bool:
    """On this grid every interval begins on a start, so a long enough one is enough."""
    wanted = made.request(request_id)
    shared = intersect(made.rules.open, *(made.parties[key].open or () for key in wanted.parties))
    return any(each.minutes >= wanted.minutes for each in shared)


def fits_once_lifted(made: Problem, table: Timetable, why: Unplaced) -> bool:
    """Take away exactly what the reason names, place the request there, and ask the checker."""
    lifted, wanted = {why.reason, *why.also}, made.request(why.request)
    stay = [each for each in table.placements if each.request not in why.by]
    room, who, seat = free(made, stay, wanted.id, why.start)
    if wanted.pair is not None:
        who = "new" if Reason.NO_INTERPRETER in lifted else who
        newcomer = Interpreter("new", frozenset([wanted.pair]), made.rules.open)
        made = replace(made, interpreters=(*made.interpreters, newcomer))
    if made.rooms is not None:
        room = "new" if Reason.NO_ROOM in lifted else room
        made = replace(made, rooms=(*made.rooms, "new"))
    if made.officers is not None:
        seat = "new" if Reason.NO_OFFICER in lifted else seat
        made = replace(made, officers=(*made.officers, Officer("new", made.rules.open)))
    if Reason.NO_ROOM in lifted:
        made = replace(made, rules=replace(made.rules, max_concurrent=None))
    if Reason.DAILY_LIMIT in lifted:
        parties = {key: replace(each, max_per_day=None) for key, each in made.parties.items()}
        made = replace(made, parties=parties)
    if Reason.MONTHLY_LIMIT in lifted:
        parties = {key: replace(each, max_per_month=None) for key, each in made.parties.items()}
        made = replace(made, parties=parties)
    return violations(made, [*stay, Placement(wanted.id, why.start, wanted.minutes, room, who, seat)]) == []


def free(
    made: Problem, stay: list[Placement], request_id: str, start: datetime
) -> tuple[str | None, str | None, str | None]:
    """A room, an interpreter and an officer that `stay` leaves free."""
    ledger = Ledger(made)
    for each in stay:
        spot = Spot(to_minute(each.start), each.room, each.interpreter, each.officer)
        ledger.place(made.request(each.request), spot)
    wanted, minute = made.request(request_id), to_minute(start)
    end = minute + wanted.minutes
    return (
        ledger.free_room(minute, end),
        ledger.free_interpreter(wanted, minute),
        ledger.free_officer(minute, end),
    )


def test_a_request_waits_for_a_party_that_gave_no_availability():
    why = only_reason(problem([request()], [Party("s1", None)]))
    assert why == Unplaced("c1-s1", Reason.WAITING, Remedy.ASK_AVAILABILITY, parties=("s1",))


def test_no_shared_time_tells_how_near_the_two_sides_come():
    why = only_reason(problem([request()], [party("c1", span(0, 3)), party("s1", span(2.5, 6))]))
    assert why.reason is Reason.NO_SHARED_TIME
    assert (why.miss, why.remedy) == (Miss(at(2.5), 30), Remedy.OFFER_MORE_TIMES)


def test_time_shared_outside_the_round_suggests_a_wider_round():
    why = only_reason(problem([request()], [party("c1", span(9, 12)), party("s1", span(9, 12))]))
    assert (why.remedy, why.parties, why.miss) == (Remedy.WIDEN_ROUND, ("c1", "s1"), None)


def test_no_interpreter_at_any_shared_time():
    why = only_reason(problem([request(pair="ja-vi")], interpreters=(interpreter("a", "ja-en"),)))
    assert (why.reason, why.remedy) == (Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER)


@RANDOMLY
@given(rounds(max_requests=4))
def test_what_a_reason_names_is_what_holds_the_request_back(made: Problem):
    """The limits of others are not it; and without any need of officers the request would fit, if no more is told."""
    table = make_timetable(made)
    for why in table.unplaced:
        if why.reason is Reason.MONTHLY_LIMIT:
            others = {
                key: each if key in why.parties else replace(each, max_per_month=None)
                for key, each in made.parties.items()
            }
            lifted = options(replace(made, parties=others), table.placements, why.request)
            assert why.start not in [each.start for each in lifted]
        if why.reason is Reason.NO_OFFICER and not why.also:
            found = options(replace(made, officers=None), table.placements, why.request)
            assert why.start in [each.start for each in found]


def test_a_daily_limit_names_the_party_it_is_about():
    requests = [request(startup="s1", weight=2), request(startup="s2")]
    why = only_reason(problem(requests, [party("c1", max_per_day=1)]))
    assert (why.reason, why.parties, why.remedy) == (Reason.DAILY_LIMIT, ("c1",), Remedy.RAISE_DAILY_LIMIT)


def test_no_room_at_the_only_time():
    requests = [request("c1", "s1", weight=2), request("c2", "s2")]
    why = only_reason(problem(requests, open=(span(0, 1),), rooms=("r1",)))
    assert (why.request, why.reason, why.start) == ("c2-s2", Reason.NO_ROOM, at(0))


def test_crowded_out_names_the_meetings_that_hold_the_time():
    requests = [request(startup="s1", weight=2), request(startup="s2")]
    why = only_reason(problem(requests, [party("c1", span(0, 1))]))
    assert (why.reason, why.by, why.parties) == (Reason.CROWDED_OUT, ("c1-s1",), ("c1",))


def test_no_shared_time_is_explained_from_the_two_sides_hours_alone():
    """In a round of thousands nobody has time to go through everybody's hours for each who has no place."""

    class Untouched(tuple):
        def __iter__(self):
            raise AssertionError("somebody else's hours were read")

    made = problem([request()], [party("c1", span(9, 12)), party("s1", span(10, 12))])
    crowd = {key: replace(party(key), open=Untouched((span(0, 9),))) for key in ("c2", "s2")}
    why = explain(Ledger(replace(made, parties={**made.parties, **crowd})), request(), {"c1-s1": []})
    assert (why.reason, why.remedy) == (Reason.NO_SHARED_TIME, Remedy.WIDEN_ROUND)
