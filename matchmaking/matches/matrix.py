"""Fields by countries: what firms ask for, what startups offer, and the matches between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django_countries import countries

from accounts.enums import OrganisationStatus
from matchmaking.core.enums import TARGET_COUNTRIES, Field
from matchmaking.matches.models import Match
from matchmaking.matches.sides import open_challenges, open_startups
from matchmaking.matches.thesauri.narrowing import keys_of

OTHER = ""  # the column of all countries that are no target of the programme
STEPS = 5
Key = tuple[str, str]  # field and country; OTHER for the other countries, None never


class Measure(TextChoices):
    """What the cells count."""

    DEMAND = "demand", pgettext_lazy("matrix", "Firms with an open challenge")
    SUPPLY = "supply", pgettext_lazy("matrix", "Published startups")
    PROPOSED = "proposed", pgettext_lazy("matrix", "Matches proposed")
    DISCLOSED = "disclosed", pgettext_lazy("matrix", "Matches disclosed")
    INTERESTED = "interested", pgettext_lazy("matrix", "Matches in which the firm is interested")


@dataclass(frozen=True)
class Matrix:
    """Counts by field and country, with totals that count everything once."""

    measure: Measure
    cells: Mapping[Key, int]
    by_field: Mapping[str, int]
    by_country: Mapping[str, int]
    total: int
    capability: str = ""


def matrix_of(measure: Measure, capability: str = "") -> Matrix:
    """One query; only what asks for, offers or shares the capability, if one is named."""
    keys = keys_of(capability) if capability else []
    if measure == Measure.DEMAND:
        return _matrix(measure, _demand(keys), capability)
    if measure == Measure.SUPPLY:
        return _matrix(measure, _supply(keys), capability)
    return _matrix(measure, _matches(measure.value, keys), capability)


# A thing that is counted: its fields, its countries, and how many of the kind there are.
Things = Iterable[tuple[Sequence[str], Sequence[str], int]]


def _matrix(measure: Measure, things: Things, capability: str) -> Matrix:
    cells: Counter[Key] = Counter()
    by_field: Counter[str] = Counter()
    by_country: Counter[str] = Counter()
    total = 0
    for fields, places, number in things:
        total += number
        by_field.update(dict.fromkeys(fields, number))
        by_country.update(dict.fromkeys(places, number))
        cells.update({(field, place): number for field in fields for place in places})
    return Matrix(measure, cells, by_field, by_country, total, capability)


def _demand(keys: list[str]) -> Things:
    """A firm asks for startups in the fields of its open challenges, of every country that it does not exclude."""
    fields: dict[int, list[str]] = {}
    open_to: dict[int, list[str]] = {}
    rows = _narrowed(open_challenges(), "reading__keys", keys)
    rows = rows.values_list("company_id", "field", "company__excluded_countries")
    for firm, field, excluded in rows:
        fields.setdefault(firm, []).append(field)
        open_to[firm] = [code for code in (*TARGET_COUNTRIES, OTHER) if code not in excluded]
    for firm, asked in fields.items():
        yield sorted(set(asked)), open_to[firm], 1


def _supply(keys: list[str]) -> Things:
    rows = _narrowed(open_startups(), "reading__keys", keys)
    for fields, country in rows.values_list("organisation__fields", "organisation__country"):
        yield fields, [_column(country)], 1


def _matches(status: str, keys: list[str]) -> Things:
    rows = _narrowed(Match.objects.filter(status=status), "shared_capabilities", keys).order_by()
    rows = rows.values_list("challenge__field", "startup__organisation__country")
    for field, country, number in rows.annotate(number=Count("pk")):
        yield [field], [_column(country)], number


def _narrowed(rows: QuerySet[Any], name: str, keys: list[str]) -> QuerySet[Any]:
    return rows.filter(**{f"{name}__overlap": keys}) if keys else rows


def _column(country: str) -> str:
    return country if country in TARGET_COUNTRIES else OTHER


# --- What pages show ---------------------------------------------------------------------------------------------


def columns() -> list[tuple[str, str]]:
    """Codes and names, the other countries last."""
    return [*((code, countries.name(code)) for code in TARGET_COUNTRIES), (OTHER, _("Other countries"))]


def table(matrix: Matrix) -> dict[str, Any]:
    """What the heat table needs."""
    bounds = ranges(max(matrix.cells.values(), default=0))
    return {
        "caption": str(matrix.measure.label),
        "columns": [name for _code, name in columns()],
        "rows": [_row(matrix, field, bounds) for field in Field],
        "totals": [*(matrix.by_country.get(code, 0) for code, _name in columns()), matrix.total],
        "legend": [range_words(*each) for each in [(0, 0), *bounds]],
    }


def _row(matrix: Matrix, field: Field, bounds: Sequence[tuple[int, int]]) -> dict[str, Any]:
    cells = []
    for code, name in columns():
        value = matrix.cells.get((field.value, code), 0)
        words = {"measure": matrix.measure.label, "field": field.label, "country": name, "n": value}
        cells.append(
            {
                "value": value,
                "step": _step(value, bounds),
                "url": list_url(matrix.measure, field.value, code, matrix.capability),
                "name": _("%(measure)s, %(field)s, %(country)s: %(n)s") % words,
            }
        )
    return {"label": field.label, "cells": cells, "total": matrix.by_field.get(field.value, 0)}


def ranges(most: int) -> list[tuple[int, int]]:
    """Up to five ranges that cover 1 to `most` about evenly, each with both ends."""
    ends = sorted({-(-most * step // STEPS) for step in range(1, STEPS + 1)} - {0})
    return list(zip([1, *(end + 1 for end in ends[:-1])], ends, strict=True)) if ends else []


def _step(value: int, bounds: Sequence[tuple[int, int]]) -> int:
    return next((step for step, (low, high) in enumerate(bounds, start=1) if low <= value <= high), 0)


def range_words(low: int, high: int) -> str:
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def list_url(measure: Measure, field: str, country: str, capability: str = "") -> str:
    """The staff list behind a cell, with the same filters; empty where no list can be narrowed so."""
    if country == OTHER:
        return ""
    published = {"status": OrganisationStatus.PUBLISHED.value}
    page, filters = {
        Measure.DEMAND: ("companies:list", {**published, "need": field, "open_to": country}),
        Measure.SUPPLY: ("startups:list", {**published, "field": field, "country": country}),
    }.get(measure, ("matches:staff", {"status": measure.value, "field": field, "country": country}))
    narrowed = filters | ({"capability": capability} if capability else {})
    return f"{reverse(page)}?{urlencode(narrowed)}"


def csv_rows(matrix: Matrix) -> list[list[str | int]]:
    """The same as the page: a heading, a row a field, the totals."""
    head = [str(matrix.measure.label), *(name for _code, name in columns()), _("Total")]
    body = [
        [
            field.label,
            *(matrix.cells.get((field.value, code), 0) for code, _name in columns()),
            matrix.by_field.get(field.value, 0),
        ]
        for field in Field
    ]
    totals = [_("Total"), *(matrix.by_country.get(code, 0) for code, _name in columns()), matrix.total]
    return [head, *body, totals]
