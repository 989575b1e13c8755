"""What staff, firms and the portal decide about matches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, members_of
from accounts.rules import names_of
from matchmaking.core import audit
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.actions.decisions import log_decision
from matchmaking.matches.enums import DecisionKind, DismissReason, MatchStatus, Side
from matchmaking.matches.models import Match, PairNote

NOT_DISMISSED: dict[str, Any] = {
    "dismissed_at": None,
    "dismissed_by": "",
    "dismiss_reason": "",
    "dismiss_note": "",
}


@transaction.atomic
def disclose(match: Match, *, by: User) -> None:
    """Recommend the startup to the firm, and tell the firm's members."""
    move(match, MatchStatus.DISCLOSED, by=by, disclosed_at=timezone.now())
    log_decision(match, DecisionKind.DISCLOSED, side=Side.STAFF)
    notify(
        Event.MATCH_DISCLOSED,
        members_of(match.company.organisation),
        link="matches:detail",
        link_kwargs={"pk": match.pk},
        startup=names_of(match.startup.organisation),
    )


@transaction.atomic
def disclose_several(matches: Iterable[Match], *, by: User) -> list[Match]:
    """Disclose those that are still proposed; returns them. What somebody else decided meanwhile stays.

    Raises TransitionNotAllowed if all of them were decided meanwhile.
    """
    chosen = {match.pk: match for match in matches}
    waiting = Match.objects.with_parties().filter(pk__in=chosen, status=MatchStatus.PROPOSED)
    disclosed = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    if chosen and not disclosed:
        raise TransitionNotAllowed(next(iter(chosen.values())), MatchStatus.DISCLOSED)
    for match in disclosed:
        disclose(match, by=by)
    return disclosed


@transaction.atomic
def dismiss(match: Match, *, side: Side, reason: DismissReason, note: str = "", by: User | None) -> None:
    """Put a pair aside; it does not come back until one of the two profiles changes, or by `restore`.

    A firm that has asked for a meeting withdraws the request instead: TransitionNotAllowed.
    """
    if side == Side.COMPANY and match.status == MatchStatus.INTERESTED:
        raise TransitionNotAllowed(match, MatchStatus.DISMISSED)
    move(
        match,
        MatchStatus.DISMISSED,
        by=by,
        reason=f"{reason.value}: {note}" if note else reason.value,
        dismissed_at=timezone.now(),
        dismissed_by=side,
        dismiss_reason=reason,
        dismiss_note=note,
    )
    log_decision(match, DecisionKind.DISMISSED, side=side, reason=reason)


@transaction.atomic
def end_match(match: Match, *, side: Side, by: User | None) -> None:
    """One side leaves the programme. The pair is proposed anew if it comes back, as any dismissed one."""
    move(
        match,
        MatchStatus.DISMISSED,
        by=by,
        reason=DismissReason.LEFT.value,
        dismissed_at=timezone.now(),
        dismissed_by=side,
        dismiss_reason=DismissReason.LEFT,
    )


@transaction.atomic
def restore(match: Match, *, by: User) -> None:
    """Undo a dismissal: back to disclosed if the firm had seen the pair, else to proposed."""
    back = MatchStatus.DISCLOSED if match.disclosed_at else MatchStatus.PROPOSED
    side = match.dismissed_by
    move(match, back, by=by, **NOT_DISMISSED)
    log_decision(match, DecisionKind.RESTORED, side=Side(side))


@transaction.atomic
def return_changed(matches: Iterable[Match]) -> None:
    """Propose dismissed pairs anew, because one of their two profiles has changed since."""
    for match in matches:
        move(
            match,
            MatchStatus.PROPOSED,
            by=None,
            reason="profile changed",
            disclosed_at=None,
            **NOT_DISMISSED,
        )


@transaction.atomic
def write_note(match: Match, *, text: str, by: User) -> PairNote:
    """Write something down about the pair, for colleagues of the programme office."""
    note = PairNote.objects.create(company=match.company, startup=match.startup, text=text, by=by)
    audit.record("pairnote.written", note, by=by)
    return note
