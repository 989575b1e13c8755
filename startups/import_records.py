"""What a row of an imported list says of a startup's evidence: lists of objects in JSON, numbered columns in a sheet.

`figure_2_value` is the value of the second figure; a list that a row gives replaces the one that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from matchmaking.core.currencies import Currency
from matchmaking.core.importing import columns
from matchmaking.core.importing.reading import Row, has_content
from matchmaking.core.importing.report import Problem, RowRefused, problems_of
from startups import enums
from startups.actions import KINDS
from startups.rules import check_amount, check_figure, not_after_today

MOST = 12  # of each kind in one row
SINGULAR = {
    "figures": "figure",
    "rounds": "round",
    "patents": "patent",
    "certifications": "certification",
    "references": "reference",
}


def _text(length: int, *, required: bool = False) -> columns.TextColumn:
    return columns.TextColumn(max_length=length, required=required)


class FigureRow(forms.Form):
    what = columns.VocabularyColumn(enums.Measure)
    words = _text(80)
    value = columns.AmountColumn(min_value=0, max_digits=18, decimal_places=2)
    currency = columns.VocabularyColumn(Currency, required=False)
    as_of = columns.DateColumn(validators=[not_after_today])
    note = _text(200)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_figure(cleaned)
        return cleaned


class RoundRow(forms.Form):
    kind = columns.VocabularyColumn(enums.RoundKind)
    amount = columns.AmountColumn(min_value=0, max_digits=18, decimal_places=2, required=False)
    currency = columns.VocabularyColumn(Currency, required=False)
    closed_on = columns.DateColumn(validators=[not_after_today])
    lead_investor = _text(120)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"amount", "currency"} <= cleaned.keys():
            check_amount(cleaned, "amount", "currency")
        return cleaned


class PatentRow(forms.Form):
    title = _text(200, required=True)
    office = columns.VocabularyColumn(enums.PatentOffice)
    number = _text(40, required=True)
    status = columns.VocabularyColumn(enums.PatentStatus)


class CertificationRow(forms.Form):
    name = _text(120, required=True)
    issuer = _text(120, required=True)
    number = _text(60)
    valid_until = columns.DateColumn(required=False)


class ReferenceRow(forms.Form):
    """Who spoke for a startup in an imported list has agreed only where the list says so."""

    name = _text(120, required=True)
    organisation = _text(120, required=True)
    relation = columns.VocabularyColumn(enums.Relation)
    contact = _text(120)
    may_be_shown = columns.YesNoColumn(required=False)

    def clean_may_be_shown(self) -> bool:
        return bool(self.cleaned_data["may_be_shown"])


FORMS: Mapping[str, type[forms.Form]] = {
    "figures": FigureRow,
    "rounds": RoundRow,
    "patents": PatentRow,
    "certifications": CertificationRow,
    "references": ReferenceRow,
}
COLUMNS = tuple(
    f"{singular}_{number}_{name}"
    for kind, singular in SINGULAR.items()
    for number in range(1, MOST + 1)
    for name in FORMS[kind].base_fields
)
Item = tuple[int, Mapping[str, Any]]  # a row's number in its list, and its cells


def records_of(row: Row, names: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The lists that `row` gives, or RowRefused with every cell that is wrong."""
    found, problems = {}, []
    for kind in FORMS:
        try:
            items = _items(row, kind, names)
            if items:
                found[kind] = _judged(row, kind, items, names)
        except RowRefused as refusal:
            problems += refusal.problems
    if problems:
        raise RowRefused(problems)
    return found


def _items(row: Row, kind: str, names: Mapping[str, str]) -> list[Item]:
    given = row.cells.get(kind)
    if given in (None, "", []):
        return _numbered(row.cells, kind)
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise _refused(row, names.get(kind, kind), _("Give a list of objects."))
    if len(given) > MOST:
        raise _refused(row, names.get(kind, kind), _("Give at most %(most)s.") % {"most": MOST})
    return list(enumerate(given, 1))


def _numbered(cells: Mapping[str, Any], kind: str) -> list[Item]:
    wanted = FORMS[kind].base_fields
    items = [
        (number, {name: cells.get(f"{SINGULAR[kind]}_{number}_{name}") for name in wanted})
        for number in range(1, MOST + 1)
    ]
    return [(number, item) for number, item in items if has_content(item.values())]


def _judged(row: Row, kind: str, items: Iterable[Item], names: Mapping[str, str]) -> list[dict[str, Any]]:
    known: dict[tuple[Any, ...], dict[str, Any]] = {}
    problems: list[Problem] = []
    for number, item in items:
        form = FORMS[kind](item)
        prefix = f"{SINGULAR[kind]}_{number}"
        if not form.is_valid():
            problems += _problems(row, prefix, form, item, names)
            continue
        key = tuple(form.cleaned_data[name] for name in KINDS[kind].KEY)
        if key in known:
            told = _("This tells of the same thing as another of the list.")
            problems += _refused(row, prefix, told).problems
        known[key] = form.cleaned_data
    if problems:
        raise RowRefused(problems)
    return list(known.values())


def _problems(
    row: Row, prefix: str, form: forms.Form, item: Mapping[str, Any], names: Mapping[str, str]
) -> list[Problem]:
    errors = {f"{prefix}_{name}": told for name, told in form.errors.items()}
    return problems_of(errors, row.number, {f"{prefix}_{name}": cell for name, cell in item.items()}, names)


def _refused(row: Row, column: str, reason: str) -> RowRefused:
    return RowRefused([Problem(row.number, column, "", reason)])
