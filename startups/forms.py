"""What a startup's members fill in: the question pages of the profile, and the deck."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.profiles.forms import SectionForm
from matchmaking.core.regions import REGIONS
from startups.enums import DeckLanguage
from startups.rules import check_amount, check_region
from startups.uploads import ReceivedFile


class StartupForm(SectionForm):
    """A step of the registration of a startup."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if region := self.fields.get("region"):
            self.fields["region"] = region_field(region.help_text)
            self.fields["region"].error_messages |= region.error_messages
        if one_liner := self.fields.get("one_liner"):  # one line, but longer than a phone is wide
            one_liner.widget = forms.Textarea(attrs={"rows": 2})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("country") and "region" in cleaned:
            check_region(cleaned["country"], cleaned["region"])
        if "sought_amount" in cleaned and "sought_currency" in cleaned:
            check_amount(cleaned, "sought_amount", "sought_currency")
        return cleaned


def region_field(help_text: Any) -> forms.ChoiceField:
    """The states of the countries where they matter, under the name of each country."""
    return forms.ChoiceField(
        label=capfirst(_("state or zone")), required=False, choices=region_choices, help_text=help_text
    )


def region_choices() -> list[tuple[str, Any]]:
    names = dict(countries)
    groups = [(names[code], vocabulary.choices) for code, vocabulary in REGIONS.items()]
    return [("", "–"), *groups]


class AgreementForm(forms.Form):
    """One tick for everything that the page shows."""

    agreed = forms.BooleanField(
        label=_("We have read all three texts and agree to them"),
        error_messages={"required": _("Read the texts above and tick this box, if you agree to them.")},
    )


class DeckForm(forms.Form):
    """A deck to upload. What the file holds is looked at later, by a process of its own."""

    file = forms.FileField(
        label=_("PDF file"),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={
            "required": _("Select a PDF file."),
            "missing": _("Select a PDF file."),
            "invalid": _("The file could not be uploaded. Try again."),
            "empty": _("The selected file is empty."),
        },
    )
    language = forms.ChoiceField(
        label=_("Language of the deck"),
        choices=[("", _("No answer")), *DeckLanguage.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose the language of the deck from the list.")},
    )

    def clean_file(self) -> ReceivedFile:
        file: ReceivedFile = self.cleaned_data["file"]
        if file.problem == "too_large":
            message = _("The selected file must be smaller than %(megabytes)s MB.")
            params = {"megabytes": settings.DECK_MEGABYTES}
            raise ValidationError(message, code="too_large", params=params)
        if file.problem:
            raise ValidationError(_("The file could not be uploaded. Try again."), code="storage")
        if not file.head.startswith(b"%PDF-"):
            raise ValidationError(_("The selected file must be a PDF."), code="not_pdf")
        return file
