"""The child process: `python -m startups.decks check|draw SOURCE FOLDER BOUNDS`. Leaves `report.json` in FOLDER.

The limits come first; only then are the libraries loaded and the file opened.
"""

from __future__ import annotations

import errno
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from startups.decks.limits import Limits, Means, confine
from startups.decks.reasons import Reason, Refused
from startups.decks.shelf import CLEAN

REPORT = "report.json"
Work = Callable[[Path, Path, Limits], dict[str, Any]]


def check(source: Path, folder: Path, limits: Limits) -> dict[str, Any]:
    from startups.decks import gate  # noqa: PLC0415 - after the limits are set

    return {"pages": gate.check(source, folder / CLEAN, limits).pages}


def draw(source: Path, folder: Path, limits: Limits) -> dict[str, Any]:
    from startups.decks import pages  # noqa: PLC0415 - after the limits are set

    width, height = pages.draw(source, folder)
    return {"width": width, "height": height}


def judged(work: Work, source: Path, folder: Path, limits: Limits) -> dict[str, Any]:
    """The result, or the reason for a refusal: whatever a library makes of a bad file is one."""
    try:
        return work(source, folder, limits)
    except Refused as refusal:
        return {"refused": refusal.reason, "detail": refusal.detail[:200]}
    except (MemoryError, RecursionError) as error:
        return {"refused": Reason.TOO_COMPLEX, "detail": type(error).__name__}
    except Exception as error:
        if is_the_machines_fault(error):
            raise
        return {"refused": reason_of(error), "detail": f"{type(error).__name__}: {error}"[:200]}


def is_the_machines_fault(error: Exception) -> bool:
    """A full or broken disk says nothing about the file: the parent sees no result, and tries again later."""
    number = error.errno if isinstance(error, OSError) else None
    return number in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOENT) or "no space" in str(error).lower()


def reason_of(error: Exception) -> Reason:
    """qpdf and PDFium tell in words that they have run out of what they may use."""
    words = str(error).lower()
    spent = ("memory", "limit", "bad_alloc", "too large", "nesting", "too deep")
    return Reason.TOO_COMPLEX if any(word in words for word in spent) else Reason.DAMAGED


def peak_kib() -> int:
    """The most memory this process ever had; `ru_maxrss` would count the parent that it was forked from."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def main(task: str, source: str, folder: str, bounds: str) -> None:
    """`bounds` is what `sandbox.run` was given, as JSON."""
    given = json.loads(bounds)
    confine(Means(**given["means"]))
    work: Work = {"check": check, "draw": draw}[task]
    report = judged(work, Path(source), Path(folder), Limits(**given["limits"]))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    report |= {"memory_kib": peak_kib(), "cpu_seconds": round(spent.ru_utime + spent.ru_stime, 2)}
    (Path(folder) / REPORT).write_text(json.dumps(report), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
