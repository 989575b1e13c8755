"""What a notice says to its own reader: in their language, on their clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from matchmaking.core import facts, notices
from matchmaking.core.models import Notice


@contextmanager
def reading(language: str, zone: str) -> Iterator[None]:
    """As somebody reads who has chosen these."""
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        yield


def fact(notice: Notice, name: str) -> str:
    """One of the things it tells of, in its reader's words."""
    with reading(notice.recipient.language, notice.recipient.time_zone):
        return facts.worded(notice.params[name])


def read(notice: Notice) -> str:
    """All of it, in its reader's words."""
    with reading(notice.recipient.language, notice.recipient.time_zone):
        return f"{notices.subject(notice)}\n{notices.body(notice)}"
