"""What a profile is read to ask for or to offer, as workers found it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from companies.models import Challenge
from startups.models import Startup

STRONGEST = 5  # capabilities that are kept of a profile
LOW = 0.62  # nearness of a need to the nearest meaning, below which the list of capabilities answers it badly


class CapabilityReadingQuerySet(models.QuerySet["CapabilityReading"]):
    def needs(self) -> CapabilityReadingQuerySet:
        return self.filter(challenge__isnull=False)

    def offers(self) -> CapabilityReadingQuerySet:
        return self.filter(startup__isnull=False)

    def answered_badly(self) -> CapabilityReadingQuerySet:
        """Where the firm chose "none fits"; then needs that hold no wording and that no meaning is near to."""
        none_fits = Q(is_confirmed=True, keys=[])
        unclear = Q(is_confirmed=False, by_wording=[]) & (Q(nearest__lt=LOW) | Q(nearest=None))
        return self.needs().filter(none_fits | unclear).order_by("-is_confirmed", "nearest", "pk")


class CapabilityReading(models.Model):
    """The capabilities of one challenge or one startup, strongest first: chosen by its people, or guessed.

    `by_wording` are those of which a wording occurs in the text; `nearest` is how near the nearest meaning is.
    """

    challenge = models.OneToOneField(Challenge, models.CASCADE, null=True, related_name="reading")
    startup = models.OneToOneField(Startup, models.CASCADE, null=True, related_name="reading")
    edition = models.CharField(max_length=12)
    keys: Any = ArrayField(models.CharField(max_length=40), default=list)
    by_wording: Any = ArrayField(models.CharField(max_length=40), default=list)
    nearest = models.FloatField(null=True)
    is_confirmed = models.BooleanField(default=False)
    read_at = models.DateTimeField()

    objects = CapabilityReadingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [GinIndex(fields=["keys"], name="reading_keys")]
        constraints = [
            models.CheckConstraint(
                condition=Q(challenge__isnull=True, startup__isnull=False)
                | Q(challenge__isnull=False, startup__isnull=True),
                name="reading_of_one_profile",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.challenge or self.startup}"
