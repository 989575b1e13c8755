"""Staff look at what members changed of profiles that were reviewed once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import ChangesSeen, Organisation, User
from accounts.profiles.changes import hold
from matchmaking.core import audit


@transaction.atomic
def mark_changes_seen(organisation: Organisation, *, until: datetime, by: User) -> None:
    """Everything up to `until`, the latest change on the page: what came after it was not there to be seen."""
    until = min(until, timezone.now())
    hold(organisation)  # of two officers, the older page does not take back what the newer one has seen
    seen = ChangesSeen.objects.filter(organisation=organisation).first()
    if seen is not None and seen.seen_at >= until:
        return
    ChangesSeen.objects.update_or_create(
        organisation=organisation, defaults={"seen_at": until, "seen_by": by}
    )
    audit.record("organisation.changes_seen", organisation, by=by)
