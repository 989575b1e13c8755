"""The register of personal data: somebody has decided about every table and column, and it can be carried out."""

from __future__ import annotations

import pghistory.models
import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model

from accounts.erasure.emptying import blank, history_of, rows_of
from accounts.erasure.holdings import Holding, all_holdings, holders
from accounts.models import Organisation, User

MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if not issubclass(model, pghistory.models.Event) and model._meta.managed and not model._meta.proxy
]
HOLDINGS = all_holdings()
HOLDINGS_NAMES = [holding.model._meta.label for holding in HOLDINGS]
NOTHING = {label: why for holder in holders() for label, why in holder.nothing.items()}
# Columns that tell of nobody by their kind: keys, times, and what the database works out.
OF_ITSELF = (
    models.ForeignKey,
    models.DateTimeField,
    models.DateField,
    models.GeneratedField,
    models.AutoField,
)


def columns(model: type[Model]) -> set[str]:
    """The columns of a table about which somebody must have decided."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if not isinstance(field, OF_ITSELF) and not field.primary_key and field.name not in SWITCHES
    }


SWITCHES = {"is_active", "notices_by_mail", "verified", "primary"}  # yes or no, of a person who is erased


def decided(holding: Holding) -> set[str]:
    return {*holding.empties, *holding.instead, *holding.keeps}


def test_every_table_is_registered_once_or_has_a_reason_why_not() -> None:
    labels = {model._meta.label for model in MODELS}
    assert sorted(HOLDINGS_NAMES) == sorted(set(HOLDINGS_NAMES))
    assert set(HOLDINGS_NAMES) & set(NOTHING) == set()
    assert labels - set(HOLDINGS_NAMES) - set(NOTHING) == set()
    assert set(NOTHING) - labels == set()
    assert all(NOTHING.values())


def test_every_app_of_ours_that_has_tables_says_what_it_holds() -> None:
    ours = {
        "accounts",
        "companies",
        "startups",
        "documents",
        "matches",
        "meetings",
        "research",
        "partnerships",
    }
    assert {holder.app for holder in holders()} >= ours
    with_tables = {
        model._meta.app_label
        for model in MODELS
        if any(
            isinstance(field, models.CharField | models.TextField) for field in model._meta.concrete_fields
        )
    }
    told_of = {label.split(".")[0] for label in (*HOLDINGS_NAMES, *NOTHING)}
    assert with_tables - told_of == set()


@pytest.mark.parametrize("holding", HOLDINGS, ids=HOLDINGS_NAMES)
def test_somebody_has_decided_about_every_column(holding: Holding) -> None:
    if not holding.goes:  # its last state goes with the row; what its history keeps is asked below
        assert columns(holding.model) - decided(holding) == set()
    assert len(decided(holding)) == len(holding.empties) + len(holding.instead) + len(holding.keeps)


@pytest.mark.parametrize("holding", HOLDINGS, ids=HOLDINGS_NAMES)
def test_somebody_has_decided_about_every_column_of_a_history(holding: Holding) -> None:
    if (history := history_of(holding.model)) is None:
        return
    kept = {name for name in columns(history) if not name.startswith("pgh_")} - {"id"}
    assert kept - decided(holding) == set()


@pytest.mark.parametrize("holding", HOLDINGS, ids=HOLDINGS_NAMES)
def test_what_is_registered_exists_and_leads_to_somebody(holding: Holding) -> None:
    assert holding.organisation or holding.person
    for name in decided(holding):
        holding.model._meta.get_field(name)
    for lookups in filter(None, (holding.organisation, holding.person)):
        str(rows_of(holding.model, lookups, 1).query)
        if (history := history_of(holding.model)) is not None:
            str(rows_of(history, tuple("pgh_obj" if each == "pk" else each for each in lookups), 1).query)


@pytest.mark.parametrize("model", MODELS, ids=[model._meta.label for model in MODELS])
def test_a_table_that_points_at_an_organisation_is_reached_from_it(model: type[Model]) -> None:
    """A new table of an organisation's own that somebody puts among "nothing" fails here."""
    points = [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Organisation
    ]
    if points and model._meta.label != "meetings.Resource":
        [holding] = [each for each in HOLDINGS if each.model is model]
        assert holding.organisation


@pytest.mark.parametrize("model", MODELS, ids=[model._meta.label for model in MODELS])
def test_a_table_that_a_person_owns_is_reached_from_them(model: type[Model]) -> None:
    owned = [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is User and field.name in ("user", "recipient")
    ]
    if owned:
        [holding] = [each for each in HOLDINGS if each.model is model]
        assert holding.person


# a column, and what stands for nothing in it
BLANKS = [
    (models.CharField(), ""), (models.TextField(), ""), (models.CharField(null=True), None), (models.JSONField(), {}),
    (ArrayField(models.CharField()), []), (ArrayField(models.CharField(), null=True), None),
    (models.BooleanField(), False), (models.IntegerField(), 0), (models.DecimalField(null=True), None),
    (models.URLField(), ""),
]  # fmt: skip


@pytest.mark.parametrize(("column", "nothing"), BLANKS, ids=lambda value: type(value).__name__)
def test_what_stands_for_nothing(column: models.Field, nothing: object) -> None:
    assert blank(column) == nothing


@pytest.mark.parametrize(
    "holding", [each for each in HOLDINGS if not each.goes], ids=lambda each: each.model.__name__
)
def test_a_column_of_which_something_must_be_written_gets_something(holding: Holding) -> None:
    """A blank that a constraint refuses would make every erasure fail."""
    for constraint in holding.model._meta.constraints:
        if constraint.name.endswith(("_has_text", "_has_reasons")):
            for name in ("text", "reason", "reasons"):
                try:
                    holding.model._meta.get_field(name)
                except FieldDoesNotExist:
                    continue
                assert name in holding.instead or name in holding.keeps
