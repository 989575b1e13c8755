"""What happens to documents: the way of every checked file, and the log of who was given one."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User
from documents import keeping
from documents.models import Document, DocumentFile, FileReading
from matchmaking.core import audit
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.core.working_days import OFFICE_ZONE
from startups.actions.passage import Passage, TooManyUploads, Upload
from startups.enums import DeckStatus, ReadingForm

__all__ = [
    "DOCUMENTS",
    "TooManyUploads",
    "delete_file",
    "drop_document",
    "erase_document",
    "is_kept",
    "note_reading",
    "open_document",
    "receive",
]


class Documents(Passage[DocumentFile]):
    model, app, noun, holder, folder = DocumentFile, "documents", "file", "document", "documents"

    def passed(self, file: DocumentFile, width: int, height: int) -> None:
        self.put_in_use(file, width, height)
        self._tell(Event.DOCUMENT_READY, file)

    def was_refused(self, file: DocumentFile) -> None:
        self._tell(Event.DOCUMENT_REFUSED, file)

    def forget(self, file: DocumentFile, *names: str) -> None:
        """Its pages stay while something refers to the file: what was sent in, and has been rewritten, never does."""
        if names or not is_kept(file):
            super().forget(file, *names)

    def wanted(self) -> Q:
        return super().wanted() | keeping.kept()

    def _tell(self, event: Event, file: DocumentFile) -> None:
        notify(
            event,
            [file.uploaded_by],
            link="documents:document",
            link_kwargs={"pk": file.document_id},
            file=file.original_name,
        )


DOCUMENTS = Documents()


def is_kept(file: DocumentFile) -> bool:
    """Whether something still refers to it, though it be replaced or deleted."""
    return DocumentFile.objects.filter(keeping.kept(), pk=file.pk).exists()


@transaction.atomic
def open_document(
    title: str, *, by: User, firm: Organisation | None = None, startup: Organisation | None = None
) -> Document:
    """A place for a file; the app that has it made says to what it belongs."""
    document = Document.objects.create(title=title, firm=firm, startup=startup, made_by=by)
    audit.record("document.opened", document, by=by)
    return document


@transaction.atomic
def receive(document: Document, upload: Upload, *, language: str, by: User) -> DocumentFile:
    """Take in what was uploaded and have it checked. Raises TooManyUploads."""
    _hold(document, by)
    file = DOCUMENTS.receive(document, upload, language=language, by=by)
    audit.record("documentfile.received", file, by=by, size=file.size, sha256=file.sha256)
    keeping.heard(document, file.uploaded_at)
    return file


def _hold(document: Document, by: User) -> None:
    """Ask again whether they may: while the file came in, or its page lay open, it may have been delivered or ended."""
    keeping.hold(document)
    if not Document.objects.changeable_by(by).filter(pk=document.pk).exists():
        raise TransitionNotAllowed(document, "changed")


@transaction.atomic
def delete_file(file: DocumentFile, *, by: User) -> None:
    """Delete the file in use, or stop the check of one that is under way."""
    _hold(file.document, by)
    move(file, DeckStatus.DELETED, by=by)
    DOCUMENTS.forget(file)
    keeping.heard(file.document, timezone.now())


@transaction.atomic
def drop_document(document: Document, *, by: User | None) -> None:
    """No file of it is in use any more, and all go to which nothing refers. Locks come in the order of `receive`."""
    keeping.hold(document)
    kept = DocumentFile.objects.filter(keeping.kept(), document=document)
    DOCUMENTS.drop_all(document.pk, by=by, spared=set(kept.values_list("pk", flat=True)))


@transaction.atomic
def erase_document(document: Document, *, by: User | None) -> None:
    """Every file of it goes, whatever refers to it; that there was one stays on record."""
    keeping.hold(document)
    DOCUMENTS.drop_all(document.pk, by=by)


@transaction.atomic
def note_reading(file: DocumentFile, form: ReadingForm, *, by: User) -> None:
    """Write down that somebody is given a document, before it is given; once a day, and not to its own side."""
    organisation = by.organisation
    sender = file.uploaded_by
    if by == sender or (organisation is not None and organisation == sender.organisation):
        return
    now = timezone.now()
    reading = FileReading(
        file=file,
        reader=by,
        organisation=organisation,
        form=form,
        day=timezone.localdate(now, ZoneInfo(OFFICE_ZONE)),
        read_at=now,
    )
    FileReading.objects.bulk_create([reading], ignore_conflicts=True)
