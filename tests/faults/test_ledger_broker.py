"""The bell and its faults: whatever the broker does, the request that called for work is answered, and soon."""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from matchmaking.celery import app
from matchmaking.core import jobs
from matchmaking.core.models import Job, JobState
from matchmaking.core.servers import free_port
from tests import factories
from tests.core.ledger import handlers, note, notes, put
from tests.faults.workers import Broker

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Ring = Callable[[str], None]


@pytest.fixture
def ring_at(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """From now on the bell hangs at this address."""

    def use(url: str) -> None:
        monkeypatch.setattr(app.conf, "broker_url", url)
        monkeypatch.setattr(app.amqp, "_producer_pool", None)
        monkeypatch.setattr(app, "_pool", None)

    return use


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    with handlers({"t.note": note}):
        yield


@contextlib.contextmanager
def configured(broker: Broker, **options: str) -> Iterator[redis.Redis]:
    """The broker with other options for a while."""
    with contextlib.closing(redis.Redis.from_url(broker.url)) as client:
        before = {name: client.config_get(name)[name] for name in options}
        for name, value in options.items():
            client.config_set(name, value)
        try:
            yield client
        finally:
            for name, value in before.items():
                client.config_set(name, value)


def approve(client: Client) -> float:
    """An officer brings a profile back, which calls for work; returns the seconds that took."""
    organisation = factories.CompanyFactory(organisation__status=OrganisationStatus.SUSPENDED).organisation
    started = time.monotonic()
    answer = client.post(reverse("accounts:publish_again", args=[organisation.pk]))
    took = time.monotonic() - started
    assert answer.status_code == 302
    assert Organisation.objects.get(pk=organisation.pk).status == OrganisationStatus.PUBLISHED
    assert Job.objects.filter(name="matches.rescore", state=JobState.READY).count() == 1
    return took


def test_a_request_is_answered_while_the_broker_is_away(
    ring_at: Ring, as_user: Callable[[User], Client], caplog: pytest.LogCaptureFixture
) -> None:
    ring_at(f"redis://127.0.0.1:{free_port()}")
    with caplog.at_level(logging.WARNING, logger="matchmaking.core.jobs"):
        assert approve(as_user(factories.OfficerFactory())) < 3
    assert [message.split(":")[0] for message in caplog.messages] == ["The broker did not take core.relay"]


def test_a_broker_that_accepts_and_says_nothing_holds_the_request_no_longer_than_set(
    ring_at: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen process, or a firewall that swallows packets: the time-out of the transport counts."""
    options = app.conf.broker_transport_options
    assert (options["socket_connect_timeout"], options["socket_timeout"]) == (2, 5)
    monkeypatch.setitem(options, "socket_timeout", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        ring_at(f"redis://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        jobs.ring()
        assert 1 <= time.monotonic() - started < 3


def test_a_broker_whose_name_nobody_knows_is_as_good_as_away(ring_at: Ring) -> None:
    ring_at("redis://no-such-host.invalid:6379")
    put("t.note", "a")
    assert jobs.run_due() == 1


def test_a_full_broker_does_not_break_what_was_committed(ring_at: Ring, broker: Broker) -> None:
    """It answers, but refuses to write: "OOM command not allowed"."""
    ring_at(broker.url)
    with configured(broker, maxmemory="1", **{"maxmemory-policy": "noeviction"}):
        put("t.note", "a")
    assert (jobs.run_due(), notes()) == (1, ["a"])


def test_a_broker_that_became_a_replica_does_not_break_what_was_committed(
    ring_at: Ring, broker: Broker
) -> None:
    """After a failover the old address is read-only: "READONLY You can't write"."""
    ring_at(broker.url)
    with contextlib.closing(redis.Redis.from_url(broker.url)) as client:
        client.replicaof("127.0.0.1", str(free_port()))
        try:
            put("t.note", "a")
        finally:
            client.replicaof("NO", "ONE")
    assert (jobs.run_due(), notes()) == (1, ["a"])


def test_a_broker_with_another_password_does_not_break_what_was_committed(
    ring_at: Ring, broker: Broker
) -> None:
    wrong = broker.url.replace("redis://", "redis://:wrong@")
    with configured(broker) as client:
        client.config_set("requirepass", "right")
        try:
            ring_at(wrong)
            put("t.note", "a")
        finally:
            client.config_set("requirepass", "")
    assert (jobs.run_due(), notes()) == (1, ["a"])


def test_relay_without_a_broker_claims_and_the_lease_brings_the_jobs_back(ring_at: Ring) -> None:
    """What was claimed for nobody comes due again: nothing is lost, it is only later."""
    ring_at(f"redis://127.0.0.1:{free_port()}")
    put("t.note", "a", "b")
    started = time.monotonic()
    assert jobs.relay() == 2
    assert time.monotonic() - started < 3
    assert set(Job.objects.values_list("state", "attempts")) == {(JobState.READY, 0)}
    assert jobs.relay() == 0


def test_a_broker_that_comes_back_is_rung_again_by_the_same_process(ring_at: Ring, tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    ring_at(broker.url)
    put("t.note", "while away")
    broker.start()
    try:
        with contextlib.closing(redis.Redis.from_url(broker.url)) as client:
            put("t.note", "while there")
            assert client.llen("celery") == 1
            broker.stop()
            put("t.note", "away again")
            broker.start()
            put("t.note", "there again")
            assert client.llen("celery") == 2
    finally:
        broker.stop()


def test_a_transaction_that_fails_rings_no_bell(ring_at: Ring, broker: Broker) -> None:
    broker.wipe()
    ring_at(broker.url)
    with transaction.atomic():
        jobs.enqueue("t.note", dedupe_key="a", text="a")
        transaction.set_rollback(True)
    with contextlib.closing(redis.Redis.from_url(broker.url)) as client:
        assert client.llen("celery") == 0


def test_many_jobs_of_one_transaction_are_one_message_to_the_broker(ring_at: Ring, broker: Broker) -> None:
    broker.wipe()
    ring_at(broker.url)
    put("t.note", *(str(number) for number in range(40)))
    with contextlib.closing(redis.Redis.from_url(broker.url)) as client:
        assert client.llen("celery") == 1
        jobs.relay()
        assert client.llen("celery") == 41


def test_work_for_which_somebody_waits_goes_before_many_long_pieces(
    ring_at: Ring, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of the scoring has dozens of blocks in the queue; an uploaded deck is not behind them."""
    ring_at(broker.url)
    monkeypatch.setattr(jobs, "PATIENT", {"t.block"})
    with contextlib.closing(redis.Redis.from_url(broker.url)) as client:
        client.flushall()  # what earlier tests left
    with handlers({"t.block": note}):
        blocks = put("t.block", "block 1", "block 2")
        assert jobs.relay() == 2
        [deck] = put("t.note", "deck")
        assert jobs.relay() == 1
        with app.pool.acquire() as link, contextlib.closing(link.SimpleQueue("celery")) as queue:
            messages = [queue.get(timeout=5) for _number in range(5)]
            for message in messages:
                message.ack()
    order = [m.payload[1]["job_id"] for m in messages if m.headers["task"] == "core.run_job"]
    assert order == [deck.pk, *(block.pk for block in blocks)]
