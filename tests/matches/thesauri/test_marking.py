"""Wordings in a text, and capabilities to suggest for it, without any language model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matches.engine.thesaurus import from_records
from matchmaking.matches.thesauri.editions import delivered
from matchmaking.matches.thesauri.groups import group_name, group_names
from matchmaking.matches.thesauri.marking import likely, marked, unexplained
from tests.matches.engine_factories import capability_record

SMALL = from_records(
    [
        capability_record("sea", aliases_en=["sea", "sea wind"], aliases_ja=["海"]),
        capability_record("wind", aliases_en=["wind farm", "wind"], aliases_ja=["洋上風力", "風力"]),
    ]
)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("nothing here", [("nothing here", False)]),
        ("Sea wind farm", [("Sea", True), (" ", False), ("wind farm", True)]),
        ("by the SEA", [("by the ", False), ("SEA", True)]),
        ("洋上風力を海で", [("洋上風力", True), ("を", False), ("海", True), ("で", False)]),
        ("overseas", [("overseas", False)]),
    ],
)
def test_wordings_are_marked_where_they_stand(text: str, pieces: list[tuple[str, bool]]) -> None:
    assert [(piece.text, piece.is_hit) for piece in marked(text, SMALL).pieces] == pieces


def test_the_capability_with_most_phrases_stands_first_and_phrases_are_told_once() -> None:
    hits = marked("Wind, WIND, a wind farm and the sea", SMALL).hits
    assert [(hit.capability.id, len(hit.phrases)) for hit in hits] == [("wind", 2), ("sea", 1)]


@given(st.text(max_size=200))
def test_the_pieces_are_the_text_again(text: str) -> None:
    assert "".join(piece.text for piece in marked(text, SMALL).pieces) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("夕方のレジに長い列ができる。買い物客が自分で会計を済ませたい。", "無人レジ・セルフ会計"),
        ("洋上風力の基礎を海上で点検したい", "風力発電の開発"),
        ("We grow vegetables indoors with vertical farming", "植物工場・水耕"),
        ("Robots for solar panel cleaning", "太陽光発電所の保守・点検"),
    ],
)
def test_suggestions_come_from_wordings_and_meanings(text: str, wanted: str) -> None:
    assert wanted in [item.label_ja for item in likely(text, delivered(), 5)]


@pytest.mark.parametrize("text", ["", "   ", "？！", "12345"])
def test_there_is_nothing_to_suggest_for_words_about_nothing(text: str) -> None:
    assert likely(text, delivered(), 5) == []


def test_suggestions_are_few_and_different() -> None:
    found = likely("洋上風力、太陽光、蓄電池、水素、電気自動車、充電、物流、倉庫、農業", delivered(), 5)
    assert len({item.id for item in found}) == len(found) == 5


def test_every_group_has_a_name_in_both_languages_and_no_name_is_left_over() -> None:
    assert set(group_names()) == set(delivered().groups)
    for language in ("ja", "en"):
        names = [group_name(group, language) for group in delivered().groups]  # type: ignore[arg-type]
        assert len(set(names)) == len(names)


def test_a_group_that_nobody_named_is_called_by_its_key() -> None:
    assert group_name("new_group", "ja") == "new_group"


def test_the_wordings_that_hit_are_told_as_they_are_written_down() -> None:
    hits = {hit.capability.id: hit for hit in marked("屋根に太陽光を載せたい。", delivered()).hits}
    solar = hits["solar_dev"]
    assert solar.wordings != ()
    assert set(solar.wordings) <= set(solar.capability.aliases_ja)
    assert all(delivered().wording(each, "ja").search("屋根に太陽光を載せたい。") for each in solar.wordings)


def test_sentences_without_any_wording_remain_with_what_is_nearest_to_them() -> None:
    text = "屋根に太陽光を載せたい。月ごとの茶会を楽しみにしている。\nZZZ zz zzz."
    left = unexplained(text, delivered())
    assert [each.text for each in left][:1] == ["月ごとの茶会を楽しみにしている。"]
    assert "太陽光" not in str([each.text for each in left])
    assert unexplained("", delivered()) == []
    nothing = unexplained("Qwx qwx qwx qwx qwx.", delivered())
    assert [(each.text, each.near) for each in nothing] == [("Qwx qwx qwx qwx qwx.", None)]
