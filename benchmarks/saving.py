"""How long it takes from saving a profile until its lists show it: a real worker, a real broker, a warm process.

Run as `python -m matchmaking.core.embedded --throwaway python -m benchmarks.saving`: it fills the database that it
finds. One JSON line for each figure: name, value, target, peer. Seconds are of the clock on the wall, since it is
people who wait, and beside them of the processor, in the worker and in the server, since others may load the machine.
Each saving waits until the ledger is empty: what follows the lists (quotes, places on others' lists) is not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.enums import StaffRole  # noqa: E402
from accounts.models import Organisation, User  # noqa: E402
from benchmarks.support import programme  # noqa: E402
from companies.actions import change_challenge  # noqa: E402
from companies.models import Challenge, Company  # noqa: E402
from matchmaking.core.models import Job, JobState  # noqa: E402
from matchmaking.matches import actions  # noqa: E402
from matchmaking.matches.enums import RunStatus  # noqa: E402
from matchmaking.matches.models import Match, Run, TextVector  # noqa: E402
from startups.actions import change_startup  # noqa: E402
from startups.models import Startup  # noqa: E402
from tests.faults import workers  # noqa: E402

PATIENCE = 900  # seconds until a worker has read everybody for the first time
PITCH = "Cameras that find {number} kinds of scratches on steel."
NEED = "検品に人手がかかっている。傷の見落としを半分に減らしたい。毎日{number}個を目で見ている。"


class Processors:
    """The processor time of a worker's processes and of the database's, but for the one that looks on."""

    def __init__(self, worker: workers.Worker) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            self._own: int = cursor.fetchone()[0]
        self._roots = [psutil.Process(worker.process.pid), psutil.Process(self._own).parent()]

    def seconds(self) -> dict[int, float]:
        """By process."""
        found = {}
        for process in (each for root in self._roots for each in (root, *root.children(recursive=True))):
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.pid != self._own:
                    found[process.pid] = sum(process.cpu_times()[:2])
        return found


def until_listed(save: Callable[[], object], owner: dict[str, int], used: Processors) -> tuple[float, float]:
    """Seconds until the lists of the organisation are of a later moment than the saving: on the wall, of processors."""
    while Job.objects.filter(state=JobState.READY).exists():
        time.sleep(0.05)
    before, began = used.seconds(), timezone.now()
    start = time.monotonic()
    save()
    while not Match.objects.filter(computed_at__gt=began, **owner).exists():
        if time.monotonic() - start > PATIENCE or Job.objects.filter(state=JobState.DEAD).exists():
            raise SystemExit("the worker has not listed the profile")
        time.sleep(0.01)
    took = time.monotonic() - start
    return took, sum(spent - before.get(process, 0.0) for process, spent in used.seconds().items())


def report(name: str, value: float, target: str, peer: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "target": target, "peer": peer}), flush=True)


def measure(officer: User, used: Processors, times: int) -> None:
    startups, firms = Startup.objects.count(), Company.objects.count()
    need, pitch = Challenge.objects.order_by("pk")[0], Startup.objects.order_by("pk")[0]
    Organisation.objects.filter(pk=pitch.pk).update(fields=["retail"], modes=["joint_development"])
    ways: dict[str, tuple[Callable[[int], object], dict[str, int]]] = {
        "need": (
            lambda number: change_challenge(need, {"text": NEED.format(number=number)}, by=officer),
            {"company_id": need.company_id},
        ),
        "pitch": (
            lambda number: change_startup(pitch, {}, {"solution": PITCH.format(number=number)}, by=officer),
            {"startup_id": pitch.pk},
        ),
    }
    for name, (save, owner) in ways.items():
        # One process of the worker after the other reads everybody for the first time.
        cold = [until_listed(lambda n=n, save=save: save(-n), owner, used)[0] for n in range(4)]
        found = [until_listed(lambda n=n, save=save: save(n), owner, used) for n in range(1, times + 1)]
        way = f"{name} saved until listed, {startups} startups, {firms} firms, median of {times}"
        wall, processor = (statistics.median(column) for column in zip(*found, strict=True))
        report(f"saved_to_listed_{name}", wall, "<= 2", f"{way}, cold {max(cold):.1f} s")
        report(f"saved_to_listed_{name}_processor", processor, "<= 2", f"{way}, of worker and database")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--startups", type=int, default=10_000)
    parser.add_argument("--firms", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if not Startup.objects.exists():
        programme.startups(options.startups)
    if not Company.objects.exists():
        programme.firms(options.firms)
    officer, _ = User.objects.get_or_create(email="officer@bench.example", staff_role=StaffRole.OFFICER)
    policy = actions.ensure_policy()
    if not TextVector.objects.exists():
        programme.vectors()
    if not Match.objects.exists():
        programme.full_lists(policy)
    Run.objects.get_or_create(policy=policy, status=RunStatus.DONE, defaults={"finished_at": timezone.now()})
    workers.LEASE = timedelta(seconds=PATIENCE)
    with tempfile.TemporaryDirectory() as folder:
        worker = workers.Worker(SimpleNamespace(url=os.environ["REDIS_URL"]), Path(folder))
        try:
            measure(officer, Processors(worker), options.times)
        finally:
            worker.stop()


if __name__ == "__main__":
    main()
