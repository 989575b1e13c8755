"""What experts' advice does to scores, in points: for the staff who look over it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from companies.models import Company
from matchmaking.matches.engine.policy import Policy
from matchmaking.matches.engine.scoring import shown_tenths
from matchmaking.matches.engine.tags import shrunk, shrunk_mean
from matchmaking.matches.models import ExpertAdvice, ScoringPolicy
from startups.models import Startup


@dataclass(frozen=True)
class Advised:
    """A startup, or its pair with a firm, with all that stands about it and what it adds to the score together.

    `mean` is that of the ratings with the neutral ones that are added.
    """

    startup: Startup
    company: Company | None
    advice: list[ExpertAdvice]
    mean: Decimal
    effect: Decimal


def advised(policy: ScoringPolicy) -> list[Advised]:
    """Everything experts think at present, startups first and then their pairs, in the order of names."""
    standing = ExpertAdvice.objects.standing().select_related(
        "startup__organisation", "company__organisation", "by"
    )
    found: dict[tuple[int, int], list[ExpertAdvice]] = {}
    for each in standing.order_by("startup__organisation__sort_key", "startup_id", "company_id", "pk"):
        found.setdefault((each.startup_id, each.company_id or 0), []).append(each)
    parameters = Policy.from_dict(policy.parameters)
    rows = [
        Advised(own[0].startup, own[0].company, own, mean_of(own), effect_of(own, parameters))
        for own in found.values()
    ]
    return sorted(
        rows,
        key=lambda row: (str(row.startup.organisation.sort_key), row.startup.pk, row.company is not None),
    )


def mean_of(advice: list[ExpertAdvice]) -> Decimal:
    mean = Decimal(shrunk_mean([each.rating for each in advice]))
    return mean.quantize(Decimal("0.1"), ROUND_HALF_UP)


def effect_of(advice: list[ExpertAdvice], policy: Policy) -> Decimal:
    """Points more, or fewer, than with nobody's advice: two neutral voices are added, as in the score."""
    raw = policy.factor("advice") ** 2 * shrunk(tuple(each.rating for each in advice))
    with_advice, without = shown_tenths(np.array([[raw], [0.0]]), policy, ["advice"])[:, 0].tolist()
    return Decimal(with_advice - without).scaleb(-1)
