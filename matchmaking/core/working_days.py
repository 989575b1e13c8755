"""Public holidays of any country, and the programme office's own working days.

Plain data in, plain data out: the caller passes every day, nothing reads a clock. Public holidays come from the
`holidays` package. The office keeps the days off of Japan's administration: Saturdays, Sundays, public holidays, and
29 December to 3 January (Act on Holidays of Administrative Organs of 1988, article 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import holidays

OFFICE_ZONE: Final = "Asia/Tokyo"
# The longest stretch of days off that may lie before a deadline: what is due later need not be looked at yet.
LONGEST_BREAK: Final = timedelta(days=21)
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_TURN_OF_THE_YEAR: Final = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


@lru_cache(maxsize=2048)
def public_holidays(country: str, subdivision: str | None, year: int) -> Mapping[date, tuple[str, str]]:
    """Date -> (English, Japanese) names of one year; empty for a country the package does not know.

    The package has Japanese names for Japan's holidays only; the others keep their English name.
    """
    known = holidays.list_supported_countries()
    if country not in known:
        return MappingProxyType({})
    subdivision = subdivision if subdivision in known[country] else None
    english = holidays.country_holidays(country, subdivision, years=year, language="en_US")
    japanese = english
    if country == "JP":
        japanese = holidays.country_holidays(country, subdivision, years=year, language="ja")
    return MappingProxyType({day: (name, japanese.get(day) or name) for day, name in english.items()})


def dates(first: date, last: date) -> Iterator[date]:
    """Every date from `first` to `last`, both inclusive; none if `last` lies before `first`."""
    for number in range((last - first).days + 1):
        yield first + number * _DAY


def is_office_day(day: date) -> bool:
    """Whether the programme office works on that day in Japan."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _TURN_OF_THE_YEAR:
        return False
    return day not in public_holidays("JP", None, day.year)


def office_days_between(start: date, end: date) -> int:
    """How many working days have begun since `start`: that day itself is not counted, `end` is."""
    return sum(is_office_day(day) for day in dates(start + _DAY, end))


def add_office_days(start: date, days: int) -> date:
    """The `days`-th working day after `start`, which is itself not counted. Raises ValueError for less than one."""
    if days < 1:
        raise ValueError("a term has at least one working day")
    day = start
    while days:
        day += _DAY
        days -= is_office_day(day)
    return day
