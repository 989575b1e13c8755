"""The notes beside the two texts that firms are matched with: how concrete they are, and how others have put it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from matchmaking.core.concreteness import Level, Look, in_words
from startups.concreteness import look_at_partner, look_at_pitch
from startups.questions import COOPERATION, PITCH
from startups.words import PARTNER_LEVELS, PARTNER_TIPS, PITCH_LEVELS, PITCH_TIPS

EXAMPLES = Path(__file__).parent / "data" / "pitch_examples.json"


@dataclass(frozen=True)
class Noted:
    """A question page with a note: which fields it looks at, and which part of an example it shows."""

    looked_at: tuple[str, ...]
    look_at: Callable[[Mapping[str, str]], Look]
    levels: Mapping[Level, Any]
    tips: Mapping[Any, Any]
    example: str


NOTED: Mapping[str, Noted] = {
    PITCH.key: Noted(
        ("one_liner", "problem", "solution", "customers", "edge"),
        look_at_pitch,
        PITCH_LEVELS,
        PITCH_TIPS,
        "one_liner",
    ),
    COOPERATION.key: Noted(("seeks_partner",), look_at_partner, PARTNER_LEVELS, PARTNER_TIPS, "partner"),
}


def note_on(key: str, said: Mapping[str, str]) -> dict[str, Any]:
    """What the note on this page says of these words."""
    noted = NOTED[key]
    look = noted.look_at({name: said.get(name, "") for name in noted.looked_at})
    return {
        **in_words(look, noted.levels, noted.tips),
        "tips_title": _("What would help a firm most:"),
        "look_url": reverse("startups:concreteness", args=[key]),
        "look_after": noted.looked_at[-1],
    }
