"""Laws of merging, for whole pages and any number of savers: no word of anybody is ever replaced or dropped unseen."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accounts.registration.answers import Merged, carried, fingerprint, marks_of, merge, read_marks

NAMES = ("name", "city", "business", "fields")
words = st.sampled_from(["", "one", "two", "three"])
lists = st.lists(st.sampled_from(["retail", "mobility", "agritech"]), unique=True)
pages = st.fixed_dictionaries({"name": words, "city": words, "business": words, "fields": lists})
parts = st.dictionaries(st.sampled_from(NAMES), words | lists)  # a page may ask for some of the fields only
some_names = st.sets(st.sampled_from(NAMES))
anything = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=5))


def same(one: Any, other: Any) -> bool:
    return fingerprint(one) == fingerprint(other)


def saved(current: dict[str, Any], merged: Merged) -> dict[str, Any]:
    """The profile after what was taken has been written."""
    return {**current, **merged.take}


@given(shown=pages, now=pages, typed=parts, theirs=some_names)
def test_a_value_is_replaced_only_by_somebody_who_had_seen_it(
    shown: dict[str, Any], now: dict[str, Any], typed: dict[str, Any], theirs: set[str]
) -> None:
    merged = merge(typed, now, marks_of(shown), theirs)
    for name in merged.take:
        assert same(shown[name], now[name])
    untouched = set(NAMES) - set(merged.take)
    after = saved(now, merged)
    assert {name: after[name] for name in untouched} == {name: now[name] for name in untouched}


@given(shown=pages, now=pages, typed=parts, theirs=some_names)
def test_what_somebody_wrote_is_saved_or_shown_again_beside_the_others_text(
    shown: dict[str, Any], now: dict[str, Any], typed: dict[str, Any], theirs: set[str]
) -> None:
    merged = merge(typed, now, marks_of(shown), theirs)
    for name, value in typed.items():
        is_new = not same(value, shown[name]) and not same(value, now[name])
        kept = name in merged.take or name in merged.clashes
        assert kept is (is_new and name not in theirs)
        assert not (name in merged.take and name in merged.clashes)
        if name in merged.clashes:
            assert merged.clashes[name] == now[name]
            assert not same(shown[name], now[name]), "there is no clash without a second writer"


@given(now=pages, typed=parts)
def test_a_page_nobody_else_touched_is_saved_as_it_was_typed(
    now: dict[str, Any], typed: dict[str, Any]
) -> None:
    merged = merge(typed, now, marks_of(now))
    assert merged.clashes == {}
    assert all(same(saved(now, merged)[name], value) for name, value in typed.items())


@given(now=pages, typed=parts)
def test_a_page_that_lost_its_marks_is_taken_as_fresh(now: dict[str, Any], typed: dict[str, Any]) -> None:
    assert merge(typed, now, {}) == merge(typed, now, marks_of(now))


@given(start=pages, first=pages, second=pages)
def test_two_who_save_one_after_the_other_lose_nothing_between_them(
    start: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Both had the same page before them. What only one of them changed is saved; where both did, somebody chooses."""
    shown = marks_of(start)
    after_first = saved(start, merge(first, start, shown))
    merged = merge(second, after_first, shown)
    after_both = saved(after_first, merged)
    for name in NAMES:
        mine, theirs = not same(second[name], start[name]), not same(first[name], start[name])
        if mine and theirs and not same(first[name], second[name]):
            assert merged.clashes[name] == after_both[name]
            assert same(after_both[name], first[name])
        elif mine:
            assert same(after_both[name], second[name])
        else:
            assert same(after_both[name], first[name])


@given(start=pages, first=pages, second=pages, keeps=some_names)
def test_after_the_choice_nothing_is_left_to_choose(
    start: dict[str, Any], first: dict[str, Any], second: dict[str, Any], keeps: set[str]
) -> None:
    """The page that tells of a clash carries the marks of what stands there now: the next click settles it."""
    current = saved(start, merge(first, start, marks_of(start)))
    merged = merge(second, current, marks_of(start))
    current = saved(current, merged)
    again = merge(second, current, {**marks_of(start), **marks_of(current)}, keeps)
    assert again.clashes == {}
    for name in merged.clashes:
        assert same(saved(current, again)[name], first[name] if name in keeps else second[name])


@given(typed=pages, now=pages, shown=pages)
def test_saving_twice_changes_nothing_the_second_time(
    typed: dict[str, Any], now: dict[str, Any], shown: dict[str, Any]
) -> None:
    """A second click on the button, or a page sent again by the browser."""
    merged = merge(typed, now, marks_of(shown))
    assert merge(typed, saved(now, merged), marks_of(shown)).take == {}


@given(one=anything, other=anything)
def test_equal_values_have_equal_marks_and_marks_tell_nothing_of_the_value(one: Any, other: Any) -> None:
    assert fingerprint(one) == fingerprint(one)
    if one == other and type(one) is type(other):
        assert fingerprint(one) == fingerprint(other)
    assert len(fingerprint(one)) == 16
    assert set(fingerprint(one)) <= set("0123456789abcdef")


@given(values=st.dictionaries(st.text(max_size=10), anything, max_size=6))
def test_marks_come_back_from_the_page_as_they_went_out(values: dict[str, Any]) -> None:
    assert read_marks(carried(marks_of(values))) == marks_of(values)


@given(text=st.text(max_size=200))
def test_whatever_comes_back_instead_of_marks_breaks_nothing(text: str) -> None:
    marks = read_marks(text)
    assert all(isinstance(name, str) and isinstance(mark, str) for name, mark in marks.items())
    assert merge({"name": "mine"}, {"name": "theirs"}, marks).take in ({}, {"name": "mine"})
