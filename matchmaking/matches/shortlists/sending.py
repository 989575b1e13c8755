"""What would be disclosed, and who would be told: what a person checks is exactly what is then sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from accounts.models import Membership, User
from matchmaking.matches.models import ShortlistDraft, ShortlistPair


@dataclass(frozen=True)
class Sending:
    """Pairs that wait to be disclosed, firm by firm, and the people of each firm."""

    pairs: tuple[ShortlistPair, ...]
    readers: dict[int, list[User]]

    @cached_property
    def by_firm(self) -> dict[int, list[ShortlistPair]]:
        found: dict[int, list[ShortlistPair]] = {}
        for pair in self.pairs:
            found.setdefault(pair.company_id, []).append(pair)
        return found

    @property
    def people(self) -> int:
        return sum(len(self.readers.get(company, [])) for company in self.by_firm)

    @property
    def firms_without_reader(self) -> int:
        return sum(not self.readers.get(company) for company in self.by_firm)

    @cached_property
    def fingerprint(self) -> str:
        """Of all that the check page shows: it changes with a pair, its points, and whoever is told."""
        shown = [
            [
                company,
                [[pair.startup_id, str(pair.score)] for pair in pairs],
                sorted(reader.email for reader in self.readers.get(company, [])),
            ]
            for company, pairs in self.by_firm.items()
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def sending_of(draft: ShortlistDraft, companies: Collection[int] | None = None) -> Sending:
    """What waits in the lists of these firms; of all where none are named."""
    waiting = draft.pairs.waiting().with_parties()
    if companies is not None:
        waiting = waiting.filter(company__in=companies)
    pairs = tuple(waiting.order_by("company__organisation__sort_key", "company_id", "-score", "startup_id"))
    return Sending(pairs, _readers({pair.company_id for pair in pairs}))


def _readers(companies: Collection[int]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {}
    people = Membership.objects.filter(organisation__in=companies, user__is_active=True)
    for membership in people.select_related("user").order_by("pk"):
        found.setdefault(membership.organisation_id, []).append(membership.user)
    return found
