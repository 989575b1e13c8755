"""Who did what, and when: written in the transaction of the deed, never changed afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaking.core.models import AuditEvent

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import User


def record(action: str, target: Model, *, by: User | None, **detail: Any) -> AuditEvent:
    """Write one audit row. `by=None` is the system itself (a nightly pass, an import)."""
    return AuditEvent.objects.create(
        actor_id=by.pk if by else None,
        actor_label=str(by)[:200] if by else "",
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:200],
        detail=detail,
    )


def record_erasure(action: str, target: Model, *, by: User | None, **detail: Any) -> AuditEvent:
    """Write down that `target` is erased: a row that names neither it nor, if they are the same, the doer.

    From here to the end of the transaction the database lets earlier rows be emptied (core/history.py).
    """
    return AuditEvent.objects.create(
        actor_id=by.pk if by else None,
        actor_label=str(by)[:200] if by and by != target else "",
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        detail=detail,
    )
