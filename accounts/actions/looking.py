"""Staff look at what members changed of profiles that were reviewed once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import ChangesSeen, Organisation, User
from matchmaking.core import audit


@transaction.atomic
def mark_changes_seen(organisation: Organisation, *, until: datetime, by: User) -> None:
    """Everything up to `until`, the latest change on the page: what came after it was not there to be seen."""
    until = min(until, timezone.now())
    seen = ChangesSeen.objects.select_for_update().filter(organisation=organisation).first()
    if seen is not None and seen.seen_at >= until:
        return
    ChangesSeen.objects.update_or_create(
        organisation=organisation, defaults={"seen_at": until, "seen_by": by}
    )
    audit.record("organisation.changes_seen", organisation, by=by)
