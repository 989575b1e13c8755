"""What a field says about a slip: every message tells what to do, in the words of this portal instead of Django's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy

from django import forms
from django.core.validators import (
    BaseValidator,
    EmailValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

Words = Promise | str

# What to do about a field that was left empty, by its name.
FILL_IN: Mapping[str, Words] = {
    "name": _("Enter your name."),
    "email": _("Enter the e-mail address."),
    "login": _("Enter your e-mail address."),
    "password": _("Enter your password."),
    "oldpassword": _("Enter your present password."),
    "password1": _("Enter a password."),
    "password2": _("Enter the same password twice."),
    "code": _("Enter the code."),
    "credential": _("No passkey arrived. Press the button again."),
    "time_zone": _("Choose a city."),
    "role": _("Choose a role."),
    "language": _("Choose a language."),
}
NO_ADDRESS = _("Enter an address such as name@example.jp.")
NO_PLACE = _("Enter a web address such as https://example.jp.")
NO_DAY = _("Enter a day such as 2026-12-03.")
NO_PASSKEY = _("The passkey could not be read. Press the button again.")
NOT_OFFERED = _("Choose from what is offered here.")
LIMITS: Mapping[type[BaseValidator], Words] = {
    MaxLengthValidator: ngettext_lazy(
        "Shorten this to %(limit_value)d character: it has %(show_value)d.",
        "Shorten this to %(limit_value)d characters: it has %(show_value)d.",
        "limit_value",
    ),
    MinValueValidator: _("Enter %(limit_value)s or more."),
    MaxValueValidator: _("Enter %(limit_value)s or less."),
}


def say_what_to_do(fields: Mapping[str, forms.Field], empty: Mapping[str, Words] = FILL_IN) -> None:
    """Give the fields of a form our words; `empty` names those for single fields that were left empty."""
    for name, field in fields.items():
        field.error_messages |= {"required": empty.get(name) or words_for_empty(field), **_words_for(field)}
        if isinstance(field, forms.EmailField):
            field.validators = [EmailValidator(message=NO_ADDRESS), MaxLengthValidator(254)]
        field.validators = [_in_our_words(each) for each in field.validators]


def words_for_empty(field: forms.Field) -> Words:
    """What to do about a field that was left empty, by its sort."""
    if isinstance(field, forms.MultipleChoiceField):
        return _("Choose at least one.")
    return _("Choose one.") if isinstance(field, forms.ChoiceField) else _("Fill this in.")


def _words_for(field: forms.Field) -> dict[str, Words]:
    if isinstance(field, forms.ChoiceField):
        return {"invalid_choice": NOT_OFFERED, "invalid_list": NOT_OFFERED}
    if isinstance(field, forms.DateField):
        return {"invalid": NO_DAY}
    if isinstance(field, forms.JSONField):
        return {"invalid": NO_PASSKEY}
    return {"invalid": NO_PLACE} if isinstance(field, forms.URLField) else {}


def _in_our_words(validator: Callable[..., object]) -> Callable[..., object]:
    """A limit in our words; a copy, because a column shares its limits with every form over it."""
    words = LIMITS.get(type(validator)) if isinstance(validator, BaseValidator) else None
    if words is None:
        return validator
    told = copy(validator)
    told.message = words  # type: ignore[attr-defined]
    return told
