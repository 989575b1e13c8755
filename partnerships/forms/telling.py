"""Forms whose fields tell limits in the words that all of the portal uses."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.profiles.messages import LIMITS


def tell_limits(form: forms.BaseForm) -> None:
    """A field's own words go before the common ones."""
    for field in form.fields.values():
        field.error_messages = {**LIMITS, **field.error_messages}


class TellingForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tell_limits(self)
