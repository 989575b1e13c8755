"""The staff's list: each filter alone, filters together, sorting, paging, and all of it in the address."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from matchmaking.core import keyset
from matchmaking.core.enums import Field
from matchmaking.core.prefectures import Prefecture
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.filters import StaffMatchFilter
from matchmaking.matches.models import Match
from matchmaking.matches.views import staff as staff_views
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import answer, columns, links, pairs, source, words

pytestmark = pytest.mark.django_db

# name, prefecture, field, country, state, score
ROWS = (
    ("Aster", Prefecture.NIIGATA, Field.RETAIL, "SG", MatchStatus.PROPOSED, 82),
    ("Borage", Prefecture.NIIGATA, Field.RETAIL, "IN", MatchStatus.DISCLOSED, 61),
    ("Clover", Prefecture.KAGAWA, Field.AGRITECH, "VN", MatchStatus.INTERESTED, 74),
    ("Dahlia", Prefecture.KAGAWA, Field.RETAIL, "SG", MatchStatus.DISMISSED, 33),
)
EVERY = {name for name, *_ in ROWS}


@pytest.fixture
def four(db: None) -> dict[str, Match]:
    """One match in each state, told apart by the startup's name."""
    found = {}
    for number, (name, prefecture, field, country, status, score) in enumerate(ROWS):
        company = factories.CompanyFactory(
            prefecture=prefecture,
            organisation__name=f"株式会社{name}",
            organisation__name_kana="アイウエ"[number],
            organisation__name_en=f"{name} Works",
        )
        factories.ChallengeFactory(company=company, field=field)
        startup = factories.StartupFactory(organisation__name=name, organisation__country=country)
        found[name] = world.match_of(company, startup, status, score=score, raw_score=score / 100)
    return found


def shown(client: Client, query: str) -> set[str]:
    return set(pairs(source(client, "matches:staff", f"?{query}")))


@pytest.mark.parametrize(("language", "everything"), [("en", "All"), ("ja", "すべて")])
@pytest.mark.parametrize(("page", "selects"), [("matches:staff", 5), ("accounts:changes", 1)])
def test_a_filter_that_narrows_nothing_is_named_in_words(
    officer: Client, page: str, selects: int, language: str, everything: str
) -> None:
    html = source(officer, page, language=language)
    first = re.findall(r"<select[^>]*>\s*<option value=\"\"[^>]*>([^<]*)<", html)
    assert first == [everything] * selects


ALONE: dict[str, set[str]] = {
    "": EVERY,
    "status=proposed": {"Aster"},
    "status=disclosed": {"Borage"},
    "status=interested": {"Clover"},
    "status=dismissed": {"Dahlia"},
    "field=retail": {"Aster", "Borage", "Dahlia"},
    "field=agritech": {"Clover"},
    "field=mobility": set(),
    "country=SG": {"Aster", "Dahlia"},
    "country=VN": {"Clover"},
    "country=AU": set(),
    f"prefecture={Prefecture.KAGAWA}": {"Clover", "Dahlia"},
    f"prefecture={Prefecture.NIIGATA}": {"Aster", "Borage"},
    "score_min=61": {"Aster", "Borage", "Clover"},
    "score_min=61.1": {"Aster", "Clover"},
    "score_max=61": {"Borage", "Dahlia"},
    "score_max=60.9": {"Dahlia"},
    "score_min=0&score_max=100": EVERY,
    "score_min=62&score_max=81": {"Clover"},
    "score_min=90&score_max=10": set(),
}
TOGETHER: dict[str, set[str]] = {
    "field=retail&country=SG": {"Aster", "Dahlia"},
    "field=retail&country=SG&status=proposed": {"Aster"},
    f"field=retail&prefecture={Prefecture.KAGAWA}": {"Dahlia"},
    f"country=SG&prefecture={Prefecture.KAGAWA}&score_max=50": {"Dahlia"},
    "status=proposed&score_max=50": set(),
    "q=works&status=interested": {"Clover"},
    "q=aster&country=IN": set(),
    "status=&field=&country=&prefecture=&q=&score_min=&score_max=": EVERY,
}
NAMES: dict[str, set[str]] = {
    "aster": {"Aster"},
    "ASTER": {"Aster"},
    "  aster  ": {"Aster"},
    "Ａｓｔｅｒ": {"Aster"},
    "株式会社Clover": {"Clover"},
    "works": EVERY,
    "ア": {"Aster"},
    "ｱ": {"Aster"},
    "borage works": {"Borage"},
    "works borage": {"Borage"},
    "%": set(),
    "_": set(),
    "\\": set(),
    "nobody": set(),
}
NONSENSE = {
    "score_min=abc": "Enter a number.",
    "score_min=101": "less than or equal to 100",
    "score_max=-1": "greater than or equal to 0",
    "score_min=nan": "Enter a number.",
    "status=sold": "Select a valid choice",
    "field=space": "Select a valid choice",
    "country=XX": "Select a valid choice",
    "prefecture=99x": "Select a valid choice",
    "q=a%00b": "This contains a character that cannot be seen (U+0000). Delete it. It stands after “a”.",
}


@pytest.mark.parametrize("table", [ALONE, TOGETHER], ids=["alone and at its edges", "together"])
def test_what_each_filter_leaves(four: dict[str, Match], table: dict[str, set[str]]) -> None:
    found = {query: left(QueryDict(query)) for query in table}
    assert found == table


def left(data: Any) -> set[str]:
    filters = StaffMatchFilter(data, queryset=Match.objects.all())
    return set(filters.qs.values_list("startup__organisation__name", flat=True))


@pytest.mark.parametrize("query", ["", "status=disclosed", "field=retail&country=SG", "q=aster&country=IN"])
def test_the_page_shows_what_the_filters_leave(four: dict[str, Match], officer: Client, query: str) -> None:
    assert shown(officer, query) == (ALONE | TOGETHER)[query]


def test_names_are_found_in_any_width_case_and_order_of_words(four: dict[str, Match]) -> None:
    assert {wanted: left({"q": wanted}) for wanted in NAMES} == NAMES


def test_a_filter_that_makes_no_sense_is_named_and_leaves_the_others_at_work(
    four: dict[str, Match], officer: Client
) -> None:
    for query, error in NONSENSE.items():
        other = "field=agritech" if query.startswith("country") else "country=SG"
        page = source(officer, "matches:staff", f"?{query}&{other}")
        assert error in words(page)
        assert set(pairs(page)) == ALONE[other]


def test_the_filters_in_use_stand_in_the_form_again(four: dict[str, Match], officer: Client) -> None:
    page = source(officer, "matches:staff", "?q=works&status=proposed&country=SG&score_min=10&sort=-score")
    assert 'name="q" value="works"' in page
    assert re.search(r'<option value="proposed" selected', page)
    assert re.search(r'<option value="SG" selected', page)
    assert re.search(r'name="score_min" value="10"', page)
    assert '<input type="hidden" name="sort" value="-score">' in page


def test_filters_can_be_removed_all_at_once(four: dict[str, Match], officer: Client) -> None:
    page = source(officer, "matches:staff", "?status=proposed")
    assert "/en/staff/matches/" in links(page, "/staff/matches/")


def test_countries_of_the_programme_come_first(officer: Client) -> None:
    page = source(officer, "matches:staff")
    block = re.search(r'<select name="country".*?</select>', page, re.DOTALL).group(0)
    codes = re.findall(r'<option value="([A-Z]{2})"', block)
    assert set(codes[:6]) == {"SG", "IN", "ID", "VN", "AU", "IL"}
    assert len(codes) == len(set(codes)) > 200


# --- Sorting -----------------------------------------------------------------------------------------------------

BY = {
    "pair": ["Aster", "Borage", "Clover", "Dahlia"],
    "score": ["Dahlia", "Borage", "Clover", "Aster"],
}


@pytest.mark.parametrize("column", BY)
def test_columns_sort_both_ways(four: dict[str, Match], officer: Client, column: str) -> None:
    assert pairs(source(officer, "matches:staff", f"?sort={column}")) == BY[column]
    assert pairs(source(officer, "matches:staff", f"?sort=-{column}")) == BY[column][::-1]


@pytest.mark.parametrize(
    ("column", "groups"),
    [
        ("country", [{"Borage"}, {"Aster", "Dahlia"}, {"Clover"}]),
        ("field", [{"Clover"}, {"Aster", "Borage", "Dahlia"}]),
        ("status", [{"Borage"}, {"Dahlia"}, {"Clover"}, {"Aster"}]),
        ("prefecture", [{"Aster", "Borage"}, {"Clover", "Dahlia"}]),
    ],
)
def test_columns_of_words_group_what_is_alike(
    four: dict[str, Match], officer: Client, column: str, groups: list[set[str]]
) -> None:
    order = pairs(source(officer, "matches:staff", f"?sort={column}"))
    found = []
    for group in groups:
        found.append(set(order[: len(group)]))
        order = order[len(group) :]
    assert (found, order) == (groups, [])


@pytest.mark.parametrize("column", ["rank_for_company", "rank_for_startup"])
def test_places_sort_and_a_pair_without_one_shows_a_dash(
    four: dict[str, Match], officer: Client, column: str
) -> None:
    for place, name in enumerate(("Clover", "Aster", "Borage"), start=1):
        Match.objects.filter(pk=four[name].pk).update(**{column: place})
    Match.objects.filter(pk=four["Dahlia"].pk).update(**{column: None})
    page = source(officer, "matches:staff", f"?sort={column}")
    assert pairs(page)[:3] == ["Clover", "Aster", "Borage"]
    row = next(cells for cells in columns(page) if cells and "Dahlia" in cells[0])
    assert "–" in row


def test_only_the_columns_shown_can_be_sorted_by(four: dict[str, Match], officer: Client) -> None:
    for sort in ("tick", "nonsense", "-", "raw_score", "company__organisation__status"):
        assert shown(officer, f"sort={sort}") == EVERY


def test_a_column_heading_keeps_the_filters(four: dict[str, Match], officer: Client) -> None:
    page = source(officer, "matches:staff", "?country=SG")
    assert all("country=SG" in link for link in links(page, "sort="))
    assert len(links(page, "sort=")) >= 8


# --- Paging ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a page, so that four matches fill two."""
    monkeypatch.setattr(staff_views, "PAGE", 2)


def places(page: str, word: str) -> set[str]:
    return {
        link for link in links(page, f"{word}=") if link.startswith("?")
    }  # the language's link keeps the place


def walked(client: Client, query: str, word: str) -> list[list[str]]:
    """The pairs of each page, from that address on by its links `before` or `after`."""
    page, found = source(client, "matches:staff", query), []
    for _ in EVERY:
        found.append(pairs(page))
        if not (on := places(page, word)):
            break
        page = client.get(f"/en/staff/matches/{on.pop()}").content.decode()
    return found


@pytest.mark.usefixtures("small_pages")
def test_pages_follow_each_other_without_loss_or_repetition(four: dict[str, Match], officer: Client) -> None:
    assert walked(officer, "", "after") == [["Aster", "Clover"], ["Borage", "Dahlia"]]
    (second,) = places(source(officer, "matches:staff"), "after")
    assert walked(officer, second, "before") == [["Borage", "Dahlia"], ["Aster", "Clover"]]
    assert "4 matches" in officer.get(f"/en/staff/matches/{second}").content.decode()


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(
    "column",
    ["pair", "score", "status", "field", "prefecture", "country", "rank_for_company", "rank_for_startup"],
)
def test_every_column_leads_through_all_pages(four: dict[str, Match], officer: Client, column: str) -> None:
    Match.objects.filter(pk=four["Clover"].pk).update(rank_for_company=None, rank_for_startup=None)
    for sort in (column, f"-{column}"):
        pages = walked(officer, f"?sort={sort}", "after")
        assert ([len(page) for page in pages], set().union(*pages)) == ([2, 2], EVERY)


@pytest.mark.usefixtures("small_pages")
def test_a_link_to_the_next_page_keeps_filters_and_sorting(four: dict[str, Match], officer: Client) -> None:
    page = source(officer, "matches:staff", "?field=retail&sort=score")
    (following,) = places(page, "after")
    assert ("field=retail" in following, "sort=score" in following) == (True, True)
    assert pairs(officer.get(f"/en/staff/matches/{following}").content.decode()) == ["Aster"]


@pytest.mark.usefixtures("small_pages")
def test_a_place_that_is_not_there_is_the_first_page(four: dict[str, Match], officer: Client) -> None:
    (on,) = places(source(officer, "matches:staff", "?sort=score"), "after")
    queries = ("page=99", "after=x", "before=", f"{on.partition('&')[2]}&sort=-score")
    found = {query: pairs(source(officer, "matches:staff", f"?{query}")) for query in queries}
    assert found == {query: ["Aster", "Clover"] for query in queries}


def test_a_list_that_is_not_counted_to_its_end_says_so(
    four: dict[str, Match], officer: Client, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "COUNTED", 3)
    assert "More than 3 matches" in source(officer, "matches:staff")
    assert "3件を超えています" in source(officer, "matches:staff", language="ja")


# --- The table ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "cells"),
    [
        ("en", ["82.0", "Proposed", "Retail", "Niigata", "Singapore", "1", "1"]),
        ("ja", ["82.0", "候補", "小売", "新潟県", "シンガポール", "1", "1"]),
    ],
)
def test_a_row_says_everything_in_the_readers_language(
    four: dict[str, Match], officer: Client, language: str, cells: list[str]
) -> None:
    page = source(officer, "matches:staff", "?status=proposed", language=language)
    (row,) = (found for found in columns(page) if found and "Aster" in found[0])
    with translation.override(language):
        status = str(MatchStatus.PROPOSED.label)
        field, prefecture = str(Field.RETAIL.label), str(Prefecture.NIIGATA.label)
    wanted = [cells[0], status, field, prefecture, *cells[4:]]
    assert row[2:] == wanted


def test_a_provisional_score_is_marked(four: dict[str, Match], officer: Client) -> None:
    Match.objects.filter(pk=four["Aster"].pk).update(missing=["language"])
    rows = {row[0]: row for row in columns(source(officer, "matches:staff")) if row}
    marked = {name: "provisional" in " ".join(row) for name, row in rows.items() if "×" in name}
    assert sorted(marked.values()) == [False, False, False, True]
    assert next(name for name, flag in marked.items() if flag).endswith("Aster")


def test_an_empty_list_says_what_to_do(officer: Client) -> None:
    page = words(source(officer, "matches:staff", "?status=proposed"))
    assert "No matches fit these filters. Remove a filter or start a run." in page
    assert "No run has finished yet. Start a run to propose matches." in page


def test_a_name_is_shown_as_it_was_written_and_never_runs(four: dict[str, Match], officer: Client) -> None:
    organisation = four["Aster"].startup.organisation
    organisation.name = "<script>alert(1)</script>"
    organisation.save()
    page = source(officer, "matches:staff")
    assert "<script>alert(1)" not in page
    assert "<script>alert(1)</script>" in pairs(page)


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "expert"])
def test_filters_open_the_list_for_nobody_else(cast: Cast, as_user: Any, person: str) -> None:
    assert answer(as_user(getattr(cast, person)), "matches:staff", "?status=proposed").status_code == 404
