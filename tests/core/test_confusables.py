"""Names that look like another name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.core.confusables import look_alike, mixed_scripts, skeleton

ALIKE = [
    ("Аlpha", "Alpha"),  # Cyrillic
    ("Αlpha Ltd", "ALPHA"),  # Greek
    ("G00gle", "Google"),
    ("Iambda", "lambda"),
    ("modern", "rnodern"),
    ("カ山工業", "力山エ業"),  # katakana and kanji that look alike, both ways
    ("北浜フ一ズ", "北浜フーズ"),  # the numeral one for the long vowel
    ("㈱北浜", "北浜 株式会社"),
    ("ニシ八", "二シハ"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_one_may_be_taken_for_the_other(one, other):
    assert look_alike(one, other)
    assert look_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Alpha", "Alpine"), ("北浜", "北濱"), ("ハナ", "バナ"), ("Nova", "Nora")]
)
def test_what_differs_to_the_eye_is_not_alike(one, other):
    assert not look_alike(one, other)


MIXED = [
    ("Аlpha", ("CYRILLIC", "LATIN")),
    ("Alphα", ("GREEK", "LATIN")),
    ("ᎪBC", ("CHEROKEE", "LATIN")),
    ("Яндекс", ()),
    ("Alpha", ()),
    ("ソニーSony 株式会社", ()),
    ("", ()),
    ("2026", ()),
]


@pytest.mark.parametrize(("text", "scripts"), MIXED)
def test_latin_mixed_with_what_looks_like_it_is_named(text, scripts):
    assert mixed_scripts(text) == scripts


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cn"]), max_size=20))
@settings(max_examples=200, deadline=None)
def test_every_name_is_like_itself_and_plain_ones_keep_their_shape(text):
    assert skeleton("".join(c for c in text if c in "abcdefghjk")) == "".join(
        c for c in text if c in "abcdefghjk"
    )
    assert look_alike(text, text)
