"""What a startup's members fill in: the sections of the profile, and the deck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.profile_forms import SectionForm
from matchmaking.core.regions import REGIONS
from startups.enums import DeckLanguage
from startups.models import Startup
from startups.rules import check_amount, check_region
from startups.uploads import ReceivedFile

Names = tuple[str, ...]
# Section → its title, the organisation's fields, the startup's fields.
SECTIONS: dict[str, tuple[Promise | str, Names, Names]] = {
    "startup": (
        _("The startup"),
        ("name", "country", "region", "city", "time_zone", "website"),
        ("founded_year", "stage", "readiness_level", "team_size", "video_url"),
    ),
    "pitch": (
        _("Pitch"),
        ("fields", "sub_fields"),
        ("one_liner", "problem", "solution", "customers", "edge"),
    ),
    "evidence": (
        _("Track record and funding"),
        (),
        ("traction", "intellectual_property", "sought_amount", "sought_currency", "sought_on", "sought_for"),
    ),
    "cooperation": (
        _("Cooperation with Japan"),
        ("modes", "languages", "monthly_meeting_limit"),
        ("seeks_partner", "speaks_japanese", "japan_readiness", "japan_visit"),
    ),
}
_REVIEWED = _("A change of this waits for review; until then the earlier one is shown.")
HELP: Mapping[str, Any] = {
    "name": _REVIEWED,
    "country": _REVIEWED,
    "region": _("Only in Australia, India and Indonesia."),
    "founded_year": _("Four digits."),
    "website": _("An address that begins with https://."),
    "video_url": _("An address that begins with https://."),
    "one_liner": _("What you do for whom, in up to 120 characters."),
    "problem": _("Whose problem is it, and what does it cost them?"),
    "solution": _("What you have built, and how it is used."),
    "customers": _("Who uses it today, and where?"),
    "edge": _("What others cannot do, with figures."),
    "traction": _("What the figures do not say: who pays, how you grow."),
    "intellectual_property": _("What the patents do not say: licences, know-how, trade marks."),
    "sought_amount": _("Leave this empty if you are not raising money."),
    "sought_on": _("The day on which this was true."),
    "sought_for": _("For example: a plant in Japan, certification, sales staff."),
    "seeks_partner": _("Which kind of Japanese firm, and what for? Firms are matched with this text."),
    "japan_readiness": _("Customers, trials, staff or certificates in Japan; what still stands in the way."),
    "japan_visit": _("When, and what for: “November 2026, a trade fair in Tokyo”."),
    "fields": _("Choose one or more."),
    "sub_fields": _("Only those that belong to the fields above."),
    "monthly_meeting_limit": _("You are recommended to no more firms than you can meet."),
}


class StartupSectionForm(SectionForm):
    """One section of the profile of `startup`."""

    def __init__(self, data: Any = None, *, startup: Startup, section: str) -> None:
        _title, organisation_names, startup_names = SECTIONS[section]
        parts = [(startup.organisation, organisation_names), (startup, startup_names)]
        order = [*startup_names, *organisation_names] if section == "pitch" else []
        super().__init__(data, parts=parts, order=order, help_texts=HELP)
        if "region" in self.fields:
            self.fields["region"] = region_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("country") and "region" in cleaned:
            check_region(cleaned["country"], cleaned["region"])
        if "sought_amount" in cleaned and "sought_currency" in cleaned:
            check_amount(cleaned, "sought_amount", "sought_currency")
        return cleaned


def region_field() -> forms.ChoiceField:
    """The states of the countries where they matter, under the name of each country."""
    return forms.ChoiceField(
        label=capfirst(_("state or zone")), required=False, choices=region_choices, help_text=HELP["region"]
    )


def region_choices() -> list[tuple[str, Any]]:
    names = dict(countries)
    groups = [(names[code], vocabulary.choices) for code, vocabulary in REGIONS.items()]
    return [("", "–"), *groups]


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
