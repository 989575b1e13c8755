"""The parts of a match: an object of names for the program, an array of numbers for the database."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from matchmaking.matches.engine.policy import SLICES, STORED_PARTS
from matchmaking.matches.models import Match
from matchmaking.matches.models.parts import PartsField
from tests import factories
from tests.matches import world

WHOLE = {name: place * 10 - 20 for place, name in enumerate(SLICES)}


def listed_pair() -> Match:
    return world.match_of(factories.ChallengeFactory().company, factories.StartupFactory())


def stored(match: Match) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("select parts from matches_match where id = %s", [match.pk])
        return cursor.fetchone()[0]


def test_places_are_only_ever_added_to() -> None:
    """Rows that are stored name no parts: whoever moves a place gives all of them other parts."""
    assert STORED_PARTS[:12] == (
        "need_e5", "need_use", "capability", "partner_e5", "partner_use", "field",
        "cooperation", "size", "stage", "language", "country", "advice",
    )  # fmt: skip
    assert len(set(STORED_PARTS)) == len(STORED_PARTS)
    assert set(SLICES) <= set(STORED_PARTS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parts",
    [WHOLE, {}, {"advice": -3}, dict(reversed(WHOLE.items())), dict.fromkeys(SLICES, 0)],
    ids=["whole", "none", "one", "in another order", "zeros"],
)
def test_parts_come_back_by_name_and_zero_is_not_absence(parts: dict[str, int]) -> None:
    match = listed_pair()
    match.parts = parts
    match.save()
    match.refresh_from_db()
    assert match.parts == parts
    assert stored(match) == [parts.get(name) for name in STORED_PARTS]


@pytest.mark.django_db
def test_many_are_written_and_changed_at_once_and_read_as_plain_values() -> None:
    match = listed_pair()
    match.parts = WHOLE
    Match.objects.bulk_update([match], ["parts"])
    assert Match.objects.values_list("parts", flat=True).get() == WHOLE
    Match.objects.update(parts={"field": 7})
    assert Match.objects.get().parts == {"field": 7}


def test_a_part_without_a_place_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"\['mood'\]: add them to the end of STORED_PARTS"):
        PartsField().get_prep_value({"field": 1, "mood": 2})


@pytest.mark.parametrize(
    ("array", "parts"),
    [(None, None), ([], {}), ([5], {"need_e5": 5}), ([None, 4], {"need_use": 4})],
    ids=["null", "empty", "made before the others came", "gap"],
)
def test_rows_made_with_fewer_parts_are_read(array: list[int | None] | None, parts: object) -> None:
    assert PartsField().from_db_value(array, None, connection) == parts


@pytest.mark.django_db
def test_the_migration_keeps_every_number_both_ways() -> None:
    """Its statements, on a table of the same name that hides the real one."""
    operation = import_module("matchmaking.matches.migrations.0016_parts_in_places").Migration.operations[0]
    rows = [WHOLE, {}, {name: value for name, value in WHOLE.items() if name != "size"}]
    with connection.cursor() as cursor:
        cursor.execute("create temp table matches_match (id serial, parts jsonb)")
        for row in rows:
            cursor.execute("insert into matches_match (parts) values (%s)", [json.dumps(row)])
        cursor.execute(operation.sql)
        cursor.execute("select parts from matches_match order by id")
        assert [parts for (parts,) in cursor] == [[row.get(name) for name in STORED_PARTS] for row in rows]
        cursor.execute(operation.reverse_sql)
        cursor.execute("select parts::text from matches_match order by id")
        assert [json.loads(parts) for (parts,) in cursor] == rows
        cursor.execute("drop table matches_match")
