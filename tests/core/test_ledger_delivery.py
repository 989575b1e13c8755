"""Deliveries: who is told of which job, how often, after how long, and what follows when it never works."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.core.models import Job, JobState
from tests.core.ledger import handlers, let_time_pass, note, notes, put

pytestmark = pytest.mark.django_db


def refuse(text: str) -> None:
    note(text)
    raise ValueError(f"{text} does not work")


def clumsy_hook(text: str) -> None:
    note(f"half {text}")
    raise LookupError("the thing is gone")


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    table = {"t.note": note, "t.refuse": refuse, "t.clumsy": refuse}
    hooks = {"t.refuse": lambda text: note(f"given up: {text}"), "t.clumsy": clumsy_hook}
    with handlers(table, hooks):
        yield


def states() -> dict[str, str]:
    return dict(Job.objects.values_list("dedupe_key", "state"))


def exhaust(*keys: str) -> None:
    """These jobs were begun as often as any job is."""
    Job.objects.filter(dedupe_key__in=keys).update(attempts=jobs.MAX_ATTEMPTS)
    let_time_pass()


def test_relay_takes_the_oldest_first_and_no_more_than_its_limit() -> None:
    put("t.note", "a", "b", "c", "d", "e")
    Job.objects.filter(dedupe_key="e").update(not_before=timezone.now() - timedelta(hours=1))
    assert jobs.relay(limit=2) == 2
    handed_out = Job.objects.filter(not_before__gt=timezone.now())
    assert set(handed_out.values_list("dedupe_key", flat=True)) == {"e", "a"}
    assert [jobs.relay(limit=2), jobs.relay(limit=2), jobs.relay(limit=2)] == [2, 1, 0]


def test_relay_of_nothing_is_nothing() -> None:
    assert jobs.relay() == 0


def test_a_job_is_not_delivered_before_its_time() -> None:
    put("t.note", "a")
    Job.objects.update(not_before=timezone.now() + timedelta(minutes=1))
    assert (jobs.relay(), jobs.run_due(), notes()) == (0, 0, [])


@pytest.mark.parametrize("state", [JobState.DONE, JobState.DEAD])
def test_what_is_closed_is_never_delivered_again(state: JobState) -> None:
    put("t.note", "a")
    Job.objects.update(state=state, finished_at=timezone.now())
    let_time_pass()
    assert (jobs.relay(), jobs.run_due(), jobs.run(Job.objects.get().pk), notes()) == (0, 0, False, [])


def test_each_failed_attempt_waits_twice_as_long_as_the_one_before() -> None:
    [job] = put("t.refuse", "poison")
    waits = []
    for _number in range(jobs.MAX_ATTEMPTS):
        let_time_pass()
        before = timezone.now()
        with pytest.raises(ValueError, match="poison"):
            jobs.run(job.pk)
        waits.append((Job.objects.get().not_before - before) / jobs.LEASE)
    assert [round(wait) for wait in waits] == [1, 2, 4, 8, 16]
    assert Job.objects.get().attempts == jobs.MAX_ATTEMPTS == 5


def test_waiting_in_the_queue_is_no_attempt() -> None:
    """A long queue hands the same job out again and again; that alone must never park it."""
    put("t.note", "a")
    for _number in range(3 * jobs.MAX_ATTEMPTS):
        let_time_pass()
        assert jobs.relay() == 1
    job = Job.objects.get()
    assert (job.attempts, jobs.run(job.pk), notes()) == (0, True, ["a"])


def test_an_attempt_beyond_the_last_is_not_made() -> None:
    [job] = put("t.note", "a")
    exhaust("a")
    assert (jobs.run(job.pk), notes()) == (False, [])


def test_a_parked_job_says_when_and_why_and_tells_its_owner_once() -> None:
    [job] = put("t.refuse", "poison")
    with pytest.raises(ValueError, match="poison does not work"):
        jobs.run(job.pk)
    exhaust("poison")
    assert [jobs.relay(), jobs.relay()] == [0, 0]
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.DEAD, "ValueError: poison does not work")
    assert job.finished_at is not None
    assert notes() == ["given up: poison"]


def test_parking_and_telling_stand_or_fall_together() -> None:
    put("t.refuse", "poison")
    exhaust("poison")
    with transaction.atomic():
        jobs.relay()
        assert (states(), notes()) == ({"poison": JobState.DEAD}, ["given up: poison"])
        transaction.set_rollback(True)
    assert (states(), notes()) == ({"poison": JobState.READY}, [])


def test_a_hook_that_fails_parks_its_job_and_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    """Else one job whose subject is gone would keep every other from being delivered, for ever."""
    put("t.clumsy", "first", "second")
    put("t.note", "third")
    exhaust("first", "second")
    with caplog.at_level(logging.ERROR, logger="matchmaking.core.jobs"):
        assert jobs.relay() == 1
    assert states() == {"first": JobState.DEAD, "second": JobState.DEAD, "third": JobState.READY}
    assert Job.objects.get(dedupe_key="third").not_before > timezone.now()
    assert notes() == []
    assert "the thing is gone" in caplog.text


def test_a_job_without_a_hook_is_parked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    [job] = put("t.note", "a")
    exhaust("a")
    with caplog.at_level(logging.ERROR, logger="matchmaking.core.jobs"):
        assert jobs.relay() == 0
    assert caplog.messages == [f"Job {job.pk} t.note was given up after 5 attempts"]


def test_a_job_that_nobody_knows_is_kept_with_its_error_and_parked_in_the_end() -> None:
    """An older worker may meet a job of a newer release: it must not be lost, nor tried for ever."""
    [job] = put("t.of_tomorrow", "a")
    with pytest.raises(KeyError):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.READY, "KeyError: 't.of_tomorrow'")
    exhaust("a")
    jobs.relay()
    assert states() == {"a": JobState.DEAD}


def test_a_late_delivery_of_a_parked_job_does_nothing() -> None:
    [job] = put("t.note", "a")
    exhaust("a")
    jobs.relay()
    assert (jobs.run(job.pk), notes()) == (False, [])


def test_a_job_that_works_at_last_forgets_its_error() -> None:
    [job] = put("t.note", "a")
    Job.objects.update(last_error="ValueError: no", attempts=3)
    assert jobs.run(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.last_error, job.attempts) == (JobState.DONE, "", 4)


def test_a_very_long_error_is_kept_in_part() -> None:
    def shout(text: str) -> None:
        raise ValueError("x" * 5000)

    with handlers({"t.shout": shout}):
        [job] = put("t.shout", "a")
        with pytest.raises(ValueError, match="xxx"):
            jobs.run(job.pk)
    job.refresh_from_db()
    assert job.last_error == "ValueError: " + "x" * (2000 - len("ValueError: "))


def test_running_a_job_that_never_was_is_no_error() -> None:
    assert jobs.run(987_654_321) is False


def test_an_error_with_a_byte_that_no_text_may_have_is_kept_without_it() -> None:
    def fail(text: str) -> None:
        raise ValueError("bad \0 byte")

    with handlers({"t.nul": fail}):
        [job] = put("t.nul", "a")
        with pytest.raises(ValueError, match="bad"):
            jobs.run(job.pk)
    job.refresh_from_db()
    assert job.last_error == "ValueError: bad  byte"
