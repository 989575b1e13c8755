"""Both sides' vectors, kept in a worker between jobs: an edit needs one profile anew and finds the others as they were.

What is kept is as good as the latest row of the histories, which the database itself writes with every change: only
whoever has a newer row is read again.
"""

from __future__ import annotations

from dataclasses import dataclass
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

Stamp = tuple[int, ...]
LATE = 100  # numbers of history rows may become visible out of order: so many are looked at again
STARTUPS, FIRMS = "startups", "firms"
# The histories of each side, and by which column their rows are an organisation's.
HISTORIES: dict[str, list[tuple[Any, str]]] = {
    STARTUPS: [(OrganisationEvent, "pgh_obj_id"), (StartupEvent, "pgh_obj_id")],
    FIRMS: [(OrganisationEvent, "pgh_obj_id"), (CompanyEvent, "pgh_obj_id"), (ChallengeEvent, "company_id")],
}


@dataclass(frozen=True)
class _Kept:
    policy: int
    stamp: Stamp
    advice: tuple[Any, ...]
    party: Party


_kept: dict[str, _Kept] = {}


def stamp() -> tuple[Any, ...]:
    """Differs as soon as any profile has changed or an expert has advised."""
    return (_stamp(STARTUPS), _stamp(FIRMS), _advice())


def all_startups(policy: ScoringPolicy) -> Party:
    """Everybody on the startups' side, as the latest history has them."""
    return _current(STARTUPS, policy)


def all_firms(policy: ScoringPolicy) -> Party:
    """Every open challenge, as the latest history has them."""
    return _current(FIRMS, policy)


def _current(side: str, policy: ScoringPolicy) -> Party:
    now, advice, kept = _stamp(side), _advice(), _kept.get(side)
    if kept and (kept.policy, kept.stamp, kept.advice) == (policy.pk, now, advice):
        return kept.party
    matcher = Matcher(policy)
    if (
        kept
        and kept.policy == policy.pk
        and all(new >= old for new, old in zip(now, kept.stamp, strict=True))
    ):
        changed = _changed(side, kept)
        party = _mended(kept.party, sorted(changed), _made(matcher, side, changed))
    else:
        party = _made(matcher, side, None)
    _kept[side] = _Kept(policy.pk, now, advice, party)
    return party


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
    for (history, column), latest in zip(HISTORIES[side], kept.stamp, strict=True):
        changed |= set(history.objects.filter(pgh_id__gt=latest - LATE).values_list(column, flat=True))
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
    party.features.matrix[places], party.features.known[places] = new.features.matrix, new.features.known
    for place, terms in zip(places.tolist(), new.terms, strict=True):
        party.terms[place] = terms
    return party


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


def _stamp(side: str) -> Stamp:
    return tuple(
        history.objects.aggregate(latest=Max("pgh_id"))["latest"] or 0 for history, _ in HISTORIES[side]
    )


def _advice() -> tuple[Any, ...]:
    return tuple(ExpertAdvice.objects.aggregate(latest=Max("pk"), retired=Max("retired_at")).values())
