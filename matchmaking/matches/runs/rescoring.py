"""The short pass for one changed profile, and for lists that have lost their last place by it. Called by jobs only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from companies.models import Challenge
from matchmaking.core import jobs
from matchmaking.matches import actions
from matchmaking.matches.engine.features import Features
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.engine.results import Ints, Pair, Results, joined, places
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.explaining import quotes
from matchmaking.matches.meaning import index
from matchmaking.matches.models import LISTED, Match, Run
from matchmaking.matches.runs import lists, reranking, warm
from matchmaking.matches.runs.candidates import Bars, Matcher, Party
from matchmaking.matches.runs.lists import Listed
from matchmaking.matches.runs.passes import come_back, known_pairs, touched_pairs
from matchmaking.matches.sides import open_challenges, open_startups
from matchmaking.matches.thesauri import readings

RENUMBERED_AT_ONCE, FILLED_AT_ONCE = 100, 20  # lists, so that nobody's edit waits long for its turn
COMPANY, STARTUP = OrganisationKind.COMPANY.value, OrganisationKind.STARTUP.value
OTHER = {COMPANY: STARTUP, STARTUP: COMPANY}


def rescore(organisation_id: int) -> None:
    """Score one organisation against all others and bring both sides' lists up to date.

    Its own list is exact. On the others' lists it enters, moves or leaves; these are numbered anew, and full lists
    that it has left are filled up, in jobs of their own a moment later. Before the first full pass, or before the first
    since the score got other parts, there are no lists to keep up to date.
    """
    ready = _ready(organisation_id)  # what takes long comes before others have to wait
    lists.lock_lists()
    if ready and ready.moment != _moment():  # somebody edited, or a run ended, while others were waited for
        ready = _ready(organisation_id)
    if ready is None:
        return
    organisation, own, other = ready.organisation, ready.organisation.kind, OTHER[ready.organisation.kind]
    of = {f"{own}_id": organisation.pk}
    before, held = _standing(other, of), reranking.held(other, of=organisation.pk)
    bars = reranking.bars(other, without=organisation.pk)
    listed = _worth_keeping(_ranked(_found(ready, bars), own, bars), of)
    actions.return_changed(come_back(listed, **of))
    scope = (own, [organisation.pk])
    lists.publish(listed, policy_id=ready.matcher.row.pk, run_id=None, now=timezone.now(), of=scope)
    _follow_up(organisation, before | set(listed.results.rows[f"{other}_id"].tolist()), held)


def _standing(other: str, of: dict[str, int]) -> set[int]:
    """Everyone with whom the organisation has a match."""
    return set(Match.objects.filter(**of).values_list(f"{other}_id", flat=True))


def _follow_up(organisation: Organisation, others: Iterable[int], held: Mapping[int, float]) -> None:
    """What need not be done before the lists can be seen: quotes, and the places on the others' lists."""
    occasion = f"rescore:{organisation.pk}:{timezone.now().isoformat()}"
    own, other = organisation.kind, OTHER[organisation.kind]
    readings.call_for(occasion, organisation)
    if own == STARTUP:  # is quoted once it has its places on the firms' lists
        index.call_for(occasion, [organisation.pk], [])
    else:
        quotes.call_for(occasion, Match.objects.to_quote().filter(company_id=organisation.pk))
        challenges = Challenge.objects.filter(company_id=organisation.pk).order_by("pk")
        index.call_for(occasion, [], challenges.values_list("pk", flat=True))
    keys = sorted(others)
    for start in range(0, len(keys), RENUMBERED_AT_ONCE):
        block = keys[start : start + RENUMBERED_AT_ONCE]
        jobs.enqueue(
            "matches.renumber",
            dedupe_key=f"renumber:{occasion}:{start}",
            side=other,
            organisations=block,
            of=organisation.pk,
            held=[(key, held[key]) for key in block if key in held],
        )


@dataclass(frozen=True)
class _Ready:
    """One organisation and all others as vectors, as they were at a moment; no parties where a side has nobody."""

    moment: tuple[object, ...]
    organisation: Organisation
    matcher: Matcher
    parties: tuple[Party, Party] | None


def _moment() -> tuple[object, ...]:
    return (Run.objects.finished().values_list("pk", flat=True).first(), *warm.stamp())


def _matcher() -> Matcher | None:
    """By which lists are kept up to date; None as long as there are none of today's parts."""
    last = Run.objects.finished().select_related("policy").first()
    return Matcher(last.policy) if last and last.policy.fits_engine else None


def _ready(organisation_id: int) -> _Ready | None:
    moment, matcher = _moment(), _matcher()
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if matcher is None or organisation is None:
        return None
    parties = _parties(matcher, organisation.kind, [organisation.pk])
    return _Ready(moment, organisation, matcher, parties)


def _found(ready: _Ready, bars: Bars) -> Results:
    """Every pair of the organisation that may stand on a list."""
    known = known_pairs({f"{ready.organisation.kind}_id": ready.organisation.pk})
    return (
        ready.matcher.candidates(*ready.parties, bars=bars, **known) if ready.parties else joined([], SLICES)
    )


def _parties(matcher: Matcher, side: str, which: Sequence[int]) -> tuple[Party, Party] | None:
    """The firms and startups to be scored: of `side` only these, the other is kept warm between jobs.

    None where one has nobody.
    """
    if side == COMPANY:
        firms = matcher.firms(list(open_challenges().filter(company_id__in=which)))
        startups = warm.all_startups(matcher.row) if len(firms.keys) else None
    else:
        startups = matcher.startups(list(open_startups().filter(pk__in=which)))
        firms = warm.all_firms(matcher.row) if len(startups.keys) else None
    if not firms or not startups or not len(firms.keys) or not len(startups.keys):
        return None
    return firms, startups


def _worth_keeping(listed: Listed, of: dict[str, int]) -> Listed:
    """Pairs with a place on a list, and those that people have touched."""
    return listed.take(listed.placed() | listed.among(touched_pairs(**of)))


def _ranked(found: Results, own: str, bars: Bars) -> Listed:
    """Each pair with its place on the own list and, as a mark to be numbered, whether it enters the other's."""
    enters = found.rows["raw_score"] >= bars.of(found.rows[f"{OTHER[own]}_id"])
    return _placed(found, own, np.where(enters, LISTED + 1, 0))


def _placed(found: Results, own: str, on_others: Ints) -> Listed:
    """Each pair with its place on the own list, and what is given for the other's."""
    rows = found.rows
    place = places(rows[f"{own}_id"], rows[f"{OTHER[own]}_id"], rows["raw_score"]) + 1
    place[place > LISTED] = 0
    return Listed(found, place, on_others) if own == COMPANY else Listed(found, on_others, place)


# --- The others' lists --------------------------------------------------------------------------------------------


def renumber(side: str, organisations: Sequence[int], of: int, held: Iterable[tuple[int, float]]) -> None:
    """Number these lists anew, on which `of` came, moved or left.

    `held` says on which full ones it stood, with which score. Those that it has left lack a place, which is filled in
    a job of its own.
    """
    lists.lock_lists()
    reranking.rerank(side, organisations)
    short = sorted(reranking.left_short(side, dict(held), of=of))
    moment = timezone.now().isoformat()
    if side == COMPANY:
        placed = Match.objects.to_quote().filter(startup_id=of, company_id__in=organisations)
        quotes.call_for(f"renumber:{of}:{organisations[0]}:{moment}", placed)
    for start in range(0, len(short), FILLED_AT_ONCE):
        block = short[start : start + FILLED_AT_ONCE]
        key = f"fill_up:{of}:{block[0]}:{moment}"
        jobs.enqueue("matches.fill_up", dedupe_key=key, side=side, organisations=block)


def fill_up(side: str, organisations: Sequence[int]) -> None:
    """Give these lists the places back that somebody has left. Their owners have not changed: nobody else's list does.

    Whoever no longer takes part is left to the job that their leaving calls for.
    """
    matcher = _matcher()
    if matcher is None:
        return
    _parties(matcher, side, organisations)  # what takes long comes before others have to wait
    lists.lock_lists()
    matcher = _matcher()
    parties = _parties(matcher, side, organisations) if matcher else None
    if matcher is None or parties is None:
        return
    own = parties[side == STARTUP]
    present = sorted(set(own.owners.tolist()))
    refilled: list[Listed] = []
    for key in present:
        part = _part(own, own.owners == key)
        both = (part, parties[1]) if side == COMPANY else (parties[0], part)
        refilled.append(_refilled(matcher, side, key, both))
    scope = (side, present)
    lists.publish(
        Listed.joined(refilled), policy_id=matcher.row.pk, run_id=None, now=timezone.now(), of=scope
    )


def _part(party: Party, which: Any) -> Party:
    places = np.flatnonzero(which)
    features = Features(party.features.matrix[places], party.features.known[places])
    return Party(features, [party.terms[place] for place in places], party.owners[places], party.keys[places])


def _refilled(matcher: Matcher, side: str, key: int, parties: tuple[Party, Party]) -> Listed:
    """The exact list of one organisation; on the other's lists its pairs keep the places they have."""
    of, other = {f"{side}_id": key}, OTHER[side]
    there = Match.objects.filter(
        Q(**{f"rank_for_{other}__isnull": False}) | ~Q(status=MatchStatus.PROPOSED), **of
    )
    held = dict(there.values_list(f"{other}_id", f"rank_for_{other}"))
    pairs: list[Pair] = [(key, each) if side == COMPANY else (each, key) for each in held]
    known: Mapping[str, Any] = {**known_pairs(of), "wanted": pairs}
    found = matcher.candidates(*parties, bars=Bars.closed(other), **known)
    on_others = [held.get(key) or 0 for key in found.rows[f"{other}_id"].tolist()]
    listed = _placed(found, side, np.array(on_others, dtype=np.int64))
    return listed.take(listed.placed() | listed.among(pairs))
