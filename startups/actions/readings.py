"""The log of readings: the one thing that a GET request writes (ADR 0017)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core.working_days import OFFICE_ZONE
from startups.enums import ReadingForm
from startups.models import Deck, DeckReading

OFFICE = ZoneInfo(OFFICE_ZONE)


@transaction.atomic
def note_reading(deck: Deck, form: ReadingForm, *, by: User) -> None:
    """Write down that somebody is given a deck; before it is given, so that nothing is read without a trace.

    The second time on a day writes nothing, whoever asks at the same moment. A startup that reads its own deck is
    no disclosure.
    """
    organisation = by.organisation
    if organisation is not None and organisation.pk == deck.startup_id:
        return
    now = timezone.now()
    reading = DeckReading(
        deck=deck,
        reader=by,
        organisation=organisation,
        form=form,
        day=timezone.localdate(now, OFFICE),
        read_at=now,
    )
    DeckReading.objects.bulk_create([reading], ignore_conflicts=True)
