"""Amounts of money in words, and what they are about in US dollars."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from matchmaking.core.currencies import (
    PER_DOLLAR,
    Currency,
    about_dollars,
    in_dollars,
    money,
    money_about,
    number,
)


def test_every_currency_has_a_rate_and_is_named_by_its_code():
    assert set(PER_DOLLAR) == set(Currency)
    assert [each for each in Currency if not str(each.label).startswith(each.value)] == []


@pytest.mark.parametrize(
    ("amount", "currency", "dollars"),
    [
        (Decimal(8_000_000), "USD", 8_000_000),
        (Decimal(10_000_000), "SGD", 7_462_687),
        (Decimal(150_000_000), "JPY", 993_377),
        (Decimal("0.50"), "USD", 0),
        (Decimal(0), "VND", 0),
        (None, "USD", None),
        (None, "", None),
    ],
)
def test_an_amount_in_dollars(amount, currency, dollars):
    assert in_dollars(amount, currency) == dollars


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("4300000.00"), "4,300,000"),
        (Decimal("99.95"), "99.95"),
        (Decimal("0.50"), "0.5"),
        (Decimal("1E+3"), "1,000"),
        (0, "0"),
    ],
)
def test_a_number_has_separators_and_no_zeros_that_say_nothing(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "english", "japanese"),
    [
        (
            Decimal(4_300_000),
            "SGD",
            "SGD 4,300,000 (about USD 3,200,000)",
            "SGD 4,300,000（約USD 3,200,000）",
        ),
        (Decimal(4_300_000), "USD", "USD 4,300,000", "USD 4,300,000"),
        (Decimal(1), "VND", "VND 1", "VND 1"),  # less than half a dollar
    ],
)
def test_an_amount_is_told_with_what_it_is_about_in_dollars(amount, currency, english, japanese):
    for language, expected in (("en", english), ("ja", japanese)):
        with translation.override(language):
            assert money_about(amount, currency) == expected


def test_dollars_that_were_worked_out_show_two_figures():
    told = [about_dollars(value) for value in (993_377, 7_462_687, 95, 4, 0)]
    assert told == ["about USD 990,000", "about USD 7,500,000", "about USD 95", "about USD 4", "about USD 0"]
    assert money(12, "SGD") == "SGD 12"
