"""What a form about accounts and reviews says about a slip: what to do, in words of ours instead of Django's."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.core.validators import EmailValidator, MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.profiles.messages import tell
from accounts.registration.questions import Words

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
NO_DAY = _("Enter a day such as 2026-12-03.")
NO_PASSKEY = _("The passkey could not be read. Press the button again.")
NOT_OFFERED = _("Choose from what is offered here.")


def say_what_to_do(fields: Mapping[str, forms.Field], empty: Mapping[str, Words] = FILL_IN) -> None:
    """Give the fields of a form our words; `empty` names those for single fields that were left empty."""
    for name, field in fields.items():
        tell(field)
        field.error_messages |= {"required": empty.get(name) or _words_for_empty(field), **_words_for(field)}
        if isinstance(field, forms.EmailField):
            field.validators = [EmailValidator(message=NO_ADDRESS), MaxLengthValidator(254)]


def _words_for_empty(field: forms.Field) -> Words:
    if isinstance(field, forms.MultipleChoiceField):
        return _("Choose at least one.")
    return _("Choose one.") if isinstance(field, forms.ChoiceField) else _("Fill this in.")


def _words_for(field: forms.Field) -> dict[str, Words]:
    if isinstance(field, forms.ChoiceField):
        return {"invalid_choice": NOT_OFFERED, "invalid_list": NOT_OFFERED}
    if isinstance(field, forms.DateField):
        return {"invalid": NO_DAY}
    return {"invalid": NO_PASSKEY} if isinstance(field, forms.JSONField) else {}
