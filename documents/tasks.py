"""The jobs of this app. All may be delivered more than once; what a job did, it does not do again."""

from __future__ import annotations

import logging

from celery import shared_task

from documents.actions import DOCUMENTS
from matchmaking.core import jobs

logger = logging.getLogger(__name__)


def give_up(*, file_id: int) -> None:
    """A step cannot be done: the file is refused with that reason."""
    DOCUMENTS.give_up(file_id)


@jobs.handler("documents.begin_file", on_give_up=give_up)
def begin_file(*, file_id: int) -> None:
    DOCUMENTS.begin(file_id)


@jobs.handler("documents.check_file", on_give_up=give_up)
def check_file(*, file_id: int) -> None:
    DOCUMENTS.check(file_id)


@jobs.handler("documents.draw_file", on_give_up=give_up)
def draw_file(*, file_id: int) -> None:
    DOCUMENTS.draw(file_id)


@jobs.handler("documents.drop_files")
def drop_files(*, key: str) -> None:
    DOCUMENTS.shelf().drop(key)


@shared_task(name="documents.clear_shelf")
def clear_shelf() -> None:
    """At least once an hour; whatever was cleared already is passed over."""
    if cleared := DOCUMENTS.clear():
        logger.warning("Files of %s documents were left over and have been deleted.", len(cleared))
