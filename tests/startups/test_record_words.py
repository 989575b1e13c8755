"""How rows of evidence read: title and details of every kind in both languages, and what rounds add up to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from startups.actions import KINDS, RecordChanges, TypedList, change_records, save_list
from startups.actions.records import plain, raised_in, replace_records, shown_values
from startups.enums import RoundKind
from startups.models import FundingRound
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2026, 1, 1)

# factory, values, title and details in English, in Japanese
WORDS: list[tuple[Any, dict[str, Any], list[str], list[str]]] = [
    (factories.FigureFactory, {"what": "customers", "value": 12, "currency": "", "as_of": NEW_YEAR,
                               "note": "Japan only"},
     ["Paying customers: 12", "Thu 1 January 2026", "Japan only"],
     ["有料顧客数: 12", "2026年1月1日（木）", "Japan only"]),
    (factories.FigureFactory, {"what": "other", "words": "Fuel saved (%)", "value": Decimal("12.50"), "currency": "",
                               "as_of": NEW_YEAR},
     ["Fuel saved (%): 12.5", "Thu 1 January 2026"], ["Fuel saved (%): 12.5", "2026年1月1日（木）"]),
    (factories.PatentFactory, {"title": "Counting", "office": "other", "number": "X 1", "status": "lapsed"},
     ["Counting", "Another office", "X 1", "Lapsed or expired"],
     ["Counting", "その他の特許庁", "X 1", "消滅・期間満了"]),
    (factories.CertificationFactory, {"name": "PSE", "issuer": "JET", "number": "", "valid_until": None},
     ["PSE", "JET"], ["PSE", "JET"]),
    (factories.CertificationFactory, {"name": "PSE", "issuer": "JET", "number": "7", "valid_until": NEW_YEAR},
     ["PSE", "JET", "7", "valid until January 2026"], ["PSE", "JET", "7", "有効期限：2026年1月"]),
    (factories.ReferenceFactory, {"name": "Mei", "relation": "public", "contact": "", "may_be_shown": False},
     ["Mei", "Harbour Stores", "Public body or support programme", "Not shown to firms: no consent"],
     ["Mei", "Harbour Stores", "公的機関・支援プログラム", "企業には表示されません（ご本人の同意がありません）"]),
    (factories.RoundFactory, {"kind": "debt", "amount": None, "currency": "", "closed_on": NEW_YEAR,
                              "lead_investor": ""},
     ["Loan", "January 2026"], ["融資", "2026年1月"]),
]  # fmt: skip


@pytest.mark.parametrize(("make", "values", "english", "japanese"), WORDS)
def test_a_row_reads_in_both_languages_without_gaps(
    make: Any, values: dict[str, Any], english: list[str], japanese: list[str]
) -> None:
    row = make(**values)
    row.refresh_from_db()
    assert [row.title, *row.details] == english
    with translation.override("ja"):
        assert [row.title, *row.details] == japanese
    assert str(row) == row.title


# --- What was raised ---------------------------------------------------------------------------------------------


def rounds(*given: tuple[str, int | None, str]) -> list[FundingRound]:
    return [FundingRound(kind=kind, amount=amount, currency=currency) for kind, amount, currency in given]


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ([], None),
        ([("seed", None, "")], None),  # nobody says how much
        ([("debt", 1_000_000, "USD")], None),  # a loan is not raised
        ([("seed", 0, "USD")], 0),
        ([("seed", 1_000_000, "USD"), ("debt", 9_000_000, "USD")], 1_000_000),
        ([("seed", 1_000_000, "USD"), ("series_a", None, "")], 1_000_000),
        ([("seed", 134, "SGD"), ("grant", 151, "JPY")], 101),
    ],
)
def test_loans_and_undisclosed_rounds_add_nothing(given: list[Any], total: int | None) -> None:
    assert raised_in(rounds(*given)) == total


@pytest.mark.parametrize("kind", RoundKind)
def test_every_kind_of_round_but_a_loan_is_raised(kind: RoundKind) -> None:
    assert (raised_in(rounds((kind, 5, "USD"))) is None) is (kind == RoundKind.DEBT)


@pytest.mark.parametrize(
    ("value", "same"),
    [(Decimal("2600000.00"), "2600000"), (Decimal("0.50"), "0.5"), (Decimal("1E+3"), "1000"), (Decimal("0.00"), "0"),
     ("2.50", "2.50"), (None, None), (NEW_YEAR, NEW_YEAR)],
)  # fmt: skip
def test_an_amount_is_the_same_however_it_is_written(value: Any, same: Any) -> None:
    assert plain(value) == same


# --- Saving a list -----------------------------------------------------------------------------------------------


def values_of(row: Any, **changes: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.asked()} | changes


def test_a_row_typed_while_somebody_else_removes_it_comes_back_once(cast: Cast) -> None:
    row = factories.FigureFactory(startup=cast.startup)
    typed = TypedList([(row.pk, values_of(row, note="Audited"))])
    change_records(cast.startup, "figures", RecordChanges(removed=[row.pk]), by=cast.startup_member)
    assert save_list(cast.startup, "figures", typed, by=cast.startup_owner) == {}
    assert [figure.note for figure in cast.startup.figures.all()] == ["Audited"]


def test_two_who_type_the_same_new_row_are_told_and_one_stays(cast: Cast) -> None:
    row = values_of(factories.FigureFactory.build(startup=cast.startup))
    save_list(cast.startup, "figures", TypedList([(None, row)]), by=cast.startup_owner)
    with pytest.raises(ValidationError, match="Two rows tell of the same thing"):
        save_list(cast.startup, "figures", TypedList([(None, row)]), by=cast.startup_member)
    assert cast.startup.figures.count() == 1


def test_whoever_removes_what_is_gone_already_changes_nothing(cast: Cast) -> None:
    row = factories.PatentFactory(startup=cast.startup)
    theirs = factories.PatentFactory(startup=cast.other_startup)
    gone = RecordChanges(removed=[row.pk, theirs.pk, 0])
    assert change_records(cast.startup, "patents", gone, by=cast.startup_owner) is True
    assert change_records(cast.startup, "patents", gone, by=cast.startup_member) is False
    assert cast.other_startup.patents.get() == theirs


@pytest.mark.parametrize("kind", KINDS)
def test_an_imported_list_is_known_again_row_by_row(kind: str, cast: Cast) -> None:
    make = {model._meta.model: made for made, model in [
        (each, each._meta.model) for each in (
            factories.FigureFactory, factories.RoundFactory, factories.PatentFactory, factories.CertificationFactory,
            factories.ReferenceFactory,
        )
    ]}[KINDS[kind]]  # fmt: skip
    row = make(startup=cast.startup)
    again = [values_of(row), values_of(row)]  # a list that says a thing twice says it once
    assert replace_records(cast.startup, kind, again, by=None) is False
    assert getattr(cast.startup, kind).get().pk == row.pk
    assert replace_records(cast.startup, kind, [], by=None) is True
    assert not getattr(cast.startup, kind).exists()


def test_the_fingerprints_of_a_page_name_every_field_of_every_row(cast: Cast) -> None:
    one, two = (factories.FigureFactory(startup=cast.startup, as_of=date(2020 + n, 1, 1)) for n in (1, 2))
    found = shown_values([one, two])
    assert set(found) == {f"{row.pk}.{name}" for row in (one, two) for name in row.asked()}
    assert "startup" not in one.asked()
