"""A document as pages show it: where its file stands, and who has read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from documents.models import Document, DocumentFile, FileReading
from startups.deck_cards import DeckState, shown_file, state_of

SHOWN = 100


def document_state(document: Document, now: datetime) -> DeckState:
    return state_of(document.files.first(), document.files.current().first(), now, shown)


def shown(file: DocumentFile) -> dict[str, Any]:
    return shown_file(file, "documents:{}", file.document_id)


def readings(document: Document, reader: User) -> list[dict[str, Any]]:
    """Staff read who it was; the others which organisation, or that it was the programme office."""
    rows: Iterable[FileReading] = FileReading.objects.filter(file__document=document).select_related(
        "file", "reader", "organisation"
    )[:SHOWN]
    return [
        {"day": each.day, "who": _who(each, reader), "what": each.get_form_display(), "file": each.file}
        for each in rows
    ]


def _who(reading: FileReading, reader: User) -> str:
    if reader.is_officer:
        return str(reading.reader)
    return str(reading.organisation or _("Programme office and its experts"))


def line(document: Document, place: str) -> dict[str, Any]:
    """One document in a list: its name, its page, and where its file stands; the files are fetched before."""
    files = list(document.files.all())
    current = next((each for each in files if each.status == "ready"), None)
    latest = files[0] if files else None
    return {
        "name": place,
        "url": reverse("documents:document", args=[document.pk]),
        "current": current,
        "under_way": latest if latest is not None and latest.is_under_way else None,
        "refused": latest if latest is not None and latest.status == "refused" else None,
    }
