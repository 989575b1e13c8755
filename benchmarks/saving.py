"""How long it takes from saving a profile until its lists show it: a real worker, a real broker, a warm process.

Run as `python -m matchmaking.core.embedded --throwaway python -m benchmarks.saving`: it fills the database that it
finds. One JSON line for each figure: name, value, target, peer. Seconds are of the clock on the wall, since it is
people who wait; what else the machine does counts.
"""

from __future__ import annotations

import argparse
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
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.enums import OrganisationKind, OrganisationStatus, StaffRole  # noqa: E402
from accounts.models import Organisation, User  # noqa: E402
from benchmarks.support import programme  # noqa: E402
from companies.actions import change_challenge  # noqa: E402
from companies.models import Challenge, Company  # noqa: E402
from matchmaking.core.models import Job, JobState  # noqa: E402
from matchmaking.matches import actions  # noqa: E402
from matchmaking.matches.engine.embedding import ENCODERS, text_key  # noqa: E402
from matchmaking.matches.engine.features import thesaurus_jobs  # noqa: E402
from matchmaking.matches.enums import RunStatus  # noqa: E402
from matchmaking.matches.models import Match, Run, TextVector  # noqa: E402
from matchmaking.matches.thesauri import editions  # noqa: E402
from startups.actions import change_startup  # noqa: E402
from startups.models import Startup  # noqa: E402
from tests.faults import workers  # noqa: E402

FIRMS = 200
PATIENCE = 280  # seconds until a worker has read everybody for the first time
PITCH = "Cameras that find {number} kinds of scratches on steel."
NEED = "検品に人手がかかっている。傷の見落としを半分に減らしたい。毎日{number}個を目で見ている。"


def firms() -> None:
    organisations = Organisation.objects.bulk_create(
        Organisation(
            kind=OrganisationKind.COMPANY, status=OrganisationStatus.PUBLISHED, published_at=timezone.now(),
            name=f"Firm {number}", country="JP", fields=["retail"], modes=["joint_development"], languages=["ja"],
        )
        for number in range(FIRMS)
    )  # fmt: skip
    companies = Company.objects.bulk_create(
        Company(organisation=each, prefecture="15", industry="foods") for each in organisations
    )
    Challenge.objects.bulk_create(
        Challenge(company=each, title="Title", text="Text", field="retail") for each in companies
    )


def know_glosses() -> None:
    """Vectors for the list of capabilities, invented: reading its words takes a minute and is not the matter here."""
    numbers = np.random.default_rng(1)
    rows = [
        TextVector(
            key=text_key(encoder, role, text),
            encoder=encoder.name,
            vector=numbers.standard_normal(encoder.dimensions),
        )
        for encoder in ENCODERS.values()
        for role, text in thesaurus_jobs(editions.in_force())
    ]
    TextVector.objects.bulk_create(rows, ignore_conflicts=True)


def until_listed(save: Callable[[], object], owner: dict[str, int]) -> float:
    """Seconds until the lists of the organisation are of a later moment than the saving."""
    began = timezone.now()
    start = time.monotonic()
    save()
    while not Match.objects.filter(computed_at__gt=began, **owner).exists():
        if time.monotonic() - start > PATIENCE or Job.objects.filter(state=JobState.DEAD).exists():
            raise SystemExit("the worker has not listed the profile")
        time.sleep(0.01)
    return time.monotonic() - start


def report(name: str, value: float, target: str, peer: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "target": target, "peer": peer}), flush=True)


def measure(officer: User, startups: int, times: int) -> None:
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
        first = until_listed(lambda save=save: save(0), owner)
        seconds = [until_listed(lambda n=n, save=save: save(n), owner) for n in range(1, times + 1)]
        peer = f"{name} saved until listed, {startups} startups, {FIRMS} firms, median of {times}, cold {first:.1f} s"
        report(f"saved_to_listed_{name}", statistics.median(seconds), "<= 2", peer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--startups", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if not Startup.objects.exists():
        programme.startups(options.startups)
    if not Company.objects.exists():
        firms()
    officer, _ = User.objects.get_or_create(email="officer@bench.example", staff_role=StaffRole.OFFICER)
    policy = actions.ensure_policy()
    know_glosses()
    Run.objects.get_or_create(policy=policy, status=RunStatus.DONE, defaults={"finished_at": timezone.now()})
    workers.LEASE = timedelta(seconds=PATIENCE)
    with tempfile.TemporaryDirectory() as folder:
        worker = workers.Worker(SimpleNamespace(url=os.environ["REDIS_URL"]), Path(folder))
        try:
            measure(officer, Startup.objects.count(), options.times)
        finally:
            worker.stop()


if __name__ == "__main__":
    main()
