"""The sections of a firm's profile that its members edit, and its challenges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actions import is_taken
from accounts.profile_forms import SectionForm
from companies.models import Challenge, Company
from companies.rules import check_countries, corporate_number
from matchmaking.core.fields import OneLineField

Names = tuple[str, ...]
NUMBER_AS_TYPED = 40  # characters of a corporate number with whatever stands between its digits
# Section → its title, the organisation's fields, the firm's fields; the page keeps this order of the two.
SECTIONS: dict[str, tuple[Promise | str, Names, Names]] = {
    "company": (
        _("The firm"),
        ("name", "name_kana", "name_en", "city", "website"),
        ("corporate_number", "prefecture", "industry", "employees", "capital_million_yen", "revenue_band"),
    ),
    "business": (_("Business and fields"), ("fields", "sub_fields"), ("business", "strengths")),
    "cooperation": (
        _("Cooperation"),
        ("modes", "languages", "monthly_meeting_limit"),
        ("preferred_countries", "excluded_countries", "name_disclosed"),
    ),
}
_REVIEWED = _("A change of this waits for review; until then the earlier one is shown.")
HELP: Mapping[str, Any] = {
    "name": _REVIEWED,
    "corporate_number": _("13 digits. A change of this waits for review; until then the earlier one counts."),
    "name_kana": _("In katakana, without the legal form. Lists are sorted by it."),
    "name_en": _("Startups see this name."),
    "website": _("An address that begins with https://."),
    "business": _("What you make or do, for whom. Write in Japanese if you like."),
    "strengths": _("What a partner gains from you: techniques, plants, customers, a region."),
    "fields": _("Choose one or more."),
    "sub_fields": _("Only those that belong to the fields above."),
    "monthly_meeting_limit": _("You are recommended no more startups than you can meet."),
    "preferred_countries": _("Leave this empty if every country suits you."),
    "name_disclosed": _("Otherwise startups see only your industry and prefecture until you meet."),
}
CHALLENGE_FIELDS: Names = (
    "title",
    "text",
    "field",
    "sub_fields",
    "modes",
    "budget_band",
    "deadline",
    "is_open",
)
CHALLENGE_HELP: Mapping[str, Any] = {
    "title": _("One line, as you would say it to a colleague."),
    "text": _(
        "What hurts, where, and how much? What have you tried? What would count as solved? "
        "Write in Japanese if you like."
    ),
    "sub_fields": _("Only those that belong to the field above."),
    "deadline": _("When you would like to see a result."),
    "is_open": _("Startups are looked for as long as this is ticked."),
}


class CompanySectionForm(SectionForm):
    """One section of the profile of `company`."""

    def __init__(self, data: Any = None, *, company: Company, section: str) -> None:
        self.company = company
        _title, organisation_names, company_names = SECTIONS[section]
        parts = [(company.organisation, organisation_names), (company, company_names)]
        order = [*company_names, *organisation_names] if section == "business" else []
        super().__init__(data, parts=parts, order=order, help_texts=HELP)
        if number := self.fields.get("corporate_number"):
            self.fields["corporate_number"] = OneLineField(
                label=number.label, help_text=number.help_text, max_length=NUMBER_AS_TYPED
            )

    def clean_corporate_number(self) -> str:
        """Read in any width, with or without hyphens; checked for slips; not the number of another firm here."""
        number = corporate_number(self.cleaned_data["corporate_number"])
        if is_taken(self.company, "company", "corporate_number", number):
            raise ValidationError(_("Another firm with this corporate number is registered."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "preferred_countries" in cleaned and "excluded_countries" in cleaned:
            check_countries(cleaned["preferred_countries"], cleaned["excluded_countries"])
        return cleaned


class ChallengeForm(SectionForm):
    """A challenge, new or known, of the firm it belongs to."""

    def __init__(self, data: Any = None, *, challenge: Challenge) -> None:
        self.challenge = challenge
        super().__init__(data, parts=[(challenge, CHALLENGE_FIELDS)], help_texts=CHALLENGE_HELP)

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        others = Challenge.objects.filter(company=self.challenge.company, title=title)
        if others.exclude(pk=self.challenge.pk).exists():
            raise ValidationError(_("Another challenge of your firm has this title."))
        return title
