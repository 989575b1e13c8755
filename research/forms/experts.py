"""What experts say of themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import fields_for_model, model_to_dict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.profiles.forms import control
from accounts.profiles.messages import tell_limits
from research.models import Expert, country_choices

ASKS = ("affiliation", "fields", "countries", "languages", "capacity", "biography")
FILL_IN: dict[str, Promise | str] = {
    "affiliation": _("Write where you work, or “Independent”."),
    "fields": _("Choose at least one."),
    "countries": _("Choose countries of the list."),
    "languages": _("Choose at least one."),
    "capacity": _("Write a number from 0 to 10."),
}
HINTS: dict[str, Promise | str] = {
    "affiliation": _("Where you work; “Independent” if for yourself."),
    "fields": _("You are asked for advice on these."),
    "countries": _("Hold Ctrl or ⌘ to choose several."),
    "languages": _("In which you read profiles and write reports."),
    "capacity": _("How much research you take on at once; 0 while you have no time."),
    "biography": _("What you have worked on, in a few sentences. Only the programme office reads it."),
}


class ExpertForm(forms.Form):
    """The model's fields are the source of labels, limits and choices."""

    def __init__(self, data: Any = None, *, expert: Expert) -> None:
        super().__init__(data, initial=model_to_dict(expert, fields=ASKS))
        self.fields.update(fields_for_model(Expert, fields=ASKS, formfield_callback=control))
        self.fields["countries"].choices = country_choices  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.required = name in FILL_IN and name != "countries"
            field.help_text = HINTS[name]
        tell_limits(self, FILL_IN)
