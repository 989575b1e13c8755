"""Searching by words and by meaning: who finds what, in which order, and what nobody may learn from it."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.actions import ask_for_rescore
from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.models import Challenge, Company
from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.matches.enums import Sought
from matchmaking.matches.meaning import index
from matchmaking.matches.models import ChallengeMeaning, MeaningQuery, StartupMeaning
from startups.models import Startup
from tests import factories
from tests.conftest import Keeping
from tests.matches import world
from tests.matches.pages import answer, main, source, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]

HEAT, MOORING, PADDY = (" ".join(world.NEEDS[number][:2]) for number in (2, 3, 5))
TILL = " ".join(world.PITCHES[0][1:3])


@pytest.fixture(scope="module")
def kept_world(keeping: Keeping) -> tuple[list[Company], list[Startup]]:
    """The little world after its first run: everybody is in the index."""
    with keeping():
        found = world.populate()
        world.run_now()
    return found


@pytest.fixture
def listed(kept_world: tuple[list[Company], list[Startup]], db: None) -> tuple[list[Company], list[Startup]]:
    return deepcopy(kept_world)


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(factories.OfficerFactory())
    return client


@pytest.fixture
def firm(client: Client) -> Client:
    membership = factories.MembershipFactory(organisation=factories.CompanyFactory().organisation)
    client.force_login(membership.user)
    return client


def look(client: Client, text: str, what: str = "startups", *, answered: bool = True, **more: Any) -> str:
    """The page of a search, after a worker has said what the words mean."""
    query = "?" + urlencode({"q": text, **more})
    page = source(client, f"matches:search_{what}", query)
    if answered:
        jobs.run_due()
        page = source(client, f"matches:search_{what}", query)
    return main(page)


def section(page: str, heading: str) -> str:
    """One of the two lists of results."""
    _, _, rest = page.partition(f'<h2 id="{heading}">')
    return rest.partition("</section>")[0]


def found(page: str, heading: str, names: list[str]) -> list[str]:
    """Which of the names the list shows, in its order."""
    text = words(section(page, heading))
    return sorted((name for name in names if name in text), key=text.index)


NAMES = [name for name, *_ in world.PITCHES]
TITLES = [title for title, *_ in world.NEEDS]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("need", "name"), [(HEAT, "Steamcycle"), (MOORING, "Moorsense"), (PADDY, "Paddylink")]
)
@pytest.mark.parametrize("role", ["officer", "firm"])
def test_a_need_in_japanese_finds_the_pitch_in_english_first(
    request: pytest.FixtureRequest, role: str, need: str, name: str
) -> None:
    client = request.getfixturevalue(role)
    assert found(look(client, need), "nearest", NAMES)[0] == name


@pytest.mark.usefixtures("listed")
def test_an_offer_in_english_finds_the_challenge_in_japanese_first(officer: Client) -> None:
    assert found(look(officer, TILL, "challenges"), "nearest", TITLES)[0] == TITLES[0]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cartless", ["Cartless"]),
        ("ＣＡＲＴＬＥＳＳ", ["Cartless"]),
        ("Cartless till", ["Cartless"]),  # the name, and a word of the solution
        ("sensors fatigue", ["Moorsense"]),  # in any order
        ("Cartless paddies", []),  # every word is wanted
        ("%", []),  # no character stands for others
        ("_", []),
        ("120 degree", ["Steamcycle"]),
    ],
)
def test_what_contains_all_the_words_comes_first_whatever_their_width_and_case(
    officer: Client, text: str, wanted: list[str]
) -> None:
    page = look(officer, text, answered=False)
    assert found(page, "exact", NAMES) == wanted


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("text", ["洋上風力の係留索", "係留索 洋上風力", "係留索　寿命"])
def test_japanese_words_are_found_in_challenges(officer: Client, text: str) -> None:
    assert found(look(officer, text, "challenges", answered=False), "exact", TITLES) == [TITLES[3]]


def test_a_firms_names_in_both_languages_lead_to_its_challenges(
    officer: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    organisation = listed[0][4].organisation
    Organisation.objects.filter(pk=organisation.pk).update(name="霧島介護", name_en="Kirishima Care")
    for text in ("霧島", "kirishima"):
        assert found(look(officer, text, "challenges", answered=False), "exact", TITLES) == [TITLES[4]]


@pytest.mark.usefixtures("listed")
def test_what_contains_the_words_is_not_shown_a_second_time_by_meaning(officer: Client) -> None:
    page = look(officer, TILL)
    assert "Cartless" not in words(section(page, "nearest"))
    exact = look(officer, "Computer vision replaces the till.")
    assert (found(exact, "exact", NAMES), "Cartless" in found(exact, "nearest", NAMES)) == (
        ["Cartless"],
        False,
    )


@pytest.mark.usefixtures("listed")
def test_until_a_worker_has_answered_the_words_are_found_and_the_page_says_what_is_still_to_come(
    officer: Client,
) -> None:
    page = look(officer, HEAT + " Steamcycle", answered=False)
    assert "What they mean is still being worked out" in words(page)
    assert reverse("matches:search_startups") in page
    assert "still being worked out" not in words(look(officer, HEAT + " Steamcycle"))


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("what", "nothing"), [("startups", "No startup was found"), ("challenges", "No challenge was found")]
)
def test_nothing_found_is_said_only_once_the_meaning_was_looked_for(
    officer: Client, what: str, nothing: str
) -> None:
    """A country and a prefecture that nobody of the little world is in."""
    nowhere = {"startups": {"country": "IL"}, "challenges": {"prefecture": "47"}}[what]
    early = words(look(officer, HEAT, what, answered=False, **nowhere))
    assert ("still being worked out" in early, nothing in early) == (True, False)
    assert nothing in words(look(officer, HEAT, what, **nowhere))


@pytest.mark.usefixtures("listed")
def test_the_same_words_are_given_to_a_worker_once_without_saying_who_asked(officer: Client) -> None:
    for _ in range(3):
        look(officer, HEAT, answered=False)
    job = Job.objects.get(name="matches.answer_search")
    assert job.payload == {"sought": "startups", "words": HEAT}
    jobs.run_due()
    look(officer, HEAT, answered=False)
    assert Job.objects.filter(name="matches.answer_search").count() == 1
    assert HEAT not in str(MeaningQuery.objects.values())


def test_a_firm_neither_finds_counts_nor_ranks_what_is_not_published(
    firm: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    before = look(firm, HEAT)
    canary = world.startup(3, organisation__name="Canaryheat")
    index.refresh(Sought.STARTUPS, [canary.pk])
    assert "Canaryheat" in look(firm, HEAT, answered=False)
    Organisation.objects.filter(pk=canary.pk).update(status=OrganisationStatus.SUSPENDED)
    assert StartupMeaning.objects.filter(pk=canary.pk).exists()  # the index may be older than the state
    after = look(firm, HEAT, answered=False)
    assert after == before
    assert "contains your words" not in words(look(firm, "Canaryheat", answered=False))


def test_a_firm_that_is_not_published_finds_nobody(
    client: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    draft = factories.CompanyFactory(
        organisation__status=OrganisationStatus.DRAFT, organisation__published_at=None
    )
    client.force_login(factories.MembershipFactory(organisation=draft.organisation).user)
    page = words(look(client, HEAT))
    assert "No startup was found." in page
    assert not [name for name in NAMES if name in page]


@pytest.fixture
def founder(client: Client) -> Client:
    """Of a published startup in Singapore."""
    startup = factories.StartupFactory(organisation__country="SG")
    client.force_login(factories.MembershipFactory(organisation=startup.organisation).user)
    return client


@pytest.mark.usefixtures("listed")
def test_startups_do_not_search_for_one_another(founder: Client) -> None:
    assert answer(founder, "matches:search_startups", "?q=heat").status_code == 404


def test_a_startup_finds_what_firms_look_for_by_meaning_with_names_only_where_firms_give_them(
    founder: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    Company.objects.update(name_disclosed=True)
    named = words(section(look(founder, TILL, "challenges"), "nearest"))
    firm = listed[0][0]
    assert named.index(TITLES[0]) < named.index(TITLES[5])
    assert firm.organisation.name_en in named
    Company.objects.filter(pk=firm.pk).update(name_disclosed=False)
    firm.refresh_from_db()
    page = look(founder, TILL, "challenges")
    shown = words(section(page, "nearest"))
    assert (firm.summary_name() in shown, "to a startup only once a meeting is agreed" in shown) == (
        True,
        True,
    )
    for kept in (TITLES[0], world.NEEDS[0][1][:12], firm.organisation.name, firm.organisation.name_en):
        assert kept not in page
    assert "companies/" not in page


def test_the_words_of_a_firm_that_gives_no_name_are_not_searched_for(
    founder: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    """Else anybody could read them, and the name, word by word."""
    firm = listed[0][3]
    Organisation.objects.filter(pk=firm.pk).update(name="霧島重工", name_en="Kirishima Heavy")
    for text in ("係留索", "霧島", "kirishima"):
        Company.objects.filter(pk=firm.pk).update(name_disclosed=True)
        assert "contains your words" in words(look(founder, text, "challenges", answered=False))
        Company.objects.filter(pk=firm.pk).update(name_disclosed=False)
        page = look(founder, text, "challenges")
        assert "contains your words" not in words(page)
        assert firm.summary_name() in words(section(page, "nearest"))


def test_a_startup_finds_nothing_closed_unpublished_or_shut_to_its_country(
    founder: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    Company.objects.update(name_disclosed=True)
    shut, gone, closed = listed[0][2:5]
    Company.objects.filter(pk=shut.pk).update(excluded_countries=["SG"], preferred_countries=[])
    Organisation.objects.filter(pk=gone.pk).update(status=OrganisationStatus.SUSPENDED)
    closed.challenges.update(is_open=False)
    page = look(founder, TILL, "challenges")
    assert set(found(page, "nearest", TITLES)) == {TITLES[0], TITLES[1], TITLES[5]}
    assert "contains your words" not in words(look(founder, "排熱", "challenges", answered=False))


def test_a_startup_that_is_not_published_is_told_when_it_can_search(founder: Client) -> None:
    Organisation.objects.filter(country="SG").update(status=OrganisationStatus.DRAFT, published_at=None)
    page = main(source(founder, "matches:search_challenges", "?q=heat"))
    assert "once your profile has been reviewed and published" in words(page)
    assert ("<form" in page, 'role="status"' in page) == (False, False)


def test_a_startup_comes_to_the_search_from_the_firms_that_are_interested(founder: Client) -> None:
    assert reverse("matches:search_challenges") in source(founder, "matches:interest")
    page = main(source(founder, "matches:search_challenges"))
    assert ("Search challenges of firms" in words(page), "Firms ask for meetings" in words(page)) == (
        True,
        True,
    )
    assert reverse("matches:interest") in page


@pytest.mark.usefixtures("listed")
def test_firms_do_not_search_the_challenges_of_others(firm: Client) -> None:
    assert answer(firm, "matches:search_challenges", "?q=heat").status_code == 404


@pytest.mark.usefixtures("listed")
def test_filters_come_before_the_nearest_are_taken(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matchmaking.matches.meaning.search.NEAREST", 2)
    page = look(officer, HEAT, field="retail")
    assert len(found(page, "nearest", NAMES)) == 2
    assert set(found(page, "nearest", NAMES)) <= {"Cartless", "Shelfwise", "Paywave"}


def test_only_vectors_of_the_same_edition_are_compared(
    officer: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    look(officer, HEAT)
    StartupMeaning.objects.filter(pk=listed[1][0].pk).update(edition="older", vector=[1.0, 2.0])
    assert len(found(look(officer, HEAT, answered=False), "nearest", NAMES)) == 7


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("language", "text"), [("en", "No startup was found."), ("ja", "見つかりませんでした")]
)
def test_who_finds_nobody_is_told_what_to_do(officer: Client, language: str, text: str) -> None:
    look(officer, "zzzz")
    StartupMeaning.objects.all().delete()
    assert text in source(officer, "matches:search_startups", "?q=zzzz", language=language)


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?q=%E3%80%80"])
def test_without_words_nothing_is_looked_for(officer: Client, query: str) -> None:
    page = main(source(officer, "matches:search_startups", query))
    assert 'role="status"' not in page
    assert not Job.objects.filter(name="matches.answer_search").exists()


@pytest.mark.usefixtures("listed")
def test_words_stay_in_the_field_and_too_many_are_refused_there(officer: Client) -> None:
    assert f'value="{HEAT}"' in look(officer, HEAT, answered=False)
    page = look(officer, "長" * 501, answered=False)
    assert "長" * 501 in page
    assert "500" in words(page)
    assert 'role="status"' not in page


@pytest.mark.usefixtures("listed")
def test_signs_without_a_meaning_are_searched_for_as_they_are(officer: Client) -> None:
    Startup.objects.filter(one_liner=world.PITCHES[1][1]).update(customers="Paragraph § 5 😀")
    for text in ("§ 😀", "§"):
        assert found(look(officer, text), "exact", NAMES) == ["Shelfwise"]


@pytest.mark.usefixtures("listed")
def test_somebody_who_searches_all_the_time_is_asked_to_wait(officer: Client) -> None:
    for _ in range(30):
        assert answer(officer, "matches:search_startups", "?q=cartless").status_code == 200
    assert answer(officer, "matches:search_startups", "?q=cartless").status_code == 429
    assert answer(officer, "matches:search_startups").status_code == 200


@pytest.mark.parametrize("what", ["startups", "challenges"])
def test_a_page_takes_the_same_queries_for_one_result_and_for_eight(
    officer: Client, django_assert_num_queries: Any, what: str
) -> None:
    world.populate()
    world.run_now()
    text = HEAT if what == "startups" else TILL
    look(officer, text, what)
    kept = StartupMeaning if what == "startups" else ChallengeMeaning
    with django_assert_num_queries(QUERIES):
        look(officer, text, what, answered=False)
    kept.objects.exclude(pk=kept.objects.first().pk).delete()
    with django_assert_num_queries(QUERIES):
        look(officer, text, what, answered=False)


QUERIES = 10


# --- The index --------------------------------------------------------------------------------------------------------


def test_a_run_puts_everybody_into_the_index_and_a_second_one_writes_nothing(
    listed: tuple[list[Company], list[Startup]],
) -> None:
    assert set(StartupMeaning.objects.values_list("pk", flat=True)) == {each.pk for each in listed[1]}
    assert ChallengeMeaning.objects.count() == Challenge.objects.count() == 7
    StartupMeaning.objects.update(vector=[9.0])
    index.refresh(Sought.STARTUPS, [each.pk for each in listed[1]])
    assert {tuple(vector) for vector in StartupMeaning.objects.values_list("vector", flat=True)} == {(9.0,)}


def test_an_edit_changes_what_a_startup_is_found_by(
    officer: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    pitch = world.PITCHES[3]
    Startup.objects.filter(pk=listed[1][7].pk).update(one_liner=pitch[1], solution=pitch[2])
    ask_for_rescore(listed[1][7].organisation)
    jobs.run_due()
    assert set(found(look(officer, HEAT), "nearest", NAMES)[:2]) == {"Steamcycle", "Leafscan"}


def test_an_edit_of_a_firm_changes_what_its_challenges_are_found_by(
    officer: Client, listed: tuple[list[Company], list[Startup]]
) -> None:
    title, text, _field = world.NEEDS[0]
    listed[0][5].challenges.update(title="もう一つの店", text=f"{title} {text}")
    ask_for_rescore(listed[0][5].organisation)
    jobs.run_due()
    assert (
        "もう一つの店" in found(look(officer, TILL, "challenges"), "nearest", [*TITLES, "もう一つの店"])[:2]
    )


@pytest.mark.parametrize("kind", ["startup", "challenge"])
def test_what_is_no_longer_open_leaves_the_index(
    kind: str, listed: tuple[list[Company], list[Startup]]
) -> None:
    if kind == "startup":
        gone, kept, sought = listed[1][0].pk, StartupMeaning, Sought.STARTUPS
        Organisation.objects.filter(pk=gone).update(status=OrganisationStatus.SUSPENDED)
    else:
        gone, kept, sought = listed[0][1].challenges.get().pk, ChallengeMeaning, Sought.CHALLENGES
        Challenge.objects.filter(pk=gone).update(is_open=False)
    index.refresh(sought, [gone])
    assert not kept.objects.filter(pk=gone).exists()


def test_a_run_clears_away_who_left_and_searches_of_long_ago(
    listed: tuple[list[Company], list[Startup]],
) -> None:
    Organisation.objects.filter(pk=listed[1][0].pk).update(status=OrganisationStatus.SUSPENDED)
    old, young = (MeaningQuery.objects.create(key=key, edition="1", vector=[1.0]) for key in ("old", "young"))
    MeaningQuery.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    world.run_now()
    assert list(MeaningQuery.objects.all()) == [young]
    assert not StartupMeaning.objects.filter(pk=listed[1][0].pk).exists()


def test_what_no_worker_has_read_before_the_first_run_is_found_by_its_words(officer: Client) -> None:
    world.populate()
    assert found(look(officer, "Steamcycle"), "exact", NAMES) == ["Steamcycle"]
