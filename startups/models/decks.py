"""Pitch decks: one row for each upload."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import User
from matchmaking.core import history
from startups.enums import DECK_TRANSITIONS, UNDER_WAY, WITH_FILES, DeckLanguage, DeckRefusal, DeckStatus
from startups.models.startups import Startup

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from matchmaking.core.transitions import TransitionTable

Disclosure = Callable[[User], "QuerySet[Startup]"]
_DISCLOSURES: list[Disclosure] = []


def open_decks_to(disclosure: Disclosure) -> None:
    """For higher apps, when they start: the startups whose decks somebody may see because of what that app knows.

    Startups themselves cannot know to whom they were disclosed: matches are above them.
    """
    if disclosure not in _DISCLOSURES:
        _DISCLOSURES.append(disclosure)


class DeckQuerySet(models.QuerySet["Deck"]):
    def visible_to(self, user: User) -> DeckQuerySet:
        """Staff see all, a startup's members their own; others those of published startups disclosed to them."""
        if user.is_officer:
            return self
        organisation = user.organisation
        if organisation and organisation.kind == OrganisationKind.STARTUP:
            return self.filter(startup=organisation.pk)
        wanted = Q(pk__in=[])
        for disclosure in _DISCLOSURES:
            wanted |= Q(startup__in=disclosure(user))
        return self.current().filter(wanted, startup__organisation__status=OrganisationStatus.PUBLISHED)

    def current(self) -> DeckQuerySet:
        """Those that are shown: at most one for each startup."""
        return self.filter(status=DeckStatus.READY)

    def under_way(self) -> DeckQuerySet:
        return self.filter(status__in=UNDER_WAY)

    def with_files(self) -> DeckQuerySet:
        """Those whose files must stay."""
        return self.filter(status__in=WITH_FILES)


@history.track()
class Deck(models.Model):
    """A pitch deck as it was uploaded once.

    *Received* → *safety check* (virus scanner, gate, rewriting) → *page images* → *in use*; or *refused* with a reason.
    The deck in use stays so until a new one has passed: then it is *replaced*. A newer upload also replaces one that is
    still under way. Members may delete theirs at any time. The files of what is over are gone.
    """

    TRANSITIONS: ClassVar[TransitionTable] = DECK_TRANSITIONS

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="decks")
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

    objects = DeckQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["startup"], condition=Q(status=DeckStatus.READY), name="deck_one_in_use"
            ),
            models.UniqueConstraint(
                fields=["startup"], condition=Q(status__in=UNDER_WAY), name="deck_one_under_way"
            ),
            models.CheckConstraint(condition=Q(status__in=DeckStatus.values), name="deck_status_known"),
            models.CheckConstraint(
                condition=Q(refusal__in=["", *DeckRefusal.values]), name="deck_refusal_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=DeckStatus.REFUSED) | ~Q(refusal=""), name="deck_refused_has_reason"
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
                name="deck_ready_has_pages",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY
