"""Sentences are found in both languages and stand in the text exactly as they are quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matches.engine.sentences import LONGEST, language_of, sentences, sentences_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Sensors watch the line. Fatigue is seen early!",
            ["Sensors watch the line.", "Fatigue is seen early!"],
        ),
        ("Made by Foo Inc. Since 2019 it runs.", ["Made by Foo Inc. Since 2019 it runs."]),
        ("It uses 3.5 kW. Dr. Who tested it.", ["It uses 3.5 kW.", "Dr. Who tested it."]),
        ("He said “stop it now.” Then it stopped.", ["He said “stop it now.”", "Then it stopped."]),
        ("- first of the points\n• second of the points", ["first of the points", "second of the points"]),
        ("できる。自分で会計できる。", ["自分で会計できる。"]),
        ("係員が「並んで。」と言う。すぐに終わる！", ["係員が「並んで。」と言う。", "すぐに終わる！"]),
        ("Short. Too. Long enough to be said.", ["Long enough to be said."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_what_is_too_long_to_quote_is_left_out() -> None:
    assert sentences("x" * LONGEST + "yz. This one can be quoted.") == ["This one can be quoted."]


def test_a_sentence_that_is_said_twice_is_one() -> None:
    assert sentences_of(["We count the stock.", "We count the stock. Every night."]) == [
        "We count the stock.",
        "Every night.",
    ]


def test_a_sentence_is_marked_with_its_language() -> None:
    assert (language_of("水位を見る。"), language_of("Levels of rice paddies")) == ("ja", "en")


@given(st.text(alphabet="abZ 。.!?\n-「」(1", max_size=120))
def test_every_sentence_stands_in_its_text(text: str) -> None:
    assert all(sentence in text for sentence in sentences(text))
