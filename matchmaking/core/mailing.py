"""The one way in which mail leaves: written into the queue in the transaction of what it tells; the worker sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from post_office import mail

MACHINE = {"Auto-Submitted": "auto-generated"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the mail of a notice; `kind` is its MIME type."""

    content: bytes
    kind: str


def queue(address: str, subject: str, text: str, attachments: Mapping[str, Attachment] | None = None) -> None:
    """Queue a plain text in the active language. A subject of several lines becomes one."""
    mail.send(
        address,
        settings.DEFAULT_FROM_EMAIL,
        subject=" ".join(subject.split()),
        message=text.strip() + "\n",
        headers=MACHINE,
        attachments={
            name: {"file": ContentFile(each.content), "mimetype": each.kind}
            for name, each in (attachments or {}).items()
        },
    )
