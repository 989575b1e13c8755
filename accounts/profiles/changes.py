"""Setting values only where they differ, so that nothing is written, and no history grows, without a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import Organisation


def assign(target: Model, values: Mapping[str, Any]) -> list[str]:
    """Set and save those `values` that differ from what `target` holds. Returns the names of what changed."""
    changed = [name for name, value in values.items() if getattr(target, name) != value]
    for name in changed:
        setattr(target, name, values[name])
    if changed:
        target.save(update_fields=[*changed, *_stamps(target)])
    return changed


def hold(organisation: Organisation) -> None:
    """Let nobody else change this profile, or decide about it, until the transaction ends; know its present state.

    Whoever does either begins with this, before any other row of the profile: so they wait for each other in one order.
    """
    rows = type(organisation)._default_manager.select_for_update(no_key=True)
    organisation.refresh_from_db(fields=["status"], from_queryset=rows)


def stamp(target: Model) -> None:
    """Mark `target` as changed now, when what changed lies in a row that belongs to it."""
    target.save(update_fields=_stamps(target))


def _stamps(target: Model) -> list[str]:
    return [field.name for field in target._meta.fields if getattr(field, "auto_now", False)]
