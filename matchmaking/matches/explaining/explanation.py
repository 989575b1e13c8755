"""What a pair's score is made of: bars and parts that add up to it exactly, as shown too.

A policy of former days may lack parts that the score has now: they have no points and no share in it.

A startup is not to find out how experts rated it. Left out, their part would be what the others lack of the score; so
it is counted together with the closeness of the texts, which nobody can work out and which every pair has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.matches.engine.policy import GROUPS, SLICES, TENTHS
from matchmaking.matches.enums import Side
from matchmaking.matches.models import Match, ScoringPolicy

FULL = 100
GROUP_LABELS: dict[str, Promise] = {
    "need": _("Fit with the challenge"),
    "partner": _("Fit as a partner"),
    "cooperation": _("Cooperation and size"),
    "stage": _("Readiness"),
    "language": _("Language and country"),
    "advice": _("Experts' advice"),
}
# What a startup reads as one: the bar, and the parts of it.
ADVICE, BLENDED = "advice", "blended"
BLENDED_GROUP, BLENDED_PARTS = "need", ("need_e5", "need_use")
BLENDED_GROUP_LABEL: Promise = _("Fit with the challenge, and other points")
BLENDED_PART_LABEL: Promise = _("Challenge and pitch, and other points")
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


def bars(match: Match, reader: Side = Side.STAFF) -> list[Component]:
    """At most six bars in whole points; they add up to the shown whole score exactly."""
    return _blended_bars(match) if _is_blended(match, reader) else _all_bars(match)


def _is_blended(match: Match, reader: Side) -> bool:
    return reader == Side.STARTUP and bool(scale_of(match.policy_id).caps.get(ADVICE))


def _all_bars(match: Match) -> list[Component]:
    tops = whole([_most(match, names) for names in GROUPS.values()], FULL)
    shown = whole([_earned(match, names) for names in GROUPS.values()], whole_score(match), tops)
    return _bars(match, list(GROUPS), shown, tops)


def _blended_bars(match: Match) -> list[Component]:
    """The other bars are rounded among themselves: experts' advice does not move them even by a point."""
    keys = [key for key in GROUPS if key not in (BLENDED_GROUP, ADVICE)]
    caps, earned = ([of(match, GROUPS[key]) for key in keys] for of in (_most, _earned))
    most = sum(caps) // TENTHS
    tops = whole(caps, most)
    shown = whole(earned, min((sum(earned) + TENTHS // 2) // TENTHS, most), tops)
    points, top = whole_score(match) - sum(shown), FULL - most
    lacking = set(GROUPS[BLENDED_GROUP]) <= set(match.missing)
    blended = _component(BLENDED, BLENDED_GROUP_LABEL, points, top, lacking)
    return [blended, *_bars(match, keys, shown, tops)]


def _bars(match: Match, keys: Sequence[str], shown: Sequence[int], tops: Sequence[int]) -> list[Component]:
    return [
        _component(key, GROUP_LABELS[key], points, top, lacking=set(GROUPS[key]) <= set(match.missing))
        for key, points, top in zip(keys, shown, tops, strict=True)
        if top
    ]


def _most(match: Match, names: Sequence[str]) -> int:
    caps = scale_of(match.policy_id).caps
    return sum(caps.get(name, 0) for name in names)


def _earned(match: Match, names: Sequence[str]) -> int:
    return sum(match.parts.get(name, 0) for name in names)


def parts(match: Match, reader: Side = Side.STAFF) -> list[Component]:
    """Every part, in tenths of a point; they add up to the score exactly."""
    blended = (*BLENDED_PARTS, ADVICE) if _is_blended(match, reader) else ()
    caps = scale_of(match.policy_id).caps
    rest = [
        _component(
            name, PART_LABELS[name], _points(match.parts[name]), _points(caps[name]), name in match.missing
        )
        for name in SLICES
        if caps.get(name) and name not in blended
    ]
    return [*([_blended_part(match, blended)] if blended else []), *rest]


def _blended_part(match: Match, names: Sequence[str]) -> Component:
    points, most = _points(_earned(match, names)), _points(_most(match, names))
    return _component(BLENDED, BLENDED_PART_LABEL, points, most, set(BLENDED_PARTS) <= set(match.missing))


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
