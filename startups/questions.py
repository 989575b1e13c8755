"""What a startup is asked when it registers, and whenever it edits its profile."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.registration.prompts import FIELDS, LANGUAGES, MEETING_LIMIT, MODES, SUB_FIELDS, WEB_ADDRESS
from accounts.registration.questions import Step, Words

_ABOUT = _("About your startup")
_LOOKING = _("What you offer and look for")
_FURTHER = _("What backs it up")
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

_PROMPTS: Mapping[str, Words] = {
    "name": _("Enter the name of the startup."),
    "country": _("Choose the country where the startup is registered."),
    "region": _("Choose the state or zone from the list."),
    "time_zone": _("Choose the city whose time you keep."),
    "website": WEB_ADDRESS,
    "founded_year": _("Enter the year in which the startup was founded, for example 2019."),
    "stage": _("Choose how far the startup is."),
    "readiness_level": _("Choose a level from 1 to 9 from the list."),
    "team_size": _("Enter how many people work in the team, in digits, for example 12."),
    "video_url": WEB_ADDRESS,
    "one_liner": _("Write in one line what you do, and for whom."),
    "solution": _("Write what you have built, and how it is used."),
    "fields": FIELDS,
    "sub_fields": SUB_FIELDS,
    "modes": MODES,
    "languages": LANGUAGES,
    "monthly_meeting_limit": MEETING_LIMIT,
    "seeks_partner": _("Write which kind of Japanese firm you look for, and what for."),
    "speaks_japanese": _("Choose from the list who speaks Japanese."),
    "sought_amount": _("Enter the amount in digits, for example 2,500,000."),
    "sought_currency": _("Choose the currency from the list."),
    "sought_on": _("Enter the day as year, month and day, for example 2026-03-31."),
}

STARTUP = Step(
    key="startup",
    group=_ABOUT,
    title=_("The startup"),
    lead=_("Two minutes. Everything else can follow later, in any order."),
    asks={
        "organisation": ("name", "country", "region", "city", "time_zone", "website"),
        "startup": ("founded_year", "stage", "readiness_level", "team_size", "video_url"),
    },
    needed=("name", "country", "time_zone", "stage"),
    core=("name", "country", "time_zone"),
    prefilled=("time_zone",),
    hints=_HINTS,
    prompts=_PROMPTS,
)
DECK = Step(key="deck", group=_ABOUT, title=_("Pitch deck"), asks={})
FIGURES = Step(
    key="figures",
    group=_ABOUT,
    title=_("Track record"),
    lead=_(
        "Figures say more than adjectives: revenue, customers, users, pilots. "
        "Nothing is too small, as long as it has a date."
    ),
    asks={},
)
PITCH = Step(
    key="pitch",
    group=_LOOKING,
    title=_("One-line pitch and solution"),
    lead=_("Firms are matched with what you write here, in English or in Japanese."),
    asks={
        "startup": ("one_liner", "problem", "solution", "customers", "edge"),
        "organisation": ("fields", "sub_fields"),
    },
    needed=("one_liner", "solution", "fields"),
    chooses="startup",
    chosen_by=("one_liner", "problem", "solution", "customers", "edge"),
    hints=_HINTS,
    prompts=_PROMPTS,
)
COOPERATION = Step(
    key="cooperation",
    group=_LOOKING,
    title=_("Looking for in Japan"),
    asks={
        "organisation": ("modes", "languages", "monthly_meeting_limit"),
        "startup": ("seeks_partner", "speaks_japanese", "japan_readiness", "japan_visit"),
    },
    order=("modes", "seeks_partner", "speaks_japanese", "japan_readiness", "japan_visit"),
    needed=("modes", "languages", "monthly_meeting_limit", "seeks_partner"),
    prefilled=("languages", "monthly_meeting_limit"),
    hints=_HINTS,
    prompts=_PROMPTS,
)
FUNDING = Step(
    key="funding",
    group=_FURTHER,
    title=_("Funding sought, and what figures do not say"),
    asks={
        "startup": (
            "sought_amount",
            "sought_currency",
            "sought_on",
            "sought_for",
            "traction",
            "intellectual_property",
        )
    },
    is_optional=True,
    hints=_HINTS,
    prompts=_PROMPTS,
)
ROUNDS = Step(
    key="rounds",
    group=_FURTHER,
    title=_("Funding rounds"),
    lead=_("The total in US dollars is worked out from the amounts."),
    asks={},
    is_optional=True,
)
PATENTS = Step(key="patents", group=_FURTHER, title=_("Patents"), asks={}, is_optional=True)
CERTIFICATIONS = Step(
    key="certifications", group=_FURTHER, title=_("Certifications"), asks={}, is_optional=True
)
REFERENCES = Step(
    key="references",
    group=_FURTHER,
    title=_("References"),
    lead=_("People who speak for you. Firms see them only if they agreed; the programme office always does."),
    asks={},
    is_optional=True,
)
AGREEMENT = Step(
    key="agreement",
    group=_("Agreement"),
    title=_("Terms and personal data"),
    lead=_(
        "Three short texts: the terms, who sees your profile, and what happens to personal data in Japan."
    ),
    asks={},
)
STEPS = (
    STARTUP,
    DECK,
    FIGURES,
    PITCH,
    COOPERATION,
    FUNDING,
    ROUNDS,
    PATENTS,
    CERTIFICATIONS,
    REFERENCES,
    AGREEMENT,
)
LISTS = {step.key: step for step in (FIGURES, ROUNDS, PATENTS, CERTIFICATIONS, REFERENCES)}
