"""The matrix of fields and countries: what it counts, where its numbers lead, and its file."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import OrganisationStatus
from matchmaking.core.enums import TARGET_COUNTRIES, Field
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.matrix import OTHER, Measure, list_url, matrix_of, ranges
from matchmaking.matches.models import Match
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import columns, links, main, source, words

RETAIL, CARE = Field.RETAIL.value, Field.HEALTHCARE.value


@pytest.fixture
def officer(as_user: Any) -> Client:
    return as_user(factories.OfficerFactory())


def firm(*fields: str, excluded: tuple[str, ...] = ()) -> Any:
    company = factories.CompanyFactory(excluded_countries=list(excluded), preferred_countries=[])
    for field in fields:
        factories.ChallengeFactory(company=company, field=field)
    return company


def startup(country: str, *fields: str) -> Any:
    return factories.StartupFactory(organisation__country=country, organisation__fields=list(fields))


# --- What is counted ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_firm_asks_in_every_field_of_its_challenges_and_for_every_country_it_does_not_exclude() -> None:
    firm(RETAIL, CARE, excluded=("IL", "VN"))
    firm(RETAIL, RETAIL)
    demand = matrix_of(Measure.DEMAND)
    assert (demand.cells[RETAIL, "SG"], demand.cells[RETAIL, "IL"], demand.cells[CARE, "SG"]) == (2, 1, 1)
    assert (CARE, "IL") not in demand.cells
    assert (demand.by_field[RETAIL], demand.by_field[CARE], demand.by_country["SG"], demand.total) == (
        2,
        1,
        2,
        2,
    )


@pytest.mark.django_db
def test_closed_challenges_and_firms_that_do_not_take_part_ask_for_nothing() -> None:
    company = firm(RETAIL)
    company.challenges.update(is_open=False)
    other = firm(RETAIL)
    type(other.organisation).objects.filter(pk=other.pk).update(status=OrganisationStatus.SUSPENDED)
    assert matrix_of(Measure.DEMAND).total == 0


@pytest.mark.django_db
def test_a_startup_offers_in_each_of_its_fields_and_counts_once_in_totals() -> None:
    startup("SG", RETAIL, CARE)
    startup("SG", RETAIL)
    startup("NZ", RETAIL)
    supply = matrix_of(Measure.SUPPLY)
    assert (supply.cells[RETAIL, "SG"], supply.cells[CARE, "SG"], supply.cells[RETAIL, OTHER]) == (2, 1, 1)
    assert (supply.by_country["SG"], supply.by_country[OTHER], supply.total) == (2, 1, 3)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [MatchStatus.PROPOSED, MatchStatus.DISCLOSED, MatchStatus.INTERESTED])
def test_matches_count_by_the_challenges_field_and_the_startups_country(status: str) -> None:
    company = firm(RETAIL)
    for wanted in (status, status, MatchStatus.DISMISSED):
        world.match_of(company, startup("VN", CARE), wanted)
    found = matrix_of(Measure(status))
    assert (dict(found.cells), found.total) == ({(RETAIL, "VN"): 2}, 2)


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, []),
        (1, [(1, 1)]),
        (3, [(1, 1), (2, 2), (3, 3)]),
        (5, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]),
        (10, [(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]),
        (12, [(1, 3), (4, 5), (6, 8), (9, 10), (11, 12)]),
    ],
)
def test_the_legends_ranges(most: int, expected: list[tuple[int, int]]) -> None:
    assert ranges(most) == expected


@given(st.integers(1, 10**6))
def test_every_number_lies_in_one_range(most: int) -> None:
    found = ranges(most)
    assert 1 <= len(found) <= 5
    assert (found[0][0], found[-1][1]) == (1, most)
    assert [low for low, _high in found[1:]] == [high + 1 for _low, high in found[:-1]]


# --- The page ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("measure", list(Measure))
def test_a_number_leads_to_a_list_of_that_many(officer: Client, measure: Measure) -> None:
    """Whatever is counted: the list that opens has as many rows as the cell says."""
    first, second = firm(RETAIL, excluded=("IL",)), firm(RETAIL, CARE)
    singapore, both = startup("SG", RETAIL), startup("SG", RETAIL, CARE)
    startup("IL", RETAIL)
    for status in (MatchStatus.PROPOSED, MatchStatus.DISCLOSED, MatchStatus.INTERESTED):
        world.match_of(firm(RETAIL), singapore, status)
        world.match_of(firm(RETAIL), both, status)
    world.match_of(first, startup("IL", RETAIL), MatchStatus.PROPOSED)
    world.match_of(second, both, MatchStatus.DISMISSED)
    matrix = matrix_of(measure)
    for (field, country), value in matrix.cells.items():
        if country != OTHER:
            page = officer.get(list_url(measure, field, country)).content.decode()
            status_line = words(re.search(r'<[^>]*role="status"[^>]*>.*?</p>', page, re.DOTALL).group(0))
            assert re.search(r"\d+", status_line).group(0) == str(value), (field, country, status_line)


@pytest.mark.django_db
def test_the_table_has_totals_a_legend_and_names_for_its_numbers(officer: Client) -> None:
    startup("SG", RETAIL)
    startup("SG", RETAIL)
    startup("IN", CARE)
    page = source(officer, "matches:matrix", "?measure=supply")
    rows = {row[0]: row[1:] for row in columns(page)}
    assert rows["Retail"] == ["2", "0", "0", "0", "0", "0", "0", "2"]
    assert rows["Total"] == ["2", "1", "0", "0", "0", "0", "0", "3"]
    assert 'aria-label="Published startups, Retail, Singapore: 2"' in page
    assert '<ul class="legend"' in page
    assert 'class="heat-2"' in page


@pytest.mark.django_db
def test_an_empty_cell_is_no_link(officer: Client) -> None:
    startup("SG", RETAIL)
    assert len(links(main(source(officer, "matches:matrix", "?measure=supply")), "country=")) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "shown"), [("supply", "supply"), ("", "balance"), ("nonsense", "balance")])
def test_the_measure_is_chosen_in_the_address(officer: Client, asked: str, shown: str) -> None:
    page = source(officer, "matches:matrix", f"?measure={asked}")
    assert re.search(rf'<option value="{shown}" selected>', page)
    assert links(page, f"{reverse('matches:matrix_csv')}?measure={shown}")


@pytest.mark.django_db
@pytest.mark.parametrize("measure", list(Measure))
def test_the_number_of_queries_does_not_grow(officer: Client, measure: Measure) -> None:
    counts = []
    source(officer, "matches:matrix")
    for number in range(2):
        world.match_of(firm(RETAIL), startup(TARGET_COUNTRIES[number], RETAIL), MatchStatus.DISCLOSED)
        with CaptureQueriesContext(connection) as queries:
            source(officer, "matches:matrix", f"?measure={measure}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_sideways_scroll_stays_in_a_region_that_takes_the_focus(officer: Client) -> None:
    assert re.search(
        r'class="heat-scroll"\s+tabindex="0"\s+role="region"\s+aria-label=', source(officer, "matches:matrix")
    )


# --- The file ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "head", "field"),
    [("ja", "公開中のスタートアップ", "小売"), ("en", "Published startups", "Retail")],
)
def test_the_file_opens_in_a_japanese_excel_and_says_the_same(
    officer: Client, language: str, head: str, field: str
) -> None:
    startup("SG", RETAIL)
    with translation.override(language):
        response = officer.get(reverse("matches:matrix_csv") + "?measure=supply")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="matrix-supply.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][0] == head
    assert len(rows) == len(Field) + 2
    assert {len(row) for row in rows} == {len(TARGET_COUNTRIES) + 3}
    assert next(row for row in rows if row[0] == field)[1:3] == ["1", "0"]
    assert b"\r\n" in response.content


@pytest.mark.django_db
def test_who_does_not_manage_matches_has_no_matrix(cast: Cast, as_user: Any) -> None:
    for person in (cast.company_owner, cast.startup_owner, cast.expert):
        for name in ("matches:matrix", "matches:matrix_csv"):
            assert as_user(person).get(reverse(name)).status_code == 404
    assert not Match.objects.exists()
