"""Everything that people are told of, and the words for it: one table, written subject by subject."""

from __future__ import annotations

from matchmaking.core.events.event import FACTS, Event, Wording
from matchmaking.core.events.matching import MATCHING
from matchmaking.core.events.meetings import MEETINGS
from matchmaking.core.events.partnerships import PARTNERSHIPS
from matchmaking.core.events.people import PEOPLE
from matchmaking.core.events.profiles import PROFILES
from matchmaking.core.events.research import RESEARCH

WORDINGS: dict[Event, Wording] = {
    **PROFILES,
    **MATCHING,
    **MEETINGS,
    **PARTNERSHIPS,
    **PEOPLE,
    **RESEARCH,
}

__all__ = ["FACTS", "WORDINGS", "Event", "Wording"]
