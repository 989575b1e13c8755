"""What counts as emptying a row of the history, asked of the database's own function, for every type of column."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from matchmaking.core import audit
from matchmaking.core.history import AUDIT_WORDS, ERASURE, ERASURES
from tests import factories

pytestmark = pytest.mark.django_db


def allowed(before: dict[str, Any], after: dict[str, Any], columns: list[str] | None = None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT core_only_empties(%s::jsonb, %s::jsonb, %s::text[])",
            [json.dumps(before), json.dumps(after), columns],
        )
        [answer] = cursor.fetchone()
    return bool(answer)


@pytest.fixture
def erasing() -> None:
    audit.record("user.erased", factories.UserFactory(), by=None)


# the value as it was, as it would be, whether that is emptying
CHANGES: list[tuple[Any, Any, bool]] = [
    ("Ito", "", True),
    ("Ito", None, True),
    ("Ito", "I", False),
    ("Ito", " ", False),  # a blank is a text
    ("Ito", "ito", False),
    ("", "Ito", False),
    (None, "Ito", False),
    (None, "", True),
    ("", None, True),
    (7, 0, True),
    (7, None, True),
    (7, 6, False),
    (7, -7, False),
    (0, 7, False),
    (2.5, 0, True),
    (2.5, 2, False),
    (True, False, True),
    (True, None, True),
    (False, True, False),  # an erasure ticks nothing
    (["retail"], [], True),
    (["retail"], None, True),
    (["retail", "mobility"], ["retail"], False),  # half a list says something else
    ([], ["retail"], False),
    ({"a": 1, "b": 2}, {}, True),
    ({"a": 1, "b": 2}, {"b": 2}, True),  # an object may lose keys
    ({"a": 1, "b": 2}, {"a": 2}, False),
    ({"a": 1}, {"a": 1, "b": 2}, False),
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, True),
    ({"a": {"b": 1}}, {"a": {"b": 2}}, False),
    ({"a": 1}, {"a": None}, False),  # a key that says "nothing" says something else than before
    ("2026-11-26", None, True),
    ("2026-11-26", "2026-11-27", False),
    ("text", {}, True),
    ("text", {"a": 1}, False),
    ("text", ["text"], False),
]


@pytest.mark.usefixtures("erasing")
@pytest.mark.parametrize(("before", "after", "empties"), CHANGES, ids=repr)
def test_a_value_may_become_blank_and_nothing_else(before: Any, after: Any, empties: bool) -> None:
    assert allowed({"x": before}, {"x": after}) is empties
    assert allowed({"x": before, "y": "stays"}, {"x": after, "y": "stays"}) is empties
    assert allowed({"x": before, "y": "a"}, {"x": after, "y": "b"}) is False


@pytest.mark.parametrize(("before", "after", "empties"), CHANGES, ids=repr)
def test_without_an_erasure_nothing_may_become_anything(before: Any, after: Any, empties: bool) -> None:
    assert allowed({"x": before}, {"x": after}) is False


@pytest.mark.usefixtures("erasing")
@pytest.mark.parametrize(
    ("column", "value", "goes"),
    [
        ("id", 7, False),
        ("status", "draft", False),
        ("kind", "startup", False),
        ("pgh_id", 7, False),
        ("pgh_label", "insert", False),
        ("pgh_created_at", "2026-11-26", False),
        ("published_at", "2026-11-26", False),
        ("startup_id", 7, False),  # the key of another row
        ("external_id", "list-7", True),  # what somebody else's list says
        ("startup_id", None, True),  # nothing stays nothing
        ("as_of", "2026-11-26", True),
        ("what", "revenue", True),
        ("kind_of_firm", "maker", True),
        ("pghx", "x", True),  # the line in “pgh_” stands for itself, not for any letter
        ("flat", "x", True),
        ("idea", "x", True),
    ],
)
def test_what_links_rows_and_tells_when_stays(column: str, value: Any, goes: bool) -> None:
    for blank in ("", None, 0):
        assert allowed({column: value}, {column: blank}) is (goes or value == blank), blank


@pytest.mark.usefixtures("erasing")
@pytest.mark.parametrize("column", ["actor_id", "action", "target_type", "target_id", "at", "id"])
def test_where_columns_are_named_no_other_is_emptied(column: str) -> None:
    words = list(AUDIT_WORDS)
    row = {column: "x"} | dict.fromkeys(words, "Ito")
    assert allowed(row, row | dict.fromkeys(words, ""), words)
    assert not allowed(row, row | {column: ""}, words)


@pytest.mark.usefixtures("erasing")
def test_a_row_that_stays_as_it_is_may_stay() -> None:
    row = {"id": 7, "name": "Ito", "detail": {"a": [1, {"b": None}]}}
    assert allowed(row, row)
    assert allowed(row, row, list(AUDIT_WORDS))
    assert allowed({}, {})


@pytest.mark.parametrize("action", [*ERASURES, "user.added", "organisation.withdrawn", "user.erased.not"])
def test_only_a_deed_of_erasure_opens_the_way(action: str) -> None:
    audit.record(action, factories.UserFactory(), by=None)
    assert allowed({"x": "Ito"}, {"x": ""}) is (action in ERASURES)


@pytest.mark.parametrize("feigned", ["", "0", "987654321"])
def test_a_setting_that_names_no_erasure_opens_nothing(feigned: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [ERASURE, feigned])
    assert not allowed({"x": "Ito"}, {"x": ""})


def test_a_setting_that_names_another_deed_opens_nothing() -> None:
    event = audit.record("user.added", factories.UserFactory(), by=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [ERASURE, str(event.pk)])
    assert not allowed({"x": "Ito"}, {"x": ""})
