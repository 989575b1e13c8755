"""The check digit of corporate numbers, against the formula as the law gives it."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from companies.corporate_numbers import Finding, Slip, compact, find_slip
from companies.rules import corporate_number

bodies = st.text(alphabet="0123456789", min_size=12, max_size=12)


def check_digit(body: str) -> int:
    """9 − (Σ Pₙ × Qₙ mod 9): n counts from the lowest digit; Q is 1 where n is odd, 2 where it is even.

    Source: ordinance on corporate numbers of the Ministry of Finance (平成26年財務省令第70号), article 2.
    """
    weighted = sum(int(digit) * (1 if n % 2 else 2) for n, digit in enumerate(reversed(body), 1))
    return 9 - weighted % 9


# Numbers that public offices print: National Tax Agency, Ministry of Economy, Trade and Industry, two firms.
PUBLISHED = ["7000012050002", "4000012090001", "1180301018771", "5010401067252"]


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_numbers_pass_and_follow_the_formula(number):
    assert corporate_number(number) == number
    assert int(number[0]) == check_digit(number[1:])


@given(bodies)
@settings(max_examples=150, deadline=None)
def test_the_right_digit_passes_and_every_other_is_a_slip(body):
    right = check_digit(body)
    for digit in range(10):
        if digit == right:
            assert corporate_number(f"{digit}{body}") == f"{digit}{body}"
        else:
            with pytest.raises(ValidationError) as caught:
                corporate_number(f"{digit}{body}")
            assert caught.value.code == Slip.CHECK_DIGIT


@given(bodies, st.integers(0, 11), st.integers(1, 8))
@settings(max_examples=100, deadline=None)
def test_a_slip_in_one_digit_is_found_unless_it_is_nine_for_zero(body, place, step):
    """The sum runs modulo 9: only 0 and 9 cannot be told apart."""
    number = f"{check_digit(body)}{body}"
    wrong = (int(body[place]) + step) % 10
    slipped = number[: place + 1] + str(wrong) + number[place + 2 :]
    if {wrong, int(body[place])} == {0, 9}:
        assert corporate_number(slipped) == slipped
    else:
        with pytest.raises(ValidationError):
            corporate_number(slipped)


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@given(bodies, st.sets(st.integers(0, 13), max_size=5), st.sampled_from(["-", " ", "－", "　"]))
@settings(max_examples=100, deadline=None)
def test_width_hyphens_and_blanks_do_not_matter(body, places, mark):
    number = f"{check_digit(body)}{body}"
    written = full_width(number)
    for place in sorted(places, reverse=True):
        written = written[:place] + mark + written[place:]
    assert corporate_number(written) == number


@given(st.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_a_number_or_a_sentence(text):
    try:
        number = corporate_number(text)
    except ValidationError as error:
        assert error.code in set(Slip)  # noqa: PT017
    else:
        digits = [c for c in unicodedata.normalize("NFKC", text) if c.isdigit()]
        assert (number, len(number)) == ("".join(digits), 13)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Slip.TOO_SHORT),
        ("-", Slip.TOO_SHORT),
        ("٥٠٧٠٠٠١٠٠٠٧١٥", Slip.NO_DIGIT),  # digits, but of another script
        ("T5070001000715", Slip.NO_DIGIT),  # an invoice number is not one
        ("50700010007", Slip.TOO_SHORT),
        ("50700010007150", Slip.TOO_LONG),
        ("0" * 13, Slip.CHECK_DIGIT),
    ],
)
def test_what_is_no_number_is_told_by_kind(text, code):
    with pytest.raises(ValidationError) as caught:
        corporate_number(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("5070-0010-0071", Finding(Slip.TOO_SHORT, count=1)),
        ("507000100071500", Finding(Slip.TOO_LONG, count=2)),
        ("5070001OOO715", Finding(Slip.NO_DIGIT, place=8, character="O")),
        ("５０７０００ｌ０００７１５", Finding(Slip.NO_DIGIT, place=7, character="l")),
        ("5070001000751", Finding(Slip.CHECK_DIGIT, places=((12, 13),))),  # the last two are swapped
        ("5070001000715", None),
    ],
)
def test_the_slip_is_named_with_its_place(typed, found):
    assert find_slip(compact(typed)) == found


@given(bodies, st.integers(0, 11))
@settings(max_examples=150, deadline=None)
def test_two_neighbours_that_were_swapped_are_among_the_places_to_look_at(body, place):
    """Unless they are the same, or 0 and 9, whose exchange fits as well."""
    number = f"{check_digit(body)}{body}"
    one, other = number[place], number[place + 1]
    found = find_slip(number[:place] + other + one + number[place + 2 :])
    if found is None:
        assert one == other or {one, other} == {"0", "9"} or place == 0
    elif len(found.places) < 3:
        assert (place + 1, place + 2) in found.places


@given(bodies)
@settings(max_examples=100, deadline=None)
def test_no_more_than_three_places_are_named_and_each_of_them_would_do(body):
    number = f"{(check_digit(body) + 4) % 10}{body}"
    found = find_slip(number)
    assert found is None or len(found.places) <= 3
    for places in found.places if found else ():
        if len(places) == 2:
            at = places[0] - 1
            assert find_slip(number[:at] + number[at + 1] + number[at] + number[at + 2 :]) is None
