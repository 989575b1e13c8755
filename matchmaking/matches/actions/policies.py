"""Which policy scores are made by."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import move
from matchmaking.matches.actions.thesauri import ensure_thesaurus
from matchmaking.matches.engine.policy import load_policy
from matchmaking.matches.engine.thesaurus import Thesaurus
from matchmaking.matches.enums import PolicyStatus
from matchmaking.matches.models import ScoringPolicy
from matchmaking.matches.thesauri import editions
from matchmaking.matches.thesauri.carrying import carried_over


@transaction.atomic
def ensure_policy(*, by: User | None = None) -> ScoringPolicy:
    """The policy in force; where there is none that weighs the score's parts of today, the default comes into force."""
    edition = ensure_thesaurus(by=by)
    current = ScoringPolicy.objects.in_force().first()
    if current is not None and current.fits_engine and editions.is_known(current.parameters["thesaurus"]):
        return current
    if current is not None:
        move(
            current,
            PolicyStatus.RETIRED,
            by=by,
            reason="the score has other parts now",
            retired_at=timezone.now(),
        )
    return _default_in_force(editions.of_version(edition), by)


def _default_in_force(thesaurus: Thesaurus, by: User | None) -> ScoringPolicy:
    """The delivered policy, made for the thesaurus in force, under the next free version."""
    policy = carried_over(load_policy(), editions.delivered(), thesaurus)
    version = max(policy.version, next_version())
    row, created = ScoringPolicy.objects.get_or_create(
        status=PolicyStatus.IN_FORCE,
        defaults={
            "version": version,
            "parameters": {**policy.to_dict(), "version": version},
            "in_force_since": timezone.now(),
        },
    )
    if created:
        audit.record("scoringpolicy.in_force", row, by=by)
    return row


def next_version() -> int:
    latest: int | None = ScoringPolicy.objects.aggregate(latest=Max("version"))["latest"]
    return (latest or 0) + 1
