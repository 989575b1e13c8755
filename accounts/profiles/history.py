"""The history of a profile as differences: who changed which field from what to what, and when.

The rows are written by database triggers (django-pghistory), so that no way of changing a profile escapes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Field, GeneratedField, Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.profiles.labels import value_label
from matchmaking.core.word_differences import Piece, word_differences

SHOWN = 50  # entries on one page
GONE = "delete"
# Columns that name a row that belongs to a profile, the best first.
TITLES = ("title", "words", "what", "kind", "name")


LONG = 40  # characters of both values from which on the words that differ are marked


@dataclass(frozen=True)
class Difference:
    label: str
    old: str
    new: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Of two long texts, what was kept, removed and added; nothing where before and after are read at a glance."""
        if min(len(self.old), len(self.new)) < LONG:
            return ()
        return word_differences(self.old, self.new)


@dataclass(frozen=True)
class Entry:
    """One change. `subject` names what belongs to the profile (a challenge); `is_new` marks its first state, `is_gone`
    that it was removed; `url` is where to see what a few words cannot show."""

    at: datetime
    who: str
    subject: str
    is_new: bool
    differences: tuple[Difference, ...]
    is_gone: bool = False
    url: str = ""


@dataclass(frozen=True)
class Found:
    """A history row that tells of a change."""

    event: Any
    subject: str
    is_new: bool
    differences: tuple[Difference, ...]

    @property
    def is_gone(self) -> bool:
        return bool(self.event.pgh_label == GONE)


def changes_since(
    organisation: Organisation, models: Iterable[type[Model]], version: Mapping[str, int]
) -> list[Entry]:
    """What the members changed after that version (table -> number of its last history row), newest first."""
    found: list[Found] = []
    for model in models:
        last = version.get(str(model._meta.model_name), 0)
        changes = _changes(model, events_of(model, organisation), written=True)
        found += [change for change in changes if change.event.pgh_id > last]
    return _entries(found)


def events_of(model: Any, organisation: Organisation) -> QuerySet[Any]:
    """The history of an organisation's rows in one table, those that are gone too."""
    events: QuerySet[Any] = model.pgh_event_model.objects.filter(**{_owner(model): organisation.pk})
    return events


def _owner(model: Any) -> str:
    """The column of a table's history that holds the organisation's key."""
    parents = [
        field.attname
        for field in model._meta.concrete_fields
        if field.is_relation and not field.primary_key and field.related_model._meta.pk.is_relation
    ]
    return str(parents[0]) if parents else "pgh_obj_id"


def history_of(organisation: Organisation, models: Iterable[type[Model]], number: str | None) -> Page[Entry]:
    """One page of all changes of a profile, rows that are gone among them, newest first."""
    found = [each for model in models for each in _changes(model, events_of(model, organisation))]
    page = Paginator(_newest_first(found), SHOWN).get_page(number)
    page.object_list = _told(page.object_list)
    return page


def changes_of(models: Iterable[Any], since: Mapping[int, datetime]) -> dict[int, list[Entry]]:
    """What members wrote after each organisation's moment, newest first: a query a table for all of them."""
    found: list[tuple[int, Found]] = []
    for model in models:
        owner = _owner(model)
        events = model.pgh_event_model.objects.filter(**{f"{owner}__in": since})
        own = [(getattr(each.event, owner), each) for each in _changes(model, events, written=True)]
        found += [(pk, each) for pk, each in own if each.event.pgh_created_at > since[pk]]
    found.sort(key=lambda pair: (pair[1].event.pgh_created_at, pair[1].event.pgh_id), reverse=True)
    entries = _told([each for _pk, each in found])
    told: dict[int, list[Entry]] = {}
    for (pk, _each), entry in zip(found, entries, strict=True):
        told.setdefault(pk, []).append(entry)
    return told


def _newest_first(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda each: (each.event.pgh_created_at, each.event.pgh_id), reverse=True)


def _entries(found: Iterable[Found]) -> list[Entry]:
    return _told(_newest_first(found)[:SHOWN])


def _told(found: Sequence[Found]) -> list[Entry]:
    names = _names_of_people(each.event for each in found)
    return [
        Entry(
            each.event.pgh_created_at,
            _who(each.event, names),
            each.subject,
            each.is_new,
            each.differences,
            each.is_gone,
        )
        for each in found
    ]


def _changes(model: Any, events: QuerySet[Any], *, written: bool = False) -> list[Found]:
    """`written`: only what members write, not the states and stamps that come with deeds."""
    told = [field for field in model._meta.concrete_fields if is_told(field)]
    fields = [field for field in told if field.editable or not written]
    is_one_of_several = model is not Organisation and not model._meta.pk.is_relation
    before: dict[Any, Any] = {}
    found: list[Found] = []
    for event in events.select_related("pgh_context").order_by("pgh_id"):
        earlier = before.get(event.pgh_obj_id)
        before[event.pgh_obj_id] = event
        changes = _differences(fields, earlier, event) if earlier else ()
        if changes or not earlier or event.pgh_label == GONE:
            subject = _title(event) if is_one_of_several else ""
            found.append(Found(event, subject, earlier is None, changes))
    return found


def _title(event: Any) -> str:
    """What the row was called: the history has a row's columns, not what is worked out from them."""
    for name in TITLES:
        if text := getattr(event, name, ""):
            display = getattr(event, f"get_{name}_display", None)
            return str(display() if display else text)
    return ""


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
