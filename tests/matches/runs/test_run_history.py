"""What a run changed, and why one failed: counted on lists small enough to know the answer."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.actions import change_challenge
from matchmaking.core.models import Job, JobState
from matchmaking.matches import actions, tasks
from matchmaking.matches.enums import DismissReason, RunStatus, Side
from matchmaking.matches.models import Match, Run
from matchmaking.matches.runs.failures import WORK, failure_of
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import columns, main, source, words

pytestmark = pytest.mark.django_db


def counts(run: Run) -> tuple[int, int, int]:
    return run.new_count, run.gone_count, run.moved_count


@pytest.mark.usefixtures("vectors")
class TestWhatChanged:
    def test_the_first_run_brings_everything_and_the_next_nothing(self) -> None:
        world.populate()
        first = world.run_now()
        assert counts(first) == (first.match_count, 0, 0)
        assert counts(world.run_now()) == (0, 0, 0)

    def test_a_startup_that_leaves_is_gone_and_those_behind_it_move_up(self) -> None:
        _firms, startups = world.populate()
        world.run_now()
        leaving = startups[0]
        listed = Match.objects.filter(startup=leaving)
        gone = listed.count()
        behind = sum(
            Match.objects.filter(
                company=match.company, rank_for_company__gt=match.rank_for_company or 99
            ).count()
            for match in listed
        )
        Organisation.objects.filter(pk=leaving.pk).update(status=OrganisationStatus.SUSPENDED)
        run = world.run_now()
        assert counts(run) == (0, gone, behind)

    def test_a_startup_that_comes_is_new_on_the_lists_of_its_field(self) -> None:
        world.populate()
        world.run_now()
        another = world.startup(0)
        run = world.run_now()
        assert run.new_count == Match.objects.filter(startup=another).count() == 2
        assert run.gone_count == 0

    def test_a_pair_that_was_put_aside_leaves_the_lists_and_comes_back_after_an_edit(self) -> None:
        firms, startups = world.populate()
        world.run_now()
        match = Match.objects.get(company=firms[3], startup=startups[4])
        officer = factories.OfficerFactory()
        actions.dismiss(match, side=Side.STAFF, reason=DismissReason.OTHER, by=officer)
        assert world.run_now().gone_count == 1
        challenge = firms[3].challenges.get()
        change_challenge(challenge, {"place": "新潟県の沖"}, by=officer)
        Job.objects.filter(name="matches.rescore").delete()  # the run is to find it
        assert world.run_now().new_count == 1


# --- Failure -----------------------------------------------------------------------------------------------------


def failed(name: str, error: str = "ValueError: no such vector") -> Run:
    """A run one of whose jobs was begun five times in vain."""
    run = actions.start_run(by=None)
    Job.objects.create(
        name=name,
        dedupe_key=f"of-a-test:{run.pk}:{name}",
        payload={"run_id": run.pk},
        state=JobState.DEAD,
        attempts=5,
        not_before=timezone.now(),
        finished_at=timezone.now(),
        last_error=error,
    )
    tasks.give_up(run_id=run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("name", WORK)
def test_a_failed_run_says_which_work_was_given_up_and_what_to_do(officer: Client, name: str) -> None:
    run = failed(name, "RuntimeError: <b>disk full</b>")
    assert run.status == RunStatus.FAILED
    page = source(officer, "matches:run", pk=run.pk)
    assert f"{WORK[name]}: given up after 5 attempts." in words(main(page))
    assert "&lt;b&gt;disk full&lt;/b&gt;" in page
    assert "Start the run again" in page
    assert "もう一度計算を実行" in source(officer, "matches:run", language="ja", pk=run.pk)


def test_the_first_job_that_was_given_up_counts_and_other_runs_jobs_do_not(cast: Cast) -> None:
    other = failed("matches.finish_run", "other")
    run = failed("matches.score_block", "first")
    again = {"name": "matches.score_block", "payload": {"run_id": run.pk}, "state": JobState.DEAD}
    Job.objects.create(dedupe_key="later", not_before=timezone.now(), finished_at=timezone.now(), **again)
    assert (failure_of(run).said, failure_of(other).said) == ("first", "other")


def test_a_run_whose_jobs_are_no_longer_on_record_says_so(officer: Client) -> None:
    run = failed("matches.score_block")
    Job.objects.all().delete()
    assert failure_of(run) is None
    assert "What went wrong is no longer on record." in source(officer, "matches:run", pk=run.pk)


def test_a_job_that_still_waits_is_no_failure(cast: Cast) -> None:
    run = actions.start_run(by=None)
    assert failure_of(run) is None


def test_the_list_tells_what_each_run_changed(officer: Client) -> None:
    policy = actions.ensure_policy()
    Run.objects.create(policy=policy, status=RunStatus.DONE, new_count=31, gone_count=7, moved_count=104)
    (row,) = columns(source(officer, "matches:runs"))[1:]
    assert row[-3:] == ["31", "7", "104"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (RunStatus.QUEUED, "The lists stay as they were before the run."),
        (RunStatus.EMBEDDING, "The lists stay as they were before the run."),
        (RunStatus.SCORING, "2 of 9 blocks have been scored and are thrown away."),
    ],
)
def test_cancelling_says_what_is_thrown_away(officer: Client, status: str, said: str) -> None:
    run = Run.objects.create(policy=actions.ensure_policy(), status=status, blocks_done=2, blocks_total=9)
    page = source(officer, "matches:run_cancel", pk=run.pk)
    assert said in page
    assert ("thrown away" in page) is (status == RunStatus.SCORING)


def test_a_night_with_a_run_under_way_starts_no_second_one(cast: Cast) -> None:
    first = actions.start_run(by=cast.officer)
    tasks.start_nightly_run()
    assert Run.objects.get() == first
    actions.cancel_run(first, by=cast.officer)
    tasks.start_nightly_run()
    assert Run.objects.under_way().get().started_by is None
