"""A worker is killed in the middle of a run: the run ends right, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.core.models import Job, JobState, Notice
from matchmaking.matches import actions
from matchmaking.matches.enums import RunStatus
from matchmaking.matches.models import Match, Run, TextVector
from tests import factories
from tests.matches import world

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

WORK = "import django; django.setup(); from matchmaking.core import jobs; print('ready', flush=True); jobs.run_due()"
PATIENCE = 60.0  # seconds until the first block must be done


@pytest.fixture
def worker(vectors: None) -> Iterator[subprocess.Popen[str]]:
    """A process that does due jobs in the test's own database, started once the test's data are there."""
    world.populate()
    unread = list(TextVector.objects.order_by("key").values_list("key", flat=True)[:40])
    TextVector.objects.filter(key__in=unread).delete()
    actions.start_run(by=factories.OfficerFactory())
    values = connection.settings_dict
    url = f"postgres://{values['USER']}@/{values['NAME']}?host={values['HOST'].replace('/', '%2F')}"
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "tests-only"}
    process = subprocess.Popen(
        [sys.executable, "-c", WORK],
        cwd=settings.BASE_DIR,
        env={**environment, "DJANGO_SETTINGS_MODULE": "matchmaking.settings"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    process.kill()
    process.wait()


def test_a_run_whose_worker_is_killed_is_finished_by_the_next_one(worker: subprocess.Popen[str]) -> None:
    _wait_for_a_block()
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    half = Run.objects.get()
    assert half.status in (RunStatus.EMBEDDING, RunStatus.SCORING)
    assert Match.objects.count() == 0
    Job.objects.filter(state=JobState.READY).update(not_before=timezone.now())
    jobs.run_due()
    run = Run.objects.get()
    assert (run.status, run.texts_done, run.match_count) == (RunStatus.DONE, run.texts_total, 13)
    assert (Match.objects.count(), Notice.objects.filter(event="run_finished").count()) == (13, 1)


def _wait_for_a_block() -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if Job.objects.filter(name="matches.embed_block", state=JobState.DONE).exists():
            return
        time.sleep(0.05)
    pytest.fail("no block was done in time")
