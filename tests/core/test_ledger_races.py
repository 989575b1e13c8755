"""Two at the same time: relays, workers and transactions that meet, with real connections."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone

from matchmaking.celery import app
from matchmaking.core import jobs
from matchmaking.core.models import Job, JobState
from tests.core.ledger import at_once, handlers, let_time_pass, note, notes, put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliveries go to a transport in memory: what is looked at here is the database."""
    monkeypatch.setattr(app.conf, "broker_url", "memory://")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    monkeypatch.setattr(app, "_pool", None)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    with handlers({"t.note": note}):
        yield


def test_of_relays_at_once_each_job_is_claimed_by_one() -> None:
    put("t.note", *(f"{number:03d}" for number in range(120)))
    claimed = at_once(4, lambda _index: jobs.relay())
    while more := jobs.relay():  # rows that were locked for somebody else are skipped, not lost
        claimed.append(more)
    assert sum(claimed) == 120
    assert Job.objects.filter(not_before__gt=timezone.now()).count() == 120


def test_of_workers_at_once_with_the_same_job_one_does_it() -> None:
    [job] = put("t.note", "a")
    assert sorted(at_once(6, lambda _index: jobs.run(job.pk))) == [False] * 5 + [True]
    assert notes() == ["a"]


def test_a_second_delivery_does_not_wait_for_the_first() -> None:
    """It is skipped while the row is locked: a worker's slot is not held by what another does."""
    inside, go_on, order = threading.Event(), threading.Event(), []

    def slow(text: str) -> None:
        inside.set()
        assert go_on.wait(10)
        note(text)
        order.append("first ended")

    with handlers({"t.slow": slow}):
        [job] = put("t.slow", "a")

        def deed(index: int) -> bool:
            if index == 0:
                return jobs.run(job.pk)
            assert inside.wait(10)
            done = jobs.run(job.pk)
            order.append("second ended")
            go_on.set()
            return done

        assert at_once(2, deed) == [True, False]
    assert (order, notes()) == (["second ended", "first ended"], ["a"])


def test_relay_skips_what_is_being_done() -> None:
    """A lease that ends while the work still runs does not deliver the job again."""
    inside, go_on = threading.Event(), threading.Event()

    def slow(text: str) -> None:
        inside.set()
        assert go_on.wait(10)

    with handlers({"t.slow": slow}):
        [job] = put("t.slow", "a")

        def deed(index: int) -> int | bool:
            if index == 0:
                return jobs.run(job.pk)
            assert inside.wait(10)
            claimed = jobs.relay()
            go_on.set()
            return claimed

        assert at_once(2, deed) == [True, 0]
    assert Job.objects.get().attempts == 1


def test_of_two_transactions_with_the_same_key_one_writes_and_both_get_the_job() -> None:
    written, committed = threading.Event(), threading.Event()

    def deed(index: int) -> tuple[int, dict[str, str]]:
        with transaction.atomic():
            if index == 1:
                assert written.wait(10)
                threading.Timer(0.1, committed.set).start()
            job = jobs.enqueue("t.note", dedupe_key="same", text=f"of {index}")
            if index == 0:
                written.set()
                assert committed.wait(10)
            return job.pk, job.payload

    first, second = at_once(2, deed)
    assert first == second == (Job.objects.get().pk, {"text": "of 0"})


def test_when_the_first_transaction_is_taken_back_the_second_writes() -> None:
    written, go_on = threading.Event(), threading.Event()

    def deed(index: int) -> dict[str, str]:
        if index == 0:
            with transaction.atomic():
                jobs.enqueue("t.note", dedupe_key="same", text="of 0")
                written.set()
                assert go_on.wait(10)
                transaction.set_rollback(True)
            return {}
        assert written.wait(10)
        threading.Timer(0.1, go_on.set).start()
        with transaction.atomic():
            return jobs.enqueue("t.note", dedupe_key="same", text="of 1").payload

    assert at_once(2, deed) == [{}, {"text": "of 1"}]
    assert Job.objects.get().payload == {"text": "of 1"}


def test_a_transaction_rings_after_its_commit_and_not_before() -> None:
    with app.pool.acquire() as link:
        queue = link.SimpleQueue("celery")
        queue.clear()
        with transaction.atomic():
            jobs.enqueue("t.note", dedupe_key="a", text="a")
            jobs.enqueue("t.note", dedupe_key="b", text="b")
            assert queue.qsize() == 0
        assert queue.qsize() == 1
        message = queue.get(timeout=1)
        message.ack()
        assert message.headers["task"] == "core.relay"
        queue.close()


def test_relay_sends_the_ids_and_nothing_else() -> None:
    """What the work is about stays in the database: the broker may be read by others."""
    created = put("t.note", "secret 1", "secret 2")
    with app.pool.acquire() as link:
        queue = link.SimpleQueue("celery")
        queue.clear()
        assert jobs.relay() == 2
        messages = [queue.get(timeout=1) for _number in range(2)]
        queue.close()
    assert [message.payload[:2] for message in messages] == [[[], {"job_id": job.pk}] for job in created]
    assert {message.headers["task"] for message in messages} == {"core.run_job"}
    assert not any("secret" in str(message.body) for message in messages)


def test_many_workers_with_many_jobs_leave_each_effect_once() -> None:
    keys = [f"{number:02d}" for number in range(30)]
    numbers = [job.pk for job in put("t.note", *keys)]
    for wanted in (30, 0):
        let_time_pass()
        done = at_once(3, lambda index: sum(jobs.run(pk) for pk in numbers[index:] + numbers[:index]))
        assert sum(done) == wanted
    assert sorted(notes()) == keys
    assert Counter(Job.objects.values_list("state", flat=True)) == {JobState.DONE: 30}


def test_an_error_is_written_down_although_its_transaction_was_taken_back() -> None:
    def fail(text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1 / 0")

    with handlers({"t.zero": fail}):
        [job] = put("t.zero", "a")
        with pytest.raises(Exception, match="division by zero"):
            jobs.run(job.pk)
    job.refresh_from_db()
    assert job.last_error == "DataError: division by zero"
    assert job.state == JobState.READY
