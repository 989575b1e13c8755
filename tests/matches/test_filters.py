"""Filters that a firm and people who search narrow their lists by: what is offered, what is left, what is refused."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils import translation

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.models import Challenge
from matchmaking.core.enums import TARGET_COUNTRIES, Field
from matchmaking.core.prefectures import Prefecture
from matchmaking.matches.filters import (
    SEARCH_LENGTH,
    ChallengeSearchFilter,
    RecommendedFilter,
    StartupSearchFilter,
)
from matchmaking.matches.models import Match
from matchmaking.matches.views.firm import OFFERED
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.matches import world

pytestmark = pytest.mark.django_db
RETAIL, CARE, AGRI = Field.RETAIL.value, Field.HEALTHCARE.value, Field.AGRITECH.value


# --- A firm's recommendations ------------------------------------------------------------------------------------


@pytest.fixture
def four(cast: Cast) -> dict[str, Match]:
    """Startups by name: their fields and their country."""
    made = {
        "both": ([RETAIL, CARE], "SG"),
        "retail": ([RETAIL], "VN"),
        "care": ([CARE], "SG"),
        "nothing": ([], "IN"),
    }
    return {
        name: world.match_of(
            cast.company,
            factories.StartupFactory(
                organisation__name=name, organisation__fields=fields, organisation__country=country
            ),
        )
        for name, (fields, country) in made.items()
    }


def recommended(query: str) -> RecommendedFilter:
    rows = Match.objects.all()
    offered = rows.values_list(*OFFERED)
    return RecommendedFilter(QueryDict(query), queryset=rows, offered=offered)


def left(filters: RecommendedFilter) -> set[str]:
    return set(filters.qs.values_list("startup__organisation__name", flat=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"both", "retail", "care", "nothing"}),
        ("field=retail", {"both", "retail"}),
        ("field=retail&field=healthcare", {"both", "retail", "care"}),  # any of them
        ("country=SG", {"both", "care"}),
        ("country=SG&country=IN", {"both", "care", "nothing"}),
        ("field=retail&country=SG", {"both"}),  # both kinds at once
        ("field=healthcare&country=VN", set()),
        ("field=retail&page=2&sort=new", {"both", "retail"}),
    ],
)
def test_what_a_firm_narrows_its_recommendations_to(
    four: dict[str, Match], query: str, names: set[str]
) -> None:
    filters = recommended(query)
    assert filters.form.is_valid()
    assert left(filters) == names
    assert filters.qs.count() == len(names)  # nobody twice, however many fields are shared


@pytest.mark.parametrize("query", ["field=agritech", "field=x", "country=JP", "field=retail&field=x"])
def test_what_is_not_offered_is_no_choice_of_the_form(four: dict[str, Match], query: str) -> None:
    form = recommended(query).form
    assert (form.is_valid(), len(form.errors)) == (False, 1)


@pytest.mark.parametrize(
    ("language", "fields", "countries"),
    [
        ("en", {"Retail (2)", "Health care (2)"}, {"Singapore (2)", "Vietnam (1)", "India (1)"}),
        ("ja", {"小売 (2)", "ヘルスケア (2)"}, {"シンガポール (2)", "ベトナム (1)", "インド (1)"}),
    ],
)
def test_choices_are_what_there_is_with_how_many_in_the_readers_language(
    four: dict[str, Match], language: str, fields: set[str], countries: set[str]
) -> None:
    with translation.override(language):
        form = recommended("").form
        labels = [{str(label) for _value, label in field.choices} for field in form.fields.values()]
    assert labels == [fields, countries, set()]


def test_with_nothing_to_choose_from_nothing_is_offered(db: None) -> None:
    form = recommended("").form
    assert [list(field.choices) for field in form.fields.values()] == [[], [], []]


# --- Searches ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=x", {"both", "retail", "care", "nothing"}),  # the words are looked for elsewhere
        ("q=x&field=retail", {"both", "retail"}),
        ("q=x&country=IN", {"nothing"}),
        ("q=x&field=healthcare&country=SG", {"both", "care"}),
        ("q=x&country=JP", set()),
    ],
)
def test_a_search_for_startups_is_narrowed_first(four: dict[str, Match], query: str, names: set[str]) -> None:
    rows = Startup.objects.filter(matches__in=[match.pk for match in four.values()])
    found = StartupSearchFilter(QueryDict(query), rows).qs
    assert set(found.values_list("organisation__name", flat=True)) == names


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=x", {"a", "b", "c"}),
        ("q=x&field=agritech", {"b", "c"}),
        ("q=x&prefecture=toyama", {"c"}),
        ("q=x&field=retail&prefecture=toyama", set()),
    ],
)
def test_a_search_for_challenges_is_narrowed_first(db: None, query: str, titles: set[str]) -> None:
    for title, field, prefecture in (
        ("a", RETAIL, Prefecture.NIIGATA),
        ("b", AGRI, Prefecture.NIIGATA),
        ("c", AGRI, Prefecture.TOYAMA),
    ):
        factories.ChallengeFactory(title=title, field=field, company__prefecture=prefecture)
    query = query.replace("toyama", str(Prefecture.TOYAMA.value))
    found = ChallengeSearchFilter(QueryDict(query), Challenge.objects.all()).qs
    assert set(found.values_list("title", flat=True)) == titles


@pytest.mark.parametrize("filters", [StartupSearchFilter, ChallengeSearchFilter])
@pytest.mark.parametrize(
    ("words", "valid"),
    [
        ("", True),
        ("水田の水位", True),
        ("x" * SEARCH_LENGTH, True),
        ("x" * (SEARCH_LENGTH + 1), False),
        ("two\nlines", False),
        ("nul\x00", False),
        ("hidden\u200bspace", False),
        ("100% _sure_ \\ ' \"", True),
    ],
)
def test_words_that_cannot_be_looked_for_are_told_at_the_field(
    db: None, filters: type[StartupSearchFilter | ChallengeSearchFilter], words: str, valid: bool
) -> None:
    query = QueryDict(mutable=True)
    query["q"] = words
    form = filters(query, Match.objects.none()).form
    assert form.is_valid() == valid
    assert list(form.errors) == ([] if valid else ["q"])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_countries_of_the_programme_are_offered_first_and_each_once(db: None, language: str) -> None:
    with translation.override(language):
        form = StartupSearchFilter(QueryDict(""), Startup.objects.all()).form
        codes = [code for code, _name in form.fields["country"].choices]
    assert codes[1 : 1 + len(TARGET_COUNTRIES)] == list(TARGET_COUNTRIES)
    assert (codes[0], len(codes)) == ("", len(set(codes)))


@pytest.mark.parametrize("status", OrganisationStatus.values)
def test_a_firm_narrows_by_what_takes_part_only(cast: Cast, status: str) -> None:
    """Choices count what could be shown, so a firm does not learn from them who has paused."""
    world.match_of(cast.company, cast.startup)
    Organisation.objects.filter(pk=cast.startup.pk).update(status=status, return_reason="x")
    every = Match.objects.visible_to(cast.company_owner).recommended()
    offered = list(every.values_list(*OFFERED))
    form = RecommendedFilter(QueryDict(""), queryset=every, offered=offered).form
    assert bool(list(form.fields["country"].choices)) == (status == OrganisationStatus.PUBLISHED)
