"""Rounds whose last day is over: finished by beat, listed so, with what is still open in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from matchmaking.core.models import AuditEvent
from meetings import actions
from meetings.enums import RoundStatus, TimetableStatus
from meetings.models import Meeting, Round
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import SignIn, path, words
from tests.meetings.stories import repaired
from tests.meetings.test_repairs import published

pytestmark = pytest.mark.django_db
LAST_MINUTE = datetime(2031, 6, 6, 23, 59, tzinfo=ZoneInfo("Asia/Tokyo"))


def test_a_round_is_finished_when_its_last_day_is_over_in_japan(cast: Cast) -> None:
    round_, _meetings = published(cast, 1)
    assert actions.finish_rounds(now=LAST_MINUTE) == 0
    assert actions.finish_rounds(now=LAST_MINUTE + timedelta(minutes=1)) == 1
    assert Round.objects.get().status == RoundStatus.HELD
    assert AuditEvent.objects.filter(action="round.held", target_id=str(round_.pk)).count() == 1
    assert actions.finish_rounds(now=LAST_MINUTE + timedelta(days=9)) == 0


def test_only_published_rounds_are_finished(cast: Cast) -> None:
    stories.a_round(cast.officer)
    stories.placed(stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer)
    assert actions.finish_rounds(now=LAST_MINUTE + timedelta(days=30)) == 0


def test_a_repair_that_nobody_decided_on_goes_and_one_in_work_is_waited_for(cast: Cast) -> None:
    round_, _meetings = published(cast, 1)
    repair = repaired(round_, cast.officer)
    again = actions.start_repair(round_, by=cast.officer)
    assert actions.finish_rounds(now=LAST_MINUTE + timedelta(days=1)) == 0
    actions.gather(again)
    actions.work_out(again)
    assert actions.finish_rounds(now=LAST_MINUTE + timedelta(days=1)) == 1
    for each in (repair, again):
        each.refresh_from_db()
        assert each.status == TimetableStatus.DISCARDED


def test_a_finished_round_takes_neither_changes_nor_repairs(cast: Cast, as_user: SignIn) -> None:
    round_, _meetings = published(cast, 1)
    actions.finish_rounds(now=LAST_MINUTE + timedelta(days=1))
    client = as_user(cast.officer)
    assert client.get(path("round_edit", pk=round_.pk)).status_code == 409
    assert client.post(path("repair_start", pk=round_.pk)).status_code == 409
    page = words(client.get(path("round", pk=round_.pk)))
    assert "Repair the timetable" not in page
    assert "1 meeting" in page


def test_the_list_is_narrowed_by_state_and_counts_what_has_no_known_end(cast: Cast, as_user: SignIn) -> None:
    round_, (meeting, _other) = published(cast, 2)
    later = stories.a_round(cast.officer, name="Another round")
    long_ago = type(meeting.period)(
        *(each - timedelta(days=9 * 365) for each in (meeting.starts_at, meeting.ends_at))
    )
    Meeting.objects.filter(pk=meeting.pk).update(period=long_ago)
    actions.finish_rounds(now=LAST_MINUTE + timedelta(days=1))
    client = as_user(cast.officer)
    everything = client.get(path("rounds"))
    assert {each.pk for each, _open in everything.context["rows"]} == {round_.pk, later.pk}
    page = client.get(path("rounds") + "?status=held")
    assert page.context["rows"] == [(round_, 1)]
    assert "Finished (1)" in words(page)
    assert f"{path('ended')}?round={round_.pk}" in page.content.decode()
    assert "No round is in this state." in words(client.get(path("rounds") + "?status=placing"))
    ended = client.get(path("ended") + f"?round={round_.pk}")
    assert [row["meeting"].pk for row in ended.context["rows"]] == [meeting.pk]
    assert client.get(path("ended") + f"?round={later.pk}").context["rows"] == []
    assert len(client.get(path("ended") + "?round=x").context["rows"]) == 1
    board = words(client.get(path("round", pk=round_.pk)))
    assert "Of 1 meeting that is over nobody knows yet whether it took place." in board
