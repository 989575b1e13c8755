"""A policy as people read it: each part with its name, weight and points; and what a change of weights moves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from matchmaking.matches.engine.policy import SLICES, TENTHS
from matchmaking.matches.explaining.explanation import PART_LABELS, PART_MEANINGS
from matchmaking.matches.models import ScoringPolicy


@dataclass(frozen=True)
class Weighed:
    """One part under a policy; `before` is the same part under the policy it is compared with."""

    name: str
    label: str
    meaning: str
    weight: float
    points: Decimal
    before: Weighed | None = None

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before.weight != self.weight

    @property
    def words(self) -> str:
        """From what to what, in words."""
        before = self.before or self
        return _("Weight %(old)s → %(new)s; at most %(few)s → %(many)s points") % {
            "old": f"{before.weight:.3f}",
            "new": f"{self.weight:.3f}",
            "few": before.points,
            "many": self.points,
        }


def weighed(policy: ScoringPolicy, against: ScoringPolicy | None = None) -> list[Weighed]:
    """Every part of the score, in the order of the pages. What a policy of former days lacks weighs nothing."""
    before = {part.name: part for part in weighed(against)} if against else {}
    weights, caps = policy.parameters["weights"], policy.parameters["scale"]["caps"]
    return [
        Weighed(
            name,
            str(PART_LABELS[name]),
            str(PART_MEANINGS[name]),
            float(weights.get(name, 0)),
            Decimal(caps.get(name, 0)).scaleb(-1),
            before.get(name),
        )
        for name in SLICES
    ]


def changes(policy: ScoringPolicy, against: ScoringPolicy) -> list[dict[str, str]]:
    """What becomes of each part that gets another weight, for a check page."""
    rows = weighed(policy, against)
    return [{"label": part.label, "value": part.words} for part in rows if part.changed]


def worked_out(policy: ScoringPolicy) -> list[dict[str, Any]]:
    """What nobody types: it follows from the weights, or was measured on a body of profiles."""
    parameters = policy.parameters
    encoders = sorted(parameters["encoders"].values())
    return [
        {
            "label": _("Points for one unit of raw score"),
            "value": f"{parameters['scale']['per_unit'] / TENTHS:.3f}",
        },
        {
            "label": _("Mean texts, subtracted before comparing"),
            "value": len(parameters["calibration"]["centres"]),
        },
        {"label": _("Capabilities with their rarity"), "value": len(parameters["calibration"]["idf"])},
        {"label": _("Language models"), "value": ", ".join(encoders)},
        {"label": _("Edition of the thesaurus"), "value": parameters["thesaurus"]},
        {"label": _("Fingerprint"), "value": policy.fingerprint},
    ]


def measured(policy: ScoringPolicy) -> list[dict[str, Any]]:
    """Spread and zero point of each part."""
    sds, scale = policy.parameters["calibration"]["sds"], policy.parameters["scale"]
    return [
        {
            "label": PART_LABELS[name],
            "spread": f"{sds[name]:.3f}",
            "start": f"{-scale['shifts'][name] / scale['per_unit']:.3f}",
        }
        for name in SLICES
        if name in sds and name in scale["shifts"]
    ]
