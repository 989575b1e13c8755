"""What startups, challenges and searches mean, as the numbers that are compared in a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from pgvector.django import VectorField

from companies.models import Challenge
from startups.models import Startup

if TYPE_CHECKING:
    from django_stubs_ext.db.models import TypedModelMeta
else:
    TypedModelMeta = object


class Meaning(models.Model):
    """A vector of one edition: only vectors of the same edition may be compared. `key` says what it was made of."""

    edition = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    vector = VectorField()

    class Meta(TypedModelMeta):
        abstract = True

    def __str__(self) -> str:
        return self.key


class StartupMeaning(Meaning):
    """What a published startup offers."""

    startup = models.OneToOneField(Startup, models.CASCADE, primary_key=True, related_name="meaning")


class ChallengeMeaning(Meaning):
    """What an open challenge of a published firm asks for."""

    challenge = models.OneToOneField(Challenge, models.CASCADE, primary_key=True, related_name="meaning")


class MeaningQuery(models.Model):
    """The vector of what somebody searched for, by a hash of the words: neither the words nor who searched."""

    key = models.CharField(max_length=64, primary_key=True)
    edition = models.CharField(max_length=64)
    vector = VectorField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.key
