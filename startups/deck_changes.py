"""Which decks members put in use or took away, as differences for staff who look at changed profiles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from accounts.profiles.history import Difference, Entry
from matchmaking.core.models import AuditEvent
from startups.models import Deck


def deck_changes(since: Mapping[int, datetime]) -> dict[int, list[Entry]]:
    """By startup, the latest first: a query for all of them and one for the decks in use."""
    events = AuditEvent.objects.filter(
        action="startup.deck_changed",
        target_type=Organisation._meta.label_lower,
        target_id__in=[str(pk) for pk in since],
    )
    in_use = set(Deck.objects.current().filter(startup__in=since).values_list("startup", flat=True))
    found: dict[int, list[Entry]] = {}
    for event in events.order_by("-id"):
        pk = int(event.target_id)
        if event.at > since[pk]:
            is_latest = pk not in found
            found.setdefault(pk, []).append(_entry(event, pk if is_latest and pk in in_use else None))
    return found


def _entry(event: AuditEvent, shown: int | None) -> Entry:
    """Only the deck in use can be looked at: the files of earlier ones are gone."""
    difference = Difference(
        _("Pitch deck"), _in_words(event.detail.get("old")), _in_words(event.detail.get("new"))
    )
    url = reverse("startups:deck_pages", args=[shown]) if shown else ""
    return Entry(
        at=event.at, who=event.actor_label, subject="", is_new=False, differences=(difference,), url=url
    )


def _in_words(deck: dict[str, Any] | None) -> str:
    if not deck:
        return ""
    pages = ngettext("%(n)s page", "%(n)s pages", deck["pages"] or 0) % {"n": deck["pages"]}
    return _("%(file)s (%(pages)s)") % {"file": deck["file"], "pages": pages}
