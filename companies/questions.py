"""What a firm is asked when it registers, and whenever it edits its profile."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.registration.prompts import FIELDS, LANGUAGES, MEETING_LIMIT, MODES, SUB_FIELDS, WEB_ADDRESS
from accounts.registration.questions import Step

_ABOUT = _("About your firm")
_LOOKING = _("What you look for")

COMPANY = Step(
    key="company",
    group=_ABOUT,
    title=_("Company"),
    lead=_("Begin with the corporate number. Everything else can follow later."),
    asks={
        "organisation": ("name", "name_kana", "name_en", "city", "website"),
        "company": (
            "corporate_number",
            "prefecture",
            "industry",
            "employees",
            "capital_million_yen",
            "revenue_band",
            "business",
            "strengths",
        ),
    },
    order=(
        "corporate_number",
        "name",
        "name_kana",
        "name_en",
        "prefecture",
        "city",
        "industry",
        "employees",
        "capital_million_yen",
        "revenue_band",
        "website",
        "business",
        "strengths",
    ),
    needed=(
        "corporate_number",
        "name",
        "name_kana",
        "name_en",
        "prefecture",
        "industry",
        "employees",
        "capital_million_yen",
        "business",
    ),
    core=("corporate_number", "name"),
    prompts={
        "corporate_number": _("Enter the 13 digits of the corporate number."),
        "name": _("Enter the name of the firm as it is registered, for example 北浜食品株式会社."),
        "name_kana": _("Enter how the name is read, in katakana, for example キタハマショクヒン."),
        "name_en": _("Enter the name in English, for example Kitahama Foods."),
        "prefecture": _("Choose the prefecture of your head office."),
        "industry": _("Choose the industry of your main business."),
        "employees": _("Enter the number of regular employees in digits, for example 420."),
        "capital_million_yen": _("Enter the capital in millions of yen, in digits, for example 310."),
        "revenue_band": _("Choose your yearly sales from the list."),
        "website": WEB_ADDRESS,
        "business": _("Write what your firm makes or does, and for whom."),
    },
    hints={
        "corporate_number": _("13 digits, as in the register of the National Tax Agency."),
        "name_kana": _("In katakana, without the legal form. Lists are sorted by it."),
        "name_en": _("Startups see this name."),
        "prefecture": _("Where your head office is."),
        "industry": _("Your main business."),
        "employees": _("Regular employees: permanent staff, and others who stay for a year or longer."),
        "website": _("An address that begins with https://."),
        "business": _("What you make or do, for whom. Write in Japanese if you like."),
        "strengths": _("What a partner gains from you: techniques, plants, customers, a region."),
    },
)
CONTACT = Step(
    key="contact",
    group=_ABOUT,
    title=_("Contact person"),
    lead=_("Whom the programme office and, once a meeting is agreed, the startup may turn to."),
    asks={"user": ("name",), "membership": ("title", "phone")},
    needed=("name", "title", "phone"),
    prefilled=("name",),
    labels={"name": _("Your name")},
    prompts={
        "name": _("Enter your name."),
        "title": _("Enter your position, for example Head of Planning."),
        "phone": _("Enter a telephone number, for example 0258-12-3456."),
    },
    hints={
        "name": _("As others in the programme see it."),
        "phone": _("Only the programme office sees it."),
    },
)
CHALLENGE_FIELDS = (
    "title",
    "text",
    "place",
    "amount",
    "tried",
    "solved_when",
    "deadline",
    "budget_band",
    "least_readiness",
    "field",
    "sub_fields",
    "modes",
    "is_open",
)
CHALLENGE = Step(
    key="challenge",
    group=_LOOKING,
    title=_("Challenge"),
    lead=_("Startups are matched with what you write here. Write in Japanese if you like."),
    asks={"challenge": CHALLENGE_FIELDS},
    order=("field", *(name for name in CHALLENGE_FIELDS if name != "field")),
    needed=("title", "text", "field"),
    core=("title",),
    chooses="challenge",
    chosen_by=("title", "text", "place", "amount", "solved_when"),
    prompts={
        "title": _("Write the challenge in one line, for example “Shorten the evening queue at our tills”."),
        "text": _("Write what goes wrong today, or costs too much."),
        "field": _("Choose the field that fits best."),
        "sub_fields": SUB_FIELDS,
        "modes": _("Choose kinds of cooperation from the list."),
        "budget_band": _("Choose a budget from the list."),
        "least_readiness": _("Choose a level from 1 to 9 from the list."),
        "deadline": _("Enter the day as year, month and day, for example 2027-03-31."),
    },
    hints={
        "field": _("The examples above show how others have put it."),
        "title": _("One line, as you would say it to a colleague."),
        "text": _("What goes wrong today, or costs too much? About 400 characters are enough; figures help."),
        "place": _("Which plant, line, shop or route? At which step of the work?"),
        "amount": _("How often, how many, how much money or time?"),
        "tried": _("What did you try, and why was it not enough? Startups are not matched with this."),
        "solved_when": _("A figure that you would measure, such as “waste below 2%”."),
        "sub_fields": _("Only those that belong to the field above."),
        "modes": _("Leave this empty if your partnership wishes hold here too."),
        "deadline": _("When you would like to see a result."),
        "least_readiness": _(
            "How far a solution must have come. Startups below it are ranked lower, not left out. "
            "Leave this empty if you are open: then it follows from the kinds of cooperation."
        ),
        "is_open": _("Startups are looked for as long as this is ticked."),
    },
)
WISHES = Step(
    key="wishes",
    group=_LOOKING,
    title=_("Partnership wishes"),
    asks={
        "organisation": ("modes", "fields", "sub_fields", "languages", "monthly_meeting_limit"),
        "company": ("preferred_countries", "excluded_countries", "name_disclosed"),
    },
    needed=("modes", "fields", "languages", "monthly_meeting_limit"),
    prefilled=("fields", "sub_fields", "languages", "monthly_meeting_limit"),
    prompts={
        "modes": MODES,
        "fields": FIELDS,
        "sub_fields": SUB_FIELDS,
        "languages": LANGUAGES,
        "monthly_meeting_limit": MEETING_LIMIT,
        "preferred_countries": _("Choose countries from the list."),
        "excluded_countries": _("Choose countries from the list."),
    },
    hints={
        "modes": _("Choose one or more."),
        "fields": _("Choose one or more. Those of your challenges are ticked already."),
        "sub_fields": _("Only those that belong to the fields above."),
        "languages": _("In which you can hold a meeting; an interpreter can help with others."),
        "monthly_meeting_limit": _("You are recommended no more startups than you can meet."),
        "preferred_countries": _("Leave this empty if every country suits you."),
        "name_disclosed": _("Otherwise startups see only your industry and prefecture until you meet."),
    },
)
AGREEMENT = Step(
    key="agreement",
    group=_("Agreement"),
    title=_("Agreement"),
    lead=_("Startups are abroad. The law asks for your consent before they learn names and contact details."),
    asks={},
)
STEPS = (COMPANY, CONTACT, CHALLENGE, WISHES, AGREEMENT)
