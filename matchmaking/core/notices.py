"""What is told to whom on which event: one way to tell; the words are in events.py.

A notice is shown in the portal and, where the table says so, sent by mail, both in the reader's language. The mail
is queued in the transaction of the event; the worker sends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from matchmaking.core import mailing
from matchmaking.core.events import WORDINGS, Event
from matchmaking.core.mailing import Attachment
from matchmaking.core.models import Notice

if TYPE_CHECKING:
    from accounts.models import User

__all__ = ["WORDINGS", "Event", "body", "notify", "path", "subject"]


def notify(
    event: Event,
    recipients: Iterable[User],
    *,
    link: str = "",
    link_kwargs: dict[str, Any] | None = None,
    attachments: Mapping[str, Attachment] | None = None,
    **params: Any,
) -> None:
    """Tell each recipient once. `link` is a URL name; `params` fill the wording and must be JSON."""
    for user in dict.fromkeys(recipients):
        notice = Notice.objects.create(
            recipient=user, event=event, params=params, link_name=link, link_kwargs=link_kwargs or {}
        )
        if WORDINGS[event].by_mail and user.is_active and (user.notices_by_mail or attachments):
            _queue_mail(notice, user, attachments or {})


def subject(notice: Notice) -> str:
    """The notice's headline in the active language."""
    return _filled(WORDINGS[Event(notice.event)].subject, notice)


def body(notice: Notice) -> str:
    """The notice's text in the active language."""
    return _filled(WORDINGS[Event(notice.event)].body, notice)


def _filled(words: Promise | str, notice: Notice) -> str:
    text: str = str(words) % notice.params
    return text


def path(notice: Notice) -> str:
    """Where the notice leads, in the active language; empty if nowhere."""
    return reverse(notice.link_name, kwargs=notice.link_kwargs) if notice.link_name else ""


def _queue_mail(notice: Notice, user: User, attachments: Mapping[str, Attachment]) -> None:
    with translation.override(user.language):
        context = {
            "notice_body": body(notice),
            "url": settings.SITE_URL + path(notice) if path(notice) else "",
        }
        text = render_to_string("core/mail/notice.txt", context)
        mailing.queue(user.email, subject(notice), text, attachments)
