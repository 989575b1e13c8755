"""What a pair's score is made of: bars and parts that add up to it exactly, as shown too.

A policy of former days may lack parts that the score has now: they have no points and no share in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.matches.engine.policy import GROUPS, SLICES
from matchmaking.matches.models import Match, ScoringPolicy
from matchmaking.matches.runs.candidates import TENTHS

FULL = 100
GROUP_LABELS: dict[str, Promise] = {
    "need": _("Fit with the challenge"),
    "partner": _("Fit as a partner"),
    "cooperation": _("Cooperation and size"),
    "stage": _("Readiness"),
    "language": _("Language and country"),
    "advice": _("Experts' advice"),
}
PART_LABELS: dict[str, Promise] = {
    "need_e5": _("Challenge and pitch, first language model"),
    "need_use": _("Challenge and pitch, second language model"),
    "capability": _("Capabilities asked for and offered"),
    "field": _("Shared field and sub-field"),
    "partner_e5": _("Firm and partner looked for, first language model"),
    "partner_use": _("Firm and partner looked for, second language model"),
    "cooperation": _("Shared kind of cooperation"),
    "size": _("Budget and amount sought"),
    "stage": _("Ready enough"),
    "language": _("Shared working language"),
    "country": _("Preferred country"),
    "advice": _("Experts' advice"),
}
PART_MEANINGS: dict[str, Promise] = {
    "need_e5": _("How close the startup's pitch comes in content to the firm's challenge, across languages."),
    "need_use": _("The same question put to a second, independent language model."),
    "capability": _(
        "Capabilities from the programme's list that the challenge asks for and the startup offers: those confirmed, "
        "else those recognized in the texts."
    ),
    "field": _("The challenge's priority field and sub-fields, and those of the startup."),
    "partner_e5": _("How close the firm's strengths come to the partner the startup looks for in Japan."),
    "partner_use": _("The same question put to a second, independent language model."),
    "cooperation": _(
        "Joint development, investment or acquisition: what the firm wants and the startup offers."
    ),
    "size": _(
        "Whether the challenge's budget is of the order of what one partner brings of the amount the startup seeks."
    ),
    "stage": _(
        "Whether the technology is as ready as the kind of cooperation needs; without a level, the stage counts."
    ),
    "language": _("The languages both sides can work in."),
    "country": _("Only where the firm prefers some countries: whether the startup comes from one of them."),
    "advice": _("What experts think of the startup or of the pair. One opinion counts little."),
}


@dataclass(frozen=True)
class Scale:
    """What a policy's bars can reach and have without anything to compare, in tenths, and what its parts weigh."""

    caps: Mapping[str, int]
    weights: Mapping[str, float]
    shifts: Mapping[str, float]


@dataclass(frozen=True)
class Component:
    """One bar. Without information `points` is None and `assumed` is what an average pair would have."""

    key: str
    label: str
    points: Decimal | int | None
    max: Decimal | int
    assumed: Decimal | int | None = None

    @property
    def counted(self) -> Decimal | int:
        """What this part adds to the score."""
        return self.assumed if self.points is None else self.points  # type: ignore[return-value]


@lru_cache(maxsize=64)
def scale_of(policy_id: int) -> Scale:
    """A policy never changes, so its scale is read once in a process."""
    parameters = ScoringPolicy.objects.values_list("parameters", flat=True).get(pk=policy_id)
    return Scale(parameters["scale"]["caps"], parameters["weights"], parameters["scale"]["shifts"])


def bars(match: Match) -> list[Component]:
    """At most six bars in whole points; they add up to the shown whole score exactly."""
    caps = scale_of(match.policy_id).caps
    tops = whole([sum(caps.get(name, 0) for name in names) for names in GROUPS.values()], FULL)
    earned = [sum(match.parts.get(name, 0) for name in names) for names in GROUPS.values()]
    shown = whole(earned, whole_score(match), tops)
    return [
        _component(key, GROUP_LABELS[key], points, top, lacking=set(names) <= set(match.missing))
        for (key, names), points, top in zip(GROUPS.items(), shown, tops, strict=True)
        if top
    ]


def parts(match: Match) -> list[Component]:
    """Every part, in tenths of a point; they add up to the score exactly."""
    caps = scale_of(match.policy_id).caps
    return [
        _component(
            name, PART_LABELS[name], _points(match.parts[name]), _points(caps[name]), name in match.missing
        )
        for name in SLICES
        if caps.get(name)
    ]


def share(match: Match, *names: str) -> Decimal | None:
    """What these parts earn of what they could, as far as they rest on information; None if they rest on none."""
    caps = scale_of(match.policy_id).caps
    known = [name for name in names if name not in match.missing and caps.get(name)]
    if not known:
        return None
    return Decimal(sum(match.parts.get(name, 0) for name in known)) / sum(caps[name] for name in known)


def _component(
    key: str, label: Promise, points: Decimal | int, top: Decimal | int, lacking: bool
) -> Component:
    if lacking:
        return Component(key, str(label), None, top, points)
    return Component(key, str(label), points, top)


def whole_score(match: Match) -> int:
    """The score as cards show it."""
    return int(match.score.quantize(Decimal(1), ROUND_HALF_UP))


def whole(tenths: Sequence[int], total: int, tops: Sequence[int] | None = None) -> list[int]:
    """Whole points for parts in tenths that add up to `total` (largest remainders), none above its top."""
    points = [value // TENTHS for value in tenths]
    order = sorted(range(len(points)), key=lambda index: (-(tenths[index] % TENTHS), index))
    while sum(points) < total:
        open_ = [index for index in order if tops is None or points[index] < tops[index]]
        for index in open_[: total - sum(points)]:
            points[index] += 1
    return points


def _points(tenths: int) -> Decimal:
    return Decimal(tenths).scaleb(-1)
