"""How the score of a pair has come to what it is: the first one, what it was when the pair was decided on, the latest.

Runs replace scores, so that not each of them is kept: what stood first is kept with the match, what stood at each
decision with the decision (which outlives a proposal that fell off the lists and came back).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from matchmaking.matches.enums import DecisionKind, MatchStatus, Side
from matchmaking.matches.models import Decision, Match


@dataclass(frozen=True, slots=True)
class Standing:
    """The score from a moment on, and the policy that made it; from 0 to 100, in tenths."""

    at: datetime
    score: Decimal
    policy: int


def scores_of(match: Match, reader: Side) -> list[Standing]:
    """Oldest first: each that differs from the one before, as far as the pair was its reader's to see.

    Staff read all. To a firm the pair's scores begin when the startup was recommended to it, to a startup when the firm
    asked for a meeting; nothing of what was never shown to them, or no longer is.
    """
    decisions = list(
        Decision.objects.filter(company_id=match.company_id, startup_id=match.startup_id).order_by("at", "pk")
    )
    known = sorted(_known(match, decisions), key=lambda each: each.at)
    if reader == Side.STAFF:
        return _changes(known)
    since = _shown_since(match, reader, decisions)
    return _changes(_from(known, since)) if since else []


def _known(match: Match, decisions: Iterable[Decision]) -> Iterator[Standing]:
    if match.first_at is not None and match.first_score is not None and match.first_policy_id is not None:
        yield Standing(match.first_at, match.first_score, match.first_policy_id)
    for each in decisions:
        yield Standing(each.at, each.score, each.policy_id)
    yield Standing(match.computed_at, match.score, match.policy_id)


def _changes(known: Iterable[Standing]) -> list[Standing]:
    found: list[Standing] = []
    for each in known:
        if not found or (each.score, each.policy) != (found[-1].score, found[-1].policy):
            found.append(each)
    return found


def _from(known: list[Standing], since: datetime) -> Iterator[Standing]:
    """What stood at that moment, from then on, and all that came later."""
    before = [each for each in known if each.at <= since]
    standing = before[-1] if before else known[0]
    yield Standing(since, standing.score, standing.policy)
    yield from (each for each in known if each.at > since)


def _shown_since(match: Match, reader: Side, decisions: Iterable[Decision]) -> datetime | None:
    if match.disclosed_at is None:
        return None
    if reader == Side.COMPANY:
        first = (each.at for each in decisions if each.kind == DecisionKind.DISCLOSED)
        return min(first, default=match.disclosed_at)
    if match.status != MatchStatus.INTERESTED:
        return None
    asked = (each.at for each in decisions if each.kind == DecisionKind.INTERESTED)
    return min(asked, default=match.disclosed_at)
