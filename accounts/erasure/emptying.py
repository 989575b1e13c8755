"""Rows of somebody who is erased: emptied, or deleted, and with them every earlier state that the history keeps."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pghistory.models
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Model, Q, QuerySet, Value, When

from accounts.erasure.holdings import Holding, all_holdings

GONE = "—"  # where a text must not be blank
Keys = dict[str, set[str]]


def unless_blank(name: str) -> Case:
    """For columns of which a constraint wants that something was written."""
    return Case(When(**{name: ""}, then=F(name)), default=Value(GONE), output_field=models.TextField())


def blank(column: Any) -> Any:
    """What stands for nothing in a column."""
    if column.null:
        return None
    if isinstance(column, ArrayField):
        return []
    if isinstance(column, models.JSONField):
        return {}
    if isinstance(column, models.CharField | models.TextField):
        return ""
    return False if isinstance(column, models.BooleanField) else 0


def history_of(model: type[Model]) -> type[Model] | None:
    """The table that keeps every state of a model, if there is one."""
    events = (each for each in apps.get_models() if issubclass(each, pghistory.models.Event))
    return next((each for each in events if getattr(each, "pgh_tracked_model", None) is model), None)


def rows_of(model: type[Model], lookups: tuple[str, ...], key: int) -> QuerySet[Any]:
    wanted = Q()
    for lookup in lookups:
        wanted |= Q(**{lookup: key})
    return model._default_manager.filter(wanted) if lookups else model._default_manager.none()


def keys_of(whose: str, key: int) -> Keys:
    """The rows of an organisation ("organisation") or a person ("person"), as the audit trail names them."""
    found: Keys = defaultdict(set)
    for holding in all_holdings():
        rows = rows_of(holding.model, getattr(holding, whose), key)
        found[holding.model._meta.label_lower] |= {str(pk) for pk in rows.values_list("pk", flat=True)}
        if (history := history_of(holding.model)) is not None:
            past = _states(history, getattr(holding, whose), key).values_list("pgh_obj_id", flat=True)
            found[holding.model._meta.label_lower] |= {str(pk) for pk in past}
    return found


def empty(whose: str, key: int) -> None:
    """Every row of theirs that is registered, and its history. An erasure must have been written down before."""
    for holding in all_holdings():
        if lookups := getattr(holding, whose):
            _empty(holding, lookups, key)


def _empty(holding: Holding, lookups: tuple[str, ...], key: int) -> None:
    history = history_of(holding.model)
    states = None if history is None else list(_states(history, lookups, key).values_list("pk", flat=True))
    rows = rows_of(holding.model, lookups, key)
    if holding.goes:
        rows.delete()
    else:
        column = holding.model._meta.get_field
        _update(rows, {name: blank(column(name)) for name in holding.empties} | dict(holding.instead))
    if history is not None and states is not None:
        # Emptying the rows has added their last states: these are read anew, what was deleted is known from before.
        latest = set(_states(history, lookups, key).values_list("pk", flat=True))
        past = history._default_manager.filter(pk__in=latest | set(states))
        _update(past, {name: blank(history._meta.get_field(name)) for name in _told(holding, history)})


def _told(holding: Holding, history: type[Model]) -> list[str]:
    """The columns of a history that are emptied. What the database works out of others follows by itself."""
    kept = {field.name for field in history._meta.concrete_fields}
    return [name for name in (*holding.empties, *holding.instead) if name in kept]


def _states(history: type[Model], lookups: tuple[str, ...], key: int) -> QuerySet[Any]:
    return rows_of(history, tuple("pgh_obj" if lookup == "pk" else lookup for lookup in lookups), key)


def _update(rows: QuerySet[Any], values: dict[str, Any]) -> None:
    if values:
        rows.order_by().update(**values)
