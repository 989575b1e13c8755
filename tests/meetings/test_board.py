"""The board as data, the picker's table, and the sample: small things with many cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from accounts.models import Organisation, User
from matchmaking.matches.enums import MatchStatus
from meetings import board, cautions, picker
from meetings.enums import RequestStatus, RoundStatus, TimetableStatus, UnplacedReason
from meetings.intervals import Interval
from meetings.models import Meeting, MeetingRequest, Placement, Round, Timetable
from meetings.models.availability import validate_week
from meetings.sample import COMING_ROUND, load_meetings
from meetings.timetable import Solver
from meetings.unplaced import explain
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories

NOON = datetime(2031, 7, 7, 3, tzinfo=UTC)  # in Japan


@pytest.mark.parametrize(
    ("zone", "hour", "flags"),
    [
        ("Asia/Jerusalem", 4, ["Before 08:00 there"]),  # 07:00 in summer
        ("Asia/Jerusalem", 5, []),
        ("Australia/Sydney", 9, []),  # 19:00 to 19:45
        ("Australia/Sydney", 10, ["After 20:00 there"]),
        ("America/Los_Angeles", 6, ["After 20:00 there"]),  # 23:00 the day before
    ],
)
def test_early_and_late_hours_are_flagged_on_the_startups_clock(
    zone: str, hour: int, flags: list[str]
) -> None:
    start = datetime(2031, 7, 7, hour, tzinfo=UTC)
    found = cautions.hour_flags(start, start + timedelta(minutes=45), Organisation(time_zone=zone))
    assert found == flags


@pytest.mark.parametrize(
    ("status", "requests", "current"),
    [
        (RoundStatus.COLLECTING, 0, "Requests"),
        (RoundStatus.COLLECTING, 2, "Availability"),
        (RoundStatus.PLACING, 2, "Auto-placement"),
        (RoundStatus.CHECKING, 2, "Staff check"),
        (RoundStatus.PUBLISHED, 2, "Meetings"),
    ],
)
def test_the_steps_say_where_a_round_stands(status: str, requests: int, current: str) -> None:
    steps = board.steps(Round(status=status), requests)
    states = [each["state"] for each in steps]
    at = [each["label"] for each in steps].index(current)
    assert states == ["done"] * at + ["current"] + [""] * (5 - at)


def test_a_finished_round_has_no_step_left() -> None:
    assert {each["state"] for each in board.steps(Round(status=RoundStatus.HELD), 1)} == {"done"}


@pytest.mark.parametrize(
    ("solver", "objective", "bound", "words"),
    [
        (Solver.HIGHS, 10.0, 10.0, "No better timetable exists: the solver has proved it."),
        (Solver.HIGHS, 9.9, 10.0, "At most 1.0% from the best timetable that can exist."),
        (
            Solver.GREEDY,
            9.0,
            10.0,
            "Made by the simple order, as the solver ran out of time: at most 10.0% from the best.",
        ),
        (Solver.HIGHS, 0.0, 0.0, "No better timetable exists: the solver has proved it."),
    ],
)
def test_how_good_a_timetable_is_stands_in_words(
    solver: str, objective: float, bound: float, words: str
) -> None:
    assert board.quality(Timetable(solver=solver, objective=objective, bound=bound)) == words


def test_the_stage_of_a_placement_stands_in_words() -> None:
    waiting = Timetable(round_id=1, status=TimetableStatus.WAITING, request_count=3, created_at=NOON)
    assert board.progress_of(waiting)["text"] == "Waiting to start: 3 requests"
    solving = Timetable(
        round_id=1, status=TimetableStatus.SOLVING, request_count=3, option_count=4500, started_at=NOON
    )
    assert board.progress_of(solving)["text"].startswith(
        "Looking for the best timetable: 3 requests, 4,500 possible times ("
    )


NAMES, PAIRS = {1: "Kitahama", 2: "ThermaLoop"}, {7: "Miyama × Surya"}
DETAIL = {
    "parties": [],
    "by": [],
    "language": "",
    "start": "",
    "near": "",
    "short_by": 0,
    "remedy": "add_room",
}
AT = {"start": "2031-06-02T01:00:00+00:00"}


@pytest.mark.parametrize(
    ("reason", "detail", "words"),
    [
        (UnplacedReason.WAITING, {"parties": [2]}, "ThermaLoop has not said yet when it can meet."),
        (
            UnplacedReason.NO_SHARED_TIME,
            {"parties": [1, 2]},
            "Kitahama, ThermaLoop has no time within the hours of the round.",
        ),
        (
            UnplacedReason.NO_SHARED_TIME,
            {"near": "2031-06-02T09:00:00+00:00", "short_by": 30},
            "Nearest: Mon 2 Jun, 18:00, where 30 minutes are missing.",
        ),
        (UnplacedReason.NO_SHARED_TIME, {}, "Neither side has time within the hours of the round."),
        (
            UnplacedReason.NO_INTERPRETER,
            {"language": "vi", **AT},
            "No interpreter for Vietnamese is free when both sides are, for example on Mon 2 Jun, 10:00.",
        ),
        (
            UnplacedReason.NO_INTERPRETER,
            {"language": "vi", "field": "", **AT},
            "No interpreter for Vietnamese is free when both sides are, for example on Mon 2 Jun, 10:00.",
        ),
        (
            UnplacedReason.NO_INTERPRETER,
            {"language": "vi", "field": "mobility", **AT},
            (
                "No interpreter for Vietnamese who knows Mobility is free when both sides are,"
                " for example on Mon 2 Jun, 10:00."
            ),
        ),
        (
            UnplacedReason.NO_ROOM,
            AT,
            "All rooms are taken when both sides are free, for example on Mon 2 Jun, 10:00.",
        ),
        (
            UnplacedReason.DAILY_LIMIT,
            {"parties": [1], **AT},
            "Kitahama has as many meetings that day as allowed: Mon 2 Jun, 10:00.",
        ),
        (
            UnplacedReason.CROWDED_OUT,
            {"by": [7], **AT},
            "Other meetings take the times that both sides share, for example on Mon 2 Jun, 10:00: Miyama × Surya.",
        ),
    ],
)
def test_each_reason_is_a_sentence_with_names_and_times(
    reason: str, detail: dict[str, object], words: str
) -> None:
    assert explain(Placement(reason=reason, detail={**DETAIL, **detail}), NAMES, PAIRS) == words


@pytest.mark.django_db
def test_a_room_in_use_says_until_when(cast: Cast) -> None:
    first, second = stories.pairs(2, cast.officer, minutes=60)
    round_ = stories.a_round(cast.officer)
    one, two = round_.rooms.all()
    rows = [
        Placement(pk=1, request=first, starts_at=stories.at(1), ends_at=stories.at(2), room=one),
        Placement(pk=2, request=second, starts_at=stories.at(1, 30), ends_at=stories.at(2, 30), room=two),
    ]
    made = board.table(round_, board.columns([one, two], rows), set(), "en", calendars={})
    assert [(row.start, row.break_until) for row in made] == [
        ("10:00", ""),
        ("10:30", ""),
        ("12:00", "13:00"),
    ]
    assert [cell.until for cell in made[1].cells] == ["11:00", ""]
    assert made[0].cells[0].theirs == "Singapore 09:00"


@pytest.mark.parametrize(
    ("clash", "flags", "locked", "draft", "css"),
    [
        (True, ["late"], True, True, "meet-conflict"),
        (False, ["late"], True, True, "meet-warn"),
        (False, [], True, True, "meet-lock"),
        (False, [], False, True, "meet-draft"),
        (False, [], False, False, ""),
    ],
)
def test_a_clash_is_seen_before_a_caution_before_a_lock_before_a_draft(
    clash: bool, flags: list[str], locked: bool, draft: bool, css: str
) -> None:
    cell = board.Cell(SimpleNamespace(), Placement(locked=locked), flags=flags, clash=clash, draft=draft)
    assert cell.css == css


def test_slots_end_at_the_break_and_drop_what_is_too_short() -> None:
    open_ = [Interval(stories.at(0, 30), stories.at(3)), Interval(stories.at(4), stories.at(5, 20))]
    found = picker.slots(open_, "Asia/Singapore")
    assert [(each.clock, each.interval.minutes) for each in found] == [
        ("08:30", 60),
        ("09:30", 60),
        ("10:30", 30),
        ("12:00", 60),
    ]


def test_a_day_without_an_hour_has_an_empty_cell_there() -> None:
    slots = picker.slots(
        [Interval(stories.at(1), stories.at(3)), Interval(stories.at(1, day=3), stories.at(2, day=3))], "UTC"
    )
    cells = picker.cells(
        slots, chosen=[], booked={Interval(stories.at(1, 30), stories.at(2)): "Checkoutless"}, partners=[]
    )
    rows = picker.rows(cells, zone="UTC")
    assert [(row.clock, [cell.slot is not None for cell in row.cells]) for row in rows] == [
        ("01:00", [True, True]),
        ("02:00", [True, False]),
    ]
    assert [cell.booked for cell in rows[0].cells] == ["Checkoutless", None]


def test_slots_follow_the_clock_over_a_change_of_summer_time() -> None:
    # Sydney ends summer time on Sunday 6 April 2031: the same hour in Japan is 10:00 before and 09:00 after.
    friday, monday = (datetime(2031, 4, day, 0, tzinfo=UTC) for day in (4, 7))
    slots = picker.slots(
        [Interval(day, day + timedelta(hours=1)) for day in (friday, monday)], "Australia/Sydney"
    )
    assert [(each.day, each.clock) for each in slots] == [
        (date(2031, 4, 4), "11:00"),
        (date(2031, 4, 7), "10:00"),
    ]


@pytest.mark.parametrize(
    "week",
    [
        {},
        [],
        {"7": ["09:00", "17:00"]},
        {"0": ["17:00", "09:00"]},
        {"0": ["09:00"]},
        {"0": "nine"},
        {"0": [9, 17]},
    ],
)
def test_a_week_that_makes_no_sense_is_refused(week: object) -> None:
    with pytest.raises(Exception, match="working day"):
        validate_week(week)


def test_a_week_may_end_at_midnight() -> None:
    validate_week({"0": ["09:00", "00:00"], "6": ["10:00", "12:00"]})


@pytest.mark.django_db
def test_the_sample_plays_every_state_and_loads_once(cast: Cast) -> None:
    companies = [
        cast.company,
        cast.other_company,
        *(factories.ChallengeFactory().company for _each in range(6)),
    ]
    startups = [factories.StartupFactory() for _each in range(6)]
    for number, company in enumerate(companies):
        for startup in startups[number % 2 :: 2]:
            stories.match_of(company, startup, score=60 + number)
    by = User.objects.officers().first()
    for _twice in range(2):
        load_meetings(by=by, today=date(2031, 5, 12))
    states = set(MeetingRequest.objects.values_list("status", flat=True))
    assert states == {
        RequestStatus.REQUESTED,
        RequestStatus.ACCEPTED,
        RequestStatus.DECLINED,
        RequestStatus.SCHEDULED,
        RequestStatus.WITHDRAWN,
    }
    coming = Round.objects.get(name=COMING_ROUND)
    assert (Round.objects.count(), coming.status, coming.first_day) == (
        2,
        RoundStatus.COLLECTING,
        date(2031, 6, 9),
    )
    assert Meeting.objects.count() > 0


@pytest.mark.django_db
def test_the_sample_makes_do_without_matches(cast: Cast) -> None:
    stories.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    load_meetings(by=cast.officer, today=date(2031, 5, 12))
    assert (MeetingRequest.objects.count(), Round.objects.count()) == (0, 2)
