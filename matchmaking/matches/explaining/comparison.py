"""Two or three startups side by side, as the firm to which they were disclosed may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core import local_time
from matchmaking.core.currencies import money_about
from matchmaking.core.enums import CooperationMode, Field, Language, SubField
from matchmaking.core.templatetags.portal import score_word
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.cards import request_url
from matchmaking.matches.explaining.explanation import bars, share, whole_score
from matchmaking.matches.explaining.reasons import CAUTION, DOUBTFUL, STRONG, WEAK, labels, listed, reasons
from matchmaking.matches.last_requests import LastRequest
from matchmaking.matches.models import Match
from matchmaking.matches.shared_times import SharedTimes, shared_times
from matchmaking.matches.sides import modes_of

MOST = 3
FULL = Decimal("0.99")  # of a part's points: what the firm asked for is there


@dataclass(frozen=True)
class Cell:
    """What one startup has to say on one item; `fits` where it is as the firm wished."""

    text: str = ""
    fits: bool = False
    lang: str = ""
    bars: Sequence[Any] = ()
    startup: str = ""


@dataclass(frozen=True)
class Row:
    """One item over all startups."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return len({(cell.text, cell.fits) for cell in self.cells}) > 1


@dataclass(frozen=True)
class Column:
    """A startup of the comparison and what the firm can do about it."""

    name: str
    url: str
    request_url: str
    without_url: str
    last: LastRequest | None = None


def columns(matches: Sequence[Match], asked: Mapping[int, LastRequest]) -> list[Column]:
    keys = [match.pk for match in matches]
    return [
        Column(
            match.startup.organisation.name,
            reverse("matches:detail", kwargs={"pk": match.pk}),
            request_url(match, asked.get(match.pk)),
            compare_url([key for key in keys if key != match.pk]),
            asked.get(match.pk),
        )
        for match in matches
    ]


def compare_url(keys: Sequence[int]) -> str:
    """The page for these matches; the choice lies in the address and nowhere else."""
    return (
        f"{reverse('matches:compare')}?{'&'.join(f's={key}' for key in keys)}"
        if keys
        else reverse("matches:compare")
    )


def rows(matches: Sequence[Match]) -> list[Row]:
    """Every item in the order of reading; those about which nobody says anything are left out."""
    times = shared_times(matches)
    made = [
        Row(str(label), tuple(_named(cell(match), match) for match in matches))
        for label, cell in _items(times)
    ]
    return [row for row in made if any(cell.text or cell.bars for cell in row.cells)]


def _named(cell: Cell, match: Match) -> Cell:
    return replace(cell, startup=match.startup.organisation.name)


def _items(times: Mapping[int, SharedTimes]) -> list[tuple[str, Callable[[Match], Cell]]]:
    return [
        (_("Match score"), _score),
        (_("Challenge"), lambda match: Cell(match.challenge.title, lang="ja")),
        (_("One-line pitch"), lambda match: _words(match.startup.one_liner)),
        (_("Field"), _field),
        (_("Kinds of cooperation"), _modes),
        (_("Partner looked for in Japan"), lambda match: _words(match.startup.seeks_partner)),
        (_("Amount sought"), _amount),
        (_("Country"), _country),
        (_("Stage"), _stage),
        (_("Customers"), lambda match: _words(match.startup.customers)),
        (_("Track record"), lambda match: _words(match.startup.traction)),
        (_("Preparation for Japan"), lambda match: _words(match.startup.japan_readiness)),
        (_("Japanese in the team"), lambda match: Cell(match.startup.get_speaks_japanese_display())),
        (_("Working languages"), _languages),
        (_("Shared times"), lambda match: _times(times.get(match.pk))),
        (_("Experts' advice"), _advice),
        (_("To check"), _caution),
    ]


def _words(text: str) -> Cell:
    return Cell(text, lang="en")


def _score(match: Match) -> Cell:
    score = whole_score(match)
    words = _("%(score)s of 100, %(word)s") % {"score": score, "word": score_word(score)}
    return Cell(
        _("%(words)s (provisional)") % {"words": words} if match.provisional else words, bars=bars(match)
    )


def _field(match: Match) -> Cell:
    theirs = match.startup.organisation
    both = [tag for tag in match.challenge.sub_fields if tag in theirs.sub_fields]
    return Cell(
        listed([*labels(Field, theirs.fields), *labels(SubField, theirs.sub_fields)]), fits=bool(both)
    )


def _modes(match: Match) -> Cell:
    theirs = match.startup.organisation.modes
    return Cell(listed(labels(CooperationMode, theirs)), fits=set(modes_of(match.challenge)) <= set(theirs))


def _amount(match: Match) -> Cell:
    startup = match.startup
    if startup.sought_amount is None:
        return Cell()
    return Cell(money_about(startup.sought_amount, startup.sought_currency), fits=_is_full(match, "size"))


def _country(match: Match) -> Cell:
    country = match.startup.organisation.country
    return Cell(country.name, fits=country.code in match.company.preferred_countries)


def _stage(match: Match) -> Cell:
    startup = match.startup
    level = startup.get_readiness_level_display()
    found = [startup.get_stage_display(), _("TRL %(level)s") % {"level": level} if level else ""]
    return Cell(listed([each for each in found if each]), fits=_is_full(match, "stage"))


def _languages(match: Match) -> Cell:
    theirs = match.startup.organisation.languages
    both = set(theirs) & set(match.company.organisation.languages)
    return Cell(listed(labels(Language, theirs)), fits=bool(both))


def _times(times: SharedTimes | None) -> Cell:
    if times is None:
        return Cell(_("not given by both yet"))
    if times.first is None:
        return Cell(_("No shared time yet"))
    words = ngettext("%(n)s time, on %(day)s", "%(n)s times, the first on %(day)s", times.count)
    day = local_time.day(localtime(times.first).date(), year=False)
    return Cell(words % {"n": times.count, "day": day})


def _advice(match: Match) -> Cell:
    if "advice" in match.missing:
        return Cell(_("none yet"))
    earned = share(match, "advice") or Decimal(0)
    if earned >= STRONG:
        return Cell(_("Experts think well of it"))
    return Cell(_("Experts see both sides") if earned >= DOUBTFUL else str(WEAK["advice"]))


def _caution(match: Match) -> Cell:
    found = next((each for each in reasons(match, Side.COMPANY) if each.kind == CAUTION), None)
    return Cell(found.text_ja or found.text_en) if found else Cell(_("nothing stands out"))


def _is_full(match: Match, part: str) -> bool:
    earned = share(match, part)
    return earned is not None and earned >= FULL
