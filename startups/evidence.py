"""What a startup can show, as pages show it: its figures by year, its rounds, patents, certifications, references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from accounts.profiles.labels import facts
from matchmaking.core.currencies import about_dollars, money_about
from startups.models import Reference, Startup, TractionFigure

MOST_YEARS = 3  # columns of the table of figures
WORDS = ("traction", "intellectual_property")


@dataclass(frozen=True)
class FigureRow:
    """One measure; `cells` has the latest figure of each of the table's years, or None."""

    label: str
    label_lang: str
    cells: tuple[TractionFigure | None, ...]


@dataclass(frozen=True)
class FigureTable:
    years: tuple[int, ...]
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True)
class Evidence:
    figures: FigureTable
    rounds: Sequence[Any]
    patents: Sequence[Any]
    certifications: Sequence[Any]
    references: Sequence[Reference]
    funding: Sequence[dict[str, str]]
    texts: dict[str, str]

    @property
    def has_track_record(self) -> bool:
        return bool(self.figures.rows or self.texts["traction"])

    @property
    def has_funding(self) -> bool:
        return bool(self.rounds or self.funding)

    @property
    def has_rights(self) -> bool:
        return bool(self.patents or self.texts["intellectual_property"])


def evidence_of(startup: Startup, *, firms: bool = False) -> Evidence:
    """Everything; for `firms`, only those references who agreed to be shown."""
    references = [each for each in startup.references.all() if each.may_be_shown or not firms]
    return Evidence(
        figures=figure_table(startup.figures.all()),
        rounds=startup.rounds.all(),
        patents=startup.patents.all(),
        certifications=startup.certifications.all(),
        references=references,
        funding=_funding(startup),
        texts={name: getattr(startup, name) for name in WORDS},
    )


def figure_table(figures: Iterable[TractionFigure]) -> FigureTable:
    """Measures by year, the latest years last; a figure in another currency is a row of its own."""
    ordered = sorted(figures, key=_measure)
    years = tuple(sorted({figure.as_of.year for figure in ordered})[-MOST_YEARS:])
    groups = [list(group) for _key, group in groupby(ordered, key=_measure)]
    return FigureTable(years, tuple(_row(group, years) for group in groups if _latest(group) in years))


def _measure(figure: TractionFigure) -> tuple[str, str, str]:
    return figure.what, figure.words, figure.currency


def _latest(group: Sequence[TractionFigure]) -> int:
    return max(figure.as_of.year for figure in group)


def _row(group: Sequence[TractionFigure], years: Iterable[int]) -> FigureRow:
    by_year = {figure.as_of.year: figure for figure in sorted(group, key=lambda figure: figure.as_of)}
    words = group[0].words
    return FigureRow(group[0].measure, "en" if words else "", tuple(by_year.get(year) for year in years))


def _funding(startup: Startup) -> list[dict[str, str]]:
    """Sums in words; what was raised is worked out of several currencies, and so only about right."""
    raised, sought = startup.funding_raised_usd, startup.sought_amount
    found = []
    if raised is not None:
        found.append({"label": _("Raised so far"), "value": about_dollars(raised)})
    if sought is not None:
        words = money_about(sought, startup.sought_currency)
        found.append({"label": _("Amount sought"), "value": words})
    return [*found, *facts(startup, ["sought_on", "sought_for"], keep_empty=False)]
