"""The one door through which every state changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from matchmaking.core import audit

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import User

TransitionTable = Mapping[str, frozenset[str]]


class TransitionNotAllowed(Exception):
    """The object is not, or no longer, in a state from which this may happen (HTTP 409)."""

    def __init__(self, target: Model, to: str) -> None:
        self.target, self.to = target, to
        super().__init__(f"{target._meta.label} {target.pk} may not become {to}")


def allowed(target: Model, to: str) -> bool:
    """Whether the table of the object's class lets it go from its present state to `to`."""
    table: TransitionTable = target.TRANSITIONS  # type: ignore[attr-defined]
    return to in table.get(target.status, frozenset())  # type: ignore[attr-defined]


def move(target: Model, to: str, *, by: User | None, reason: str = "", **changes: Any) -> None:
    """Move `target.status` to `to` and set `changes` in the same statement, or raise TransitionNotAllowed.

    Compare-and-set: the row changes only if it still has the state that the caller saw, so that of two
    racing callers exactly one succeeds. The audit row is written in the same transaction.
    """
    before = target.status  # type: ignore[attr-defined]
    if not allowed(target, to):
        raise TransitionNotAllowed(target, to)
    with transaction.atomic():
        rows = type(target)._default_manager.filter(pk=target.pk, status=before)
        if rows.update(status=to, **changes) != 1:
            raise TransitionNotAllowed(target, to)
        audit.record(f"{target._meta.model_name}.{to}", target, by=by, before=before, reason=reason)
    for name, value in {"status": to, **changes}.items():
        setattr(target, name, value)
