"""Partnerships, what is recorded about them, and their legal checks."""

from partnerships.models.gates import GateCheck, GateRule
from partnerships.models.outcomes import FollowUp, FollowUpAnswer, FollowUpLink, not_asked, to_be_asked
from partnerships.models.partnerships import Partnership, could_grow
from partnerships.models.records import Amount, NextStep, Paper, SupportMeasure

__all__ = [
    "Amount",
    "FollowUp",
    "FollowUpAnswer",
    "FollowUpLink",
    "GateCheck",
    "GateRule",
    "NextStep",
    "Paper",
    "Partnership",
    "SupportMeasure",
    "could_grow",
    "not_asked",
    "to_be_asked",
]
