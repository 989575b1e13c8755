"""The staff's list of startups: every filter by itself and with others, sorting with gaps, chips, pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from matchmaking.core.enums import TARGET_COUNTRIES
from startups.filters import country_choices
from startups.models import Startup
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def office(as_user: SignIn) -> Client:
    return as_user(factories.OfficerFactory())


def startup(name: str, **options: Any) -> Startup:
    values = {f"organisation__{key}": options.pop(key) for key in list(options) if hasattr(Organisation, key)}
    return factories.StartupFactory(organisation__name=name, **values, **options)


@pytest.fixture
def four(db: None) -> None:
    startup("Aira", country="SG", fields=["retail"], stage="seed", team_size=5)
    startup(
        "Brix", country="VN", fields=["agritech"], sub_fields=["smart_farming"], stage="seed", team_size=80
    )
    startup(
        "Coso",
        country="IL",
        fields=["healthcare", "retail"],
        stage="growth",
        team_size=None,
        status="submitted",
    )
    startup("Doka", country="SG", fields=["mobility"], stage="", team_size=12, status="draft")


def names(office: Client, query: str = "", language: str = "en") -> list[str]:
    page = office.get(reverse("startups:list").replace("/en/", f"/{language}/") + query)
    return [each.organisation.name for each in page.context["listing"].page]


QUERIES = [
    ("", ["Aira", "Brix", "Coso", "Doka"]),
    ("?country=SG", ["Aira", "Doka"]),
    ("?country=SG&country=IL", ["Aira", "Coso", "Doka"]),
    ("?country=US", []),
    ("?stage=seed", ["Aira", "Brix"]),
    ("?stage=seed&country=VN", ["Brix"]),
    ("?stage=seed&stage=growth", ["Aira", "Brix", "Coso"]),
    ("?status=draft", ["Doka"]),
    ("?status=draft&status=submitted", ["Coso", "Doka"]),
    ("?status=suspended", []),
    ("?field=retail", ["Aira", "Coso"]),
    ("?field=retail&field=mobility", ["Aira", "Coso", "Doka"]),
    ("?sub_field=smart_farming", ["Brix"]),
    ("?sub_field=smart_farming&field=retail", []),
    ("?q=aira", ["Aira"]),
    ("?q=ＡＩＲＡ", ["Aira"]),
    ("?q=r", ["Aira", "Brix"]),
    ("?q=r+x", ["Brix"]),
    ("?q=r+o", []),
    ("?q=%25", []),
    ("?q=_", []),
    ("?q=+++", ["Aira", "Brix", "Coso", "Doka"]),
    ("?sort=name", ["Aira", "Brix", "Coso", "Doka"]),
    ("?sort=country", ["Coso", "Aira", "Doka", "Brix"]),
    ("?sort=-country", ["Brix", "Doka", "Aira", "Coso"]),
    ("?sort=team", ["Aira", "Doka", "Brix", "Coso"]),
    ("?sort=-team", ["Brix", "Doka", "Aira", "Coso"]),
    ("?sort=team&country=SG", ["Aira", "Doka"]),
    ("?sort=password", ["Aira", "Brix", "Coso", "Doka"]),
    ("?sort=-", ["Aira", "Brix", "Coso", "Doka"]),
    ("?page=0", ["Aira", "Brix", "Coso", "Doka"]),
    ("?page=99", ["Aira", "Brix", "Coso", "Doka"]),
    ("?page=x", ["Aira", "Brix", "Coso", "Doka"]),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_staff_find_what_they_look_for(
    language: str, query: str, expected: list[str], office: Client, four: None
) -> None:
    assert names(office, query, language) == expected


@pytest.mark.parametrize(
    "query", ["?country=XX", "?stage=billionaire", "?field=space", "?status=lost", "?sub_field=x"]
)
def test_a_value_of_no_vocabulary_is_told_and_the_list_is_whole(
    query: str, office: Client, four: None
) -> None:
    page = office.get(reverse("startups:list") + query)
    assert page.status_code == 200
    assert page.context["listing"].form.errors
    assert page.context["listing"].count in (0, 4)


CHIPS = [
    ("?country=SG", [("country", "SG", "Singapore")]),
    (
        "?stage=seed&stage=growth",
        [("stage", "seed", "Seed"), ("stage", "growth", "Growth (series D or later)")],
    ),
    ("?q=aira", [("q", None, "aira")]),
    ("?sub_field=smart_farming", [("sub_field", "smart_farming", "Smart farming")]),
    ("?status=published", [("status", "published", "Reviewed")]),
    ("?sort=-name&page=1", []),
]


@pytest.mark.parametrize(("query", "expected"), CHIPS)
def test_what_is_in_use_stands_as_chips_that_take_it_out(
    query: str, expected: list[tuple[str, str | None, str]], office: Client, four: None
) -> None:
    page = office.get(reverse("startups:list") + query)
    assert [(chip.name, chip.value, chip.label) for chip in page.context["listing"].chips] == expected


def test_a_chip_keeps_the_other_filters_and_the_order(office: Client, four: None) -> None:
    html = office.get(reverse("startups:list") + "?country=SG&stage=seed&sort=-team").content.decode()
    links = [part.split('"')[0] for part in html.split('href="')[1:] if part.startswith("?")]
    without_stage = [
        link for link in links if "country=SG" in link and "stage" not in link and "sort=-team" in link
    ]
    assert without_stage


def test_the_target_countries_come_first_and_japan_is_not_offered(four: None) -> None:
    codes = [code for code, _name in country_choices()]
    assert tuple(codes[: len(TARGET_COUNTRIES)]) == tuple(TARGET_COUNTRIES)
    assert "JP" not in codes
    assert len(codes) == len(set(codes)) > 200


@pytest.mark.parametrize(("number", "pages"), [(50, [50]), (51, [50, 1]), (101, [50, 50, 1])])
def test_pages_hold_fifty_and_no_row_is_shown_twice(number: int, pages: list[int], office: Client) -> None:
    for index in range(number):
        startup("Namesake Pte. Ltd.", team_size=index % 3)
    seen: list[int] = []
    place = ""
    for rows in pages:
        shown = office.get(reverse("startups:list") + f"?sort=team&after={place}").context["listing"].page
        assert len(shown) == rows
        seen += [each.pk for each in shown]
        place = shown.after
    assert place == ""
    assert len(seen) == len(set(seen)) == number


def test_the_latest_change_sorts_by_the_whole_profile(office: Client, four: None) -> None:
    Organisation.objects.filter(name="Brix").update(updated_at=F("updated_at"))
    Organisation.objects.get(name="Aira").save()
    assert names(office, "?sort=-updated")[0] == "Aira"
    assert names(office, "?sort=updated")[-1] == "Aira"


@pytest.mark.parametrize("status", OrganisationStatus)
def test_every_state_has_its_words_on_the_list(status: OrganisationStatus, office: Client) -> None:
    startup("Only", status=status, return_reason="Correct it")
    html = office.get(reverse("startups:list")).content.decode()
    assert str(status.label) in html


@pytest.mark.parametrize(
    ("language", "query", "words"),
    [
        ("en", "", "There are no startups yet."),
        ("en", "?country=SG", "No startups fit these filters."),
        ("ja", "", "スタートアップ"),
    ],
)
def test_an_empty_list_says_why(language: str, query: str, words: str, office: Client) -> None:
    assert words in office.get(f"/{language}/startups/{query}").content.decode()


@pytest.mark.parametrize(
    "person", ["company_owner", "company_member", "startup_owner", "startup_member", "expert", "newcomer"]
)
def test_nobody_but_staff_sees_the_list_or_a_detail(person: str, cast: Cast, as_user: SignIn) -> None:
    client = as_user(getattr(cast, person))
    for url in (reverse("startups:list"), reverse("startups:detail", args=[cast.startup.pk])):
        assert client.get(url).status_code == 404
