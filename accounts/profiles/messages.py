"""What a field says when its answer cannot be taken: always what to do, never only that something is wrong.

A field's own words (its *prompt*) say what to enter or choose, with an example. Limits are told in the same words
everywhere, with the limit in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.registration.questions import Words

# By the codes of Django's fields and validators; what stands in brackets are their own parameters.
LIMITS: Mapping[str, Words] = {
    "max_length": _("Shorten this to %(limit_value)s characters: it has %(show_value)s now."),
    "min_value": _("Enter a number of at least %(limit_value)s."),
    "max_value": _("Enter a number of at most %(limit_value)s."),
    "max_digits": _("Enter a number with at most %(max)s digits."),
    "max_whole_digits": _("Enter a number with at most %(max)s digits before the decimal point."),
    "max_decimal_places": _("Enter a number with at most %(max)s digits after the decimal point."),
}
# Nothing, something else than what is asked for, something that is not in the list: the same has to be done.
_UNREAD = ("required", "invalid", "invalid_choice", "invalid_list")


def tell(field: forms.Field, prompt: Words = "") -> None:
    """Let `field` say what to do. Without a prompt it must be one that takes any words, and none."""
    field.error_messages |= LIMITS
    if prompt:
        field.error_messages |= dict.fromkeys(_UNREAD, prompt)


def needs_prompt(field: forms.Field, *, is_needed: bool) -> bool:
    """Whether an answer may be missing or not understood: boxes and free words that nobody must write may not."""
    if isinstance(field, forms.BooleanField):
        return False
    return is_needed or not _takes_any_words(field)


def _takes_any_words(field: forms.Field) -> bool:
    return isinstance(field, forms.CharField) and not isinstance(field, forms.URLField)


def tell_limits(form: forms.BaseForm, prompts: Mapping[str, Words] = MappingProxyType({})) -> None:
    """A field's own words go before the common ones; a prompt says what to enter or choose, whatever was amiss."""
    for name, field in form.fields.items():
        field.error_messages = {**LIMITS, **field.error_messages}
        if name in prompts:
            field.error_messages |= dict.fromkeys(_UNREAD, prompts[name])


class TellingForm(forms.Form):
    """Its fields tell limits in the words that all of the portal uses, and what to enter in those of `prompts`."""

    prompts: ClassVar[Mapping[str, Words]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tell_limits(self, self.prompts)
