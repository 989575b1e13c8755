"""Amounts of money: the currencies people may name, and what an amount is about in US dollars.

The rates are there to compare amounts, not to pay them: averages of one year, rounded to three figures, so whatever
is worked out with them is shown with two figures and the word “about”.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy


class Currency(TextChoices):
    """ISO 4217."""

    USD = "USD", pgettext_lazy("currency", "USD: US dollar")
    JPY = "JPY", pgettext_lazy("currency", "JPY: Japanese yen")
    SGD = "SGD", pgettext_lazy("currency", "SGD: Singapore dollar")
    INR = "INR", pgettext_lazy("currency", "INR: Indian rupee")
    IDR = "IDR", pgettext_lazy("currency", "IDR: Indonesian rupiah")
    VND = "VND", pgettext_lazy("currency", "VND: Vietnamese dong")
    AUD = "AUD", pgettext_lazy("currency", "AUD: Australian dollar")
    ILS = "ILS", pgettext_lazy("currency", "ILS: Israeli shekel")
    EUR = "EUR", pgettext_lazy("currency", "EUR: euro")
    GBP = "GBP", pgettext_lazy("currency", "GBP: British pound")
    CAD = "CAD", pgettext_lazy("currency", "CAD: Canadian dollar")
    CHF = "CHF", pgettext_lazy("currency", "CHF: Swiss franc")
    CNY = "CNY", pgettext_lazy("currency", "CNY: Chinese yuan")
    HKD = "HKD", pgettext_lazy("currency", "HKD: Hong Kong dollar")
    KRW = "KRW", pgettext_lazy("currency", "KRW: South Korean won")
    MYR = "MYR", pgettext_lazy("currency", "MYR: Malaysian ringgit")
    NZD = "NZD", pgettext_lazy("currency", "NZD: New Zealand dollar")
    PHP = "PHP", pgettext_lazy("currency", "PHP: Philippine peso")
    THB = "THB", pgettext_lazy("currency", "THB: Thai baht")
    TWD = "TWD", pgettext_lazy("currency", "TWD: New Taiwan dollar")


# How many units of the currency one US dollar cost on average in 2024, to three figures. Source: World Bank, official
# exchange rate, period average (PA.NUS.FCRF); for Taiwan, which is not in it, the IRS's yearly average.
RATES_YEAR: Final = 2024
PER_DOLLAR: Final[Mapping[str, Decimal]] = {
    Currency.USD: Decimal(1),
    Currency.JPY: Decimal(151),
    Currency.SGD: Decimal("1.34"),
    Currency.INR: Decimal("83.7"),
    Currency.IDR: Decimal(15_900),
    Currency.VND: Decimal(24_200),
    Currency.AUD: Decimal("1.52"),
    Currency.ILS: Decimal("3.70"),
    Currency.EUR: Decimal("0.924"),
    Currency.GBP: Decimal("0.783"),
    Currency.CAD: Decimal("1.37"),
    Currency.CHF: Decimal("0.881"),
    Currency.CNY: Decimal("7.20"),
    Currency.HKD: Decimal("7.80"),
    Currency.KRW: Decimal(1_360),
    Currency.MYR: Decimal("4.58"),
    Currency.NZD: Decimal("1.65"),
    Currency.PHP: Decimal("57.3"),
    Currency.THB: Decimal("35.3"),
    Currency.TWD: Decimal("32.1"),
}
SHOWN_FIGURES: Final = 2


def in_dollars(amount: Decimal | None, currency: str) -> int | None:
    """Whole US dollars at the average rate of `RATES_YEAR`; None without an amount."""
    if amount is None:
        return None
    return int((amount / PER_DOLLAR[currency]).to_integral_value(ROUND_HALF_EVEN))


def number(value: Decimal | int) -> str:
    """4,300,000 or 99.95: separators, and no zeros that say nothing."""
    plain = Decimal(value).normalize()
    places = max(0, -int(plain.as_tuple().exponent))
    return number_format(plain, decimal_pos=places, force_grouping=True)


def money(amount: Decimal | int, currency: str) -> str:
    """SGD 4,300,000."""
    return f"{currency} {number(amount)}"


def about_dollars(dollars: int) -> str:
    """About USD 3,200,000: two figures are what such a rate can tell."""
    return _("about %(amount)s") % {"amount": money(_rounded(dollars), Currency.USD)}


def money_about(amount: Decimal | int, currency: str) -> str:
    """SGD 4,300,000 (about USD 3,200,000); dollars are not repeated."""
    dollars = in_dollars(Decimal(amount), currency)
    if currency == Currency.USD or not dollars:
        return money(amount, currency)
    return _("%(amount)s (about %(dollars)s)") % {
        "amount": money(amount, currency),
        "dollars": money(_rounded(dollars), Currency.USD),
    }


def _rounded(value: int) -> int:
    return round(value, SHOWN_FIGURES - len(str(abs(value))))
