"""Who has read a deck, as pages tell it: staff read who it was, the startup which firm, as far as it may know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from startups.enums import ReadingForm
from startups.models import Deck, DeckReading, Startup
from startups.models.readings import known_readers

SHOWN = 100


@dataclass
class ReadingLine:
    """One reader (a person, or a whole firm), one version of the deck and one day."""

    day: date
    who: str
    deck: Deck
    forms: list[str] = field(default_factory=list)

    @property
    def what(self) -> str:
        """Pages, file or both, in the order of the vocabulary."""
        labels = [form.label for form in ReadingForm if form in self.forms]
        return pgettext("list separator", ", ").join(str(label) for label in labels)


def readings_for_staff(startup: Startup) -> list[ReadingLine]:
    """Each person by name."""
    return _lines(startup, _in_full)


def readings_for_startup(startup: Startup, reader: User) -> list[ReadingLine]:
    """Each firm once a day, by the name that the reader may know."""
    known: dict[int, str] = {}
    if DeckReading.objects.of_startup(startup).exclude(organisation=None).exists():
        known = known_readers(reader)
    return _lines(startup, lambda reading: _as_known(reading, known))


def _in_full(reading: DeckReading) -> str:
    person = str(reading.reader)
    if reading.organisation is None:
        return person
    return _("%(person)s (%(organisation)s)") % {"person": person, "organisation": reading.organisation}


def _as_known(reading: DeckReading, known: dict[int, str]) -> str:
    if reading.organisation_id is None:
        return _("Programme office and its experts")
    return known.get(reading.organisation_id) or _("A firm to which you are recommended")


def _lines(startup: Startup, name: Callable[[DeckReading], str]) -> list[ReadingLine]:
    rows: Iterable[DeckReading] = DeckReading.objects.of_startup(startup)[:SHOWN]
    lines: dict[tuple[date, int, str], ReadingLine] = {}
    for reading in rows:
        who = name(reading)
        key = (reading.day, reading.deck_id, who)
        lines.setdefault(key, ReadingLine(reading.day, who, reading.deck)).forms.append(reading.form)
    return list(lines.values())
