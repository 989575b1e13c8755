"""The one way in which mail leaves: written into the queue in the transaction of what it tells; the worker sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from post_office import mail
from post_office.models import STATUS, Email
from post_office.models import Attachment as File

from matchmaking.core import jobs

MACHINE = {"Auto-Submitted": "auto-generated"}
PRIVATE = {**MACHINE, "Sensitivity": "Private"}  # holds a code or a link that lets its reader in
LAST = {
    **MACHINE,
    "Sensitivity": "Personal",
}  # to or about somebody who is erased: gone when it has been sent


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the mail of a notice; `kind` is its MIME type."""

    content: bytes
    kind: str


def queue(
    address: str,
    subject: str,
    text: str,
    attachments: Mapping[str, Attachment] | None = None,
    *,
    private: bool = False,
    last: bool = False,
) -> None:
    """Queue a plain text in the active language. A subject of several lines becomes one."""
    mail.send(
        address,
        settings.DEFAULT_FROM_EMAIL,
        subject=" ".join(subject.split()),
        message=text.strip() + "\n",
        headers=LAST if last else PRIVATE if private else MACHINE,
        attachments={
            name: {"file": ContentFile(each.content), "mimetype": each.kind}
            for name, each in (attachments or {}).items()
        },
    )


def forget_secrets() -> int:
    """Empty what let its reader in and has been sent: the queue is a log that staff and back-ups hold for long.

    While DEBUG is on nothing is sent anywhere, and the queue is where mail is read.
    """
    if settings.DEBUG:
        return 0
    sent = Email.objects.filter(status=STATUS.sent, headers__Sensitivity="Private").exclude(message="")
    return sent.update(subject="", message="")


def forget_old_mail(now: datetime) -> int:
    """Delete what was sent so long ago that nobody asks whether it was; addresses that people gave up are in it."""
    before = now - timedelta(days=settings.MAIL_DAYS)
    return forget(Email.objects.filter(status__in=[STATUS.sent, STATUS.failed], last_updated__lt=before))


def forget_last_mail() -> int:
    """Delete what was still to be sent to, or about, somebody who is erased, once it has gone or cannot go."""
    if settings.DEBUG:
        return 0
    over = Email.objects.filter(status__in=[STATUS.sent, STATUS.failed], headers__Sensitivity="Personal")
    return forget(over)


@transaction.atomic
def forget(mails: QuerySet[Email]) -> int:
    """Delete mails with their log, and the files that no other mail has; the files themselves after the commit."""
    keys = list(mails.values_list("pk", flat=True))
    files = list(File.objects.filter(emails__in=keys).exclude(emails__in=Email.objects.exclude(pk__in=keys)))
    Email.objects.filter(pk__in=keys).delete()
    File.objects.filter(pk__in=[file.pk for file in files]).delete()
    if names := sorted({file.file.name for file in files}):
        jobs.enqueue("core.delete_files", dedupe_key=f"files:{uuid4()}", names=names)
    return len(keys)


def delete_files(names: list[str]) -> None:
    """What is gone already is no mistake."""
    storage = File._meta.get_field("file").storage
    for name in names:
        storage.delete(name)
