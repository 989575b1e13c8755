"""Decks for tests: as they come in, and as they are once every step is done."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pikepdf
from django.utils import timezone

from accounts.models import User
from startups import actions
from startups.actions.decks import Upload, shelf
from startups.decks.shelf import CLEAN, FIRST_PAGE, thumbnail_name
from startups.enums import DeckStatus
from startups.models import Deck, Startup
from tests import factories
from tests.startups.deck_writer import HEADER, deck

ACTIVE = re.compile(
    rb"canary|JavaScript|/JS\b|/Launch|/EmbeddedFile|/XFA|/AcroForm|/SubmitForm|/GoToR|/GoToE|/AA\b|/OpenAction|RichMedia"
    rb"|/3D|javascript:|/EF\b|/Filespec|/Sound|/Movie|/Rendition|/ImportData|file:|evil|/PS\b|/Named|/Metadata|/Info\b"
    rb"|cmd\.exe|tool\.exe|x\.exe|/Widget|/Screen|/Thread|/FullScreen|/Trans\b|/PieceInfo|/OPI|/Ref\b|PK\x03\x04"
)


def pdf(words: str = "A deck like any other") -> bytes:
    """A small good file."""
    return deck(contents=b"BT /F1 24 Tf 72 500 Td (%s) Tj ET" % words.encode(), header=HEADER)


def sent(
    startup: Startup, by: User, data: bytes | None = None, name: str = "Deck.pdf", language: str = "en"
) -> Deck:
    """A deck that has just been received."""
    content = pdf() if data is None else data
    key = shelf().new_key()
    shelf().begin(key).write_bytes(content)
    upload = Upload(key, name, len(content), hashlib.sha256(content).hexdigest())
    return actions.receive_deck(startup, upload, language=language, by=by)


def walked(deck: Deck) -> Deck:
    """The same deck after all steps, done here and now."""
    for step in (actions.begin_check, actions.check_deck, actions.draw_deck):
        step(deck.pk)
    deck.refresh_from_db()
    return deck


def in_use(startup: Startup, by: User, data: bytes | None = None, name: str = "Deck.pdf") -> Deck:
    return walked(sent(startup, by, data, name))


def shelved(startup: Startup, by: User) -> Deck:
    """The same as far as pages and addresses can tell, with files that no gate wrote: for tests of who may read it."""
    deck = factories.DeckFactory(
        startup=startup,
        uploaded_by=by,
        key=shelf().new_key(),
        status=DeckStatus.READY,
        pages=2,
        image_width=8,
        image_height=6,
        ready_at=timezone.now(),
    )
    for name in (CLEAN, FIRST_PAGE, thumbnail_name(1), thumbnail_name(2)):
        path = shelf().path(deck.key, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"what a reader is given: " + name.encode())
    return deck


def files(deck: Deck) -> set[str]:
    folder = shelf().root / deck.key
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def unpacked(path: Path) -> bytes:
    """The file with every object and stream laid open, for a search in it."""
    out = io.BytesIO()
    with pikepdf.open(path) as file:
        file.save(
            out,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
        )
    return out.getvalue()
