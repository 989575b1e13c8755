"""Background work about profiles. At least once: what is done already is not done again."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import actions
from accounts.actions.deletion import REMIND_DELETION
from accounts.actions.renewal import LAPSE, REMIND
from matchmaking.core import jobs


@shared_task(name="accounts.look_after_terms")
def look_after_terms() -> int:
    """At least once: every reminder of a term has one key."""
    return actions.look_after_terms(now=timezone.now())


@jobs.handler(REMIND)
def remind(*, organisation_id: int, term: str, reminder: str) -> None:
    """At most once a term and reminder; nothing happens to who has confirmed meanwhile."""
    actions.remind(organisation_id, term=term, reminder=reminder)


@jobs.handler(LAPSE)
def lapse(*, organisation_id: int, term: str) -> None:
    """At least once: what has lapsed does not lapse again."""
    actions.lapse(organisation_id, term=term)


@shared_task(name="accounts.look_after_deletions")
def look_after_deletions() -> int:
    """At least once: every reminder of a request has one key."""
    return actions.look_after_deletions(now=timezone.now())


@jobs.handler(REMIND_DELETION)
def remind_of_deletion(*, deletion_request_id: int) -> None:
    """At most once a request and stage; nothing happens to what is over."""
    actions.remind_of_deletion(deletion_request_id)
