"""Who and what meetings are booked for: their numbers, and the order in which they are locked."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from meetings.models import Resource

# First half of the two-part advisory lock keys; the second is the resource's number.
LOCK_SPACE = 7
# The field of `Resource` that names somebody or something, and the id there.
Key = tuple[str, int]


def numbers_of(keys: Iterable[Key]) -> dict[Key, int]:
    """The number of everybody and everything named; those named for the first time get one.

    Nobody new is named while locks are held: to make a row may mean to wait for whoever makes the same one.
    """
    found: dict[Key, int] = {}
    wanted = sorted(set(keys))
    for name in Resource.KINDS:
        ids = [pk for kind, pk in wanted if kind == name]
        known = _numbers(name, ids)
        if new := [pk for pk in ids if pk not in known]:
            Resource.objects.bulk_create(
                [Resource(**{f"{name}_id": pk}) for pk in new], ignore_conflicts=True
            )
            known |= _numbers(name, new)
        found.update({(name, pk): resource for pk, resource in known.items()})
    return found


def _numbers(name: str, ids: list[int]) -> dict[int, int]:
    return dict(Resource.objects.filter(**{f"{name}__in": ids}).values_list(name, "pk")) if ids else {}


def lock_in_order(numbers: Iterable[int]) -> None:
    """Organisations first, then by number: everybody takes them in this order, so that no two wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s, id::int) from (select id from meetings_resource"
            " where id = any(%s::bigint[]) order by organisation_id is null, id) as in_order",
            [LOCK_SPACE, list(numbers)],
        )
