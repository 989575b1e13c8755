"""The startup's own sentence that comes nearest to the need, chosen for the pairs that people are likely to look at.

One encoder does, and the lists do not wait for it: sentences are read in jobs of their own once the lists stand.
A sentence's vector is kept by hash of its text, so it is read once, whatever the number of needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.matches.engine.embedding import USE, Job, Matrix, clean_text, text_key, vector_of
from matchmaking.matches.engine.features import stack
from matchmaking.matches.engine.sentences import sentences_of
from matchmaking.matches.engine.tags import unit
from matchmaking.matches.models import Match, MatchQuerySet, ScoringPolicy
from matchmaking.matches.runs import lists
from matchmaking.matches.runs.vectors import StoredVectors, embed
from matchmaking.matches.sides import company_side, quotable_texts

STARTUPS_IN_BLOCK = 20  # about a hundred sentences, some seconds of one core
HELD_FOR = timedelta(seconds=5)
READER = {"use": USE}  # five times as fast as the other, and made for sentences


@transaction.atomic
def call_for(occasion: str, matches: MatchQuerySet) -> None:
    """Let workers choose the quotes of these matches, block by block; `occasion` keeps it from being asked twice."""
    startups = sorted(set(matches.order_by().values_list("startup_id", flat=True)))
    for start in range(0, len(startups), STARTUPS_IN_BLOCK):
        block = startups[start : start + STARTUPS_IN_BLOCK]
        jobs.enqueue("matches.quote", dedupe_key=f"quote:{occasion}:{start}", startups=block)


def choose(startups: Iterable[int]) -> None:
    """Bring the quotes of these startups' matches up to date; what is up to date already costs one look."""
    matches = Match.objects.to_quote().filter(startup_id__in=startups).order_by("pk")
    matches = matches.select_related("startup", "challenge__company__organisation")
    found = [(match, sentences_of(quotable_texts(match.startup)), _need(match)) for match in matches]
    stale = [(match, said, need) for match, said, need in found if match.quote_key != _key(said, need)]
    if not stale:
        return
    vectors = embed([job for _, said, need in stale for job in _jobs(said, need)], READER)
    centre = _centre()
    lists.lock_lists()  # whoever writes lists holds rows of theirs for as long as that takes
    for match, said, need in stale:
        match.quote, match.quote_key = _nearest(said, need, vectors, centre), _key(said, need)
    _write([match for match, *_ in stale])


@transaction.atomic
def _write(quoted: Sequence[Match]) -> None:
    """Never waits for a row: whoever holds one may come to want another of these, and one of the two would be ended.

    What somebody holds is quoted a moment later.
    """
    rows = Match.objects.filter(pk__in=[match.pk for match in quoted])
    free = set(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Match.objects.bulk_update([match for match in quoted if match.pk in free], ["quote", "quote_key"])
    if held := sorted({match.startup_id for match in quoted if match.pk not in free}):
        key = f"quote:held:{timezone.now().isoformat()}:{held[0]}"
        jobs.enqueue("matches.quote", dedupe_key=key, after=HELD_FOR, startups=held)


def _need(match: Match) -> str:
    return company_side(match.challenge).need_text


def _jobs(said: Sequence[str], need: str) -> list[Job]:
    texts: list[Job] = [("query", need), *(("passage", sentence) for sentence in said)]
    return [job for job in texts if clean_text(job[1])]


def _key(said: Sequence[str], need: str) -> str:
    """Says from which sentences, for which need and by which encoder a quote was chosen."""
    keys = (text_key(USE, role, text) for role, text in _jobs(said, need))
    return hashlib.sha256("".join(keys).encode()).hexdigest()


def _centre() -> Matrix:
    """The mean of startups' texts under the policy in force: what is common to all says nothing about one."""
    centres = ScoringPolicy.objects.in_force().values_list("parameters__calibration__centres", flat=True)
    return np.array(centres.get()["offer_use"], dtype=np.float32)


def _nearest(said: Sequence[str], need: str, vectors: StoredVectors, centre: Matrix) -> str:
    """The first of the nearest sentences; nothing if there is nothing to compare."""
    wanted = vector_of(USE, "query", need, vectors)
    if wanted is None or not said:
        return ""
    rows, known = stack(USE, "passage", said, vectors)
    near = np.where(known, unit(rows - centre) @ wanted, -np.inf)
    return said[int(np.argmax(near))]
