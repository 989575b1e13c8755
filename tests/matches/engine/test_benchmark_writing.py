"""The benchmark of writing measures the portal's own way, and both sides leave the same table."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from benchmarks import writing
from matchmaking.matches.models import Match, ScoringPolicy

pytestmark = pytest.mark.django_db


def small() -> writing.Listed:
    return writing.random_lists(*writing.populate(3, 60))


def content(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {writing.NAMES} from {table} order by company_id, startup_id")  # noqa: S608
        return cursor.fetchall()


def test_both_ways_and_the_lists_themselves_leave_the_same_rows(policy: ScoringPolicy) -> None:
    listed = small()
    for name in ("by_copy", "by_insert"):
        writing.plain_table(name, indices=False)
    writing.copy("by_copy", listed, policy.pk)
    writing.insert("by_insert", writing.as_rows(listed, policy.pk))
    writing.publish(listed, policy.pk)
    assert content("by_copy") == content("by_insert") == content("matches_match")
    assert Match.objects.count() == 3 * writing.PLACES


def test_lists_as_literals_leave_the_same_rows(policy: ScoringPolicy) -> None:
    rows = writing.as_rows(small(), policy.pk)
    for name in ("by_values", "by_literals"):
        writing.plain_table(name, indices=False)
    writing.insert("by_values", rows)
    writing.insert("by_literals", writing.as_literals(rows))
    assert content("by_values") == content("by_literals")
    assert any(isinstance(value, list) for value in content("by_literals")[0])


def test_every_fiftieth_pair_is_changed_and_nothing_else() -> None:
    listed = small()
    changed = writing.two_percent(listed)
    differs = listed.results.rows["raw_score"] != changed.results.rows["raw_score"]
    assert (differs.sum(), len(listed)) == (3, 150)
    assert (listed.results.rows["parts"] == changed.results.rows["parts"]).all()


def test_time_is_counted_on_both_sides_and_figures_are_lines_of_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert writing.timed(lambda: content("matches_match")) >= 0
    writing.report("rows_written_times_faster", 4.56789, ">= 10", "execute_values")
    assert json.loads(capsys.readouterr().out) == {
        "name": "rows_written_times_faster",
        "value": 4.568,
        "target": ">= 10",
        "peer": "execute_values",
    }
