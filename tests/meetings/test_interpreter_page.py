"""The page of an interpreter: staff change what is known of them, and are told what no longer fits."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaking.core.enums import Field
from matchmaking.core.models import AuditEvent
from meetings import actions, interpreting
from meetings.enums import RoundStatus
from meetings.models import Interpreter, Meeting, MeetingRequest, Placement, Round
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import (
    LANGUAGES,
    SignIn,
    answers,
    links,
    only,
    path,
    queries,
    said,
    source,
    table,
    words,
)

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)
STAFF = ("officer", "administrator")
TIMES = (1, 4, 6)


@pytest.fixture
def who() -> Interpreter:
    return stories.interpreter("en", name="Ohno", daily_limit=5)


def form_of(who: Interpreter, **change: Any) -> dict[str, Any]:
    """What the page sends if only this is changed."""
    fresh = Interpreter.objects.get(pk=who.pk)
    sent = {
        "name": fresh.name,
        "languages": fresh.languages,
        "fields": fresh.fields,
        "daily_limit": fresh.daily_limit,
        "email": fresh.email,
        "mail_language": fresh.mail_language,
        "is_active": "on" if fresh.is_active else "",
        **change,
    }
    return {name: value for name, value in sent.items() if value != ""}


def booked(cast: Cast, number: int) -> list[Meeting]:
    """Meetings of one firm about retail, in English, interpreted."""
    made = []
    for hour in TIMES[:number]:
        match = stories.match_of(cast.company, factories.StartupFactory())
        request = stories.agreed(match, cast.company_owner, interpreter_wanted=True, minutes=30)
        made.append(actions.book_free_time(request, stories.at(hour), by=cast.officer, now=EARLY))
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_names_the_fields_and_leads_to_the_page_which_changes_everything(
    cast: Cast, as_user: SignIn, who: Interpreter, language: str
) -> None:
    client = as_user(cast.officer)
    lists, page = (
        path("interpreters", language=language),
        path("interpreter_edit", language=language, pk=who.pk),
    )
    shown = client.get(lists)
    assert page in links(shown)
    assert table(shown)[1][2] == said("All fields", language)

    form = client.get(page)
    assert form.status_code == 200
    assert said("None ticked: all fields.", language) in words(form)
    assert [
        form.context["form"][name].value() for name in ("name", "languages", "fields", "daily_limit")
    ] == [
        "Ohno",
        ["en"],
        [],
        5,
    ]
    change = {
        "name": "Ohno Kei",
        "languages": ["en", "id"],
        "fields": ["retail", "agritech"],
        "daily_limit": 2,
    }
    answer = client.post(page, form_of(who, **change, is_active=""), follow=True)
    assert answer.redirect_chain[-1][0] == lists
    now = Interpreter.objects.get(pk=who.pk)
    assert (now.name, now.languages, now.fields, now.daily_limit, now.is_active) == (
        "Ohno Kei",
        ["en", "id"],
        ["retail", "agritech"],
        2,
        False,
    )
    row = table(answer)[1]
    assert row[0] == f"Ohno Kei {said('Not working now', language)}"
    assert row[2] == " / ".join(said(Field(each).label, language) for each in now.fields)
    # And back to all of them.
    client.post(page, form_of(who, fields=[], is_active="on"))
    assert (Interpreter.objects.get().fields, Interpreter.objects.get().is_active) == ([], True)


def test_each_change_is_written_down_with_what_it_changed_and_none_without_one(
    cast: Cast, who: Interpreter
) -> None:
    same = {"name": "Ohno", "languages": ["en"], "fields": [], "daily_limit": 5, "is_active": True}
    actions.change_interpreter(who, by=cast.officer, **same)
    actions.change_interpreter(who, by=cast.officer, **{**same, "name": "Ohno Kei", "fields": ["retail"]})
    (row,) = AuditEvent.objects.filter(action="interpreter.changed")
    assert (row.actor_id, row.target_id, row.target_label) == (cast.officer.pk, str(who.pk), "Ohno Kei")
    assert row.detail == {"fields": ["fields", "name"]}


def test_only_staff_come_here_and_a_bad_field_changes_nothing(
    cast: Cast, as_user: SignIn, who: Interpreter
) -> None:
    page = path("interpreter_edit", pk=who.pk)
    assert answers(cast, as_user, page) == only(*STAFF)
    assert answers(cast, as_user, page, post=True) == only(*STAFF)
    client = as_user(cast.officer)
    assert client.get(path("interpreter_edit", pk=who.pk + 1000)).status_code == 404
    for change, field in (
        ({"name": ""}, "name"),
        ({"languages": []}, "languages"),
        ({"languages": ["ja"]}, "languages"),
        ({"fields": ["space"]}, "fields"),
        ({"daily_limit": "0"}, "daily_limit"),
    ):
        answer = client.post(page, form_of(who, **{"name": "Somebody else", **change}))
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
        assert f'href="#id_{field}' in source(answer)
        assert answer.context["title"] == "Ohno"  # the name that stands, not the one typed
    assert (Interpreter.objects.get().name, AuditEvent.objects.count()) == ("Ohno", 0)


def test_booked_meetings_that_no_longer_fit_are_told_and_listed_and_stay_until_moved(
    cast: Cast, as_user: SignIn, who: Interpreter
) -> None:
    first, second = booked(cast, 2)
    client, page = as_user(cast.officer), path("interpreter_edit", pk=who.pk)
    before = list(Meeting.objects.order_by("pk").values())
    for change, count in (
        ({"fields": ["retail"]}, 0),
        ({"fields": ["mobility"]}, 2),
        ({"fields": [], "languages": ["vi"]}, 2),
        ({"languages": ["en", "vi"], "is_active": ""}, 2),
        ({"is_active": "on", "daily_limit": 1}, 0),  # a limit of the day is about new ones
    ):
        answer = client.post(page, form_of(who, **change), follow=True)
        target = page if count else path("interpreters")
        assert answer.redirect_chain[-1][0] == target
        told = "2 booked meetings no longer fit this interpreter. They stay as they were booked."
        assert (told in words(answer)) == bool(count)
        assert len(interpreting.unfit_meetings(Interpreter.objects.get(pk=who.pk), now=EARLY)) == count
    assert list(Meeting.objects.order_by("pk").values()) == before

    another = stories.interpreter("en")
    client.post(page, form_of(who, fields=["mobility"]))
    shown = client.get(page)
    addresses = {path(name, pk=each.request_id) for each in (first, second) for name in ("detail", "times")}
    assert (addresses <= links(shown), "Booked meetings that no longer fit" in words(shown)) == (True, True)
    # Chosen anew at its own time: somebody who fits comes.
    actions.reschedule(first, first.starts_at, reason="Interpreter", by=cast.officer, now=EARLY)
    after = Meeting.objects.get(pk=first.pk)
    assert (after.starts_at, after.interpreter) == (first.starts_at, another)
    assert interpreting.unfit_meetings(Interpreter.objects.get(pk=who.pk), now=EARLY) == [second]
    # Neither what is over nor what was cancelled.
    assert interpreting.unfit_meetings(Interpreter.objects.get(pk=who.pk), now=second.ends_at) == []
    actions.cancel(second, reason="Not needed", by=cast.officer)
    assert "no longer fit" not in words(client.get(page))


def test_a_draft_is_looked_at_again_and_its_round_says_that_it_is_older(
    cast: Cast, as_user: SignIn, who: Interpreter
) -> None:
    requests = stories.pairs(2, cast.officer, interpreter_wanted=True)
    round_ = stories.a_round(cast.officer, requests, interpreters=[who])
    stories.placed(round_, cast.officer)
    rows = list(Placement.objects.order_by("pk").values())
    client, page = as_user(cast.officer), path("interpreter_edit", pk=who.pk)
    found = []
    for change in (
        {"name": "Ohno Kei"},
        {"fields": ["retail", "mobility"]},
        {"fields": ["mobility"]},
        {"fields": [], "languages": ["vi"]},
        {"languages": ["en"], "is_active": ""},
        {"is_active": "on"},
    ):
        answer = client.post(page, form_of(who, **change), follow=True)
        text = "2 meetings in drafts of rounds no longer fit this interpreter: the board says why."
        board = client.get(path("round", pk=round_.pk))
        changed = Round.objects.get(pk=round_.pk).changed_at is not None
        found.append((text in words(answer), len(board.context["clashes"]), changed))
        faults = {
            "who": "The interpreter does not know the field of the meeting." in words(board),
            "says": "The interpreter does not speak the language of the meeting." in words(board),
            "gone": "The interpreter does not work in this round any more." in words(board),
        }
        found.append([name for name, stands in faults.items() if stands])
    assert found == [
        (False, 0, False),
        [],
        (False, 0, True),
        [],
        (True, 2, True),
        ["who"],
        (True, 2, True),
        ["says"],
        (True, 2, True),
        ["gone"],
        (False, 0, True),
        [],
    ]
    assert list(Placement.objects.order_by("pk").values()) == rows
    # Placed again without them, nobody is left to interpret.
    client.post(page, form_of(who, is_active=""))
    assert "Not working now" in words(client.get(path("round", pk=round_.pk)))
    again = stories.placed(round_, cast.officer)
    assert set(again.placements.values_list("reason", "interpreter")) == {("no_interpreter", None)}


def test_rounds_that_are_published_are_not_marked_as_changed(cast: Cast, who: Interpreter) -> None:
    states = {
        RoundStatus.COLLECTING: True,
        RoundStatus.PLACING: True,
        RoundStatus.CHECKING: True,
        RoundStatus.PUBLISHED: False,
        RoundStatus.HELD: False,
    }
    rounds = {status: stories.a_round(cast.officer, interpreters=[who]) for status in states}
    for status, round_ in rounds.items():
        Round.objects.filter(pk=round_.pk).update(status=status)
    without = stories.a_round(cast.officer)
    actions.change_interpreter(who, fields=["retail"], by=cast.officer)
    marked = {
        status: Round.objects.get(pk=round_.pk).changed_at is not None for status, round_ in rounds.items()
    }
    assert (marked, Round.objects.get(pk=without.pk).changed_at) == (states, None)


def test_the_page_needs_as_many_queries_for_three_meetings_as_for_one(cast: Cast, as_user: SignIn) -> None:
    found = []
    for number in (1, 3):
        who = stories.interpreter("en", fields=["retail"])
        booked(cast, number)
        Meeting.objects.update(interpreter=who)
        actions.change_interpreter(who, fields=["mobility"], by=cast.officer)
        found.append(queries(as_user(cast.officer), path("interpreter_edit", pk=who.pk)))
        MeetingRequest.objects.update(status="cancelled")
        Meeting.objects.update(status="cancelled", cancel_reason="Over")
        for meeting in Meeting.objects.all():
            meeting.seats.update(status="released")
        Interpreter.objects.update(is_active=False)
    assert found[0] == found[1]
