"""What is told to whom on which event: one way to tell; the words are in events.py.

A notice is shown in the portal and, where the table says so, sent by mail, both in the reader's language and on the
reader's clock: it keeps facts and is worded when it is read. The mail is worded and queued in the transaction of the
event; the worker sends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise

from matchmaking.core import facts, mailing
from matchmaking.core.events import FACTS, WORDINGS, Event
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
    link_query: dict[str, str] | None = None,
    attachments: Mapping[str, Attachment] | None = None,
    **params: Any,
) -> None:
    """Tell each recipient once. `link` is a URL name, `link_query` what stands behind it, such as the filter of a list.

    `params` fill the wording: facts, and what somebody wrote.
    """
    kept = _kept(params)
    for user in dict.fromkeys(recipients):
        notice = Notice.objects.create(
            recipient=user,
            event=event,
            params=kept,
            link_name=link,
            link_kwargs=link_kwargs or {},
            link_query=link_query or {},
        )
        if WORDINGS[event].by_mail and user.is_active and (user.notices_by_mail or attachments):
            _queue_mail(notice, user, attachments or {})


def _kept(params: Mapping[str, Any]) -> dict[str, Any]:
    """Raise TypeError for a day, a time or a number that is worded already: it would stay in one language."""
    for name in params.keys() & FACTS.keys():
        if not isinstance(params[name], FACTS[name]):
            raise TypeError(f"{name} is to be told as a fact, not as {params[name]!r}")
    return {name: facts.keep(value) for name, value in params.items()}


def subject(notice: Notice) -> str:
    """The notice's headline in the active language."""
    return _filled(WORDINGS[Event(notice.event)].subject, notice)


def body(notice: Notice) -> str:
    """The notice's text in the active language."""
    return _filled(WORDINGS[Event(notice.event)].body, notice)


def _filled(words: Promise | str, notice: Notice) -> str:
    text: str = str(words) % {name: facts.worded(value) for name, value in notice.params.items()}
    return text


def path(notice: Notice) -> str:
    """Where the notice leads, in the active language; empty if nowhere."""
    if not notice.link_name:
        return ""
    return reverse(notice.link_name, kwargs=notice.link_kwargs, query=notice.link_query)


def _queue_mail(notice: Notice, user: User, attachments: Mapping[str, Attachment]) -> None:
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        context = {
            "notice_body": body(notice),
            "url": settings.SITE_URL + path(notice) if path(notice) else "",
        }
        text = render_to_string("core/mail/notice.txt", context)
        mailing.queue(user.email, subject(notice), text, attachments)
