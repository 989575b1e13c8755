"""Startups beside the firms that ask for them, by field and country: where startups are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from matchmaking.core.enums import Field
from matchmaking.matches.matrix import Matrix, Measure, columns, list_url, matrix_of, range_words

BALANCE = "balance"
LABEL = pgettext_lazy("matrix", "Startups / firms that ask for them")
# Startups for every ten firms: the ends of the steps of the hue, from missing to plenty.
STEP_ENDS = (2, 5, 10, 20)


@dataclass(frozen=True)
class Balance:
    """The same table twice: what is offered and what is asked for."""

    supply: Matrix
    demand: Matrix
    capability: str = ""


def balance_of(capability: str = "") -> Balance:
    """Two queries; only what offers or asks for the capability, if one is named."""
    supply, demand = (matrix_of(measure, capability) for measure in (Measure.SUPPLY, Measure.DEMAND))
    return Balance(supply, demand, capability)


def step_of(startups: int, firms: int) -> int:
    """From 0 (no startup) to 5 (more than twenty for every ten firms, or for none)."""
    if not startups:
        return 0
    if not firms:
        return len(STEP_ENDS) + 1
    for_ten = -(-10 * startups // firms)
    return 1 + sum(for_ten > end for end in STEP_ENDS)


def balance_table(balance: Balance) -> dict[str, Any]:
    """What the heat table needs."""
    supply, demand = balance.supply, balance.demand
    totals = [
        _pair(supply.by_country.get(code, 0), demand.by_country.get(code, 0)) for code, _name in columns()
    ]
    return {
        "caption": str(LABEL),
        "columns": [name for _code, name in columns()],
        "rows": [_row(balance, field) for field in Field],
        "totals": [*totals, _pair(supply.total, demand.total)],
        "legend": _legend(),
    }


def _row(balance: Balance, field: Field) -> dict[str, Any]:
    supply, demand = balance.supply, balance.demand
    return {
        "label": field.label,
        "cells": [_cell(balance, field, code, name) for code, name in columns()],
        "total": _pair(supply.by_field.get(field.value, 0), demand.by_field.get(field.value, 0)),
    }


def _cell(balance: Balance, field: Field, code: str, name: str) -> dict[str, Any]:
    key = (field.value, code)
    startups, firms = balance.supply.cells.get(key, 0), balance.demand.cells.get(key, 0)
    words = {"field": field.label, "country": name, "startups": startups, "firms": firms}
    return {
        "value": _pair(startups, firms),
        "step": step_of(startups, firms),
        "url": list_url(Measure.SUPPLY, field.value, code, balance.capability) if startups else "",
        "name": _("%(field)s, %(country)s: startups %(startups)s, firms that ask %(firms)s") % words,
    }


def _pair(startups: int, firms: int) -> str:
    return f"{startups} / {firms}"


def _legend() -> Sequence[str]:
    starts = (1, *(end + 1 for end in STEP_ENDS))
    ranges = [range_words(low, high) for low, high in zip(starts, STEP_ENDS, strict=False)]
    return ["0", *ranges, _("%(low)s and more") % {"low": starts[-1]}]


def balance_rows(balance: Balance) -> list[list[str | int]]:
    """For a spreadsheet: a row for each field and country."""
    head = [_("Field"), _("Country"), str(Measure.SUPPLY.label), str(Measure.DEMAND.label)]
    return [
        head,
        *(
            [field.label, name, balance.supply.cells.get(key, 0), balance.demand.cells.get(key, 0)]
            for field in Field
            for code, name in columns()
            for key in [(field.value, code)]
        ),
    ]
