"""How well the engine finds known partners and useful startups: rankings of a file's rows, and their figures.

A row is a need, with the partner that is known to have fitted, with graded startups, or with neither. The
same features and the same product as in the portal; eligibility is off, since such files often lack modes.
Pure: no Django.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.engine.embedding import Cache, Progress
from matchmaking.matches.engine.features import (
    CompanySide,
    Featurizer,
    StartupSide,
    company_jobs,
    embed_all,
    startup_jobs,
    thesaurus_jobs,
)
from matchmaking.matches.engine.policy import Policy
from matchmaking.matches.engine.scoring import pair_scores
from matchmaking.matches.engine.thesaurus import Thesaurus

Ranks = NDArray[np.float64]

LISTED = 100  # startups of a written ranking
USEFUL = (2, 3)  # grades that count
RESAMPLES = 2_000
SENTENCE_END = "。"


def data_folder(root: Path) -> Path:
    """Where computed files are kept: PORTAL_DATA, or the ignored folder var/ of the project."""
    return Path(os.environ.get("PORTAL_DATA") or root / "var")


class EvaluationError(ValueError):
    """A file cannot be scored; the message is one line and names the row."""


@dataclass(frozen=True)
class Row:
    """One need to rank the pool for."""

    id: str
    side: CompanySide
    partner: str | None = None
    grades: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    id: str
    side: StartupSide


def read_rows(records: Any) -> list[Row]:
    """Rows of a pairs file; raises EvaluationError if it is no list of objects or repeats an id."""
    rows = [_row(index, record) for index, record in enumerate(_objects(records, "pairs"))]
    _require_unique([row.id for row in rows], "pair_id")
    return rows


def read_pool(records: Any) -> list[Candidate]:
    """Startups of a pool file, in order of their ids, so that the order of the file changes nothing."""
    pool = [_candidate(index, record) for index, record in enumerate(_objects(records, "pool"))]
    _require_unique([candidate.id for candidate in pool], "id")
    return sorted(pool, key=lambda candidate: candidate.id)


def _objects(records: Any, label: str) -> list[dict[str, Any]]:
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise EvaluationError(f"{label}: expected a JSON list of objects")
    return records


def _require_unique(ids: Sequence[str], key: str) -> None:
    seen: set[str] = set()
    for value in ids:
        if value in seen:
            raise EvaluationError(f"{key} {value!r} occurs more than once")
        seen.add(value)


def _row(index: int, record: Mapping[str, Any]) -> Row:
    business, need = _text(record, "business_ja"), _text(record, "need_ja")
    if not need:
        business, need = split_need(_text(record, "text_ja"), business)
    grades = record.get("grades")
    side = CompanySide(need, business, fields=_tags(record, "fields"), modes=_tags(record, "modes"))
    return Row(
        id=_identifier(record, "pair_id", index),
        side=side,
        partner=str(record["startup_id"]) if record.get("startup_id") else None,
        grades={str(key): _grade(value) for key, value in grades.items()} if isinstance(grades, dict) else {},
    )


def _candidate(index: int, record: Mapping[str, Any]) -> Candidate:
    fields = _tags(record, "fields") or _tags(record, "fields_rule")
    side = StartupSide(solution=_text(record, "text"), fields=fields, modes=_tags(record, "modes"))
    return Candidate(_identifier(record, "id", index), side)


def split_need(text: str, business: str = "") -> tuple[str, str]:
    """(business, need) of a text that holds both: its first sentence says what the firm does, if others
    follow.
    """
    if business:
        return business, text.removeprefix(business) or text
    head, mark, rest = text.partition(SENTENCE_END)
    return (head + mark, rest) if rest.strip() else ("", text)


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value.strip() if isinstance(value, str) else ""


def _tags(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = record.get(key)
    return tuple(tag for tag in value if isinstance(tag, str)) if isinstance(value, list) else ()


def _grade(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _identifier(record: Mapping[str, Any], key: str, index: int) -> str:
    value = record.get(key)
    if not isinstance(value, str | int) or value == "":
        raise EvaluationError(f"row {index + 1}: {key} is missing")
    return str(value)


def rank_pool(
    rows: Sequence[Row],
    pool: Sequence[Candidate],
    policy: Policy,
    thesaurus: Thesaurus,
    cache: Cache,
) -> list[list[str]]:
    """For each row all startup ids, best first; ties in order of the id. Texts must be in `cache`."""
    featurizer = Featurizer(policy, thesaurus, cache)
    companies = featurizer.companies([row.side for row in rows]).matrix
    startups = featurizer.startups([candidate.side for candidate in pool]).matrix
    ids = np.array([candidate.id for candidate in pool])
    return [ids[np.argsort(-pair_scores(row[None], startups), kind="stable")].tolist() for row in companies]


def prepare(
    rows: Sequence[Row],
    pool: Sequence[Candidate],
    thesaurus: Thesaurus,
    cache: Cache,
    progress: Progress | None = None,
) -> int:
    """Embed whatever the rows, the pool and the thesaurus lack; return how many vectors were computed."""
    jobs = company_jobs(row.side for row in rows) + startup_jobs(candidate.side for candidate in pool)
    return embed_all(thesaurus_jobs(thesaurus) + jobs, cache, progress=progress)


def figures(rows: Sequence[Row], rankings: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Figures with 95 % bootstrap intervals; None where no row says what would have been right."""
    partners, ranks = _partner_ranks(rows, rankings)
    graded = [(row, ranking) for row, ranking in zip(rows, rankings, strict=True) if row.grades]
    precision = np.array([_useful(row, ranking) for row, ranking in graded]) / TOP
    result: dict[str, Any] = {
        "rows": len(rows),
        "rows_with_partner": len(ranks),
        "rows_with_grades": len(graded),
        "pool": len(rankings[0]) if rankings else 0,
    }
    for name, gain in GAINS.items():
        result |= _figure(name, gain(ranks), partners)
    result |= _figure("precision_at_5", precision, [row.id for row, _ in graded])
    return result | _figure("useful_in_first_5", (precision > 0).astype(float), [row.id for row, _ in graded])


def _partner_ranks(rows: Sequence[Row], rankings: Sequence[Sequence[str]]) -> tuple[list[str], Ranks]:
    """Known partners that are in the pool, and their ranks, 1 for the best."""
    found = [
        (row.partner, ranking.index(row.partner) + 1)
        for row, ranking in zip(rows, rankings, strict=True)
        if row.partner and row.partner in set(ranking)
    ]
    return [partner for partner, _ in found], np.array([rank for _, rank in found], dtype=np.float64)


def _useful(row: Row, ranking: Sequence[str]) -> int:
    return sum(row.grades.get(key, 0) in USEFUL for key in ranking[:TOP])


def _figure(name: str, values: Ranks, clusters: Sequence[str]) -> dict[str, Any]:
    if not len(values):
        return {name: None, f"{name}_interval": None}
    low, high = bootstrap(values, clusters)
    return {name: round(float(values.mean()), 4), f"{name}_interval": [round(low, 4), round(high, 4)]}


def bootstrap(values: Ranks, clusters: Sequence[str], seed: int = 1) -> tuple[float, float]:
    """95 % interval of the mean; rows of one cluster (the same startup) are drawn together."""
    _, place = np.unique(np.asarray(clusters), return_inverse=True)
    sums, counts = np.bincount(place, weights=values), np.bincount(place)
    drawn = np.random.default_rng(seed).integers(0, len(sums), (RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


TOP = 5
GAINS: Mapping[str, Callable[[Ranks], Ranks]] = {
    "recall_at_10": lambda ranks: (ranks <= 10).astype(float),
    "recall_at_50": lambda ranks: (ranks <= 50).astype(float),
    "mrr": lambda ranks: 1 / ranks,
    "ndcg_at_10": lambda ranks: np.where(ranks <= 10, 1 / np.log2(1 + ranks), 0),
}
