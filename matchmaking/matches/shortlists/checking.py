"""An independent look at lists, made by the solver or by hand. It shares no code with the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Pair = tuple[int, int]  # keys of a firm and a startup


class Fault(StrEnum):
    TWICE = "twice"
    NO_CANDIDATE = "no_candidate"
    FIRM_FULL = "firm_full"
    STARTUP_FULL = "startup_full"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and with which parties; the other side is None where one party has too much."""

    fault: Fault
    company: int | None
    startup: int | None


def check(
    pairs: Iterable[Pair],
    *,
    candidates: Collection[Pair],
    company_most: Mapping[int, int],
    startup_most: Mapping[int, int],
) -> list[Finding]:
    """Everything that forbids these lists. A party without an entry takes nothing on."""
    times = Counter(pairs)
    findings = [Finding(Fault.TWICE, *pair) for pair, count in sorted(times.items()) if count > 1]
    findings += [Finding(Fault.NO_CANDIDATE, *pair) for pair in sorted(times) if pair not in candidates]
    firms = Counter(company for company, _startup in times)
    startups = Counter(startup for _company, startup in times)
    findings += [Finding(Fault.FIRM_FULL, key, None) for key in _over(firms, company_most)]
    findings += [Finding(Fault.STARTUP_FULL, None, key) for key in _over(startups, startup_most)]
    return findings


def _over(counts: Counter[int], most: Mapping[int, int]) -> list[int]:
    return sorted(key for key, count in counts.items() if count > most.get(key, 0))
