"""How well the engine finds known partners and useful startups: rankings of a file's rows, and their figures.

A row is a need, with the partner that is known to have fitted, with graded startups, or with neither. The same
features and the same product as in the portal; eligibility is off, since such files often lack modes. Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calibration import LEAST_TEXTS, fit_policy
from .embedding import Cache, Progress
from .features import CompanySide, Featurizer, StartupSide, company_jobs, embed_all, startup_jobs, thesaurus_jobs
from .policy import Policy
from .thesaurus import Thesaurus
from .toplists import top_lists

Ranks = NDArray[np.float64]

LISTED = 100  # startups of a written ranking
USEFUL = (2, 3)  # grades that count
RESAMPLES = 2_000
SENTENCE_END = "。"


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
    """(business, need) of a text that holds both: its first sentence says what the firm does, if others follow."""
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


def policy_for(
    rows: Sequence[Row],
    pool: Sequence[Candidate],
    default: Callable[[], Policy],
    thesaurus: Thesaurus,
    cache: Cache,
    weights: Mapping[str, float] | None = None,
) -> Policy:
    """The default policy, calibrated anew on each side that has enough texts of its own.

    Both sides: everything is measured on the files. One side: only that side's centres.
    """
    needs = sum(bool(row.side.asking) for row in rows) >= LEAST_TEXTS
    offers = sum(bool(candidate.side.offer) for candidate in pool) >= LEAST_TEXTS
    chosen = default()
    own_weights = weights or chosen.weights
    if not (needs and offers):
        return replace(chosen, weights=dict(own_weights))
    fitted = fit_policy(
        [row.side for row in rows],
        [candidate.side for candidate in pool],
        thesaurus,
        cache,
        name=f"{chosen.name}, centred on the files",
        version=chosen.version,
        weights=own_weights,
        vocabulary=chosen.vocabulary,
    )
    return fitted
