"""The ledger of background work: PostgreSQL remembers, the broker only rings the bell.

`enqueue` writes a row in the caller's transaction. After the commit the bell rings (`core.relay`); if the
broker is away, nothing is lost: beat rings again. `relay` claims due rows and sends their ids; `run` does
the work and closes the row in one transaction. Deliveries may repeat (at least once); effects may not,
because the row is locked while the work runs and is `done` when it commits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from kombu.exceptions import OperationalError

from matchmaking.celery import app
from matchmaking.core.models import Job, JobState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
MAX_ATTEMPTS = 5
Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}
GIVE_UP: dict[str, Handler] = {}
PATIENT: set[str] = set()
SOON, LATER = 0, 9  # the broker hands smaller numbers out first


def handler(
    name: str, *, on_give_up: Handler | None = None, patient: bool = False
) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs called `name`; it takes the payload as keywords.

    `on_give_up` takes the same payload and says in the domain's own terms that the work will not happen. `patient`
    work is one of many long pieces for which nobody sits waiting: all other work goes before it.
    """

    def register(function: Handler) -> Handler:
        HANDLERS[name] = function
        if on_give_up:
            GIVE_UP[name] = on_give_up
        if patient:
            PATIENT.add(name)
        return function

    return register


def enqueue(name: str, *, dedupe_key: str, after: timedelta = timedelta(), **payload: Any) -> Job:
    """Write down that `name` must happen with `payload`, not before `after` has passed.

    At most one job ever exists for a `dedupe_key`. Must be called inside a transaction: the job and what
    it follows from stand or fall together.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("enqueue() belongs into the transaction that calls for the work")
    job, created = Job.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={"name": name, "payload": payload, "not_before": timezone.now() + after},
    )
    if created and not any(entry[1] is ring for entry in connection.run_on_commit):
        transaction.on_commit(ring)
    return job


def ring() -> None:
    """Tell the broker that there is work. Failing is allowed: beat rings every few seconds."""
    _send("core.relay")


def _send(task: str, *, priority: int = SOON, **kwargs: Any) -> bool:
    try:
        app.send_task(task, kwargs=kwargs, retry=False, priority=priority)
    except (OperationalError, OSError) as error:
        logger.warning("The broker did not take %s: %s", task, error)
        return False
    return True


def relay(limit: int = 100) -> int:
    """Hand due jobs out to the workers, and park those begun too often. Returns how many were handed out.

    A job that still waits in the broker's queue when its lease ends is handed out again: the second
    delivery finds the work done. Only beginnings count as attempts, not hand-outs.
    """
    with transaction.atomic():
        due = Job.objects.select_for_update(skip_locked=True).filter(
            state=JobState.READY, not_before__lte=timezone.now()
        )
        claimed = [job for job in due.order_by("not_before", "id")[:limit] if _claim(job)]
    for job in claimed:
        if not _send("core.run_job", priority=LATER if job.name in PATIENT else SOON, job_id=job.pk):
            break  # nor will it take the others; their lease brings them back
    return len(claimed)


def _claim(job: Job) -> bool:
    if job.attempts >= MAX_ATTEMPTS:
        _give_up(job)
        return False
    job.not_before = timezone.now() + LEASE
    job.save(update_fields=["not_before"])
    return True


def _give_up(job: Job) -> None:
    job.state, job.finished_at = JobState.DEAD, timezone.now()
    job.save(update_fields=["state", "finished_at"])
    logger.error("Job %s %s was given up after %s attempts", job.pk, job.name, job.attempts)
    if hook := GIVE_UP.get(job.name):
        try:
            with transaction.atomic():
                hook(**job.payload)
        except Exception:  # it must not keep the other jobs from being delivered
            logger.exception("Nobody could be told that job %s %s was given up", job.pk, job.name)


def run(job_id: int) -> bool:
    """Do one job and close it in the same transaction. False if it is done, gone or running elsewhere."""
    if not _begin(job_id):
        return False
    try:
        with transaction.atomic():
            if (job := _lock(job_id)) is None:
                return False
            HANDLERS[job.name](**job.payload)
            job.state, job.finished_at, job.last_error = JobState.DONE, timezone.now(), ""
            job.save(update_fields=["state", "finished_at", "last_error"])
        return True
    except Exception as error:
        Job.objects.filter(pk=job_id).update(last_error=_in_short(error))
        raise


def _begin(job_id: int) -> bool:
    """Count the attempt in a transaction of its own, so that work that kills its worker is counted too."""
    with transaction.atomic():
        job = _lock(job_id)
        if job is None or job.attempts >= MAX_ATTEMPTS:
            return False
        job.not_before = timezone.now() + LEASE * 2**job.attempts
        job.attempts += 1
        job.save(update_fields=["not_before", "attempts"])
    return True


def _lock(job_id: int) -> Job | None:
    """The job, if it still waits and nobody else works on it."""
    rows = Job.objects.select_for_update(skip_locked=True)
    return rows.filter(pk=job_id, state=JobState.READY).first()


def _in_short(error: Exception) -> str:
    """What a text column takes: PostgreSQL refuses NUL."""
    return f"{type(error).__name__}: {error}".replace("\0", "").strip()[:2000]


def run_due() -> int:
    """Do all due work in this process, without a broker, until none is left. Returns how many were done.

    A job that fails does not keep later ones from being done: the errors are raised together at the end.
    """
    done, tried, errors = 0, set[int](), list[Exception]()
    while job_id := _next_due(tried):
        tried.add(job_id)
        try:
            done += run(job_id)
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{done} jobs done, {len(errors)} failed", errors)
    return done


def _next_due(tried: set[int]) -> int | None:
    due = Job.objects.filter(state=JobState.READY, not_before__lte=timezone.now()).exclude(pk__in=tried)
    return due.order_by("not_before", "id").values_list("pk", flat=True).first()
