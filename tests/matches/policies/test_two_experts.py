"""Marks of two experts, given on their own pages, and the score: it moves by what the explanation says, and no more."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matchmaking.core import jobs
from matchmaking.matches.models import Match, ScoringPolicy
from matchmaking.matches.policies.advising import advised
from research import actions
from research.actions import Opinion
from tests import factories
from tests.matches import world
from tests.research import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]


@pytest.mark.parametrize("of_pair", [False, True], ids=["startup", "pair"])
def test_the_advice_of_two_experts_moves_the_score_by_exactly_what_the_explanation_says(
    of_pair: bool,
) -> None:
    firms, startups = world.populate()
    world.run_now()
    startup, firm, officer = startups[0], firms[1], factories.OfficerFactory()
    before = {match.pk: (match.parts["advice"], match.score) for match in Match.objects.all()}
    names = ("technology", "market", "team", "japan", *(["fit"] if of_pair else []))
    for marks in ((5, 5, 5, 4, 5), (4, 4, 4, 4, 4)):
        expert = factories.ExpertFactory().user
        request = works.advice_asked(startup, expert, officer, company=firm if of_pair else None)
        opinions = {name: Opinion(mark, "Seen") for name, mark in zip(names, marks, strict=False)}
        actions.give_assessment(request, opinions, by=expert)
        jobs.run_due()
    [row] = advised(ScoringPolicy.objects.in_force().get())
    assert ([each.rating for each in row.advice], row.effect > 0) == ([5, 4], True)
    for match in Match.objects.all():
        points, score = before[match.pk]
        is_meant = match.startup_id == startup.pk and (not of_pair or match.company_id == firm.pk)
        moved = row.effect if is_meant else Decimal(0)
        assert Decimal(match.parts["advice"] - points) / 10 == moved
        assert match.score - score == moved, "nothing else of the score has moved"
