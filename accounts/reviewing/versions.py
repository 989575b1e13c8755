"""Which version of a profile somebody saw: the number of the last history row of each of its tables.

A page carries the version it shows; a decision is refused if the applicant has changed the profile since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.db.models import Max

from accounts.models import Organisation, Review
from accounts.profiles.history import Entry, changes_since, events_of, is_told
from accounts.profiles.kinds import Rows, kind_of, part_of
from accounts.profiles.labels import value_label

if TYPE_CHECKING:
    from django.db.models import Model

Version = dict[str, int]
MOST_DIGITS = 19  # of the largest number that the database gives a row


class ProfileChanged(Exception):
    """The applicant changed the profile after the version that somebody decides about."""

    def __init__(self, changes: list[Entry]) -> None:
        self.changes = changes
        super().__init__(f"{len(changes)} changes since")


def rows_of(organisation: Organisation, profile: Any = None) -> Rows:
    """Every row of a profile, by table."""
    kind = kind_of(organisation)
    return {Organisation: [organisation], **kind.rows(profile or kind.profile(organisation))}


def version_of(review: Review) -> Version:
    """The version of the applicant's profile, and of what the review proposes as its new identity."""
    organisation = review.organisation
    version = {
        str(model._meta.model_name): events_of(model, organisation).aggregate(last=Max("pgh_id"))["last"] or 0
        for model in kind_of(organisation).tables
    }
    return version | _numbers(review)


def _numbers(review: Review) -> Version:
    """What is no row with a history: the proposed identity, and what the kind of organisation adds."""
    proposal = crc32(json.dumps(review.identity, sort_keys=True).encode())
    return {"proposal": proposal, **kind_of(review.organisation).numbers(review.organisation)}


def written(version: Mapping[str, int]) -> str:
    """A version as a page carries it."""
    return ",".join(f"{name}:{number}" for name, number in version.items())


def read(text: str) -> Version:
    """The version a page carried; a page that lost it has seen nothing."""
    pairs = (pair.partition(":") for pair in text.split(",") if pair)
    return {
        name: int(number)
        for name, _colon, number in pairs
        if number.isdecimal() and len(number) <= MOST_DIGITS
    }


def check_seen(review: Review, seen: Version) -> None:
    """Raise ProfileChanged if the profile, or the proposal, says something else than it did in the version `seen`."""
    changes = changes_since(review.organisation, kind_of(review.organisation).tables, seen)
    if changes or not _numbers(review).items() <= seen.items():
        raise ProfileChanged(changes)


def earlier_values(rows: Rows, version: Version) -> dict[str, str]:
    """What was answered differently in an earlier version: subject -> the words then; nothing there is a dash."""
    return {
        f"{part_of(item)}.{name}": text
        for model, items in rows.items()
        for item, then in _then(model, items, version)
        for name, text in _different(item, then)
    }


def _then(model: type[Model], items: Any, version: Version) -> list[tuple[Any, Any]]:
    """Each row with its last history row of that version, or None if it was not there yet."""
    last = version.get(str(model._meta.model_name), 0)
    events: Any = model.pgh_event_model.objects.filter(pgh_obj__in=items, pgh_id__lte=last)  # type: ignore[attr-defined]
    latest = {
        event.pgh_obj_id: event for event in events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    }
    return [(item, latest.get(item.pk)) for item in items]


def _different(item: Any, then: Any) -> list[tuple[str, str]]:
    fields = [field for field in item._meta.concrete_fields if is_told(field) and field.editable]
    return [
        (field.name, (value_label(field, getattr(then, field.name)) if then else "") or "–")
        for field in fields
        if then is None or getattr(then, field.name) != getattr(item, field.name)
    ]
