"""How the talk about a meeting stands for each pair, told by the app that knows requests.

Meetings lie above matches, so that app registers its answer when the portal starts (`AppConfig.ready`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import User
from matchmaking.matches.models import Match


@dataclass(frozen=True)
class LastRequest:
    """The latest request of a pair: its state in words, and where its reader sees it, or answers it if they must.

    The firm may ask again after one that lapsed or was withdrawn, and after a meeting.
    """

    words: str
    tone: str
    url: str
    to_answer: bool = False
    may_ask_again: bool = False


Answer = Callable[[Sequence[Match], User], Mapping[int, LastRequest]]
_answers: list[Answer] = []


def register(answer: Answer) -> None:
    """The last to register answers; a portal that starts twice in a process registers the same again."""
    _answers[:] = [answer]


def last_requests(matches: Sequence[Match], reader: User) -> Mapping[int, LastRequest]:
    """By match; only of pairs in which somebody has asked for a meeting."""
    return _answers[0](matches, reader) if _answers and matches else {}
