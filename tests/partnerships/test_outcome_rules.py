"""When both sides are asked what came of it, and when they say the same: in plain values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from partnerships.outcomes import PERIODS, counting, day_after, differing, latest_due, next_due
from tests.partnerships.stories import told

SIGNED = date(2031, 8, 31)


@pytest.mark.parametrize(
    ("signed_on", "months", "day"),
    [
        (date(2031, 6, 2), 3, date(2031, 9, 2)),
        (date(2031, 8, 31), 6, date(2032, 2, 29)),
        (date(2030, 8, 31), 6, date(2031, 2, 28)),
        (date(2031, 11, 30), 3, date(2032, 2, 29)),
        (date(2032, 2, 29), 12, date(2033, 2, 28)),
        (date(2031, 12, 31), 12, date(2032, 12, 31)),
        (date(2031, 12, 1), 24, date(2033, 12, 1)),
    ],
)
def test_months_are_those_of_the_calendar(signed_on: date, months: int, day: date) -> None:
    assert day_after(signed_on, months) == day


@pytest.mark.parametrize(
    ("today", "due", "following"),
    [
        (date(2031, 8, 31), None, date(2031, 11, 30)),
        (date(2031, 11, 29), None, date(2031, 11, 30)),
        (date(2031, 11, 30), 3, date(2032, 2, 29)),
        (date(2032, 2, 28), 3, date(2032, 2, 29)),
        (date(2032, 2, 29), 6, date(2032, 8, 31)),
        (date(2033, 8, 30), 12, date(2033, 8, 31)),
        (date(2033, 8, 31), 24, None),
        (date(2040, 1, 1), 24, None),
    ],
)
def test_only_the_latest_period_is_asked_about(today: date, due: int | None, following: date | None) -> None:
    assert (latest_due(SIGNED, today), next_due(SIGNED, today)) == (due, following)


@pytest.mark.parametrize(
    ("other", "unlike"),
    [
        ({}, []),
        ({"without": "yes", "words": "We see it otherwise."}, []),
        ({"results": ["sales"]}, []),
        ({"results": ["product"]}, ["results"]),
        ({"results": ["acquired"]}, ["results"]),
        ({"results": ["acquired", "in_use"]}, []),
        ({"results": ["nothing"]}, ["results"]),
        ({"sales": Decimal(11_400_000)}, []),
        ({"sales": Decimal(11_399_999)}, ["sales"]),
        ({"sales": Decimal(12_631_578)}, []),
        ({"sales": Decimal(12_631_579)}, ["sales"]),
        ({"sales": Decimal(0)}, ["sales"]),
        ({"sales": Decimal(79_470), "sales_currency": "USD"}, []),
        ({"sales": Decimal(71_600), "sales_currency": "USD"}, []),
        ({"sales": Decimal(71_400), "sales_currency": "USD"}, ["sales"]),
        ({"invested": Decimal(1)}, ["invested"]),
        ({"invested_currency": "SGD"}, []),
        ({"jobs": 4}, ["jobs"]),
        ({"products": 0}, ["products"]),
        (
            {
                "results": ["nothing"],
                "sales": Decimal(1),
                "invested": Decimal(5),
                "jobs": 0,
                "products": 2,
            },
            ["results", "sales", "invested", "jobs", "products"],
        ),
    ],
)
def test_figures_are_compared_one_by_one_from_either_side(other: dict[str, Any], unlike: list[str]) -> None:
    assert differing(told(), told(**other)) == unlike
    assert differing(told(**other), told()) == unlike


def test_nothing_on_both_sides_is_an_agreement() -> None:
    none = {"results": ["nothing"], "sales": Decimal(0), "jobs": 0, "products": 0}
    assert differing(told(**none), told(**none)) == []


def test_what_counts_is_what_both_name_and_the_smaller_figure() -> None:
    one = told(results=["in_use", "sales", "product"], sales=Decimal(105), jobs=2)
    other = told(results=["sales", "product", "further"], sales=Decimal(100), jobs=2, invested=Decimal(0))
    for counted in (counting(one, other), counting(other, one)):
        assert (counted.results, counted.sales, counted.jobs) == (["product", "sales"], Decimal(100), 2)


@pytest.mark.parametrize("other", [["sales"], ["product", "in_use"], ["acquired"], ["nothing"]])
def test_whatever_is_alike_leaves_a_result_that_counts(other: list[str]) -> None:
    one, two = told(), told(results=other)
    assert bool(counting(one, two).results) == ("results" not in differing(one, two))


def test_of_two_currencies_the_smaller_amount_keeps_its_own() -> None:
    yen, dollars = told(sales=Decimal(15_100)), told(sales=Decimal(95), sales_currency="USD")
    for counted in (counting(yen, dollars), counting(dollars, yen)):
        assert (counted.sales, counted.sales_currency) == (Decimal(95), "USD")


def test_the_periods_are_those_of_the_programme() -> None:
    assert PERIODS == (3, 6, 12, 24)
