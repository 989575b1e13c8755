"""Rows as PostgreSQL's binary COPY wants them, made and read by numpy a column at a time. Pure: numpy and nothing else.

A row is a count of fields, and for each field its length and its bytes, most significant first. Some thousand rows are
made at once, as an array of bytes as wide as the longest could be, out of which the bytes that are there are taken.
The format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format", and each type's `…_recv`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
VARCHAR, SMALLINT = 1043, 21  # the types' numbers in every PostgreSQL
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
TENTHS, DIGIT_OF_TENTH = 10, 1_000  # numeric counts in ten-thousands: a tenth is 1,000 of them


@dataclass(frozen=True)
class Piece:
    """Bytes of each row: of its line of `data` the first `lengths` bytes; its line is `codes[row]`, or `row`.

    `lengths` None says that every line is as long as `data` is wide.
    """

    data: Bytes
    lengths: Lengths | None = None
    codes: Ints | None = None

    def lines(self, rows: slice) -> Bytes:
        return self.data[rows] if self.codes is None else self.data[self.codes[rows]]

    def lengths_of(self, rows: slice) -> Lengths | None:
        if self.lengths is None:
            return None
        return self.lengths[rows] if self.codes is None else self.lengths[self.codes[rows]]


@dataclass(frozen=True)
class Column:
    """Values of one column: the pieces of each row one after another; `null` says which rows have no value."""

    count: int
    pieces: tuple[Piece, ...]
    null: NDArray[np.bool_] | None = None

    def heads(self, rows: slice) -> Bytes:
        """The length of each row's value, as it stands before the value."""
        whole = sum(piece.data.shape[1] for piece in self.pieces if piece.lengths is None)
        several = [lengths for piece in self.pieces if (lengths := piece.lengths_of(rows)) is not None]
        sums = np.full(len(range(self.count)[rows]), whole, dtype=">i4")
        for lengths in several:
            sums += lengths
        if self.null is not None:
            sums[self.null[rows]] = NULL
        return sums.view(np.uint8).reshape(-1, 4)


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


def small_arrays(values: Sequence[NDArray[Any] | None], count: int) -> Column:
    """`int2[]` of one dimension: at each place the numbers [count] of all rows, or NULL in every row."""
    head = struct.pack(">iiiii", 1, any(place is None for place in values), SMALLINT, len(values), 1)
    pieces = [_same(head, count)]
    for place in values:
        if place is None:
            pieces.append(_same(struct.pack(">i", NULL), count))
        else:
            element = np.empty(count, dtype=[("length", ">i4"), ("value", ">i2")])
            element["length"], element["value"] = 2, place
            pieces.append(Piece(element.view(np.uint8).reshape(-1, 6)))
    return Column(count, tuple(pieces))


def word_lists(codes: NDArray[Any], words: Sequence[str]) -> Column:
    """`varchar[]` of one dimension: row i has the words `codes[i]` [n, most] in this order; -1 is none."""
    codes = np.asarray(codes, dtype=np.int64).reshape(len(codes), -1)
    encoded = [word.encode() for word in words]
    lines = _piece(codes[:, 0], [struct.pack(">i", len(word)) + word for word in encoded] + [b""])
    heads = _piece((codes >= 0).sum(axis=1), [_list_head(length) for length in range(codes.shape[1] + 1)])
    return Column(len(codes), (heads, *(replace(lines, codes=place) for place in codes.T)))


def chosen(codes: NDArray[Any], values: Sequence[bytes | None]) -> Column:
    """Row i has `values[codes[i]]`: for long values of which there are few."""
    null = np.array([value is None for value in values], dtype=bool)[codes] if None in values else None
    return Column(len(codes), (_piece(codes, [value or b"" for value in values]),), null)


def constant(value: bytes | None, count: int) -> Column:
    if value is None:
        return Column(count, (), np.ones(count, dtype=bool))
    return Column(count, (_same(value, count),))


def _each(data: Bytes, null: NDArray[np.bool_] | None = None) -> Column:
    """One line of bytes a row, all of the same length, or NULL."""
    if null is None or not null.any():
        return Column(len(data), (Piece(data),))
    lengths = np.where(null, 0, data.shape[1]).astype(np.int32)
    return Column(len(data), (Piece(data, lengths),), null)


def _piece(codes: NDArray[Any], values: Sequence[bytes]) -> Piece:
    lengths = np.array([len(value) for value in values], dtype=np.int32)
    data = np.zeros((len(values), int(lengths.max(initial=0))), dtype=np.uint8)
    for line, value in zip(data, values, strict=True):
        line[: len(value)] = np.frombuffer(value, dtype=np.uint8)
    same = len(set(lengths.tolist())) < 2
    return Piece(data, None if same else lengths, np.asarray(codes, dtype=np.int64))


def _same(value: bytes, count: int) -> Piece:
    """The same bytes in every row, held once."""
    line = np.frombuffer(value, dtype=np.uint8)
    return Piece(np.broadcast_to(line, (count, len(value))))


# --- Single values ----------------------------------------------------------------------------------------------------


def moment(at: datetime) -> bytes:
    """`timestamptz`: microseconds since 2000."""
    return struct.pack(">q", (at - EPOCH) // timedelta(microseconds=1))


def words(texts: Iterable[str]) -> bytes:
    """`varchar[]` of one dimension."""
    values = [text.encode() for text in texts]
    return _list_head(len(values)) + b"".join(struct.pack(">i", len(value)) + value for value in values)


def _list_head(length: int) -> bytes:
    """What comes before the words of a `varchar[]`; an empty one has no dimension."""
    return struct.pack(">iiiii", 1, 0, VARCHAR, length, 1) if length else struct.pack(">iii", 0, 0, VARCHAR)


# --- Rows -------------------------------------------------------------------------------------------------------------


def written(columns: Sequence[Column]) -> Iterator[bytes]:
    """The rows in their order, in pieces of which each is whole: header, rows, trailer."""
    for start in range(0, columns[0].count, ROWS_AT_ONCE):
        yield HEADER + _block(columns, slice(start, start + ROWS_AT_ONCE)) + TRAILER


def _block(columns: Sequence[Column], rows: slice) -> bytes:
    """Rows as lines of the greatest length, of which the bytes that are there are taken."""
    count = len(range(columns[0].count)[rows])
    pieces = list(_pieces(columns, rows, count))
    stops = np.cumsum([0, *(lines.shape[1] for lines, _ in pieces)]).tolist()
    block = np.empty((count, stops[-1]), dtype=np.uint8)
    there = np.ones(block.shape, dtype=bool)
    for (lines, lengths), (start, stop) in zip(pieces, pairwise(stops), strict=True):
        block[:, start:stop] = lines
        if lengths is not None:
            there[:, start:stop] = np.arange(stop - start) < lengths[:, None]
    several = any(lengths is not None for _, lengths in pieces)
    return (block[there] if several else block).tobytes()


def _pieces(columns: Sequence[Column], rows: slice, count: int) -> Iterator[tuple[Bytes, Lengths | None]]:
    """What stands one after another in a row, with its lengths where these differ."""
    yield _same(struct.pack(">h", len(columns)), count).data, None
    for column in columns:
        yield column.heads(rows), None
        for piece in column.pieces:
            yield piece.lines(rows), piece.lengths_of(rows)


def read_vectors(data: bytes) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Rows of a word and a vector of pgvector, of any length each, as COPY … TO wrote them.

    Raises ValueError if a row has other fields.
    """
    place = len(HEADER)
    while (fields := int.from_bytes(data[place : place + 2], signed=True)) != NULL:
        length = int.from_bytes(data[place + 2 : place + 6], signed=True)
        start = place + 6 + length + 4
        if fields != 2 or length < 0 or start + 4 > len(data):
            raise ValueError("not rows of a word and a vector")
        size = int.from_bytes(data[start : start + 2])
        if int.from_bytes(data[start - 4 : start], signed=True) != 4 + 4 * size:
            raise ValueError("not a vector")
        word = data[place + 6 : place + 6 + length].decode()
        yield word, np.frombuffer(data, ">f4", size, start + 4).astype(np.float32)
        place = start + 4 + 4 * size


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
