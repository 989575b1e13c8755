"""The lists in the database: how scored pairs become matches, all at once and only where something changed.

What is stored is read as arrays and compared in memory; only what differs is sent, by binary COPY. Only code names
columns here, never a user.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from companies.models import Challenge
from matchmaking.matches.engine import binary_copy
from matchmaking.matches.engine.binary_copy import Column
from matchmaking.matches.engine.policy import SLICES, STORED_PARTS
from matchmaking.matches.engine.results import (
    NONE,
    Ints,
    Mask,
    Pair,
    Results,
    Rows,
    best_of_pairs,
    found_at,
    joined,
    packed,
    places,
    unpacked,
)
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import LISTED, BlockResult, Match
from startups.models import Startup

BUFFER = 1 << 20  # bytes handed to the server at a time
PATIENCE = "40s"  # within a job's lease
LOCK = 7_301_221  # whoever changes lists holds this advisory lock: lists are written one after another


@dataclass(frozen=True)
class Listed:
    """Pairs, one row each, with their places on the firm's and on the startup's list; 0 is no place."""

    results: Results
    for_company: Ints
    for_startup: Ints

    def __len__(self) -> int:
        return len(self.results)

    def take(self, which: Ints | Mask) -> Listed:
        return Listed(self.results.take(which), self.for_company[which], self.for_startup[which])

    @classmethod
    def joined(cls, parts: Sequence[Listed]) -> Listed:
        """All in one."""
        none = np.zeros(0, dtype=np.int64)
        return cls(
            joined((part.results for part in parts), SLICES),
            np.concatenate([none, *(part.for_company for part in parts)]),
            np.concatenate([none, *(part.for_startup for part in parts)]),
        )

    def placed(self) -> Mask:
        """Which pairs have a place."""
        return np.asarray((self.for_company > 0) | (self.for_startup > 0))

    def among(self, pairs: Collection[Pair]) -> Mask:
        """Which of these are among the pairs."""
        rows, wanted = self.results.rows, np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
        return found_at((rows["company_id"], rows["startup_id"]), wanted[:, 0], wanted[:, 1]) != NONE

    def holds(self, pairs: Sequence[Pair]) -> list[bool]:
        """For each pair whether it is among these."""
        rows = self.results.rows
        wanted = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        found = found_at((wanted[:, 0], wanted[:, 1]), rows["company_id"], rows["startup_id"])
        return (found != NONE).tolist()


def lock_lists() -> None:
    """Wait until nobody else changes lists; holds until the transaction ends.

    Longer than for a row: another profile's lists, or a whole run's, are written first; giving up would cost a lease.
    """
    _do("set local lock_timeout = %s; set local statement_timeout = %s", [PATIENCE, PATIENCE])
    _do("select pg_advisory_xact_lock(%s)", [LOCK])
    _do("set local lock_timeout to default; set local statement_timeout to default")


# --- From scored pairs to lists ---------------------------------------------------------------------------------------


def keep_block(run_id: int, results: Results) -> None:
    """Store what a block of a run found."""
    BlockResult.objects.create(run_id=run_id, data=packed(results))


def listed_in_run(run_id: int) -> Listed:
    """The exact top 50 of both sides from what all blocks found, and what people have touched.

    What was deleted while the run worked is left out.
    """
    blocks = BlockResult.objects.filter(run_id=run_id).order_by("pk").values_list("data", flat=True)
    found = best_of_pairs(joined((unpacked(bytes(data)) for data in blocks.iterator()), SLICES))
    rows = found.rows
    stands = np.isin(rows["challenge_id"], list(Challenge.objects.values_list("pk", flat=True)))
    stands &= np.isin(rows["startup_id"], list(Startup.objects.values_list("pk", flat=True)))
    return _ranked(found.take(stands))


def _ranked(found: Results) -> Listed:
    firms, startups, scores = (found.rows[name] for name in ("company_id", "startup_id", "raw_score"))
    for_company, for_startup = places(firms, startups, scores) + 1, places(startups, firms, scores) + 1
    for_company[for_company > LISTED] = 0
    for_startup[for_startup > LISTED] = 0
    listed = Listed(found, for_company, for_startup)
    return listed.take(listed.placed() | _touched(listed))


def _touched(listed: Listed) -> Mask:
    """Which pairs people have acted on."""
    held = _stored("status <> 'proposed'")
    rows = listed.results.rows
    return found_at((rows["company_id"], rows["startup_id"]), held["company_id"], held["startup_id"]) != NONE


# --- What is stored ---------------------------------------------------------------------------------------------------

_KINDS = (
    ("id", "i8"),
    ("company_id", "i8"),
    ("startup_id", "i8"),
    ("challenge_id", "i8"),
    ("policy_id", "i8"),
    ("raw_score", "f8"),
    ("tenths", "i4"),
    ("fingerprint", "i8"),
    ("for_company", "i2"),
    ("for_startup", "i2"),
    ("status", "i2"),
)
_STORED = """
copy (select id, company_id, startup_id, challenge_id, policy_id, raw_score, (score * 10)::int4, fingerprint,
    coalesce(rank_for_company, 0)::int2, coalesce(rank_for_startup, 0)::int2,
    case status when 'proposed' then 0 when 'dismissed' then 2 else 1 end::int2
from matches_match m where {scope}) to stdout (format binary)
"""
_PROPOSED, _DISMISSED = 0, 2
SCOPES = {
    "company": "m.company_id = any(array[{of}]::bigint[])",
    "startup": "m.startup_id = any(array[{of}]::bigint[])",
}


def _stored(scope: str) -> Rows:
    """The matches of the scope as an array, without what only pages need."""
    found = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(_STORED.format(scope=scope), found)
    return binary_copy.read(found.getvalue(), _KINDS)


def _differs(listed: Listed, held: Rows, policy_id: int) -> Mask:
    """Which listed pairs are not stored as they are; `held` is the stored match of each."""
    results, rows = listed.results, listed.results.rows
    differs = held["policy_id"] != policy_id
    differs |= held["fingerprint"] != results.fingerprints()
    differs |= (held["raw_score"] != rows["raw_score"]) | (held["challenge_id"] != rows["challenge_id"])
    differs |= held["tenths"] != results.tenths()
    differs |= (held["for_company"] != listed.for_company) | (held["for_startup"] != listed.for_startup)
    return np.asarray(differs)


# --- What is written --------------------------------------------------------------------------------------------------

_CONTENT = (
    "challenge_id",
    "raw_score",
    "score",
    "parts",
    "missing",
    "shared_capabilities",
    "fingerprint",
    "rank_for_company",
    "rank_for_startup",
    "policy_id",
    "run_id",
    "computed_at",
)
_BLANK = ("dismissed_by", "dismiss_reason", "dismiss_note")
_CHANGED = (
    f"create temp table changed on commit drop as select id, {', '.join(_CONTENT)} from matches_match limit 0"  # noqa: S608
)
# What a row said when it was first written stays beside what it says now.
_FIRST = {"first_score": "score", "first_policy_id": "policy_id", "first_at": "computed_at"}
_UPDATE = f"""
update matches_match m set {", ".join(f"{name} = coalesce(m.{name}, m.{of})" for name, of in _FIRST.items())},
    {", ".join(f"{name} = c.{name}" for name in _CONTENT)}
from changed c where m.id = c.id
"""  # noqa: S608
_FORGET = "delete from matches_match m where id = any(%s) and status = 'proposed' and {free}"
_UNRANK = "update matches_match set rank_for_company = null, rank_for_startup = null where id = any(%s)"


def publish(
    listed: Listed,
    *,
    policy_id: int,
    run_id: int | None,
    now: datetime,
    of: tuple[str, Sequence[int]] | None = None,
) -> dict[str, int]:
    """Let `listed` replace the lists: all, or those of some organisations (`of`: their side, of SCOPES, and keys).

    Changed rows are written, proposals that are no longer listed are deleted, what people have touched stays. Returns
    how many pairs came onto the lists, left them, and moved on them.
    """
    stored = _stored(SCOPES[of[0]].format(of=", ".join(f"{key:d}" for key in of[1])) if of else "true")
    rows = listed.results.rows
    at = found_at((rows["company_id"], rows["startup_id"]), stored["company_id"], stored["startup_id"])
    known = np.flatnonzero(at != NONE)
    changed = known[_differs(listed.take(known), stored[at[known]], policy_id)]
    _change(listed.take(changed), stored["id"][at[changed]], policy_id=policy_id, run_id=run_id, now=now)
    _add(listed.take(at == NONE), policy_id=policy_id, run_id=run_id, now=now)
    _take_off(stored, at[known])
    return _counts(listed, stored, at)


def _counts(listed: Listed, stored: Rows, at: Ints) -> dict[str, int]:
    """What changed for who reads the lists: by place, whatever the score."""
    now = np.column_stack([listed.for_company, listed.for_startup])
    before = np.column_stack([stored["for_company"], stored["for_startup"]])
    was = np.where((at != NONE)[:, None], np.append(before, [[0, 0]], axis=0)[at], 0)
    there, had = now.any(axis=1), was.any(axis=1)
    left = int(before.any(axis=1).sum()) - int((there & had).sum())
    moved = there & had & (now != was).any(axis=1)
    return {"new_count": int((there & ~had).sum()), "gone_count": left, "moved_count": int(moved.sum())}


def _change(listed: Listed, keys: Ints, **stamp: Any) -> None:
    if len(listed):
        _do("drop table if exists pg_temp.changed")
        _do(_CHANGED)
        _send("changed", {"id": binary_copy.numbers(keys, "i8"), **_content(listed, **stamp)})
        _do("analyze changed")
        _do(_UPDATE)


def _add(listed: Listed, **stamp: Any) -> None:
    if len(listed):
        _send("matches_match", new_columns(listed, **stamp))


def new_columns(listed: Listed, **stamp: Any) -> dict[str, Column]:
    """What is sent of pairs that are not stored yet."""
    rows, count = listed.results.rows, len(listed)
    keys = {name: binary_copy.numbers(rows[name], "i8") for name in ("company_id", "startup_id")}
    blank = dict.fromkeys(_BLANK, binary_copy.constant(b"", count))
    status = binary_copy.constant(MatchStatus.PROPOSED.encode(), count)
    return {**keys, "status": status, **blank, **_content(listed, **stamp)}


def _take_off(stored: Rows, listed: Ints) -> None:
    """Delete proposals that are not listed; what people have touched loses its places."""
    off = np.ones(len(stored), dtype=bool)
    off[listed] = False
    forgotten = off & (stored["status"] == _PROPOSED)
    placed = (stored["for_company"] > 0) | (stored["for_startup"] > 0)
    unranked = (off | (stored["status"] == _DISMISSED)) & placed
    for statement, which in ((_FORGET.format(free=free_to_go()), forgotten), (_UNRANK, unranked)):
        if which.any():
            _do(statement, [stored["id"][which].tolist()])


def free_to_go() -> str:
    """A condition on the match `m`: nothing hangs on it. A pair that was dismissed after a meeting, say, and came back
    as a proposal is still what the request for that meeting names."""
    links = (each.field for each in Match._meta.related_objects)
    return " and ".join(
        f"not exists (select from {link.model._meta.db_table} each where each.{link.column} = m.id)"
        for link in links
    )


def _content(listed: Listed, *, policy_id: int, run_id: int | None, now: datetime) -> dict[str, Column]:
    """The columns of _CONTENT."""
    results, rows, count = listed.results, listed.results.rows, len(listed)
    missing = [binary_copy.words(names) for names in results.missing()]
    number = {"policy_id": policy_id, "run_id": run_id or 0}
    columns = {
        "challenge_id": binary_copy.numbers(rows["challenge_id"], "i8"),
        "raw_score": binary_copy.numbers(rows["raw_score"], "f8"),
        "score": binary_copy.tenths(results.tenths()),
        "parts": binary_copy.small_arrays(_in_place(results), count),
        "missing": binary_copy.chosen(results.missing_codes()[1], missing),
        "shared_capabilities": binary_copy.word_lists(rows["shared"], results.capabilities),
        "fingerprint": binary_copy.numbers(results.fingerprints(), "i8"),
        "rank_for_company": _rank(listed.for_company),
        "rank_for_startup": _rank(listed.for_startup),
        "computed_at": binary_copy.constant(binary_copy.moment(now), count),
    }
    keys = {name: np.full(count, value) for name, value in number.items()}
    return columns | {name: binary_copy.numbers(key, "i8", null=key == 0) for name, key in keys.items()}


def _in_place(results: Results) -> list[Ints | None]:
    """The parts of all rows in the order in which they are stored."""
    parts = dict(zip(results.slices, results.rows["parts"].T, strict=True))
    return [parts.get(name) for name in STORED_PARTS]


def _rank(places: Ints) -> Column:
    return binary_copy.numbers(places, "i2", null=places == 0)


def _send(table: str, columns: dict[str, Column]) -> None:
    statement = f"copy {table} ({', '.join(columns)}) from stdin (format binary)"
    with connection.cursor() as cursor:
        for piece in binary_copy.written(list(columns.values())):
            cursor.copy_expert(statement, io.BytesIO(piece), BUFFER)


def _do(statement: str, values: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
