"""One walk: `python -m tests.smoke.walk INPUT`. The steps in the order of the main job, each with what it did."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from tests.smoke import inputs, programs  # noqa: E402 - Django must be ready
from tests.smoke.browser import Broken  # noqa: E402
from tests.smoke.matching import disclose, explain, score  # noqa: E402
from tests.smoke.meeting import accept, check, collect, invitations, open_round, place, publish, request  # noqa: E402
from tests.smoke.office import Office  # noqa: E402
from tests.smoke.rest import first_pages, ledger  # noqa: E402

Step = Callable[[Office], str]
STEPS: dict[str, Step] = {
    "score": score,
    "explain": explain,
    "disclose": disclose,
    "request": request,
    "accept": accept,
    "open round": open_round,
    "collect": collect,
    "place": place,
    "check": check,
    "publish": publish,
    "calendar": invitations,
    "pages": first_pages,
    "ledger": ledger,
}


class Diary:
    """Prints a line a step, with its seconds."""

    def __init__(self, name: str) -> None:
        self.name = name

    def step(self, title: str, do: Callable[[], str]) -> None:
        started = time.monotonic()
        try:
            told = do()
        except Broken as broken:
            self.line(title, started, f"FAILED: {broken}")
            raise
        except Exception as error:
            self.line(title, started, f"FAILED: {type(error).__name__}: {error}")
            raise
        self.line(title, started, told)

    def line(self, title: str, started: float, text: str) -> None:
        print(f"{self.name:<7} {title:<11} {time.monotonic() - started:6.1f} s  {text}", flush=True)


def main(name: str) -> int:
    folder, diary = Path(os.environ["PORTAL_DATA"]), Diary(name)
    office = Office(diary)
    try:
        diary.step(
            "migrate", lambda: inputs.manage("migrate", "--verbosity", "0") or "empty database prepared"
        )
        diary.step("import", lambda: office.fill(name, folder))
        with programs.portal(folder) as site:
            office.open(site)
            for title, step in STEPS.items():
                diary.step(title, lambda step=step: step(office))  # type: ignore[misc]
    except Broken as broken:
        print(f"{name}: {broken}\n{programs.tails(folder)}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
