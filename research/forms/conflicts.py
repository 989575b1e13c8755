"""Declaring a conflict of interest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.profiles.messages import TellingForm
from accounts.registration.questions import Words
from accounts.rules import name_of
from matchmaking.core.fields import LinesField, OneLineField
from research.naming import named


class ConflictForm(TellingForm):
    """With whom: those of one's own assignments, or any other by its name."""

    prompts: ClassVar[Mapping[str, Words]] = {"assigned": _("Choose among the organisations named here.")}
    assigned = forms.MultipleChoiceField(
        label=_("Organisations of your assignments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    name = OneLineField(
        label=_("Another organisation"),
        help_text=_("Its full name, in Japanese or in English."),
        max_length=120,
        required=False,
    )
    text = LinesField(
        label=_("In your words"),
        help_text=_("Only the programme office reads it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, assigned: Sequence[Organisation]) -> None:
        super().__init__(data)
        self.parties = {str(each.pk): each for each in assigned}
        choices = [(key, name_of(each, get_language() or "")) for key, each in self.parties.items()]
        self.fields["assigned"].choices = choices  # type: ignore[attr-defined]
        if not assigned:
            del self.fields["assigned"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.others = named(data["name"]) if data.get("name") else []
        if data.get("name") and not self.others:
            self.add_error("name", _("No organisation of the programme has this name. Write its full name."))
        elif not self.errors and not data.get("assigned") and not data.get("name"):
            self.add_error("name", _("Choose an organisation, or write its name."))
        return data

    def organisations(self) -> list[Organisation]:
        chosen = [self.parties[key] for key in self.cleaned_data.get("assigned", [])]
        return [*chosen, *(each for each in self.others if each not in chosen)]
