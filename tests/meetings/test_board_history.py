"""The history of a round's board: each step with who and when, undone and done again in order until publishing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.enums import RoundStatus, StepKind, StepStatus, TimetableStatus
from meetings.models import BoardStep, Placement, Room, Round, Timetable
from meetings.rules import fingerprint
from tests.conftest import Cast
from tests.meetings import pages, stories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
Deed = Callable[[Placement, User], None]


@pytest.fixture
def draft(cast: Cast) -> Timetable:
    """Two that are placed, and one for which nobody interprets."""
    requests = stories.pairs(2, cast.officer) + stories.pairs(1, cast.officer, interpreter_wanted=True)
    return stories.placed(stories.a_round(cast.officer, requests), cast.officer)


def board(timetable: Timetable) -> list[tuple[Any, ...]]:
    """All that stands in a timetable, with its locks and reasons."""
    names = ("request", "starts_at", "ends_at", "room", "interpreter", "locked", "reason", "detail")
    return list(timetable.placements.order_by("request").values_list(*names))


def first(timetable: Timetable) -> Placement:
    return timetable.placements.placed().select_related("timetable__round").order_by("pk")[0]


def shift(row: Placement, by: User, hour: int = 6) -> None:
    actions.move_placement(row, starts_at=stories.at(hour, day=3), by=by)


def latest(timetable: Timetable) -> BoardStep:
    return BoardStep.objects.filter(round=timetable.round).select_related("round", "replaced")[0]


def lock(row: Placement, by: User) -> None:
    actions.lock(row, by=by)


def unlock(row: Placement, by: User) -> None:
    actions.unlock(row, by=by)


DEEDS: dict[StepKind, Deed] = {StepKind.MOVED: shift, StepKind.LOCKED: lock, StepKind.UNLOCKED: unlock}


@pytest.mark.parametrize("kind", DEEDS)
def test_every_deed_is_undone_and_done_again(cast: Cast, draft: Timetable, kind: StepKind) -> None:
    if kind == StepKind.UNLOCKED:
        lock(first(draft), cast.officer)
    before = board(draft)
    DEEDS[kind](first(draft), cast.officer)
    after = board(draft)
    assert (before != after, latest(draft).kind, latest(draft).by) == (True, kind, cast.officer)
    actions.undo(latest(draft), by=cast.administrator)
    assert board(draft) == before
    step = latest(draft)
    assert (step.status, step.changed_by, step.changed_at > step.at) == (
        StepStatus.UNDONE, cast.administrator, True,
    )  # fmt: skip
    actions.redo(step, by=cast.officer)
    assert (board(draft), latest(draft).status) == (after, StepStatus.DONE)


def test_a_step_of_before_officers_sat_in_is_undone_all_the_same(cast: Cast, draft: Timetable) -> None:
    before = board(draft)
    shift(first(draft), cast.officer)
    step = latest(draft)
    for name in ("before", "after"):
        del getattr(step, name)["officer"]
    step.save()
    actions.undo(latest(draft), by=cast.officer)
    assert board(draft) == before


def test_what_had_no_place_has_its_reason_again(cast: Cast, draft: Timetable) -> None:
    row = draft.placements.unplaced().select_related("timetable__round").get()
    before = board(draft)
    draft.round.interpreters.add(stories.interpreter("en"))
    shift(row, cast.officer)
    assert not draft.placements.unplaced().exists()
    actions.undo(latest(draft), by=cast.officer)
    assert board(draft) == before
    assert draft.placements.unplaced().get().reason == "no_interpreter"


def test_an_auto_placement_gives_way_to_the_draft_that_it_replaced(cast: Cast, draft: Timetable) -> None:
    lock(first(draft), cast.officer)
    kept, again = board(draft), stories.placed(draft.round, cast.officer)
    made = board(again)
    actions.undo(latest(again), by=cast.officer)
    assert Round.objects.get().draft == draft
    assert (board(draft), Timetable.objects.get(pk=again.pk).status) == (kept, TimetableStatus.REPLACED)
    actions.redo(latest(again), by=cast.officer)
    assert (Round.objects.get().draft, board(again)) == (again, made)


def test_steps_are_undone_from_the_last_one_back_to_the_first_placement(cast: Cast, draft: Timetable) -> None:
    boards = [board(draft)]
    for deed in (lock, unlock, shift):
        deed(first(draft), cast.officer)
        boards.append(board(draft))
    early = BoardStep.objects.get(kind=StepKind.LOCKED)
    with pytest.raises(TransitionNotAllowed):
        actions.undo(early, by=cast.officer)
    while step := BoardStep.objects.to_undo():
        assert board(draft) == boards.pop()
        actions.undo(step, by=cast.officer)
    assert [board(draft)] == boards
    placement = BoardStep.objects.get(kind=StepKind.PLACED)
    with pytest.raises(TransitionNotAllowed):
        actions.undo(placement, by=cast.officer)
    while step := BoardStep.objects.to_redo():
        actions.redo(step, by=cast.officer)
    assert set(BoardStep.objects.values_list("status", flat=True)) == {StepStatus.DONE}


def test_whoever_does_something_else_cannot_do_the_undone_again(cast: Cast, draft: Timetable) -> None:
    shift(first(draft), cast.officer)
    actions.undo(latest(draft), by=cast.officer)
    lock(first(draft), cast.officer)
    told = dict(BoardStep.objects.values_list("kind", "status"))
    assert told == {
        StepKind.PLACED: StepStatus.DONE, StepKind.MOVED: StepStatus.DROPPED, StepKind.LOCKED: StepStatus.DONE,
    }  # fmt: skip
    assert BoardStep.objects.to_redo() is None
    with pytest.raises(TransitionNotAllowed):
        actions.redo(BoardStep.objects.get(kind=StepKind.MOVED), by=cast.officer)


def test_of_two_who_undo_the_same_step_one_does(cast: Cast, draft: Timetable) -> None:
    """Pressing the button twice does not take back the step before, too."""
    lock(first(draft), cast.officer)
    shift(first(draft), cast.officer)
    seen = latest(draft)
    actions.undo(latest(draft), by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.undo(seen, by=cast.administrator)
    assert first(draft).locked


@pytest.mark.parametrize("status", [each for each in RoundStatus if each != RoundStatus.CHECKING])
def test_nothing_is_undone_unless_staff_check_the_board(
    cast: Cast, draft: Timetable, status: RoundStatus
) -> None:
    lock(first(draft), cast.officer)
    Round.objects.update(status=status)
    with pytest.raises(TransitionNotAllowed):
        actions.undo(latest(draft), by=cast.officer)
    assert first(draft).locked


def test_steps_of_a_request_that_left_the_round_are_gone_for_good(cast: Cast, draft: Timetable) -> None:
    leaving, staying = draft.placements.placed().select_related("timetable__round", "request__round")
    lock(staying, cast.officer)
    shift(leaving, cast.officer)
    actions.set_aside(leaving.request, by=cast.officer)
    assert latest(draft).status == StepStatus.DROPPED
    step = BoardStep.objects.to_undo()
    assert step is not None
    assert (step.kind, step.request) == (StepKind.LOCKED, staying.request)
    actions.undo(step, by=cast.officer)
    assert not draft.placements.get(request=staying.request).locked


@pytest.mark.parametrize(
    "end",
    [
        lambda request, by: actions.withdraw(request, by=by),
        lambda request, _by: actions.end_request(request, by=None),
        lambda request, by: actions.set_aside(request, by=by),
    ],
)
def test_a_request_that_ends_leaves_every_board_and_undo_goes_on(
    cast: Cast, draft: Timetable, end: Callable[[Any, User], None]
) -> None:
    """Neither is undo stuck at its step, nor does an undone auto-placement bring it back to block publishing."""
    lock(first(draft), cast.officer)
    again = stories.placed(draft.round, cast.officer)
    rows = again.placements.placed().select_related("timetable__round", "request__round")
    staying, leaving = rows.order_by("request")
    shift(leaving, cast.officer)
    end(leaving.request, cast.officer)
    assert (latest(again).kind, latest(again).status) == (StepKind.MOVED, StepStatus.DROPPED)
    assert not Placement.objects.filter(request=leaving.request).exists()
    step = BoardStep.objects.to_undo()
    assert step is not None
    assert (step.kind, step.timetable, step.replaced) == (StepKind.PLACED, again, draft)
    actions.undo(step, by=cast.officer)
    back = Round.objects.get().draft
    assert back == draft
    assert [each.request for each in draft.placements.placed()] == [staying.request]
    meetings = actions.publish(back, by=cast.officer)
    assert [each.request for each in meetings] == [staying.request]
    assert Placement.objects.filter(request=staying.request).count() == 2


def test_what_was_published_keeps_the_row_of_a_request_that_ends_later(cast: Cast, draft: Timetable) -> None:
    waiting = draft.placements.unplaced().get().request
    actions.publish(draft, by=cast.officer)
    waiting.refresh_from_db()
    actions.withdraw(waiting, by=cast.officer)
    assert draft.placements.get(request=waiting).reason == "no_interpreter"
    assert set(BoardStep.objects.values_list("status", flat=True)) == {StepStatus.DONE}


def test_the_round_is_locked_before_the_request(cast: Cast, draft: Timetable) -> None:
    """As collecting and setting aside do: in the other order two of them could wait for each other."""
    for end in (actions.withdraw, actions.end_request):
        request = draft.placements.placed().select_related("request").order_by("pk")[0].request
        with CaptureQueriesContext(connection) as asked:
            end(request, by=cast.officer)
        said = [each["sql"] for each in asked]
        locked = next(at for at, each in enumerate(said) if "FOR UPDATE" in each)
        moved = next(
            at for at, each in enumerate(said) if each.startswith('UPDATE "meetings_meetingrequest"')
        )
        assert ('FROM "meetings_round"' in said[locked], locked < moved) == (True, True)


def test_a_row_that_changed_otherwise_is_not_overwritten(cast: Cast, draft: Timetable) -> None:
    shift(first(draft), cast.officer)
    Placement.objects.filter(pk=first(draft).pk).update(locked=False)
    before = board(draft)
    with pytest.raises(TransitionNotAllowed):
        actions.undo(latest(draft), by=cast.officer)
    assert (board(draft), latest(draft).status) == (before, StepStatus.DONE)


def test_a_room_that_is_gone_leaves_the_meeting_without_one(cast: Cast, draft: Timetable) -> None:
    row = first(draft)
    step = BoardStep.objects.get()
    shift(row, cast.officer)
    gone = Room.objects.order_by("-pk")[0].pk + 1
    step = latest(draft)
    BoardStep.objects.filter(pk=step.pk).update(before={**step.before, "room": gone})
    actions.undo(latest(draft), by=cast.officer)
    assert first(draft).room is None


def test_what_was_undone_is_published_as_it_stands(cast: Cast, draft: Timetable) -> None:
    wanted = fingerprint(draft.placements.for_board())
    stories.placed(draft.round, cast.officer)
    actions.undo(latest(draft), by=cast.officer)
    actions.publish(Round.objects.get().draft, checked=wanted, by=cast.officer)
    assert Round.objects.get().status == RoundStatus.PUBLISHED
    assert Timetable.objects.get(status=TimetableStatus.PUBLISHED) == draft


def test_undoing_is_written_into_the_programmes_history(cast: Cast, draft: Timetable) -> None:
    lock(first(draft), cast.officer)
    actions.undo(latest(draft), by=cast.administrator)
    deed = AuditEvent.objects.get(action="boardstep.undone")
    assert deed.actor_label == "administrator"


def test_the_database_knows_what_a_step_is(cast: Cast, draft: Timetable) -> None:
    lock(first(draft), cast.officer)
    steps = BoardStep.objects.filter(kind=StepKind.LOCKED)
    refused = []
    for change in (
        {"number": 1},
        {"status": "lost"},
        {"request": None},
        {"kind": "placed"},
        {"kind": "thrown"},
    ):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            steps.update(**change)
        refused.append(caught.value.__cause__.diag.constraint_name)
    assert refused == ["step_number_unique", "step_status_known"] + ["step_is_of_a_request_or_placement"] * 3


WORDS = {
    "en": ("Auto-placement, version 1", "moved to Tue 3 June 2031, 15:00", "Undo", "Undone:"),
    "ja": ("自動配置（第1版）", "へ移動", "元に戻す", "元に戻しました："),
}


@pytest.mark.parametrize("language", WORDS)
def test_staff_read_the_history_and_undo_from_the_board(
    cast: Cast, as_user: SignIn, draft: Timetable, language: str
) -> None:
    placed, moved, undo, undone = WORDS[language]
    shift(first(draft), cast.officer)
    client = as_user(cast.officer)
    history = pages.path("history", language=language, pk=draft.round_id)
    shown = pages.words(client.get(history))
    assert shown.index(moved) < shown.index(placed)
    round_page = client.get(pages.path("round", language=language, pk=draft.round_id))
    assert history in pages.links(round_page)
    assert f"{undo}" in pages.words(round_page)
    step = str(round_page.context["undo"]["number"])
    answer = client.post(
        pages.path("undo", language=language, pk=draft.round_id), {"step": step}, follow=True
    )
    assert undone in pages.words(answer)
    assert answer.context["redo"]["number"] == int(step)
    assert "undo" not in answer.context
    client.post(pages.path("redo", language=language, pk=draft.round_id), {"step": step})
    assert latest(draft).status == StepStatus.DONE


@pytest.mark.parametrize("step", ["1", "", "2 ", "x", "-1", "99"])
@pytest.mark.parametrize("name", ["undo", "redo"])
def test_a_button_of_an_old_page_undoes_nothing(
    cast: Cast, as_user: SignIn, draft: Timetable, name: str, step: str
) -> None:
    lock(first(draft), cast.officer)
    before = board(draft)
    answer = as_user(cast.officer).post(pages.path(name, pk=draft.round_id), {"step": step}, follow=True)
    assert answer.status_code == (200 if step == "1" else 404)
    if step == "1":
        assert "The board has changed meanwhile." in pages.words(answer)
    assert board(draft) == before


def test_after_publishing_the_history_stays_to_be_read_only(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    lock(first(draft), cast.officer)
    actions.publish(draft, by=cast.officer)
    client = as_user(cast.officer)
    answer = client.get(pages.path("history", pk=draft.round_id))
    assert "locked" in pages.words(answer)
    assert "undo" not in answer.context
    late = client.post(pages.path("undo", pk=draft.round_id), {"step": "2"}, follow=True)
    assert "The board has changed meanwhile." in pages.words(late)


def test_the_history_asks_the_same_however_long_it_is(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    client, address = as_user(cast.officer), pages.path("history", pk=draft.round_id)
    lock(first(draft), cast.officer)
    before = pages.queries(client, address)
    for deed in (unlock, lock, shift):
        deed(first(draft), cast.officer)
    assert pages.queries(client, address) == before


def test_a_round_without_a_board_has_an_empty_history(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer)
    answer = as_user(cast.officer).get(pages.path("history", pk=round_.pk))
    assert "Nothing has been placed yet." in pages.words(answer)
