"""Experts, and what is commissioned from them."""

from __future__ import annotations

from research.models.commissions import Commission, CommissionQuerySet, Refusal
from research.models.experts import MOST_COMMISSIONS, Conflict, Expert, country_choices

__all__ = [
    "MOST_COMMISSIONS",
    "Commission",
    "CommissionQuerySet",
    "Conflict",
    "Expert",
    "Refusal",
    "country_choices",
]
