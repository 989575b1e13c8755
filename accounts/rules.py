"""When something may happen to an organisation: predicates and checks on plain values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, OrganisationStatus, ReviewCheck
from matchmaking.core.enums import SUB_FIELDS, Field, SubField
from matchmaking.core.facts import Words
from matchmaking.core.texts import unlinked

if TYPE_CHECKING:
    from accounts.models import Organisation, Review

# A new value of one of these waits for review while the old one stays in force.
IDENTITY = frozenset({"name", "country", "corporate_number"})
# Somebody has looked at these once: a new identity takes effect only when somebody has looked again.
REVIEWED = (OrganisationStatus.PUBLISHED, OrganisationStatus.LAPSED, OrganisationStatus.SUSPENDED)
# What a profile needs before it may be sent in.
NEEDED_TAGS = ("fields", "modes", "languages")


def name_of(organisation: Organisation, language: str) -> str:
    """The name for readers of a language; Japanese firms may have an English one."""
    return (organisation.name_en if language == "en" else "") or organisation.name


def names_of(organisation: Organisation, *, safe: bool = False) -> Words:
    """The name for readers of either language; `safe` for mail, where nobody has looked at it before."""
    name = Words.of(lambda language: name_of(organisation, language))
    return Words(unlinked(name.ja), unlinked(name.en)) if safe else name


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


def checks_of(review: Review) -> list[ReviewCheck]:
    """What is to be confirmed before approving: only startups have a deck; a new identity changes nothing else."""
    if review.is_of_identity:
        return [ReviewCheck.EXISTENCE, ReviewCheck.ELIGIBILITY]
    without_deck = review.organisation.kind == OrganisationKind.COMPANY
    return [check for check in ReviewCheck if not (without_deck and check == ReviewCheck.DECK)]


def unchecked(review: Review) -> list[ReviewCheck]:
    return [check for check in checks_of(review) if check not in review.checks]


def check_phone(text: str) -> None:
    """A number that somebody can dial: 8 to 15 digits (ITU-T E.164), with what people write between them."""
    plain = unicodedata.normalize("NFKC", text)
    digits = [character for character in plain if character.isdigit()]
    others = {character for character in plain if not character.isdigit()}
    if others - set("+-() ‐–.ー−") or not 8 <= len(digits) <= 15 or "+" in plain[1:]:
        message = _("Write a telephone number of 8 to 15 digits, such as 0258-12-3456 or +81 258 12 3456.")
        raise ValidationError(message, code="phone")
