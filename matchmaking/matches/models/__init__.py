"""Policies, runs and the matches they compute."""

from __future__ import annotations

from matchmaking.matches.models.advice import AdviceQuerySet, ExpertAdvice
from matchmaking.matches.models.decisions import Decision
from matchmaking.matches.models.matches import (
    LISTED,
    QUOTED,
    Match,
    MatchQuerySet,
    firms_shown_to,
    startups_disclosed_to,
)
from matchmaking.matches.models.meaning import ChallengeMeaning, MeaningQuery, StartupMeaning
from matchmaking.matches.models.notes import PairNote
from matchmaking.matches.models.policies import PolicyQuerySet, ScoringPolicy
from matchmaking.matches.models.readings import CapabilityReading
from matchmaking.matches.models.runs import BlockResult, Run, RunQuerySet
from matchmaking.matches.models.shortlists import (
    PairQuerySet,
    ShortlistDraft,
    ShortlistPair,
    ShortlistParty,
    ShortlistRule,
)
from matchmaking.matches.models.thesauri import CapabilityEntry, ThesaurusVersion
from matchmaking.matches.models.trials import EvaluationSet, Trial, TrialList, TrialQuerySet
from matchmaking.matches.models.vectors import TextVector

__all__ = [
    "LISTED",
    "QUOTED",
    "AdviceQuerySet",
    "BlockResult",
    "CapabilityEntry",
    "CapabilityReading",
    "ChallengeMeaning",
    "Decision",
    "EvaluationSet",
    "ExpertAdvice",
    "Match",
    "MatchQuerySet",
    "MeaningQuery",
    "PairNote",
    "PairQuerySet",
    "PolicyQuerySet",
    "Run",
    "RunQuerySet",
    "ScoringPolicy",
    "ShortlistDraft",
    "ShortlistPair",
    "ShortlistParty",
    "ShortlistRule",
    "StartupMeaning",
    "TextVector",
    "ThesaurusVersion",
    "Trial",
    "TrialList",
    "TrialQuerySet",
    "firms_shown_to",
    "startups_disclosed_to",
]
