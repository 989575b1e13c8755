"""Changes of published profiles that staff have not looked at: each organisation with its differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Organisation
from accounts.profiles.history import Entry, changes_of
from accounts.profiles.kinds import kind_of


@dataclass(frozen=True)
class Unseen:
    organisation: Organisation
    entries: tuple[Entry, ...]


def unseen_changes(organisations: Sequence[Organisation]) -> list[Unseen]:
    """For organisations of `with_unseen_changes`, in their order; as many queries for twenty as for one of a kind."""
    found: dict[int, list[Entry]] = {}
    by_kind: dict[str, list[Organisation]] = {}
    for organisation in organisations:
        by_kind.setdefault(organisation.kind, []).append(organisation)
    for group in by_kind.values():
        since = {each.pk: each.seen_until for each in group}  # type: ignore[attr-defined]
        kind = kind_of(group[0])
        found |= changes_of(kind.tables, since)
        for pk, further in kind.further_changes(since).items():
            found[pk] = sorted([*found.get(pk, []), *further], key=lambda entry: entry.at, reverse=True)
    return [Unseen(each, tuple(found.get(each.pk, ()))) for each in organisations]
