"""What two sides have still to find out from each other: where the score rests on little, and what is not settled."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.explanation import share
from matchmaking.matches.explaining.reasons import DOUBTFUL
from matchmaking.matches.models import Match
from meetings.models import Meeting, MeetingRequest

MOST = 4
# By part of the score: what to ask when nothing is known of it or it earns little; the weightiest first.
BY_PART: dict[str, Promise] = {
    "capability": _("Which capabilities does the challenge need, and which of them does the startup bring?"),
    "stage": _("How ready is the technology for this kind of cooperation, and what has still to be shown?"),
    "size": _("What is the budget, what amount is sought, and how do the two come together?"),
    "cooperation": _("Which kind of cooperation do both want to begin with?"),
    "partner_e5": _("What does the startup expect of a partner in Japan?"),
    "language": _("Who works in which language from day to day, and who interprets?"),
    "advice": _("What do experts doubt, and what does the startup answer?"),
}
# An expert's doubts are not put to the startup by the portal.
NOT_FOR_STARTUPS = frozenset({"advice"})
NO_INTERPRETER = _("An interpreter is wanted, and none is named yet: who interprets?")
NO_PLACE = _("Where do the two meet? Neither a room nor a video link is named yet.")
NEXT_STEP = _("What is the next step, who takes it, and by when?")


def open_questions(request: MeetingRequest, meeting: Meeting, reader: Side) -> list[str]:
    """What is not settled about the meeting first, then the pair, and at last what every meeting should answer."""
    asked = [*_of_the_meeting(request, meeting), *_of_the_pair(request.match, reader)]
    return [str(each) for each in (*asked[:MOST], NEXT_STEP)]


def _of_the_meeting(request: MeetingRequest, meeting: Meeting) -> Iterator[Promise]:
    if request.interpreter_wanted and meeting.interpreter is None:
        yield NO_INTERPRETER
    if not meeting.video_link and meeting.room is None:
        yield NO_PLACE


def _of_the_pair(match: Match, reader: Side) -> Iterator[Promise]:
    for part, question in BY_PART.items():
        if reader == Side.STARTUP and part in NOT_FOR_STARTUPS:
            continue
        earned = share(match, part)
        unknown = part in match.missing and part != "advice"  # nobody asks an expert about most pairs
        if unknown or (earned is not None and earned < DOUBTFUL):
            yield question
