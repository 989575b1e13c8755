"""A draft of lists over a few firms and startups whose scores are known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from companies.models import Company
from matchmaking.core import jobs
from matchmaking.matches import actions
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match, ShortlistDraft
from startups.models import Startup
from tests import factories
from tests.matches import world

POINTS = (
    (90, 80, 40),
    (88, 60, 30),
    (86, 50, 20),
)  # a row a firm, a column a startup: everybody's best is the first


@dataclass(frozen=True)
class Lists:
    """Three firms and three startups, each with room for one unless changed."""

    companies: list[Company]
    startups: list[Startup]

    def draft(self, by: User, **options: bool) -> ShortlistDraft:
        draft = actions.start_shortlists(by=by, **options)
        jobs.run_due()
        draft.refresh_from_db()
        return draft

    def match(self, company: int, startup: int) -> Match:
        return Match.objects.get(company=self.companies[company], startup=self.startups[startup])

    def shown(self, draft: ShortlistDraft) -> list[tuple[int, int]]:
        """Pairs as numbers of firm and startup."""
        firms = {firm.pk: number for number, firm in enumerate(self.companies)}
        startups = {startup.pk: number for number, startup in enumerate(self.startups)}
        return sorted((firms[pair.company_id], startups[pair.startup_id]) for pair in draft.pairs.all())


def three_by_three(*, company_limit: int = 1, startup_limit: int = 1) -> Lists:
    companies = [
        factories.ChallengeFactory(company__organisation__monthly_meeting_limit=company_limit).company
        for _row in POINTS
    ]
    startups = [
        factories.StartupFactory(organisation__monthly_meeting_limit=startup_limit) for _column in POINTS[0]
    ]
    for row, company in zip(POINTS, companies, strict=True):
        for points, startup in zip(row, startups, strict=True):
            world.match_of(
                company, startup, MatchStatus.PROPOSED, score=Decimal(points), raw_score=points / 100
            )
    return Lists(companies, startups)
