"""What was written down by mistake is taken out of a partnership. Its history and the trail keep that it was there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from documents.actions import drop_document
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed
from partnerships.actions.records import NotTheirs, record_news
from partnerships.models import Amount, NextStep, Paper, SupportMeasure

Entry = NextStep | Paper | Amount | SupportMeasure


def may_take_out(entry: Entry, user: User) -> bool:
    """Staff, and whoever belongs to the organisation of which somebody wrote it down (`with_writers`)."""
    if user.is_officer:
        return True
    return user.organisation is not None and entry.written_for == user.organisation.pk


@transaction.atomic
def take_out(entry: Entry, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Take out a next step that is not done, a document with its file, an amount or a support measure; both sides read
    why. Stages that were entered with it stay entered.

    Raises NotTheirs for whoever may not, TransitionNotAllowed for a step that is done and once all has ended.
    """
    partnership = entry.partnership
    record_news(partnership, now)
    rows = type(entry).objects.with_writers().select_for_update(of=("self",))
    held = rows.filter(pk=entry.pk).first()
    if held is None or (isinstance(held, NextStep) and held.done_at):
        raise TransitionNotAllowed(entry, "taken_out")
    if not may_take_out(held, by):
        raise NotTheirs
    if isinstance(held, Paper) and held.document:
        drop_document(held.document, by=by)
    audit.record(
        "partnership.entry_taken_out", partnership, by=by, entry=held._meta.model_name, reason=reason
    )
    held.delete()
