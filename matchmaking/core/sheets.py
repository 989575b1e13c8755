"""Tables as files that a spreadsheet opens, a Japanese Excel too."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

BYTE_ORDER_MARK: Final = "\ufeff"  # by which Excel knows that a file is UTF-8
# A spreadsheet would take a cell that begins so for a formula; the full-width ones are read as the others.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | None


def csv_file(name: str, rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The rows as an attachment called `name`.csv."""
    text = io.StringIO()
    csv.writer(text).writerows([[plain(cell) for cell in row] for row in rows])
    return HttpResponse(
        BYTE_ORDER_MARK + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def plain(cell: Cell) -> str | int:
    """What people wrote is text, whatever it begins with; numbers stay numbers, nothing stays empty."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell
