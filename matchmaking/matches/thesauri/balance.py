"""Who carries each capability, and where more is asked for than offered."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from matchmaking.matches.engine.thesaurus import LanguageCode
from matchmaking.matches.enums import CAPABILITY_FIELDS
from matchmaking.matches.models import CapabilityReading
from matchmaking.matches.thesauri import editions
from matchmaking.matches.thesauri.groups import group_name


@dataclass(frozen=True)
class Carriers:
    """How many needs and startups carry a capability: chosen by their people, and guessed."""

    needs_confirmed: int = 0
    needs_guessed: int = 0
    offers_confirmed: int = 0
    offers_guessed: int = 0

    @property
    def needs(self) -> int:
        return self.needs_confirmed + self.needs_guessed

    @property
    def offers(self) -> int:
        return self.offers_confirmed + self.offers_guessed


@dataclass(frozen=True)
class Row:
    """One capability of the table of supply and demand."""

    key: str
    label: str
    field: str
    group: str
    needs: int
    offers: int


def carriers() -> defaultdict[str, Carriers]:
    """By capability; nobody for one that no profile carries."""
    counts: Counter[tuple[str, bool, bool]] = Counter()
    rows = CapabilityReading.objects.order_by().values_list("keys", "challenge_id", "is_confirmed")
    for keys, challenge, confirmed in rows.iterator():
        counts.update((key, challenge is not None, confirmed) for key in keys)
    found: defaultdict[str, Carriers] = defaultdict(Carriers)
    for key in {key for key, *_ in counts}:
        found[key] = Carriers(
            counts[key, True, True],
            counts[key, True, False],
            counts[key, False, True],
            counts[key, False, False],
        )
    return found


def balance(language: LanguageCode) -> list[Row]:
    """The capabilities of the edition in force: what is most wanting first, of equals what is most asked for."""
    counts, fields = carriers(), dict(CAPABILITY_FIELDS)
    rows = [
        Row(
            key=item.id,
            label=item.label(language),
            field=str(fields[item.field]),
            group=group_name(item.group, language),
            needs=counts[item.id].needs,
            offers=counts[item.id].offers,
        )
        for item in editions.in_force().capabilities
    ]
    return sorted(rows, key=lambda row: (row.offers - row.needs, -row.needs, row.label))
