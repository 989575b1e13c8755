"""A worker is killed in the middle of a run: the run ends right, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.core.models import Job, JobState, Notice
from matchmaking.matches import actions
from matchmaking.matches.engine.embedding import Job as Text
from matchmaking.matches.engine.features import startup_jobs, thesaurus_jobs
from matchmaking.matches.enums import RunStatus
from matchmaking.matches.models import Match, Run, TextVector
from matchmaking.matches.runs.vectors import keys_of
from matchmaking.matches.thesauri.editions import delivered as thesaurus
from tests import factories
from tests.matches import world

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

WORK = "import django; django.setup(); from matchmaking.core import jobs; jobs.run_due()"
PATIENCE = 60.0  # seconds until the first block must be done
GLOSS: list[Text] = thesaurus_jobs(thesaurus())[:1]
PITCH: list[Text] = startup_jobs(world.offers()[:1])[:1]


@pytest.fixture
def half_read(vectors: None) -> None:
    """A run with two texts to read: a gloss in the first block, a pitch in the second."""
    world.populate()
    TextVector.objects.filter(key__in=keys_of([*GLOSS, *PITCH])).delete()
    actions.start_run(by=factories.OfficerFactory())


@pytest.fixture
def other_writer(half_read: None) -> Iterator[Any]:
    """Somebody else is storing the pitch's vectors and does not finish: whoever stores them too must wait."""
    other = psycopg2.connect(**connection.get_connection_params())
    with other.cursor() as cursor:
        for key in sorted(keys_of(PITCH)):
            cursor.execute("insert into matches_textvector values (%s, 'other', '[1]', now())", [key])
    yield other
    other.close()


@pytest.fixture
def worker(other_writer: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does due jobs in the test's own database, started once the test's data are there."""
    process = subprocess.Popen([sys.executable, "-c", WORK], cwd=settings.BASE_DIR, env=_environment())
    yield process
    process.kill()
    process.wait()


def _environment() -> dict[str, Any]:
    """That of this process, with the test's own database."""
    address = urlsplit(settings.DATABASE_URL)
    url = urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}"))
    own = {"DATABASE_URL": url, "SECRET_KEY": "tests-only", "DJANGO_SETTINGS_MODULE": "matchmaking.settings"}
    return {**os.environ, **own}


def test_a_run_whose_worker_is_killed_is_finished_by_the_next_one(
    worker: subprocess.Popen[bytes], other_writer: Any
) -> None:
    _wait_for_a_block(worker)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    half = Run.objects.get()
    assert (half.status, half.texts_done, half.texts_total) == (RunStatus.EMBEDDING, 1, 2)
    assert (Match.objects.count(), TextVector.objects.filter(key__in=keys_of(PITCH)).count()) == (0, 0)
    other_writer.rollback()
    Job.objects.filter(state=JobState.READY).update(not_before=timezone.now())
    jobs.run_due()
    run = Run.objects.get()
    assert (run.status, run.texts_done, run.match_count) == (RunStatus.DONE, 2, 13)
    assert (Match.objects.count(), Notice.objects.filter(event="run_finished").count()) == (13, 1)


def _wait_for_a_block(worker: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if Job.objects.filter(name="matches.embed_block", state=JobState.DONE).exists():
            return
        assert worker.poll() is None, "the worker ended by itself"
        time.sleep(0.05)
    pytest.fail("no block was done in time")
