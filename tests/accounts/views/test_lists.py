"""The staff's lists: each filter alone and with another, words in any width, sorting, paging, chips, empty results."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(as_user):
    return as_user(factories.OfficerFactory())


def names(client, kind: str, query: str) -> list[str]:
    page = client.get(reverse(f"{kind}:list") + query).context["listing"].page
    return [row.organisation.name for row in page]


def firm(name: str, kana: str, english: str, **options: Any) -> Any:
    return factories.CompanyFactory(
        organisation__name=name, organisation__name_kana=kana, organisation__name_en=english, **options
    )


FIRMS: list[tuple[str, list[str]]] = [
    ("", ["北浜", "南浜", "ｴﾁｺﾞ", "Ｚ"]),  # by reading: in one width, whatever is written
    ("?q=北浜", ["北浜"]),
    ("?q=キタ", ["北浜"]),
    ("?q=ｷﾀ", ["北浜"]),  # half-width
    ("?q=エチゴ", ["ｴﾁｺﾞ"]),  # the name is half-width, the word is not
    ("?q=KITAHAMA", ["北浜"]),
    ("?q=ｋｉｔａ", ["北浜"]),
    ("?q=hama", ["北浜", "南浜"]),
    ("?q=hama+南", ["南浜"]),  # every word
    ("?q=hama　南", ["南浜"]),  # with a wide blank between them
    ("?q=%25", []),  # signs that databases take for any text
    ("?q=_", []),
    ("?q=%5C", []),
    ("?q=%00", ["北浜", "南浜", "ｴﾁｺﾞ", "Ｚ"]),  # a slip: told at the field
    ("?q=++", ["北浜", "南浜", "ｴﾁｺﾞ", "Ｚ"]),
    ("?status=published", ["北浜", "ｴﾁｺﾞ"]),
    ("?status=draft&status=submitted", ["南浜", "Ｚ"]),
    ("?status=suspended", []),
    ("?status=nonsense", ["北浜", "南浜", "ｴﾁｺﾞ", "Ｚ"]),
    ("?field=agritech", ["南浜"]),
    ("?field=agritech&field=mobility", ["南浜", "ｴﾁｺﾞ"]),
    ("?sub_field=charging", ["ｴﾁｺﾞ"]),
    ("?prefecture=15", ["北浜", "ｴﾁｺﾞ"]),
    ("?industry=machinery", ["南浜"]),
    ("?challenge=open", ["北浜"]),
    ("?challenge=none", ["南浜", "ｴﾁｺﾞ", "Ｚ"]),  # a closed challenge is none
    # two together
    ("?q=hama&status=published", ["北浜"]),
    ("?q=hama&field=agritech", ["南浜"]),
    ("?q=hama&prefecture=16", ["南浜"]),
    ("?status=published&field=mobility", ["ｴﾁｺﾞ"]),
    ("?status=published&prefecture=15", ["北浜", "ｴﾁｺﾞ"]),
    ("?status=published&challenge=none", ["ｴﾁｺﾞ"]),
    ("?field=agritech&industry=foods", []),
    ("?field=mobility&sub_field=charging", ["ｴﾁｺﾞ"]),
    ("?prefecture=15&industry=foods", ["北浜", "ｴﾁｺﾞ"]),
    ("?prefecture=15&challenge=open", ["北浜"]),
    ("?industry=foods&challenge=open", ["北浜"]),
    ("?sub_field=charging&prefecture=16", []),
    # sorted by each column, both ways; what is not known stands last
    ("?sort=name", ["北浜", "南浜", "ｴﾁｺﾞ", "Ｚ"]),
    ("?sort=-name", ["Ｚ", "ｴﾁｺﾞ", "南浜", "北浜"]),
    ("?sort=prefecture", ["Ｚ", "北浜", "ｴﾁｺﾞ", "南浜"]),
    ("?sort=-prefecture", ["南浜", "ｴﾁｺﾞ", "北浜", "Ｚ"]),
    ("?sort=employees", ["Ｚ", "北浜", "南浜", "ｴﾁｺﾞ"]),
    ("?sort=-employees", ["南浜", "北浜", "Ｚ", "ｴﾁｺﾞ"]),
    ("?sort=updated", ["南浜", "ｴﾁｺﾞ", "Ｚ", "北浜"]),
    ("?sort=-updated", ["北浜", "Ｚ", "ｴﾁｺﾞ", "南浜"]),
    ("?sort=password", ["北浜", "南浜", "ｴﾁｺﾞ", "Ｚ"]),
    ("?sort=-employees&status=published&page=1", ["北浜", "ｴﾁｺﾞ"]),
    ("?page=abc", ["北浜", "南浜", "ｴﾁｺﾞ", "Ｚ"]),
    ("?page=-1", ["北浜", "南浜", "ｴﾁｺﾞ", "Ｚ"]),
]


def test_the_list_of_firms_by_every_filter_and_column(staff):
    first = firm("北浜", "キタハマ", "Kitahama", employees=100)
    firm("南浜", "ミナミハマ", "Minamihama", employees=900, prefecture="16", industry="machinery",
         organisation__status="draft", organisation__fields=["agritech"])  # fmt: skip
    third = firm(
        "ｴﾁｺﾞ",
        "",
        "",
        employees=None,
        organisation__fields=["mobility"],
        organisation__sub_fields=["charging"],
    )
    firm("Ｚ", "", "", employees=20, prefecture="01", organisation__status="submitted")
    factories.ChallengeFactory(company=first)
    factories.ChallengeFactory(company=third, is_open=False)
    first.organisation.save()  # the latest change
    by_name = names(staff, "companies", "")
    for query, expected in FIRMS:
        found = names(staff, "companies", query)
        if "sort=" in query and "sort=password" not in query:
            assert (query, found) == (query, _resorted(query, expected, by_name))
        else:
            assert (query, set(found)) == (query, set(expected))
            assert found == [name for name in by_name if name in expected]


def _resorted(query: str, expected: list[str], by_name: list[str]) -> list[str]:
    """The table is written in the order of numbers and days; by name the database's own order counts."""
    if "sort=name" in query:
        return by_name
    if "sort=-name" in query:
        return by_name[::-1]
    if "prefecture" in query:
        same = [name for name in by_name if name in ("北浜", "ｴﾁｺﾞ")]
        return ["Ｚ", *same, "南浜"] if "-" not in query else ["南浜", *same[::-1], "Ｚ"]
    if "updated" in query:
        order = ["南浜", "ｴﾁｺﾞ", "Ｚ", "北浜"]
        return order if "-" not in query else order[::-1]
    return expected


STARTUPS: list[tuple[str, set[str]]] = [
    ("", {"Alpha", "Straße", "École"}),
    ("?q=straße", {"Straße"}),  # a letter whose capital is two
    ("?q=STRAßE", {"Straße"}),
    ("?q=école", {"École"}),
    ("?q=ÉCOLE", {"École"}),
    ("?q=ＡＬＰ", {"Alpha"}),
    ("?country=SG", {"Alpha"}),
    ("?country=DE&country=FR", {"Straße", "École"}),
    ("?country=JP", {"Alpha", "Straße", "École"}),  # no choice: a startup is foreign
    ("?stage=seed", {"Straße"}),
    ("?stage=seed&stage=series_a", {"Alpha", "Straße", "École"}),
    ("?status=draft", {"École"}),
    ("?field=healthcare", {"École"}),
    ("?sub_field=payments", {"Alpha"}),
    ("?country=DE&stage=seed", {"Straße"}),
    ("?country=DE&stage=series_a", set()),
    ("?q=o&status=draft", {"École"}),
    ("?q=alpha&field=healthcare", set()),
    ("?field=retail&sub_field=payments", {"Alpha"}),
]
STARTUP_ORDERS = [
    ("name", ["Alpha", "Straße", "École"]),
    ("-name", ["École", "Straße", "Alpha"]),
    ("country", ["Straße", "École", "Alpha"]),
    ("-country", ["Alpha", "École", "Straße"]),
    ("team", ["Straße", "Alpha", "École"]),
    ("-team", ["Alpha", "Straße", "École"]),  # the unknown team last both ways
    ("updated", ["Alpha", "Straße", "École"]),
    ("-updated", ["École", "Straße", "Alpha"]),
]


def test_the_list_of_startups_by_every_filter_and_column(staff):
    make = factories.StartupFactory
    make(organisation__name="Alpha", organisation__sub_fields=["payments"], team_size=35)
    make(organisation__name="Straße", organisation__country="DE", stage="seed", team_size=5)
    make(organisation__name="École", organisation__country="FR", organisation__status="draft",
         organisation__fields=["healthcare"], team_size=None)  # fmt: skip
    for query, expected in STARTUPS:
        assert (query, set(names(staff, "startups", query))) == (query, expected)
    for sort, expected in STARTUP_ORDERS:
        found = names(staff, "startups", f"?sort={sort}")
        if sort.endswith("name"):
            assert set(found) == set(expected)
        else:
            assert (sort, found) == (sort, expected)
    assert names(staff, "startups", "?sort=name") == names(staff, "startups", "?sort=-name")[::-1]


@pytest.mark.parametrize("kind", ["companies", "startups"])
def test_pages_keep_filters_and_order_and_chips_take_out_one_value(staff, kind):
    factory = factories.CompanyFactory if kind == "companies" else factories.StartupFactory
    factory.create_batch(52)
    query = "?q=o&status=published&status=draft&sort=-updated"
    if kind == "companies":
        query = query.replace("q=o", "q=foods")
    after = staff.get(reverse(f"{kind}:list") + query).context["listing"].page.after
    page = staff.get(reverse(f"{kind}:list") + f"{query}&after={after}")
    text = page.content.decode().replace("&amp;", "&")
    word = query.partition("&")[0]
    assert (len(page.context["listing"].page), page.context["listing"].count) == (2, 52)
    assert f'href="{query}"' in text  # back to the first page
    assert (
        f'href="{word}&status=draft&sort=-updated"' in text
    )  # without one of two states, from the first page
    assert f'href="{word}&status=published&sort=-updated"' in text
    assert 'href="?status=published&status=draft&sort=-updated"' in text  # without the word
    assert (
        f'href="{query.replace("-updated", "updated")}"' in text
    )  # the column's heading turns the order round
    assert '<input type="hidden" name="sort" value="-updated">' in text  # the filters keep the order
    chips = [(chip.name, chip.label) for chip in page.context["listing"].chips]
    assert sorted(chips) == [
        ("q", word.removeprefix("?q=")),
        ("status", "In preparation"),
        ("status", "Reviewed"),
    ]


EMPTY = [
    ("companies", "?status=suspended", "No firms fit these filters. Remove a filter.", "Remove all filters"),
    ("companies", "", "There are no firms yet. The operator can import a list.", ""),
    ("startups", "?country=VN", "No startups fit these filters. Remove a filter.", "Remove all filters"),
    ("startups", "", "There are no startups yet. The operator can import a list.", ""),
]


@pytest.mark.parametrize(("kind", "query", "words", "offer"), EMPTY)
def test_an_empty_list_says_what_to_do_in_both_languages(staff, kind, query, words, offer):
    text = staff.get(reverse(f"{kind}:list") + query).content.decode()
    assert (words in text, offer in text) == (True, True)
    with translation.override("ja"):
        japanese = staff.get(reverse(f"{kind}:list") + query).content.decode()
    assert words not in japanese


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kind", ["companies", "startups"])
def test_a_filtered_and_sorted_list_takes_the_same_number_of_queries(
    staff, django_assert_num_queries, kind, count
):
    factory = factories.CompanyFactory if kind == "companies" else factories.StartupFactory
    factory.create_batch(count, organisation__sub_fields=["payments"])
    staff.get(reverse(f"{kind}:list"))  # a process reads the list of capabilities once
    with django_assert_num_queries(5):
        page = staff.get(
            reverse(f"{kind}:list") + "?field=retail&sub_field=payments&status=published&sort=-updated"
        )
    assert page.context["listing"].count == count
