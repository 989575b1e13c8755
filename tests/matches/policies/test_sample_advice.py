"""The sample's experts give advice, so that the part of the score that rests on it can be seen at work."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matchmaking.core import jobs
from matchmaking.matches.models import ExpertAdvice, Match, ScoringPolicy
from matchmaking.matches.policies.advising import advised
from matchmaking.matches.sample import load_advice
from tests import factories
from tests.matches import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]


def test_experts_rate_startups_on_lists_and_one_pair_and_scores_follow() -> None:
    world.populate()
    experts = {factories.ExpertFactory().user.pk for _each in range(3)}
    world.run_now()
    before = dict(Match.objects.values_list("pk", "score"))
    given = load_advice()
    jobs.run_due()
    assert given == ExpertAdvice.objects.count() > 3
    assert set(ExpertAdvice.objects.values_list("by", flat=True)) <= experts
    assert ExpertAdvice.objects.exclude(company=None).count() == 1
    rows = advised(ScoringPolicy.objects.in_force().get())
    assert {len(row.advice) for row in rows} == {1, 2}
    moved = {match.startup_id for match in Match.objects.all() if match.score != before.get(match.pk)}
    assert moved == {row.startup.pk for row in rows if row.effect != Decimal(0)}


def test_loading_twice_gives_no_advice_twice() -> None:
    world.populate()
    factories.ExpertFactory()
    world.run_now()
    load_advice()
    before = list(ExpertAdvice.objects.values_list("pk", flat=True))
    assert (load_advice(), list(ExpertAdvice.objects.values_list("pk", flat=True))) == (0, before)


@pytest.mark.parametrize("with_expert", [True, False])
def test_without_experts_or_lists_nobody_advises(with_expert: bool) -> None:
    if with_expert:
        factories.ExpertFactory()
    assert (load_advice(), ExpertAdvice.objects.count()) == (0, 0)
