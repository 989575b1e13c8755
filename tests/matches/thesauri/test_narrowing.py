"""Lists narrowed down by a capability, with the numbers that stand beside the choices and lead to the lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.models import User
from companies.filters import CompanyFilterSet
from companies.models import Challenge, Company
from matchmaking.core.enums import Field
from matchmaking.matches import actions
from matchmaking.matches.filters import ChallengeSearchFilter, RecommendedFilter, StartupSearchFilter
from matchmaking.matches.matrix import Measure, list_url, matrix_of
from matchmaking.matches.models import CapabilityReading, Match
from matchmaking.matches.thesauri.narrowing import counted_choices, keys_of, known_keys
from startups.filters import StartupFilterSet
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import main, source, words

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
OFFERS = {"Aster": ["wind_parts", "ndt"], "Borage": ["ndt"], "Clover": []}


def read(keys: list[str], **owner: Any) -> None:
    CapabilityReading.objects.create(keys=keys, edition="x", read_at=timezone.now(), **owner)


@pytest.fixture
def startups() -> dict[str, Startup]:
    actions.ensure_thesaurus()
    made = {
        name: factories.StartupFactory(
            organisation__name=name, organisation__country="SG", organisation__fields=[Field.RETAIL]
        )
        for name in OFFERS
    }
    for name, startup in made.items():
        read(OFFERS[name], startup=startup)
    return made


@pytest.fixture
def firm() -> Company:
    """Its open challenges ask for one thing each, in two fields; a closed one for a third."""
    actions.ensure_thesaurus()
    company = factories.CompanyFactory(excluded_countries=[], preferred_countries=[])
    for field, key, is_open in (
        (Field.RETAIL, "ndt", True),
        (Field.HEALTHCARE, "geothermal", True),
        (Field.RETAIL, "solar_dev", False),
    ):
        read([key], challenge=factories.ChallengeFactory(company=company, field=field, is_open=is_open))
    return company


def names(rows: Any) -> set[str]:
    return {row.organisation.name for row in rows}


def test_startups_are_left_that_offer_it_in_the_list_and_in_the_search(startups: dict[str, Startup]) -> None:
    for filters in (StartupFilterSet, StartupSearchFilter):
        found = {
            key: names(filters(QueryDict(f"capability={key}"), Startup.objects.all()).qs)
            for key in ("ndt", "wind_parts", "geothermal", "")
        }
        assert found == {
            "ndt": {"Aster", "Borage"},
            "wind_parts": {"Aster"},
            "geothermal": set(),
            "": set(OFFERS),
        }
    wrong = StartupFilterSet(QueryDict("capability=no_such"), Startup.objects.all())
    assert list(wrong.form.errors) == ["capability"]


def test_firms_are_left_of_which_an_open_challenge_asks_for_it_in_the_field_that_is_chosen(
    firm: Company,
) -> None:
    asked = ["ndt", "geothermal", "solar_dev", "ndt&need=retail", "ndt&need=healthcare"]
    found = [
        CompanyFilterSet(QueryDict(f"capability={each}"), Company.objects.all()).qs.count() for each in asked
    ]
    assert found == [1, 1, 0, 1, 0]
    rows = ChallengeSearchFilter(QueryDict("capability=solar_dev"), Challenge.objects.all()).qs
    assert [row.is_open for row in rows] == [False]


def test_a_firms_recommendations_say_how_many_offer_each_and_keep_what_was_chosen(
    cast: Cast, startups: dict[str, Startup], as_user: Sign
) -> None:
    for startup in startups.values():
        world.match_of(cast.company, startup)
    page = main(source(as_user(cast.company_member), "matches:list", "?capability=ndt", language="en"))
    boxes = re.findall(r'<input type="checkbox"[^>]*name="capability"\s+value="(\w+)"([^>]*)>', page)
    assert [(key, "checked" in rest) for key, rest in boxes] == [("ndt", True), ("wind_parts", False)]
    shown = words(page)
    assert ("Non-destructive" in shown, "(2)" in shown, "2 startups" in shown) == (True, True, True)
    assert ("Aster" in shown, "Borage" in shown, "Clover" in shown) == (True, True, False)
    gone = RecommendedFilter(QueryDict("capability=geothermal"), queryset=Match.objects.all(), offered=[])
    assert (gone.form.is_valid(), gone.qs.count()) == (True, 0)


def test_choices_with_numbers_are_the_most_frequent_and_the_chosen_ones() -> None:
    actions.ensure_thesaurus()
    carried = [["ndt", "wind_parts"], ["ndt"], None, ["long_gone"]]
    assert [(key, label[-3:]) for key, label in counted_choices(carried, ["geothermal", "odd"])] == [
        ("ndt", "(2)"),
        ("wind_parts", "(1)"),
        ("geothermal", "(0)"),
    ]
    assert (known_keys(["ndt", "odd", "ndt"]), keys_of("ndt"), keys_of("odd")) == (["ndt"], ["ndt"], [])


def test_the_matrix_counts_what_asks_for_offers_or_shares_it_and_leads_to_lists_of_that_many(
    startups: dict[str, Startup], firm: Company, client: Client
) -> None:
    challenge = firm.challenges.filter(field=Field.RETAIL, is_open=True).get()
    world.match_of(firm, startups["Aster"], "proposed", shared_capabilities=["ndt"], challenge=challenge)
    world.match_of(firm, startups["Borage"], "proposed", shared_capabilities=[], challenge=challenge)
    cell = ("retail", "SG")
    for measure, everybody, narrowed in (
        (Measure.DEMAND, 1, 1),
        (Measure.SUPPLY, 3, 2),
        (Measure.PROPOSED, 2, 1),
    ):
        counted = [matrix_of(measure).cells[cell], matrix_of(measure, "ndt").cells[cell]]
        assert counted == [everybody, narrowed]
        client.force_login(factories.OfficerFactory())
        url = list_url(measure, *cell, "ndt")
        assert "capability=ndt" in url
        assert re.search(rf"\b{narrowed} (firm|startup|match)", words(main(client.get(url).content.decode())))
    assert ("healthcare", "SG") not in matrix_of(Measure.DEMAND, "ndt").cells
    page = source(client, "matches:matrix", "?measure=supply&capability=ndt", language="en")
    assert '<option value="ndt" selected>' in page
    assert "matrix.csv?measure=supply&amp;capability=ndt" in page
    file = source(client, "matches:matrix_csv", "?measure=supply&capability=ndt", language="en")
    assert file.splitlines()[-1].endswith(",2")
    assert "selected>" in source(client, "matches:matrix", "?capability=no_such", language="en")


def test_the_balance_leads_to_the_startups_and_firms_behind_its_numbers(
    startups: dict[str, Startup], firm: Company, client: Client
) -> None:
    client.force_login(factories.OfficerFactory())
    page = source(client, "matches:capability_balance", "?page=99", language="en") + source(
        client, "matches:capability_balance", language="en"
    )
    assert "?status=published&amp;challenge=open&amp;capability=geothermal" in page
    offers = re.search(r'href="([^"]*status=published&amp;capability=ndt)">2<', page)
    assert offers
    assert "2 startups" in words(client.get(offers[1].replace("&amp;", "&")).content.decode())
