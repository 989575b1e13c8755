"""The portal's programs as `make run` starts them: web server, worker and clock, each a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from matchmaking.core.embedded import MARK, PROJECT, is_marked
from matchmaking.core.processes import QUIET, commands, first_status
from matchmaking.core.servers import free_port
from tests.smoke.browser import Broken

HOST = "127.0.0.1"
STOP_SECONDS = 30
LAST_LINES = 15


@contextmanager
def portal(folder: Path) -> Iterator[str]:
    """Run the programs, logging into `folder`; yield the site's address; stop them at the end."""
    port = free_port()
    running = {
        name: start(words, folder / f"{name}.log") for name, words in commands(HOST, port, folder).items()
    }
    try:
        site = f"http://{HOST}:{port}/"
        status = first_status(site)
        if status != 200:
            raise Broken(f"the first page answers {status}")
        yield site
        if ended := [name for name, process in running.items() if process.poll() is not None]:
            raise Broken(f"{', '.join(ended)} ended before time")
    finally:
        stop(running)


def start(words: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(words, cwd=PROJECT, stdout=output, stderr=output, env=os.environ | QUIET)


def stop(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Tell all to end; whoever needs longer than promised is a failure."""
    for process in running.values():
        process.send_signal(signal.SIGTERM)  # does nothing to one that has ended
    slow = [name for name, process in running.items() if not ended_in_time(process)]
    if slow:
        raise Broken(f"{', '.join(slow)} did not stop within {STOP_SECONDS} s")


def ended_in_time(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def tails(folder: Path) -> str:
    """The last lines of every program's log, for whoever must find out what went wrong."""
    parts = []
    for log in sorted(folder.glob("*.log")):
        lines = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        parts += [f"--- {log.name}", *lines]
    return "\n".join(parts)


def left_behind() -> list[str]:
    """Programs that the walk started and that still run: none, if all is well."""
    folder = Path(os.environ[MARK])
    ours = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    time.sleep(0.2)  # what has just been told to end may do so
    return sorted(
        process.name()
        for process in psutil.process_iter()
        if process.pid not in ours and is_marked(process, folder)
    )
