"""Which startups of the portal an expert may mean by some words: a short list, of which no more is told than names."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking.matches.enums import Sought
from matchmaking.matches.meaning.search import search
from startups.models import Startup

SHOWN = 8  # of those that bear the words in their name, and as many of those nearest in meaning


@dataclass(frozen=True)
class Candidates:
    """`named` bear the words in their name, `near` come nearest in meaning; `count` is of all that bear them.

    `waiting`: what the words mean is not known yet.
    """

    named: list[Startup]
    near: list[Startup]
    count: int
    waiting: bool

    @property
    def all(self) -> list[Startup]:
        return [*self.named, *self.near]


def candidates_for(words: str) -> Candidates:
    """Among all that take part. Experts read profiles of what is assigned to them alone: so the words are compared with
    names, and never with what startups wrote, which would tell whether a word stands there.
    """
    published = Startup.objects.published().select_related("organisation")
    found = search(Sought.STARTUPS, published, words, names_only=True)
    return Candidates(found.exact[:SHOWN], found.nearest[:SHOWN], found.count, found.waiting)
