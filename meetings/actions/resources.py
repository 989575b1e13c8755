"""Who and what meetings are booked for: their numbers, and the order in which they are locked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from meetings.models import Resource

# First half of the two-part advisory lock keys; the second is the resource's number.
LOCK_SPACE = 7
# In SQL, as the locks are: while many want the same, everybody waits for it, and the ORM takes five times as long.
NUMBERS = """
    select id, organisation_id, interpreter_id, officer_id, room_id from meetings_resource
    where organisation_id = any(%s::bigint[]) or interpreter_id = any(%s::bigint[])
        or officer_id = any(%s::bigint[]) or room_id = any(%s::bigint[])
"""
# The field of `Resource` that names somebody or something, and the id there.
Key = tuple[str, int]


def numbers_of(keys: Iterable[Key]) -> dict[Key, int]:
    """The number of everybody and everything named; those named for the first time get one.

    Nobody new is named while locks are held: to make a row may mean to wait for whoever makes the same one.
    """
    wanted = sorted(set(keys))
    found = _numbers(wanted)
    if new := [key for key in wanted if key not in found]:
        made = [Resource(**{f"{name}_id": pk}) for name, pk in new]
        Resource.objects.bulk_create(made, ignore_conflicts=True)
        found |= _numbers(new)
    return found


def _numbers(keys: Sequence[Key]) -> dict[Key, int]:
    """Of those that have one already: one query, as others wait while it is asked."""
    ids = [[pk for kind, pk in keys if kind == name] for name in Resource.KINDS]  # as they stand in the query
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, ids)
        return {
            (name, pk): number
            for number, *named in cursor.fetchall()
            for name, pk in zip(Resource.KINDS, named, strict=True)
            if pk is not None
        }


def lock_in_order(numbers: Iterable[int]) -> None:
    """Organisations first, then by number: everybody takes them in this order, so that no two wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s, id::int) from (select id from meetings_resource"
            " where id = any(%s::bigint[]) order by organisation_id is null, id) as in_order",
            [LOCK_SPACE, list(numbers)],
        )
