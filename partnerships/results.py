"""From meetings to outcomes that both sides confirm, and what these come to. Only confirmed ones are added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from matchmaking.core.currencies import Currency, about_dollars, in_dollars, money
from matchmaking.matches.enums import Side
from meetings.models import MeetingRequest
from partnerships import outcomes
from partnerships.enums import OutcomeStatus, Result, Without
from partnerships.learning import Scope, list_url
from partnerships.models import FollowUp, FollowUpAnswer, Partnership
from partnerships.outcomes import PERIODS, Told

Row = dict[str, Any]
LEAST: Final = 5  # of fewer no share is told
# Ignite Sweden, the programme of this kind with the longest published record: meetings and collaborations of 2017 to
# 2022, and the share of meetings whose outcome was followed up in 2023.
IGNITE: Final = "Ignite Sweden"
IGNITE_MEETINGS, IGNITE_COLLABORATIONS, IGNITE_FOLLOWED_UP = 5_655, 453, 63


@dataclass(frozen=True)
class Results:
    """All that the page and its file show."""

    funnel: list[Row]
    periods: list[Row]
    totals: Mapping[str, int]
    asked: int
    sums: list[Row]
    counted: int
    named: list[Row]
    without: list[Row]
    compared: list[Row]


def results(
    rows: QuerySet[Partnership], held: QuerySet[MeetingRequest], follow_ups: QuerySet[FollowUp], scope: Scope
) -> Results:
    numbers: Counter[tuple[int, str]] = Counter()
    for months, status, number in (
        follow_ups.order_by().values_list("months", "status").annotate(number=Count("pk"))
    ):
        numbers[months, status] = number
    latest = _latest_confirmed(follow_ups)
    totals = {status: sum(numbers[months, status] for months in PERIODS) for status in OutcomeStatus.values}
    counts = [held.count(), rows.count(), rows.filter(signed_at__isnull=False).count(), len(latest)]
    answers = [answer for each in latest for answer in each.answers.all()]
    told = [_counting(each) for each in latest]
    return Results(
        funnel=_funnel(counts, scope),
        periods=[_period(months, numbers, scope) for months in PERIODS],
        totals=totals,
        asked=sum(totals.values()),
        sums=_sums(told),
        counted=len(told),
        named=_named(told),
        without=_without(answers),
        compared=_compared(counts, totals),
    )


def _latest_confirmed(follow_ups: QuerySet[FollowUp]) -> list[FollowUp]:
    """Of each partnership the latest: answers tell of all the time since the contract."""
    confirmed = follow_ups.filter(status=OutcomeStatus.CONFIRMED).prefetch_related("answers")
    return list({each.partnership_id: each for each in confirmed.order_by("due_on", "pk")}.values())


def _counting(follow_up: FollowUp) -> Told:
    one, other = (answer.told() for answer in follow_up.answers.all())
    return outcomes.counting(one, other)


def _funnel(counts: list[int], scope: Scope) -> list[Row]:
    signed, confirmed = {**scope, "signed": ["on"]}, {**scope, "status": [OutcomeStatus.CONFIRMED.value]}
    held = "" if scope else f"{reverse('meetings:requests')}?status=held"
    lines = [
        (_("Meetings held"), held),
        (_("Partnerships begun"), list_url(scope)),
        (_("Contracts signed"), list_url(signed)),
        (_("Outcome confirmed by both sides"), outcomes_url(confirmed)),
    ]
    before = [None, *counts[:-1]]
    return [
        {
            "label": label,
            "count": count,
            "url": url if count else "",
            "most": max(counts),
            "share": share(count, of),
        }
        for (label, url), count, of in zip(lines, counts, before, strict=True)
    ]


def share(part: int, of: int | None) -> int | None:
    """Whole percent; None of too few to tell."""
    return round(100 * part / of) if of is not None and of >= LEAST else None


def outcomes_url(filters: Scope) -> str:
    """The list of periods behind a figure."""
    return f"{reverse('partnerships:outcomes')}?{urlencode(filters, doseq=True)}"


def _period(months: int, numbers: Mapping[tuple[int, str], int], scope: Scope) -> Row:
    cells = []
    for status in OutcomeStatus:
        count = numbers[months, status]
        filters = {**scope, "months": [str(months)], "status": [status.value]}
        url = outcomes_url(filters) if count else ""
        cells.append({"label": status.label, "value": count, "url": url})
    return {
        "label": _("%(count)s months") % {"count": months},
        "cells": cells,
        "total": sum(cell["value"] for cell in cells),
    }


def _sums(told: Iterable[Told]) -> list[Row]:
    told = list(told)
    return [
        {
            "label": _("Sales that came of it"),
            "value": _money((each.sales, each.sales_currency) for each in told),
        },
        {
            "label": _("Money invested or paid"),
            "value": _money((each.invested, each.invested_currency) for each in told),
        },
        {"label": _("New jobs"), "value": str(sum(each.jobs for each in told))},
        {"label": _("New products or services"), "value": str(sum(each.products for each in told))},
    ]


def _money(amounts: Iterable[tuple[Decimal, str]]) -> str:
    """Each currency by itself, and about what all of it comes to in dollars, if it is not dollars anyway."""
    sums: Counter[str] = Counter()
    for amount, currency in amounts:
        sums[currency] += amount  # type: ignore[assignment]  # a counter adds decimals as well
    named = {
        currency: money(Decimal(amount), currency) for currency, amount in sorted(sums.items()) if amount
    }
    if not named:
        return "0"
    if list(named) == [Currency.USD]:
        return named[Currency.USD]
    dollars = sum(in_dollars(Decimal(amount), currency) or 0 for currency, amount in sums.items())
    return _("%(amounts)s (%(dollars)s)") % {
        "amounts": " + ".join(named.values()),
        "dollars": about_dollars(dollars),
    }


def _named(told: list[Told]) -> list[Row]:
    return [
        {"label": result.label, "count": sum(result in each.results for each in told)} for result in Result
    ]


def _without(answers: list[FollowUpAnswer]) -> list[Row]:
    """Each side's own view, which nobody compares."""
    counts = Counter((answer.without, answer.side) for answer in answers)
    return [
        {
            "label": each.label,
            "company": counts[each.value, Side.COMPANY.value],
            "startup": counts[each.value, Side.STARTUP.value],
        }
        for each in Without
    ]


def _compared(counts: list[int], totals: Mapping[str, int]) -> list[Row]:
    """Beside Ignite Sweden; a share that we cannot tell yet is a dash."""
    held, _begun, signed, _confirmed = counts
    told = sum(
        totals[each] for each in (OutcomeStatus.CONFIRMED, OutcomeStatus.DIFFERS, OutcomeStatus.DECIDED)
    )
    ignite_share = round(100 * IGNITE_COLLABORATIONS / IGNITE_MEETINGS)
    asked = sum(totals.values())
    return [
        {"label": _("Meetings held"), "ours": str(held), "theirs": f"{IGNITE_MEETINGS:,}"},
        {
            "label": _("Contracts or collaborations"),
            "ours": str(signed),
            "theirs": str(IGNITE_COLLABORATIONS),
        },
        {
            "label": _("Contracts for each 100 meetings"),
            "ours": _percent(share(signed, held)),
            "theirs": _percent(ignite_share),
        },
        {
            "label": _("Outcomes of which both sides told"),
            "ours": _percent(share(told, asked)),
            "theirs": _percent(IGNITE_FOLLOWED_UP),
        },
    ]


def _percent(value: int | None) -> str:
    return "–" if value is None else f"{value}%"


def csv_rows(found: Results) -> list[list[str | int | None]]:
    """The tables of the page, one under the other, with what is counted and what is not."""
    rows: list[list[str | int | None]] = [[_("Step"), _("Count"), _("Share of the step before, in percent")]]
    rows += [[row["label"], row["count"], row["share"]] for row in found.funnel]
    rows += [[], [_("Period"), *(str(status.label) for status in OutcomeStatus), _("Total")]]
    rows += [[row["label"], *(cell["value"] for cell in row["cells"]), row["total"]] for row in found.periods]
    rows += [[], [_("Confirmed by both sides, counted once for each partnership"), found.counted]]
    rows += [[row["label"], row["value"]] for row in found.sums]
    rows += [[str(row["label"]), row["count"]] for row in found.named]
    rows += [[], [_("Would it have happened without the programme?"), _("Firm"), _("Startup")]]
    rows += [[str(row["label"]), row["company"], row["startup"]] for row in found.without]
    rows += [[], ["", _("This programme"), IGNITE]]
    rows += [[row["label"], row["ours"], row["theirs"]] for row in found.compared]
    return rows
