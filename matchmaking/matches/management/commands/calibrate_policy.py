"""Compute the default policy from the fictional sample: centres, scales and the scale of shown scores."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from matchmaking.matches.engine.calibration import fit_policy
from matchmaking.matches.engine.embedding import VectorFile
from matchmaking.matches.engine.evaluation import data_folder
from matchmaking.matches.engine.features import company_jobs, embed_all, startup_jobs, thesaurus_jobs
from matchmaking.matches.engine.policy import DEFAULT_PATH, PolicyError
from matchmaking.matches.engine.profiles import challenge_sides, startup_side
from matchmaking.matches.engine.thesaurus import load_thesaurus

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = (
        "Calibrate the default policy on the sample and write it as JSON. Needs neither database nor broker."
    )
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--companies", type=Path, default=ROOT / "companies/sample/companies.json")
        parser.add_argument("--startups", type=Path, default=ROOT / "startups/sample/startups.json")
        parser.add_argument("--output", type=Path, default=DEFAULT_PATH)
        parser.add_argument("--name", default="default")
        parser.add_argument("--policy-version", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        companies = [side for record in self._read(options["companies"]) for side in challenge_sides(record)]
        startups = [startup_side(record) for record in self._read(options["startups"])]
        thesaurus = load_thesaurus()
        cache = VectorFile(data_folder(ROOT) / "vectors.sqlite3")
        embed_all(thesaurus_jobs(thesaurus) + company_jobs(companies) + startup_jobs(startups), cache)
        names = {"name": options["name"], "version": options["policy_version"]}
        try:
            policy = fit_policy(companies, startups, thesaurus, cache, **names)
        except PolicyError as error:
            raise CommandError(str(error)) from error
        text = json.dumps(policy.to_dict(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        options["output"].write_text(text.replace('],"', '],\n"') + "\n", encoding="utf-8")
        self.stdout.write(f"calibrated on {len(companies)} challenges and {len(startups)} startups")

    def _read(self, path: Path) -> list[dict[str, Any]]:
        try:
            records = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from error
        if not isinstance(records, list):
            raise CommandError(f"{path}: expected a JSON list")
        return records
