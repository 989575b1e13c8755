"""Handlers that only tests have: what the files about the ledger share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job


@contextmanager
def handlers(
    table: dict[str, Callable[..., None]], give_up: dict[str, Callable[..., None]] | None = None
) -> Iterator[None]:
    """Register these for a while."""
    hooks = give_up or {}
    for name, function in table.items():
        jobs.handler(name, on_give_up=hooks.get(name))(function)
    try:
        yield
    finally:
        for name in table:
            jobs.HANDLERS.pop(name, None)
            jobs.GIVE_UP.pop(name, None)


def note(text: str) -> None:
    """Leave a row that nothing can take back but its transaction."""
    AuditEvent.objects.create(action=text, target_type="t", target_id="1", target_label="")


def notes() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def put(name: str, *keys: str, **payload: Any) -> list[Job]:
    """One job a key, in one transaction; the key is its `text` unless the payload says something else."""
    with transaction.atomic():
        return [jobs.enqueue(name, dedupe_key=key, **(payload or {"text": key})) for key in keys]


def let_time_pass() -> None:
    """All leases have run out."""
    Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))


def at_once(number: int, deed: Callable[[int], Any]) -> list[Any]:
    """Do something in so many threads at the same moment; what each returned, or the exception it raised."""
    start, outcomes = Barrier(number), [None] * number

    def act(index: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(10)
            outcomes[index] = deed(index)
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [Thread(target=act, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcomes
