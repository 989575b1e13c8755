"""Both sides' vectors, kept in a worker between jobs: an edit needs one side anew, and finds the other as it was.

What is kept is as good as the latest row of the histories, which the database itself writes with every change.
"""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Max, QuerySet

from accounts.models import OrganisationEvent  # type: ignore[attr-defined]  # pghistory makes it
from companies.models import ChallengeEvent, CompanyEvent  # type: ignore[attr-defined]  # pghistory makes them
from matchmaking.matches.models import ExpertAdvice, ScoringPolicy
from matchmaking.matches.runs.candidates import Matcher, Party
from matchmaking.matches.sides import open_challenges, open_startups
from startups.models import StartupEvent  # type: ignore[attr-defined]  # pghistory makes it

Stamp = tuple[object, ...]


def all_startups(policy: ScoringPolicy) -> Party:
    """Everybody on the startups' side, as the latest history has them."""
    advice = ExpertAdvice.objects.aggregate(latest=Max("pk"), retired=Max("retired_at"))
    return _startups(policy.pk, (*_latest(OrganisationEvent, StartupEvent), *advice.values()))


def all_firms(policy: ScoringPolicy) -> Party:
    """Every open challenge, as the latest history has them."""
    return _firms(policy.pk, _latest(OrganisationEvent, CompanyEvent, ChallengeEvent))


@lru_cache(maxsize=1)
def _startups(policy: int, stamp: Stamp) -> Party:
    return _matcher(policy).startups(list(open_startups()))


@lru_cache(maxsize=1)
def _firms(policy: int, stamp: Stamp) -> Party:
    return _matcher(policy).firms(list(open_challenges()))


def _matcher(policy: int) -> Matcher:
    return Matcher(ScoringPolicy.objects.get(pk=policy))


def _latest(*histories: type) -> Stamp:
    rows: list[QuerySet[object]] = [history.objects.all() for history in histories]  # type: ignore[attr-defined]
    return tuple(each.aggregate(latest=Max("pgh_id"))["latest"] for each in rows)
