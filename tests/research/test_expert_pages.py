"""An expert says what they know; staff find the expert for a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django_countries import countries

from accounts.models import User
from matchmaking.core.enums import TARGET_COUNTRIES
from research import actions
from research.actions import Opinion
from research.models import AdviceRequest, Expert
from tests import factories
from tests.conftest import Cast
from tests.pages import errors_of, shown_values
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
OWN, LIST = "/en/expert/profile/", "/en/staff/experts/"
GIVEN: dict[str, Any] = {
    "affiliation": "西海農水産技術協会",
    "fields": ["agritech", "retail"],
    "countries": ["VN", "JP"],
    "languages": ["ja"],
    "biography": "施設園芸の現場を回る。\r\n養殖も。",
    "capacity": "3",
}


@pytest.fixture
def expert(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.expert)


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


@pytest.fixture
def several(cast: Cast) -> None:
    """The cast's own expert knows retail, in Japanese and English."""
    factories.ExpertFactory(
        user__name="Noa Shternfeld",
        affiliation="Carmel Technology Review",
        fields=["agritech", "healthcare"],
        languages=["en", "he"],
        countries=["IL"],
        biography="Reads patents and trial data.",
    )
    factories.ExpertFactory(
        user__name="千々岩 徹",
        affiliation="西海農水産技術協会",
        fields=["agritech"],
        languages=["ja"],
        countries=["JP", "VN"],
        biography="施設園芸の現場を回る。",
    )


def names(office: Client, query: str = "") -> list[str]:
    return [expert.user.name for expert in office.get(LIST + query).context["listing"].page]


def test_what_is_given_is_kept_and_shown_again(expert: Client, cast: Cast) -> None:
    answer = expert.post(OWN, GIVEN, follow=True)
    assert "Saved." in answer.content.decode()
    row = Expert.objects.get(user=cast.expert)
    assert (row.affiliation, row.fields, row.languages) == (
        "西海農水産技術協会",
        ["agritech", "retail"],
        ["ja"],
    )
    assert (sorted(row.countries), row.biography) == (["JP", "VN"], "施設園芸の現場を回る。\n養殖も。")
    shown = shown_values(expert, OWN)
    assert {name: sorted(value) if isinstance(value, list) else value for name, value in shown.items()} == {
        name: sorted(value) if isinstance(value, list) else value for name, value in GIVEN.items()
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("affiliation", "", "Write where you work, or “Independent”."),
        ("affiliation", "  ", "Write where you work, or “Independent”."),
        ("affiliation", "x" * 161, "Shorten this to 160 characters: it has 161 now."),
        ("fields", [], "Choose at least one."),
        ("fields", ["space"], "Choose at least one."),
        ("languages", [], "Choose at least one."),
        ("languages", ["xx"], "Choose at least one."),
        ("countries", ["XX"], "Choose countries of the list."),
        ("biography", "x" * 2001, "Shorten this to 2000 characters: it has 2001 now."),
        ("capacity", "", "Write a number from 0 to 10."),
        ("capacity", "11", "10"),
        ("capacity", "-1", "0"),
        ("capacity", "some", "number"),
        ("biography", "hid\u202eden", "character"),
        ("affiliation", "two\u2028lines", ""),
    ],
)
def test_a_slip_is_told_at_its_field_and_nothing_typed_is_lost(
    name: str, value: Any, message: str, expert: Client, cast: Cast
) -> None:
    before = Expert.objects.filter(user=cast.expert).values().get()
    page = expert.post(OWN, {**GIVEN, name: value})
    found = errors_of(page)
    assert list(found) == [name]
    assert message in found[name][0]
    kept = {other for other in GIVEN if page.context["form"][other].value() not in ("", [], None)}
    assert kept >= set(GIVEN) - {name}
    assert Expert.objects.filter(user=cast.expert).values().get() == before


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        ("en", ["Write where you work, or “Independent”.", "Choose at least one."]),
        ("ja", ["勤務先を記入してください。", "1つ以上選んでください"]),
    ],
)
def test_an_empty_page_says_what_to_do_in_both_languages(
    language: str, messages: list[str], expert: Client
) -> None:
    page = expert.post(f"/{language}/expert/profile/", {})
    told = errors_of(page)
    assert set(told) == {"affiliation", "fields", "languages", "capacity"}
    assert told["affiliation"][0].startswith(messages[0])
    assert told["fields"][0].startswith(messages[1][:5])


def test_countries_and_biography_may_stay_empty(expert: Client, cast: Cast) -> None:
    given = {name: value for name, value in GIVEN.items() if name not in ("countries", "biography")}
    assert expert.post(OWN, given).status_code == 302
    row = Expert.objects.get(user=cast.expert)
    assert (row.countries, row.biography, row.is_described) == ([], "", True)


def test_an_expert_without_a_row_can_describe_themselves_all_the_same(cast: Cast, as_user: SignIn) -> None:
    """Made by hand at a shell, say."""
    user = factories.UserFactory(staff_role="expert")
    client = as_user(user)
    assert client.get(OWN).status_code == 200
    assert not Expert.objects.filter(user=user).exists(), "looking writes nothing"
    client.post(OWN, GIVEN)
    assert Expert.objects.get(user=user).is_described


@pytest.mark.parametrize(
    ("described", "language", "words"),
    [
        (False, "en", "Tell the programme office what you know"),
        (False, "ja", "専門分野を登録してください"),
        (True, "en", None),
    ],
)
def test_the_first_page_asks_until_it_is_told(
    described: bool, language: str, words: str | None, expert: Client, cast: Cast
) -> None:
    if not described:
        Expert.objects.filter(user=cast.expert).update(affiliation="")
    html = expert.get(f"/{language}/").content.decode()
    if words is None:
        assert "Tell the programme office" not in html
    else:
        assert words in html
        assert f"/{language}/expert/profile/" in html


def test_settings_and_menu_lead_to_it(expert: Client, office: Client) -> None:
    assert OWN in expert.get("/en/account/settings/").content.decode()
    assert OWN not in office.get("/en/account/settings/").content.decode()
    current = [str(item["label"]) for item in expert.get(OWN).context["nav_items"] if item["current"]]
    assert current == ["Your expertise"]
    assert LIST in office.get("/en/account/staff/").content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Noa Shternfeld", "expert", "千々岩 徹"]),
        ("?field=agritech", ["Noa Shternfeld", "千々岩 徹"]),
        ("?field=healthcare&field=retail", ["Noa Shternfeld", "expert"]),
        ("?field=mobility", []),
        ("?language=ja", ["expert", "千々岩 徹"]),
        ("?language=he&field=agritech", ["Noa Shternfeld"]),
        ("?language=he&field=retail", []),
        ("?country=VN", ["千々岩 徹"]),
        ("?country=IL&country=JP", ["Noa Shternfeld", "千々岩 徹"]),
        ("?q=noa", ["Noa Shternfeld"]),
        ("?q=ＣＡＲＭＥＬ", ["Noa Shternfeld"]),
        ("?q=patents+carmel", ["Noa Shternfeld"]),
        ("?q=patents+nobody", []),
        ("?q=園芸", ["千々岩 徹"]),
        ("?q=100%25", []),
        ("?q=_", []),
        ("?sort=-name", ["千々岩 徹", "expert", "Noa Shternfeld"]),
        ("?sort=affiliation", ["Noa Shternfeld", "expert", "千々岩 徹"]),
        ("?sort=nonsense", ["Noa Shternfeld", "expert", "千々岩 徹"]),
    ],
)
def test_staff_narrow_the_list_down(query: str, expected: list[str], office: Client, several: None) -> None:
    assert names(office, query) == expected


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("?field=agritech&language=he", ["Agritech", "Hebrew"]),
        ("?country=VN&q=園芸", ["園芸", "Vietnam"]),
        ("", []),
    ],
)
def test_filters_in_use_stand_as_chips(query: str, labels: list[str], office: Client, several: None) -> None:
    chips = office.get(LIST + query).context["listing"].chips
    assert sorted(chip.label for chip in chips) == sorted(labels)


@pytest.mark.parametrize(
    ("language", "with_filter", "words"),
    [
        ("en", True, "No experts fit these filters."),
        ("ja", True, "条件に合う専門家はいません。"),
        ("en", False, "There are no experts yet."),
        ("ja", False, "専門家はまだいません。"),
    ],
)
def test_an_empty_list_says_why(
    language: str, with_filter: bool, words: str, office: Client, cast: Cast
) -> None:
    if not with_filter:
        Expert.objects.all().delete()
    query = "?field=mobility" if with_filter else ""
    assert words in office.get(f"/{language}/staff/experts/{query}").content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Health care", "Israel", "Hebrew", "Reads patents and trial data.", "3 experts"]),
        ("ja", ["ヘルスケア", "イスラエル", "ヘブライ語", "施設園芸の現場を回る。", "専門家 3名"]),
    ],
)
def test_values_are_shown_in_the_readers_words(
    language: str, words: list[str], office: Client, several: None
) -> None:
    html = office.get(f"/{language}/staff/experts/").content.decode()
    assert [each for each in words if each not in html] == []


def test_whoever_has_said_nothing_is_marked(office: Client, cast: Cast) -> None:
    assert "Has not described" not in office.get(LIST).content.decode()
    Expert.objects.update(fields=[])
    assert "Has not described their expertise yet" in office.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(office: Client) -> None:
    prices = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            office.get(LIST)
        prices.append(len(queries))
        factories.ExpertFactory.create_batch(3)
    assert prices[0] == prices[1]


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "newcomer", "expert"])
def test_the_list_is_for_staff(person: str, cast: Cast, as_user: SignIn) -> None:
    assert as_user(getattr(cast, person)).get(LIST).status_code == 404


@pytest.mark.parametrize("person", ["officer", "administrator", "company_owner", "startup_owner", "newcomer"])
def test_nobody_but_an_expert_describes_themselves(person: str, cast: Cast, as_user: SignIn) -> None:
    client = as_user(getattr(cast, person))
    assert (client.get(OWN).status_code, client.post(OWN, GIVEN).status_code) == (404, 404)
    assert not Expert.objects.exclude(user=cast.expert).exists()


def test_an_expert_changes_only_their_own_row(expert: Client, several: None, cast: Cast) -> None:
    before = list(Expert.objects.exclude(user=cast.expert).values())
    expert.post(OWN, {**GIVEN, "user": str(Expert.objects.exclude(user=cast.expert).first().pk)})
    assert list(Expert.objects.exclude(user=cast.expert).values()) == before


@pytest.mark.parametrize(("language", "japan"), [("en", "Japan"), ("ja", "日本")])
def test_japan_and_the_target_countries_are_offered_first(
    language: str, japan: str, expert: Client, office: Client
) -> None:
    with translation.override(language):
        own = expert.get(reverse("research:own")).context["form"].fields["countries"]
        listed = office.get(reverse("research:experts")).context["listing"].form.fields["country"]
        for offered in (list(own.choices), list(listed.choices)):
            assert offered[0] == ("JP", japan)
            assert [code for code, _name in offered[1 : 1 + len(TARGET_COUNTRIES)]] == list(TARGET_COUNTRIES)
            assert len(offered) == len({code for code, _name in offered}) == len(list(countries))


def test_the_page_about_an_expert_tells_what_they_assess_and_have_assessed(
    office: Client, cast: Cast
) -> None:
    """As many queries for two of each as for one; what was declined or taken back is neither load nor work."""
    address, prices = f"{LIST}{cast.expert.pk}/", []
    for number in (1, 2):
        about = [factories.StartupFactory() for _each in range(3)]
        still, given, gone = (works.advice_asked(each, cast.expert, cast.officer) for each in about)
        opinions = {each.value: Opinion(4, "Seen") for each in given.criteria()}
        actions.give_assessment(given, opinions, by=cast.expert)
        actions.take_back_advice_request(gone, by=cast.officer)
        AdviceRequest.objects.filter(pk=still.pk).update(due=date(2026, 1, 9))
        with CaptureQueriesContext(connection) as queries:
            page = office.get(address)
        prices.append(len(queries))
        found = page.context["assessments"]
        assert (found["asked"][0], found["given"][0], found["count"]) == (still, given, number)
        html = page.content.decode()
        assert (str(still) in html, str(given) in html, str(gone) in html) == (True, True, False)
        assert html.count("Overdue</span>") == number
    assert prices[0] == prices[1]
