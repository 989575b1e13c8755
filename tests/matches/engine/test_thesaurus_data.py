"""The delivered thesaurus, read entry by entry: what people and the encoders rely on."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter

import pytest

from matchmaking.core.enums import Field
from matchmaking.matches.engine.thesaurus import (
    DEFAULT_PATH,
    Capability,
    Thesaurus,
    from_records,
    load_thesaurus,
)

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
LONGEST_ID = 40  # what a match stores
EVERY_TEXT = ("label_ja", "label_en", "gloss_ja", "gloss_en")


@pytest.fixture(scope="module")
def delivered() -> Thesaurus:
    return load_thesaurus()


def failing(delivered: Thesaurus, holds: object) -> list[str]:
    """The ids of the entries for which something does not hold: the report names them all at once."""
    return [item.id for item in delivered.capabilities if not holds(item)]  # type: ignore[operator]


def repeated(values: list[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)


def test_every_entry_has_label_and_gloss_in_both_languages(delivered: Thesaurus) -> None:
    assert failing(delivered, lambda item: all(getattr(item, name).strip() for name in EVERY_TEXT)) == []


def test_japanese_texts_are_japanese_and_english_ones_are_not(delivered: Thesaurus) -> None:
    assert (
        failing(delivered, lambda item: JAPANESE.search(item.label_ja) and JAPANESE.search(item.gloss_ja))
        == []
    )
    assert failing(delivered, lambda item: (item.label_en + item.gloss_en).isascii()) == []


def test_ids_are_unique_plain_and_short_enough_to_be_stored(delivered: Thesaurus) -> None:
    assert repeated([item.id for item in delivered.capabilities]) == []
    plain = re.compile(rf"[a-z0-9_]{{1,{LONGEST_ID}}}")
    assert failing(delivered, lambda item: plain.fullmatch(item.id)) == []
    assert failing(delivered, lambda item: plain.fullmatch(item.group)) == []


@pytest.mark.parametrize("name", EVERY_TEXT)
def test_no_two_entries_read_the_same(delivered: Thesaurus, name: str) -> None:
    texts = [unicodedata.normalize("NFKC", getattr(item, name)).casefold() for item in delivered.capabilities]
    assert repeated(texts) == []


@pytest.mark.parametrize("name", EVERY_TEXT)
def test_texts_are_tidy(delivered: Thesaurus, name: str) -> None:
    def tidy(item: Capability) -> bool:
        text = getattr(item, name)
        spaces = text == " ".join(text.split())
        return spaces and not text.endswith((".", "。", ",", "、")) and unicodedata.is_normalized("NFC", text)

    assert failing(delivered, tidy) == []


def test_labels_fit_on_a_card(delivered: Thesaurus) -> None:
    assert failing(delivered, lambda item: len(item.label_ja) <= 30) == []
    assert failing(delivered, lambda item: len(item.label_en) <= 60) == []


def test_glosses_say_more_than_labels(delivered: Thesaurus) -> None:
    assert failing(delivered, lambda item: len(item.gloss_ja) >= len(item.label_ja)) == []
    assert failing(delivered, lambda item: len(item.gloss_en) >= len(item.label_en)) == []


def test_fields_are_those_of_the_programme_and_each_has_entries(delivered: Thesaurus) -> None:
    counts = Counter(item.field for item in delivered.capabilities)
    assert set(counts) == {*Field.values, "cross"}
    assert [field for field in Field.values if counts[field] < 15] == []


def test_a_group_lies_in_one_field_or_two_that_meet_in_it(delivered: Thesaurus) -> None:
    fields: dict[str, set[str]] = {}
    for item in delivered.capabilities:
        fields.setdefault(item.group, set()).add(item.field)
    assert {group: found for group, found in fields.items() if len(found) > 2} == {}


@pytest.mark.parametrize("name", ["aliases_ja", "aliases_en"])
def test_every_entry_has_an_alias_and_none_twice(delivered: Thesaurus, name: str) -> None:
    assert failing(delivered, lambda item: getattr(item, name)) == []
    assert failing(delivered, lambda item: repeated(list(getattr(item, name))) == []) == []


@pytest.mark.parametrize("name", ["aliases_ja", "aliases_en"])
def test_every_alias_compiles_alone_and_matches_no_empty_text(delivered: Thesaurus, name: str) -> None:
    bad = [
        (item.id, alias)
        for item in delivered.capabilities
        for alias in getattr(item, name)
        if re.compile(alias).search("") or not alias.strip()
    ]
    assert bad == []


@pytest.mark.parametrize("name", ["aliases_ja", "aliases_en"])
def test_no_alias_can_run_away(delivered: Thesaurus, name: str) -> None:
    """Nested or unbounded repetition would let one text hold up a pass."""
    unbounded = re.compile(r"(?<!\\d)(?<!\\)[*+](?!\?)|\{\d+,\}")
    bad = [
        (item.id, alias)
        for item in delivered.capabilities
        for alias in getattr(item, name)
        if re.search(r"\)(?:[*+]|\{\d+,)", alias) or unbounded.search(alias)
    ]
    assert bad == []


@pytest.mark.parametrize(("language", "least"), [("ja", 0.75), ("en", 0.75)])
def test_most_entries_find_themselves_in_their_own_words(
    delivered: Thesaurus, language: str, least: float
) -> None:
    hits = delivered.alias_hits(delivered.glosses(language), language)  # type: ignore[arg-type]
    own = [hits[place, place] > 0 for place in range(len(delivered))]
    assert sum(own) / len(own) >= least


@pytest.mark.parametrize(("language", "most"), [("ja", 0.1), ("en", 0.1)])
def test_no_alias_matches_everything(delivered: Thesaurus, language: str, most: float) -> None:
    hits = delivered.alias_hits(delivered.glosses(language), language) > 0  # type: ignore[arg-type]
    shares = hits.mean(axis=0)
    common = {
        item.id: round(float(share), 2) for item, share in zip(delivered.capabilities, shares, strict=True)
    }
    assert {key: share for key, share in common.items() if share > most} == {}


SENTENCES = (
    ("ja", "屋根に太陽光パネルを載せたい", "solar_dev"),
    ("ja", "太陽光発電所の点検に人手がかかる", "solar_om"),
    ("en", "We install rooftop power on warehouses", "solar_dev"),
    ("en", "Robots for solar panel cleaning", "solar_om"),
)


@pytest.mark.parametrize(("language", "text", "wanted"), SENTENCES)
def test_sentences_people_write_find_their_capability(
    delivered: Thesaurus, language: str, text: str, wanted: str
) -> None:
    hits = delivered.alias_hits([text], language)[0]  # type: ignore[arg-type]
    assert hits[delivered.positions[wanted]] > 0


@pytest.mark.parametrize("language", ["ja", "en"])
def test_words_about_nothing_in_particular_hit_nothing(delivered: Thesaurus, language: str) -> None:
    idle = ["", "   ", "よろしくお願いします。", "Thank you for your time.", "12345", "！？", "\n\t"]
    assert delivered.alias_hits(idle, language).sum() == 0  # type: ignore[arg-type]


def test_hits_do_not_depend_on_the_order_of_the_texts(delivered: Thesaurus) -> None:
    texts = delivered.glosses("en")[:20]
    forward, backward = delivered.alias_hits(texts, "en"), delivered.alias_hits(texts[::-1], "en")
    assert forward.tolist() == backward[::-1].tolist()


def test_hits_count_different_phrases_in_any_case(delivered: Thesaurus) -> None:
    place = delivered.positions["solar_dev"]
    texts = ["solar", "SOLAR solar Solar", "solar photovoltaic", "solar photovoltaic PV"]
    assert delivered.alias_hits(texts, "en")[:, place].tolist() == [1, 1, 2, 3]


def test_no_texts_make_an_empty_table(delivered: Thesaurus) -> None:
    assert delivered.alias_hits([], "ja").shape == (0, len(delivered))


# --- The file ----------------------------------------------------------------------------------------------------


def test_the_file_holds_nothing_that_the_program_does_not_read() -> None:
    records = json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))
    assert {key for record in records for key in record} == set(Capability.__dataclass_fields__)


def test_reading_and_writing_the_records_changes_nothing(delivered: Thesaurus) -> None:
    again = from_records([json.loads(json.dumps(vars(item))) for item in delivered.capabilities])
    assert (again, again.version) == (delivered, delivered.version)


def test_the_order_of_the_file_is_the_order_of_every_array(delivered: Thesaurus) -> None:
    ids = [record["id"] for record in json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))]
    assert [item.id for item in delivered.capabilities] == ids
    assert [delivered.positions[key] for key in ids] == list(range(len(ids)))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_labels_of_all_ids_come_back_in_order(delivered: Thesaurus, language: str) -> None:
    ids = [item.id for item in delivered.capabilities][::-1]
    labels = [item.label(language) for item in delivered.capabilities][::-1]  # type: ignore[arg-type]
    assert delivered.labels(ids, language) == labels  # type: ignore[arg-type]


def test_each_id_has_its_own_place_in_a_tag_vector(delivered: Thesaurus) -> None:
    ids = [item.id for item in delivered.capabilities]
    assert delivered.multi_hot(ids).sum() == len(ids)
    assert [int(delivered.multi_hot([key]).argmax()) for key in ids] == list(range(len(ids)))
    assert delivered.multi_hot(["solar_dev", "solar_dev", "gone"]).sum() == 1


def test_membership_names_the_group_of_each_entry(delivered: Thesaurus) -> None:
    named = [delivered.groups[int(row.argmax())] for row in delivered.membership]
    assert named == [item.group for item in delivered.capabilities]
    assert list(delivered.groups) == sorted(set(named))
