"""What happens to experts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from accounts.profiles.changes import assign
from matchmaking.core import audit, jobs
from research.models import Conflict, Expert
from research.reading import reading_of


def begin(user: User) -> None:
    """A place for what a new expert knows; one who returns finds theirs as they left it."""
    Expert.objects.get_or_create(user=user)


@transaction.atomic
def describe(user: User, values: Mapping[str, Any], *, by: User) -> list[str]:
    """What an expert says of themselves. Returns the names of what changed."""
    begin(user)
    expert = Expert.objects.select_for_update().get(user=user)
    changed = assign(expert, values)
    if changed:
        audit.record("expert.described", expert, by=by, fields=sorted(changed))
    if "biography" in changed and expert.biography:
        key = reading_of("passage", expert.biography)
        jobs.enqueue("research.read_expert", dedupe_key=f"research:{key}", expert_id=user.pk)
    return changed


@transaction.atomic
def declare_conflict(expert: Expert, organisation: Organisation, *, reason: str, by: User) -> None:
    """From now on nothing about this organisation is asked of the expert. Declared again, the first words stay."""
    _row, is_new = Conflict.objects.get_or_create(
        expert=expert, organisation=organisation, defaults={"reason": reason}
    )
    if is_new:
        audit.record("expert.conflict_declared", organisation, by=by, expert=expert.pk)
