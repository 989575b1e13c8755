"""From a file to rows: CSV (UTF-8 with or without BOM, CP932), Excel (.xlsx) and JSON.

A file that cannot be read as a whole raises `UnreadableFile` with one sentence for a person; what is wrong with
a single row is the affair of the row's form.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _

MAX_BYTES = 30 * 1024 * 1024
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200  # ordinary sheets pack 5 to 20 times
MAX_ENTRIES = 5_000
MAX_ROWS = 100_000
MAX_COLUMNS = 200
ENCODINGS = ("utf-8-sig", "cp932")
# What Python makes of the five bytes that CP932 leaves without a meaning: a sign that the file is something else.
_NOT_IN_CP932 = frozenset("\x80\uf8f0\uf8f1\uf8f2\uf8f3")


class UnreadableFile(Exception):
    """The file as a whole cannot be used; the message says why, in the active language."""


@dataclass(frozen=True)
class Row:
    """One record: `number` as a person counts it (the header of a sheet is row 1; items of JSON start at 1)."""

    number: int
    cells: Mapping[str, Any]
    surplus: int = 0


@dataclass(frozen=True)
class Table:
    """The rows of a file and the names of its columns as they stand there."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path) -> Table:
    """Read the file by the ending of its name. Rows without any content are left out."""
    _check_size(path)
    readers = {
        ".csv": _read_csv,
        ".tsv": _read_csv,
        ".txt": _read_csv,
        ".xlsx": _read_excel,
        ".json": _read_json,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(
            _("Only .csv, .xlsx and .json files can be read: %(file)s") % {"file": path.name}
        )
    table = reader(path)
    if not table.rows:
        raise UnreadableFile(_("The file has no rows: %(file)s") % {"file": path.name})
    if len(table.rows) > MAX_ROWS:
        raise UnreadableFile(_("The file has more than %(limit)s rows.") % {"limit": MAX_ROWS})
    return table


def _check_size(path: Path) -> None:
    if not path.is_file():
        raise UnreadableFile(_("There is no such file: %(file)s") % {"file": path})
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1024**2})


# --- CSV ---------------------------------------------------------------------------------------------------------


def _read_csv(path: Path) -> Table:
    text = _decoded(path.read_bytes())
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFile(
            _("The file is not a correct CSV file: %(reason)s") % {"reason": error}
        ) from error
    return _table(lines)


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NOT_IN_CP932.intersection(text):
            return text
    raise UnreadableFile(_("The file's characters are neither UTF-8 nor Shift_JIS (CP932)."))


def _table(lines: Iterable[list[Any]]) -> Table:
    """Rows of cells, the first row with the columns' names, to a table."""
    iterator = iter(lines)
    columns = _columns(next(iterator, []))
    rows = [_row(number, columns, line) for number, line in enumerate(iterator, 2) if has_content(line)]
    return Table(columns, tuple(rows))


def _columns(header: list[Any]) -> tuple[str, ...]:
    names = [unicodedata.normalize("NFKC", str(name or "")).strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableFile(_("The first row must hold the names of the columns."))
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise UnreadableFile(_("The column %(column)s stands there twice.") % {"column": twice[0]})
    return tuple(names)


def _row(number: int, columns: tuple[str, ...], line: list[Any]) -> Row:
    surplus = sum(1 for cell in line[len(columns) :] if has_content([cell]))
    return Row(number, {name: cell for name, cell in zip(columns, line, strict=False) if name}, surplus)


def has_content(cells: Iterable[Any]) -> bool:
    return any(str(cell).strip() for cell in cells if cell is not None)


# --- Excel -------------------------------------------------------------------------------------------------------


def _read_excel(path: Path) -> Table:
    """The first sheet; formulas count with the value that was last computed."""
    with path.open("rb") as file:  # opened here, so that it is closed whatever the reader below does
        try:
            _refuse_bombs(file)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            return _table(_sheet_lines(sheet))
        except UnreadableFile:
            raise
        except Exception as error:  # a damaged file makes zipfile, zlib and openpyxl raise nearly anything
            raise UnreadableFile(_("The file is not a correct Excel file (.xlsx).")) from error


def _refuse_bombs(file: IO[bytes]) -> None:
    """A small archive may unpack to something enormous: look at what it declares before unpacking."""
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if (
        len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED_BYTES
        or unpacked > MAX_RATIO * max(packed, 10_000)
    ):
        raise UnreadableFile(_("The Excel file unpacks to far more than a list of this kind needs."))


def _sheet_lines(sheet: Any) -> Iterator[list[Any]]:
    for count, line in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)):
        if count > MAX_ROWS:
            raise UnreadableFile(_("The file has more than %(limit)s rows.") % {"limit": MAX_ROWS})
        yield [_cell(value) for value in line]


def _cell(value: Any) -> Any:
    """Excel keeps long numbers as fractions and days as moments; people see 5070001000715 and 2027-03-31."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    return value if value is None or isinstance(value, bool) else str(value)


# --- JSON --------------------------------------------------------------------------------------------------------


def _read_json(path: Path) -> Table:
    try:
        items = json.loads(_decoded(path.read_bytes()))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(_("The file is not correct JSON: %(reason)s") % {"reason": error}) from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnreadableFile(_("The JSON file must hold a list of objects."))
    columns = dict.fromkeys(name for item in items for name in item)
    return Table(tuple(columns), tuple(Row(number, item) for number, item in enumerate(items, 1) if item))
