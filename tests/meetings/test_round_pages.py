"""The pages of a round, from its opening to its publishing, by their buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from matchmaking.core import jobs
from matchmaking.core.models import Job
from meetings.enums import RoundStatus
from meetings.models import (
    Meeting,
    MeetingRequest,
    Placement,
    Round,
    Timetable,
)
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import collect_after_a_look, publish_after_a_look

SignIn = Callable[[User], Client]


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"meetings:{name}", kwargs=kwargs)


def text(response: Any) -> str:
    """The page's words without its markup's white space."""
    return " ".join(response.content.decode().split())


@pytest.fixture
def draft(cast: Cast) -> Timetable:
    """A round of two meetings and one that found no place, looked over by staff."""
    requests = stories.pairs(2, cast.officer) + stories.pairs(1, cast.officer, interpreter_wanted=True)
    return stories.placed(stories.a_round(cast.officer, requests), cast.officer)


ROUND_FORM = {
    "name": "Round 9",
    "first_day": "2031-06-02",
    "last_day": "2031-06-06",
    "answer_by": "2031-05-26",
    "opens": "09:30",
    "closes": "18:00",
    "break_start": "12:00",
    "break_end": "13:00",
    "room_names": "Hall\n\nStudio\nHall",
    "company_daily_limit": "3",
    "startup_daily_limit": "4",
    "buffer_minutes": "15",
    "lengths": ["30", "45", "60"],
}


@pytest.mark.django_db
def test_staff_open_a_round_and_change_it(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.officer)
    who = stories.interpreter()
    assert client.get(url("round_new")).status_code == 200
    client.post(url("round_new"), {**ROUND_FORM, "interpreters": [who.pk]})
    round_ = Round.objects.get()
    assert [room.name for room in round_.rooms.all()] == ["Hall", "Studio"]
    assert list(round_.interpreters.all()) == [who]
    assert "Hall\nStudio" in client.get(url("round_edit", pk=round_.pk)).content.decode()
    client.post(url("round_edit", pk=round_.pk), {**ROUND_FORM, "name": "Round 10", "room_names": "Studio"})
    round_.refresh_from_db()
    assert (round_.name, [room.name for room in round_.rooms.all()]) == ("Round 10", ["Studio"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("last_day", {"last_day": "2031-06-01"}),
        ("last_day", {"last_day": "2031-08-01"}),
        ("closes", {"closes": "09:00"}),
        ("break_end", {"break_end": ""}),
        ("break_end", {"break_end": "19:00"}),
        ("room_names", {"room_names": "x" * 41}),
        ("room_names", {"room_names": "Hall https://"}),
        ("name", {"name": ""}),
    ],
)
def test_a_round_that_makes_no_sense_is_sent_back(
    cast: Cast, as_user: SignIn, field: str, change: dict[str, str]
) -> None:
    response = as_user(cast.officer).post(url("round_new"), {**ROUND_FORM, **change})
    assert (f'href="#id_{field}"' in text(response), Round.objects.count()) == (True, 0)


@pytest.mark.django_db
def test_the_whole_path_of_a_round_by_its_buttons(cast: Cast, as_user: SignIn) -> None:
    stories.pairs(2, cast.officer)
    round_ = stories.a_round(cast.officer)
    client = as_user(cast.officer)
    page = url("round", pk=round_.pk)
    assert "No requests in this round yet" in text(client.get(page))
    collect_after_a_look(client, round_.pk)
    client.post(url("place", pk=round_.pk))
    assert "Waiting to start: 2 requests" in text(client.get(page))
    jobs.run(Job.objects.get(name="meetings.place_round").pk)
    assert "Looking for the best timetable: 2 requests" in text(client.get(url("progress", pk=round_.pk)))
    assert client.post(url("place", pk=round_.pk)).status_code == 409
    jobs.run_due()
    done = client.get(url("progress", pk=round_.pk))
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")
    assert "No better timetable exists" in text(client.get(page))
    checked = text(client.get(url("publish", pk=round_.pk)))
    assert ("Nothing has been sent yet" in checked, Meeting.objects.count()) == (True, 0)
    assert "2 meetings are published." in text(publish_after_a_look(client, round_.pk))
    assert (Meeting.objects.count(), Round.objects.get().status) == (2, RoundStatus.PUBLISHED)
    assert client.post(url("publish", pk=round_.pk)).status_code == 409


@pytest.mark.django_db
def test_a_request_is_left_for_another_round(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    made = MeetingRequest.objects.get()
    assert as_user(cast.officer).post(url("set_aside", pk=made.pk)).url == url("round", pk=round_.pk)
    made.refresh_from_db()
    assert made.round is None


@pytest.mark.django_db
def test_the_board_shows_places_and_reasons(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    page = text(as_user(cast.officer).get(url("round", pk=draft.round_id)))
    placed = [each.request.startup.name for each in draft.placements.placed()]
    assert [name in page for name in placed] == [True, True]
    assert [
        part in page
        for part in (
            "1 unplaced",
            "No interpreter for English is free",
            "Add an interpreter",
            "Break until 13:00",
        )
    ] == [True] * 4
    assert "Singapore" in page


@pytest.mark.django_db
def test_a_meeting_moves_by_radio_buttons_and_is_locked(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    client = as_user(cast.officer)
    row = draft.placements.placed().first()
    offered = client.get(url("placement", pk=row.pk)).context["moves"]
    response = client.post(url("move", pk=row.pk), {"starts_at": offered[0]["value"]})
    row.refresh_from_db()
    day = offered[0]["start"].date().isoformat()
    assert (row.starts_at, row.locked) == (offered[0]["start"], True)
    assert response.url == f"{url('round', pk=draft.round_id)}?day={day}"
    client.post(url("unlock", pk=row.pk))
    client.post(url("lock", pk=row.pk))
    assert Placement.objects.get(pk=row.pk).locked is True


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "words"),
    [("", "Choose a time."), ("2031-06-02T20:00:00+00:00", "This time is no longer free.")],
)
def test_a_bad_time_moves_nothing(
    cast: Cast, as_user: SignIn, draft: Timetable, value: str, words: str
) -> None:
    row = draft.placements.placed().first()
    response = as_user(cast.officer).post(url("move", pk=row.pk), {"starts_at": value}, follow=True)
    assert (words in text(response), Placement.objects.get(pk=row.pk).starts_at) == (True, row.starts_at)


@pytest.mark.django_db
def test_clashes_stand_on_the_board_and_block_publishing(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    first, second = draft.placements.placed()
    Placement.objects.filter(pk=second.pk).update(
        starts_at=first.starts_at, ends_at=first.ends_at, room=first.room
    )
    client = as_user(cast.officer)
    assert "Two meetings are in one room." in text(client.get(url("round", pk=draft.round_id)))
    assert "1 clash must be solved before publishing." in text(client.get(url("publish", pk=draft.round_id)))
    response = publish_after_a_look(client, draft.round_id)
    assert ("Nothing has been sent." in text(response), Meeting.objects.count()) == (True, 0)


@pytest.mark.django_db
def test_unplaced_pairs_are_asked_for_more_times(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    row = draft.placements.unplaced().get()
    response = as_user(cast.officer).post(url("ask_times", pk=row.pk), follow=True)
    assert "1 person has been asked." in text(response)
