from __future__ import annotations

import pytest

from matchmaking.core.enums import Field
from matchmaking.matches.engine.thesaurus import ThesaurusError, from_records, load_thesaurus
from tests.matches.engine_factories import capability_record, small_thesaurus


@pytest.fixture(scope="module")
def delivered():
    return load_thesaurus()


def test_the_delivered_thesaurus_covers_the_five_fields(delivered):
    assert (len(delivered), len(delivered.groups)) == (235, 67)
    assert {item.field for item in delivered.capabilities} == {*Field.values, "cross"}


def test_every_delivered_capability_belongs_to_exactly_one_group(delivered):
    assert delivered.membership.sum(axis=1).tolist() == [1.0] * 235


def test_labels_come_in_the_order_asked_for_and_unknown_ids_are_left_out(delivered):
    assert delivered.labels(["solar_om", "gone", "solar_dev"], "en") == [
        "Solar operation, inspection and cleaning",
        "Solar development and installation",
    ]
    assert delivered.labels(["solar_dev"], "ja") == ["太陽光発電の開発・設置"]


def test_aliases_find_both_languages_and_count_different_phrases(delivered):
    place = delivered.positions["solar_dev"]
    assert delivered.alias_hits(["屋根に太陽光を載せたい"], "ja")[0, place] == 1
    english = delivered.alias_hits(["Solar and photovoltaic: SOLAR again", "nothing"], "en")
    assert english[:, place].tolist() == [2, 0]


def test_an_english_alias_does_not_match_inside_a_word():
    thesaurus = from_records([capability_record("art")])
    assert thesaurus.alias_hits(["a smart idea", "an art"], "en")[:, 0].tolist() == [0, 1]


def test_a_capability_without_aliases_matches_nothing():
    thesaurus = from_records([capability_record("x", aliases_ja=[], aliases_en=[])])
    assert thesaurus.alias_hits(["x", ""], "en").tolist() == [[0], [0]]


def test_glosses_join_label_and_gloss_in_each_language():
    thesaurus = from_records([capability_record("queue")])
    assert thesaurus.glosses("ja") == ["queueの仕組み。queueを減らす"]
    assert thesaurus.glosses("en") == ["queue system. reduces queue"]


def test_multi_hot_ignores_ids_it_does_not_know():
    thesaurus = small_thesaurus()
    assert thesaurus.multi_hot(["solar", "gone"]).tolist() == [0, 1] + [0] * 10


def test_version_changes_with_any_word_and_not_with_reading_again():
    one, same = from_records([capability_record("a")]), from_records([capability_record("a")])
    other = from_records([capability_record("a", gloss_en="else")])
    assert one.version == same.version != other.version


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([capability_record("a"), capability_record("a")], "repeated ids: a"),
        ([capability_record("a", label_ja="")], "a: missing label_ja"),
        ([{"id": "a"}], "a: missing field, group, label_ja, label_en, gloss_ja, gloss_en"),
        ([capability_record("a", aliases_en=["("])], "a: alias pattern cannot be compiled"),
    ],
)
def test_a_thesaurus_that_cannot_be_used_says_why(records, message):
    with pytest.raises(ThesaurusError, match=message):
        from_records(records)
