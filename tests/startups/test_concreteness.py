"""How concrete a pitch and the partner looked for are: strong and weak texts, each sign by itself, the examples."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.registration.examples import examples
from matchmaking.core.concreteness import Level
from matchmaking.core.enums import Field
from startups.concreteness import PartnerSign, PitchSign, look_at_partner, look_at_pitch
from startups.notes import EXAMPLES, NOTED, note_on
from startups.words import PARTNER_LEVELS, PARTNER_TIPS, PITCH_LEVELS, PITCH_TIPS
from tests.imports import row_counts

STRONG_ENGLISH = {
    "one_liner": "Heat pumps in a container for food plants that cut the gas bill by 40 %.",
    "problem": "Food plants burn gas for hot water and lose a third of the heat up the chimney.",
    "solution": (
        "A container with two heat pumps stands beside the boiler and takes over the hot water below 90 °C; "
        "the boiler stays for the rest."
    ),
    "customers": "Three dairies in Victoria have used it since 2024 and pay by the kilowatt-hour.",
}
STRONG_JAPANESE = {
    "one_liner": "食品工場のガス代を4割減らすコンテナ型ヒートポンプ",
    "problem": "給湯のためにガスを燃やし、熱の3割を煙突から捨てています。",
    "solution": "ボイラーの隣に置いたコンテナのヒートポンプが、90℃未満の給湯を受け持ちます。残りはボイラーが担います。",
    "customers": "乳業3社が2024年から導入しています。",
}


# --- the pitch ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({}, Level.EMPTY),
        ({"one_liner": " ", "solution": "　"}, Level.EMPTY),
        ({"one_liner": "We revolutionize logistics with AI."}, Level.BEGUN),
        ({"one_liner": "The leading platform for the future of food."}, Level.BEGUN),
        ({"one_liner": "世界を変えるAIプラットフォーム"}, Level.BEGUN),
        (
            {
                "one_liner": "AI for factories",
                "solution": "Our platform uses the latest technology to make every company more efficient, "
                "more sustainable and ready for the future of work.",
            },
            Level.BEGUN,
        ),
        (
            {
                "one_liner": "Finds cracks in castings for foundries before the customer does",
                "solution": "A camera above the line looks at each casting from four sides and marks what a person "
                "should look at again.",
            },
            Level.CLEAR,
        ),
        (
            {
                "one_liner": "鋳造メーカー向けに、亀裂を見つけるカメラ",
                "solution": "ラインの上のカメラが鋳物を四方から撮影し、手直しの無駄をなくすよう箇所に印を付ける。",
            },
            Level.CLEAR,
        ),
        (STRONG_ENGLISH, Level.CONCRETE),
        (STRONG_JAPANESE, Level.CONCRETE),
    ],
)
def test_levels_of_pitches_as_people_write_them(answers, level):
    assert look_at_pitch(answers).level == level


@pytest.mark.parametrize(
    ("answers", "sign"),
    [
        ({"solution": "x" * 100}, PitchSign.WHAT_IT_DOES),
        ({"solution": "あ" * 40}, PitchSign.WHAT_IT_DOES),
        ({"one_liner": "Sensors for greenhouse growers"}, PitchSign.FOR_WHOM),
        ({"customers": "Nurses on night shifts"}, PitchSign.FOR_WHOM),
        ({"one_liner": "介護施設向けのセンサー"}, PitchSign.FOR_WHOM),
        ({"problem": "Feed spoils on the way."}, PitchSign.PROBLEM),
        ({"problem": "x" * 100}, PitchSign.PROBLEM),
        ({"problem": "人手が足りない。"}, PitchSign.PROBLEM),
        ({"edge": "Half the price"}, PitchSign.FIGURE),
        ({"edge": "精度は９８％です"}, PitchSign.FIGURE),
        ({"customers": "2 paying users"}, PitchSign.PROOF),
        ({"edge": "CE certified"}, PitchSign.PROOF),
        ({"customers": "2社が導入"}, PitchSign.PROOF),
    ],
)
def test_each_sign_of_a_pitch_is_seen_where_it_is(answers, sign):
    assert sign in look_at_pitch(answers).found


@pytest.mark.parametrize(
    ("answers", "sign"),
    [
        ({"solution": "x" * 99}, PitchSign.WHAT_IT_DOES),
        ({"one_liner": "x" * 120}, PitchSign.WHAT_IT_DOES),  # the line says it; how it is used it does not
        ({"one_liner": "For everyone, everywhere"}, PitchSign.FOR_WHOM),
        ({"one_liner": "Planetary imaging"}, PitchSign.FOR_WHOM),  # no plant
        ({"one_liner": "A platform for the future"}, PitchSign.PROBLEM),
        ({"edge": "Founded in 2019"}, PitchSign.FIGURE),
        ({"edge": "The best team in the world"}, PitchSign.PROOF),
        ({"edge": "世界最高のチーム"}, PitchSign.PROOF),
    ],
)
def test_what_only_looks_like_a_sign_of_a_pitch_is_none(answers, sign):
    assert sign in look_at_pitch(answers).missing


@pytest.mark.parametrize("left_out", list(STRONG_ENGLISH))
def test_a_strong_pitch_without_one_of_its_parts_is_never_stronger(left_out):
    weaker = {name: text for name, text in STRONG_ENGLISH.items() if name != left_out}
    assert set(look_at_pitch(weaker).found) <= set(look_at_pitch(STRONG_ENGLISH).found)


# --- the partner -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", Level.EMPTY),
        ("\n　", Level.EMPTY),
        ("Any strong Japanese partner.", Level.BEGUN),
        ("We want to grow with Japanese companies and create synergies in the Japanese market.", Level.BEGUN),
        ("日本の有力なパートナー企業", Level.BEGUN),
        ("A maker of boilers with a service team in Kyushu.", Level.BEGUN),
        ("A maker of boilers with a service team in Kyushu, for one trial.", Level.CLEAR),
        ("九州に保守の拠点を持つボイラーのメーカーと、共同で実証したい。", Level.CLEAR),
        (
            "A maker of boilers with a service team in Kyushu. Together we would run one trial in a plant for food.",
            Level.CONCRETE,
        ),
        (
            "九州に保守の拠点を持つボイラーのメーカー。日本の規格への適合を共同で進め、乳業の工場1か所で実証したい。",
            Level.CONCRETE,
        ),
    ],
)
def test_levels_of_partners_as_people_describe_them(text, level):
    assert look_at_partner({"seeks_partner": text}).level == level


@pytest.mark.parametrize(
    ("text", "sign", "there"),
    [
        ("x" * 100, PartnerSign.ENOUGH_SAID, True),
        ("x" * 99, PartnerSign.ENOUGH_SAID, False),
        ("あ" * 40, PartnerSign.ENOUGH_SAID, True),
        ("あ" * 39, PartnerSign.ENOUGH_SAID, False),
        ("A trading house", PartnerSign.INDUSTRY, True),
        ("A bus company", PartnerSign.INDUSTRY, True),
        ("A good company", PartnerSign.INDUSTRY, False),
        ("地方の商社", PartnerSign.INDUSTRY, True),
        ("よい会社", PartnerSign.INDUSTRY, False),
        ("It has a production line.", PartnerSign.ROLE, True),
        ("It is strong.", PartnerSign.ROLE, False),
        ("販売網がある会社", PartnerSign.ROLE, True),
        ("立派な会社", PartnerSign.ROLE, False),
        ("We would co-develop the frame.", PartnerSign.TOGETHER, True),
        ("We like Japan.", PartnerSign.TOGETHER, False),
        ("一緒に検証する", PartnerSign.TOGETHER, True),
        ("仲良くしたい", PartnerSign.TOGETHER, False),
    ],
)
def test_each_sign_of_a_partner(text, sign, there):
    assert (sign in look_at_partner({"seeks_partner": text}).found) is there


# --- what holds for every text -----------------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.sampled_from(["one_liner", "problem", "solution", "customers", "edge", "seeks_partner"]),
        st.text(max_size=300),
    )
)
def test_every_sign_is_either_found_or_missing(answers):
    for look_at, signs in ((look_at_pitch, PitchSign), (look_at_partner, PartnerSign)):
        look = look_at(answers)
        assert sorted((*look.found, *look.missing)) == sorted(signs)
        assert (look.level == Level.CONCRETE) == (not look.missing)
        assert look.level != Level.EMPTY or not look.found


def test_every_finding_has_words_in_both_languages():
    tables: list[Any] = [PITCH_LEVELS, PITCH_TIPS, PARTNER_LEVELS, PARTNER_TIPS]
    assert [set(table) for table in tables] == [set(Level), set(PitchSign), set(Level), set(PartnerSign)]
    for table in tables:
        for words in table.values():
            with translation.override("ja"):
                japanese = str(words)
            assert (str(words).isascii(), japanese.isascii()) == (True, False)


def test_the_examples_say_for_whom_with_a_figure_and_describe_a_partner_concretely():
    for language in ("en", "ja"):
        with translation.override(language):
            groups = examples(EXAMPLES)
        assert [group["field"] for group in groups] == Field.values
        for group in groups:
            assert len(group["examples"]) == 3
            for example in group["examples"]:
                line, partner = example["one_liner"], example["partner"]
                assert (line, len(line) <= 120) == (line, True)
                found = set(look_at_pitch({"one_liner": line}).found)
                assert (line, {PitchSign.FOR_WHOM, PitchSign.FIGURE} - found) == (line, set())
                look = look_at_partner({"seeks_partner": partner})
                assert (partner, look.missing) == (partner, ())


# --- on the pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "sent", "words"),
    [
        ("pitch", {"one_liner": "We revolutionize logistics."}, "A good beginning."),
        ("pitch", STRONG_ENGLISH, "Concrete. A firm can tell what it would gain, and why to believe it."),
        ("pitch", {}, "A few sentences are enough to begin with."),
        ("cooperation", {"seeks_partner": "A maker of boilers with engineers, for a trial."},
         "Clear. A firm can tell whether it is meant."),
    ],
)  # fmt: skip
def test_the_note_follows_what_is_typed_and_saves_nothing(cast, as_user, step, sent, words):
    client, before = as_user(cast.startup_member), row_counts()
    page = client.post(reverse("startups:concreteness", args=[step]), sent)
    text = page.content.decode()
    assert (words in text, text.count("<li>") <= 2, "<html" in text) == (True, True, False)
    assert row_counts() == before


@pytest.mark.parametrize("step", sorted(NOTED))
@pytest.mark.parametrize("language", ["en", "ja"])
def test_without_scripts_the_note_and_the_examples_are_there_when_the_page_opens(
    cast, as_user, step, language
):
    with translation.override(language):
        page = as_user(cast.startup_owner).get(reverse("startups:step", args=[step]))
        shown = examples(EXAMPLES)
    text, part = page.content.decode(), NOTED[step].example
    assert page.context["look"] == NOTED[step].look_at({
        name: getattr(cast.startup, name) for name in NOTED[step].looked_at
    })  # fmt: skip
    assert all(group["examples"][0][part][:30] in text for group in shown)
    assert text.count('class="concrete notice') == 1


def test_a_page_that_was_refused_keeps_its_note_on_what_was_typed(cast, as_user):
    typed = {**STRONG_ENGLISH, "fields": [], "sub_fields": []}
    page = as_user(cast.startup_owner).post(reverse("startups:step", args=["pitch"]), typed)
    assert (page.status_code, page.context["look"].level) == (200, Level.CONCRETE)


@pytest.mark.parametrize("step", ["startup", "funding", "deck", "nowhere"])
def test_steps_without_a_note_have_none(cast, as_user, step):
    client = as_user(cast.startup_owner)
    assert client.post(reverse("startups:concreteness", args=[step]), {}).status_code == 404
    if step in ("startup", "funding"):
        assert "concrete notice" not in client.get(reverse("startups:step", args=[step])).content.decode()


def test_a_note_names_the_two_things_that_would_help_most():
    note = note_on("pitch", {"one_liner": "We revolutionize logistics."})
    assert [str(tip) for tip in note["tips"]] == [
        "Say in one or two more sentences what you have built and how it is used.",
        "Say who uses it: which kind of firm, which people in it.",
    ]
    assert note_on("pitch", STRONG_ENGLISH)["tips"] == []
