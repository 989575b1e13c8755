"""The one way in which mail leaves: written into the queue in the transaction of what it tells; the worker sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from post_office import mail
from post_office.models import STATUS, Email

MACHINE = {"Auto-Submitted": "auto-generated"}
PRIVATE = {**MACHINE, "Sensitivity": "Private"}  # holds a code or a link that lets its reader in


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
) -> None:
    """Queue a plain text in the active language. A subject of several lines becomes one."""
    mail.send(
        address,
        settings.DEFAULT_FROM_EMAIL,
        subject=" ".join(subject.split()),
        message=text.strip() + "\n",
        headers=PRIVATE if private else MACHINE,
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
