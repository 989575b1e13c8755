"""At how many times both sides of a match could meet, told by the app that knows their hours.

Meetings lie above matches, so that app registers its answer when the portal starts (`AppConfig.ready`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaking.matches.models import Match


@dataclass(frozen=True)
class SharedTimes:
    """How many times suit both, and the first of them; None where there is none yet."""

    count: int
    first: datetime | None = None


Answer = Callable[[Sequence[Match]], Mapping[int, SharedTimes]]
_answers: list[Answer] = []


def register(answer: Answer) -> None:
    """The last to register answers; a portal that starts twice in a process registers the same again."""
    _answers[:] = [answer]


def shared_times(matches: Sequence[Match]) -> Mapping[int, SharedTimes]:
    """By match; only of pairs in which both sides have said when they can."""
    return _answers[0](matches) if _answers and matches else {}
