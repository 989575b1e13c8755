"""When something may happen to an organisation: predicates and checks on plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import holidays
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import SUB_FIELDS, Field, SubField

if TYPE_CHECKING:
    from accounts.models import Organisation

# A new value of one of these waits for review while the old one stays in force.
IDENTITY = frozenset({"name", "country", "corporate_number"})
# What a profile needs before it may be sent in.
NEEDED_TAGS = ("fields", "modes", "languages")


@cache
def _office_calendar() -> holidays.HolidayBase:
    """The programme office's days off: Japan's holidays, and the days on which banks close at the turn of the year."""
    return holidays.country_holidays("JP", categories=(holidays.PUBLIC, holidays.BANK))


def decide_by(asked_on: date, working_days: int) -> date:
    """The last day of the programme office's term: `working_days` of its own after the day of asking."""
    return _office_calendar().get_nth_working_day(asked_on, working_days)


def stray_sub_fields(fields: Iterable[str], sub_fields: Iterable[str]) -> list[SubField]:
    """The sub-fields that belong to none of the fields."""
    belonging = {sub_field for field in fields for sub_field in SUB_FIELDS[Field(field)]}
    return [SubField(value) for value in sub_fields if value not in belonging]


def check_sub_fields(fields: Iterable[str], sub_fields: Iterable[str]) -> None:
    """Raise ValidationError for `sub_fields` if one belongs to none of the fields."""
    if stray := stray_sub_fields(fields, sub_fields):
        message = _("“%(sub_field)s” belongs to none of the chosen fields.")
        error = ValidationError(message, code="stray", params={"sub_field": stray[0].label})
        raise ValidationError({"sub_fields": error})


def check_tags(organisation: Organisation, *, complete: bool) -> None:
    """Sub-fields belong to fields; a `complete` profile has at least one field, mode and language."""
    check_sub_fields(organisation.fields, organisation.sub_fields)
    if complete:
        missing = [name for name in NEEDED_TAGS if not getattr(organisation, name)]
        if missing:
            message = _("Choose at least one: a profile that is sent in needs it.")
            raise ValidationError(dict.fromkeys(missing, message))
