"""Two people at once, with real connections: side by side, or the one while the other waits for a row."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation

from accounts.reviewing.versions import ProfileChanged
from matchmaking.core.transitions import TransitionNotAllowed

Deed = Callable[[], Any]
LOST = (TransitionNotAllowed, ProfileChanged, ValidationError)
PATIENCE = 30  # seconds, for a test that hangs
TRIES = 1500  # each a fiftieth of a second


def at_once(*deeds: Deed) -> list[Any]:
    """Start all deeds at the same moment; each result, or the refusal that it met."""
    barrier = Barrier(len(deeds))

    def run(deed: Deed) -> Any:
        barrier.wait(PATIENCE)
        return _outcome(deed)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def overtaken(late: Deed, held: QuerySet[Any], early: Deed) -> Any:
    """What becomes of `late`, which comes as far as the rows that are `held` and goes on once `early` has happened."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert list(held.select_for_update())
            waiting = pool.submit(_outcome, late)
            _until_it_waits(waiting)
            early()
        return waiting.result(PATIENCE)


def refused(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, LOST)]


def _outcome(deed: Deed) -> Any:
    try:
        with translation.override("en"):
            return deed()
    except LOST as refusal:
        return refusal
    finally:
        connection.close()


def _until_it_waits(waiting: Future[Any]) -> None:
    with connection.cursor() as cursor:
        for _try in range(TRIES):
            cursor.execute("SELECT pg_sleep(0.02), (SELECT count(*) FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[1]:
                return
            assert not waiting.done(), f"it went past the rows: {waiting.result()!r}"
    raise AssertionError("it never came to the rows")
