"""What a draft of the list of capabilities changes against the edition in force."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.matches.enums import CapabilityStatus
from matchmaking.matches.models import CapabilityEntry, ThesaurusVersion

ADDED, CHANGED, BACK = _("New"), _("Changed"), _("Brought back")
ENDED: dict[str, Promise] = {CapabilityStatus.MERGED: _("Merged"), CapabilityStatus.RETIRED: _("Retired")}


@dataclass(frozen=True)
class Change:
    """One capability that the draft has otherwise."""

    entry: CapabilityEntry
    what: str


def changes(before: ThesaurusVersion, after: ThesaurusVersion) -> list[Change]:
    """In the order of the draft."""
    known = {entry.key: entry for entry in before.entries.all()}
    found = ((entry, _what(known.get(entry.key), entry)) for entry in after.entries.all())
    return [Change(entry, str(what)) for entry, what in found if what]


def _what(before: CapabilityEntry | None, after: CapabilityEntry) -> Promise | str:
    if before is None:
        return ADDED
    if (before.status, before.merged_into) != (after.status, after.merged_into):
        return ENDED.get(after.status, BACK)
    return CHANGED if before.content() != after.content() else ""
