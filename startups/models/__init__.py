"""Foreign startups, what they can show, and their decks."""

from startups.models.decks import Deck, DeckQuerySet, open_decks_to
from startups.models.records import (
    Certification,
    FundingRound,
    Patent,
    Record,
    Reference,
    TractionFigure,
)
from startups.models.startups import RECORDS, Startup

__all__ = [
    "RECORDS",
    "Certification",
    "Deck",
    "DeckQuerySet",
    "FundingRound",
    "Patent",
    "Record",
    "Reference",
    "Startup",
    "TractionFigure",
    "open_decks_to",
]
