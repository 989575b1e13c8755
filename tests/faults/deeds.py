"""Jobs that the tests' workers can do: one that leaves a row, one that takes its process with it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent

NOTE, DIE = "faults.note", "faults.die"


def remember(text: str) -> None:
    AuditEvent.objects.create(action=text, target_type="test", target_id="1", target_label="")


@jobs.handler(NOTE)
def note(*, text: str, seconds: float) -> None:
    """Leave a row, slowly."""
    remember(text)
    time.sleep(seconds)


def give_up(*, path: str) -> None:
    remember(f"given up {Path(path).name}")


@jobs.handler(DIE, on_give_up=give_up)
def die(*, path: str) -> None:
    """End the process as the system does when memory runs out; a line in the file tells that it came so far."""
    with Path(path).open("a") as file:
        file.write("delivered\n")
    os.kill(os.getpid(), signal.SIGKILL)
