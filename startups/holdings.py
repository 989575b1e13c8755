"""What this app holds of startups, and the files of their decks."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.erasure.holdings import Holder, Holding, Loss
from accounts.models import Organisation, User
from startups import actions
from startups.models import (
    RECORDS,
    Certification,
    Deck,
    DeckReading,
    FundingRound,
    Patent,
    Reference,
    Startup,
    TractionFigure,
)

OWN = ("startup",)


class StartupsHolder(Holder):
    app = "startups"
    holdings: Sequence[Holding] = (
        Holding(
            TractionFigure,
            organisation=OWN,
            goes=True,
            empties=("words", "value", "note"),
            keeps=("what", "currency"),
        ),
        Holding(
            FundingRound,
            organisation=OWN,
            goes=True,
            empties=("amount", "lead_investor"),
            keeps=("kind", "currency"),
        ),
        Holding(
            Patent, organisation=OWN, goes=True, empties=("title", "number"), keeps=("office", "status")
        ),
        Holding(
            Certification, organisation=OWN, goes=True, empties=("name", "issuer", "number", "valid_until")
        ),
        Holding(
            Reference,
            organisation=OWN,
            goes=True,
            empties=("name", "organisation", "contact"),
            keeps=("relation", "may_be_shown"),
        ),
        # Who was given a deck on which day: keys only, of former users and deleted organisations by then.
        Holding(
            DeckReading, organisation=("deck__startup", "organisation"), person=("reader",), keeps=("form",)
        ),
        Holding(
            Deck,
            organisation=OWN,
            empties=(
                "original_name", "language", "size", "sha256", "pages", "image_width", "image_height", "scanned_by",
            ),
            instead={"key": Concat(Value("erased-"), Cast("pk", CharField()))},
            keeps=("status", "refusal"),
        ),
        Holding(
            Startup,
            organisation=("organisation",),
            empties=(
                "external_id", "founded_year", "stage", "readiness_level", "team_size", "one_liner", "problem",
                "solution", "customers", "edge", "traction", "intellectual_property", "seeks_partner",
                "speaks_japanese", "japan_readiness", "japan_visit", "sought_amount", "sought_currency", "sought_on",
                "sought_for", "funding_raised_usd", "funding_sought_usd", "video_url", "capabilities",
            ),
        ),
    )  # fmt: skip

    def losses(self, organisation: Organisation) -> Sequence[Loss]:
        startup = Startup.objects.filter(pk=organisation.pk).first()
        evidence = sum(getattr(startup, name).count() for name in RECORDS) if startup else 0
        decks = Deck.objects.filter(startup=organisation.pk).count()
        return (Loss(_("Pitch decks and their page images"), decks), Loss(_("Evidence"), evidence))

    def names(self, organisation: Organisation) -> set[str]:
        known = Startup.objects.filter(pk=organisation.pk).values_list("external_id", flat=True)
        return set(filter(None, known))

    def let_go(self, organisation: Organisation, *, by: User | None) -> None:
        if Startup.objects.filter(pk=organisation.pk).exists():
            actions.drop_decks(organisation.pk, by=by)
