"""What people may write, and how texts are compared."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.core.texts import folded, refuse_hidden_characters

DIRECTION_MARKS = [
    "061C",
    "200E",
    "200F",
    "202A",
    "202B",
    "202C",
    "202D",
    "202E",
    "2066",
    "2067",
    "2068",
    "2069",
]
CONTROLS = ["0000", "0001", "0007", "0008", "000B", "000C", "001B", "001F", "007F", "0080", "0085", "009F"]
LONE_HALVES = ["D800", "DBFF", "DC00", "DFFF"]


@pytest.mark.parametrize("code", [*DIRECTION_MARKS, *CONTROLS, *LONE_HALVES])
@pytest.mark.parametrize("place", ["{}ab", "a{}b", "ab{}", "{}"])
def test_a_hidden_character_is_refused_wherever_it_stands(code, place):
    text = place.format(chr(int(code, 16)))
    for language, words in (
        ("en", f"This contains a character that cannot be seen (U+{code}). Delete it."),
        ("ja", f"目に見えない文字（U+{code}）が含まれています。削除してください。"),
    ):
        with translation.override(language), pytest.raises(ValidationError) as caught:
            refuse_hidden_characters(text)
        with translation.override(language):
            assert (caught.value.code, caught.value.messages) == ("hidden_character", [words])


def test_of_several_the_first_is_named():
    with pytest.raises(ValidationError) as caught:
        refuse_hidden_characters("ok\u202e\x00")
    assert caught.value.params == {"code": "U+202E"}


PASSING = [
    "",
    "one line\nanother\r\nand a\ttab",
    "髙﨑 ㈱ ① ～ ― 株式会社",
    "ｶﾀｶﾅ カタカナ ひらがな",
    "שלום עולם",  # written from right to left, without marks of direction
    "Đà Nẵng, São Paulo, Łódź, Çeşme",
    "हिन्दी क्‍ष",  # with a joiner that the script needs
    "👩‍🌾 👍🏽 🇯🇵",  # with joiners that pictures need
    "葛\U000e0100飾区",  # with a selector of a glyph variant, as in names of places
    "𠮷野家",  # beyond the first 65,536 characters
    "e\u0301",  # an accent of its own
    "\u00a0\u3000",  # blanks that do not break, and wide ones
]


@pytest.mark.parametrize("text", PASSING)
def test_ordinary_text_of_any_language_passes(text):
    refuse_hidden_characters(text)


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_refused_is_exactly_what_holds_a_control_a_lone_half_or_a_mark_of_direction(text):
    marks = {chr(int(code, 16)) for code in DIRECTION_MARKS}
    is_bad = any((unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t") or c in marks for c in text)
    try:
        refuse_hidden_characters(text)
    except ValidationError:
        assert is_bad
    else:
        assert not is_bad


# two spellings that are compared as one
SAME = [
    ("ＡＢＣ", "abc"),
    ("ﾅｶﾞｵｶ", "ナガオカ"),
    ("㈱北浜", "(株)北浜"),
    ("株式会社　北浜", "株式会社 北浜"),  # wide and narrow blank
    ("Straße", "STRASSE"),
    ("ﬁrm", "FIRM"),
    ("①", "1"),
    (" SG ", "sg"),
    ("é", "e\u0301"),
    ("Ⅷ", "viii"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_width_ligatures_and_case_do_not_matter(one, other):
    assert folded(one) == folded(other)


# two that are not
DIFFERENT = [("きたはま", "キタハマ"), ("e", "é"), ("a b", "ab"), ("ハ", "バ"), ("O", "0"), ("l", "1")]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_reads_otherwise_stays_apart(one, other):
    assert folded(one) != folded(other)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=30))
@settings(max_examples=200, deadline=None)
def test_case_and_blanks_around_a_text_never_matter(text):
    assert folded(f" {text}\t") == folded(text)
    assert folded(text.encode("utf-8").decode("utf-8")) == folded(text)
    if text.isascii():
        assert folded(text.upper()) == folded(text.lower())
