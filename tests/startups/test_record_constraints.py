"""What no form and no importer may let through of a startup's evidence, the database refuses by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from startups.models import Record
from tests import factories
from tests.factories import (
    CertificationFactory,
    FigureFactory,
    PatentFactory,
    ReferenceFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db
# constraint, factory, what is set past all checks
REFUSED: list[tuple[str, type[Any], dict[str, Any]]] = [
    ("figure_measure_known", FigureFactory, {"what": "luck", "currency": ""}),
    ("figure_not_negative", FigureFactory, {"value": -1}),
    ("figure_money_has_currency", FigureFactory, {"currency": ""}),
    ("figure_money_has_currency", FigureFactory, {"currency": "XXX"}),
    ("figure_money_has_currency", FigureFactory, {"what": "customers"}),
    ("figure_money_has_currency", FigureFactory, {"what": "other", "words": "Sales", "currency": "XXX"}),
    ("figure_words_for_other_only", FigureFactory, {"what": "other"}),
    ("figure_words_for_other_only", FigureFactory, {"words": "Sales"}),
    ("round_kind_known", RoundFactory, {"kind": "lottery"}),
    ("round_amount_has_currency", RoundFactory, {"currency": ""}),
    ("round_amount_has_currency", RoundFactory, {"amount": None}),
    ("round_amount_has_currency", RoundFactory, {"amount": -1}),
    ("patent_office_known", PatentFactory, {"office": "ZZ"}),
    ("patent_status_known", PatentFactory, {"status": "lost"}),
    ("reference_relation_known", ReferenceFactory, {"relation": "cousin"}),
]
ACCEPTED: list[tuple[type[Any], dict[str, Any]]] = [
    (FigureFactory, {"value": 0}),
    (FigureFactory, {"what": "customers", "currency": ""}),
    (FigureFactory, {"what": "other", "words": "Fuel saved (%)", "currency": ""}),
    (FigureFactory, {"what": "other", "words": "Sales in Japan"}),
    (RoundFactory, {"amount": None, "currency": ""}),
    (RoundFactory, {"amount": 0}),
    (CertificationFactory, {"number": "", "valid_until": None}),
]
# constraint, factory, what two rows share
ONCE: list[tuple[str, type[Any], dict[str, Any]]] = [
    ("figure_once_a_day_in_startup", FigureFactory, {}),
    ("round_once_in_startup", RoundFactory, {"amount": 7}),
    ("patent_once_in_startup", PatentFactory, {"number": "1", "title": "Another"}),
    ("certification_once_in_startup", CertificationFactory, {"name": "ISO 9001", "number": "2"}),
    ("reference_once_in_startup", ReferenceFactory, {"name": "Mei Tan", "contact": ""}),
]


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        deed()
    return str(caught.value)


@pytest.mark.parametrize(("name", "factory", "values"), REFUSED)
def test_what_cannot_be_true_is_refused(name, factory, values):
    assert f'"{name}"' in refusal(lambda: factory(**values))


@pytest.mark.parametrize(("factory", "values"), ACCEPTED)
def test_values_at_the_edge_are_kept(factory, values):
    row: Record = factory(**values)
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in values} == values


@pytest.mark.parametrize(("name", "factory", "values"), ONCE)
def test_one_thing_stands_in_a_startups_list_once(name, factory, values):
    startup = factories.StartupFactory()
    factory(startup=startup, **values)
    factory(**values)  # another startup may say the same
    assert f'"{name}"' in refusal(lambda: factory(startup=startup, **values))
