"""The lists in the database: how scored pairs become matches, all at once and only where something changed.

Statements work on a temporary table `listed` of the transaction. Only code names columns here, never a user.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from matchmaking.matches.candidates import LISTED, Scored

COLUMNS = (
    "challenge_id",
    "company_id",
    "startup_id",
    "raw_score",
    "score",
    "parts",
    "missing",
    "shared_capabilities",
)
FIELDS = ", ".join(COLUMNS)
LOCK = 7_301_221  # whoever changes lists holds this advisory lock: lists are written one after another

_BEST_OF_RUN = f"""
create temp table listed on commit drop as
with best as (
    select distinct on (company_id, startup_id) {FIELDS} from matches_candidate
    where run_id = %(run)s order by company_id, startup_id, raw_score desc, challenge_id
), ranked as (
    select *,
        row_number() over (partition by company_id order by raw_score desc, startup_id) as for_company,
        row_number() over (partition by startup_id order by raw_score desc, company_id) as for_startup
    from best
)
select {FIELDS},
    case when for_company <= %(most)s then for_company end as rank_for_company,
    case when for_startup <= %(most)s then for_startup end as rank_for_startup
from ranked
where for_company <= %(most)s or for_startup <= %(most)s or exists (
    select from matches_match m
    where m.company_id = ranked.company_id and m.startup_id = ranked.startup_id and m.status <> 'proposed')
"""  # noqa: S608
_EMPTY = f"""
create temp table listed on commit drop as
select {FIELDS}, 0 as rank_for_company, 0 as rank_for_startup from matches_candidate limit 0
"""  # noqa: S608
_CHANGING = (
    *(name for name in COLUMNS if name not in ("company_id", "startup_id")),
    "rank_for_company",
    "rank_for_startup",
)
# Not one statement with `on conflict`: that locks, and so writes, every row that is there already.
_UPDATE = f"""
update matches_match m set
    {", ".join(f"{name} = l.{name}" for name in _CHANGING)},
    policy_id = %(policy)s, run_id = %(run)s, computed_at = %(now)s
from listed l
where m.company_id = l.company_id and m.startup_id = l.startup_id
    and ({", ".join(f"m.{name}" for name in _CHANGING)}, m.policy_id)
    is distinct from ({", ".join(f"l.{name}" for name in _CHANGING)}, %(policy)s)
"""  # noqa: S608
_INSERT = f"""
insert into matches_match ({FIELDS}, rank_for_company, rank_for_startup, policy_id, run_id, computed_at,
    status, dismissed_by, dismiss_reason, dismiss_note)
select {FIELDS}, rank_for_company, rank_for_startup, %(policy)s, %(run)s, %(now)s, 'proposed', '', '', ''
from listed l where not exists (
    select from matches_match m where m.company_id = l.company_id and m.startup_id = l.startup_id)
order by company_id, rank_for_company, startup_id
"""  # noqa: S608
_NOT_LISTED = """
not exists (select from listed l where l.company_id = m.company_id and l.startup_id = m.startup_id)
"""
_FORGET = f"delete from matches_match m where m.status = 'proposed' and {_NOT_LISTED}"  # noqa: S608
_UNRANK = f"""
update matches_match m set rank_for_company = null, rank_for_startup = null
where (m.rank_for_company is not null or m.rank_for_startup is not null)
    and (m.status = 'dismissed' or {_NOT_LISTED})
"""  # noqa: S608


def lock_lists() -> None:
    """Wait until nobody else changes lists; holds until the transaction ends."""
    _do("select pg_advisory_xact_lock(%s)", [LOCK])


def copy_candidates(run_id: int, rows: Sequence[Scored]) -> None:
    """Store what a block of a run found, by COPY."""
    _copy("matches_candidate", ("run_id", *COLUMNS), ((run_id, *_values(row)) for row in rows))


def gather_run(run_id: int) -> list[tuple[int, int]]:
    """Make `listed` from the candidates of all blocks: exact top 50 of both sides. Returns its pairs."""
    _do("drop table if exists pg_temp.listed")
    _do(_BEST_OF_RUN, {"run": run_id, "most": LISTED})
    return _pairs()


def gather_rows(rows: Sequence[tuple[Scored, int | None, int | None]]) -> None:
    """Make `listed` from scored pairs with their rank for the firm and for the startup."""
    _do("drop table if exists pg_temp.listed")
    _do(_EMPTY)
    _copy(
        "listed",
        (*COLUMNS, "rank_for_company", "rank_for_startup"),
        ((*_values(row), for_company, for_startup) for row, for_company, for_startup in rows),
    )


def publish(
    *, policy_id: int, run_id: int | None, now: Any, scope: str = "true", of: int | None = None
) -> None:
    """Let `listed` replace the lists: all, or those of one organisation (`scope` is one of SCOPES).

    Changed rows are written, proposals that are no longer listed are deleted, what people have touched stays.
    """
    values = {"policy": policy_id, "run": run_id, "now": now}
    _do("analyze listed")
    _do(_UPDATE, values)
    _do(_INSERT, values)
    _do(f"{_FORGET} and {scope}", {"of": of})
    _do(f"{_UNRANK} and {scope}", {"of": of})


SCOPES = {"company": "m.company_id = %(of)s", "startup": "m.startup_id = %(of)s"}

_RERANK = """
with places as (
    select id, row_number() over (partition by {own} order by raw_score desc, {other}) as place
    from matches_match
    where {own} = any(%(keys)s) and {rank} is not null and status <> 'dismissed'
)
update matches_match m set {rank} = case when place <= %(most)s then place end
from places where places.id = m.id
    and m.{rank} is distinct from (case when place <= %(most)s then place end)
"""
_FORGET_UNRANKED = """
delete from matches_match where {own} = any(%(keys)s) and status = 'proposed'
    and rank_for_company is null and rank_for_startup is null
"""
_THRESHOLDS = """
select {own}, min(raw_score) from matches_match
where {rank} is not null and {other} <> %(of)s group by {own} having count(*) >= %(most)s
"""
_NAMES = {
    "company": {"own": "company_id", "other": "startup_id", "rank": "rank_for_company"},
    "startup": {"own": "startup_id", "other": "company_id", "rank": "rank_for_startup"},
}


def rerank(side: str, keys: Iterable[int]) -> None:
    """Number the lists of these organisations anew, and drop what fell off both sides' lists."""
    values = {"keys": list(keys), "most": LISTED}
    _do(_RERANK.format(**_NAMES[side]), values)
    _do(_FORGET_UNRANKED.format(**_NAMES[side]), values)


def thresholds(side: str, *, without: int) -> dict[int, float]:
    """For each organisation of `side` with a full list: the lowest score on it, not counting one counterpart."""
    with connection.cursor() as cursor:
        cursor.execute(_THRESHOLDS.format(**_NAMES[side]), {"of": without, "most": LISTED})
        return dict(cursor.fetchall())


_HELD = """
select {own}, raw_score from matches_match m
where {other} = %(of)s and {rank} is not null and %(most)s <= (
    select count(*) from matches_match each where each.{own} = m.{own} and each.{rank} is not null)
"""
_PLACES = "select {own}, {rank}, raw_score from matches_match where {other} = %(of)s and {rank} is not null"


def held(side: str, *, of: int) -> dict[int, float]:
    """Organisations of `side` on whose full list the counterpart stands, and with which score."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(**_NAMES[side]), {"of": of, "most": LISTED})
        return dict(cursor.fetchall())


def left_short(side: str, held: dict[int, float], *, of: int) -> list[int]:
    """Of those whose full list `of` stood on: whose list it has left, or whose last place it keeps with a lower score.

    Somebody who is on no list may belong there now.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PLACES.format(**_NAMES[side]), {"of": of})
        now = {key: (place, score) for key, place, score in cursor.fetchall()}
    return [
        key
        for key, score in held.items()
        if key not in now or (now[key][0] >= LISTED and now[key][1] < score)
    ]


def _values(row: Scored) -> tuple[Any, ...]:
    """In the order of COLUMNS; codes in arrays are plain words."""
    arrays = ("{" + ",".join(words) + "}" for words in (row.missing, row.shared_capabilities))
    parts = json.dumps(row.parts)
    return (row.challenge_id, row.company_id, row.startup_id, row.raw_score, row.score, parts, *arrays)


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"copy {table} ({', '.join(columns)}) from stdin (format csv)", buffer)


def _pairs() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("select company_id, startup_id from listed order by company_id, startup_id")
        return [(company, startup) for company, startup in cursor.fetchall()]


def _do(statement: str, values: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
