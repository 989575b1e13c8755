"""Officers who sit in the meetings of a round, and lengths: from the form to the booked meeting."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from accounts.models import User
from meetings import actions, board, problem, rules
from meetings.enums import RoundStatus, UnplacedReason
from meetings.forms.rooms import as_lines
from meetings.models import BookingSeat, Meeting, MeetingRequest, Placement, Round, Timetable
from meetings.timetable_check import Fault
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, collect_after_a_look, links, path, said, source, words
from tests.meetings.test_round_fields import ROUND

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)
NARROW = {
    "opens": time(10),
    "closes": time(11),
    "break_start": None,
    "break_end": None,
    "last_day": stories.MONDAY,
}


def sitting(cast: Cast, requests: list[MeetingRequest], *officers: User, **more: object) -> Round:
    return stories.a_round(cast.officer, requests, officer_attends=True, officers=officers, **more)


def again(round_: Round) -> Round:
    return Round.objects.get(pk=round_.pk)


@pytest.fixture
def colleague(db: None) -> User:
    return factories.OfficerFactory(name="colleague")


@pytest.fixture
def draft(cast: Cast, colleague: User) -> Timetable:
    """Two meetings of different pairs at the same hour, each with an officer of its own."""
    requests = stories.pairs(2, cast.officer, minutes=60)
    return stories.placed(sitting(cast, requests, cast.officer, colleague, **NARROW), cast.officer)


def test_each_meeting_has_an_officer_on_the_board_in_the_check_and_when_it_is_booked(
    cast: Cast, as_user: SignIn, draft: Timetable, colleague: User
) -> None:
    rows = list(draft.placements.for_board())
    assert {row.officer for row in rows} == {cast.officer, colleague}
    assert problem.faults(draft.round, rows, now=EARLY) == []
    load = board.officer_load(rows, draft.round)
    assert sorted((bar["label"], bar["points"], bar["max"]) for bar in load) == [
        ("colleague", 1, 2),
        ("officer", 1, 2),
    ]
    page = words(as_user(cast.officer).get(path("round", pk=draft.round_id)))
    assert ("Officer: colleague" in page, "Officer: officer" in page) == (True, True)
    assert "Officers on" in page
    assert f"Officer: {rows[0].officer.name}" in words(
        as_user(cast.officer).get(path("placement", pk=rows[0].pk))
    )

    before = rules.fingerprint(rows)
    swapped = [rows[1].officer, rows[0].officer]
    for row, officer in zip(rows, swapped, strict=True):
        row.officer = officer
    assert rules.fingerprint(rows) != before

    meetings = actions.publish(draft, by=cast.officer)
    assert {each.officer for each in meetings} == {cast.officer, colleague}
    seats = BookingSeat.objects.filter(resource__officer__isnull=False)
    assert sorted(seats.values_list("meeting", "resource__officer")) == sorted(
        (each.pk, each.officer_id) for each in meetings
    )
    reader = as_user(stories.member_of(meetings[0].request.match.startup))
    shown = words(reader.get(path("detail", pk=meetings[0].request_id)))
    assert f"From the programme office {meetings[0].officer.name}" in shown


def test_an_officer_booked_in_one_round_is_not_there_for_another(
    cast: Cast, draft: Timetable, colleague: User
) -> None:
    """Both sit in the first round from 10:00 to 11:00; with the pause the second can begin at 11:30."""
    actions.publish(draft, by=cast.officer)
    second = sitting(
        cast, stories.pairs(1, cast.officer, minutes=60), colleague, **{**NARROW, "closes": time(13)}
    )
    row = stories.placed(second, cast.officer).placements.get()
    assert (row.officer, row.start) == (colleague, stories.at(2, 30))
    third = sitting(cast, stories.pairs(1, cast.officer, minutes=60), colleague, **NARROW)
    row = stories.placed(third, cast.officer).placements.get()
    assert (row.reason, row.detail["remedy"]) == (UnplacedReason.NO_OFFICER, "add_officer")
    # Put there behind the actions' back, the database refuses the second seat at the same hour.
    Placement.objects.filter(pk=row.pk).update(
        starts_at=stories.at(1), ends_at=stories.at(2), reason="", officer=colleague, locked=True
    )
    with pytest.raises(actions.DoubleBooking):
        actions.publish(again(third).draft, by=cast.officer)
    assert again(third).status == RoundStatus.CHECKING


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_officer_who_is_free_the_reason_leads_to_the_form(
    cast: Cast, as_user: SignIn, colleague: User, language: str
) -> None:
    round_ = sitting(cast, stories.pairs(2, cast.officer, minutes=60), colleague, **NARROW)
    timetable = stories.placed(round_, cast.officer)
    row = timetable.placements.unplaced().get()
    assert row.reason == UnplacedReason.NO_OFFICER
    client = as_user(cast.officer)
    response = client.get(path("round", language=language, pk=round_.pk))
    edit = path("round_edit", language=language, pk=round_.pk)
    assert f"{edit}#div_id_officers" in links(response)
    assert (said("Add an officer", language) in words(response)) is True
    assert 'id="div_id_officers"' in source(client.get(edit))
    # Somebody who left the office sits in nothing.
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert problem.round_problem(again(round_), now=EARLY).problem.officers == ()


def test_a_changed_round_looks_again_at_what_is_placed(
    cast: Cast, as_user: SignIn, draft: Timetable, colleague: User
) -> None:
    """The colleague sits in no more: the locked meeting keeps its time and gets another officer when placed again."""
    client, page = as_user(cast.officer), path("round", pk=draft.round_id)
    older = "has been changed since this timetable was made"
    assert older not in words(client.get(page))
    row = draft.placements.get(officer=colleague)
    actions.lock(row, by=cast.officer)
    third = factories.OfficerFactory(name="third")
    hours = {
        "opens": "10:00",
        "closes": "11:00",
        "break_start": "",
        "break_end": "",
        "last_day": "2031-06-02",
    }
    change = {
        **ROUND,
        **hours,
        "room_names": as_lines(draft.round.rooms.all()),
        "officer_attends": "on",
        "officers": [cast.officer.pk, third.pk],
    }
    answer = client.post(path("round_edit", pk=draft.round_id), change, follow=True)
    assert "1 meeting of the draft no longer fits" in words(answer)
    assert "does not sit in the meetings of this round any more." in words(answer)
    assert older in words(answer)
    found = problem.faults(again(draft.round), draft.placements.for_board(), now=EARLY)
    assert [(each.fault, each.locked) for each in found] == [(Fault.OFFICER_UNKNOWN, True)]

    new = stories.placed(draft.round, cast.officer)
    moved = new.placements.get(request=row.request_id)
    assert (moved.officer, moved.locked, moved.starts_at) == (third, True, row.starts_at)
    answer = client.get(page)
    assert (older in words(answer), answer.context["clash_count"]) == (False, 0)
    fine = client.post(path("round_edit", pk=draft.round_id), change, follow=True)
    assert "Start the auto-placement again to use the changes." in words(fine)
    # Nobody needs one any more: those who sat in are in the way of publishing until it is placed again.
    client.post(path("round_edit", pk=draft.round_id), {**change, "officer_attends": ""})
    assert {
        each.fault for each in problem.faults(again(draft.round), new.placements.for_board(), now=EARLY)
    } == {Fault.OFFICER_UNKNOWN}
    free = stories.placed(draft.round, cast.officer).placements.all()
    assert [each.officer for each in free] == [None, None]


def test_undoing_a_placement_brings_its_officers_back(cast: Cast, draft: Timetable, colleague: User) -> None:
    before = dict(draft.placements.values_list("request", "officer"))
    row = draft.placements.first()
    actions.lock(row, by=cast.officer)
    step = actions_of(draft)
    assert step.before["officer"] == step.after["officer"] == row.officer_id
    actions.undo(step, by=cast.officer)
    assert dict(draft.placements.values_list("request", "officer")) == before


def actions_of(draft: Timetable) -> object:
    return draft.round.steps.to_undo()


def test_a_moved_meeting_keeps_its_officer_or_gets_a_colleague_or_nobody(
    cast: Cast, draft: Timetable, colleague: User
) -> None:
    first, second = actions.publish(draft, by=cast.officer)
    sat = first.officer
    # Nobody is in the way in the afternoon.
    actions.reschedule(first, stories.at(5), reason="A visit", by=cast.officer, now=EARLY)
    assert Meeting.objects.get(pk=first.pk).officer == sat
    # Now the other meeting would overlap: a colleague of the round is free then, or was.
    actions.reschedule(second, stories.at(5), reason="A visit", by=cast.officer, now=EARLY)
    assert Meeting.objects.get(pk=second.pk).officer == second.officer != sat
    Meeting.objects.filter(pk=second.pk).update(officer=sat)
    BookingSeat.objects.filter(meeting=second, resource__officer__isnull=False).delete()
    second = Meeting.objects.get(pk=second.pk)
    actions.reschedule(second, stories.at(5, 30), reason="A call", by=cast.officer, now=EARLY)
    second.refresh_from_db()
    assert second.officer not in (sat, None)
    first.round.officers.set([sat])
    Meeting.objects.filter(pk=second.pk).update(officer=sat)
    second = Meeting.objects.get(pk=second.pk)
    actions.reschedule(second, stories.at(5), reason="A call", by=cast.officer, now=EARLY)
    second.refresh_from_db()
    assert (second.officer, second.seats.filter(resource__officer=sat).count()) == (None, 0)


# The form


BAD = [
    ({"officer_attends": "on"}, "officers", "Choose who sits in, or let no officer attend."),
    ({"officer_attends": "on", "officers": ["0"]}, "officers", "0 is not one of the available choices."),
    ({"lengths": []}, "lengths", "This field is required."),
    ({"lengths": ["50"]}, "lengths", "50 is not one of the available choices."),
]


def test_officers_and_lengths_badly_filled_in(cast: Cast, as_user: SignIn) -> None:
    for language in LANGUAGES:
        client = as_user(cast.officer)
        for change, field, text in BAD:
            response = client.post(path("round_new", language=language), {**ROUND, **change})
            errors = response.context["form"].errors
            assert (change, list(errors)) == (change, [field])
            assert language == "ja" or text in str(errors[field])
    assert Round.objects.count() == 0


def test_only_people_of_the_office_can_be_chosen_and_what_was_chosen_is_kept(
    cast: Cast, as_user: SignIn, colleague: User
) -> None:
    client = as_user(cast.officer)
    offered = client.get(path("round_new")).context["form"].fields["officers"].queryset
    assert list(offered) == [cast.administrator, colleague, cast.officer]
    chosen = {"officer_attends": "on", "officers": [colleague.pk], "lengths": ["30", "60"]}
    client.post(path("round_new"), {**ROUND, **chosen})
    round_ = Round.objects.get()
    assert (round_.officer_attends, list(round_.officers.all()), round_.lengths) == (
        True,
        [colleague],
        [30, 60],
    )
    shown = words(client.get(path("round", pk=round_.pk)))
    for text in (
        "30 minutes / 60 minutes",
        "15 minutes",
        "12:00–13:00",
        "Firm 3, startup 4",
        "Hall / Studio",
    ):
        assert (text, text in shown) == (text, True)
    assert "Officer in each meeting colleague" in shown
    form = client.get(path("round_edit", pk=round_.pk)).context["form"]
    assert (form["lengths"].value(), form["officer_attends"].value()) == ([30, 60], True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_round_takes_only_meetings_of_its_lengths_and_keeps_those_it_has(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    short, long = stories.pairs(1, cast.officer, minutes=30)[0], stories.pairs(2, cast.officer, minutes=60)
    round_ = stories.a_round(cast.officer, lengths=[30, 45])
    client = as_user(cast.officer)
    assert client.get(path("round", pk=round_.pk)).context["waiting"] == 1
    answer = collect_after_a_look(client, round_.pk, language)
    assert list(MeetingRequest.objects.filter(round=round_)) == [short]
    note = {"en": "2 requests wait on: their length", "ja": "2件の申込みは、長さがこのラウンド"}[language]
    assert note in words(answer)
    refused = client.post(
        path("round_edit", language=language, pk=round_.pk), {**ROUND, "lengths": ["45", "60"]}
    )
    assert list(refused.context["form"].errors) == ["lengths"]
    note = {"en": "1 request of this round has another length (30 minutes).", "ja": "（30分）の申込みが1件"}
    assert note[language] in words(refused)
    assert again(round_).lengths == [30, 45]
    client.post(path("round_edit", pk=round_.pk), {**ROUND, "lengths": ["30", "60"]})
    actions.collect(round_, long, by=cast.officer)
    assert MeetingRequest.objects.filter(round=round_).count() == 3
    assert again(round_).changed_at > round_.created_at - timedelta(seconds=1)
