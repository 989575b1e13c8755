"""The page one takes into a meeting: who, when, what each wants, why they suit, what is known, what to find out.

Each reader gets their own: staff both sides, a side what it may see of the pair and the reasons in words made for it.
It is in both languages at once, as those who sit at the table are; what somebody wrote stands in its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import name_of
from matchmaking.core import local_time
from matchmaking.core.enums import CooperationMode
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.explanation import bars, whole_score
from matchmaking.matches.explaining.findings import findings_on
from matchmaking.matches.explaining.reasons import labels, listed, reasons
from matchmaking.matches.sides import modes_of
from meetings import rules
from meetings.actions.reports import side_of
from meetings.bilingual import in_both
from meetings.models import Attendee, Meeting, MeetingRequest
from meetings.people import nobody
from meetings.questions import open_questions

Row = dict[str, Any]
# What there is room for on one page; all of it stands on the pages from which it is taken.
MOST_REASONS, MOST_FINDINGS = 4, 2


def brief(request: MeetingRequest, meeting: Meeting, user: User) -> Row:
    """All that stands on the page, for this reader."""
    named = list(Attendee.objects.visible_to(user).filter(request=request))
    page: Row = in_both(lambda language: _page(request, meeting, user, language, named))
    return {**page, "score": whole_score(request.match), "provisional": request.match.provisional}


def _page(
    request: MeetingRequest, meeting: Meeting, user: User, language: str, named: Iterable[Attendee]
) -> Row:
    """In one language."""
    reader, match = side_of(user), request.match
    return {
        "heads": _heads(),
        "clocks": clocks(request, meeting, user),
        "facts": _facts(request, meeting),
        "attendance": [_people(request, side, named, reader) for side in rules.SIDES],
        "wishes": [_firm(request, user, language), _startup(request, language)],
        "bars": [
            {"label": each.label, "points": each.points, "counted": each.counted, "max": each.max}
            for each in bars(match, reader)
        ],
        "reasons": [
            {
                "is_caution": each.kind == "caution",
                "text": each.text_ja or each.text_en,
                "quote": each.quote,
                "quote_lang": each.quote_lang,
            }
            for each in reasons(match, reader, most=MOST_REASONS)
        ],
        "findings": [
            {"title": each.title, "text": each.text, "lang": each.lang, "url": each.url}
            for each in findings_on(match, user)[:MOST_FINDINGS]
        ],
        "questions": open_questions(request, meeting, reader),
    }


def _heads() -> Row:
    """The headings of the page."""
    return {
        "title": _("Brief for the meeting"),
        "score": _("Match score"),
        "provisional": _("Provisional"),
        "reasons": _("Why you suit each other"),
        "findings": _("What research and experts say"),
        "questions": _("Open questions"),
        "modes": _("Kinds of cooperation"),
        "hidden": _("The firm shows its name and its challenge once a meeting is agreed."),
    }


def clocks(request: MeetingRequest, meeting: Meeting, user: User) -> list[str]:
    """The time on both sides' clocks, the reader's own first; one line if both read the same."""
    sides: list[Organisation] = [request.company, request.startup]
    zones = [each.time_zone for each in sides]
    if user.organisation == request.startup:
        zones.reverse()
    return [local_time.span(meeting.starts_at, meeting.ends_at, zone=zone) for zone in dict.fromkeys(zones)]


def _facts(request: MeetingRequest, meeting: Meeting) -> list[Row]:
    none = _("Not named yet")
    wanted = request.interpreter_wanted
    interpreter = str(meeting.interpreter or (none if wanted else _("Without an interpreter")))
    rows = [
        (_("Purpose"), request.purpose),
        (_("Language"), request.get_language_display()),
        (_("Interpreter"), interpreter),
        (_("Room"), meeting.room.name if meeting.room else ""),
        (_("Video meeting"), meeting.video_link or ("" if meeting.room else none)),
    ]
    return [
        {"label": label, "value": value, "is_address": value == meeting.video_link}
        for label, value in rows
        if value
    ]


def _people(request: MeetingRequest, side: Side, named: Iterable[Attendee], reader: Side) -> Row:
    own = rules.organisation_of(request, side)
    people = [
        {"name": each.name, "role": each.role, "decision": each.get_decision_display()}
        for each in named
        if each.organisation_id == own.pk
    ]
    return {
        "title": _("From the firm") if side == Side.COMPANY else _("From the startup"),
        "people": people,
        "note": "" if people else nobody(reader, side),
    }


def _firm(request: MeetingRequest, user: User, language: str) -> Row:
    """Its challenge; to a startup that may not know the firm only what kind of firm it is."""
    company, challenge = request.match.company, request.match.challenge
    known = rules.knows_company(user, request)
    return {
        "title": _("What the firm wants"),
        "name": str(rules.company_name(user, request, language)),
        "lang": "ja",
        "place": company.get_prefecture_display(),
        "modes": _modes(modes_of(challenge)),
        "texts": _given(challenge.title, challenge.text, company.strengths) if known else [],
    }


def _startup(request: MeetingRequest, language: str) -> Row:
    startup = request.match.startup
    return {
        "title": _("What the startup wants"),
        "name": name_of(request.startup, language),
        "lang": "en",
        "place": str(request.startup.country.name),
        "modes": _modes(request.startup.modes),
        "texts": _given(startup.one_liner, startup.solution, startup.seeks_partner),
    }


def _modes(modes: Iterable[str]) -> str:
    return listed(labels(CooperationMode, modes))


def _given(*texts: str) -> list[str]:
    return [each for each in texts if each]
