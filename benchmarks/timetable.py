"""How good the timetable is: proven gap, weight against the greedy order, checker, repair.

Run as `python -m benchmarks.timetable` (add `--large` for 3,000 requests, `--seed N` for another instance).
Each figure is one JSON line: name, value, target, peer.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import dataclass, replace
from datetime import date, timedelta

from meetings.hours import Calendar, calendar_for, open_intervals
from meetings.intervals import Interval
from meetings.scheduler import make_timetable
from meetings.timetable import Interpreter, Party, Problem, Request, Rules, Timetable
from meetings.timetable_check import violations

MONDAY = date(2027, 6, 7)
COUNTRIES = ("SG", "SG", "IN", "IN", "IN", "ID", "ID", "VN", "VN", "AU", "IL")
PAIRS = {"SG": "ja-en", "IN": "ja-en", "ID": "ja-id", "VN": "ja-vi", "AU": "ja-en", "IL": "ja-en"}


@dataclass(frozen=True)
class Size:
    """What a round consists of."""

    requests: int
    companies: int
    startups: int
    interpreters: int
    rooms: int
    days: int = 5
    time_limit: float = 30.0
    mip_gap: float = 0.002


SIZES = {
    "60": Size(60, 12, 20, 3, 4),
    "500": Size(500, 150, 200, 10, 16),
    "3000": Size(3000, 800, 1000, 60, 90, time_limit=180.0, mip_gap=0.008),
}


def offered(chance: random.Random, calendar: Calendar, days: int) -> tuple[Interval, ...]:
    """Part of each working day: a firm gives two to five hours, and not every day."""
    hours = []
    for opens, closes in open_intervals(calendar, MONDAY, MONDAY + timedelta(days=days - 1)):
        if chance.random() < 0.75:
            start = opens + timedelta(minutes=30 * chance.randrange(8))
            hours.append(Interval(start, min(closes, start + timedelta(minutes=30 * chance.randint(4, 10)))))
    return tuple(hours)


def build(size: Size, seed: int) -> Problem:
    """A round with a few popular parties, more wanted than there is time for."""
    chance = random.Random(seed)  # noqa: S311 - an instance to repeat, not a secret
    parties: dict[str, Party] = {}
    countries = {f"s{number}": chance.choice(COUNTRIES) for number in range(size.startups)}
    for number in range(size.companies):
        open_hours = offered(chance, calendar_for("JP"), size.days)
        parties[f"c{number}"] = Party(f"c{number}", open_hours, max_per_day=3, buffer_minutes=15)
    for key, country in countries.items():
        calendar = calendar_for(country)
        open_hours = offered(chance, calendar, size.days)
        parties[key] = Party(key, open_hours, calendar.zone, max_per_day=3, buffer_minutes=15)
    rules = Rules(
        open_intervals(calendar_for("JP"), MONDAY, MONDAY + timedelta(days=size.days - 1)),
        mip_gap=size.mip_gap,
        time_limit=size.time_limit,
    )
    requests = _requests(chance, size, countries)
    rooms = tuple(f"r{number}" for number in range(size.rooms))
    return Problem(requests, parties, rules, _interpreters(chance, size, rules), rooms)


def _requests(chance: random.Random, size: Size, countries: dict[str, str]) -> tuple[Request, ...]:
    pairs: set[tuple[str, str]] = set()
    while len(pairs) < size.requests:
        company = int(size.companies * chance.random() ** 1.5)
        startup = int(size.startups * chance.random() ** 1.5)
        pairs.add((f"c{company}", f"s{startup}"))
    return tuple(
        Request(
            id=f"{company}-{startup}",
            company=company,
            startup=startup,
            minutes=chance.choice((30, 45, 60)),
            weight=float(chance.randint(40, 100)),
            pair=PAIRS[countries[startup]] if chance.random() < 0.5 else None,
        )
        for company, startup in sorted(pairs)
    )


def _interpreters(chance: random.Random, size: Size, rules: Rules) -> tuple[Interpreter, ...]:
    spoken = (("ja-en",), ("ja-en",), ("ja-en", "ja-id"), ("ja-en", "ja-vi"), ("ja-en",))
    return tuple(
        Interpreter(f"i{number}", frozenset(spoken[number % 5]), rules.open, max_per_day=6, buffer_minutes=15)
        for number in range(size.interpreters)
    )


def shaken(problem: Problem, table: Timetable, seed: int) -> Problem:
    """The same round after publication: every old time known, one party in twenty withdraws a day."""
    chance = random.Random(seed + 1)  # noqa: S311
    old = {each.request: each.start for each in table.placements}
    parties = {
        key: replace(party, open=party.open[1:]) if chance.random() < 0.05 and party.open else party
        for key, party in problem.parties.items()
    }
    requests = tuple(replace(each, old_start=old.get(each.id)) for each in problem.requests)
    return replace(problem, parties=parties, requests=requests)


def tell(name: str, value: float, target: str, peer: str = "") -> None:
    """One figure, one line."""
    print(
        json.dumps({"name": f"timetable {name}", "value": value, "target": target, "peer": peer}), flush=True
    )


def measure(name: str, size: Size, seed: int) -> None:
    """Make, check, shake and repair one round."""
    problem = build(size, seed)
    began = time.perf_counter()
    table = make_timetable(problem)
    seconds = time.perf_counter() - began
    tell(f"{name} seconds", round(seconds, 1), f"<= {size.time_limit:.0f}")
    tell(f"{name} gap", round(table.gap, 5), "<= 0.01" if name == "3000" else "<= 0.005", table.status)
    tell(f"{name} placed", len(table.placements), f"of {size.requests}")
    gain = round(table.objective / table.greedy_objective - 1, 4)
    tell(f"{name} above greedy", gain, ">= 0.05 when tight", "greedy order by weight")
    tell(f"{name} violations", len(violations(problem, table.placements)), "0")
    _measure_repair(name, problem, table, seed)


def _measure_repair(name: str, problem: Problem, table: Timetable, seed: int) -> None:
    changed = shaken(problem, table, seed)
    still = _still_possible(changed, table)
    afresh = make_timetable(replace(changed, requests=problem.requests))
    began = time.perf_counter()
    repaired = make_timetable(changed)
    tell(
        f"{name} repair seconds", round(time.perf_counter() - began, 1), f"<= {problem.rules.time_limit:.0f}"
    )
    old = {each.request: each.start for each in table.placements}
    same = sum(old.get(each.request) == each.start for each in afresh.placements)
    tell(
        f"{name} repair keeps", round(repaired.kept / still, 4), ">= 0.9", f"from scratch {same / still:.2f}"
    )
    tell(f"{name} repair costs", round(1 - repaired.weight / afresh.weight, 4), "<= 0.005", "from scratch")
    tell(f"{name} repair violations", len(violations(changed, repaired.placements)), "0")


def _still_possible(changed: Problem, table: Timetable) -> int:
    """How many old meetings both parties can still hold at their old time."""
    requests = {each.id: each for each in changed.requests}
    return sum(
        all(
            any(
                span.start <= each.start and each.end <= span.end
                for span in changed.parties[party].open or ()
            )
            for party in requests[each.request].parties
        )
        for each in table.placements
    )


def main() -> None:
    """Sizes 60 and 500, and 3,000 with `--large`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--seed", type=int, default=2027)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    for name in ("60", "500", "3000") if arguments.large else ("60", "500"):
        measure(name, SIZES[name], arguments.seed)


if __name__ == "__main__":
    main()
