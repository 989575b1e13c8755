"""Background work of partnerships."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from partnerships import actions


@shared_task(name="partnerships.remind_of_steps")
def remind_of_steps() -> int:
    """At least once: a step that has been reminded of is not reminded of again."""
    return actions.remind_of_steps(now=timezone.now())


@shared_task(name="partnerships.look_after_outcomes")
def look_after_outcomes() -> int:
    """At least once: a period is asked about once, and each reminder is counted before it is sent."""
    now = timezone.now()
    lapsed = actions.lapse_unanswered(now=now)
    return lapsed + actions.remind_silent(now=now) + actions.ask_due(now=now)
