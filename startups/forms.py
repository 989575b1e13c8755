"""The sections of a startup's profile that its members edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.profile_forms import SectionForm
from startups.models import Startup

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
        ("traction", "intellectual_property", "funding_raised_usd", "funding_sought_usd"),
    ),
    "cooperation": (
        _("Cooperation with Japan"),
        ("modes", "languages", "monthly_meeting_limit"),
        ("seeks_partner", "japan_readiness"),
    ),
}
_REVIEWED = _("A change of this waits for review; until then the earlier one is shown.")
HELP: Mapping[str, Any] = {
    "name": _REVIEWED,
    "country": _REVIEWED,
    "region": _("The state in Australia or India, such as NSW or KA; WIB, WITA or WIT in Indonesia."),
    "website": _("An address that begins with https://."),
    "video_url": _("An address that begins with https://."),
    "one_liner": _("What you do for whom, in up to 120 characters."),
    "problem": _("Whose problem is it, and what does it cost them?"),
    "solution": _("What you have built, and how it is used."),
    "customers": _("Who uses it today, and where?"),
    "edge": _("What others cannot do, with figures."),
    "traction": _("Dated figures with their currency."),
    "intellectual_property": _("Patents with office and status; certificates."),
    "seeks_partner": _("Which kind of Japanese firm, and what for? Firms are matched with this text."),
    "japan_readiness": _("Customers, trials, staff or certificates in Japan; what still stands in the way."),
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
