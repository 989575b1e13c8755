"""When both sides are asked what came of their partnership, and whether they say the same. Pure.

Whoever has signed is asked after 3, 6, 12 and 24 months of the calendar, also when the partnership has ended since:
what came of a contract is not undone by its end. One that ended before a contract is not asked: its reason is known.
Every answer tells of all the time since the signature, so that the latest confirmed one counts and none is added twice.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from matchmaking.core.currencies import in_dollars
from partnerships.enums import Figure

PERIODS: Final = (3, 6, 12, 24)  # months after the signature
LINK_DAYS: Final = timedelta(days=30)
REMIND_AFTER: Final = timedelta(days=14)
MOST_REMINDERS: Final = 2
LAPSE_AFTER: Final = timedelta(days=60)  # the last reminder's link has run out by then
# A period that ended longer ago is not asked about by itself: a portal that starts on old contracts, or stood still for
# long, would write to everybody at once. Staff see what nobody was asked about, and ask where it still makes sense.
ASK_WITHIN: Final = timedelta(days=60)
# Two firms book in different weeks and currencies: amounts are the same if they lie no further apart than this.
SAME_CURRENCY: Final = Decimal("0.05")
OTHER_CURRENCY: Final = Decimal("0.10")  # the rates are averages of a year


@dataclass(frozen=True, slots=True)
class Told:
    """What one side says has come of the partnership since the contract was signed. Nought is an answer."""

    results: Collection[str]
    sales: Decimal
    sales_currency: str
    invested: Decimal
    invested_currency: str
    jobs: int
    products: int
    without: str
    words: str = ""


def day_after(signed_on: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    years, month = divmod(signed_on.month - 1 + months, 12)
    year = signed_on.year + years
    return date(year, month + 1, min(signed_on.day, monthrange(year, month + 1)[1]))


def latest_due(signed_on: date, today: date) -> int | None:
    """The latest period that is over. Earlier ones that nobody asked about are left: four mails at once help nobody."""
    return max((months for months in PERIODS if day_after(signed_on, months) <= today), default=None)


def to_ask(signed_on: date, today: date) -> int | None:
    """The period about which both sides are asked by themselves: the latest, while its end is not long ago."""
    months = latest_due(signed_on, today)
    if months is None or day_after(signed_on, months) < today - ASK_WITHIN:
        return None
    return months


def signed_by(months: int, day: date) -> date:
    """The latest day of signing of which so many months are over on `day`."""
    found = day_after(day, -months)
    while day_after(found + timedelta(days=1), months) <= day:
        found += timedelta(days=1)
    return found


def next_due(signed_on: date, today: date) -> date | None:
    """The next day on which both sides will be asked; None after the last."""
    days = (day_after(signed_on, months) for months in PERIODS)
    return next((day for day in days if day > today), None)


def differing(one: Told, other: Told) -> list[Figure]:
    """The figures that the two sides give differently."""
    alike = {
        Figure.RESULTS: _same_results(one.results, other.results),
        Figure.SALES: same_amount(one.sales, one.sales_currency, other.sales, other.sales_currency),
        Figure.INVESTED: same_amount(
            one.invested, one.invested_currency, other.invested, other.invested_currency
        ),
        Figure.JOBS: one.jobs == other.jobs,
        Figure.PRODUCTS: one.products == other.products,
    }
    return [figure for figure, same in alike.items() if not same]


def _same_results(one: Collection[str], other: Collection[str]) -> bool:
    """Each side sees its own part of what came of it; they differ if nothing that one names is named by the other.

    Otherwise the two would be confirmed with no result left that counts.
    """
    return bool(set(one) & set(other))


def same_amount(one: Decimal, currency: str, other: Decimal, other_currency: str) -> bool:
    """Whether two amounts lie within the tolerance, measured by the larger."""
    if currency == other_currency:
        return abs(one - other) <= SAME_CURRENCY * max(one, other)
    first, second = Decimal(in_dollars(one, currency) or 0), Decimal(in_dollars(other, other_currency) or 0)
    return abs(first - second) <= OTHER_CURRENCY * max(first, second)


def counting(one: Told, other: Told) -> Told:
    """What counts where both agree: the results that both name, and of each figure the smaller one."""
    sales = _smaller((one.sales, one.sales_currency), (other.sales, other.sales_currency))
    invested = _smaller((one.invested, one.invested_currency), (other.invested, other.invested_currency))
    return Told(
        results=sorted(set(one.results) & set(other.results)),
        sales=sales[0],
        sales_currency=sales[1],
        invested=invested[0],
        invested_currency=invested[1],
        jobs=min(one.jobs, other.jobs),
        products=min(one.products, other.products),
        without="",
    )


def _smaller(one: tuple[Decimal, str], other: tuple[Decimal, str]) -> tuple[Decimal, str]:
    if one[1] == other[1]:
        return min(one, other)
    return min(one, other, key=lambda money: in_dollars(*money) or 0)
