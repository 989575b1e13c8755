"""What staff have looked at, and what they are asked to delete."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

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


class ErasureRequest(models.Model):
    """An owner asks for all that tells of people to be deleted. Gone once it is taken back; kept once it is done."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="erasure_request")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked on"))
    due_on = models.DateField(_("delete by"))

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.due_on}"
