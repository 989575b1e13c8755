"""Each reason in the smallest round that provokes it: apply the remedy, solve again, and it has a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from meetings.intervals import Interval, Miss
from meetings.scheduler import make_timetable
from meetings.timetable import Lock, Party, Problem, Reason, Remedy, Unplaced
from meetings.timetable_check import violations
from tests.meetings.rounds import JULY, at, interpreter, officer, party, problem, request, span

HOUR = (span(0, 1),)
Mend = Callable[[Problem], Problem]


def offering(key: str, *hours: Interval) -> Mend:
    """The party offers these hours instead."""
    return lambda made: replace(made, parties={**made.parties, key: replace(made.parties[key], open=hours)})


def ruling(**more: object) -> Mend:
    return lambda made: replace(made, rules=replace(made.rules, **more))


def hiring(*people) -> Mend:
    return lambda made: replace(made, interpreters=(*made.interpreters, *people))


def opening(*rooms: str) -> Mend:
    return lambda made: replace(made, rooms=(*made.rooms, *rooms))


def allowing(key: str, limit: int) -> Mend:
    return lambda made: replace(
        made, parties={**made.parties, key: replace(made.parties[key], max_per_day=limit)}
    )


def taking_on(key: str, limit: int) -> Mend:
    return lambda made: replace(
        made, parties={**made.parties, key: replace(made.parties[key], max_per_month=limit)}
    )


def seating(*people) -> Mend:
    return lambda made: replace(made, officers=(*made.officers, *people))


@dataclass(frozen=True)
class Case:
    """A round in which exactly one request has no place, why, and the deed that gives it one."""

    name: str
    made: Problem
    why: Unplaced
    mend: Mend


PAIR = [request("c1", "s1", weight=2), request("c1", "s2")]
APART = [request("c1", "s1", weight=2), request("c2", "s2")]
IN_FIELD = request(pair="en-ja/retail", wider="en-ja")
INTERPRETED = [replace(each, pair="ja-en") for each in APART]
EN, BOTH = interpreter("a", "ja-en"), interpreter("a", "ja-en", "ja-id")

CASES = [
    Case(
        "a startup has not said when",
        problem([request()], [Party("s1", None)]),
        Unplaced("c1-s1", Reason.WAITING, Remedy.ASK_AVAILABILITY, parties=("s1",)),
        offering("s1", span(2, 3)),
    ),
    Case(
        "a company has not said when",
        problem([request()], [Party("c1", None)]),
        Unplaced("c1-s1", Reason.WAITING, Remedy.ASK_AVAILABILITY, parties=("c1",)),
        offering("c1", span(2, 3)),
    ),
    Case(
        "a company offers nothing at all",
        problem([request()], [Party("c1", ())]),
        Unplaced("c1-s1", Reason.NO_SHARED_TIME, Remedy.OFFER_MORE_TIMES, parties=("c1",)),
        offering("c1", span(2, 3)),
    ),
    Case(
        "the two sides share half an hour",
        problem([request()], [party("c1", span(0, 3)), party("s1", span(2.5, 6))]),
        Unplaced("c1-s1", Reason.NO_SHARED_TIME, Remedy.OFFER_MORE_TIMES, miss=Miss(at(2.5), 30)),
        offering("c1", span(0, 3.5)),
    ),
    Case(
        "the two sides share nothing",
        problem([request()], [party("c1", span(0, 2)), party("s1", span(4, 6))]),
        Unplaced("c1-s1", Reason.NO_SHARED_TIME, Remedy.OFFER_MORE_TIMES, miss=Miss(at(4), 180)),
        offering("c1", span(0, 5)),
    ),
    Case(
        "the shared hour begins off the grid",
        problem([request()], [party("c1", span(0.1, 1.1))]),
        Unplaced("c1-s1", Reason.NO_SHARED_TIME, Remedy.OFFER_MORE_TIMES, miss=Miss(at(0.25), 9)),
        offering("c1", span(0.1, 1.25)),
    ),
    Case(
        "the officer is there at another time",
        problem([request()], [party("s1", span(2, 4))], officers=(officer("a", span(4, 6)),)),
        Unplaced("c1-s1", Reason.NO_OFFICER, Remedy.ADD_OFFICER, start=at(2)),
        seating(officer("b")),
    ),
    Case(
        "the only officer is in another meeting",
        problem(APART, open=HOUR, officers=(officer("a"),)),
        Unplaced("c2-s2", Reason.NO_OFFICER, Remedy.ADD_OFFICER, start=at(0)),
        seating(officer("b")),
    ),
    Case(
        "the officer needs a pause",
        problem(APART, open=(span(0, 2),), officers=(officer("a", buffer_minutes=15),)),
        Unplaced("c2-s2", Reason.NO_OFFICER, Remedy.ADD_OFFICER, start=at(0)),
        seating(officer("b")),
    ),
    Case(
        "there is no officer",
        problem([request()], open=HOUR, officers=()),
        Unplaced("c1-s1", Reason.NO_OFFICER, Remedy.ADD_OFFICER, start=at(0)),
        seating(officer("a")),
    ),
    Case(
        "both have time after the round",
        problem([request()], [party("c1", span(9, 12)), party("s1", span(10, 12))]),
        Unplaced("c1-s1", Reason.NO_SHARED_TIME, Remedy.WIDEN_ROUND, parties=("c1", "s1")),
        ruling(open=(span(0, 12),)),
    ),
    Case(
        "the round ends half an hour early",
        problem([request()], [party("c1", span(8.5, 12)), party("s1", span(8.5, 12))]),
        Unplaced("c1-s1", Reason.NO_SHARED_TIME, Remedy.WIDEN_ROUND, miss=Miss(at(8.5), 30)),
        ruling(open=(span(0, 9.5),)),
    ),
    Case(
        "the time they shared is over",
        problem([request()], [party("c1", span(0, 3), span(6, 6.5))], not_before=at(4)),
        Unplaced("c1-s1", Reason.NO_SHARED_TIME, Remedy.OFFER_MORE_TIMES, miss=Miss(at(6), 30)),
        offering("c1", span(6, 7)),
    ),
    Case(
        "nobody speaks the language",
        problem([request(pair="ja-vi")], open=HOUR, interpreters=(EN,)),
        Unplaced("c1-s1", Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER, start=at(0), pair="ja-vi"),
        hiring(interpreter("v", "ja-vi")),
    ),
    Case(
        "somebody speaks the language, nobody knows the field",
        problem([IN_FIELD], open=HOUR, interpreters=(interpreter("a", "en-ja", "en-ja/mobility"),)),
        Unplaced("c1-s1", Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER, start=at(0), pair="en-ja/retail"),
        hiring(interpreter("b", "en-ja", "en-ja/retail")),
    ),
    Case(
        "nobody speaks the language, whatever the field",
        problem([IN_FIELD], open=HOUR, interpreters=(interpreter("a", "vi-ja", "vi-ja/retail"),)),
        Unplaced("c1-s1", Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER, start=at(0), pair="en-ja"),
        hiring(interpreter("b", "en-ja", "en-ja/retail")),
    ),
    Case(
        "who speaks the language comes later, and does not know the field",
        problem([IN_FIELD], open=HOUR, interpreters=(interpreter("a", "en-ja", open=(span(3, 9),)),)),
        Unplaced("c1-s1", Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER, start=at(0), pair="en-ja"),
        hiring(interpreter("b", "en-ja", "en-ja/retail")),
    ),
    Case(
        "the only interpreter is in another meeting",
        problem(INTERPRETED, open=HOUR, interpreters=(EN,)),
        Unplaced("c2-s2", Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER, start=at(0), pair="ja-en"),
        hiring(interpreter("b", "ja-en")),
    ),
    Case(
        "the only interpreter has had enough that day",
        problem(INTERPRETED, open=(span(0, 2),), interpreters=(replace(EN, max_per_day=1),)),
        Unplaced("c2-s2", Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER, start=at(0), pair="ja-en"),
        hiring(interpreter("b", "ja-en")),
    ),
    Case(
        "the one who speaks both languages is needed for the other",
        problem([INTERPRETED[0], request("c2", "s2", pair="ja-id")], open=HOUR, interpreters=(BOTH,)),
        Unplaced("c2-s2", Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER, start=at(0), pair="ja-id"),
        hiring(interpreter("b", "ja-en")),
    ),
    Case(
        "no interpreter in the language before noon",
        problem([request(pair="ja-en")], open=HOUR, interpreters=(replace(EN, open=(span(3, 9),)),)),
        Unplaced("c1-s1", Reason.NO_INTERPRETER, Remedy.ADD_INTERPRETER, start=at(0), pair="ja-en"),
        hiring(interpreter("b", "ja-en", open=HOUR)),
    ),
    Case(
        "the only room is taken",
        problem(APART, open=HOUR, rooms=("r1",)),
        Unplaced("c2-s2", Reason.NO_ROOM, Remedy.ADD_ROOM, start=at(0)),
        opening("r2"),
    ),
    Case(
        "the room is not yet aired",
        problem(APART, open=(span(0, 2),), rooms=("r1",), room_buffer_minutes=10),
        Unplaced("c2-s2", Reason.NO_ROOM, Remedy.ADD_ROOM, start=at(0)),
        opening("r2"),
    ),
    Case(
        "there is no room",
        problem([request()], open=HOUR, rooms=()),
        Unplaced("c1-s1", Reason.NO_ROOM, Remedy.ADD_ROOM, start=at(0)),
        opening("r1"),
    ),
    Case(
        "the company's day is full",
        problem(PAIR, [party("c1", max_per_day=1)]),
        Unplaced("c1-s2", Reason.DAILY_LIMIT, Remedy.RAISE_DAILY_LIMIT, start=at(1), parties=("c1",)),
        allowing("c1", 2),
    ),
    Case(
        "the company's month is full with what it has elsewhere",
        problem([request()], [party("c1", max_per_month=2, elsewhere=(at(0, -6), at(0, 23)))]),
        Unplaced("c1-s1", Reason.MONTHLY_LIMIT, Remedy.ASK_FOR_MORE_A_MONTH, start=at(0), parties=("c1",)),
        taking_on("c1", 3),
    ),
    Case(
        "the startup's month is full with a heavier meeting",
        problem(
            [request("c1", "s1", weight=2), request("c2", "s1")],
            [party("s1", span(0, 9), span(0, 9, 1), max_per_month=1, elsewhere=(at(0, JULY),))],
            open=(span(0, 9), span(0, 9, 1)),
        ),
        Unplaced("c2-s1", Reason.MONTHLY_LIMIT, Remedy.ASK_FOR_MORE_A_MONTH, start=at(1), parties=("s1",)),
        taking_on("s1", 2),
    ),
    Case(
        "both sides take on nothing more in the month",
        problem([request()], [party(key, max_per_month=0) for key in ("c1", "s1")]),
        Unplaced(
            "c1-s1", Reason.MONTHLY_LIMIT, Remedy.ASK_FOR_MORE_A_MONTH, start=at(0), parties=("c1", "s1")
        ),
        lambda made: taking_on("c1", 1)(taking_on("s1", 1)(made)),
    ),
    Case(
        "the startup meets nobody",
        problem([request()], [party("s1", max_per_day=0)], open=HOUR),
        Unplaced("c1-s1", Reason.DAILY_LIMIT, Remedy.RAISE_DAILY_LIMIT, start=at(0), parties=("s1",)),
        allowing("s1", 1),
    ),
    Case(
        "a heavier meeting has the company's only hour",
        problem(PAIR, [party("c1", span(0, 1))]),
        Unplaced(
            "c1-s2",
            Reason.CROWDED_OUT,
            Remedy.OFFER_MORE_TIMES,
            start=at(0),
            parties=("c1",),
            by=("c1-s1",),
        ),
        offering("c1", span(0, 2)),
    ),
    Case(
        "a locked meeting has the company's only hour",
        problem([replace(PAIR[0], weight=0.5, lock=Lock(at(0))), PAIR[1]], [party("c1", span(0, 1))]),
        Unplaced(
            "c1-s2",
            Reason.CROWDED_OUT,
            Remedy.OFFER_MORE_TIMES,
            start=at(0),
            parties=("c1",),
            by=("c1-s1",),
        ),
        offering("c1", span(0, 2)),
    ),
    Case(
        "the pause after a meeting reaches too far",
        problem(PAIR, [party("c1", span(0, 2), buffer_minutes=30)]),
        Unplaced(
            "c1-s2",
            Reason.CROWDED_OUT,
            Remedy.OFFER_MORE_TIMES,
            start=at(0),
            parties=("c1",),
            by=("c1-s1",),
        ),
        offering("c1", span(0, 2.5)),
    ),
    Case(
        "the only room and the company's only hour are taken",
        problem(PAIR, [party("c1", span(0, 1))], rooms=("r1", "r2")),
        Unplaced(
            "c1-s2",
            Reason.CROWDED_OUT,
            Remedy.OFFER_MORE_TIMES,
            start=at(0),
            parties=("c1",),
            by=("c1-s1",),
        ),
        offering("c1", span(0, 2)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reason_is_told_and_its_remedy_works(case: Case):
    before = make_timetable(case.made)
    assert before.unplaced == (case.why,)
    mended = case.mend(case.made)
    after = make_timetable(mended)
    assert after.unplaced == ()
    assert sorted(each.request for each in after.placements) == sorted(each.id for each in case.made.requests)
    assert violations(mended, after.placements) == []


def test_every_reason_and_every_remedy_has_a_case():
    assert {case.why.reason for case in CASES} == set(Reason)
    assert {case.why.remedy for case in CASES} == set(Remedy)


# More than one thing in the way


def test_what_else_stands_in_the_way_is_told_beside_the_first_reason():
    made = problem(
        [replace(each, pair="ja-en") for each in PAIR],
        [party("c1", span(0, 1), max_per_day=1), party("s2", max_per_month=0)],
        interpreters=(EN,),
        rooms=("r1",),
        officers=(officer("o"),),
    )
    (why,) = make_timetable(made).unplaced
    assert why.reason is Reason.NO_INTERPRETER
    assert why.also == (
        Reason.NO_OFFICER,
        Reason.NO_ROOM,
        Reason.DAILY_LIMIT,
        Reason.MONTHLY_LIMIT,
        Reason.CROWDED_OUT,
    )
    assert (why.by, why.parties, why.pair) == (("c1-s1",), ("c1",), "ja-en")


def test_the_reason_that_holds_at_every_start_is_told_first():
    """At 0:00 the interpreter is missing, at 1:00 the startup; the company's limit stands in the way at all."""
    requests = [
        request("c1", "s1", id="own", lock=Lock(at(2))),
        request("c2", "s2", id="theirs", lock=Lock(at(1))),
        request("c3", "s3", id="hers", pair="ja-en", lock=Lock(at(0))),
        request("c1", "s2", id="wanted", pair="ja-en"),
    ]
    firm = party("c1", max_per_day=1)
    made = problem(requests, [firm], open=(span(0, 3),), interpreters=(EN,), grid_minutes=60)
    assert make_timetable(made).unplaced == (
        Unplaced(
            "wanted",
            Reason.DAILY_LIMIT,
            Remedy.RAISE_DAILY_LIMIT,
            start=at(0),
            parties=("c1",),
            pair="ja-en",
            also=(Reason.NO_INTERPRETER,),
        ),
    )


def test_a_meeting_beside_which_there_is_room_does_not_crowd_anybody_out():
    """Two tables: the half hour at 0:00 leaves one free, the two meetings at 1:00 do not."""
    requests = [
        request("c1", "s1", id="early", minutes=30, lock=Lock(at(0))),
        request("c1", "s2", id="left", lock=Lock(at(1))),
        request("c1", "s3", id="right", lock=Lock(at(1))),
        request("c1", "s4", id="long", minutes=90),
    ]
    made = problem(requests, [party("c1", span(0, 2), capacity=2)], open=(span(0, 1.75),), grid_minutes=60)
    (why,) = make_timetable(made).unplaced
    assert (why.request, why.reason, why.by) == ("long", Reason.CROWDED_OUT, ("left", "right"))


@pytest.mark.parametrize("seconds", [1, 60, 3599])
def test_time_that_is_over_is_not_counted_as_near(seconds: int):
    made = problem([request()], [party("c1", span(0, 3))], not_before=at(2) + timedelta(seconds=seconds))
    (why,) = make_timetable(made).unplaced
    assert (why.reason, why.remedy) == (Reason.NO_SHARED_TIME, Remedy.OFFER_MORE_TIMES)
    assert why.miss is not None
    assert why.miss.short_by > 0
    assert why.miss.at > at(2)
