"""The matrix of fields and countries, as a page and as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from matchmaking.core.sheets import csv_file
from matchmaking.matches.balance import BALANCE, LABEL, balance_of, balance_rows, balance_table
from matchmaking.matches.matrix import Measure, csv_rows, matrix_of, table
from matchmaking.matches.thesauri.narrowing import capability_choices, known_keys


@require_safe
@requires(Permission.MANAGE_MATCHES)
def matrix(request: HttpRequest) -> HttpResponse:
    """Numbers lead to the list behind them."""
    measure, capability = _measure(request), _capability(request)
    context = {
        "measures": [(BALANCE, LABEL), *Measure.choices],
        "measure": measure,
        "capabilities": capability_choices(),
        "capability": capability,
        "csv_query": urlencode({"measure": measure} | ({"capability": capability} if capability else {})),
        "table": balance_table(balance_of(capability))
        if measure == BALANCE
        else table(matrix_of(Measure(measure), capability)),
    }
    return render(request, "matches/matrix.html", context)


@require_safe
@requires(Permission.MANAGE_MATCHES)
def matrix_csv(request: HttpRequest) -> HttpResponse:
    """The same numbers for a spreadsheet, also a Japanese Excel."""
    measure, capability = _measure(request), _capability(request)
    if measure == BALANCE:
        return csv_file("matrix-balance", balance_rows(balance_of(capability)))
    return csv_file(f"matrix-{measure}", csv_rows(matrix_of(Measure(measure), capability)))


def _measure(request: HttpRequest) -> str:
    """What the address names; supply beside demand where it names nothing we count."""
    wanted = request.GET.get("measure", "")
    return wanted if wanted in Measure.values else BALANCE


def _capability(request: HttpRequest) -> str:
    """What the address names; all of them where it names none that there is."""
    return next(iter(known_keys([request.GET.get("capability", "")])), "")
