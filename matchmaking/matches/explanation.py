"""Why a pair has its score: bars that add up to it exactly, as shown too, and reasons in words.

Everything comes from the stored parts and the profiles' own tags and sentences; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import CooperationMode, Field, Language, SubField
from matchmaking.matches.candidates import TENTHS, thesaurus
from matchmaking.matches.enums import Side
from matchmaking.matches.models import Match, ScoringPolicy
from matchmaking.matches.policy import GROUPS, SLICES
from matchmaking.matches.sides import modes_of
from matchmaking.matches.thesaurus import LanguageCode

FULL = 100
STRONG, GOOD = (
    Decimal("0.6"),
    Decimal("0.75"),
)  # share of a part's points from which it is a reason; needs no caution
CAPABILITIES_SHOWN = 2
FITS, CAUTION = "yes", "caution"

GROUP_LABELS: dict[str, Promise] = {
    "need": _("Fit with the challenge"),
    "partner": _("Fit as a partner"),
    "field": _("Field"),
    "cooperation": _("Kind of cooperation"),
    "language": _("Working language"),
}
PART_LABELS: dict[str, Promise] = {
    "need_e5": _("Challenge and pitch, first language model"),
    "need_use": _("Challenge and pitch, second language model"),
    "capability": _("Capabilities asked for and offered"),
    "partner_e5": _("Firm and partner looked for, first language model"),
    "partner_use": _("Firm and partner looked for, second language model"),
    "field": _("Shared field and sub-field"),
    "cooperation": _("Shared kind of cooperation"),
    "language": _("Shared working language"),
}
PART_MEANINGS: dict[str, Promise] = {
    "need_e5": _("How close the startup's pitch comes in content to the firm's challenge, across languages."),
    "need_use": _("The same question put to a second, independent language model."),
    "capability": _(
        "Capabilities from the programme's list that the challenge asks for and the startup offers."
    ),
    "partner_e5": _("How close the firm's strengths come to the partner the startup looks for in Japan."),
    "partner_use": _("The same question put to a second, independent language model."),
    "field": _("The challenge's priority field and sub-fields, and those of the startup."),
    "cooperation": _(
        "Joint development, investment or acquisition: what the firm wants and the startup offers."
    ),
    "language": _("The languages both sides can work in."),
}
CLOSE: dict[Side, Promise] = {
    Side.STAFF: _("The pitch is close in content to the challenge"),
    Side.COMPANY: _("The pitch is close in content to your challenge"),
    Side.STARTUP: _("Your pitch is close in content to their challenge"),
}
PARTNER: dict[Side, Promise] = {
    Side.STAFF: _("The startup looks for a partner like this firm"),
    Side.COMPANY: _("The startup looks for a partner like you"),
    Side.STARTUP: _("The firm is close to the partner you look for"),
}


@dataclass(frozen=True)
class Scale:
    """What a policy's bars can reach, in tenths, and what its parts weigh."""

    caps: Mapping[str, int]
    weights: Mapping[str, float]


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


@dataclass(frozen=True)
class Reason:
    """A sentence in the reader's language (`text_ja` or `text_en` is empty), and what it rests on."""

    kind: str
    source: str
    text_ja: str = ""
    text_en: str = ""


@lru_cache(maxsize=64)
def scale_of(policy_id: int) -> Scale:
    """A policy never changes, so its scale is read once in a process."""
    parameters = ScoringPolicy.objects.values_list("parameters", flat=True).get(pk=policy_id)
    return Scale(parameters["scale"]["caps"], parameters["weights"])


def bars(match: Match) -> list[Component]:
    """At most six bars in whole points; they add up to the shown whole score exactly."""
    caps = scale_of(match.policy_id).caps
    tops = whole([sum(caps[name] for name in names) for names in GROUPS.values()], FULL)
    earned = [sum(match.parts[name] for name in names) for names in GROUPS.values()]
    shown = whole(earned, whole_score(match), tops)
    return [
        _component(key, GROUP_LABELS[key], points, top, lacking=set(names) <= set(match.missing))
        for (key, names), points, top in zip(GROUPS.items(), shown, tops, strict=True)
    ]


def parts(match: Match) -> list[Component]:
    """Every part, in tenths of a point; they add up to the score exactly."""
    caps = scale_of(match.policy_id).caps
    return [
        _component(
            name, PART_LABELS[name], _points(match.parts[name]), _points(caps[name]), name in match.missing
        )
        for name in SLICES
    ]


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


# --- Reasons -----------------------------------------------------------------------------------------------------


def reasons(match: Match, reader: Side, *, most: int | None = None) -> list[Reason]:
    """Why the pair suits, strongest kind first, and one thing to check; `most` limits the former."""
    found = [reason for reason in _fits(match, reader) if reason]
    caution = _caution(match)
    return [*found[:most], *([caution] if caution else [])]


def _fits(match: Match, reader: Side) -> Iterable[Reason | None]:
    yield _capabilities(match)
    yield _reason(CLOSE[reader], "need") if _is_close(match, "need_e5", "need_use") else None
    yield _cooperation(match)
    yield _field(match)
    yield _reason(PARTNER[reader], "partner") if _is_close(match, "partner_e5", "partner_use") else None
    yield _languages(match)


def _capabilities(match: Match) -> Reason | None:
    names = thesaurus().labels(match.shared_capabilities[:CAPABILITIES_SHOWN], _language())
    if not names or "capability" in match.missing or _share(match, "capability") < STRONG / 2:
        return None
    return _reason(gettext("Both: %(capabilities)s") % {"capabilities": listed(names)}, "capability")


def _cooperation(match: Match) -> Reason | None:
    both = [mode for mode in modes_of(match.challenge) if mode in match.startup.organisation.modes]
    if not both:
        return None
    return _reason(
        gettext("Wanted by both: %(modes)s") % {"modes": listed(labels(CooperationMode, both))}, "cooperation"
    )


def _field(match: Match) -> Reason | None:
    theirs = match.startup.organisation
    if match.challenge.field not in theirs.fields:
        return None
    both = [tag for tag in match.challenge.sub_fields if tag in theirs.sub_fields]
    names = labels(Field, [match.challenge.field]) + labels(SubField, both)
    return _reason(gettext("Same field: %(fields)s") % {"fields": listed(names)}, "field")


def _is_close(match: Match, *names: str) -> bool:
    """Whether these parts earn much, and by what was said: what an average pair has is no reason."""
    return not set(names) & set(match.missing) and _share(match, *names) >= STRONG


def _shared_languages(match: Match) -> list[str]:
    theirs = match.startup.organisation.languages
    return [language for language in match.company.organisation.languages if language in theirs]


def _languages(match: Match) -> Reason | None:
    both = _shared_languages(match)
    if not both:
        return None
    names = listed(labels(Language, both))
    return _reason(gettext("Shared working language: %(languages)s") % {"languages": names}, "language")


def _caution(match: Match) -> Reason | None:
    """One thing to check: what is not known, else that an interpreter is needed, else the weakest part."""
    shown = bars(match)
    if match.missing:
        names = [str(PART_LABELS[name]) for name in match.missing]
        whole_groups = [bar.label for bar in shown if bar.points is None]
        text = gettext("No information yet: %(parts)s") % {"parts": listed(whole_groups or names[:1])}
        return _reason(text, "missing", CAUTION)
    if not _shared_languages(match):
        return _reason(gettext("No shared working language: an interpreter is needed"), "language", CAUTION)
    weakest = min((bar for bar in shown if bar.max), key=lambda bar: bar.counted / bar.max, default=None)
    if weakest is None or Decimal(weakest.counted) >= GOOD * weakest.max:
        return None
    values = {"part": weakest.label, "points": weakest.counted, "max": weakest.max}
    return _reason(
        gettext("Least agreement: %(part)s (%(points)s of %(max)s)") % values, weakest.key, CAUTION
    )


def _share(match: Match, *names: str) -> Decimal:
    caps = scale_of(match.policy_id).caps
    most = sum(caps[name] for name in names)
    return Decimal(sum(match.parts[name] for name in names)) / most if most else Decimal(0)


def _reason(text: str | Promise, source: str, kind: str = FITS) -> Reason:
    if _language() == "ja":
        return Reason(kind, source, text_ja=str(text))
    return Reason(kind, source, text_en=str(text))


def _language() -> LanguageCode:
    return "ja" if (get_language() or "ja").startswith("ja") else "en"


def labels(choices: type, values: Iterable[str]) -> list[str]:
    """The vocabulary's words for stored values; unknown ones are left out."""
    words = dict(choices.choices)  # type: ignore[attr-defined]
    return [str(words[value]) for value in values if value in words]


def listed(words: Iterable[object]) -> str:
    """Words as an enumeration of the reader's language."""
    return pgettext("list separator", ", ").join(str(word) for word in words)
