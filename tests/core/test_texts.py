"""What people may write, and how texts are compared."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.core.texts import folded, refuse_hidden_characters, refuse_line_breaks

# what cannot be seen: controls, halves of pairs, marks of direction and of format, ends of lines, blank letters
INVISIBLE = [
    "0000", "0001", "0007", "0008", "000B", "000C", "001B", "001F", "007F", "0080", "0085", "009F",
    "D800", "DBFF", "DC00", "DFFF",
    "061C", "200E", "200F", "202A", "202B", "202C", "202D", "202E", "2066", "2067", "2068", "2069",
    "00AD", "180E", "200B", "200C", "200D", "2060", "2061", "2064", "FEFF", "FFF9", "E0001", "E0041",
    "2028", "2029", "034F", "115F", "1160", "2800", "3164", "FFA0",
]  # fmt: skip
OTHERS = {
    "private": ["E000", "F8FF", "F0000", "10FFFD"],
    "unknown": ["0378", "FFFF", "FDD0", "1FFFE", "3FFFF", "E0080"],
}
WORDS = {
    "invisible": (
        "This contains a character that cannot be seen (U+{code}). Delete it. {place}",
        "目に見えない文字（U+{code}）が含まれています。削除してください。{place}",
    ),
    "private": (
        "This contains a character that only your own computer can show (U+{code}). Write it otherwise. {place}",
        "お使いのパソコンでしか表示されない文字（外字、U+{code}）が含まれています。別の表記にしてください。{place}",
    ),
    "unknown": (
        "This contains a character that nobody knows (U+{code}). Write it otherwise. {place}",
        "定められていない文字（U+{code}）が含まれています。別の表記にしてください。{place}",
    ),
}
PLACES = {  # the text around it, and where the message says it stands
    "{}ab": ("It is the first character.", "先頭の文字です。"),
    "  {}": ("It is the first character.", "先頭の文字です。"),
    "a{}b": ("It stands after “a”.", "「a」の後にあります。"),
    "北浜食品株式会社 長岡工場{}": (
        "It stands after “品株式会社 長岡工場”.",
        "「品株式会社 長岡工場」の後にあります。",
    ),
}
REFUSED = [(code, "invisible") for code in INVISIBLE] + [
    (code, kind) for kind, codes in OTHERS.items() for code in codes
]


@pytest.mark.parametrize(("code", "kind"), REFUSED)
@pytest.mark.parametrize("text", PLACES)
def test_a_hidden_character_is_refused_by_name_and_place_in_both_languages(code, kind, text):
    for language, words, place in zip(("en", "ja"), WORDS[kind], PLACES[text], strict=True):
        with translation.override(language):
            with pytest.raises(ValidationError) as caught:
                refuse_hidden_characters(text.format(chr(int(code, 16))))
            assert (caught.value.code, caught.value.messages) == (
                "hidden_character",
                [words.format(code=code, place=place)],
            )


def test_of_several_the_first_is_named():
    with pytest.raises(ValidationError) as caught:
        refuse_hidden_characters("ok\u202e\x00")
    assert (caught.value.params["code"], str(caught.value.params["place"])) == (
        "U+202E",
        "It stands after “ok”.",
    )


JOINED = [
    "क्\u200dष",  # a virama before
    "र\u200d्य",  # and behind, as in Bengali and Marathi
    "नमस्\u200cते",
    "می\u200cخواهم",  # Persian, between letters that would join
    "👩\u200d🌾", "🏳️\u200d🌈", "🧑🏽\u200d💻", "❤️\u200d🔥",
]  # fmt: skip
NOT_JOINED = [
    "Alpha\u200dBeta",
    "北\u200c浜",
    "क\u200dख",
    "می\u200c",
    "\u200d👩",
    "👩\u200dx",
    "می\u200dخواهم",
    "a\u200c्"[:2] + "b",
]


@pytest.mark.parametrize("text", JOINED)
def test_joiners_stay_where_a_script_or_a_picture_needs_them(text):
    refuse_hidden_characters(text)


@pytest.mark.parametrize("text", NOT_JOINED)
def test_joiners_are_refused_where_they_only_make_two_texts_differ(text):
    with pytest.raises(ValidationError):
        refuse_hidden_characters(text)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\rb", "a\n", "\na", "a\u2028b", "a\x0bb", "a\x85b"])
def test_what_stands_on_one_line_has_one_line(text):
    with pytest.raises(ValidationError) as caught:
        refuse_line_breaks(text)
    assert caught.value.messages == ["Write this on one line."]


@pytest.mark.parametrize("text", ["", "a", "a b\tc", "北浜　食品"])
def test_one_line_passes(text):
    refuse_line_breaks(text)


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
    "\U0002ebf0\U00031350",  # ideographs younger than this Python, kept for names
    "\U0001fae8",  # a picture of the same age
]


@pytest.mark.parametrize("text", PASSING)
def test_ordinary_text_of_any_language_passes(text):
    refuse_hidden_characters(text)


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_what_passes_holds_nothing_of_the_hidden_categories_but_joiners_and_newer_characters(text):
    try:
        refuse_hidden_characters(text)
    except ValidationError as error:
        named = chr(int(error.params["code"].replace("U+", "0x"), 0))
        assert unicodedata.category(named)[0] in "CZ" or f"{ord(named):04X}" in INVISIBLE
        assert named in text
    else:
        kept = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")}
        assert kept <= set("\n\r\t\u200c\u200d")


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
