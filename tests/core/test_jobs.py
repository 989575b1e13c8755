"""The ledger: what must happen is written down with its cause and done exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, JobState


@pytest.fixture
def noted() -> Iterator[list[str]]:
    """Handlers that leave a row, a failing one, and what their giving up left behind."""
    given_up: list[str] = []

    def note(text: str) -> None:
        AuditEvent.objects.create(action=text, target_type="t", target_id="1", target_label="")

    def fail(text: str) -> None:
        note(text)
        raise ValueError("no")

    jobs.handler("test.note")(note)
    jobs.handler("test.fail", on_give_up=lambda *, text: given_up.append(text))(fail)
    yield given_up
    for table in (jobs.HANDLERS, jobs.GIVE_UP):
        table.pop("test.note", None)
        table.pop("test.fail", None)


def notes() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


@pytest.mark.django_db
def test_a_job_is_done_once_and_closed(noted: list[str]) -> None:
    with transaction.atomic():
        job = jobs.enqueue("test.note", dedupe_key="a", text="hello")
    assert jobs.run(job.pk) is True
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert (notes(), job.state, job.finished_at is not None) == (["hello"], JobState.DONE, True)


@pytest.mark.django_db
def test_the_same_key_is_one_job(noted: list[str]) -> None:
    with transaction.atomic():
        first = jobs.enqueue("test.note", dedupe_key="a", text="first")
        second = jobs.enqueue("test.note", dedupe_key="a", text="second")
    assert (first.pk, jobs.run_due(), notes()) == (second.pk, 1, ["first"])


@pytest.mark.django_db(transaction=True)
def test_a_job_falls_with_the_transaction_that_called_for_it(noted: list[str]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("test.note", dedupe_key="a", text="never")
        raise RuntimeError
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_enqueue_outside_a_transaction_is_a_mistake(noted: list[str]) -> None:
    with pytest.raises(TransactionManagementError):
        jobs.enqueue("test.note", dedupe_key="a", text="x")


@pytest.mark.django_db
def test_a_failing_job_leaves_no_trace_but_its_error(noted: list[str]) -> None:
    with transaction.atomic():
        job = jobs.enqueue("test.fail", dedupe_key="f", text="half")
    with pytest.raises(ValueError, match="no"):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (notes(), job.state, job.last_error) == ([], JobState.READY, "ValueError: no")


@pytest.mark.django_db
def test_a_claimed_job_waits_for_its_lease(noted: list[str]) -> None:
    with transaction.atomic():
        jobs.enqueue("test.note", dedupe_key="a", text="x")
    assert (jobs.relay(), jobs.relay()) == (1, 0)
    job = Job.objects.get()
    assert job.attempts == 0
    assert job.not_before > timezone.now() + jobs.LEASE - timedelta(seconds=5)


@pytest.mark.django_db
def test_a_poisonous_job_is_parked_and_its_owner_told(noted: list[str]) -> None:
    with transaction.atomic():
        jobs.enqueue("test.fail", dedupe_key="f", text="poison")
    for _ in range(jobs.MAX_ATTEMPTS):
        assert jobs.relay() == 1
        with pytest.raises(ValueError, match="no"):
            jobs.run(Job.objects.get().pk)
        Job.objects.update(not_before=timezone.now())
    assert jobs.relay() == 0
    assert (Job.objects.get().state, noted) == (JobState.DEAD, ["poison"])


@pytest.mark.django_db
def test_the_work_of_a_ledger_can_be_done_without_a_broker(noted: list[str]) -> None:
    with transaction.atomic():
        for number in range(3):
            jobs.enqueue("test.note", dedupe_key=str(number), text=str(number))
    assert (jobs.run_due(), notes()) == (3, ["0", "1", "2"])
