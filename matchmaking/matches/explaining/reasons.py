"""Why a pair suits, and the one thing to check: in the reader's language, from parts, tags and quoted sentences.

Everything comes from the stored parts and from what the profiles say themselves; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import CooperationMode, Field, Language, SubField
from matchmaking.matches.engine.policy import GROUPS
from matchmaking.matches.engine.scoring import gaps
from matchmaking.matches.engine.sentences import language_of
from matchmaking.matches.engine.thesaurus import LanguageCode
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.explanation import (
    ADVICE,
    BLENDED_GROUP,
    GROUP_LABELS,
    PART_LABELS,
    bars,
    share,
)
from matchmaking.matches.models import Match
from matchmaking.matches.sides import modes_of, quotable_texts
from matchmaking.matches.thesauri import editions

# Shares of a part's points: from which it is a reason; from which a quoted sentence is one; that need no caution.
STRONG, QUOTABLE, GOOD = Decimal("0.6"), Decimal("0.45"), Decimal("0.75")
DOUBTFUL = Decimal("0.3")  # less than an average answer would earn
CAPABILITIES_SHOWN = 2
FITS, CAUTION = "yes", "caution"
NEED, PARTNER = ("need_e5", "need_use"), ("partner_e5", "partner_use")

QUOTED: dict[Side, Promise] = {
    Side.STAFF: _("Nearest to the challenge in the pitch:"),
    Side.COMPANY: _("Nearest to your challenge in their pitch:"),
    Side.STARTUP: _("Nearest to their challenge in your pitch:"),
}
QUOTED_ABOVE = _("The line above comes nearest to your challenge in their pitch")
CLOSE: dict[Side, Promise] = {
    Side.STAFF: _("The pitch is close in content to the challenge"),
    Side.COMPANY: _("The pitch is close in content to your challenge"),
    Side.STARTUP: _("Your pitch is close in content to their challenge"),
}
SUITED: dict[Side, Promise] = {
    Side.STAFF: _("The startup looks for a partner like this firm"),
    Side.COMPANY: _("The startup looks for a partner like you"),
    Side.STARTUP: _("The firm is close to the partner you look for"),
}
# A part that is weak by itself is worth a word of its own; the others are named with their points.
WEAK: dict[str, Promise] = {
    "size": _("The budget and the amount sought are far apart"),
    "stage": _("The technology may not be ready enough for this kind of cooperation"),
    "country": _("Not from a country the firm prefers"),
    "advice": _("Experts have doubts"),
}


@dataclass(frozen=True)
class Reason:
    """A sentence in the reader's language (`text_ja` or `text_en` is empty), what it rests on, and what it quotes."""

    kind: str
    source: str
    text_ja: str = ""
    text_en: str = ""
    quote: str = ""

    @property
    def quote_lang(self) -> LanguageCode:
        return language_of(self.quote)


def reasons(match: Match, reader: Side, *, most: int | None = None, shown: str = "") -> list[Reason]:
    """Why the pair suits, strongest kind first, and one thing to check; `most` limits the former.

    What a firm's card has `shown` of the pitch already is pointed at and not quoted once more.
    """
    found = [reason for reason in _fits(match, reader, shown) if reason]
    caution = _caution(match, reader)
    return [*found[:most], *([caution] if caution else [])]


def _fits(match: Match, reader: Side, shown: str) -> Iterable[Reason | None]:
    yield _capabilities(match)
    yield _quoted(match, reader, shown) or _close(match, CLOSE[reader], "need", NEED)
    yield _advice(match, reader)
    yield _cooperation(match)
    yield _field(match)
    yield _close(match, SUITED[reader], "partner", PARTNER)
    yield _languages(match)


def _capabilities(match: Match) -> Reason | None:
    thesaurus = editions.of_policy(match.policy_id)
    names = thesaurus.labels(match.shared_capabilities[:CAPABILITIES_SHOWN], _language())
    if not names or not _earns(match, STRONG / 2, "capability"):
        return None
    return _reason(gettext("Both: %(capabilities)s") % {"capabilities": listed(names)}, "capability")


def _quoted(match: Match, reader: Side, shown: str) -> Reason | None:
    """The sentence nearest to the need, if the startup still says it."""
    still = any(match.quote in text for text in quotable_texts(match.startup))
    if not match.quote or not still or not _earns(match, QUOTABLE, *NEED):
        return None
    if match.quote in shown:
        return _reason(QUOTED_ABOVE, "need")
    return _reason(QUOTED[reader], "need", quote=match.quote)


def _close(match: Match, words: Promise, source: str, names: tuple[str, ...]) -> Reason | None:
    """By what was said: what an average pair has is no reason."""
    return _reason(words, source) if _earns(match, STRONG, *names) else None


def _advice(match: Match, reader: Side) -> Reason | None:
    """A startup hears nothing of what experts think of it."""
    if reader == Side.STARTUP or not _earns(match, STRONG, ADVICE):
        return None
    return _reason(_("Experts think well of it"), ADVICE)


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


def _earns(match: Match, least: Decimal, *names: str) -> bool:
    """Whether these parts earn that share, each by what was said."""
    earned = None if set(names) & set(match.missing) else share(match, *names)
    return earned is not None and earned >= least


def _shared_languages(match: Match) -> list[str]:
    theirs = match.startup.organisation.languages
    return [language for language in match.company.organisation.languages if language in theirs]


def _languages(match: Match) -> Reason | None:
    both = _shared_languages(match)
    if not both:
        return None
    names = listed(labels(Language, both))
    return _reason(gettext("Shared working language: %(languages)s") % {"languages": names}, "language")


# --- The one thing to check --------------------------------------------------------------------------------------


def _caution(match: Match, reader: Side) -> Reason | None:
    """What is not known, else that experts doubt or an interpreter is needed, else the weakest part."""
    weak = [
        name for name in WEAK if _is_weak(match, name) and not (name == ADVICE and reader == Side.STARTUP)
    ]
    if match.provisional:
        return _lacking(match.missing)
    if ADVICE in weak:
        return _reason(WEAK[ADVICE], ADVICE, CAUTION)
    if not _shared_languages(match):
        return _reason(_("No shared working language: an interpreter is needed"), "language", CAUTION)
    return _reason(WEAK[weak[0]], weak[0], CAUTION) if weak else _least(match, reader)


def _lacking(missing: list[str]) -> Reason:
    """Whole groups of parts by their name, else the first part; what nobody is asked for is not named."""
    asked = gaps(missing)
    groups = {key: gaps(parts) for key, parts in GROUPS.items()}
    names = [
        str(GROUP_LABELS[key]) for key, wanted in groups.items() if wanted and set(wanted) <= set(missing)
    ]
    names = names or [str(PART_LABELS[asked[0]])]
    return _reason(gettext("No information yet: %(parts)s") % {"parts": listed(names)}, "missing", CAUTION)


def _is_weak(match: Match, name: str) -> bool:
    """Whether what was said earns little."""
    earned = share(match, name)
    return earned is not None and earned < DOUBTFUL


def _least(match: Match, reader: Side) -> Reason | None:
    """The group of parts that earns least of what it could, unless that is much.

    A startup reads the bars apart from the one in which experts' advice is counted.
    """
    unread = (BLENDED_GROUP, ADVICE) if reader == Side.STARTUP else ()
    shares = {key: share(match, *names) for key, names in GROUPS.items() if key not in unread}
    known = {key: earned for key, earned in shares.items() if earned is not None}
    key = min(known, key=lambda each: known[each], default=None)
    if key is None or known[key] >= GOOD:
        return None
    bar = next(bar for bar in bars(match, reader) if bar.key == key)
    values = {"part": bar.label, "points": bar.counted, "max": bar.max}
    return _reason(gettext("Least agreement: %(part)s (%(points)s of %(max)s)") % values, key, CAUTION)


def _reason(text: str | Promise, source: str, kind: str = FITS, quote: str = "") -> Reason:
    if _language() == "ja":
        return Reason(kind, source, text_ja=str(text), quote=quote)
    return Reason(kind, source, text_en=str(text), quote=quote)


def _language() -> LanguageCode:
    return "ja" if (get_language() or "ja").startswith("ja") else "en"


def labels(choices: type, values: Iterable[str]) -> list[str]:
    """The vocabulary's words for stored values; unknown ones are left out."""
    words = dict(choices.choices)  # type: ignore[attr-defined]
    return [str(words[value]) for value in values if value in words]


def listed(words: Iterable[object]) -> str:
    """Words as an enumeration of the reader's language."""
    return pgettext("list separator", ", ").join(str(word) for word in words)
