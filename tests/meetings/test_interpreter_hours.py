"""When an interpreter works in a round: entered by staff on a clock of theirs, kept to by the timetable."""

from __future__ import annotations

from datetime import date, time

import pytest

from accounts.models import User
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, problem
from meetings.enums import RoundStatus, UnplacedReason
from meetings.intervals import Interval
from meetings.models import Interpreter, Round, Shift
from meetings.timetable_check import Fault
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, links, only, path, said, source, words
from tests.meetings.test_round_fields import ROUND

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)
TUESDAY = date(2031, 6, 3)
MORNING = (time(10), time(11))
STAFF = ("officer", "administrator")


@pytest.fixture
def who() -> Interpreter:
    return stories.interpreter()


@pytest.fixture
def round_(cast: Cast, who: Interpreter) -> Round:
    """Monday and Tuesday, one request that wants an interpreter."""
    requests = stories.pairs(1, cast.officer, interpreter_wanted=True, minutes=60)
    return stories.a_round(cast.officer, requests, interpreters=[who], last_day=TUESDAY)


def given(
    round_: Round, who: Interpreter, by: User, zone: str = "Asia/Tokyo", **days: tuple[time, time]
) -> None:
    names = {"monday": stories.MONDAY, "tuesday": TUESDAY, "friday": stories.FRIDAY}
    actions.set_shifts(round_, who, {names[day]: hours for day, hours in days.items()}, zone=zone, by=by)


def hours_of(round_: Round) -> tuple[Interval, ...]:
    made = problem.round_problem(Round.objects.get(pk=round_.pk), now=EARLY).problem
    return made.interpreters[0].open


def test_hours_are_those_of_the_round_unless_entered_and_never_beyond_it(
    cast: Cast, round_: Round, who: Interpreter
) -> None:
    """Half past nine to six with a break from twelve to one, Japan time; nine hours behind in UTC."""
    whole = [
        Interval(stories.at(hour, minute, day=day), stories.at(*end, day=day))
        for day in (2, 3)
        for hour, minute, end in ((0, 30, (3,)), (4, 0, (9,)))
    ]
    assert list(hours_of(round_)) == whole
    given(round_, who, cast.officer, tuesday=(time(11), time(14)))
    assert hours_of(round_) == (
        Interval(stories.at(2, day=3), stories.at(3, day=3)),
        Interval(stories.at(4, day=3), stories.at(5, day=3)),
    )
    # Jerusalem is six hours behind Tokyo in summer: 03:00 to 20:00 there begins at 09:00 here and ends after the round.
    given(round_, who, cast.officer, zone="Asia/Jerusalem", monday=(time(3), time(20)))
    assert list(hours_of(round_)) == whole[:2]
    given(round_, who, cast.officer, friday=MORNING)
    assert hours_of(round_) == ()
    given(round_, who, cast.officer)
    assert list(hours_of(round_)) == whole
    assert AuditEvent.objects.filter(action="interpreter.hours_set").count() == 4


def test_meetings_are_placed_in_the_hours_and_a_draft_outside_them_is_told(
    cast: Cast, as_user: SignIn, round_: Round, who: Interpreter
) -> None:
    given(round_, who, cast.officer, tuesday=MORNING)
    draft = stories.placed(round_, cast.officer)
    row = draft.placements.get()
    assert (row.starts_at, row.interpreter) == (stories.at(1, day=3), who)
    assert {each.start for each in problem.moves(draft.round, [row], row.request_id, now=EARLY)} == {
        row.starts_at
    }
    address = path("interpreter_hours", pk=round_.pk, interpreter_pk=who.pk)
    monday = {"hours": "own", "zone": "Asia/Tokyo", "opens_20310602": "10:00", "closes_20310602": "10:30"}
    answer = as_user(cast.officer).post(address, monday, follow=True)
    assert "1 meeting of the draft no longer fits" in words(answer)
    assert "The interpreter is not available at this time." in words(answer)
    found = problem.faults(Round.objects.get(pk=round_.pk), [row], now=EARLY)
    assert [each.fault for each in found] == [Fault.INTERPRETER_HOURS]
    # Half an hour is too short for it: then nobody interprets, and that is the reason.
    row = stories.placed(round_, cast.officer).placements.get()
    assert (row.reason, row.detail["remedy"]) == (UnplacedReason.NO_INTERPRETER, "add_interpreter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_enter_hours_and_read_them_on_the_page_of_the_round(
    cast: Cast, as_user: SignIn, round_: Round, who: Interpreter, language: str
) -> None:
    client, page = as_user(cast.officer), path("round", language=language, pk=round_.pk)
    address = path("interpreter_hours", language=language, pk=round_.pk, interpreter_pk=who.pk)
    shown = client.get(page)
    assert (said("All hours of the round", language) in words(shown), address in links(shown)) == (True, True)
    form = client.get(address)
    assert form.context["form"]["hours"].value() == "all"
    assert 'value="09:30"' in source(form)
    days = {
        "opens_20310602": "10:00",
        "closes_20310602": "12:00",
        "opens_20310603": "",
        "closes_20310603": "",
    }
    client.post(address, {"hours": "own", "zone": "Asia/Singapore", **days})
    shift = Shift.objects.get()
    assert (shift.day, shift.opens, shift.closes, shift.zone) == (
        stories.MONDAY,
        time(10),
        time(12),
        "Asia/Singapore",
    )
    assert shift.interval == Interval(stories.at(2), stories.at(4))
    span = {"en": "10:00–12:00 (Singapore time)", "ja": "10:00〜12:00（シンガポール時間）"}[language]
    assert span in words(client.get(page))
    form = client.get(address)
    assert (form.context["form"]["hours"].value(), form.context["form"]["zone"].value()) == (
        "own",
        "Asia/Singapore",
    )
    assert 'value="09:30"' not in source(form)
    # On other days than the round's: nobody works, and it says so.
    Shift.objects.update(day=stories.FRIDAY)
    assert said("No hours on the days of the round", language) in words(client.get(page))
    client.post(address, {"hours": "all", "zone": "Asia/Tokyo", **days})
    assert Shift.objects.count() == 0


BAD = [
    ({"hours": ""}, "hours", "This field is required."),
    ({"zone": "Mars/Base"}, "zone", "Mars/Base is not one of the available choices."),
    ({"opens_20310602": ""}, "opens_20310602", "Give both times, or neither on a day off."),
    ({"closes_20310602": ""}, "closes_20310602", "Give both times, or neither on a day off."),
    ({"closes_20310602": "10:00"}, "closes_20310602", "The day must end after it begins."),
    ({"opens_20310602": "ten"}, "opens_20310602", "Enter a valid time."),
    ({"opens_20310602": "", "closes_20310602": ""}, "hours", "Enter hours on one day at least"),
]


def test_hours_badly_filled_in_come_back_with_what_was_typed(
    cast: Cast, as_user: SignIn, round_: Round, who: Interpreter
) -> None:
    client = as_user(cast.officer)
    good = {"hours": "own", "zone": "Asia/Tokyo", "opens_20310602": "10:00", "closes_20310602": "11:00"}
    for language in LANGUAGES:
        address = path("interpreter_hours", language=language, pk=round_.pk, interpreter_pk=who.pk)
        for change, field, text in BAD:
            response = client.post(address, {**good, **change})
            errors = response.context["form"].errors
            assert (change, list(errors)) == (change, [field])
            assert language == "ja" or text in str(errors[field])
            assert f'href="#id_{field}' in source(response)
    assert Shift.objects.count() == 0


def test_hours_are_the_offices_own_and_end_with_the_round_or_with_their_interpreter(
    cast: Cast, as_user: SignIn, round_: Round, who: Interpreter
) -> None:
    address = path("interpreter_hours", pk=round_.pk, interpreter_pk=who.pk)
    assert answers(cast, as_user, address) == only(*STAFF)
    stranger = stories.interpreter()
    client = as_user(cast.officer)
    assert client.get(path("interpreter_hours", pk=round_.pk, interpreter_pk=stranger.pk)).status_code == 404
    with pytest.raises(TransitionNotAllowed):
        given(round_, stranger, cast.officer, monday=MORNING)
    given(round_, who, cast.officer, monday=MORNING)
    assert Round.objects.get(pk=round_.pk).changed_at is not None
    client.post(path("round_edit", pk=round_.pk), {**ROUND, "interpreters": [who.pk]})
    assert Shift.objects.count() == 1
    client.post(path("round_edit", pk=round_.pk), {**ROUND, "interpreters": [stranger.pk]})
    assert Shift.objects.count() == 0
    for status in (RoundStatus.PLACING, RoundStatus.HELD):
        Round.objects.filter(pk=round_.pk).update(status=status)
        again = path("interpreter_hours", pk=round_.pk, interpreter_pk=stranger.pk)
        assert (status, client.get(again).status_code) == (status, 409)
        with pytest.raises(TransitionNotAllowed):
            given(round_, stranger, cast.officer, monday=MORNING)
