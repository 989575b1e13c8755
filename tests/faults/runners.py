"""Runners of servers as real processes in folders of their own, and ways to look at what they leave."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2

from matchmaking.core.embedded import MARK, PROJECT

PRINT_ADDRESSES = ["sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"']
PRINT_AND_WAIT = ["sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; exec sleep 60']
OUR_VARIABLES = ("DATABASE_URL", "REDIS_URL", "PORTAL_DATA", "SECRET_KEY", "DEBUG", "HOST", "PORT", MARK)


@contextlib.contextmanager
def new_folder() -> Iterator[Path]:
    """A data folder that PostgreSQL's account may enter, with a path short enough for a socket."""
    name = Path("/tmp") / f"portal-test-{secrets.token_hex(4)}"
    name.mkdir()
    yield name
    shutil.rmtree(name)


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OUR_VARIABLES}
    return kept | {"PORTAL_DATA": str(folder)} | more


def words(*command: str, volatile: bool = True) -> list[str]:
    return [
        sys.executable,
        "-m",
        "matchmaking.core.embedded",
        *(["--volatile"] if volatile else []),
        *command,
    ]


def finished(folder: Path, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(
        command,
        env=environment(folder, **more),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a runner of its own to the end."""
    return finished(folder, words(*command), **more)


@contextlib.contextmanager
def running(folder: Path, command: list[str], **more: str) -> Iterator[subprocess.Popen[str]]:
    """A runner whose command goes on; killed at the end if it still runs."""
    process = subprocess.Popen(
        command,
        env=environment(folder, **more),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()


def processes_of(folder: Path) -> list[str]:
    """The servers that work below the folder, and the programs that its runner started."""
    return sorted(process.name() for process in psutil.process_iter() if belongs(process, folder))


def belongs(process: psutil.Process, folder: Path) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        if Path(process.cwd()).is_relative_to(folder):
            return True
    with contextlib.suppress(psutil.Error, OSError):
        return process.environ().get(MARK) == str(folder)
    return False


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
