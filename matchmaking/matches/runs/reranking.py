"""The other side's lists after one profile has changed: numbered anew, and who needs a list of its own anew.

Only code names columns here, never a user.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

from django.db import connection

from matchmaking.matches.engine import binary_copy
from matchmaking.matches.runs.candidates import LISTED, Bars
from matchmaking.matches.runs.lists import free_to_go

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
delete from matches_match m where {own} = any(%(keys)s) and status = 'proposed'
    and rank_for_company is null and rank_for_startup is null and {free}
"""
# A list is full if its last place is taken; of a list on which the counterpart stands, it is not without it. The last
# places have an index of their own: there are as many as parties.
_BARS = """
copy (select {own}, min(raw_score) from matches_match
    where {rank} = {most:d} and status <> 'dismissed' and {own} not in (
        select {own} from matches_match where {other} = {of:d} and {rank} is not null)
    group by {own} order by {own}) to stdout (format binary)
"""
_NAMES = {
    "company": {"own": "company_id", "other": "startup_id", "rank": "rank_for_company"},
    "startup": {"own": "startup_id", "other": "company_id", "rank": "rank_for_startup"},
}


def rerank(side: str, keys: Iterable[int]) -> None:
    """Number the lists of these organisations anew, and drop what fell off both sides' lists."""
    values = {"keys": list(keys), "most": LISTED}
    with connection.cursor() as cursor:
        cursor.execute(_RERANK.format(**_NAMES[side]), values)
        cursor.execute(_FORGET_UNRANKED.format(**_NAMES[side], free=free_to_go()), values)


def bars(side: str, *, without: int) -> Bars:
    """For each organisation of `side` whose list is full without one counterpart: the lowest score on it."""
    found = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(_BARS.format(**_NAMES[side], most=LISTED, of=without), found)
    rows = binary_copy.read(found.getvalue(), (("key", "i8"), ("score", "f8")))
    return Bars(side, rows["key"], rows["score"])


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
