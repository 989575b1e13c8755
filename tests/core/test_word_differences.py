"""What changed within a text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.core.word_differences import MOST_TOKENS, Change, word_differences

K, R, A = Change.KEPT, Change.REMOVED, Change.ADDED
CASES = [
    ("", "", []),
    ("same", "same", [(K, "same")]),
    ("", "new", [(A, "new")]),
    ("old", "", [(R, "old")]),
    (
        "We make rice crackers.",
        "We bake rice crackers.",
        [(K, "We "), (R, "make"), (A, "bake"), (K, " rice crackers.")],
    ),
    ("12 plants", "120 plants", [(R, "12"), (A, "120"), (K, " plants")]),
    (
        "新潟で米菓を製造する。",
        "新潟と長野で米菓を製造する。",
        [(K, "新潟"), (A, "と長野"), (K, "で米菓を製造する。")],
    ),
    ("a\nb", "a\nc", [(K, "a\n"), (R, "b"), (A, "c")]),
    ("Zürich café", "Zürich", [(K, "Zürich"), (R, " café")]),
]


@pytest.mark.parametrize(("old", "new", "pieces"), CASES)
def test_words_and_letters_that_differ_are_marked(old, new, pieces):
    assert [(piece.change, piece.text) for piece in word_differences(old, new)] == pieces


TEXTS = st.text(alphabet="ab 北浜食\n.1", max_size=60)


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_the_pieces_hold_both_texts_and_nothing_else(old, new):
    pieces = word_differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != A) == old
    assert "".join(piece.text for piece in pieces if piece.change != R) == new
    assert all(piece.text for piece in pieces)


def test_texts_too_long_to_compare_are_shown_one_after_the_other():
    old, new = "あ" * (MOST_TOKENS + 1), "い"
    assert [(piece.change, piece.text) for piece in word_differences(old, new)] == [(R, old), (A, new)]
