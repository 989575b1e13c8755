"""What is known of the experts who could take on a commission: the facts that `fit` ranks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from companies.models import Company
from matchmaking.matches.models import Match
from research.enums import AdviceStatus, CommissionStatus
from research.fit import Fit, Known, Wanted, fit, rank, rank_to_assess
from research.models import AdviceRequest, Commission, Conflict, Expert, Refusal
from research.reading import closeness
from startups.models import Startup

LATEST: Final = 20  # assessments on the page about an expert


@dataclass(frozen=True)
class Ranked:
    """An expert, how they fit, and what they have behind them."""

    expert: Expert
    fit: Fit
    published: int = 0
    asked: int = 0  # for assessments that they have not answered


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


def advisers(startup: Startup, company: Company | None) -> list[Ranked]:
    """All active experts for an assessment, best first, those who cannot be asked last."""
    experts = {each.pk: each for each in Expert.objects.for_list()}
    asked: dict[int, int] = defaultdict(int)
    already = set()
    for expert, about, firm in AdviceRequest.objects.open().values_list("expert", "startup", "company"):
        asked[expert] += 1
        if (about, firm) == (startup.pk, company.pk if company else None):
            already.add(expert)
    known = _facts(list(experts.values()), already, {})
    found = rank_to_assess(_wanted_of(startup, company), known)
    return [Ranked(experts[each.key], each, asked=asked[each.key]) for each in found]


def _wanted_of(startup: Startup, company: Company | None) -> list[Wanted]:
    """The need's own field where there is one, else each of the startup's; firms write in Japanese, startups do not."""
    parties = frozenset([startup.pk, *([company.pk] if company else [])])
    pair = Match.objects.filter(startup=startup, company=company).select_related("challenge").first()
    fields = [pair.challenge.field] if pair else list(startup.organisation.fields) or [""]
    market, language = str(startup.organisation.country.code), "ja" if company else "en"
    return [Wanted(each, market, language, parties) for each in fields]


def fit_of(commission: Commission, expert: Expert) -> Fit:
    """How one expert fits, asked again at the moment of the assignment."""
    [known] = _known(commission, list(Expert.objects.with_load().filter(pk=expert.pk)))
    return fit(wanted_by(commission), known)


def _known(commission: Commission, experts: list[Expert]) -> list[Known]:
    refused = set(Refusal.objects.filter(commission=commission).values_list("expert", flat=True))
    close = closeness(commission.question, commission.market, {each.pk: each.biography for each in experts})
    return _facts(experts, refused, close)


def _facts(
    experts: list[Expert], refused: AbstractSet[int], close: Mapping[int, float | None]
) -> list[Known]:
    conflicts: dict[int, set[int]] = defaultdict(set)
    for expert, organisation in Conflict.objects.order_by().values_list("expert", "organisation"):
        conflicts[expert].add(organisation)
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


def assessments_of(expert: Expert) -> dict[str, Any]:
    """What an expert is still to assess, and the latest that they have: the same load and past work as research."""
    rows = expert.advice_requests.with_parties()
    given = rows.filter(status=AdviceStatus.GIVEN)
    return {"asked": list(rows.open()), "given": list(given[:LATEST]), "count": given.count()}


def works_of(expert: Expert) -> dict[str, list[Commission]]:
    """What an expert has in hand and has done, for the office's page about them."""
    rows = list(expert.commissions.with_parties())
    return {
        "in_hand": [each for each in rows if each.status not in (CommissionStatus.PUBLISHED, "cancelled")],
        "past": [each for each in rows if each.status == CommissionStatus.PUBLISHED],
    }
