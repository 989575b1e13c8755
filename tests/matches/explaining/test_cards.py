"""What a card and a pair's page hold for each reader, above all what they leave out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from matchmaking.core.enums import CooperationMode, Field, Industry, Stage
from matchmaking.core.prefectures import Prefecture
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.explaining import cards
from matchmaking.matches.models import Match
from tests import factories
from tests.conftest import Cast
from tests.matches import world

pytestmark = pytest.mark.django_db
NAME, NAME_EN, SECRET = "秘密製作所株式会社", "Secret Works Co., Ltd.", "乾燥炉の排熱"
LANGUAGES = ("en", "ja")


def pair(*, named: bool, status: str = MatchStatus.INTERESTED, **startup: Any) -> Match:
    """A firm whose every text holds the secret, and a startup that has said everything."""
    company = factories.CompanyFactory(
        organisation__name=NAME,
        organisation__name_en=NAME_EN,
        organisation__fields=[Field.DECARBONIZATION],
        prefecture=Prefecture.TOYAMA,
        industry=Industry.FOODS,
        business=SECRET,
        strengths=SECRET,
        name_disclosed=named,
    )
    factories.ChallengeFactory(company=company, title=SECRET, text=SECRET, field=Field.DECARBONIZATION)
    return world.match_of(company, world.startup(3, **startup), status)


def dumped(shown: dict[str, Any]) -> str:
    return json.dumps(shown, default=str, ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [cards.startup_card, lambda match: cards.firm_texts(match, Side.STARTUP)])
def test_a_startup_reads_no_word_of_a_firm_that_shows_no_name(make: Any, language: str) -> None:
    match = pair(named=False)
    with translation.override(language):
        shown = dumped(make(match))
    assert [word in shown for word in (NAME, NAME_EN, SECRET)] == [False, False, False]


@pytest.mark.parametrize(("language", "name"), [("en", NAME_EN), ("ja", NAME)])
def test_a_startup_reads_of_a_firm_that_shows_its_name(language: str, name: str) -> None:
    match = pair(named=True)
    with translation.override(language):
        card, texts = cards.startup_card(match), cards.firm_texts(match, Side.STARTUP)
    assert (card["name"], card["name_lang"], card["pitch"]) == (name, language, SECRET)
    assert (texts["name"], texts["lang"]) == (name, language)
    assert [each["text"] for each in texts["texts"]] == [SECRET] * 4


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Foods firm in Toyama"), ("ja", "富山県の企業（食料品）")],
)
def test_a_firm_without_a_name_is_an_industry_and_a_place(language: str, expected: str) -> None:
    match = pair(named=False)
    with translation.override(language):
        shown = cards.startup_card(match)
        assert cards.pair_title(match, Side.STARTUP) == shown["name"] == expected
    assert shown["name_lang"] == ""


@pytest.mark.parametrize("reader", [Side.STAFF, Side.COMPANY])
@pytest.mark.parametrize("named", [True, False])
def test_staff_and_the_firm_itself_always_read_its_name(reader: Side, named: bool) -> None:
    texts = cards.firm_texts(pair(named=named), reader)
    assert texts["name"] == NAME_EN
    assert [each["text"] for each in texts["texts"]] == [SECRET] * 4


@pytest.mark.parametrize(
    ("reader", "title"),
    [
        (Side.STAFF, f"{NAME_EN} × Steamcycle"),
        (Side.COMPANY, "Steamcycle"),
        (Side.STARTUP, NAME_EN),
    ],
)
def test_each_reader_has_the_other_in_the_heading_and_staff_both(reader: Side, title: str) -> None:
    assert cards.pair_title(pair(named=True), reader) == title


@pytest.mark.parametrize(
    ("name_en", "language", "shown", "lang"),
    [
        (NAME_EN, "en", NAME_EN, "en"),
        (NAME_EN, "ja", NAME, "ja"),
        ("", "en", NAME, "ja"),
        ("", "ja", NAME, "ja"),
    ],
)
def test_a_firm_without_an_english_name_keeps_its_own_and_says_so_to_screen_readers(
    name_en: str, language: str, shown: str, lang: str
) -> None:
    organisation = factories.CompanyFactory(
        organisation__name=NAME, organisation__name_en=name_en
    ).organisation
    with translation.override(language):
        assert (cards.shown_name(organisation), cards.lang_of(organisation)) == (shown, lang)


@pytest.mark.parametrize(
    ("status", "open_"), [(MatchStatus.DISCLOSED, True), (MatchStatus.INTERESTED, False)]
)
def test_a_card_offers_what_is_still_open(status: str, open_: bool) -> None:
    match = pair(named=True, status=status)
    card = cards.firm_card(match)
    request = reverse("meetings:request", kwargs={"match_pk": match.pk})
    assert (card["request_url"], card["pass_url"]) == (
        (request, reverse("matches:put_aside", kwargs={"pk": match.pk})) if open_ else ("", "")
    )
    assert ("Meeting requested" in card["tags"]) == (not open_)
    assert card["url"] == reverse("matches:detail", kwargs={"pk": match.pk})


@pytest.mark.parametrize(
    ("founded", "team", "stage", "words"),
    [
        (2019, 35, Stage.SERIES_A, "Founded 2019, 35 employees, Series A"),
        (None, 1, Stage.SEED, "1 employee, Seed"),
        (2020, None, "", "Founded 2020"),
        (None, None, "", ""),
    ],
)
def test_the_facts_of_a_startup_are_those_that_are_known(
    founded: int | None, team: int | None, stage: str, words: str
) -> None:
    match = pair(named=True, founded_year=founded, team_size=team, stage=stage)
    assert cards.firm_card(match)["facts"] == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_facts_are_told_in_the_readers_language(language: str) -> None:
    match = pair(named=True, founded_year=2019, team_size=35)
    with translation.override(language):
        facts = cards.firm_card(match)["facts"]
    assert ("35名" in facts) == (language == "ja")
    assert "2019" in facts


def test_a_startups_texts_are_those_it_has_given() -> None:
    match = pair(named=True, problem="Heat is lost", customers="", edge="")
    texts = cards.startup_texts(match, Side.COMPANY)
    assert [each["label"] for each in texts["texts"]] == [
        "One-line pitch",
        "Problem",
        "Solution",
        "Partner looked for in Japan",
    ]
    assert all(each["text"] for each in texts["texts"])


@pytest.mark.parametrize(
    ("reader", "page"),
    [(Side.STAFF, "startups:detail"), (Side.COMPANY, "startups:profile"), (Side.STARTUP, None)],
)
def test_each_reader_is_led_to_the_profile_that_they_may_open(reader: Side, page: str | None) -> None:
    match = pair(named=True)
    url = reverse(page, kwargs={"pk": match.startup_id}) if page else ""
    assert cards.startup_texts(match, reader)["url"] == url
    firm = reverse("companies:detail", kwargs={"pk": match.company_id}) if reader == Side.STAFF else ""
    assert cards.firm_texts(match, reader)["url"] == firm


def test_a_challenges_own_wishes_stand_beside_its_field() -> None:
    match = pair(named=True)
    match.challenge.modes = [CooperationMode.INVESTMENT]
    tags = cards.firm_texts(match, Side.STAFF)["tags"]
    assert tags == ["Toyama", "Foods", "Decarbonization", "Investment"]


@pytest.mark.parametrize("make", [cards.firm_card, cards.startup_card])
def test_a_card_holds_few_reasons_and_no_place_on_a_list(make: Any, cast: Cast) -> None:
    match = pair(named=True)
    match.rank_for_company, match.rank_for_startup = 37, 41
    shown = make(match)
    assert len([each for each in shown["reasons"] if each.kind == "yes"]) <= cards.REASONS_ON_CARD
    assert not {"rank_for_company", "rank_for_startup", "rank"} & set(shown)
    assert sum(bar.counted for bar in shown["components"]) == shown["score"]


def test_staff_read_where_a_score_comes_from() -> None:
    match = pair(named=True)
    rows = {each["label"]: each["value"] for each in cards.staff_facts(match)}
    assert (rows["Place for the firm"], rows["Place for the startup"]) == (1, 1)
    assert rows["Policy"] == f"version {match.policy.version}"
    assert rows["Run"] == "after an edit of a profile"


def test_a_pair_on_no_list_has_a_dash_for_its_place() -> None:
    match = pair(named=True)
    match.rank_for_company = match.rank_for_startup = None
    rows = {each["label"]: each["value"] for each in cards.staff_facts(match)}
    assert (rows["Place for the firm"], rows["Place for the startup"]) == ("–", "–")
