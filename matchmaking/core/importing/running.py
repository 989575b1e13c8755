"""Row after row through one importer: good rows are kept, bad ones told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from matchmaking.core.importing.reading import Row, Table, UnreadableFile
from matchmaking.core.importing.report import Outcome, Problem, Report, RowRefused
from matchmaking.core.texts import folded


class Importer(Protocol):
    """What knows one kind of record: its columns with their other names, and how to take a row over."""

    aliases: Mapping[str, str]
    required: tuple[str, ...]

    def take(self, row: Row, names: Mapping[str, str]) -> tuple[object, Outcome, list[Problem]]:
        """Take `row` (cells by canonical name) over, or raise RowRefused. Returns key, outcome and warnings."""


def canonical(name: str) -> str:
    """A heading as it is compared: width, case and spaces do not matter."""
    return folded(name).replace(" ", "_").replace("-", "_")


def columns_of(table: Table, importer: Importer) -> dict[str, str]:
    """Canonical name → name in the file, for every column that is understood."""
    found: dict[str, str] = {}
    for name in table.columns:
        known = importer.aliases.get(canonical(name))
        if known and known not in found:
            found[known] = name
    if missing := [name for name in importer.required if name not in found]:
        raise UnreadableFile(_("The file has no column “%(column)s”.") % {"column": missing[0]})
    return found


def unused_columns(table: Table, names: Mapping[str, str]) -> list[str]:
    return [name for name in table.columns if name and name not in names.values()]


def run(table: Table, importer: Importer, *, on_row: Callable[[int], None] = lambda done: None) -> Report:
    """Take every row over. `on_row` hears how many rows are done."""
    names = columns_of(table, importer)
    report = Report()
    for done, row in enumerate(table.rows, 1):
        try:
            key, outcome, warnings = _take(importer, row, names)
        except RowRefused as refusal:
            report.refuse(row.number, refusal.problems)
        else:
            report.add(key, outcome)
            report.problems += warnings
        on_row(done)
    return report


def _take(importer: Importer, row: Row, names: Mapping[str, str]) -> tuple[object, Outcome, list[Problem]]:
    if row.surplus:
        reason = _("The row has more cells than the first row has column names.")
        raise RowRefused([Problem(row.number, "", "", reason)])
    known = {name: row.cells.get(heading) for name, heading in names.items()}
    try:
        return importer.take(Row(row.number, known), names)
    except DatabaseError as error:
        reason = _("The database refused the row: %(reason)s") % {"reason": str(error).splitlines()[0]}
        raise RowRefused([Problem(row.number, "", "", reason)]) from error


@dataclass
class Claims:
    """What earlier rows of the same file said of a record: rows that contradict each other are told, so that
    taking the same file over twice changes nothing."""

    said: dict[tuple[object, str], tuple[int, Any]] = field(default_factory=dict)

    def check(self, key: object, row: Row, values: Mapping[str, Any], names: Mapping[str, str]) -> None:
        """Raise RowRefused if a value differs from what an earlier row said; otherwise remember the values."""
        problems = []
        for column, value in values.items():
            before, said = self.said.get((key, column), (row.number, value))
            if said != value:
                reason = _("Row %(row)s says otherwise of the same record.") % {"row": before}
                problems.append(Problem(row.number, names.get(column, column), str(value), reason))
        if problems:
            raise RowRefused(problems)
        for column, value in values.items():
            self.said.setdefault((key, column), (row.number, value))
