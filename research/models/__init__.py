"""Experts, and what is commissioned from them."""

from __future__ import annotations

from research.models.advice import AdviceRequest, Mark
from research.models.commissions import Commission, CommissionQuerySet, Refusal
from research.models.experts import MOST_COMMISSIONS, Conflict, Expert, country_choices
from research.models.reports import (
    Candidate,
    MarketFigure,
    ReportDocument,
    ReportRemark,
    ReportSection,
    ReportVersion,
    VersionFile,
)

__all__ = [
    "MOST_COMMISSIONS",
    "AdviceRequest",
    "Candidate",
    "Commission",
    "CommissionQuerySet",
    "Conflict",
    "Expert",
    "Mark",
    "MarketFigure",
    "Refusal",
    "ReportDocument",
    "ReportRemark",
    "ReportSection",
    "ReportVersion",
    "VersionFile",
    "country_choices",
]
