"""Foreign startups, what they can show, and their decks."""

from startups.models.decks import Deck, DeckQuerySet, open_decks_to
from startups.models.readings import DeckReading, name_readers_by
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
    "DeckReading",
    "FundingRound",
    "Patent",
    "Record",
    "Reference",
    "Startup",
    "TractionFigure",
    "name_readers_by",
    "open_decks_to",
]
