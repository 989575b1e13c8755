"""From the database to the plain numbers of the program: who takes part, room on each side, possible pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import QuerySet

from companies.models import Company
from matchmaking.core.prefectures import REGION_OF, Prefecture
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match, MatchQuerySet, ShortlistRule
from matchmaking.matches.shortlists.shortlist import Area, Problem
from startups.models import Startup

KNOWN_TO_FIRM = (MatchStatus.DISCLOSED, MatchStatus.INTERESTED)


@dataclass(frozen=True)
class Gathered:
    """The program, and the keys behind its numbers."""

    problem: Problem
    companies: tuple[int, ...]
    startups: tuple[int, ...]

    @property
    def company_most(self) -> dict[int, int]:
        return dict(zip(self.companies, self.problem.company_most.tolist(), strict=True))

    @property
    def startup_most(self) -> dict[int, int]:
        return dict(zip(self.startups, self.problem.startup_most.tolist(), strict=True))

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The keys of every pair that may be chosen."""
        of = zip(self.problem.company.tolist(), self.problem.startup.tolist(), strict=True)
        return [(self.companies[firm], self.startups[startup]) for firm, startup in of]


def candidates() -> MatchQuerySet:
    """Proposed matches on either side's list, of firms and startups that take part."""
    published = Match.objects.between_published()
    return published.filter(status=MatchStatus.PROPOSED).on_a_list()


def gather(rule: ShortlistRule, *, since: datetime | None) -> Gathered:
    """`since` is when the month began, if what was disclosed in it counts; else None."""
    firms = dict(Company.objects.published().order_by("pk").values_list("pk", "prefecture"))
    company_most = _most(Company.objects.published(), rule.company_most)
    startup_most = _most(Startup.objects.published(), rule.startup_most)
    if since is not None:
        rows = list(_told_since(since).values_list("company_id", "startup_id"))
        _use_up(company_most, (company for company, _startup in rows))
        _use_up(startup_most, (startup for _company, startup in rows))
    companies, startups = tuple(sorted(company_most)), tuple(sorted(startup_most))
    problem = _problem(
        companies, startups, company_most, startup_most, areas=_areas(firms, rule), least=rule.least
    )
    return Gathered(problem, companies, startups)


def _most(profiles: QuerySet[Any], cap: int) -> dict[int, int]:
    limits = profiles.values_list("pk", "organisation__monthly_meeting_limit")
    return {pk: min(limit, cap) for pk, limit in limits}


def _told_since(since: datetime) -> MatchQuerySet:
    return Match.objects.filter(status__in=KNOWN_TO_FIRM, disclosed_at__gte=since).order_by()


def _use_up(most: dict[int, int], keys: Iterable[int]) -> None:
    for key, used in Counter(keys).items():
        if key in most:
            most[key] = max(0, most[key] - used)


def _problem(
    companies: tuple[int, ...],
    startups: tuple[int, ...],
    company_most: Mapping[int, int],
    startup_most: Mapping[int, int],
    *,
    areas: tuple[Area, ...],
    least: int,
) -> Problem:
    rows = list(
        candidates().order_by("company_id", "startup_id").values_list("company_id", "startup_id", "score")
    )
    firm_number = {key: number for number, key in enumerate(companies)}
    startup_number = {key: number for number, key in enumerate(startups)}
    return Problem(
        np.array([firm_number[company] for company, _startup, _score in rows], dtype=np.int64),
        np.array([startup_number[startup] for _company, startup, _score in rows], dtype=np.int64),
        np.array([float(score) for _company, _startup, score in rows], dtype=np.float64),
        np.array([company_most[key] for key in companies], dtype=np.int64),
        np.array([startup_most[key] for key in startups], dtype=np.int64),
        areas,
        least,
    )


def _areas(firms: Mapping[int, str], rule: ShortlistRule) -> tuple[Area, ...]:
    """Regions and prefectures with a target, as far as they have firms, which are numbered in order of keys."""
    members: dict[str, list[int]] = {}
    for number, (_key, prefecture) in enumerate(sorted(firms.items())):
        members.setdefault(prefecture, []).append(number)
        members.setdefault(REGION_OF[Prefecture(prefecture)], []).append(number)
    return tuple(
        Area(tuple(members[code]), target, float(rule.area_bonus))
        for code, target in sorted(rule.targets.items())
        if target and code in members
    )
