"""A startup's lists of evidence: added to, changed and removed together, with audit, history and totals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from matchmaking.core.models import AuditEvent
from startups.actions import KINDS, RecordChanges, change_records
from startups.models import RECORDS, FundingRound, Startup, TractionFigure
from tests import factories
from tests.imports import difference, row_counts

pytestmark = pytest.mark.django_db
FIGURE: dict[str, Any] = {
    "what": "revenue", "words": "", "value": Decimal(5), "currency": "USD", "as_of": date(2025, 1, 1), "note": "",
}  # fmt: skip


def test_every_list_has_its_kind():
    assert set(KINDS) == set(RECORDS)


def test_rows_are_added_changed_and_removed_in_one_deed(cast):
    kept, gone = (
        factories.FigureFactory(startup=cast.startup, as_of=date(year, 12, 31)) for year in (2024, 2023)
    )
    before, stamped = row_counts(), cast.startup.organisation.updated_at
    changes = RecordChanges(added=[FIGURE], changed={kept.pk: {"value": Decimal(7)}}, removed=[gone.pk])
    assert change_records(cast.startup, "figures", changes, by=cast.startup_owner)
    rows = {(row.as_of, row.value) for row in cast.startup.figures.all()}
    assert rows == {(date(2025, 1, 1), Decimal(5)), (date(2024, 12, 31), Decimal(7))}
    event = AuditEvent.objects.first()
    assert (event.action, event.actor_id, event.detail) == (
        "startup.evidence_changed",
        cast.startup_owner.pk,
        {"list": "figures", "added": 1, "changed": 1, "removed": 1},
    )
    grown = difference(before, row_counts())
    assert grown == {"startups.TractionFigureEvent": 3, "core.AuditEvent": 1, "accounts.OrganisationEvent": 1}
    cast.startup.organisation.refresh_from_db()
    assert cast.startup.organisation.updated_at > stamped


def test_nothing_is_written_where_nothing_differs(cast):
    row = factories.FigureFactory(startup=cast.startup)
    before = row_counts()
    changes = RecordChanges(changed={row.pk: {"value": row.value}}, removed=[row.pk + 1])
    assert not change_records(cast.startup, "figures", changes, by=None)
    assert difference(before, row_counts()) == {}


def test_rows_of_another_startup_are_out_of_reach(cast):
    foreign = factories.FigureFactory(startup=cast.other_startup)
    changes = RecordChanges(changed={foreign.pk: {"value": Decimal(1)}}, removed=[foreign.pk])
    assert not change_records(cast.startup, "figures", changes, by=cast.startup_owner)
    assert TractionFigure.objects.get().value == foreign.value


def test_two_rows_that_tell_of_one_thing_are_refused_and_nothing_is_kept(cast):
    factories.FigureFactory(startup=cast.startup, as_of=date(2025, 1, 1))
    other = factories.FigureFactory(startup=cast.startup, as_of=date(2024, 1, 1))
    for changes in (
        RecordChanges(added=[FIGURE]),
        RecordChanges(changed={other.pk: {"as_of": date(2025, 1, 1)}}),
    ):
        with pytest.raises(ValidationError, match="Two rows tell of the same thing"):
            change_records(cast.startup, "figures", changes, by=None)
    assert {row.as_of.year for row in cast.startup.figures.all()} == {2024, 2025}


def test_rows_may_change_places(cast):
    """What a removed row told of is free for another in the same deed."""
    old = factories.FigureFactory(startup=cast.startup, as_of=date(2025, 1, 1))
    assert change_records(cast.startup, "figures", RecordChanges([FIGURE], {}, [old.pk]), by=None)
    assert cast.startup.figures.get().value == Decimal(5)


# rounds that are there, what was raised in dollars
RAISED: list[tuple[list[dict[str, Any]], int | None]] = [
    ([{"amount": 1_340_000, "currency": "SGD"}], 1_000_000),
    ([{"amount": 1_340_000, "currency": "SGD"}, {"kind": "grant", "amount": 500, "currency": "USD"}], 1_000_500),
    ([{"amount": 100, "currency": "USD"}, {"kind": "debt", "amount": 900, "currency": "USD"}], 100),  # a loan
    ([{"amount": 0, "currency": "USD"}], 0),
    ([{"amount": None, "currency": ""}], None),
]  # fmt: skip


@pytest.mark.parametrize(("rounds", "total"), RAISED)
def test_what_was_raised_is_what_the_rounds_add_up_to(cast, rounds, total):
    rows = [{"kind": "seed", "closed_on": date(2024, 5, 1), "lead_investor": "", **each} for each in rounds]
    change_records(cast.startup, "rounds", RecordChanges(rows), by=None)
    assert Startup.objects.get(pk=cast.startup.pk).funding_raised_usd == total
    every = [row.pk for row in FundingRound.objects.all()]
    change_records(cast.startup, "rounds", RecordChanges(removed=every), by=None)
    assert Startup.objects.get(pk=cast.startup.pk).funding_raised_usd is None
