"""Rounds whose last day is over: finished by beat, listed so, with what is still open in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.enums import RoundStatus, TimetableStatus
from meetings.models import Meeting, Round, Timetable
from tests.accounts.racing import at_once, refused
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import SignIn, path, words
from tests.meetings.stories import repaired
from tests.meetings.test_repairs import closes, published

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


def test_what_was_looked_at_on_the_last_day_is_not_applied_on_the_next(cast: Cast, as_user: SignIn) -> None:
    round_, (first, *_others) = published(cast, 2)
    closes(first)
    repair = repaired(round_, cast.officer)
    client = as_user(cast.officer)
    seen = client.get(path("repair_check", pk=round_.pk)).context["fingerprint"]
    assert actions.finish_rounds(now=LAST_MINUTE + timedelta(minutes=1)) == 1
    Notice.objects.all().delete()
    for page in ("repair", "repair_check"):
        assert client.get(path(page, pk=round_.pk)).status_code == 404
    assert client.post(path("repair_check", pk=round_.pk), {"checked": seen}).status_code == 404
    assert client.post(path("repair_discard", pk=round_.pk)).status_code == 409
    with pytest.raises(TransitionNotAllowed):
        actions.apply_repair(repair, by=cast.officer)
    assert Meeting.objects.get(pk=first.pk).period == first.period
    assert not Notice.objects.exists()


def test_a_repair_that_fails_holds_its_round_up_no_longer(cast: Cast) -> None:
    round_, _meetings = published(cast, 1)
    repair = actions.start_repair(round_, by=cast.officer)
    assert actions.finish_rounds(now=LAST_MINUTE + timedelta(days=1)) == 0
    actions.give_up_placement(repair)
    assert actions.finish_rounds(now=LAST_MINUTE + timedelta(days=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_finishing_and_applying_at_once_leave_the_round_finished_and_its_meetings_whole(cast: Cast) -> None:
    round_, (first, *_others) = published(cast, 2)
    closes(first)
    repair = repaired(round_, cast.officer)
    results = at_once(
        lambda: actions.apply_repair(Timetable.objects.get(pk=repair.pk), by=cast.officer),
        lambda: actions.finish_rounds(now=LAST_MINUTE + timedelta(days=1)),
    )
    repair.refresh_from_db()
    moved = Meeting.objects.get(pk=first.pk).period != first.period
    assert (bool(refused(results)), moved, repair.status) in [
        (False, True, TimetableStatus.PUBLISHED),
        (True, False, TimetableStatus.DISCARDED),
    ]
    assert Round.objects.get().status == RoundStatus.HELD
    assert Timetable.objects.filter(status=TimetableStatus.PUBLISHED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_finish_a_round_once(cast: Cast) -> None:
    published(cast, 1)
    results = at_once(*[lambda: actions.finish_rounds(now=LAST_MINUTE + timedelta(days=1))] * 2)
    assert sorted(results) == [0, 1]
    assert AuditEvent.objects.filter(action="round.held").count() == 1
