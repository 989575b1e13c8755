"""The parent's side: start the child, wait, and believe only what a short report says in the expected words."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from startups.decks.limits import Limits, Means
from startups.decks.reasons import Reason

ROOT = Path(__file__).resolve().parent.parent.parent
WALL_SECONDS = 120  # much longer than the CPU seconds of the child: the machine may be busy
DEFAULT_LIMITS, DEFAULT_MEANS = Limits(), Means()
REPORT, REPORT_BYTES = "report.json", 4096
# What ends a child that takes too much, or that the file has brought down.
BROUGHT_DOWN = {
    signal.SIGXCPU, signal.SIGXFSZ, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE,
}  # fmt: skip


class Failed(Exception):
    """The child did not come to a result, and not by the file's fault as far as we know: try again later."""


@dataclass(frozen=True)
class Report:
    """`refused` is None for a file that passed. Memory in KiB at its peak, processor time in seconds."""

    refused: Reason | None
    detail: str = ""
    pages: int = 0
    width: int = 0
    height: int = 0
    memory_kib: int = 0
    cpu_seconds: float = 0.0


def run(
    task: Literal["check", "draw"],
    source: Path,
    folder: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    means: Means = DEFAULT_MEANS,
) -> Report:
    """Let a confined process do `task` on `source`, with `folder` for what it writes. Raises Failed."""
    bounds = json.dumps({"limits": asdict(limits), "means": asdict(means)})
    command = [sys.executable, "-E", "-s", "-m", "startups.decks", task, str(source), str(folder), bounds]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={"LANG": "C.UTF-8", "TMPDIR": str(folder)},  # none of our secrets
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = process.wait(WALL_SECONDS)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise Failed(f"{task} took more than {WALL_SECONDS} s") from error
    if code == 0:
        return _read(folder / REPORT)
    if -code in BROUGHT_DOWN:
        return Report(Reason.TOO_COMPLEX, signal.Signals(-code).name)
    raise Failed(f"{task} ended with {code}")


def _read(path: Path) -> Report:
    """Only what a report may hold; a child that a file has taken over may write anything."""
    try:
        with path.open("rb") as file:
            found: Any = json.loads(file.read(REPORT_BYTES))
        refused = found.get("refused")
        return Report(
            refused=None if refused is None else Reason(refused),
            detail=str(found.get("detail", "")),
            pages=int(found.get("pages", 0)),
            width=int(found.get("width", 0)),
            height=int(found.get("height", 0)),
            memory_kib=int(found.get("memory_kib", 0)),
            cpu_seconds=float(found.get("cpu_seconds", 0)),
        )
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Failed(f"no report: {error}") from error
