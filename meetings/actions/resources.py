"""Who and what meetings are booked for: their numbers, and the order in which they are locked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from meetings.models import Resource

# First half of the two-part advisory lock keys; the second is the resource's number.
LOCK_SPACE = 7
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
    ids = {name: [pk for kind, pk in keys if kind == name] for name in Resource.KINDS}
    asked = reduce(or_, (Q(**{f"{name}__in": pks}) for name, pks in ids.items() if pks), Q())
    rows = Resource.objects.filter(asked).values_list("pk", *Resource.KINDS) if asked else []
    return {
        (name, pk): number
        for number, *named in rows
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
