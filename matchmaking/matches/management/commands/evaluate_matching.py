"""Rank a pool of startups for files of needs with the portal's own engine; the last line printed is JSON."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from matchmaking.matches.engine.calibration import recentred
from matchmaking.matches.engine.embedding import VectorFile
from matchmaking.matches.engine.evaluation import (
    LISTED,
    Candidate,
    EvaluationError,
    Row,
    data_folder,
    figures,
    prepare,
    rank_pool,
    read_pool,
    read_rows,
)
from matchmaking.matches.engine.policy import DEFAULT_PATH, SLICES, Policy, PolicyError
from matchmaking.matches.engine.thesaurus import load_thesaurus

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "Evaluate match quality on files of needs and startups. Needs neither database nor broker."
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pairs", type=Path, required=True, help="JSON list of needs")
        parser.add_argument("--pool", type=Path, required=True, help="JSON list of startups")
        parser.add_argument(
            "--ranking", type=Path, help="write the best 100 of each row here (or variable RANKING)"
        )
        parser.add_argument("--policy", type=Path, default=DEFAULT_PATH)
        parser.add_argument("--without", action="append", default=[], choices=SLICES, help="leave a part out")
        parser.add_argument("--keep-centres", action="store_true", help="keep the policy's own mean vectors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows, pool = read_rows(_json(options["pairs"])), read_pool(_json(options["pool"]))
        except EvaluationError as error:
            raise CommandError(str(error)) from error
        rankings = self._rankings(rows, pool, options)
        target = options["ranking"] or os.environ.get("RANKING")
        if target:
            _write(
                Path(target), {row.id: ranking[:LISTED] for row, ranking in zip(rows, rankings, strict=True)}
            )
        self.stdout.write(json.dumps(figures(rows, rankings)))

    def _rankings(self, rows: list[Row], pool: list[Candidate], options: dict[str, Any]) -> list[list[str]]:
        thesaurus, policy = load_thesaurus(), _policy(options["policy"])
        weights = {**policy.weights, **dict.fromkeys(options["without"], 0.0)}
        policy = replace(policy, weights=weights)
        cache = VectorFile(data_folder(ROOT) / "vectors.sqlite3")
        prepare(rows, pool, thesaurus, cache, self._report)
        if not options["keep_centres"]:
            policy = recentred(
                policy, [row.side for row in rows], [candidate.side for candidate in pool], cache
            )
        return rank_pool(rows, pool, policy, thesaurus, cache)

    def _report(self, done: int, total: int) -> None:
        self.stderr.write(f"embedded {done} of {total} texts")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path}: {error}") from error


def _policy(path: Path) -> Policy:
    try:
        return Policy.from_dict(_json(path))
    except (EvaluationError, PolicyError) as error:
        raise CommandError(f"{path}: {error}" if isinstance(error, PolicyError) else str(error)) from error


def _write(path: Path, ranking: dict[str, list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(ranking, ensure_ascii=False), encoding="utf-8")
