"""The history of a profile as differences: who changed which field from what to what, and when.

The rows are written by database triggers (django-pghistory), so that no way of changing a profile escapes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Field, GeneratedField, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.labels import value_label
from accounts.models import User

SHOWN = 50  # entries on one page


@dataclass(frozen=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One change. `subject` names what belongs to the profile (a challenge); `is_new` marks its first state."""

    at: datetime
    who: str
    subject: str
    is_new: bool
    differences: tuple[Difference, ...]


Found = tuple[Any, str, bool, tuple[Difference, ...]]


def differences_of(*groups: Iterable[Model]) -> list[Entry]:
    """The latest changes of all the given rows, newest first. Each group holds rows of one model."""
    return _entries([item for group in groups for item in _of_one_model(list(group))])


def changes_since(groups: Mapping[type[Model], Sequence[Model]], version: Mapping[str, int]) -> list[Entry]:
    """What the members changed after that version (table -> number of its last history row), newest first."""
    found = []
    for model, rows in groups.items():
        last = version.get(str(model._meta.model_name), 0)
        own = [item for item in _of_one_model(list(rows), written=True) if item[0].pgh_id > last]
        found += own
    return _entries(found)


def _entries(found: list[Found]) -> list[Entry]:
    found.sort(key=lambda item: (item[0].pgh_created_at, item[0].pgh_id), reverse=True)
    names = _names_of_people(event for event, *rest in found[:SHOWN])
    return [
        Entry(event.pgh_created_at, _who(event, names), subject, is_new, changes)
        for event, subject, is_new, changes in found[:SHOWN]
    ]


def _of_one_model(rows: Sequence[Model], *, written: bool = False) -> list[Found]:
    """`written`: only what members write, not the states and stamps that come with deeds."""
    if not rows:
        return []
    model: Any = type(rows[0])
    told = [field for field in model._meta.concrete_fields if is_told(field)]
    fields = [field for field in told if field.editable or not written]
    events = model.pgh_event_model.objects.filter(pgh_obj__in=rows).select_related("pgh_context")
    before: dict[Any, Any] = {}
    found: list[Found] = []
    for event in events.order_by("pgh_id"):
        earlier = before.get(event.pgh_obj_id)
        before[event.pgh_obj_id] = event
        changes = _differences(fields, earlier, event) if earlier else ()
        if changes or not earlier:
            found.append((event, getattr(event, "title", ""), earlier is None, changes))
    return found


def is_told(field: Field[Any, Any]) -> bool:
    """Not what the database works out, nor stamps and keys."""
    derived = isinstance(field, GeneratedField) or field.primary_key or field.is_relation
    return not derived and field.name not in ("updated_at", "created_at", "submitted_at", "published_at")


def _differences(fields: Iterable[Field[Any, Any]], old: Any, new: Any) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            str(capfirst(field.verbose_name)),
            value_label(field, getattr(old, field.name)),
            value_label(field, getattr(new, field.name)),
        )
        for field in fields
        if getattr(old, field.name) != getattr(new, field.name)
    )


def _names_of_people(events: Iterable[Any]) -> dict[int, str]:
    ids = [user_id for event in events if (user_id := _user_id(event)) is not None]
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def _user_id(event: Any) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _who(event: Any, names: dict[int, str]) -> str:
    if (user_id := _user_id(event)) is not None and user_id in names:
        return names[user_id]
    if event.pgh_context and event.pgh_context.metadata.get("source") == "import":
        return _("Import")
    return _("The portal")
