"""What a startup's profile must fulfil, and how its files are called."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.regions import REGIONS
from startups.enums import MONEY, Measure

DECK_SUBJECT = "startup.deck"  # how reviewers call the deck in their remarks
NAME_LENGTH = 120  # of an uploaded file


def check_figure(values: Mapping[str, Any]) -> None:
    """Raise ValidationError by field: money has a currency, and only what is not in the list has words of its own."""
    what, errors = values.get("what"), {}
    if "words" in values:
        if what == Measure.OTHER and not values["words"]:
            errors["words"] = _("Say in your own words what is counted.")
        elif what and what != Measure.OTHER and values["words"]:
            errors["words"] = _("Leave this empty, or choose “Other” above.")
    if "currency" in values:
        if what in MONEY and not values["currency"]:
            errors["currency"] = _("Choose the currency of this amount.")
        elif what and what not in (*MONEY, Measure.OTHER) and values["currency"]:
            errors["currency"] = _("Leave this empty: only amounts of money have a currency.")
    if errors:
        raise ValidationError(errors)


def check_amount(values: Mapping[str, Any], amount: str, currency: str) -> None:
    """Raise ValidationError by field unless both are given, or neither."""
    if values.get(amount) is not None and not values.get(currency):
        raise ValidationError({currency: _("Choose the currency of this amount.")})
    if values.get(currency) and values.get(amount) is None:
        raise ValidationError({amount: _("Enter the amount, or leave the currency empty.")})


def check_region(country: str, region: str) -> None:
    """Raise ValidationError unless `region` is one of the country's, or empty."""
    if region and region not in (REGIONS[country].values if country in REGIONS else ()):
        message = _(
            "This is no state or zone of the country above: choose one of its own, or leave it empty."
        )
        raise ValidationError({"region": message})


def not_in_the_future(year: int) -> None:
    """Validator of a year: this year is the latest, wherever it has begun already."""
    latest = (timezone.now() + timedelta(hours=14)).year
    if year > latest:
        raise ValidationError(_("Enter a year up to %(latest)s."), code="future", params={"latest": latest})


def not_after_today(day: date) -> None:
    """Validator of a day on which something happened."""
    if day > timezone.localdate():
        raise ValidationError(_("Enter a day up to today."), code="future")


def shown_name(name: str) -> str:
    """An uploaded file's name as it is shown and given back: one line, no folders, nothing unseen, ending in .pdf."""
    base = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    seen = "".join(character for character in base if unicodedata.category(character)[0] != "C")
    stem = " ".join(seen.split())
    if stem.lower().endswith(".pdf"):
        stem = stem[:-4]
    stem = stem.strip(". ")
    return f"{(stem or 'deck')[: NAME_LENGTH - 4]}.pdf"
