"""Columns of a chart of market sizes: places and lengths only, drawn by a template as SVG.

Pure: figures in, numbers of a drawing out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

WIDTH, HEIGHT, FOOT, HEAD = 480, 220, 28, 24  # units of the drawing
LEAST_COLUMNS: Final = 2  # one figure alone is no chart
BROADEST: Final = 64


@dataclass(frozen=True)
class Figure:
    """The size of a market in a year, in millions."""

    label: str
    year: int
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Column:
    """A column from its upper left corner; `middle` is where its words are centred."""

    year: int
    amount: Decimal
    x: int
    y: int
    width: int
    height: int
    middle: int


@dataclass(frozen=True)
class Chart:
    """The years of one market in one currency; `growth` is the change from first to last year in percent."""

    label: str
    currency: str
    columns: tuple[Column, ...]
    growth: int | None


def charts_of(figures: Sequence[Figure]) -> list[Chart]:
    """A chart for each market of which there are at least two years in one currency, in the order of first mention."""
    groups: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.label, figure.currency].append(figure)
    return [
        chart(sorted(group, key=lambda each: each.year))
        for group in groups.values()
        if len(group) >= LEAST_COLUMNS and any(each.amount > 0 for each in group)
    ]


def chart(group: Sequence[Figure]) -> Chart:
    """Columns as high as their share of the largest amount; a column that is not nothing can be seen."""
    most = max(each.amount for each in group)
    step = WIDTH // len(group)
    width = min(BROADEST, max(1, step * 6 // 10))
    columns = []
    for place, each in enumerate(group):
        height = round((HEIGHT - FOOT - HEAD) * each.amount / most)
        height = max(height, 1 if each.amount else 0)
        x = place * step + (step - width) // 2
        columns.append(
            Column(each.year, each.amount, x, HEIGHT - FOOT - height, width, height, x + width // 2)
        )
    first, last = group[0].amount, group[-1].amount
    growth = round((last / first - 1) * 100) if first else None
    return Chart(group[0].label, group[0].currency, tuple(columns), growth)
