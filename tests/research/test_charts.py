"""Charts of market sizes: what is drawn, what is not, and that lengths tell the truth."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.charts import FOOT, HEAD, HEIGHT, WIDTH, Figure, charts_of

FULL = HEIGHT - FOOT - HEAD


def figures(*rows: tuple[int, str], label: str = "Tills", currency: str = "USD") -> list[Figure]:
    return [Figure(label, year, Decimal(amount), currency) for year, amount in rows]


def test_columns_are_as_high_as_their_share_and_stand_in_the_order_of_years() -> None:
    [chart] = charts_of(figures((2028, "200"), (2024, "50"), (2026, "100")))
    assert [(each.year, each.height) for each in chart.columns] == [
        (2024, FULL // 4),
        (2026, FULL // 2),
        (2028, FULL),
    ]
    assert [each.y + each.height for each in chart.columns] == [HEIGHT - FOOT] * 3
    assert (chart.label, chart.currency, chart.growth) == ("Tills", "USD", 300)


@pytest.mark.parametrize(
    ("rows", "growth"),
    [
        ([(2024, "100"), (2025, "80")], -20),
        ([(2024, "100"), (2025, "100")], 0),
        ([(2024, "0"), (2025, "80")], None),
        ([(2024, "80"), (2025, "0")], -100),
    ],
)
def test_growth_is_from_the_first_year_to_the_last(rows: list[tuple[int, str]], growth: int | None) -> None:
    [chart] = charts_of(figures(*rows))
    assert chart.growth == growth


@pytest.mark.parametrize(
    "rows",
    [[], [(2024, "100")], [(2024, "0"), (2025, "0")]],
)
def test_one_figure_alone_or_nothing_but_noughts_is_no_chart(rows: list[tuple[int, str]]) -> None:
    assert charts_of(figures(*rows)) == []


def test_markets_and_currencies_are_not_mixed() -> None:
    dollars = figures((2024, "1"), (2025, "2"))
    yen = figures((2024, "150"), (2025, "300"), currency="JPY")
    other = figures((2024, "9"), (2025, "8"), label="Shelves")
    alone = figures((2024, "7"), label="Scales")
    assert [(each.label, each.currency) for each in charts_of([*yen, *other, *alone, *dollars])] == [
        ("Tills", "JPY"),
        ("Shelves", "USD"),
        ("Tills", "USD"),
    ]


@given(
    st.lists(
        st.tuples(st.integers(1990, 2060), st.decimals(0, 10**9, places=2, allow_nan=False)),
        min_size=2,
        max_size=20,
        unique_by=lambda row: row[0],
    )
)
def test_nothing_is_drawn_outside_and_no_amount_is_hidden(rows: list[tuple[int, Decimal]]) -> None:
    for chart in charts_of([Figure("Tills", year, amount, "USD") for year, amount in rows]):
        assert [each.year for each in chart.columns] == sorted(year for year, _amount in rows)
        for column in chart.columns:
            assert 0 <= column.x < column.x + column.width <= WIDTH
            assert HEAD <= column.y <= HEIGHT - FOOT
            assert (column.height > 0) is (column.amount > 0)
        assert max(each.height for each in chart.columns) == FULL
        edges = [(each.x, each.x + each.width) for each in chart.columns]
        assert all(left[1] <= right[0] for left, right in pairwise(edges))
