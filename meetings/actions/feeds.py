"""Private calendar feeds: made, renewed, revoked, and marked when a calendar program has fetched them."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.models.invitations import hash_of
from matchmaking.core import audit
from meetings.models import CalendarFeed

SECRET_BYTES = 32


@transaction.atomic
def open_feed(*, by: User, now: datetime | None = None) -> str:
    """A new secret address for somebody's own meetings; an earlier one stops. Returns the secret, which is not kept."""
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once make one feed
    token = secrets.token_urlsafe(SECRET_BYTES)
    feed, made = CalendarFeed.objects.update_or_create(
        user=by,
        defaults={
            "organisation": by.organisation,
            "token_hash": hash_of(token),
            "made_at": now or timezone.now(),
            "fetched_at": None,
        },
    )
    audit.record("calendarfeed.opened" if made else "calendarfeed.renewed", feed, by=by)
    return token


@transaction.atomic
def revoke_feed(*, by: User) -> bool:
    """The address stops at once. False if there is none."""
    feed = CalendarFeed.objects.select_for_update().filter(user=by).first()
    if feed is None:
        return False
    audit.record("calendarfeed.revoked", feed, by=by)
    feed.delete()
    return True


def note_fetch(feed: CalendarFeed, *, now: datetime) -> None:
    """So that its owner sees whether their calendar program still asks."""
    CalendarFeed.objects.filter(pk=feed.pk).update(fetched_at=now)
