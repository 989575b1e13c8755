"""What staff have looked at."""

from __future__ import annotations

from django.db import models

from accounts.models.organisations import Organisation
from accounts.models.people import User


class ChangesSeen(models.Model):
    """Up to when staff have looked at the changes of a published profile; beside it, so that looking is no change."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="changes_seen"
    )
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.seen_at}"
