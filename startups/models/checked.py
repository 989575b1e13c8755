"""A file that somebody sent, on its way through the gate: what is known of it and where it stands."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from startups.enums import UNDER_WAY, WITH_FILES, DeckLanguage, DeckRefusal, DeckStatus

C = TypeVar("C", bound="CheckedFile")


class CheckedQuerySet(models.QuerySet[C]):
    def current(self) -> Self:
        """Those that are shown: at most one in each place."""
        return self.filter(status=DeckStatus.READY)

    def under_way(self) -> Self:
        return self.filter(status__in=UNDER_WAY)

    def with_files(self) -> Self:
        """Those whose files must stay."""
        return self.filter(status__in=WITH_FILES)


class CheckedFile(models.Model):
    """*Received* → *safety check* (scanner, gate, rewriting) → *page images* → *in use*; or *refused* with a reason.

    The file in use stays so until a new one has passed: then it is *replaced*. A newer upload also replaces one that is
    still under way. What is over has no files any more.
    """

    status = models.CharField(
        _("status"), max_length=10, choices=DeckStatus, default=DeckStatus.RECEIVED, editable=False
    )
    refusal = models.CharField(_("reason"), max_length=20, choices=DeckRefusal, blank=True, editable=False)
    key = models.CharField(max_length=32, unique=True, editable=False)
    original_name = models.CharField(_("file name"), max_length=120)
    language = models.CharField(_("language"), max_length=4, choices=DeckLanguage, blank=True)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    image_width = models.PositiveSmallIntegerField(null=True, blank=True)
    image_height = models.PositiveSmallIntegerField(null=True, blank=True)
    scanned_by = models.CharField(_("virus scanner"), max_length=120, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"))
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DeckStatus.values), name="%(class)s_status_known"),
            models.CheckConstraint(
                condition=Q(refusal__in=["", *DeckRefusal.values]), name="%(class)s_refusal_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=DeckStatus.REFUSED) | ~Q(refusal=""), name="%(class)s_refused_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status=DeckStatus.READY)
                | Q(
                    pages__isnull=False,  # a comparison with nothing is no refusal to PostgreSQL
                    image_width__isnull=False,
                    image_height__isnull=False,
                    ready_at__isnull=False,
                    pages__gte=1,
                    image_width__gte=1,
                    image_height__gte=1,
                ),
                name="%(class)s_ready_has_pages",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY
