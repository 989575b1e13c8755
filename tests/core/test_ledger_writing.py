"""Writing work down: in the transaction of its cause, once a key, with one ring of the bell."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from matchmaking.core import jobs, tasks
from matchmaking.core.models import Job, JobState
from tests.core.ledger import handlers, note, notes, put

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    def fail(text: str) -> None:
        note(text)
        raise ValueError(text)

    def spawn(text: str) -> None:
        note(text)
        for child in ("child 1", "child 2"):
            jobs.enqueue("t.note", dedupe_key=child, text=child)

    def spawn_and_fail(text: str) -> None:
        spawn(text)
        raise ValueError(text)

    with handlers({"t.note": note, "t.fail": fail, "t.spawn": spawn, "t.spawn_and_fail": spawn_and_fail}):
        yield


def bells() -> int:
    """How often the bell will ring when the transaction commits."""
    return sum(function is jobs.ring for _sids, function, _robust in connection.run_on_commit)


def test_the_bell_rings_once_however_many_jobs_a_transaction_writes() -> None:
    with transaction.atomic():
        for number in range(50):
            jobs.enqueue("t.note", dedupe_key=str(number), text="x")
        assert bells() == 1
    assert Job.objects.count() == 50


def test_the_bell_is_silent_for_a_job_that_was_there_already() -> None:
    put("t.note", "a")
    connection.run_on_commit.clear()
    put("t.note", "a")
    assert (bells(), Job.objects.count()) == (0, 1)


def test_the_bell_rings_although_the_first_job_was_taken_back() -> None:
    with transaction.atomic():
        with transaction.atomic():
            jobs.enqueue("t.note", dedupe_key="inner", text="inner")
            assert bells() == 1
            transaction.set_rollback(True)
        assert bells() == 0
        jobs.enqueue("t.note", dedupe_key="outer", text="outer")
        assert bells() == 1
    assert list(Job.objects.values_list("dedupe_key", flat=True)) == ["outer"]


def test_what_was_taken_back_may_be_asked_for_again() -> None:
    with transaction.atomic():
        with transaction.atomic():
            jobs.enqueue("t.note", dedupe_key="a", text="first")
            transaction.set_rollback(True)
        job = jobs.enqueue("t.note", dedupe_key="a", text="second")
    assert (Job.objects.get(), job.payload) == (job, {"text": "second"})


def test_a_key_stays_used_when_its_job_is_done() -> None:
    [first] = put("t.note", "a")
    jobs.run(first.pk)
    [second] = put("t.note", "a")
    assert (second.pk, second.state, jobs.run_due(), notes()) == (first.pk, JobState.DONE, 0, ["a"])


def test_a_new_job_is_due_at_once_and_was_never_delivered() -> None:
    before = timezone.now()
    [job] = put("t.note", "a")
    assert before <= job.not_before <= timezone.now()
    assert (job.state, job.attempts, job.last_error, job.finished_at) == (JobState.READY, 0, "", None)
    assert str(job) == f"t.note #{job.pk}"


def test_a_payload_comes_back_as_it_was_written() -> None:
    seen = []
    with handlers({"t.see": lambda **payload: seen.append(payload)}):
        put("t.see", "a", number=3, words=["北浜", "ü"], nested={"deep": None}, yes=True)
        jobs.run_due()
    assert seen == [{"number": 3, "words": ["北浜", "ü"], "nested": {"deep": None}, "yes": True}]


def test_a_payload_that_is_no_json_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError), transaction.atomic():
        jobs.enqueue("t.note", dedupe_key="a", text=object())
    assert Job.objects.count() == 0


def test_a_job_may_call_for_others_which_are_done_in_turn() -> None:
    put("t.spawn", "parent")
    assert (jobs.run_due(), notes()) == (3, ["parent", "child 1", "child 2"])


def test_the_children_of_a_failed_job_were_never_there() -> None:
    [job] = put("t.spawn_and_fail", "parent")
    with pytest.raises(ValueError, match="parent"):
        jobs.run(job.pk)
    assert (list(Job.objects.values_list("dedupe_key", flat=True)), notes()) == (["parent"], [])


def test_a_failing_job_does_not_keep_later_ones_from_being_done() -> None:
    put("t.note", "before")
    put("t.fail", "broken")
    put("t.note", "after")
    with pytest.raises(ExceptionGroup) as failure:
        jobs.run_due()
    assert [str(error) for error in failure.value.exceptions] == ["broken"]
    assert notes() == ["before", "after"]
    assert Job.objects.get(dedupe_key="broken").last_error == "ValueError: broken"


def test_the_command_does_what_waits_and_says_how_much() -> None:
    put("t.note", "a", "b")
    said = StringIO()
    call_command("run_jobs", stdout=said)
    call_command("run_jobs", stdout=said)
    assert (said.getvalue(), notes()) == ("2 jobs done.\n0 jobs done.\n", ["a", "b"])


def test_the_tasks_of_the_worker_call_the_ledger() -> None:
    [job] = put("t.note", "a")
    assert tasks.run_job(job_id=job.pk) is True
    assert tasks.run_job(job_id=job.pk) is False
    assert (tasks.relay.name, tasks.run_job.name) == ("core.relay", "core.run_job")
    assert tasks.send_queued_mail.name == "core.send_queued_mail"


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost", "finished_at": timezone.now()}, "job_state_known"),
        ({"state": JobState.DONE, "finished_at": None}, "job_finished_has_time"),
        ({"state": JobState.DEAD, "finished_at": None}, "job_finished_has_time"),
    ],
)
def test_the_database_refuses_a_job_that_cannot_be(changes: dict[str, object], constraint: str) -> None:
    put("t.note", "a")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Job.objects.update(**changes)


def test_every_handler_of_the_portal_is_known_to_every_process() -> None:
    """They are named in payloads that may be older than the code."""
    assert set(jobs.HANDLERS) >= {
        "matches.plan_run",
        "matches.embed_block",
        "matches.score_block",
        "matches.finish_run",
        "matches.rescore",
    }
    assert set(jobs.GIVE_UP) <= set(jobs.HANDLERS)
