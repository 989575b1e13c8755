"""Decisions about pairs are written down, in the transaction of the deed, with what the score said at that time."""

from __future__ import annotations

from matchmaking.matches.enums import DecisionKind, DismissReason, Side
from matchmaking.matches.models import Decision, Match


def log_decision(
    match: Match, kind: DecisionKind, *, side: Side, reason: DismissReason | None = None
) -> Decision:
    """Called by the deeds themselves, also by those of meetings. What the firm sees is read as it is now."""
    shown = set(
        Match.objects.recommended().filter(company=match.company_id).values_list("startup_id", flat=True)
    )
    if match.disclosed_at is not None:
        shown.add(match.startup_id)
    return Decision.objects.create(
        kind=kind,
        side=side,
        reason=reason or "",
        match_id=match.pk,
        company_id=match.company_id,
        startup_id=match.startup_id,
        challenge_id=match.challenge_id,
        policy_id=match.policy_id,
        rank_for_company=match.rank_for_company,
        score=match.score,
        parts=match.parts,
        missing=match.missing,
        shown=sorted(shown),
    )
