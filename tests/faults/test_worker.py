"""The ledger with a real worker and a real broker: kills, losses and repetitions leave no trace in the work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from matchmaking.celery import app
from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, JobState, Notice
from matchmaking.matches.engine.embedding import ENCODERS, text_key
from matchmaking.matches.engine.features import thesaurus_jobs
from matchmaking.matches.engine.thesaurus import load_thesaurus
from matchmaking.matches.enums import RunStatus
from matchmaking.matches.models import BlockResult, Match, Run, TextVector
from meetings.actions import open_round
from meetings.enums import RoundStatus
from meetings.models import Round
from tests import factories
from tests.faults.deeds import DIE, NOTE
from tests.faults.workers import LEASE, PATIENCE, Broker, Worker, wait_for, wait_ringing

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
SignIn = Callable[[User], Client]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The tests' own broker; whoever rings a bell here rings it there."""
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.conf, "broker_url", broker.url)
        patch.setattr(app.amqp, "_producer_pool", None)
        yield broker
    broker.stop()


@pytest.fixture(scope="module")
def worker(
    broker: Broker, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Worker]:
    """One for all tests, which lives through what they do to it."""
    worker = Worker(broker, tmp_path_factory.mktemp("worker"))
    yield worker
    worker.stop()


@pytest.fixture(autouse=True)
def _short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LEASE", LEASE)


@pytest.fixture
def officer(as_user: SignIn) -> Client:
    return as_user(factories.OfficerFactory())


def enqueue_notes(count: int, seconds: float = 0.05) -> list[str]:
    texts = [f"note {number:02d}" for number in range(count)]
    with transaction.atomic():
        for text in texts:
            jobs.enqueue(NOTE, dedupe_key=text, text=text, seconds=seconds)
    return texts


def know_glosses() -> None:
    """Vectors for the thesaurus, invented: reading its words would take half a minute and is not the matter here."""
    numbers = np.random.default_rng(1)
    TextVector.objects.bulk_create(
        TextVector(
            key=text_key(encoder, role, text),
            encoder=encoder.name,
            vector=numbers.standard_normal(encoder.dimensions),
        )
        for role, text in thesaurus_jobs(load_thesaurus())
        for encoder in ENCODERS.values()
    )


def notes() -> list[str]:
    return sorted(AuditEvent.objects.filter(target_type="test").values_list("action", flat=True))


def states() -> Counter[str]:
    return Counter(Job.objects.values_list("state", flat=True))


def test_a_run_whose_worker_is_killed_ends_right_and_once(worker: Worker, officer: Client) -> None:
    know_glosses()
    factories.ChallengeFactory.create_batch(3)
    for number in range(40):
        factories.StartupFactory(solution=f"Shelf cameras count {number} kinds of goods.")
    assert officer.post(reverse("matches:run_start")).status_code == 302
    run = Run.objects.get()

    def is_halfway() -> bool:
        run.refresh_from_db()
        return 0 < run.texts_done < run.texts_total

    wait_ringing(is_halfway, PATIENCE)
    worker.kill()
    run.refresh_from_db()
    assert run.is_under_way
    worker.start()
    wait_ringing(lambda: Run.objects.finished().exists(), PATIENCE)
    run.refresh_from_db()
    assert (run.status, run.texts_done, run.blocks_done) == (
        RunStatus.DONE,
        run.texts_total,
        run.blocks_total,
    )
    assert (run.company_count, run.startup_count) == (3, 40)
    assert (run.match_count, BlockResult.objects.count()) == (Match.objects.count(), 0)
    assert all(sum(match.parts.values()) == match.score * 10 for match in Match.objects.all())
    assert AuditEvent.objects.filter(action="run.done").count() == 1
    assert list(Notice.objects.values_list("event", flat=True)) == ["run_finished"]
    # Quotes of the listed pairs are looked for after the lists stand.
    wait_ringing(lambda: set(states()) == {JobState.DONE}, PATIENCE)


def test_a_wiped_broker_loses_no_work(worker: Worker, broker: Broker) -> None:
    texts = enqueue_notes(60)
    wait_for(lambda: len(notes()) >= 15, PATIENCE)
    broker.wipe()
    assert len(notes()) < 60
    wait_ringing(lambda: states() == {JobState.DONE: 60}, PATIENCE)
    assert notes() == texts


def test_what_staff_start_while_the_broker_is_away_is_done_when_it_is_back(
    worker: Worker, broker: Broker, officer: Client
) -> None:
    round_ = open_round(
        by=User.objects.get(),
        name="Round 1",
        rooms=["Online 1"],
        first_day=date(2027, 3, 1),
        last_day=date(2027, 3, 5),
        answer_by=date(2027, 2, 20),
    )
    jobs.ring()  # the connection is open when the broker goes
    broker.stop()
    try:
        answer = officer.post(reverse("meetings:place", kwargs={"pk": round_.pk}))
    finally:
        broker.start()
    assert (answer.status_code, answer.url) == (302, reverse("meetings:round", kwargs={"pk": round_.pk}))
    assert (Round.objects.get().status, states()) == (RoundStatus.PLACING, {JobState.READY: 1})
    wait_ringing(lambda: Round.objects.get().status == RoundStatus.CHECKING, PATIENCE)
    assert states() == {JobState.DONE: 2}


def test_a_job_that_is_delivered_again_and_again_has_one_effect(worker: Worker) -> None:
    texts = enqueue_notes(1, seconds=1)
    job = Job.objects.get()
    for _ in range(6):
        app.send_task("core.run_job", kwargs={"job_id": job.pk})
    wait_for(lambda: states() == {JobState.DONE: 1}, PATIENCE)
    after = enqueue_notes(3)  # the last bells have been heard when later ones are done
    wait_ringing(lambda: states()[JobState.READY] == 0, PATIENCE)
    assert notes() == sorted({*texts, *after})


def test_a_job_that_kills_its_process_is_parked_and_others_flow(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.4))
    path = tmp_path / "poison"
    with transaction.atomic():
        poison = jobs.enqueue(DIE, dedupe_key="poison", path=str(path))
    texts = enqueue_notes(10)
    wait_ringing(lambda: states()[JobState.READY] == 0, PATIENCE)
    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == (JobState.DEAD, jobs.MAX_ATTEMPTS)
    assert path.read_text().splitlines() == ["delivered"] * jobs.MAX_ATTEMPTS
    assert notes() == ["given up poison", *texts]
    assert worker.process.poll() is None
