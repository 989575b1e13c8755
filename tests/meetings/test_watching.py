"""A solve as staff follow it: how far it is, how near the bound, and that it can be ended with what it has found."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.support.rounds import SIZES, build
from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, board, timetable_model
from meetings.actions.watching import Watcher
from meetings.enums import RoundStatus, TimetableStatus
from meetings.models import Round, Timetable
from meetings.scheduler import make_timetable
from meetings.timetable import Seen
from meetings.timetable_check import violations
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import SignIn, links, path, words


@pytest.mark.parametrize("large", [False, True], ids=["at once", "relaxed first"])
def test_what_is_seen_only_ever_gets_better_and_ends_where_the_result_is(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(timetable_model, "LARGE", 0)
    made, seen = build(SIZES["60"], seed=3), []

    def watch(found: Seen) -> bool:
        seen.append(found)
        return False

    table = make_timetable(made, watch)
    assert seen, "the solver told nothing"
    objectives = [each.objective for each in seen if each.objective is not None]
    bounds = [each.bound for each in seen if each.bound is not None]
    assert objectives == sorted(objectives)
    assert bounds == sorted(bounds, reverse=True)
    assert max(objectives) <= table.bound + 1e-6
    assert min(bounds, default=table.bound) >= table.objective - 1e-6
    assert all(each.seconds >= 0 and 0 < each.placed <= 60 and each.limit == 120 for each in seen)


@pytest.mark.parametrize("large", [False, True], ids=["at once", "relaxed first"])
def test_stopped_at_once_the_best_found_so_far_stands_with_an_honest_bound(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(timetable_model, "LARGE", 0)
    made = build(replace(SIZES["60"], requests=90), seed=4)
    best = make_timetable(made)
    table = make_timetable(made, lambda _seen: True)
    assert violations(made, table.placements) == []
    assert table.greedy_objective - 1e-6 <= table.objective <= best.bound + 1e-6
    assert table.bound >= best.objective - 1e-6


@pytest.mark.django_db(transaction=True)
def test_the_row_tells_while_the_result_is_not_there_yet_and_the_page_reads_it(
    cast: Cast, as_user: SignIn
) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(2, cast.officer))
    timetable = actions.start_placement(round_, by=cast.officer)
    actions.gather(timetable)
    watcher = Watcher(timetable, every=0.0)
    told = Seen(12.4, 120.0, 38, objective=57.0, bound=60.0)
    assert watcher(told) is False
    watcher.end()
    timetable.refresh_from_db()
    expected = {"seconds": 12, "limit": 120, "placed": 38, "objective": 57.0, "bound": 60.0}
    assert timetable.progress == expected
    page = words(as_user(cast.officer).get(path("progress", pk=round_.pk)))
    assert page.startswith("Placing 38 of 2, at most 5.0% from the best possible. At most 108 seconds more.")
    actions.stop_placement(timetable, by=cast.officer)
    deadline = time.monotonic() + 5
    while not watcher(told) and time.monotonic() < deadline:
        watcher.end()
    assert watcher.stop


@pytest.mark.django_db
def test_nothing_is_told_of_a_solve_that_is_over_in_a_moment(cast: Cast) -> None:
    timetable = Timetable(pk=1)
    watcher = Watcher(timetable, every=60.0)
    assert watcher(Seen(0.1, 120.0, 1)) is False
    assert watcher.thread is None


@pytest.mark.django_db
def test_staff_stop_it_and_the_round_goes_on_with_what_was_found(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(2, cast.officer))
    client = as_user(cast.officer)
    client.post(path("place", pk=round_.pk))
    page = client.get(path("round", pk=round_.pk))
    assert path("stop", pk=round_.pk) in links(page)
    page = client.post(path("stop", pk=round_.pk), follow=True)
    assert "The search ends with the best timetable found so far." in words(page)
    assert "Stopping: the best timetable found so far is kept." in words(page)
    assert path("stop", pk=round_.pk) not in links(page)
    jobs.run_due()
    timetable = Timetable.objects.get()
    assert (timetable.status, Round.objects.get().status) == (TimetableStatus.DRAFT, RoundStatus.CHECKING)
    assert timetable.placements.placed().count() == 2
    assert AuditEvent.objects.filter(action="timetable.stopped").count() == 1
    with pytest.raises(TransitionNotAllowed):
        actions.stop_placement(timetable, by=cast.officer)
    assert client.post(path("stop", pk=round_.pk)).status_code == 409


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"objective": 90.0}, "Stopped by hand with the best found so far: at most 10.0% from the best."),
        ({"objective": 100.0}, "No better timetable exists: the solver has proved it."),
    ],
)
def test_the_board_says_that_it_was_stopped_if_that_may_have_cost_something(
    more: dict[str, Any], text: str
) -> None:
    assert board.quality(Timetable(bound=100.0, stop_asked=True, solver="highs", **more)) == text


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        ({"objective": None, "bound": None}, "Placing 3 of 9. At most 20 seconds more."),
        ({"objective": 5.0, "bound": 0.0}, "Placing 3 of 9. At most 20 seconds more."),
        (
            {"objective": 8.0, "bound": 8.0},
            "Placing 3 of 9, at most 0.0% from the best possible. At most 20 seconds more.",
        ),
    ],
)
def test_the_stage_says_as_much_as_the_solver_told(progress: dict[str, Any], text: str) -> None:
    told = {"seconds": 100, "limit": 120, "placed": 3, **progress}
    row = Timetable(round_id=1, status=TimetableStatus.SOLVING, request_count=9, progress=told)
    found = board.progress_of(row)
    assert (found["text"], found["done"], found["total"]) == (text, 3, 9)
