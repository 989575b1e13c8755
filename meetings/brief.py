"""The page one takes into a meeting: who, when, what each wants, why they suit, what is known, what to find out.

Each reader gets their own: staff both sides, a side what it may see of the pair and the reasons in words made for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import name_of
from matchmaking.core import local_time
from matchmaking.core.enums import CooperationMode
from matchmaking.matches.explaining.explanation import bars, whole_score
from matchmaking.matches.explaining.findings import findings_on
from matchmaking.matches.explaining.reasons import labels, listed, reasons
from matchmaking.matches.sides import modes_of
from meetings import rules
from meetings.actions.reports import side_of
from meetings.models import Meeting, MeetingRequest
from meetings.people import attendance
from meetings.questions import open_questions

Row = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What one side is and wants, in its own words; `lang` is the language of those."""

    title: str
    name: str
    lang: str
    place: str
    modes: str
    texts: tuple[str, ...]


def brief(request: MeetingRequest, meeting: Meeting, user: User, language: str) -> Row:
    """All that stands on the page, for this reader."""
    reader, match = side_of(user), request.match
    return {
        "clocks": clocks(request, meeting, user),
        "facts": _facts(request, meeting),
        "attendance": attendance(request, user),
        "wishes": (_firm(request, user, language), _startup(request, language)),
        "score": whole_score(match),
        "bars": bars(match),
        "provisional": match.provisional,
        "reasons": reasons(match, reader),
        "findings": findings_on(match, user),
        "questions": open_questions(request, meeting, reader),
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
    return [{"label": label, "value": value} for label, value in rows if value]


def _firm(request: MeetingRequest, user: User, language: str) -> Wish:
    """Its challenge; to a startup that may not know the firm only what kind of firm it is."""
    company, challenge = request.match.company, request.match.challenge
    known = rules.knows_company(user, request)
    return Wish(
        _("What the firm wants"),
        str(rules.company_name(user, request, language)),
        "ja",
        company.get_prefecture_display(),
        _modes(modes_of(challenge)),
        _given(challenge.title, challenge.text, company.strengths) if known else (),
    )


def _startup(request: MeetingRequest, language: str) -> Wish:
    startup = request.match.startup
    return Wish(
        _("What the startup wants"),
        name_of(request.startup, language),
        "en",
        request.startup.country.name,
        _modes(request.startup.modes),
        _given(startup.one_liner, startup.solution, startup.seeks_partner),
    )


def _modes(modes: Iterable[str]) -> str:
    return listed(labels(CooperationMode, modes))


def _given(*texts: str) -> tuple[str, ...]:
    return tuple(each for each in texts if each)
