"""What happened to each row of a file, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

SHOWN = 60  # characters of a value that a message repeats


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Problem:
    """Something about one cell (or, without a column, about a whole row). Warnings do not keep a row out."""

    row: int
    column: str
    value: str
    reason: str
    is_warning: bool = False

    def __str__(self) -> str:
        where = _("Row %(row)s, %(column)s") if self.column else _("Row %(row)s")
        place = where % {"row": self.row, "column": self.column}
        value = f" “{_shortened(self.value)}”" if self.value else ""
        warning = _("warning")
        kind = f" ({warning})" if self.is_warning else ""
        return f"{place}{value}{kind}: {self.reason}"


def _shortened(value: str) -> str:
    visible = "".join(character if character.isprintable() else "�" for character in value)
    return visible if len(visible) <= SHOWN else visible[:SHOWN] + "…"


class RowRefused(Exception):
    """The row is not taken over; `problems` says why, cell by cell."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


def problems_of(
    errors: Mapping[str, Iterable[object]],
    number: int,
    cells: Mapping[str, object],
    names: Mapping[str, str],
) -> list[Problem]:
    """A form's errors as problems; `names` gives the column's name as it stands in the file."""
    return [
        Problem(number, names.get(column, column), _shown(cells.get(column)), str(message))
        if column != "__all__"
        else Problem(number, "", "", str(message))
        for column, messages in errors.items()
        for message in messages
    ]


def _shown(value: object) -> str:
    """A cell as a message repeats it: 0 and “no” are values, nothing is not."""
    return "" if value is None or value == [] else str(value)


@dataclass
class Report:
    """Counts by record (several rows may tell of one), and by row for the bad ones."""

    outcomes: dict[object, Outcome] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    bad_rows: set[int] = field(default_factory=set)

    def add(self, key: object, outcome: Outcome) -> None:
        """A record that was created stays created, whatever later rows add to it."""
        before = self.outcomes.get(key, Outcome.UNCHANGED)
        self.outcomes[key] = before if before != Outcome.UNCHANGED else outcome

    def refuse(self, row: int, problems: list[Problem]) -> None:
        self.bad_rows.add(row)
        self.problems += problems

    def counts(self) -> dict[str, int]:
        counted = Counter(self.outcomes.values())
        return {outcome.value: counted[outcome] for outcome in Outcome} | {"bad": len(self.bad_rows)}

    def lines(self) -> Iterator[str]:
        return (str(problem) for problem in self.problems)
