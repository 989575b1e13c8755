"""Editions of the thesaurus as the engine reads them: compiled once in a process, named by their fingerprint."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from matchmaking.matches.engine.thesaurus import Thesaurus, ThesaurusError, from_records, load_thesaurus
from matchmaking.matches.enums import CapabilityStatus
from matchmaking.matches.models import CapabilityEntry, ScoringPolicy, ThesaurusVersion
from matchmaking.matches.models.thesauri import TEXTS

KEPT = 4  # editions in a process: the one in force, a draft that is tried, and their forerunners


@lru_cache(maxsize=1)
def delivered() -> Thesaurus:
    """The edition that comes with the portal."""
    return load_thesaurus()


def compiled(entries: Iterable[CapabilityEntry]) -> Thesaurus:
    """What the engine makes of the rows of one edition; raises ThesaurusError if it cannot be used."""
    rows = sorted(entries, key=lambda entry: entry.place)
    records = [
        {"id": entry.key, **{name: getattr(entry, name) for name in TEXTS}}
        for entry in rows
        if entry.is_active
    ]
    return from_records(
        records, {entry.key: entry.merged_into for entry in rows if entry.status == CapabilityStatus.MERGED}
    )


def of_version(version: ThesaurusVersion) -> Thesaurus:
    return named(version.fingerprint)


@lru_cache(maxsize=KEPT)
def named(fingerprint: str) -> Thesaurus:
    """The edition with that fingerprint. Contents cannot change under a fingerprint, so it is read once.

    Raises ThesaurusError if the portal has none.
    """
    version = ThesaurusVersion.objects.filter(fingerprint=fingerprint).first()
    found = compiled(version.entries.all()) if version else delivered()
    if found.version != fingerprint:
        raise ThesaurusError(f"there is no edition {fingerprint} of the capability thesaurus")
    return found


def is_known(fingerprint: str) -> bool:
    """Whether the portal has that edition."""
    kept = ThesaurusVersion.objects.filter(fingerprint=fingerprint).exists()
    return kept or delivered().version == fingerprint


def in_force() -> Thesaurus:
    """The edition that texts are read by now."""
    version = ThesaurusVersion.objects.in_force().only("fingerprint").first()
    return named(version.fingerprint) if version else delivered()


@lru_cache(maxsize=64)
def of_policy(policy_id: int) -> Thesaurus:
    """The edition that a policy in use was made for: such a policy never changes."""
    return named(ScoringPolicy.objects.values_list("parameters__thesaurus", flat=True).get(pk=policy_id))
