"""Whose words are saved when two people answer the same page: every case of a field, and a law for all of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.registration.answers import carried, fingerprint, marks_of, merge, read_marks


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, "", True),
        ([], "", True),
        (["a", "b"], ["b", "a"], True),
        (3, "3", True),
        (date(2027, 3, 31), "2027-03-31", True),
        ("a", "b", False),
        (["a"], "a", False),
        (0, None, False),
        (False, None, False),
    ],
)
def test_a_fingerprint_tells_apart_what_a_form_tells_apart(one, other, same):
    assert (fingerprint(one) == fingerprint(other)) is same


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[1]", "3", "null", "[" * 100_000, '{"a":' * 100_000, "1" * 5000]
)
def test_a_page_that_lost_its_fingerprints_counts_as_fresh(text):
    assert read_marks(text) == {}


def test_fingerprints_survive_the_page():
    marks = marks_of({"a": "x", "b": ["y"]})
    assert read_marks(carried(marks)) == marks


# shown, stands there now, typed; what is saved, what must be chosen between
CASES = [
    ("old", "old", "old", {}, {}),
    ("old", "old", "mine", {"a": "mine"}, {}),
    ("old", "theirs", "old", {}, {}),
    ("old", "same", "same", {}, {}),
    ("old", "theirs", "mine", {}, {"a": "theirs"}),
    ("", "theirs", "mine", {}, {"a": "theirs"}),
    ("old", "", "mine", {}, {"a": ""}),
    ("old", "theirs", "", {}, {"a": "theirs"}),
]


@pytest.mark.parametrize(("shown", "now", "typed", "take", "clashes"), CASES)
def test_each_way_in_which_three_values_can_meet(shown, now, typed, take, clashes):
    merged = merge({"a": typed}, {"a": now}, marks_of({"a": shown}))
    assert (merged.take, merged.clashes) == (take, clashes)


def test_who_keeps_the_other_text_drops_their_own():
    merged = merge({"a": "mine", "b": "mine"}, {"a": "theirs", "b": "old"}, marks_of({"b": "old"}), ["a"])
    assert (merged.take, merged.clashes) == ({"b": "mine"}, {})


words = st.sampled_from(["", "one", "two", "three"])


@given(shown=words, now=words, typed=words)
def test_no_word_is_ever_lost_unseen(shown, now, typed):
    """What stands there now is replaced only if the writer had seen it; what they typed is saved, or shown again."""
    merged = merge({"a": typed}, {"a": now}, marks_of({"a": shown}))
    if merged.take:
        assert now == shown
    if typed not in (shown, now):
        assert merged.take == {"a": typed} or merged.clashes == {"a": now}
