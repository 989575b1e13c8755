"""Both sides' vectors, kept in a worker between jobs: an edit needs one profile anew and finds the others as they were.

What is kept is as good as the latest row of the histories, which the database itself writes with every change: only
whoever has a newer row is read again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Max, Q

from accounts.models import OrganisationEvent  # type: ignore[attr-defined]  # pghistory makes it
from companies.models import ChallengeEvent, CompanyEvent  # type: ignore[attr-defined]  # pghistory makes them
from matchmaking.matches.engine.features import Features
from matchmaking.matches.models import ExpertAdvice, ScoringPolicy
from matchmaking.matches.runs.candidates import Matcher, Party
from matchmaking.matches.sides import open_challenges, open_startups
from startups.models import StartupEvent  # type: ignore[attr-defined]  # pghistory makes it

Seen = tuple[frozenset[int], ...]  # for each history the numbers of its latest rows
LATEST = 100  # rows: numbers may become visible out of order, but none later than after so many others
STARTUPS, FIRMS = "startups", "firms"
# The histories of each side, and by which column their rows are an organisation's.
HISTORIES: dict[str, list[tuple[Any, str]]] = {
    STARTUPS: [(OrganisationEvent, "pgh_obj_id"), (StartupEvent, "pgh_obj_id")],
    FIRMS: [(OrganisationEvent, "pgh_obj_id"), (CompanyEvent, "pgh_obj_id"), (ChallengeEvent, "company_id")],
}


@dataclass(frozen=True)
class _Kept:
    policy: int
    seen: Seen
    advice: tuple[Any, ...]
    party: Party


_kept: dict[str, _Kept] = {}


def stamp() -> tuple[Any, ...]:
    """Differs as soon as any profile has changed or an expert has advised."""
    return (_seen(STARTUPS), _seen(FIRMS), _advice())


def all_startups(policy: ScoringPolicy) -> Party:
    """Everybody on the startups' side, as the latest history has them."""
    return _current(STARTUPS, policy)


def all_firms(policy: ScoringPolicy) -> Party:
    """Every open challenge, as the latest history has them."""
    return _current(FIRMS, policy)


def _current(side: str, policy: ScoringPolicy) -> Party:
    seen, advice, kept = (
        _seen(side),
        _advice(),
        _kept.get(side),
    )  # before any profile: what comes later is new
    if kept and (kept.policy, kept.seen, kept.advice) == (policy.pk, seen, advice):
        return kept.party
    matcher = Matcher(policy)
    if kept and kept.policy == policy.pk and _goes_on(kept.seen, seen):
        changed = _changed(side, kept)
        party = _mended(kept.party, sorted(changed), _made(matcher, side, changed))
    else:
        party = _made(matcher, side, None)
    _kept[side] = _Kept(policy.pk, seen, advice, party)
    return party


def _goes_on(old: Seen, new: Seen) -> bool:
    """Whether the histories only grew: where rows were taken out of them, nothing that is kept can be trusted."""
    return all(
        not (gone := before - now) or (bool(now) and max(gone) < min(now))
        for before, now in zip(old, new, strict=True)
    )


def _made(matcher: Matcher, side: str, of: set[int] | None) -> Party:
    """The vectors of these organisations, or of all."""
    if side == STARTUPS:
        startups = open_startups() if of is None else open_startups().filter(pk__in=of)
        return matcher.startups(list(startups))
    challenges = open_challenges() if of is None else open_challenges().filter(company_id__in=of)
    return matcher.firms(list(challenges))


def _changed(side: str, kept: _Kept) -> set[int]:
    """Organisations with a history row, startups with advice, that came since."""
    changed: set[int] = set()
    for (history, column), seen in zip(HISTORIES[side], kept.seen, strict=True):
        rows = history.objects.filter(pgh_id__gte=min(seen, default=0)).values_list("pgh_id", column)
        changed |= {owner for number, owner in rows if number not in seen}
    if side == STARTUPS and kept.advice != _advice():
        key, retired = kept.advice
        later = Q(pk__gt=key or 0) | (Q(retired_at__gt=retired) if retired else Q(retired_at__isnull=False))
        changed |= set(ExpertAdvice.objects.filter(later).values_list("startup_id", flat=True))
    return changed


def _mended(party: Party, changed: list[int], new: Party) -> Party:
    """The party with the new rows of whoever has changed: in their old places if they have as many as before."""
    stale = np.isin(party.owners, changed)
    places = np.flatnonzero(stale)
    if not np.array_equal(party.keys[places], new.keys):
        return _joined(party, ~stale, new)
    if not len(places):
        return party
    party.features.matrix[places], party.features.known[places] = new.features.matrix, new.features.known
    for place, terms in zip(places.tolist(), new.terms, strict=True):
        party.terms[place] = terms
    return replace(party)  # without what was worked out of the old rows


def _joined(party: Party, stays: np.ndarray[Any, Any], new: Party) -> Party:
    """What stays and what is new, in the order of firm and key that decides between equals."""
    owners = np.concatenate([party.owners[stays], new.owners])
    keys = np.concatenate([party.keys[stays], new.keys])
    order = np.lexsort((keys, owners))
    features = Features(
        np.concatenate([party.features.matrix[stays], new.features.matrix])[order],
        np.concatenate([party.features.known[stays], new.features.known])[order],
    )
    terms = [terms for terms, is_kept in zip(party.terms, stays.tolist(), strict=True) if is_kept] + new.terms
    return Party(features, [terms[place] for place in order.tolist()], owners[order], keys[order])


def _seen(side: str) -> Seen:
    return tuple(
        frozenset(history.objects.order_by("-pgh_id").values_list("pgh_id", flat=True)[:LATEST])
        for history, _ in HISTORIES[side]
    )


def _advice() -> tuple[Any, ...]:
    return tuple(ExpertAdvice.objects.aggregate(latest=Max("pk"), retired=Max("retired_at")).values())
