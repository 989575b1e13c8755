"""The jobs of this app. All may be delivered more than once; what a job did, it does not do again."""

from __future__ import annotations

import logging

from celery import shared_task

from matchmaking.core import jobs
from startups import actions

logger = logging.getLogger(__name__)


def give_up(*, deck_id: int) -> None:
    """A step of a deck cannot be done: it is refused with that reason."""
    actions.give_up_deck(deck_id)


@jobs.handler("startups.begin_deck", on_give_up=give_up)
def begin_deck(*, deck_id: int) -> None:
    actions.begin_check(deck_id)


@jobs.handler("startups.check_deck", on_give_up=give_up)
def check_deck(*, deck_id: int) -> None:
    actions.check_deck(deck_id)


@jobs.handler("startups.draw_deck", on_give_up=give_up)
def draw_deck(*, deck_id: int) -> None:
    actions.draw_deck(deck_id)


@jobs.handler("startups.drop_files")
def drop_files(*, key: str) -> None:
    actions.drop_files(key)


@shared_task(name="startups.clear_shelf")
def clear_shelf() -> None:
    """At least once an hour; whatever was cleared already is passed over."""
    if cleared := actions.clear_shelf():
        logger.warning("Files of %s decks were left over and have been deleted.", len(cleared))
