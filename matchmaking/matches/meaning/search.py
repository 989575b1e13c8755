"""A search within a list: what contains all the words first, then what comes nearest in meaning.

Only rows of the query set that is given are looked at, so nobody finds, counts or ranks what they may not see. Exact:
every row within the filters is compared, by pgvector.
"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from pgvector.django import MaxInnerProduct

from matchmaking.core import jobs
from matchmaking.matches.engine.embedding import clean_text
from matchmaking.matches.enums import Sought
from matchmaking.matches.meaning.index import query_key
from matchmaking.matches.models import MeaningQuery, ScoringPolicy

EXACT, NEAREST = 50, 20  # rows shown of each
LOOK_AGAIN = 0.03  # seconds
TEXTS = {
    Sought.STARTUPS: ("one_liner", "problem", "solution", "customers", "edge"),
    Sought.CHALLENGES: ("title", "text", "place", "amount", "solved_when"),
}
NAMES = {
    Sought.STARTUPS: "organisation__search_key",
    Sought.CHALLENGES: "company__organisation__search_key",
}


class Folded(Func):
    """Text with widths and cases made one, as PostgreSQL does it."""

    template = "lower(normalize(%(expressions)s, NFKC))"
    output_field = CharField()


@dataclass(frozen=True)
class Found:
    """Rows of a search. `waiting`: what the words mean is not known yet, so only their letters were looked for."""

    exact: list[Any]
    count: int
    nearest: list[Any]
    waiting: bool

    @property
    def is_empty(self) -> bool:
        return not self.exact and not self.nearest


def search(
    sought: Sought, rows: QuerySet[Any], words: str, readable: Q | None = None, *, names_only: bool = False
) -> Found:
    """Look for the words among the rows. Asks a worker what they mean, and waits a moment for the answer.

    Only of `readable` rows the words are compared, and with `names_only` only with their names: whatever else they say,
    they are found by meaning alone.
    """
    containing = _containing(sought, words, names_only=names_only) & (readable or Q())
    literal = rows.filter(containing)
    query = meaning_of(sought, words)
    if query is None:
        return Found(list(literal.order_by("pk")[:EXACT]), literal.count(), [], clean_text(words) is not None)
    distance = MaxInnerProduct("meaning__vector", query.vector)
    near = rows.filter(meaning__edition=query.edition).annotate(distance=distance).order_by("distance", "pk")
    exact = list(
        literal.annotate(distance=distance).order_by(F("distance").asc(nulls_last=True), "pk")[:EXACT]
    )
    return Found(exact, literal.count(), list(near.exclude(containing)[:NEAREST]), waiting=False)


def _containing(sought: Sought, words: str, *, names_only: bool) -> Q:
    """Every word stands in a name or in what was written, whatever the width and case."""
    texts = () if names_only else TEXTS[sought]
    said = Folded(Concat(NAMES[sought], Value(""), *_spaced(texts), output_field=CharField()))
    wanted = Q()
    for word in unicodedata.normalize("NFKC", words).split():
        wanted &= Q(Contains(said, Folded(Value(word))))
    return wanted


def _spaced(names: tuple[str, ...]) -> list[Any]:
    return [part for name in names for part in (Value("\n"), F(name))]


class Contains(Func):
    """Whether the first text holds the second, in which no character is special."""

    template = "(strpos(%(expressions)s) > 0)"
    output_field = BooleanField()


def meaning_of(sought: Sought, words: str, *, seconds: float | None = None) -> MeaningQuery | None:
    """What the words mean under the policy in force; None if no worker has said so within a moment."""
    policy = ScoringPolicy.objects.in_force().values_list("pk", flat=True).first()
    text = clean_text(words)
    if policy is None or text is None:
        return None
    wanted = MeaningQuery.objects.filter(key=query_key(sought, policy, text))
    if (known := wanted.first()) is None:
        _ask(sought, text, query_key(sought, policy, text))
        wait = settings.SEARCH_WAIT_SECONDS if seconds is None else seconds
        deadline = time.monotonic() + wait
        while known is None and time.monotonic() < deadline:
            time.sleep(LOOK_AGAIN)
            known = wanted.first()
    return known


@transaction.atomic
def _ask(sought: Sought, words: str, key: str) -> None:
    """Once a day for the same words: whoever asks again finds the answer, or that it could not be given."""
    dedupe = f"meaning:{key}:{timezone.now():%Y-%m-%d}"
    jobs.enqueue("matches.answer_search", dedupe_key=dedupe, sought=sought, words=words)
