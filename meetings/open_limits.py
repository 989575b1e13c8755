"""How many requests may wait for an answer at once: those that a side asked for, and those that it has to answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import ngettext

from accounts.models import Organisation, User
from accounts.rules import name_of
from matchmaking.matches.enums import Side
from matchmaking.matches.models import Match
from meetings import rules
from meetings.models import MeetingRequest


@dataclass(frozen=True, slots=True)
class Crowd:
    """As many requests of an organisation as may wait at once: `asks` tells whose answer they wait for."""

    organisation: Organisation
    asks: bool
    count: int


def crowd_of(match: Match, asking: Side) -> Crowd | None:
    """Why the side of the pair can ask for no meeting now, if it is so; whoever sends for it. Two queries at most."""
    sides = {Side.COMPANY: match.company.organisation, Side.STARTUP: match.startup.organisation}
    answering = rules.other(asking)
    waiting = MeetingRequest.objects.awaiting_answer()
    asked = waiting.asked_for_by(asking, sides[asking].pk).count()
    if asked >= settings.OPEN_REQUESTS_MAX:
        return Crowd(sides[asking], asks=True, count=asked)
    unanswered = waiting.awaiting_answer_of(answering).of_side(answering, sides[answering].pk).count()
    if unanswered >= settings.UNANSWERED_REQUESTS_MAX:
        return Crowd(sides[answering], asks=False, count=unanswered)
    return None


def why_crowded(crowd: Crowd, user: User, language: str) -> str:
    """For whoever would ask, with what to do."""
    words = {"count": crowd.count, "name": name_of(crowd.organisation, language)}
    return _words(crowd, user) % words


def _words(crowd: Crowd, user: User) -> str:
    if not crowd.asks:
        return ngettext(
            "%(count)s request waits for an answer of %(name)s, and no more may wait at once. "
            "Ask again in a few days: what is not answered lapses.",
            "%(count)s requests wait for an answer of %(name)s, and no more may wait at once. "
            "Ask again in a few days: what is not answered lapses.",
            crowd.count,
        )
    if user.organisation == crowd.organisation:
        return ngettext(
            "%(count)s request of yours waits for an answer, and no more may wait at once. "
            "Wait for the answer, or withdraw the request.",
            "%(count)s requests of yours wait for an answer, and no more may wait at once. "
            "Wait for an answer, or withdraw one of them.",
            crowd.count,
        )
    return ngettext(
        "%(count)s request of %(name)s waits for an answer, and no more may wait at once. "
        "Wait for the answer, or withdraw the request on its behalf.",
        "%(count)s requests of %(name)s wait for an answer, and no more may wait at once. "
        "Wait for an answer, or withdraw one of them on its behalf.",
        crowd.count,
    )
