"""Staff narrow the list of matches by a capability that the firm asks for and the startup offers."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from matchmaking.matches import actions
from matchmaking.matches.engine.thesaurus import load_thesaurus
from matchmaking.matches.enums import CapabilityStatus
from matchmaking.matches.filters import StaffMatchFilter
from matchmaking.matches.models import CapabilityEntry, Match, ThesaurusVersion
from matchmaking.matches.thesauri import editions
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import links, pairs, source

pytestmark = pytest.mark.django_db
SHARED = {
    "Aster": ["wind_parts", "ndt"],
    "Borage": ["ndt"],
    "Clover": ["solar_dev"],
    "Dahlia": [],
}


@pytest.fixture
def four(cast: Cast) -> dict[str, Match]:
    """Matches by the startup's name, each with the capabilities of both sides."""
    actions.ensure_thesaurus()
    return {
        name: world.match_of(
            cast.company, factories.StartupFactory(organisation__name=name), shared_capabilities=keys
        )
        for name, keys in SHARED.items()
    }


def left(query: str) -> set[str]:
    rows = StaffMatchFilter(QueryDict(query), queryset=Match.objects.all()).qs
    return set(rows.values_list("startup__organisation__name", flat=True))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("capability=wind_parts", {"Aster"}),
        ("capability=ndt", {"Aster", "Borage"}),
        ("capability=solar_dev", {"Clover"}),
        ("capability=geothermal", set()),
        ("capability=", set(SHARED)),
        ("capability=ndt&q=borage", {"Borage"}),
        ("capability=ndt&q=clover", set()),
    ],
)
def test_only_matches_of_that_capability_are_left(
    four: dict[str, Match], query: str, wanted: set[str]
) -> None:
    assert left(query) == wanted


@pytest.mark.parametrize("value", ["no_such_thing", "wind_parts'--", "風車"])
def test_what_is_no_capability_is_refused_at_its_field(four: dict[str, Match], value: str) -> None:
    query = QueryDict(mutable=True)
    query["capability"] = value
    form = StaffMatchFilter(query, queryset=Match.objects.all()).form
    assert (form.is_valid(), list(form.errors)) == (False, ["capability"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_capability_can_be_chosen_by_its_name_in_the_readers_language(
    four: dict[str, Match], language: str
) -> None:
    with translation.override(language):
        field = StaffMatchFilter(QueryDict(), queryset=Match.objects.all()).form.fields["capability"]
        chosen = dict(choice for _group, choices in list(field.choices)[1:] for choice in choices)
    wanted = {item.id: item.label(language) for item in load_thesaurus().capabilities}  # type: ignore[arg-type]
    assert chosen == wanted


def test_a_capability_that_was_merged_is_found_by_the_one_that_answers_for_it(four: dict[str, Match]) -> None:
    version = ThesaurusVersion.objects.in_force().get()
    CapabilityEntry.objects.filter(version=version, key="ndt").update(
        status=CapabilityStatus.MERGED, merged_into="infra_inspect"
    )
    merged = editions.compiled(version.entries.all())
    ThesaurusVersion.objects.filter(pk=version.pk).update(fingerprint=merged.version)
    assert left("capability=infra_inspect") == {"Aster", "Borage"}
    assert left("capability=ndt") == set(SHARED)  # no longer a choice: refused, and nothing is narrowed


def test_the_choice_stays_in_the_address_and_on_the_page(four: dict[str, Match], officer: Client) -> None:
    html = source(officer, "matches:staff", "?capability=ndt&country=", language="en")
    assert set(pairs(html)) == {"Aster", "Borage"}
    assert '<option value="ndt" selected>' in html
    sorting = links(html, "sort=")
    assert sorting != []
    assert all("capability=ndt" in link for link in sorting)
