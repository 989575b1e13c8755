"""The pages on capabilities: officers read, administrators change the draft, nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from matchmaking.matches import actions
from matchmaking.matches.models import CapabilityEntry, CapabilityReading, Run, ThesaurusVersion
from matchmaking.matches.thesauri import editions
from matchmaking.matches.thesauri.forms import MOST_WORDINGS, free_key
from matchmaking.matches.thesauri.patterns import LONGEST
from tests import factories
from tests.conftest import Cast
from tests.matches.pages import answer, columns, main, source, words

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]


@pytest.fixture
def boss(cast: Cast, as_user: Sign) -> Client:
    actions.ensure_policy()
    return as_user(cast.administrator)


@pytest.fixture
def draft(cast: Cast, boss: Client) -> ThesaurusVersion:
    return actions.open_draft(by=cast.administrator)


def reading(row: Any, *keys: str, **changes: Any) -> CapabilityReading:
    """What a worker would have written down about a challenge or a startup."""
    name = type(row).__name__.lower()
    values = {
        name: row,
        "keys": list(keys),
        "edition": editions.delivered().version,
        "read_at": timezone.now(),
    }
    return CapabilityReading.objects.create(**values | changes)


def listed(page: str) -> list[str]:
    return [row[0] for row in columns(main(page))[1:]]


# --- The list ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=photovoltaic", {"Solar development and installation"}),  # in a wording
        ("?q=太陽光 水上", {"Floating and agrivoltaic solar"}),  # two words of Japanese, read in English
        ("?q=ＦＬＯＡＴＩＮＧ+wind", {"Floating offshore wind"}),  # any width and case
        ("?q=nothing+at+all", set()),
        ("?field=agritech&q=soil+sensing", {"Soil sensing"}),
        ("?field=retail&q=soil+sensing", set()),
        ("?status=retired", set()),
    ],
)
def test_the_list_is_searched_in_both_languages_and_narrowed_down(
    boss: Client, query: str, found: set[str]
) -> None:
    names = set(listed(source(boss, "matches:capabilities", query)))
    assert found <= names if found else names == set()
    assert len(names) <= 4


def test_the_list_comes_in_pages_that_keep_the_filters(boss: Client) -> None:
    page = source(boss, "matches:capabilities", "?field=decarbonization")
    assert len(listed(page)) == 50
    assert "field=decarbonization&amp;page=2" in page
    rest = listed(source(boss, "matches:capabilities", "?field=decarbonization&page=2"))
    assert not set(rest) & set(listed(page))


@pytest.mark.parametrize(
    ("language", "name", "group"),
    [
        ("ja", "太陽光発電の開発・設置", "再生可能エネルギー"),
        ("en", "Solar development and installation", "Renewable power"),
    ],
)
def test_the_list_speaks_the_readers_language(boss: Client, language: str, name: str, group: str) -> None:
    rows = columns(main(source(boss, "matches:capabilities", "?q=photovoltaic", language=language)))
    [found] = [row for row in rows if row[0] == name]
    assert group in found[1]


def test_the_number_of_queries_does_not_depend_on_what_is_listed(
    boss: Client, django_assert_max_num_queries: Any
) -> None:
    address = reverse("matches:capabilities")
    boss.get(address)
    for query in ("?q=photovoltaic", "?field=decarbonization"):
        with django_assert_max_num_queries(12):
            boss.get(address + query)


def test_officers_read_the_list_and_the_draft_and_find_no_button_to_change_them(
    cast: Cast, as_user: Sign, draft: ThesaurusVersion
) -> None:
    officer = as_user(cast.officer)
    for name, kwargs in (
        ("capabilities", {}),
        ("capability", {"key": "solar_dev"}),
        ("capability_draft", {}),
    ):
        page = main(source(officer, f"matches:{name}", "?draft=1", **kwargs))
        assert 'method="post"' not in page
        assert "/edit/" not in page
        assert "put-in-force" not in page


# --- One capability ----------------------------------------------------------------------------------------------


def test_the_page_of_one_says_what_it_says_and_who_carries_it(cast: Cast, boss: Client) -> None:
    reading(cast.company.challenges.get(), "solar_dev", is_confirmed=True)
    reading(cast.other_company.challenges.get(), "solar_dev", "solar_om")
    reading(cast.startup, "solar_dev")
    page = main(source(boss, "matches:capability", key="solar_dev"))
    rows = {row[0]: row[1:] for row in columns(page)}
    assert (rows["Needs"], rows["Startups"]) == (["1", "1"], ["0", "1"])
    assert rows["Name"] == ["太陽光発電の開発・設置", "Solar development and installation"]
    assert "photovoltaic" in rows["Wordings"][1]


def test_what_is_nowhere_has_no_page(boss: Client) -> None:
    assert answer(boss, "matches:capability", key="no_such_thing").status_code == 404


def test_the_history_of_one_tells_of_every_edition(cast: Cast, boss: Client, draft: ThesaurusVersion) -> None:
    entry = draft.entries.select_related("version").get(key="solar_dev")
    actions.retire_capability(entry, reason="x", by=cast.administrator)
    page = words(main(source(boss, "matches:capability", key="solar_dev")))
    assert "Capability retired" in page
    assert "The draft says something else of this capability." in page


# --- Changing the draft ------------------------------------------------------------------------------------------

FILLED = {
    "field": "agritech",
    "group": "aqua",
    "label_ja": "えびの陸上養殖",
    "label_en": "Land-based shrimp farming",
    "gloss_ja": "陸上の水槽でえびを育てる",
    "gloss_en": "Farms shrimp in tanks on land",
    "aliases_ja": "えび.{0,6}養殖\r\n\r\nエビ養殖\r\nエビ養殖",
    "aliases_en": "shrimp",
}


def post(client: Client, name: str, data: dict[str, Any], *, language: str = "en", **kwargs: Any) -> Any:

    with translation.override(language):
        return client.post(reverse(f"matches:{name}", kwargs=kwargs or None), data)


def test_a_new_capability_is_checked_before_it_is_saved(boss: Client, draft: ThesaurusVersion) -> None:
    checked = post(boss, "capability_new", FILLED).content.decode()
    rows = {row[0]: row[1:] for row in columns(main(checked))}
    assert rows["Name in English"] == ["–", "Land-based shrimp farming"]
    assert rows["Wordings in Japanese"] == ["–", "えび.{0,6}養殖 エビ養殖"]  # once each
    assert not draft.entries.filter(label_en="Land-based shrimp farming").exists()
    saved = post(boss, "capability_new_save", FILLED)
    entry = draft.entries.get(key="land_based_shrimp_farming")
    assert saved["Location"].endswith("/on/land_based_shrimp_farming/")
    assert (entry.aliases_ja, entry.place) == (["えび.{0,6}養殖", "エビ養殖"], 235)


@pytest.mark.parametrize(
    ("name", "value", "language", "message"),
    [
        (
            "aliases_en",
            "(a+)+b",
            "en",
            "Line 1: Instead of “+” (character 3), write how often, such as {0,10}.",
        ),
        (
            "aliases_en",
            "fine\n(a{0,9}){0,9}b",
            "en",
            "Line 2: Take out the repetition within a repetition",
        ),
        (
            "aliases_ja",
            "(a+)+b",
            "ja",
            "1行目：「+」（3文字目）の代わりに、{0,10}のように回数の範囲を書いてください。",
        ),
        ("aliases_ja", "(海", "ja", "1行目：1文字目のかっこを閉じてください。"),
        ("aliases_en", "x" * (LONGEST + 1), "en", f"Line 1: Shorten the wording to {LONGEST} characters."),
        (
            "aliases_en",
            "a?",
            "en",
            "Line 1: Write something that must stand there: now every text would match.",
        ),
        ("aliases_en", "a.{0,60}b.{0,60}c.{0,60}d", "en", "Line 1: Split this wording into several"),
        ("aliases_en", "a{0,99}b", "en", "Line 1: Write a repetition of at most 60 at character 2"),
        ("aliases_en", "end$", "en", "Line 1: Put a backslash before “$” (character 4), or remove it."),
        (
            "aliases_en",
            "\n".join(f"w{n}" for n in range(MOST_WORDINGS + 1)),
            "en",
            "Write at most 30 wordings.",
        ),
        ("label_ja", "長" * 31, "ja", "30文字以内にしてください。"),
        ("label_en", "", "en", "Write this in both languages."),
        ("gloss_en", "x" * 201, "en", "Shorten this to 200 characters."),
        ("gloss_en", "Farms shrimp\non land", "en", "Write this on one line."),
        ("gloss_en", "Farms shrimp\r\non land", "ja", "改行を入れずに1行で入力してください。"),
        ("label_en", "solar DEVELOPMENT and installation", "en", "Another capability has this name."),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field_and_stays_as_typed(
    boss: Client, draft: ThesaurusVersion, name: str, value: str, language: str, message: str
) -> None:
    for page in ("capability_new", "capability_new_save"):
        answered = post(boss, page, {**FILLED, name: value}, language=language)
        shown = words(main(answered.content.decode()))
        assert message in shown
        assert FILLED["gloss_ja"] in answered.content.decode()
    assert draft.entries.count() == 235


def test_an_edit_shows_before_and_after_and_saves_only_what_was_checked(
    boss: Client, draft: ThesaurusVersion
) -> None:
    page = source(boss, "matches:capability_edit", key="solar_dev")
    entry = draft.entries.get(key="solar_dev")
    seen = page.split('name="seen" value="')[1].split('"')[0]
    data = {**entry.content(), "label_en": "Rooftop solar", "seen": seen}
    data |= {name: "\n".join(data[name]) for name in ("aliases_ja", "aliases_en")}
    rows = columns(main(post(boss, "capability_edit", data, key="solar_dev").content.decode()))[1:]
    assert rows == [["Name in English", "Solar development and installation", "Rooftop solar"]]
    post(boss, "capability_edit_save", data, key="solar_dev")
    assert draft.entries.get(key="solar_dev").label_en == "Rooftop solar"
    again = post(boss, "capability_edit_save", {**data, "label_en": "Mine"}, key="solar_dev").content.decode()
    assert "Somebody else changed this capability meanwhile." in words(again)
    assert 'value="Mine"' in again


@pytest.mark.parametrize("name", ["gloss_ja", "gloss_en"])
def test_a_meaning_is_seen_whole_while_it_is_changed_and_a_name_stays_one_line(
    boss: Client, draft: ThesaurusVersion, name: str
) -> None:
    page = answer(boss, "matches:capability_edit", key="solar_dev").context["form"]
    widget = page[name].field.widget
    assert (type(widget).__name__, widget.attrs["rows"]) == ("Textarea", 3)
    assert page[name].value() == getattr(draft.entries.get(key="solar_dev"), name)
    assert "<textarea" not in str(page[name.replace("gloss", "label")])


@pytest.mark.parametrize(
    ("language", "page", "link"),
    [
        ("en", "capabilities", 'href="/en/staff/matches/">Back to the matches</a>'),
        ("ja", "capabilities", 'href="/ja/staff/matches/">マッチング一覧に戻る</a>'),
        ("en", "capability_gaps", 'href="/en/staff/capabilities/balance/">See supply and demand</a>'),
        ("ja", "capability_gaps", 'href="/ja/staff/capabilities/balance/">需要と供給を見る</a>'),
    ],
)
def test_the_list_leads_back_and_an_empty_page_onward(
    boss: Client, language: str, page: str, link: str
) -> None:
    assert re.sub(r"\s+(?=href)", " ", source(boss, f"matches:{page}", language=language)).count(link) == 1


def test_an_edit_that_changes_nothing_says_so(boss: Client, draft: ThesaurusVersion) -> None:
    entry = draft.entries.get(key="solar_dev")
    page = source(boss, "matches:capability_edit", key="solar_dev")
    data = {**entry.content(), "seen": page.split('name="seen" value="')[1].split('"')[0]}
    data |= {name: "\n".join(data[name]) for name in ("aliases_ja", "aliases_en")}
    assert "Nothing changes yet." in post(boss, "capability_edit", data, key="solar_dev").content.decode()


def test_merging_retiring_and_bringing_back_go_through_their_pages(
    boss: Client, draft: ThesaurusVersion
) -> None:
    refused = post(boss, "capability_merge", {"into": ""}, key="solar_om").content.decode()
    assert "Choose the capability that stays." in refused
    post(boss, "capability_merge", {"into": "solar_dev"}, key="solar_om")
    assert "Write why." in post(boss, "capability_retire", {"reason": " "}, key="geothermal").content.decode()
    post(boss, "capability_retire", {"reason": "nobody asks"}, key="geothermal")
    ended = dict(draft.entries.exclude(status="active").values_list("key", "status"))
    assert ended == {"solar_om": "merged", "geothermal": "retired"}
    page = words(main(source(boss, "matches:capability_draft")))
    assert ("Merged into “Solar development and installation”" in page, "Retired" in page) == (True, True)
    for key in ended:
        post(boss, "capability_restore", {}, key=key)
    assert "The draft changes nothing yet." in source(boss, "matches:capability_draft")


def test_the_draft_says_what_each_change_does_and_how_many_profiles_carry_it(
    cast: Cast, boss: Client, draft: ThesaurusVersion, django_assert_max_num_queries: Any
) -> None:
    reading(cast.startup, "solar_dev", is_confirmed=True)
    entry = draft.entries.get(key="solar_dev")
    content = {
        **entry.content(),
        "label_en": "Rooftop solar",
        "aliases_ja": [*entry.aliases_ja[1:], "屋根上太陽光"],
    }
    actions.change_capability(entry, content=content, seen=entry.content(), by=cast.administrator)
    with django_assert_max_num_queries(14):
        page = words(main(source(boss, "matches:capability_draft")))
    wanted = [
        f"Name in English: “{entry.label_en}” becomes “Rooftop solar”",
        "Wordings in Japanese, added: 屋根上太陽光",
        f"Wordings in Japanese, taken out: {entry.aliases_ja[0]}",
        "Pitches: 1 (1 confirmed)",
    ]
    assert [said for said in wanted if said not in page] == []


def test_nothing_that_is_merged_is_offered_to_merge_into(boss: Client, draft: ThesaurusVersion) -> None:
    post(boss, "capability_merge", {"into": "solar_dev"}, key="solar_om")
    options = source(boss, "matches:capability_merge", key="floating_solar")
    assert ('value="solar_dev"' in options, 'value="solar_om"' in options) == (True, False)


@pytest.mark.parametrize("page", ["capability_new", "capability_draft_discard", "capability_draft_put"])
def test_without_a_draft_its_pages_lead_to_where_one_is_begun(boss: Client, page: str) -> None:
    assert answer(boss, f"matches:{page}")["Location"] == reverse("matches:capability_draft")
    assert "There is no draft." in source(boss, "matches:capability_draft")


def test_the_draft_is_begun_with_a_button_and_discarded_after_a_question(boss: Client) -> None:
    assert "Begin a draft" in source(boss, "matches:capabilities")
    post(boss, "capability_draft_open", {})
    assert "This is the draft, version 2." in words(source(boss, "matches:capabilities", "?draft=1"))
    assert "Discard the draft?" in source(boss, "matches:capability_draft_discard")
    post(boss, "capability_draft_discard", {})
    assert not ThesaurusVersion.objects.drafts().exists()


def test_putting_in_force_needs_a_reason_a_change_and_that_nothing_changed_meanwhile(
    boss: Client, draft: ThesaurusVersion
) -> None:
    seen = {"seen": draft.fingerprint, "reason": "because"}
    assert "Write why." in post(boss, "capability_draft_put", {**seen, "reason": ""}).content.decode()
    assert "The draft changes nothing yet." in post(boss, "capability_draft_put", seen).content.decode()
    post(boss, "capability_retire", {"reason": "nobody asks"}, key="geothermal")
    assert "changed meanwhile" in post(boss, "capability_draft_put", seen).content.decode()
    assert "Geothermal" in main(source(boss, "matches:capability_draft_put"))
    draft.refresh_from_db()
    done = post(boss, "capability_draft_put", {**seen, "seen": draft.fingerprint})
    assert done["Location"] == reverse("matches:run", args=[Run.objects.get().pk])


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Shrimp farming", "shrimp_farming"),
        ("Geothermal", "geothermal_2"),
        ("!!!", "capability"),
        ("x" * 60, "x" * 36),
    ],
)
def test_keys_are_plain_short_and_free(draft: ThesaurusVersion, label: str, key: str) -> None:
    assert free_key(draft, label) == key


# --- Texts, gaps, balance ----------------------------------------------------------------------------------------


def test_a_text_is_shown_with_its_wordings_marked_and_cannot_smuggle_anything(boss: Client) -> None:
    page = post(boss, "capability_try", {"text": "屋根に太陽光を<b>載せたい"}).content.decode()
    assert "屋根に<mark>太陽光</mark>を&lt;b&gt;載せたい" in page
    shown = words(main(page))
    assert "Solar development and installation" in shown
    assert "Wordings that hit:" in shown
    assert "No worker has answered yet." in shown


def test_a_sentence_without_a_wording_remains_beside_what_is_nearest_to_it(boss: Client) -> None:
    text = "屋根に太陽光を載せたい。月ごとの茶会を楽しみにしている。"
    left = words(main(post(boss, "capability_try", {"text": text}).content.decode())).partition(
        "unexplained"
    )[2]
    assert ("茶会" in left, "屋根" in left.partition("What is read")[0]) == (True, False)
    page = words(main(post(boss, "capability_try", {"text": "屋根に太陽光を載せたい。"}).content.decode()))
    assert "A wording occurs in every sentence." in page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Paste a text."),
        ("あ" * 2001, "2000"),
        ("よろしくお願いします。", "No wording occurs in this text."),
    ],
)
def test_a_text_without_anything_to_find_is_told_so(boss: Client, text: str, message: str) -> None:
    assert message in post(boss, "capability_try", {"text": text}).content.decode()


def test_the_draft_is_tried_where_the_address_asks_for_it(boss: Client, draft: ThesaurusVersion) -> None:
    post(boss, "capability_new_save", FILLED)
    tried = boss.post(reverse("matches:capability_try") + "?draft=1", {"text": "エビ養殖"}).content.decode()
    assert ("Land-based shrimp farming" in tried, "The text is read by the draft." in tried) == (True, True)
    assert (
        "Land-based shrimp farming" not in post(boss, "capability_try", {"text": "エビ養殖"}).content.decode()
    )


def test_needs_answered_badly_come_with_their_text_none_fits_first(cast: Cast, boss: Client) -> None:
    badly, none_fits = cast.company.challenges.get(), cast.other_company.challenges.get()
    reading(badly, "solar_dev", nearest=0.2)
    reading(none_fits, is_confirmed=True, nearest=0.9)
    reading(factories.ChallengeFactory(title="よい"), "solar_dev", nearest=0.2, by_wording=["solar_dev"])
    reading(factories.ChallengeFactory(title="近い"), "solar_dev", nearest=1.1)
    page = words(main(source(boss, "matches:capability_gaps")))
    assert page.index("None fits") < page.index("No meaning is near")
    assert (badly.text in page, none_fits.text in page, "よい" in page, "近い" in page) == (
        True,
        True,
        False,
        False,
    )


def test_supply_and_demand_shows_the_greatest_shortage_first_and_as_a_file_for_excel(
    cast: Cast, boss: Client
) -> None:
    reading(cast.company.challenges.get(), "geothermal", "solar_dev")
    reading(cast.other_company.challenges.get(), "geothermal")
    reading(cast.startup, "solar_dev")
    rows = columns(main(source(boss, "matches:capability_balance")))
    assert [row[0] for row in rows[1:3]] == ["Geothermal", "Solar development and installation"]
    assert [[cell.split(" : ")[0] for cell in row[2:]] for row in rows[1:3]] == [["2", "0"], ["1", "1"]]
    file = answer(boss, "matches:capability_balance_csv", language="ja")
    text = file.content.decode()
    assert (text[0], file["Content-Type"]) == ("\ufeff", "text/csv; charset=utf-8")
    assert len(text.splitlines()) == 1 + len(editions.delivered())
    assert text.splitlines()[1].startswith("地熱")


def test_a_reading_belongs_to_one_profile(cast: Cast) -> None:

    for owners in ({}, {"challenge": cast.company.challenges.get(), "startup": cast.startup}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CapabilityReading.objects.create(edition="x", read_at=timezone.now(), **owners)
    assert CapabilityEntry.objects.filter(version__status="in_force").exists()
