"""What a draft of the list of capabilities changes against the edition in force."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from matchmaking.matches.enums import CapabilityStatus
from matchmaking.matches.models import CapabilityEntry, ThesaurusVersion
from matchmaking.matches.thesauri.balance import Carriers, carriers


@dataclass(frozen=True)
class Change:
    """One capability that the draft has otherwise: what is done to it, and who carries it now."""

    entry: CapabilityEntry
    what: str
    carried: Carriers


def changes(before: ThesaurusVersion, after: ThesaurusVersion) -> list[Change]:
    """In the order of the draft."""
    known = {entry.key: entry for entry in before.entries.all()}
    entries = list(after.entries.all())
    labels, carried = {entry.key: entry.label for entry in entries}, carriers()
    found = ((entry, _what(known.get(entry.key), entry, labels)) for entry in entries)
    return [Change(entry, what, carried[entry.key]) for entry, what in found if what]


def _what(before: CapabilityEntry | None, after: CapabilityEntry, labels: dict[str, str]) -> str:
    """In words; nothing if it is as it was."""
    if before is None:
        return gettext("New")
    if (before.status, before.merged_into) != (after.status, after.merged_into):
        return _ended(after, labels)
    now = after.content()
    others = [_name(name) for name, value in before.content().items() if value != now[name]]
    return gettext("Changed: %(parts)s") % {"parts": ", ".join(others)} if others else ""


def _ended(entry: CapabilityEntry, labels: dict[str, str]) -> str:
    if entry.status == CapabilityStatus.MERGED:
        return gettext("Merged into %(other)s") % {"other": labels.get(entry.merged_into, entry.merged_into)}
    return gettext("Retired") if entry.status == CapabilityStatus.RETIRED else gettext("Brought back")


def _name(name: str) -> str:
    return str(CapabilityEntry._meta.get_field(name).verbose_name)
