"""What happens to experts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.profiles.changes import assign
from matchmaking.core import audit
from research.models import Expert


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
    return changed
