"""The private address at which somebody's calendar program fetches their meetings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Organisation, User
from accounts.models.invitations import hash_of

SHA256 = r"^[0-9a-f]{64}$"


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def with_token(self, token: str) -> CalendarFeedQuerySet:
        return self.filter(token_hash=hash_of(token)).select_related("user", "organisation")

    def visible_to(self, user: User) -> CalendarFeedQuerySet:
        """Everybody their own; nobody, staff neither, anybody else's."""
        return self.filter(user=user)


class CalendarFeed(models.Model):
    """One person's feed. The address holds a secret; only its hash is kept, and a new one replaces it.

    It belongs to the organisation for which it was made (none: the programme office): whoever changes sides makes
    a new one.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(token_hash__regex=SHA256), name="feed_token_is_hashed"),
        ]

    def __str__(self) -> str:
        return str(self.user)
