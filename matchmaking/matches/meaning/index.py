"""What published startups and open challenges mean, kept for searches. Called by jobs only: workers embed.

The numbers are those of the score: the slices of the need and of the capabilities, under the policy in force. So a
search in Japanese finds a pitch in English exactly as a challenge does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.core.models import Job, JobState
from matchmaking.matches.engine.embedding import Matrix
from matchmaking.matches.engine.features import CompanySide, Layout, StartupSide
from matchmaking.matches.enums import Sought
from matchmaking.matches.models import (
    ChallengeMeaning,
    MeaningQuery,
    ScoringPolicy,
    StartupMeaning,
)
from matchmaking.matches.runs.candidates import Matcher
from matchmaking.matches.sides import company_side, open_challenges, open_startups, startup_side

SLICES = ("need_e5", "need_use", "capability")
IN_BLOCK = 200
KEPT = timedelta(days=30)  # a search that nobody repeats is forgotten


@transaction.atomic
def call_for(occasion: str, startups: Iterable[int], challenges: Iterable[int]) -> None:
    """Let workers bring these up to date, block by block; `occasion` keeps it from being asked twice."""
    for sought, keys in ((Sought.STARTUPS, list(startups)), (Sought.CHALLENGES, list(challenges))):
        for start in range(0, len(keys), IN_BLOCK):
            dedupe = f"meaning:{occasion}:{sought}:{start}"
            which = keys[start : start + IN_BLOCK]
            jobs.enqueue("matches.index_meaning", dedupe_key=dedupe, sought=sought, which=which)


def call_for_all(occasion: str) -> None:
    """Everybody, and what is no longer open; searches of long ago are forgotten."""
    MeaningQuery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    startups, challenges = (
        rows.values_list("pk", flat=True) for rows in (open_startups(), open_challenges())
    )
    StartupMeaning.objects.exclude(pk__in=startups.order_by()).delete()
    ChallengeMeaning.objects.exclude(pk__in=challenges.order_by()).delete()
    call_for(occasion, startups, challenges)


def refresh(sought: str, which: Sequence[int]) -> None:
    """Bring what these mean up to date; what has not changed is not written."""
    matcher = Matcher(ScoringPolicy.objects.in_force().get())
    if sought == Sought.STARTUPS:
        startups = list(open_startups().filter(pk__in=which))
        sides: Sequence[StartupSide | CompanySide] = [startup_side(each) for each in startups]
        _store(StartupMeaning, which, [each.pk for each in startups], sides, matcher)
    else:
        challenges = list(open_challenges().filter(pk__in=which))
        sides = [company_side(each) for each in challenges]
        _store(ChallengeMeaning, which, [each.pk for each in challenges], sides, matcher)


def _store(model: Any, which: Sequence[int], keys: list[int], sides: Sequence[Any], matcher: Matcher) -> None:
    edition, stored = edition_of(matcher), dict(model.objects.filter(pk__in=which).values_list("pk", "key"))
    model.objects.filter(pk__in=set(which) - set(keys)).delete()
    marks = [_mark(edition, side) for side in sides]
    stale = [place for place, key in enumerate(keys) if stored.get(key) != marks[place]]
    if not stale:
        return
    vectors = _vectors(matcher, [sides[place] for place in stale])
    rows = [
        model(pk=keys[place], edition=edition, key=marks[place], vector=vector)
        for place, vector in zip(stale, vectors, strict=True)
    ]
    fields = ["edition", "key", "vector"]
    model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=[model._meta.pk.name], update_fields=fields
    )


def answer(sought: str, words: str) -> None:
    """Store what the words mean to somebody who looks for startups (a need) or for challenges (an offer)."""
    matcher = Matcher(ScoringPolicy.objects.in_force().get())
    side = CompanySide(need_text=words) if sought == Sought.STARTUPS else StartupSide(one_liner=words)
    MeaningQuery.objects.get_or_create(
        key=query_key(sought, matcher.row.pk, words),
        defaults={"edition": edition_of(matcher), "vector": _vectors(matcher, [side])[0]},
    )

    _forget(sought, words)


def _forget(sought: str, words: str) -> None:
    """Keep no words of a search, or of a challenge that nobody has saved, in the ledger: the job is done."""
    asked = Job.objects.filter(
        state=JobState.READY, name="matches.answer_search", payload__sought=sought, payload__words=words
    )
    asked.update(payload={"sought": sought, "words": ""})


def query_key(sought: str, policy: int, words: str) -> str:
    return hashlib.sha256(f"{sought}\0{policy}\0{words}".encode()).hexdigest()


def edition_of(matcher: Matcher) -> str:
    """Vectors are alike if they were made under one policy and have the same slices."""
    sizes = "-".join(
        str(matcher.layout.bounds[name].stop - matcher.layout.bounds[name].start) for name in SLICES
    )
    return f"{matcher.row.pk}:{sizes}"


def _mark(edition: str, side: StartupSide | CompanySide) -> str:
    """Says of which texts and confirmed capabilities a vector was made."""
    text = side.asking if isinstance(side, CompanySide) else side.offer
    said = repr((edition, text, side.capabilities))
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()


def _vectors(matcher: Matcher, sides: Sequence[Any]) -> Matrix:
    asks = isinstance(sides[0], CompanySide)
    features = matcher.asking(sides) if asks else matcher.offering(sides)
    return compared(features.matrix, matcher.layout)


def compared(matrix: Matrix, layout: Layout) -> Matrix:
    """The columns that a search compares."""
    return np.hstack([matrix[:, layout.bounds[name]] for name in SLICES])
