"""Foreign startups, and what they can show."""

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
    "FundingRound",
    "Patent",
    "Record",
    "Reference",
    "Startup",
    "TractionFigure",
]
