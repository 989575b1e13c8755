"""Which expert fits a commission, and why: points that add up, and what rules somebody out.

Pure: plain data in, plain data out; no Django, no clock. Whoever has a conflict of interest, has refused or is full is
not ranked lower but ruled out, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST: Final = {"field": 35, "country": 20, "meaning": 25, "language": 10, "load": 10}  # points; together 100


@dataclass(frozen=True)
class Wanted:
    """What a commission asks for. `parties` are the organisations it is about."""

    field: str
    market: str
    language: str
    parties: frozenset[int]


@dataclass(frozen=True)
class Known:
    """What is known of one expert.

    `closeness` is the share of the usual questions that lie further from their words than this one, from 0 to 1; None
    where nothing has been read yet.
    """

    key: int
    fields: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    capacity: int
    load: int
    conflicts: frozenset[int] = frozenset()
    has_refused: bool = False
    is_described: bool = True
    closeness: float | None = None


@dataclass(frozen=True)
class Part:
    """Points of one part; None where it is not known."""

    name: str
    points: int | None
    most: int


@dataclass(frozen=True)
class Fit:
    """`score` is the sum of the known parts; `ruled_out` names the reason, or is empty."""

    key: int
    score: int
    parts: tuple[Part, ...]
    ruled_out: str = ""


def rank(wanted: Wanted, experts: Iterable[Known]) -> list[Fit]:
    """Who can be chosen, best first, then who cannot; equals in the order of their keys."""
    found = [fit(wanted, each) for each in experts]
    return sorted(found, key=lambda each: (bool(each.ruled_out), -each.score, each.key))


def rank_to_assess(wanted: Iterable[Wanted], experts: Iterable[Known]) -> list[Fit]:
    """The same for an assessment: the best of several fields counts, and there is no question to compare with. It is
    soon written: who is full stands lower, and only a conflict of interest, or being asked already, rules out.
    """
    asked = list(wanted)
    found = [_to_assess(max((fit(each, one) for each in asked), key=lambda a: a.score)) for one in experts]
    return sorted(found, key=lambda each: (bool(each.ruled_out), -each.score, each.key))


def _to_assess(found: Fit) -> Fit:
    parts = tuple(part for part in found.parts if part.name != "meaning")
    ruled_out = {"conflict": "conflict", "refused": "asked"}.get(found.ruled_out, "")
    return Fit(found.key, sum(part.points or 0 for part in parts), parts, ruled_out)


def fit(wanted: Wanted, expert: Known) -> Fit:
    shares = {
        "field": _share(wanted.field, expert.fields),
        "country": float(wanted.market in expert.countries),
        "meaning": expert.closeness,
        "language": float(wanted.language in expert.languages),
        "load": _free(expert),
    }
    parts = tuple(
        Part(name, None if share is None else round(MOST[name] * share), MOST[name])
        for name, share in shares.items()
    )
    score = sum(part.points or 0 for part in parts)
    return Fit(expert.key, score, parts, _ruled_out(wanted, expert))


def _share(field: str, fields: tuple[str, ...]) -> float:
    """All for a specialist, three quarters for one of two fields, and so on: 1/2 + 1/2 for each field known."""
    return (1 + 1 / len(fields)) / 2 if field in fields else 0.0


def _free(expert: Known) -> float:
    return max(0.0, 1 - expert.load / expert.capacity) if expert.capacity else 0.0


def _ruled_out(wanted: Wanted, expert: Known) -> str:
    if expert.conflicts & wanted.parties:
        return "conflict"
    if expert.has_refused:
        return "refused"
    if not expert.is_described:
        return "unknown"
    return "full" if expert.load >= expert.capacity else ""
