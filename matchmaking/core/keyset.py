"""Pages of a list that may be long: the rows after or before a place, found in an index however deep it lies.

A place is the values by which its row is sorted. It travels in the address (`after` or `before`), signed, so that
nobody can ask for a place of another list or of a kind the database does not know (ADR 0036).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    BooleanField,
    Expression,
    F,
    Field,
    Func,
    Model,
    OrderBy,
    Q,
    QuerySet,
    TextField,
    Value,
)

COUNTED = 1_000  # rows are counted so far and no further
AFTER, BEFORE = "after", "before"
PLACES = (AFTER, BEFORE, "page")  # what in an address says where in a list one is
Place = Sequence[Any]


class _Row(Func):
    """Several columns as one: the database compares rows as a list is sorted, and finds them in an index."""

    function = "ROW"
    output_field = TextField()


class _Comparison(Func):
    template = "%(expressions)s"
    output_field = BooleanField()


@dataclass(frozen=True)
class Page:
    """Rows of a list, and the places before and after them: empty where the list begins or ends."""

    rows: list[Any]
    before: str = ""
    after: str = ""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Count:
    """How many rows a list has; `more` if it was not counted to its end."""

    number: int
    more: bool = False


def count_of(rows: QuerySet[Any], page: Page) -> Count:
    """Counted by the database only if the page does not hold the whole list."""
    if not page.before and not page.after:
        return Count(len(page))
    number = rows.order_by().values("pk")[: COUNTED + 1].count()
    return Count(min(number, COUNTED), number > COUNTED)


class Keyset:
    """A list sorted by `columns`, all of them rising or all falling, and then by its key.

    The first column may be unknown (NULL): those rows stand last either way. No other may.
    """

    def __init__(self, rows: QuerySet[Any], columns: Sequence[str], *, down: bool = False) -> None:
        self._rows, self._columns, self._down = rows, (*columns, "pk"), down
        self._fields = [_field_of(rows.model, path)[0] for path in self._columns]
        self._has_unknown = _field_of(rows.model, self._columns[0])[1]
        self._salt = ":".join(["keyset", rows.model._meta.label_lower, str(down), *self._columns])

    def page(self, query: Mapping[str, str], size: int) -> Page:
        """The page that the address asks for; the first one if it names no place of this list."""
        if place := self._place(query.get(BEFORE)):
            found = self._found(place, size + 1, back=True)
            if len(found) > size:
                return self._page(found[size - 1 :: -1], before=True, after=True)
        elif (place := self._place(query.get(AFTER))) and (found := self._found(place, size + 1)):
            return self._page(found[:size], before=True, after=len(found) > size)
        found = self._found(None, size + 1)
        return self._page(found[:size], before=False, after=len(found) > size)

    def _page(self, rows: list[Any], *, before: bool, after: bool) -> Page:
        return Page(rows, self.place_of(rows[0]) if before else "", self.place_of(rows[-1]) if after else "")

    def place_of(self, row: Model) -> str:
        """The place of a row, for an address."""
        held = [_plain(field, _reached(row, path)) for field, path in self._columns_with_fields()]
        return signing.dumps(held, salt=self._salt, compress=True)

    def _place(self, name: str | None) -> Place | None:
        if not name:
            return None
        try:
            held = signing.loads(name, salt=self._salt)
        except signing.BadSignature:
            return None
        return [field.to_python(value) for field, value in zip(self._fields, held, strict=True)]

    def _columns_with_fields(self) -> Iterator[tuple[Field[Any, Any], str]]:
        return zip(self._fields, self._columns, strict=True)

    def _found(self, place: Place | None, most: int, *, back: bool = False) -> list[Any]:
        """Rows from the place on; read backwards they come in falling order of the list."""
        found: list[Any] = []
        for part in self._parts(place, back=back):
            if len(found) < most:
                found += part[: most - len(found)]
        return found

    def _parts(self, place: Place | None, *, back: bool) -> list[QuerySet[Any]]:
        """What is left of the list, in the order of reading: the rows whose first value is known, and the others."""
        if not self._has_unknown:
            return [self._part(0, place, back=back)]
        known = {f"{self._columns[0]}__isnull": False}
        unknown = {f"{self._columns[0]}__isnull": True}
        from_unknown = place is not None and place[0] is None
        first = self._part(0, None if from_unknown else place, back=back).filter(**known)
        last = self._part(1, place if from_unknown else None, back=back).filter(**unknown)
        if back:
            return [last, first] if from_unknown else [first]
        return [last] if from_unknown else [first, last]

    def _part(self, skipped: int, place: Place | None, *, back: bool) -> QuerySet[Any]:
        """Sorted by all columns but the first `skipped`, from the place on."""
        down = self._down != back
        columns, fields = self._columns[skipped:], self._fields[skipped:]
        rows = self._rows.order_by(*(OrderBy(F(path), descending=down) for path in columns))
        if place is None:
            return rows
        values = [
            Value(value, output_field=field) for value, field in zip(place[skipped:], fields, strict=True)
        ]
        return rows.filter(*_beyond(columns, values, "<" if down else ">"))


def _beyond(columns: Sequence[str], values: Sequence[Value], sign: str) -> list[Expression | Q]:
    """Conditions for the rows past the place; the last column is the key."""
    if not any("__" in path for path in columns):
        return [_compared(columns, values, sign)]
    # The key lies in another table than the rest. The database finds the rest in an index, and can guess how many
    # rows there are, only if it is asked for one table at a time.
    rest, key = (columns[:-1], values[:-1]), (columns[-1:], values[-1:])
    return [_compared(*rest, f"{sign}="), Q(_compared(*rest, "<>")) | Q(_compared(*key, sign))]


def _compared(columns: Sequence[str], values: Sequence[Value], sign: str) -> _Comparison:
    return _Comparison(_Row(*map(F, columns)), _Row(*values), arg_joiner=f" {sign} ")


def _field_of(model: type[Model], path: str) -> tuple[Field[Any, Any], bool]:
    """The column at the end of a path, and whether it may be unknown on the way there.

    What the database works out by itself counts as known.
    """
    unknown = False
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if field is None or not isinstance(field, Field):
            raise FieldDoesNotExist(f"no list is sorted by {path}")
        unknown |= field.null and not field.generated
        model = field.related_model or model
    while field.is_relation:
        field = field.target_field
    return getattr(field, "output_field", field), unknown


def _reached(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = None if row is None else getattr(row, name)
    return row


def _plain(field: Field[Any, Any], value: Any) -> Any:
    """As JSON has it; `field.to_python` undoes it."""
    value = field.get_prep_value(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)
