"""A deck as pages show it: where it stands, what is known of it, and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from matchmaking.core.local_time import moment
from startups.enums import DeckStatus
from startups.models import Deck, Startup
from startups.models.checked import CheckedFile

F = TypeVar("F", bound=CheckedFile)

USUALLY = timedelta(seconds=60)  # a check that takes longer waits for the scanner or for a busy machine
ORDER = (DeckStatus.RECEIVED, DeckStatus.CHECKING, DeckStatus.RENDERING)


@dataclass(frozen=True)
class DeckState:
    """What the members' page shows. `steps` is empty when nothing is under way."""

    current: dict[str, Any] | None = None
    under_way: CheckedFile | None = None
    refused: CheckedFile | None = None
    steps: list[dict[str, str]] = field(default_factory=list)
    slow: bool = False


def deck_state(startup: Startup, now: datetime) -> DeckState:
    """Where the startup's latest upload and its deck in use stand."""
    return state_of(startup.decks.first(), startup.decks.current().first(), now, _shown)


def state_of(
    latest: F | None, current: F | None, now: datetime, shown: Callable[[F], dict[str, Any]]
) -> DeckState:
    """The same for the files of any place."""
    under_way = latest if latest is not None and latest.is_under_way else None
    return DeckState(
        current=shown(current) if current else None,
        under_way=under_way,
        refused=latest if latest is not None and latest.status == DeckStatus.REFUSED else None,
        steps=steps_of(under_way) if under_way else [],
        slow=under_way is not None and now - under_way.uploaded_at > USUALLY,
    )


def deck_card(startup: Startup, user: User) -> dict[str, Any] | None:
    """The startup's deck for a page that shows it to `user`; None if there is none that they may see.

    `is_told`: whether the startup learns that this reader's firm has read it.
    """
    deck = Deck.objects.visible_to(user).current().filter(startup=startup).first()
    if deck is None:
        return None
    return _shown(deck) | {"is_told": user.organisation is not None}


def steps_of(deck: CheckedFile) -> list[dict[str, str]]:
    words = {
        DeckStatus.RECEIVED: pgettext("deck step", "Received"),
        DeckStatus.CHECKING: pgettext("deck step", "Safety check"),
        DeckStatus.RENDERING: pgettext("deck step", "Page images"),
    }
    here = ORDER.index(DeckStatus(deck.status))
    states = ["done"] * here + ["current"] + ["todo"] * (len(ORDER) - here - 1)
    return [{"label": words[step], "state": state} for step, state in zip(ORDER, states, strict=True)]


def _shown(deck: Deck) -> dict[str, Any]:
    return shown_file(deck, "startups:deck_{}", deck.startup_id)


def shown_file(file: CheckedFile, name: str, key: int) -> dict[str, Any]:
    """What is known of a file, and its addresses: `name` is theirs, with a gap for which of them."""
    return {
        "name": file.original_name,
        "summary": _summary(file),
        "facts": _facts(file),
        "scan": _scan(file),
        "url": reverse(name.format("file"), args=[key]),
        "first_page": reverse(name.format("first_page"), args=[key]),
        "width": file.image_width,
        "height": file.image_height,
        "thumbnails": [
            {"number": number, "url": reverse(name.format("thumbnail"), args=[key, number])}
            for number in range(2, (file.pages or 0) + 1)
        ],
    }


def _pages(deck: CheckedFile) -> str:
    return ngettext("%(n)s page", "%(n)s pages", deck.pages or 0) % {"n": deck.pages}


def _summary(deck: CheckedFile) -> str:
    """Language, pages and size in one line."""
    parts = [deck.get_language_display(), _pages(deck), filesizeformat(deck.size)]
    return pgettext("list separator", ", ").join(str(part) for part in parts if part)


def _facts(deck: CheckedFile) -> list[dict[str, str]]:
    facts = [
        (_("File name"), deck.original_name),
        (pgettext("deck", "Number of pages"), str(deck.pages)),
        (_("Size"), filesizeformat(deck.size)),
        (_("Language"), deck.get_language_display()),
        (_("Uploaded"), moment(deck.uploaded_at, zone=get_current_timezone_name())),
        (_("Virus scanner"), deck.scanned_by),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def _scan(deck: CheckedFile) -> dict[str, str]:
    if deck.scanned_by:
        return {"text": _("Scanned for viruses: nothing found"), "tone": "ok"}
    return {"text": _("Not scanned for viruses"), "tone": "warn"}
