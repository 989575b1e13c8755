"""Organisations that may be the one that applies, registered already: by name, by its looks and by internet domain.

The same corporate number needs no look: nobody can send in one that another firm has or waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Membership, Organisation, Review
from accounts.reviewing.domains import host_of, is_shared, mail_domain
from matchmaking.core.confusables import look_alike
from matchmaking.core.names import comparison_key

ENOUGH = 0.5  # of the trigrams two names have together, those they share
SHOWN = 10


@dataclass(frozen=True)
class Likeness:
    """Another organisation, with what speaks for it being the same; the likeliest first."""

    organisation: Organisation
    reasons: tuple[str, ...]
    nearness: float


def likenesses(review: Review) -> list[Likeness]:
    """Two queries, whatever is found."""
    own = review.organisation
    names = _names(own, review.identity.get("organisation", {}).get("name", ""))
    others = Organisation.objects.exclude(pk=own.pk).exclude(status=OrganisationStatus.ERASED)
    mail = _mail_domains()
    domains = _domains(own, mail)
    found = []
    for other in others.only("kind", "status", "name", "name_en", "country", "website", "sort_key"):
        nearness = max((similarity(a, b) for a in names for b in _names(other)), default=0)
        passes = nearness < 1 and any(look_alike(a, b) for a in names for b in _names(other))
        shared = sorted(domains & _domains(other, mail))
        if nearness >= ENOUGH or passes or shared:
            reasons = (*_of_names(own, other, nearness, passes=passes), *_of_domains(shared))
            found.append(Likeness(other, reasons, max(nearness, passes) + bool(shared)))
    return sorted(found, key=lambda each: (-each.nearness, each.organisation.pk))[:SHOWN]


def _of_names(own: Organisation, other: Organisation, nearness: float, *, passes: bool) -> Iterator[str]:
    if passes:
        yield _("Looks the same, in other letters")
    elif nearness >= 1 and own.kind == OrganisationKind.STARTUP and own.country == other.country:
        yield _("Same name in the same country")
    elif nearness >= 1:
        yield _("Same name but for its writing")
    elif nearness >= ENOUGH:
        yield _("Similar name")


def _of_domains(shared: Iterable[str]) -> Iterator[str]:
    for domain in shared:
        yield _("Same internet domain: %(domain)s") % {"domain": domain}


def similarity(one: str, other: str) -> float:
    """From 0 to 1: the part of their trigrams that two names share, whatever their width, case and legal form.

    The measure of PostgreSQL's pg_trgm, which not every server has.
    """
    first, second = _trigrams(one), _trigrams(other)
    return len(first & second) / len(first | second) if first and second else 0.0


@lru_cache(maxsize=50_000)
def _trigrams(name: str) -> frozenset[str]:
    key = f"  {comparison_key(name)} "
    return frozenset(key[start : start + 3] for start in range(len(key) - 2))


def _names(organisation: Organisation, *more: str) -> set[str]:
    return {name for name in (organisation.name, organisation.name_en, *more) if name}


def _mail_domains() -> dict[int, set[str]]:
    """The domains of the members' addresses, by organisation."""
    found: dict[int, set[str]] = {}
    for key, address in Membership.objects.values_list("organisation_id", "user__email"):
        found.setdefault(key, set()).add(mail_domain(address))
    return found


def _domains(organisation: Organisation, mail: dict[int, set[str]]) -> set[str]:
    domains = {host_of(organisation.website)} | mail.get(organisation.pk, set())
    return {domain for domain in domains if domain and not is_shared(domain)}
