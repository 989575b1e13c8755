"""What is known of the experts who could take on a commission: the facts that `fit` ranks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from research.enums import CommissionStatus
from research.fit import Fit, Known, Wanted, fit, rank
from research.models import Commission, Conflict, Expert, Refusal
from research.reading import closeness


@dataclass(frozen=True)
class Ranked:
    """An expert, how they fit, and what they have behind them."""

    expert: Expert
    fit: Fit
    published: int


def wanted_by(commission: Commission) -> Wanted:
    parties = frozenset(each.pk for each in commission.parties())
    return Wanted(commission.field, commission.market, commission.language, parties)


def ranked(commission: Commission) -> list[Ranked]:
    """All active experts, best first, those who are ruled out last."""
    experts = {each.pk: each for each in Expert.objects.for_list()}
    past: dict[int, int] = defaultdict(int)
    for (expert,) in Commission.objects.published().order_by().values_list("expert"):
        past[expert] += 1
    known = _known(commission, list(experts.values()))
    return [
        Ranked(experts[found.key], found, past[found.key]) for found in rank(wanted_by(commission), known)
    ]


def fit_of(commission: Commission, expert: Expert) -> Fit:
    """How one expert fits, asked again at the moment of the assignment."""
    [known] = _known(commission, list(Expert.objects.with_load().filter(pk=expert.pk)))
    return fit(wanted_by(commission), known)


def _known(commission: Commission, experts: list[Expert]) -> list[Known]:
    conflicts: dict[int, set[int]] = defaultdict(set)
    for expert, organisation in Conflict.objects.order_by().values_list("expert", "organisation"):
        conflicts[expert].add(organisation)
    refused = set(Refusal.objects.filter(commission=commission).values_list("expert", flat=True))
    close = closeness(commission.question, commission.market, {each.pk: each.biography for each in experts})
    return [
        Known(
            key=each.pk,
            fields=tuple(each.fields),
            countries=tuple(each.countries),
            languages=tuple(each.languages),
            capacity=each.capacity,
            load=each.load,
            conflicts=frozenset(conflicts[each.pk]),
            has_refused=each.pk in refused,
            is_described=each.is_described,
            closeness=close.get(each.pk),
        )
        for each in experts
    ]


def works_of(expert: Expert) -> dict[str, list[Commission]]:
    """What an expert has in hand and has done, for the office's page about them."""
    rows = list(expert.commissions.with_parties())
    return {
        "in_hand": [each for each in rows if each.status not in (CommissionStatus.PUBLISHED, "cancelled")],
        "past": [each for each in rows if each.status == CommissionStatus.PUBLISHED],
    }
