"""The shared vocabularies: complete, disjoint, stable, and true to the standards they quote."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest
from django.db.models import Choices
from django.utils import translation
from django_countries import countries

from accounts.models import Organisation
from matchmaking.core import enums
from matchmaking.core.enums import (
    SUB_FIELDS,
    TARGET_COUNTRIES,
    BudgetBand,
    CooperationMode,
    Field,
    Industry,
    Language,
    ReadinessLevel,
    RevenueBand,
    Stage,
    SubField,
)
from matchmaking.core.prefectures import BIG_CITY_PREFECTURES, Prefecture

ALL = [
    value
    for value in vars(enums).values()
    if isinstance(value, type) and issubclass(value, Choices) and value.__module__ == enums.__name__
] + [Prefecture]
SIZES = {
    Field: 5,
    SubField: 24,
    CooperationMode: 3,
    Language: 10,
    Stage: 6,
    ReadinessLevel: 9,
    BudgetBand: 6,
    RevenueBand: 6,
    Industry: 33,
    Prefecture: 47,
}


def test_the_vocabularies_have_the_sizes_they_are_known_by() -> None:
    assert {vocabulary: len(vocabulary) for vocabulary in ALL} == SIZES


@pytest.mark.parametrize("vocabulary", ALL, ids=lambda each: each.__name__)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_labels_are_there_once_and_fit_on_a_line(vocabulary: type[Choices], language: str) -> None:
    with translation.override(language):
        labels = [str(label) for label in vocabulary.labels]
    assert all(label.strip() == label != "" for label in labels)
    assert [label for label, number in Counter(labels).items() if number > 1] == []
    assert max(map(len, labels)) <= (45 if language == "en" else 25)


@pytest.mark.parametrize("vocabulary", ALL, ids=lambda each: each.__name__)
def test_japanese_labels_are_translations(vocabulary: type[Choices]) -> None:
    with translation.override("ja"):
        labels = [str(label) for label in vocabulary.labels]
    assert [label for label in labels if not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", label)] == []


@pytest.mark.parametrize("vocabulary", ALL, ids=lambda each: each.__name__)
def test_values_are_plain_and_fit_their_columns(vocabulary: type[Choices]) -> None:
    for value in vocabulary.values:
        assert isinstance(value, int) or re.fullmatch(r"[a-z0-9_]{1,30}", value), value


def test_every_sub_field_lies_under_one_field() -> None:
    assert set(SUB_FIELDS) == set(Field)
    found = Counter(sub for subs in SUB_FIELDS.values() for sub in subs)
    assert found == dict.fromkeys(SubField, 1)
    assert min(len(subs) for subs in SUB_FIELDS.values()) >= 4


def test_the_sub_fields_are_listed_in_the_order_of_their_declaration() -> None:
    assert [sub for field in Field for sub in SUB_FIELDS[field]] == list(SubField)


def test_no_sub_field_has_the_name_of_a_field() -> None:
    assert set(SubField.values) & set(Field.values) == set()


def test_prefectures_have_the_codes_of_the_standard_from_north_to_south() -> None:
    assert Prefecture.values == [f"{number:02d}" for number in range(1, 48)]
    fixed = {
        "01": "北海道",
        "13": "東京都",
        "15": "新潟県",
        "23": "愛知県",
        "26": "京都府",
        "27": "大阪府",
        "40": "福岡県",
        "47": "沖縄県",
    }
    with translation.override("ja"):
        assert {code: str(Prefecture(code).label) for code in fixed} == fixed


def test_prefectures_end_as_prefectures_do() -> None:
    with translation.override("ja"):
        endings = Counter(str(label)[-1] for label in Prefecture.labels)
    assert endings == {"県": 43, "府": 2, "都": 1, "道": 1}


def test_the_big_cities_are_three_areas_and_the_rest_is_regional() -> None:
    tokyo, nagoya, osaka = {"11", "12", "13", "14"}, {"21", "23", "24"}, {"26", "27", "28", "29"}
    assert {str(each.value) for each in BIG_CITY_PREFECTURES} == tokyo | nagoya | osaka
    assert len(set(Prefecture) - BIG_CITY_PREFECTURES) == 36


def test_the_city_of_tokyo_is_not_the_prefecture() -> None:
    """In Japanese one is 東京 and the other 東京都: the same English word needs two entries."""
    with translation.override("ja"):
        assert translation.gettext("Tokyo") == "東京"
        assert str(Prefecture.TOKYO.label) == "東京都"
    with translation.override("en"):
        assert str(Prefecture.TOKYO.label) == "Tokyo"


def test_readiness_levels_say_their_number_first() -> None:
    assert ReadinessLevel.values == list(range(1, 10))
    for language in ("en", "ja"):
        with translation.override(language):
            numbers = [unicodedata.normalize("NFKC", str(label))[0] for label in ReadinessLevel.labels]
        assert numbers == [str(number) for number in range(1, 10)]


@pytest.mark.parametrize("bands", [BudgetBand, RevenueBand])
def test_bands_follow_each_other_without_a_hole(bands: type[Choices]) -> None:
    """`10m_50m` ends where `50m_100m` begins; the first is open below, the last above."""
    first, *middle, last = [str(value) for value in bands.values]
    edges = [value.split("_") for value in middle]
    assert (first.split("_")[0], last.split("_")[0]) == ("under", "over")
    ends = [first.split("_")[1], *(end for _start, end in edges)]
    starts = [*(start for start, _end in edges), last.split("_")[1]]
    assert ends == starts


def test_languages_and_countries_are_those_of_iso() -> None:
    assert all(re.fullmatch(r"[a-z]{2}", code) for code in Language.values)
    assert {"ja", "en"} <= set(Language.values)
    assert [code for code in TARGET_COUNTRIES if code not in dict(countries)] == []
    assert len(set(TARGET_COUNTRIES)) == len(TARGET_COUNTRIES) == 6
    assert "JP" not in TARGET_COUNTRIES


def test_profiles_can_hold_every_value_of_their_vocabularies() -> None:
    columns = {"languages": Language, "fields": Field, "sub_fields": SubField, "modes": CooperationMode}
    for name, vocabulary in columns.items():
        base = Organisation._meta.get_field(name).base_field
        assert dict(base.choices).keys() == set(vocabulary.values)
        assert max(map(len, vocabulary.values)) <= base.max_length
