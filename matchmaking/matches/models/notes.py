"""What staff write down about a pair, for one another."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company
from matchmaking.matches.models.matches import Match
from startups.models import Startup


class NoteQuerySet(models.QuerySet["PairNote"]):
    def of(self, match: Match) -> NoteQuerySet:
        return self.filter(company=match.company_id, startup=match.startup_id)


class PairNote(models.Model):
    """A note of the programme office. It is never rewritten, and stays when a later run drops the match."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["company", "startup"])]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="pair_note_says_something")]

    def __str__(self) -> str:
        return f"{self.company} × {self.startup}"
