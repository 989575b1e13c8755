"""Startups beside the firms that ask for them: what a cell says, where it leads, and its file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matchmaking.core.enums import TARGET_COUNTRIES, Field
from matchmaking.matches.balance import balance_of, balance_table, step_of
from matchmaking.matches.matrix import Measure, list_url, matrix_of
from tests import factories
from tests.matches.pages import columns, links, main, source
from tests.matches.test_matrix import CARE, RETAIL, firm, startup


@pytest.mark.parametrize(
    ("startups", "firms", "step"),
    [
        (0, 0, 0),
        (0, 9, 0),
        (1, 100, 1),
        (2, 10, 1),
        (3, 10, 2),
        (21, 40, 3),
        (5, 10, 2),
        (10, 10, 3),
        (11, 10, 4),
        (20, 10, 4),
        (21, 10, 5),
        (1, 0, 5),
    ],
)
def test_the_hue_says_how_many_startups_there_are_for_ten_firms(startups: int, firms: int, step: int) -> None:
    assert step_of(startups, firms) == step


@pytest.fixture
def programme(db: None) -> None:
    """Two firms ask in retail, one of them for no startup from Israel, and one in health care."""
    firm(RETAIL, excluded=("IL",))
    firm(RETAIL)
    firm(CARE)
    startup("SG", RETAIL)
    startup("SG", RETAIL, CARE)
    startup("IL", RETAIL)


def test_a_cell_names_both_numbers_and_leads_to_the_startups(programme: None, as_user: Any) -> None:
    page = main(source(as_user(factories.OfficerFactory()), "matches:matrix"))
    rows = {row[0]: row[1:] for row in columns(page)}
    assert rows["Retail"] == ["2 / 2", "0 / 2", "0 / 2", "0 / 2", "0 / 2", "1 / 1", "0 / 2", "3 / 2"]
    assert rows["Health care"][0] == "1 / 1"
    assert rows["Total"][-1] == "3 / 3", "each startup and each firm once"
    assert links(page, "country=") == [
        list_url(Measure.SUPPLY, *key) for key in ((CARE, "SG"), (RETAIL, "SG"), (RETAIL, "IL"))
    ]
    assert 'aria-label="Retail, Israel: startups 1, firms that ask 1"' in page


def test_it_says_what_the_two_tables_say(programme: None) -> None:
    rows = balance_table(balance_of())["rows"]
    supply, demand = matrix_of(Measure.SUPPLY), matrix_of(Measure.DEMAND)
    for field, row in zip(Field, rows, strict=True):
        for code, cell in zip(TARGET_COUNTRIES, row["cells"], strict=False):
            key = (field.value, code)
            assert cell["value"] == f"{supply.cells.get(key, 0)} / {demand.cells.get(key, 0)}"


def test_the_legend_has_a_step_for_every_hue(programme: None) -> None:
    assert balance_table(balance_of())["legend"] == [
        "0",
        "1 to 2",
        "3 to 5",
        "6 to 10",
        "11 to 20",
        "21 and more",
    ]


def test_the_file_has_a_row_for_every_field_and_country(programme: None, as_user: Any) -> None:
    officer: Client = as_user(factories.OfficerFactory())
    response = officer.get(reverse("matches:matrix_csv"))
    assert response["Content-Disposition"] == 'attachment; filename="matrix-balance.csv"'
    head, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert len(head) == 4
    assert len(rows) == len(Field) * (len(TARGET_COUNTRIES) + 1)
    assert [row[2:] for row in rows if row[0] in ("Retail", "小売")][:2] == [["2", "2"], ["0", "2"]]
