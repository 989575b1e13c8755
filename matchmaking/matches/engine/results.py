"""What scoring found, as arrays: packed by each block of a run, ranked and compared when the run ends. Pure.

Half a million pairs are 40 MB here. As rows of a table, or as Python's objects, they would be some 500 MB, and writing
them would take longer than finding them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.engine.scoring import NONE

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Rows = NDArray[Any]
Pair = tuple[int, int]  # the keys of a firm and a startup

SHARED = 3  # capabilities named with a pair


@dataclass(frozen=True)
class Results:
    """n scored pairs: `rows` as `kind_of` says; a part's place is its slice's, a capability's code its place."""

    rows: Rows
    slices: tuple[str, ...]
    capabilities: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, which: Ints | Mask) -> Results:
        return replace(self, rows=self.rows[which])

    def tenths(self) -> Ints:
        """The scores: the sums of the parts."""
        return np.asarray(self.rows["parts"].sum(axis=1, dtype=np.int64))

    def missing(self) -> list[list[str]]:
        """Each code of missing slices, spelled out."""
        return [
            [name for place, name in enumerate(self.slices) if code >> place & 1]
            for code in self.missing_codes()[0].tolist()
        ]

    def missing_codes(self) -> tuple[Ints, Ints]:
        """The codes that occur, and for each row its place among them."""
        codes, place = np.unique(self.rows["missing"], return_inverse=True)
        return codes.astype(np.int64), place

    def fingerprints(self) -> Ints:
        """64 bits of everything that is shown of each pair; equal for equal content, whatever the codes."""
        with np.errstate(over="ignore"):
            sums = (self.rows["parts"].astype(np.int64) + 1) @ _marks("part", self.slices)
            for place, mark in enumerate(_marks("missing", self.slices)):
                sums += (self.rows["missing"].astype(np.int64) >> place & 1) * mark
            for place in range(SHARED):
                marks = np.append(_marks(f"shared {place}", self.capabilities), 0)  # the last is that of NONE
                sums += marks[self.rows["shared"][:, place]]
        return np.asarray(sums, dtype=np.int64)


def kind_of(slices: Sequence[str]) -> np.dtype[Any]:
    """Of one pair. `missing` has a bit for each slice."""
    keys = [(name, np.int64) for name in ("challenge_id", "company_id", "startup_id")]
    content = [("parts", np.int16, (len(slices),)), ("missing", np.int32), ("shared", np.int16, (SHARED,))]
    return np.dtype([*keys, ("raw_score", np.float64), *content])


def packed(results: Results) -> bytes:
    """Bytes that `unpacked` reads; they name slices and capabilities, so a newer program can tell."""
    file = io.BytesIO()
    slices, capabilities = (np.array(names, dtype=str) for names in (results.slices, results.capabilities))
    np.savez(file, rows=results.rows, slices=slices, capabilities=capabilities)
    return file.getvalue()


def unpacked(data: bytes) -> Results:
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        return Results(found["rows"], tuple(found["slices"].tolist()), tuple(found["capabilities"].tolist()))


def joined(blocks: Iterable[Results], slices: Sequence[str]) -> Results:
    """All blocks in one. Raises ValueError if one was made with other slices."""
    found = list(blocks)
    capabilities = sorted({name for block in found for name in block.capabilities})
    code = {name: place for place, name in enumerate(capabilities)}
    parts = [np.zeros(0, dtype=kind_of(slices))]
    for block in found:
        if block.slices != tuple(slices):
            raise ValueError("a block was scored with other slices")
        rows = block.rows.copy()
        codes = np.array([*(code[name] for name in block.capabilities), NONE], dtype=np.int16)
        rows["shared"] = codes[rows["shared"]]
        parts.append(rows)
    return Results(np.concatenate(parts), tuple(slices), tuple(capabilities))


def best_of_pairs(results: Results) -> Results:
    """One row a pair, in the order of firm and startup: the best, and of equals that of the first challenge."""
    rows = results.rows
    order = np.lexsort((rows["challenge_id"], -rows["raw_score"], rows["startup_id"], rows["company_id"]))
    firms, startups = rows["company_id"][order], rows["startup_id"][order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (firms[1:] != firms[:-1]) | (startups[1:] != startups[:-1])
    return results.take(order[first])


def places(groups: Ints, others: Ints, scores: NDArray[np.float64]) -> Ints:
    """Place of each entry within its group, from 0: by score, then by the other's order."""
    order = np.lexsort((others, -scores, groups))
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(order) else order
    counts = np.diff(np.r_[starts, len(order)])
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order)) - np.repeat(starts, counts)
    return ranks


def found_at(wanted: tuple[Ints, Ints], companies: Ints, startups: Ints) -> Ints:
    """For each wanted pair its place among the given pairs, which occur once each; -1 if it is not there."""
    span = max(int(startups.max(initial=0)), int(wanted[1].max(initial=0))) + 1
    keys, asked = companies * span + startups, wanted[0] * span + wanted[1]
    order = np.argsort(keys)
    place = np.searchsorted(keys[order], asked)
    held = np.append(order, NONE)[np.minimum(place, len(order))]
    there = np.append(keys, 0)[held] == asked
    return np.where(there & (held != NONE), held, NONE)


def _marks(what: str, names: Sequence[str]) -> Ints:
    """A number for each name that no other is likely to have."""
    digests = (blake2b(f"{what} {name}".encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)
