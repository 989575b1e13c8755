"""What happens to experts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.profiles.changes import assign
from matchmaking.core import audit, jobs
from research.models import Expert
from research.reading import reading_of


def begin(user: User) -> None:
    """A place for what a new expert knows; one who returns finds theirs as they left it."""
    Expert.objects.get_or_create(user=user)


def hold(expert: Expert | User) -> bool:
    """Nothing else is asked of this expert, and their access does not end, until the transaction does; whether they
    still work for the programme.

    Whatever ends an access changes the account's row first: it waits here, or has happened when this goes on.
    """
    User.objects.select_for_update(no_key=True).get(pk=expert.pk)
    return Expert.objects.active().filter(pk=expert.pk).exists()


@transaction.atomic
def describe(user: User, values: Mapping[str, Any], *, by: User) -> list[str]:
    """What an expert says of themselves. Returns the names of what changed."""
    begin(user)
    hold(user)
    expert = Expert.objects.get(user=user)
    changed = assign(expert, values)
    if changed:
        audit.record("expert.described", expert, by=by, fields=sorted(changed))
    if "biography" in changed and expert.biography:
        key = reading_of("passage", expert.biography)
        jobs.enqueue("research.read_expert", dedupe_key=f"research:{key}", expert_id=user.pk)
    return changed
