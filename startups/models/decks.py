"""Pitch decks: one row for each upload."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import User
from matchmaking.core import history
from startups.enums import DECK_TRANSITIONS, UNDER_WAY, DeckStatus
from startups.models.checked import CheckedFile, CheckedQuerySet
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


class DeckQuerySet(CheckedQuerySet["Deck"]):
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


@history.track()
class Deck(CheckedFile):
    """A pitch deck as it was uploaded once.

    *Received* → *safety check* (virus scanner, gate, rewriting) → *page images* → *in use*; or *refused* with a reason.
    The deck in use stays so until a new one has passed: then it is *replaced*. A newer upload also replaces one that is
    still under way. Members may delete theirs at any time. The files of what is over are gone.
    """

    TRANSITIONS: ClassVar[TransitionTable] = DECK_TRANSITIONS

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="decks")

    objects = DeckQuerySet.as_manager()

    class Meta(CheckedFile.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["startup"], condition=Q(status=DeckStatus.READY), name="deck_one_in_use"
            ),
            models.UniqueConstraint(
                fields=["startup"], condition=Q(status__in=UNDER_WAY), name="deck_one_under_way"
            ),
            *CheckedFile.Meta.constraints,
        ]
