"""Policies in the making: drafted, edited, discarded, put in force. Weights are typed, the scale follows from them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.actions.policies import ensure_policy, next_version
from matchmaking.matches.actions.runs import score_anew
from matchmaking.matches.enums import PolicyStatus
from matchmaking.matches.models import Run, ScoringPolicy

LOCK = 7_301_222  # whoever numbers a policy or puts one in force holds this advisory lock


def _one_at_a_time() -> None:
    """Wait for whoever is at it; holds until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def draft_policy(*, weights: Mapping[str, float], by: User) -> ScoringPolicy:
    """A new draft from the policy in force. Raises PolicyError for weights that make no sense."""
    _one_at_a_time()
    base, version = ensure_policy(by=by), next_version()
    draft = ScoringPolicy.objects.create(
        version=version,
        parameters=base.parameters_with(weights, version=version),
        based_on=base,
        drafted_by=by,
    )
    audit.record("scoringpolicy.draft", draft, by=by, based_on=base.version, weights=dict(weights))
    return draft


@transaction.atomic
def edit_draft(draft: ScoringPolicy, *, weights: Mapping[str, float], by: User) -> None:
    """Give a draft other weights. Raises TransitionNotAllowed if it is a draft no longer."""
    base = draft.based_on or draft
    parameters = base.parameters_with(weights, version=draft.version)
    if not ScoringPolicy.objects.drafts().filter(pk=draft.pk).update(parameters=parameters):
        raise TransitionNotAllowed(draft, PolicyStatus.DRAFT)
    draft.parameters = parameters
    audit.record("scoringpolicy.edited", draft, by=by, weights=dict(weights))


@transaction.atomic
def discard_draft(draft: ScoringPolicy, *, by: User) -> None:
    """Give a draft up; it stays on record."""
    move(draft, PolicyStatus.DISCARDED, by=by, retired_at=timezone.now())


@transaction.atomic
def put_in_force(draft: ScoringPolicy, *, reason: str, seen: str, by: User) -> Run:
    """Let a draft make the scores from now on, and score everybody anew; a run under way is cancelled for that.

    `seen` is what `seen_by` said when the person looked. Raises TransitionNotAllowed if the draft, or the policy in
    force, is another by now.
    """
    _one_at_a_time()
    current = ScoringPolicy.objects.in_force().first()
    fresh = ScoringPolicy.objects.get(pk=draft.pk)
    if current is None or seen != seen_by(fresh, current) or not fresh.fits_engine:
        raise TransitionNotAllowed(draft, PolicyStatus.IN_FORCE)
    now = timezone.now()
    move(current, PolicyStatus.RETIRED, by=by, reason=reason, retired_at=now)
    move(fresh, PolicyStatus.IN_FORCE, by=by, reason=reason, in_force_since=now, put_in_force_by=by)
    ScoringPolicy.objects.filter(pk=fresh.pk).update(reason=reason)
    return score_anew(by=by)


def seen_by(draft: ScoringPolicy, current: ScoringPolicy | None) -> str:
    """What somebody who confirms a draft has looked at: its parameters and the policy it replaces."""
    return f"{draft.fingerprint}-{current.pk if current else 0}"
