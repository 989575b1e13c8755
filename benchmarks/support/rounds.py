"""Rounds to measure the timetable with: made from a seed, so that a figure can be had again."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from meetings.hours import Calendar, calendar_for, open_intervals
from meetings.intervals import Interval
from meetings.timetable import Interpreter, Party, Problem, Request, Rules, Timetable, round_rules, weight_of

MONDAY = date(2027, 6, 7)
COUNTRIES = ("SG", "SG", "IN", "IN", "IN", "ID", "ID", "VN", "VN", "AU", "IL")
PAIRS = {"SG": "ja-en", "IN": "ja-en", "ID": "ja-id", "VN": "ja-vi", "AU": "ja-en", "IL": "ja-en"}


@dataclass(frozen=True)
class Size:
    """What a round consists of, and how near the proven best its timetable has to come, in how many seconds.

    `days` counts from the Monday, Saturdays and Sundays too. In a tight round the greedy order loses more than 5 %.
    """

    requests: int
    companies: int
    startups: int
    interpreters: int
    rooms: int
    days: int = 5
    gap: float = 0.005
    seconds: float = 30.0
    tight: bool = True


SIZES = {
    "60": Size(60, 12, 20, 3, 4),
    "500": Size(500, 150, 200, 10, 16),
    "3000": Size(3000, 800, 1000, 60, 90, gap=0.01, seconds=180.0, tight=False),
    "3000_few_interpreters": Size(3000, 800, 1000, 18, 60, days=12, gap=0.01, seconds=180.0),
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
    """A round with a few popular parties, more wanted than there is time for, under the portal's own rules."""
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
    rules = round_rules(open_intervals(calendar_for("JP"), MONDAY, MONDAY + timedelta(days=size.days - 1)))
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
            weight=weight_of(chance.randint(40, 100)),
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


def still_possible(changed: Problem, table: Timetable) -> int:
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
