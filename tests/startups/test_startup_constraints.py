"""The database has the last word on startups and their decks, whatever code or statement writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from matchmaking.core.currencies import Currency
from matchmaking.core.enums import ReadinessLevel, Stage
from startups.enums import DECK_TRANSITIONS, UNDER_WAY, DeckRefusal, DeckStatus, SpeaksJapanese
from startups.models import Deck, Startup, StartupEvent
from tests import factories

pytestmark = pytest.mark.django_db
SOUGHT = {"sought_amount": Decimal(500_000), "sought_currency": "SGD", "funding_sought_usd": 373_134}
READY: dict[str, Any] = {
    "status": "ready",
    "pages": 3,
    "image_width": 8,
    "image_height": 6,
    "ready_at": timezone.now(),
}


def refused(row: Any, name: str, **values: Any) -> None:
    before = type(row).objects.filter(pk=row.pk).values().get()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def kept(row: Any, **values: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in values} == values


@pytest.mark.parametrize("level", [-1, 0, 10, 99])
def test_a_readiness_level_is_one_of_nine(level: int) -> None:
    refused(factories.StartupFactory(), "startup_readiness_in_range", readiness_level=level)


@pytest.mark.parametrize("level", [None, *ReadinessLevel.values])
def test_every_level_and_none_is_kept(level: int | None) -> None:
    kept(factories.StartupFactory(), readiness_level=level)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("startup_stage_known", {"stage": "series_z"}),
        ("startup_stage_known", {"stage": "Seed"}),
        ("startup_japanese_known", {"speaks_japanese": "everybody"}),
        ("startup_sought_has_currency", SOUGHT | {"sought_amount": None}),
        ("startup_sought_has_currency", SOUGHT | {"sought_currency": ""}),
        ("startup_sought_has_currency", SOUGHT | {"sought_currency": "XXX"}),
        ("startup_sought_has_currency", SOUGHT | {"sought_currency": "sgd"}),
        ("startup_sought_has_currency", SOUGHT | {"sought_amount": Decimal(-1)}),
        ("startup_sought_has_currency", SOUGHT | {"funding_sought_usd": None}),
        ("team_size", {"team_size": -1}),
        ("funding_raised_usd", {"funding_raised_usd": -1}),
    ],
)
def test_what_cannot_be_true_of_a_startup_is_refused(name: str, values: dict[str, Any]) -> None:
    refused(factories.StartupFactory(), name, **values)


@pytest.mark.parametrize(
    "values",
    [
        SOUGHT,
        SOUGHT | {"sought_amount": Decimal(0), "funding_sought_usd": 0},
        {"sought_amount": None, "sought_currency": "", "funding_sought_usd": None},
        {"team_size": 0, "founded_year": None},
        {"external_id": None},
        *({"stage": stage} for stage in ("", *Stage.values)),
        *({"speaks_japanese": who} for who in ("", *SpeaksJapanese.values)),
        *(SOUGHT | {"sought_currency": currency} for currency in Currency.values),
    ],
)
def test_what_may_be_true_of_a_startup_is_kept(values: dict[str, Any]) -> None:
    kept(factories.StartupFactory(), **values)


def test_an_identifier_names_one_startup_and_many_have_none() -> None:
    first, second = factories.StartupFactory.create_batch(2)
    kept(first, external_id="SG-1")
    refused(second, "external_id", external_id="SG-1")
    for startup in (first, second):
        kept(startup, external_id=None)


@pytest.mark.parametrize(("column", "length"), [("one_liner", 120), ("japan_visit", 120), ("video_url", 200)])
def test_a_text_is_as_long_as_its_column(column: str, length: int) -> None:
    startup = factories.StartupFactory()
    kept(startup, **{column: "字" * length})
    with pytest.raises(DatabaseError), transaction.atomic():
        Startup.objects.filter(pk=startup.pk).update(**{column: "字" * (length + 1)})


def test_the_history_keeps_each_state_and_lets_none_be_changed() -> None:
    startup = factories.StartupFactory(team_size=1)
    for size in (2, 3):
        Startup.objects.filter(pk=startup.pk).update(team_size=size)
    states = StartupEvent.objects.filter(pgh_obj=startup)
    assert list(states.order_by("pgh_id").values_list("team_size", flat=True)) == [1, 2, 3]
    for change in (lambda: states.update(team_size=9), states.delete):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


# --- decks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("deck_status_known", {"status": "lost"}),
        ("deck_refusal_known", {"refusal": "ugly"}),
        ("deck_refused_has_reason", {"status": "refused"}),
        ("deck_ready_has_pages", READY | {"pages": None}),
        ("deck_ready_has_pages", READY | {"pages": 0}),
        ("deck_ready_has_pages", READY | {"image_width": 0}),
        ("deck_ready_has_pages", READY | {"image_height": None}),
        ("deck_ready_has_pages", READY | {"ready_at": None}),
        ("size", {"size": -1}),
    ],
)
def test_what_cannot_be_true_of_a_deck_is_refused(name: str, values: dict[str, Any]) -> None:
    refused(factories.DeckFactory(), name, **values)


@pytest.mark.parametrize("refusal", DeckRefusal.values)
def test_a_refused_deck_may_have_any_known_reason(refusal: str) -> None:
    kept(factories.DeckFactory(), status=DeckStatus.REFUSED, refusal=refusal)


def test_a_key_names_one_deck() -> None:
    first, second = factories.DeckFactory.create_batch(2)
    refused(second, "key", key=first.key)


@pytest.mark.parametrize("status", DeckStatus)
@pytest.mark.parametrize("other", DeckStatus)
def test_of_one_startup_at_most_one_is_in_use_and_one_under_way(status: str, other: str) -> None:
    values = {"ready": READY, "refused": {"status": "refused", "refusal": "virus"}}
    first = factories.DeckFactory(**values.get(status, {"status": status}))
    wanted = {"startup": first.startup, **values.get(other, {"status": other})}
    both_ready = status == other == DeckStatus.READY
    both_under_way = status in UNDER_WAY and other in UNDER_WAY
    if both_ready or both_under_way:
        with pytest.raises(IntegrityError, match="deck_one_"), transaction.atomic():
            factories.DeckFactory(**wanted)
    else:
        assert factories.DeckFactory(**wanted).pk
    assert factories.DeckFactory(**{**wanted, "startup": factories.StartupFactory()}).pk, (
        "another startup's own"
    )


def test_no_state_leads_back_to_the_check_and_what_is_over_stays_over() -> None:
    """Read from the table, so that a new arrow needs a thought here."""
    over = {status for status, targets in DECK_TRANSITIONS.items() if not targets}
    assert over == {DeckStatus.REFUSED, DeckStatus.REPLACED, DeckStatus.DELETED}
    for status, targets in DECK_TRANSITIONS.items():
        assert status not in targets
        assert not (status not in UNDER_WAY and targets & set(UNDER_WAY))


def test_a_startup_is_not_deleted_under_its_deck_nor_a_person_under_an_upload() -> None:
    deck = factories.DeckFactory()
    for row in (deck.startup, deck.uploaded_by, deck.startup.organisation):
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()
    assert Deck.objects.filter(pk=deck.pk, uploaded_at__date__gte=date(2020, 1, 1)).exists()
