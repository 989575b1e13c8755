"""Documents for tests: a place, a file as it comes in, and as it is once every step is done."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from accounts.models import User
from documents import actions
from documents.models import Document, DocumentFile
from matchmaking.core.models import AuditEvent
from partnerships import actions as partnerships
from partnerships.enums import PaperKind
from startups.actions.passage import Upload
from startups.decks.shelf import CLEAN, FIRST_PAGE, thumbnail_name
from startups.enums import DeckStatus
from tests.conftest import Cast
from tests.partnerships import stories
from tests.startups.decks import pdf

SHELF = actions.DOCUMENTS.shelf


def opened(cast: Cast) -> Document:
    """Of a paper that staff noted."""
    begun = stories.begun(cast)
    paper = partnerships.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.officer)
    return partnerships.open_file(paper, by=cast.officer)


def sent(document: Document, by: User, data: bytes | None = None, name: str = "Notes.pdf") -> DocumentFile:
    content = pdf() if data is None else data
    key = SHELF().new_key()
    SHELF().begin(key).write_bytes(content)
    upload = Upload(key, name, len(content), hashlib.sha256(content).hexdigest())
    try:
        return actions.receive(document, upload, language="en", by=by)
    finally:  # as the page does, where it was not taken in
        SHELF().part(key).unlink(missing_ok=True)


def walked(file: DocumentFile) -> DocumentFile:
    """The same file after all steps, done here and now."""
    for step in (actions.DOCUMENTS.begin, actions.DOCUMENTS.check, actions.DOCUMENTS.draw):
        step(file.pk)
    file.refresh_from_db()
    return file


def shelved(document: Document, by: User, name: str = "Notes.pdf") -> DocumentFile:
    """The same as far as pages and addresses can tell, with files that no gate wrote."""
    file = DocumentFile.objects.create(
        document=document,
        original_name=name,
        size=1_000,
        sha256="0" * 64,
        uploaded_by=by,
        uploaded_at=timezone.now(),
        key=SHELF().new_key(),
        status=DeckStatus.READY,
        pages=2,
        image_width=8,
        image_height=6,
        ready_at=timezone.now(),
    )
    for part in (CLEAN, FIRST_PAGE, thumbnail_name(1), thumbnail_name(2)):
        path = SHELF().path(file.key, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"what a reader is given: " + part.encode())
    return file


def shelved_beside(file: DocumentFile, by: User, name: str) -> DocumentFile:
    """A newer one of the same document, drawn but not yet in use."""
    DocumentFile.objects.filter(pk=file.pk).update(status=DeckStatus.DELETED)
    newer = shelved(file.document, by, name)
    DocumentFile.objects.filter(pk=newer.pk).update(status=DeckStatus.RENDERING)
    DocumentFile.objects.filter(pk=file.pk).update(status=DeckStatus.READY)
    newer.refresh_from_db()
    return newer


def files(file: DocumentFile) -> set[str]:
    folder = SHELF().root / file.key
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def deeds(file: DocumentFile) -> list[str]:
    rows = AuditEvent.objects.filter(target_type="documents.documentfile", target_id=str(file.pk))
    return [action.split(".")[1] for action in rows.order_by("pk").values_list("action", flat=True)]
