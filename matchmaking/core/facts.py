"""What a notice tells of, kept as it is and put into words when it is read: days, moments, names, lists.

Whoever reads has a language and a clock, and may have other ones tomorrow. So a notice holds nothing that was worded
for somebody: it holds facts. Each is kept as an object of one key, which says what kind it is; a plain text is what
somebody wrote, or what a notice of earlier days says, and is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from django.utils import translation
from django.utils.formats import number_format
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import pgettext

from matchmaking.core import local_time

LANGUAGES = ("ja", "en")


class Fact(Protocol):
    """Something that a notice keeps, and that has words in the active language, on the active clock."""

    def kept(self) -> dict[str, Any]: ...

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, the same for everybody: the last of a term, the one on which it was confirmed."""

    on: date

    def kept(self) -> dict[str, Any]:
        return {"day": self.on.isoformat()}

    def __str__(self) -> str:
        return local_time.day(self.on)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: Wed 25 November 2026, 18:00 (Singapore time)."""

    at: datetime

    def kept(self) -> dict[str, Any]:
        return {"moment": _instant(self.at)}

    def __str__(self) -> str:
        return local_time.moment_there(self.at)


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another: Thu 3 December 2026, 10:00–10:45 (Japan time)."""

    start: datetime
    end: datetime

    def kept(self) -> dict[str, Any]:
        return {"span": [_instant(self.start), _instant(self.end)]}

    def __str__(self) -> str:
        return local_time.span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class ClockThere:
    """What the clock of another zone shows at a moment: Singapore 09:00, with the day if the reader has another one."""

    at: datetime
    zone: str

    def kept(self) -> dict[str, Any]:
        return {"there": [_instant(self.at), self.zone]}

    def __str__(self) -> str:
        return local_time.theirs(self.at, zone=get_current_timezone_name(), other_zone=self.zone)


@dataclass(frozen=True, slots=True)
class Words:
    """What something was called at that time, in both languages: a name, one of a list of reasons."""

    ja: str
    en: str

    @classmethod
    def of(cls, called: Callable[[str], Any]) -> Words:
        """Ask twice; the language that is asked for is active meanwhile."""
        found = {}
        for language in LANGUAGES:
            with translation.override(language):
                found[language] = str(called(language))
        return cls(**found)

    def kept(self) -> dict[str, Any]:
        return {"words": {"ja": self.ja, "en": self.en}}

    def __str__(self) -> str:
        return self.ja if translation.get_language() == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Listing:
    """Several of them, told apart as the language does it."""

    items: tuple[Any, ...]

    def kept(self) -> dict[str, Any]:
        return {"list": [keep(item) for item in self.items]}

    def __str__(self) -> str:
        return pgettext("list separator", ", ").join(worded(keep(item)) for item in self.items)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


_READ: Mapping[str, Callable[[Any], Fact]] = {
    "day": lambda kept: Day(date.fromisoformat(kept)),
    "moment": lambda kept: Moment(datetime.fromisoformat(kept)),
    "span": lambda kept: Span(*map(datetime.fromisoformat, kept)),
    "there": lambda kept: ClockThere(datetime.fromisoformat(kept[0]), kept[1]),
    "words": lambda kept: Words(**kept),
    "list": lambda kept: Listing(tuple(kept)),
}


def keep(value: Any) -> Any:
    """As it stands in the database: plain texts and numbers as they are."""
    return value.kept() if hasattr(value, "kept") else value


def worded(kept: Any) -> str:
    """In the active language, on the active clock."""
    if isinstance(kept, dict):
        [(kind, value)] = kept.items()
        return str(_READ[kind](value))
    return number_format(kept, force_grouping=True) if isinstance(kept, int) else str(kept)
