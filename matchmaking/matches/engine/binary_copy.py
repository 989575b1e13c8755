"""Rows as PostgreSQL's binary COPY wants them, made and read by numpy a column at a time. Pure: numpy and nothing else.

A row is a count of fields, and for each field its length and its bytes, most significant first. Rows whose fields are
equally long are one array of bytes, so rows are written group by group of lengths: their order is not kept.
The format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format", and each type's `…_recv`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Lengths = NDArray[np.int32]

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
ROWS_AT_ONCE = 5_000  # some 2 MB: what a processor keeps near
NULL = -1  # the length of what is not there
VARCHAR = 1043  # the type's number in every PostgreSQL
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
DIGITS = 4  # places for a number within JSON: the longest part of a score has three
TENTHS, DIGIT_OF_TENTH = 10, 1_000  # numeric counts in ten-thousands: a tenth is 1,000 of them


@dataclass(frozen=True)
class Column:
    """Values of one column: row i has value `codes[i]`, whose bytes are the first `lengths[codes[i]]` of its line."""

    codes: Ints
    lengths: Lengths
    data: Bytes

    def patterns(self) -> tuple[Ints, int]:
        """For each row the number of its length among the lengths that occur, and how many these are."""
        different, place = np.unique(self.lengths, return_inverse=True)
        return place[self.codes], len(different)


# --- Columns ----------------------------------------------------------------------------------------------------------


def numbers(values: NDArray[Any], kind: str, *, null: NDArray[np.bool_] | None = None) -> Column:
    """Numbers of a numpy kind: i2, i4, i8, f4, f8; NULL where `null` says so."""
    width = np.dtype(kind).itemsize
    data = np.ascontiguousarray(values, dtype=f">{kind}").view(np.uint8).reshape(-1, width)
    return _each(data, null)


def tenths(values: NDArray[Any]) -> Column:
    """Non-negative whole tenths below 100,000 as `numeric` with one decimal."""
    whole, rest = np.divmod(values, TENTHS)
    words = np.zeros((len(values), 6), dtype=">i2")  # digits, weight, sign, decimals, and the two digits
    words[:, 0], words[:, 3] = 2, 1
    words[:, 4], words[:, 5] = whole, rest * DIGIT_OF_TENTH
    return _each(words.view(np.uint8).reshape(-1, 12))


def json_numbers(names: Sequence[str], values: NDArray[Any]) -> Column:
    """Objects of the same names as `jsonb`; values [n, names] are whole numbers of up to four characters."""
    line, places = b"\x01{", list[int]()
    for number, name in enumerate(names):
        line += (b", " if number else b"") + json.dumps(name).encode() + b": "
        places.append(len(line))
        line += b" " * DIGITS
    data = np.tile(np.frombuffer(line + b"}", dtype=np.uint8), (len(values), 1))
    for place, column in zip(places, np.asarray(values).T, strict=True):
        data[:, place : place + DIGITS] = _right_aligned(column)
    return _each(data)


def chosen(codes: NDArray[Any], values: Sequence[bytes | None]) -> Column:
    """Row i has `values[codes[i]]`: for long values of which there are few."""
    lengths = np.array([NULL if value is None else len(value) for value in values], dtype=np.int32)
    data = np.zeros((len(values), max(int(lengths.max(initial=0)), 0)), dtype=np.uint8)
    for line, value in zip(data, values, strict=True):
        line[: len(value or b"")] = np.frombuffer(value or b"", dtype=np.uint8)
    return Column(np.asarray(codes, dtype=np.int64), lengths, data)


def constant(value: bytes | None, count: int) -> Column:
    return chosen(np.zeros(count, dtype=np.int64), [value])


def _each(data: Bytes, null: NDArray[np.bool_] | None = None) -> Column:
    """One line of bytes a row, all of the same length, or NULL."""
    lengths = np.full(len(data), data.shape[1], dtype=np.int32)
    if null is not None:
        lengths[null] = NULL
    return Column(np.arange(len(data), dtype=np.int64), lengths, data)


def _right_aligned(values: NDArray[Any]) -> Bytes:
    """Numbers as text [n, DIGITS]; OverflowError rather than a number cut off."""
    if len(values) and (values.min() <= -(10 ** (DIGITS - 1)) or values.max() >= 10**DIGITS):
        raise OverflowError(f"a number needs more than {DIGITS} characters")
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    words = b"".join(str(number).rjust(DIGITS).encode() for number in range(low, high + 1))
    return np.frombuffer(words, dtype=np.uint8).reshape(-1, DIGITS)[np.asarray(values, dtype=np.int64) - low]


# --- Single values ----------------------------------------------------------------------------------------------------


def moment(at: datetime) -> bytes:
    """`timestamptz`: microseconds since 2000."""
    return struct.pack(">q", (at - EPOCH) // timedelta(microseconds=1))


def words(texts: Iterable[str]) -> bytes:
    """`varchar[]` of one dimension."""
    values = [text.encode() for text in texts]
    if not values:
        return struct.pack(">iii", 0, 0, VARCHAR)
    head = struct.pack(">iiiii", 1, 0, VARCHAR, len(values), 1)
    return head + b"".join(struct.pack(">i", len(value)) + value for value in values)


# --- Rows -------------------------------------------------------------------------------------------------------------


def written(columns: Sequence[Column]) -> Iterator[bytes]:
    """The rows, in pieces of which each is whole: header, rows, trailer."""
    for rows in _equally_long(columns):
        for start in range(0, len(rows), ROWS_AT_ONCE):
            yield HEADER + _block(columns, rows[start : start + ROWS_AT_ONCE]) + TRAILER


def _equally_long(columns: Sequence[Column]) -> list[Ints]:
    """The rows in groups, within which every column has one length."""
    count = len(columns[0].codes)
    pattern = np.zeros(count, dtype=np.int64)
    for column in columns:
        place, different = column.patterns()
        if different > 1:
            _, pattern = np.unique(pattern * different + place, return_inverse=True)
    order = np.argsort(pattern, kind="stable")
    return np.split(order, np.cumsum(np.bincount(pattern))[:-1]) if count else []


def _block(columns: Sequence[Column], rows: Ints) -> bytes:
    """Rows of equal lengths as one array of bytes."""
    lengths = [int(column.lengths[column.codes[rows[0]]]) for column in columns]
    stops = np.cumsum([2, *(4 + max(length, 0) for length in lengths)]).tolist()
    lines = np.empty((len(rows), stops[-1]), dtype=np.uint8)
    lines[:, :2] = np.frombuffer(struct.pack(">h", len(columns)), dtype=np.uint8)
    for column, length, (start, stop) in zip(columns, lengths, pairwise(stops), strict=True):
        lines[:, start : start + 4] = np.frombuffer(struct.pack(">i", length), dtype=np.uint8)
        lines[:, start + 4 : stop] = column.data[column.codes[rows], : max(length, 0)]
    return lines.tobytes()


def read(data: bytes, kinds: Sequence[tuple[str, str]]) -> NDArray[Any]:
    """Rows of numbers without NULL, as COPY … TO wrote them: an array with the names and numpy kinds given.

    Raises ValueError if a row has other fields.
    """
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in kinds:
        fields += [(f"{name} length", ">i4"), (name, f">{kind}")]
    raw = np.dtype(fields)
    body = data[len(HEADER) : -len(TRAILER)]
    if data[:11] != HEADER[:11] or len(body) % raw.itemsize:
        raise ValueError("not rows of these fields")
    rows = np.frombuffer(body, dtype=raw)
    found = np.empty(len(rows), dtype=list(kinds))
    for name, kind in kinds:
        if (rows[f"{name} length"] != np.dtype(kind).itemsize).any():
            raise ValueError(f"{name} is not {kind}")
        found[name] = rows[name]
    return found
