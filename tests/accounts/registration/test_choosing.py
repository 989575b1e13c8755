"""The boxes of capabilities as a page sends them back: what is chosen, what was changed, what is wrong with it."""

from __future__ import annotations

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from accounts.registration.choosing import MOST_CHOSEN, Boxes, BoxesField, Choice, mark_of
from matchmaking.matches.thesauri import editions

pytestmark = pytest.mark.django_db
TOO_MANY = (
    "Tick at most three: the ones that fit best.",
    "最も当てはまるものを3つ以内で選択してください。",
)
BOTH = (
    "Tick capabilities, or that none fits, not both.",
    "技術・機能か「当てはまるものがない」のどちらか一方を選択してください。",
)


@pytest.fixture
def keys() -> list[str]:
    """Of four capabilities that there are."""
    return [each.id for each in editions.in_force().capabilities[:4]]


def sent(*keys: str, none: bool = False, before: str | None = "-") -> QueryDict:
    """What a browser sends: a box that is not ticked is not there."""
    data = QueryDict(mutable=True)
    data.setlist("capabilities", list(keys))
    if none:
        data["capabilities_none"] = "on"
    if before is not None:
        data["capabilities_before"] = before
    return data


def test_ticks_come_back_in_their_order_and_each_once(keys: list[str]) -> None:
    first, second, third, _fourth = keys
    boxes = Boxes.sent(sent(third, first, third, second, first))
    assert boxes.keys == (third, first, second)
    assert boxes.choice == [third, first, second]


@pytest.mark.parametrize("strange", ["", "no_such", "<script>", "a\0b", "%", "x" * 5000, "Solar_Dev"])
def test_what_there_is_not_is_passed_over(strange: str, keys: list[str]) -> None:
    assert Boxes.sent(sent(strange, keys[0], strange)).keys == (keys[0],)
    assert Boxes.sent(sent(strange)).choice is None


@pytest.mark.parametrize("data", [{}, {"capabilities": ["x"], "capabilities_none": ""}, {"x": "y"}])
def test_a_form_that_came_from_no_browser_chooses_nothing(data: dict[str, object]) -> None:
    boxes = Boxes.sent(data)
    assert (boxes.choice, boxes.before, boxes.is_changed, boxes.fault) == (None, None, False, "")


@pytest.mark.parametrize(
    ("count", "none", "choice"),
    [(0, False, None), (0, True, []), (1, False, 1), (3, False, 3), (1, True, 1)],
)
def test_nothing_and_none_fits_are_two_answers(
    count: int, none: bool, choice: int | list[str] | None, keys: list[str]
) -> None:
    boxes = Boxes.sent(sent(*keys[:count], none=none))
    assert boxes.choice == (keys[:choice] if isinstance(choice, int) else choice)


def test_only_what_was_ticked_otherwise_than_found_is_a_change(keys: list[str]) -> None:
    first, second, third, _fourth = keys
    found: list[tuple[Choice, QueryDict, bool]] = [
        (None, sent(before="-"), False),
        (None, sent(first, before="-"), True),
        (None, sent(none=True, before="-"), True),
        ([], sent(none=True, before=""), False),
        ([], sent(before=""), True),
        ([first, second], sent(second, first, before=mark_of([first, second])), False),
        ([first, second], sent(first, before=mark_of([first, second])), True),
        ([first], sent(third, before=mark_of([first])), True),
        ([first], sent(before=mark_of([first])), True),
    ]
    for choice, data, is_changed in found:
        assert mark_of(choice) == data["capabilities_before"]
        assert Boxes.sent(data).is_changed is is_changed, data


@pytest.mark.parametrize("ticked", [0, 2])
def test_a_page_without_boxes_changes_nothing_whatever_it_sends(ticked: int, keys: list[str]) -> None:
    """Without scripts no boxes are drawn: what was chosen before must not be lost by saving."""
    assert not Boxes.sent(sent(*keys[:ticked], before=None)).is_changed


@pytest.mark.parametrize("choice", [None, [], ["b", "a"], ["a", "b", "c"]])
def test_boxes_of_a_choice_are_that_choice(choice: Choice) -> None:
    boxes = Boxes.of(choice)
    assert boxes.choice == choice
    assert (boxes.fault, boxes.is_changed) == ("", False)


def refusal(data: QueryDict) -> list[str]:
    """What both languages say at the field."""

    class Page(forms.Form):
        capabilities = BoxesField()

    told: list[str] = []
    for language in ("en", "ja"):
        with translation.override(language):
            form = Page(data)
            form.is_valid()
            told.extend(map(str, form.errors.get("capabilities", [])))
    return told


def test_the_fourth_tick_is_told_at_the_field_and_the_third_is_not(keys: list[str]) -> None:
    assert MOST_CHOSEN == 3
    assert refusal(sent(*keys[:3])) == []
    assert refusal(sent(*keys)) == list(TOO_MANY)
    assert refusal(sent(*keys[:3], keys[0], keys[1])) == [], "the same box twice is one"


def test_none_fits_beside_a_tick_is_told_at_the_field(keys: list[str]) -> None:
    assert refusal(sent(none=True)) == []
    assert refusal(sent(keys[0], none=True)) == list(BOTH)
    assert refusal(sent(*keys, none=True)) == list(TOO_MANY), "one thing at a time"
    assert refusal(sent()) == [], "nobody has to choose"
