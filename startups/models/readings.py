"""Who has read which pitch deck, and when: the log of the last stage of disclosure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from matchmaking.core import history
from startups.enums import ReadingForm
from startups.models.decks import Deck

if TYPE_CHECKING:
    from startups.models.startups import Startup

Naming = Callable[[User], dict[int, str]]
_NAMINGS: list[Naming] = []


def name_readers_by(naming: Naming) -> None:
    """For higher apps, when they start: the firms that somebody of a startup may know of, and what they call each.

    Startups themselves cannot know which firms showed themselves to them. What is registered later has the last word.
    """
    if naming not in _NAMINGS:
        _NAMINGS.append(naming)


def known_readers(user: User) -> dict[int, str]:
    """The names of organisations as far as the reader may know them, by key."""
    return {pk: name for naming in _NAMINGS for pk, name in naming(user).items()}


class DeckReadingQuerySet(models.QuerySet["DeckReading"]):
    def of_startup(self, startup: Startup) -> DeckReadingQuerySet:
        """The latest days first, with all that pages tell of them."""
        rows = self.filter(deck__startup=startup).select_related("deck", "reader", "organisation")
        return rows.order_by("-day", "-read_at", "-pk")


class DeckReading(models.Model):
    """Somebody outside the startup was given pages or the file of one version of its deck on one day.

    One row a person, deck, form and day: written when it is first given on that day, never changed (ADR 0017).
    `organisation` is where the person belonged then; the office and experts belong nowhere.
    """

    deck = models.ForeignKey(Deck, models.PROTECT, related_name="readings")
    reader = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    form = models.CharField(_("what was read"), max_length=5, choices=ReadingForm)
    day = models.DateField(_("day"))
    read_at = models.DateTimeField()

    objects = DeckReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deck", "reader", "form", "day"], name="reading_once_a_day"),
            models.CheckConstraint(condition=Q(form__in=ReadingForm.values), name="reading_form_known"),
        ]
        triggers = [history.empty_only()]

    def __str__(self) -> str:
        return f"{self.reader}: {self.deck} ({self.day})"
