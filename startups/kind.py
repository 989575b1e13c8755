"""What the pages of reviews know of a startup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.consents import lacking
from accounts.models import Organisation, User
from accounts.profiles.history import Entry
from accounts.profiles.kinds import Answer, ProfileKind, Rows, Section, summary
from accounts.registration.registrations import told
from startups.actions import KINDS
from startups.agreement import agreement
from startups.deck_cards import deck_card
from startups.deck_changes import deck_changes
from startups.enums import DeckStatus
from startups.models import Deck, Startup
from startups.questions import LISTS
from startups.registration import REGISTRATION
from startups.rules import DECK_SUBJECT


class StartupKind(ProfileKind):
    language = "en"
    review_parts = ("startups/includes/deck_panel.html", "startups/includes/review_agreement.html")
    models = (Startup, *KINDS.values())

    def profiles(self, pks: Iterable[int]) -> dict[int, Startup]:
        found = (
            Startup.objects.filter(pk__in=pks)
            .select_related("organisation")
            .prefetch_related("decks", *LISTS)
        )
        return {startup.pk: startup for startup in found}

    def rows(self, profile: Startup) -> Rows:
        lists = {model: list(getattr(profile, name).all()) for name, model in KINDS.items()}
        return {Startup: [profile], **lists}

    def sections(self, profile: Startup) -> list[Section]:
        lists = [(step.title, list(getattr(profile, key).all())) for key, step in LISTS.items()]
        return [*told(REGISTRATION, _parts(profile)), _deck(profile)] + [
            Section(str(title), tuple(summary(record, record.title) for record in records))
            for title, records in lists
            if records
        ]

    def missing(self, profile: Startup) -> Sequence[Promise | str]:
        return REGISTRATION.missing(_parts(profile))

    def place(self, profile: Startup) -> str:
        return str(profile.organisation.country.name)

    def has_agreed(self, organisation: Organisation) -> bool:
        """To all of it, in the words for the country where it is."""
        asked = agreement(str(organisation.country.code or ""), self.language)
        return not lacking(asked, organisation.consents.in_force())

    def more(self, profile: Startup, reader: User) -> dict[str, Any]:
        given = profile.organisation.consents.in_force().order_by("pk").select_related("agreed_by")
        return {"deck": deck_card(profile, reader), "consents": given}

    def further_changes(self, since: Mapping[int, datetime]) -> dict[int, list[Entry]]:
        return deck_changes(since)

    def numbers(self, organisation: Organisation) -> dict[str, int]:
        """The deck in use: another one has not been looked at."""
        deck = Deck.objects.current().filter(startup=organisation.pk).first()
        return {"deck": deck.pk if deck else 0}


def _deck(startup: Startup) -> Section:
    """The deck by its name, so that a correction of it can be asked for; its pages are shown beneath."""
    in_use = [deck for deck in startup.decks.all() if deck.status == DeckStatus.READY]
    name = in_use[0].original_name if in_use else "–"
    return Section(str(_("Pitch deck")), (Answer(DECK_SUBJECT, str(_("Pitch deck")), name),))


def _parts(startup: Startup) -> dict[str, Model]:
    return {"organisation": startup.organisation, "startup": startup}
