"""A run as staff follow it: in each state its page, what polling answers, and what cancelling does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, JobState, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches import actions, tasks
from matchmaking.matches.enums import RunStatus
from matchmaking.matches.models import BlockResult, Run, ScoringPolicy
from matchmaking.matches.runs import passes
from matchmaking.matches.runs.progress import progress_of, seconds_left
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import answer, columns, main, source, words

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
OPEN = (RunStatus.QUEUED, RunStatus.EMBEDDING, RunStatus.SCORING)
CLOSED = (RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED)
HTMX = {"HX-Request": "true"}


def run_in(policy: ScoringPolicy, status: str, **changes: Any) -> Run:
    made = {"texts_total": 200, "texts_done": 50, "blocks_total": 8, "blocks_done": 2, "match_count": 13}
    made |= {"company_count": 6, "startup_count": 9, "phase_started_at": NOON}
    Run.objects.all().delete()
    return Run.objects.create(policy=policy, status=status, **{**made, **changes})


def polled(client: Client, run: Run, **headers: str) -> Any:
    return client.get(reverse("matches:run_progress", kwargs={"pk": run.pk}), headers=headers)


def test_polling_goes_on_while_the_run_is_at_work_and_then_loads_the_page_anew(
    officer: Client, policy: ScoringPolicy
) -> None:
    found = {}
    for status in RunStatus:
        run = run_in(policy, status)
        response = polled(officer, run, **HTMX)
        text = response.content.decode()
        found[status] = ("hx-get=" in text, "<progress" in text, response.headers.get("HX-Refresh"))
    assert found == dict.fromkeys(OPEN, (True, True, None)) | dict.fromkeys(CLOSED, (False, False, "true"))


def test_a_browser_without_scripts_reads_the_progress_without_being_sent_round(
    officer: Client, policy: ScoringPolicy
) -> None:
    for status in RunStatus:
        response = polled(officer, run_in(policy, status))
        assert (response.status_code, "HX-Refresh" in response.headers) == (200, False)


def test_the_page_says_how_far_the_run_is(officer: Client, policy: ScoringPolicy) -> None:
    wanted = {
        RunStatus.EMBEDDING: ("Reading the texts: 50 of 200.", 'max="200" value="50"'),
        RunStatus.SCORING: ("Scoring the pairs: block 2 of 8.", 'max="8" value="2"'),
        RunStatus.QUEUED: ("The run waits for a worker.", "<progress aria-labelledby"),
    }
    for status, parts in wanted.items():
        page = source(officer, "matches:run", pk=run_in(policy, status).pk)
        assert [part for part in parts if part not in page] == []


def test_each_state_offers_what_makes_sense_in_it(officer: Client, policy: ScoringPolicy) -> None:
    found = {}
    for status in RunStatus:
        run = run_in(policy, status)
        page = main(source(officer, "matches:run", pk=run.pk))
        cancel = reverse("matches:run_cancel", kwargs={"pk": run.pk})
        found[status] = (cancel in page, "See the matches" in page, "Firms without a match" in page)
    assert found == dict.fromkeys(OPEN, (True, False, False)) | {
        RunStatus.DONE: (False, True, True),
        RunStatus.FAILED: (False, False, False),
        RunStatus.CANCELLED: (False, False, False),
    }


def test_cancelling_works_in_each_open_state_and_is_a_conflict_in_each_other(
    cast: Cast, officer: Client, policy: ScoringPolicy
) -> None:
    codes, ends = {}, {}
    for status in RunStatus:
        run = run_in(policy, status, finished_at=None)
        codes[status] = officer.post(reverse("matches:run_cancel", kwargs={"pk": run.pk})).status_code
        run.refresh_from_db()
        ends[status] = (run.status, run.finished_at is not None)
    assert codes == dict.fromkeys(OPEN, 302) | dict.fromkeys(CLOSED, 409)
    wanted = dict.fromkeys(OPEN, (RunStatus.CANCELLED, True))
    assert ends == wanted | {status: (status, False) for status in CLOSED}
    events = AuditEvent.objects.filter(action="run.cancelled")
    assert list(events.values_list("actor_id", flat=True)) == [cast.officer.pk] * 3


def test_cancelling_asks_first_and_says_that_the_lists_stay(officer: Client, policy: ScoringPolicy) -> None:
    run = run_in(policy, RunStatus.SCORING)
    assert "The lists stay as they were before the run." in source(officer, "matches:run_cancel", pk=run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.SCORING


def test_cancelling_throws_away_what_the_run_had_found(cast: Cast, policy: ScoringPolicy) -> None:
    run = run_in(policy, RunStatus.SCORING)
    BlockResult.objects.create(run=run, data=b"found")
    actions.cancel_run(run, by=cast.officer)
    assert (BlockResult.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_failed_run_says_so_on_its_page_in_the_list_and_to_every_officer(
    cast: Cast, officer: Client, policy: ScoringPolicy
) -> None:
    run = run_in(policy, RunStatus.SCORING, finished_at=None)
    actions.fail_run(run)
    assert "The run has failed. The lists still show the last complete run." in words(
        source(officer, "matches:run", pk=run.pk)
    )
    (row,) = [cells for cells in columns(source(officer, "matches:runs")) if cells[0] == f"#{run.pk}"]
    assert row[1] == "Failed"
    told = Notice.objects.order_by("recipient_id").values_list("recipient_id", "event", "link_kwargs")
    people = sorted([cast.officer.pk, cast.administrator.pk])
    assert list(told) == [(pk, "run_failed", {"pk": run.pk}) for pk in people]


@pytest.mark.parametrize("status", CLOSED)
def test_a_run_that_has_ended_neither_fails_nor_finishes_again(policy: ScoringPolicy, status: str) -> None:
    run = run_in(policy, status)
    for deed in (actions.fail_run, lambda each: actions.finish_run(each, match_count=1)):
        with pytest.raises(TransitionNotAllowed):
            deed(run)
    tasks.give_up(run_id=run.pk)
    assert (Run.objects.get().status, Notice.objects.count()) == (status, 0)


def test_steps_of_a_run_in_another_phase_do_nothing(policy: ScoringPolicy) -> None:
    """A step delivered late, or after a cancellation, leaves the run as it is."""
    steps = {
        RunStatus.QUEUED: passes.plan,
        RunStatus.EMBEDDING: lambda pk: passes.embed_block(pk, passes.GLOSSES, [], 1),
        RunStatus.SCORING: passes.finish,
    }
    for phase, step in steps.items():
        for status in set(RunStatus) - {phase}:
            run = run_in(policy, status)
            step(run.pk)
            after = Run.objects.get()
            assert (after.status, after.texts_done, after.blocks_done) == (status, 50, 2)
    assert Job.objects.count() == 0


def test_steps_of_a_run_that_is_gone_do_nothing(db: None) -> None:
    passes.plan(0)
    passes.embed_block(0, passes.STARTUPS, [1], 3)
    passes.score_block(0, [1])
    passes.finish(0)
    tasks.give_up(run_id=0)
    assert (Run.objects.count(), Job.objects.count()) == (0, 0)


# --- The nightly pass --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", OPEN)
def test_the_nightly_pass_leaves_a_run_under_way_alone(policy: ScoringPolicy, status: str) -> None:
    run = run_in(policy, status)
    tasks.start_nightly_run()
    assert list(Run.objects.values_list("pk", "status")) == [(run.pk, status)]
    assert (Job.objects.count(), AuditEvent.objects.filter(action="run.started").count()) == (0, 0)


@pytest.mark.parametrize("status", CLOSED)
def test_the_nightly_pass_starts_after_a_run_that_has_ended(policy: ScoringPolicy, status: str) -> None:
    run_in(policy, status)
    tasks.start_nightly_run()
    started = Run.objects.under_way().get()
    assert (started.started_by, started.policy_id) == (None, policy.pk)
    assert Job.objects.get().name == "matches.plan_run"
    assert AuditEvent.objects.get(action="run.started").actor_id is None


def test_a_run_of_the_portal_tells_nobody_that_it_has_finished(cast: Cast, policy: ScoringPolicy) -> None:
    run = run_in(policy, RunStatus.SCORING)
    actions.finish_run(run, match_count=4)
    assert (Notice.objects.count(), Run.objects.get().match_count) == (0, 4)


def test_a_run_somebody_started_tells_that_person_alone(cast: Cast, policy: ScoringPolicy) -> None:
    run = run_in(policy, RunStatus.SCORING, started_by=cast.administrator)
    actions.finish_run(run, match_count=4)
    (notice,) = Notice.objects.all()
    assert (notice.recipient, notice.params) == (
        cast.administrator,
        {"matches": 4, "companies": 6, "startups": 9},
    )


def test_jobs_of_a_cancelled_run_are_done_without_work(cast: Cast, policy: ScoringPolicy) -> None:
    run = actions.start_run(by=cast.officer)
    actions.cancel_run(run, by=cast.officer)
    assert jobs.run_due() == 1
    assert list(Job.objects.values_list("name", "state")) == [("matches.plan_run", JobState.DONE)]


# --- The list and the start --------------------------------------------------------------------------------------


def test_the_list_shows_newest_first_with_who_started_and_counts(
    cast: Cast, officer: Client, policy: ScoringPolicy
) -> None:
    first = run_in(policy, RunStatus.DONE, started_by=cast.officer, finished_at=NOON)
    second = Run.objects.create(policy=policy, status=RunStatus.QUEUED)
    rows = [cells for cells in columns(source(officer, "matches:runs")) if cells[0].startswith("#")]
    assert [row[0] for row in rows] == [f"#{second.pk}", f"#{first.pk}"]
    assert (rows[0][3], rows[0][4], rows[1][3]) == ("The portal", "–", "officer")
    assert rows[1][5:] == ["6", "9", "13", "0", "0", "0"]


def test_while_a_run_is_under_way_the_list_leads_to_it_instead_of_a_new_one(
    officer: Client, policy: ScoringPolicy
) -> None:
    for status, under_way in ((RunStatus.DONE, False), (RunStatus.QUEUED, True)):
        run_in(policy, status)
        page = main(source(officer, "matches:runs"))
        assert ("See the run under way" in page, reverse("matches:run_start") in page) == (
            under_way,
            not under_way,
        )


def test_without_runs_the_list_says_so(officer: Client) -> None:
    assert "No run has been started yet." in source(officer, "matches:runs")


@pytest.mark.parametrize("name", ["run", "run_progress", "run_cancel"])
def test_a_run_that_does_not_exist_is_not_found(officer: Client, name: str) -> None:
    assert answer(officer, f"matches:{name}", pk=10**6).status_code == 404


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "expert"])
def test_runs_exist_for_staff_only(cast: Cast, as_user: Any, policy: ScoringPolicy, person: str) -> None:
    run = run_in(policy, RunStatus.EMBEDDING)
    client = as_user(getattr(cast, person))
    for name in ("run", "run_progress", "run_cancel"):
        assert answer(client, f"matches:{name}", pk=run.pk).status_code == 404
    assert client.post(reverse("matches:run_cancel", kwargs={"pk": run.pk})).status_code == 404
    assert Run.objects.get().status == RunStatus.EMBEDDING


@pytest.mark.parametrize("count", [1, 3])
def test_the_firms_without_a_match_cost_the_same_for_one_and_for_three(
    officer: Client, policy: ScoringPolicy, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        world.firm(number)
    run = run_in(policy, RunStatus.DONE)
    source(officer, "matches:run", pk=run.pk)
    with django_assert_num_queries(13):
        source(officer, "matches:run", pk=run.pk)


# --- Time left ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "after", "rest"),
    [
        (10, 60, ""),
        (20, 60, " About 9 minutes left."),
        (100, 60, " About 1 minute left."),
        (199, 60, " About 1 minute left."),
        (200, 60, ""),
        (100, 3600, " About 60 minutes left."),
    ],
)
def test_the_time_left_is_told_in_whole_minutes(
    policy: ScoringPolicy, done: int, after: int, rest: str
) -> None:
    run = run_in(policy, RunStatus.EMBEDDING, texts_done=done)
    told = progress_of(run, NOON + timedelta(seconds=after)).text
    assert told == f"Reading the texts: {done} of 200.{rest}"


@pytest.mark.parametrize("status", list(RunStatus))
def test_every_state_has_words_in_japanese_too(policy: ScoringPolicy, status: str) -> None:
    run = run_in(policy, status)
    english = progress_of(run, NOON).text
    with translation.override("ja"):
        japanese = progress_of(run, NOON).text
    assert (japanese.isascii(), japanese != english) == (False, True)


@given(done=st.integers(0, 300), total=st.integers(0, 300), seconds=st.integers(0, 10_000))
def test_the_time_left_is_never_negative_and_ends_at_nothing(done: int, total: int, seconds: int) -> None:
    left = seconds_left(NOON, NOON + timedelta(seconds=seconds), done=min(done, total), total=total)
    assert left is None or left >= 0
    if total and done >= total:
        assert left == 0
