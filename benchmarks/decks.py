"""What the gate for decks takes for each hostile file and for each honest one: processor time and memory at its peak.

Run as `python -m benchmarks.decks`; it needs no database. One JSON line for each figure: name, value, target, peer (the
file that took most). Checked and drawn are added up, as a startup waits for both; time is the child's own, so that
other work on the machine counts for nothing.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from startups.decks import sandbox
from startups.decks.limits import MEBIBYTE, Means
from startups.decks.shelf import CLEAN
from tests.startups.deck_hostile import ACTIVE, REFUSED
from tests.startups.deck_producers import WITHOUT_BROWSER

SECONDS, MEMORY = 3, Means().memory // MEBIBYTE


@dataclass(frozen=True)
class Taken:
    """By one file: seconds of the processor for all steps, MiB at the peak of any; `passed` if it may be shown."""

    name: str
    seconds: float
    mebibytes: float
    passed: bool


def measure(name: str, content: bytes) -> Taken:
    """Let the gate check the file, and draw it if it passes."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "sent.pdf"
        source.write_bytes(content)
        reports = [sandbox.run("check", source, Path(folder))]
        if reports[0].refused is None:
            reports.append(sandbox.run("draw", Path(folder) / CLEAN, Path(folder)))
    return Taken(
        name,
        round(sum(report.cpu_seconds for report in reports), 2),
        round(max(report.memory_kib for report in reports) / 1024, 1),
        reports[-1].refused is None,
    )


def figures(kind: str, expected: bool, taken: Iterable[Taken]) -> list[dict[str, object]]:
    """The slowest, the largest, and how many went as they should."""
    found = list(taken)
    slowest = max(found, key=lambda each: each.seconds)
    largest = max(found, key=lambda each: each.mebibytes)
    as_expected = sum(each.passed is expected for each in found)
    outcome = "passed" if expected else "refused"
    return [
        _figure(f"{kind} slowest seconds", slowest.seconds, f"<= {SECONDS}", slowest.name),
        _figure(f"{kind} largest MiB", largest.mebibytes, f"<= {MEMORY}", largest.name),
        _figure(f"{kind} {outcome}", as_expected, f"{len(found)}", ""),
    ]


def _figure(name: str, value: float, target: str, peer: str) -> dict[str, object]:
    return {"name": f"decks {name}", "value": value, "target": target, "peer": peer}


def corpus() -> Mapping[str, tuple[bool, Mapping[str, Callable[[], bytes]]]]:
    """Kinds of files: whether they are to pass, and who makes them."""
    return {
        "active": (True, {name: make for name, (make, _reason) in ACTIVE.items()}),
        "refused": (False, {name: make for name, (make, _reason) in REFUSED.items()}),
        "honest": (True, WITHOUT_BROWSER),
    }


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    for kind, (expected, makers) in corpus().items():
        for figure in figures(kind, expected, (measure(name, make()) for name, make in makers.items())):
            print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
