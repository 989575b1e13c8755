"""Names as they are compared, and readings as they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.core.names import comparison_key, first_word, is_reading, katakana

# names that differ in form, width, case or punctuation only, and the key they share
SAME = [
    ("北浜", [
        "株式会社北浜", "北浜株式会社", "㈱北浜", "(株)北浜", "（株）北浜", "北浜 ㈱", "株式会社　北浜",
        "北浜(株)", "北浜株式會社",
    ]),
    ("北浜食品", [
        "有限会社北浜食品", "㈲北浜食品", "北浜 食品", "北浜食品合同会社", "一般社団法人北浜食品",
        "(同)北浜食品",
    ]),
    ("キタハマ", [
        "ｷﾀﾊﾏ㈱", "キタハマ株式会社", "株式会社ｷﾀﾊﾏ",
    ]),
    ("kitahamafoods", [
        "Kitahama Foods Co., Ltd.", "KITAHAMA FOODS CO LTD", "Kitahama Foods K.K.",
        "Ｋｉｔａｈａｍａ　Ｆｏｏｄｓ", "Kitahama Foods Kabushiki Kaisha",
        "Kitahama Foods Company Limited",
    ]),
    ("checkoutless", [
        "Checkoutless Pte. Ltd.", "CHECKOUTLESS PTE LTD", "Checkoutless Private Limited",
        "Checkoutless Pvt. Ltd.", "Checkoutless (Pvt) Ltd", "Checkoutless Pty Ltd",
        "Checkoutless, Inc.", "Checkoutless LLC", "checkoutless",
    ]),
    ("maju", [
        "PT Maju Tbk", "PT. Maju", "PT Maju", "CV Maju",
    ]),
    ("hoamai", [
        "Công ty Cổ phần Hoa Mai", "CÔNG TY TNHH HOA MAI", "Hoa Mai JSC", "Hoa Mai Joint Stock Company",
    ]),
    ("हिन्दी", [
        "हिन्दी Pvt. Ltd.", "हिन्दी",
    ]),
    ("שלום", [
        "שלום בע\"מ", "שלום בע״מ",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "name"), [(key, name) for key, names in SAME for name in names])
def test_the_legal_form_width_case_and_punctuation_do_not_matter(key, name):
    assert comparison_key(name) == key


# a legal form's letters within a name, or a name that is nothing else
KEPT = [
    ("Costco", "costco"),
    ("Incubate", "incubate"),
    ("Ptolemy", "ptolemy"),
    ("Salt", "salt"),
    ("株式会社", "株式会社"),
    ("㈱", "(株)"),
    ("Ltd", "ltd"),
    ("会社北浜", "会社北浜"),
    ("株", "株"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "key"), KEPT)
def test_what_only_looks_like_a_legal_form_stays(name, key):
    assert comparison_key(name) == key


DIFFERENT = [
    ("北浜食品", "北浜食品工業"),
    ("Alpha", "Alpha Bio"),
    ("ハナ", "バナ"),
    ("Café", "Cafe"),
    ("北浜", "きたはま"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_names_have_other_keys(one, other):
    assert comparison_key(one) != comparison_key(other)


NAMES = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cn", "Co", "Cc"]), max_size=25)
JAPANESE = st.text(alphabet="北浜食品工業長岡ナガオカ山田", min_size=1, max_size=8)
FOREIGN = st.lists(st.sampled_from(["alpha", "Blue", "Nova9", "Orchid", "Tau"]), min_size=1, max_size=3).map(
    " ".join
)


@given(NAMES)
@settings(max_examples=300, deadline=None)
def test_a_key_is_its_own_key_and_never_lost(name):
    key = comparison_key(name)
    assert bool(key) == bool(name.strip() and unicodedata.normalize("NFKC", name).strip())
    assert comparison_key(key) == key


@given(JAPANESE, st.sampled_from(["株式会社", "有限会社", "合同会社", "㈱", "(有)", "（株）"]))
@settings(max_examples=100, deadline=None)
def test_a_japanese_form_on_either_side_makes_no_difference(name, form):
    expected = comparison_key(name)
    assert {comparison_key(form + name), comparison_key(name + form), comparison_key(f"{form} {name}")} == {
        expected
    }


@given(
    FOREIGN,
    st.sampled_from(["Co., Ltd.", "Pte. Ltd.", "Pvt Ltd", "Inc.", "GmbH", "Sdn. Bhd.", "Private Limited"]),
)
@settings(max_examples=100, deadline=None)
def test_a_foreign_form_behind_and_the_case_make_no_difference(name, form):
    expected = comparison_key(name)
    assert {comparison_key(f"{name} {form}"), comparison_key(f"{name}, {form}".upper())} == {expected}


@pytest.mark.parametrize(("name", "word"), [
    ("PT Maju Jaya Tbk", "maju"), ("株式会社 北浜 食品", "北浜"), ("㈱", ""), ("Alpha-Beta Ltd", "alpha"), ("  ", ""),
])  # fmt: skip
def test_the_first_word_stands_behind_the_legal_form(name, word):
    assert first_word(name) == word


@given(NAMES)
@settings(max_examples=200, deadline=None)
def test_the_first_word_stands_in_the_name(name):
    assert first_word(name) in unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


READINGS = [
    ("きたはましょくひん", "キタハマショクヒン"),
    ("ｷﾀﾊﾏ ﾌｰｽﾞ", "キタハマ フーズ"),
    ("キタハマ・フーズ", "キタハマ・フーズ"),
    ("ゔぃーなす　１", "ヴィーナス 1"),
    ("  キタ   ハマ ", "キタ ハマ"),
    ("がぎぐ", "ガギグ"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "kept"), READINGS)
def test_hiragana_and_half_width_become_katakana(written, kept):
    assert (katakana(written), is_reading(katakana(written))) == (kept, True)


@pytest.mark.parametrize("text", ["北浜", "Kitahama", "キタハマ㈱", "キタ,ハマ", "キタ\nハマ!", "𛀀", "한국"])
def test_anything_else_is_no_reading(text):
    assert not is_reading(katakana(text))


@given(st.text(alphabet=st.characters(min_codepoint=0x3041, max_codepoint=0x3096), max_size=20))
@settings(max_examples=100, deadline=None)
def test_every_hiragana_has_its_katakana(text):
    assert is_reading(katakana(text))
    assert katakana(katakana(text)) == katakana(text)
