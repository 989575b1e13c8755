"""What a startup is asked when it registers, and whenever it edits its profile."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.questions import Step, Words

_ABOUT = _("About your startup")
_LOOKING = _("What you offer and look for")
_HINTS: Mapping[str, Words] = {
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

STARTUP = Step(
    key="startup",
    group=_ABOUT,
    title=_("The startup"),
    asks={
        "organisation": ("name", "country", "region", "city", "time_zone", "website"),
        "startup": ("founded_year", "stage", "readiness_level", "team_size", "video_url"),
    },
    needed=("name", "country", "time_zone", "stage"),
    core=("name", "country", "time_zone"),
    hints=_HINTS,
)
PITCH = Step(
    key="pitch",
    group=_LOOKING,
    title=_("Pitch"),
    asks={
        "startup": ("one_liner", "problem", "solution", "customers", "edge"),
        "organisation": ("fields", "sub_fields"),
    },
    needed=("one_liner", "solution", "fields"),
    hints=_HINTS,
)
EVIDENCE = Step(
    key="evidence",
    group=_ABOUT,
    title=_("Track record and funding"),
    asks={
        "startup": (
            "traction",
            "intellectual_property",
            "sought_amount",
            "sought_currency",
            "sought_on",
            "sought_for",
        )
    },
    hints=_HINTS,
)
COOPERATION = Step(
    key="cooperation",
    group=_LOOKING,
    title=_("Cooperation with Japan"),
    asks={
        "organisation": ("modes", "languages", "monthly_meeting_limit"),
        "startup": ("seeks_partner", "speaks_japanese", "japan_readiness", "japan_visit"),
    },
    needed=("modes", "languages", "monthly_meeting_limit", "seeks_partner"),
    prefilled=("languages", "monthly_meeting_limit"),
    hints=_HINTS,
)
STEPS = (STARTUP, EVIDENCE, PITCH, COOPERATION)
