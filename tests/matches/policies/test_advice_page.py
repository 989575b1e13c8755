"""The staff's page of advice: what experts think, and that the points it names are those by which scores move."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaking.core import jobs
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import load_policy
from matchmaking.matches.enums import Rating
from matchmaking.matches.models import ExpertAdvice, Match, ScoringPolicy
from matchmaking.matches.policies.advising import advised, effect_of
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import columns, source

pytestmark = pytest.mark.django_db


def advise(startup: Any, rating: Rating, company: Any = None) -> ExpertAdvice:
    expert = factories.UserFactory()
    return actions.give_advice(startup, rating=rating, reasons="Seen at work.", by=expert, company=company)


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(
    ("ratings", "sign"),
    [
        ((Rating.EXCELLENT, Rating.GOOD), 1),
        ((Rating.POOR, Rating.WEAK), -1),
        ((Rating.POOR, Rating.EXCELLENT), 0),
        ((Rating.FAIR, Rating.FAIR), 0),
    ],
)
@pytest.mark.parametrize("of_pair", [False, True])
def test_two_experts_move_the_score_by_exactly_what_the_page_says(
    ratings: tuple[Rating, ...], sign: int, of_pair: bool
) -> None:
    firms, startups = world.populate()
    world.run_now()
    match = Match.objects.get(company=firms[2], startup=startups[3])
    for rating in ratings:
        advise(startups[3], rating, firms[2] if of_pair else None)
    jobs.run_due()
    after = Match.objects.get(pk=match.pk)
    (row,) = advised(ScoringPolicy.objects.in_force().get())
    assert after.score - match.score == row.effect
    assert Decimal(after.parts["advice"] - match.parts["advice"]) / 10 == row.effect
    others = {name for name in match.parts if name != "advice" and match.parts[name] != after.parts[name]}
    assert (others, (row.effect > 0) - (row.effect < 0)) == (set(), sign)


def test_one_opinion_counts_less_than_two_of_the_same() -> None:
    policy = load_policy()
    one, two, ten = (
        effect_of([ExpertAdvice(rating=Rating.EXCELLENT)] * number, policy) for number in (1, 2, 10)
    )
    assert 0 < one < two < ten
    assert effect_of([], policy) == 0


def test_advice_for_and_against_weighs_the_same() -> None:
    policy = load_policy()
    good, poor = (effect_of([ExpertAdvice(rating=each)], policy) for each in (Rating.EXCELLENT, Rating.POOR))
    assert abs(good + poor) <= Decimal("0.1")


def test_the_page_lists_what_stands_by_startup_and_pair_and_leaves_out_what_was_retired(
    cast: Cast, officer: Client
) -> None:
    actions.ensure_policy()
    advise(cast.startup, Rating.GOOD)
    advise(cast.startup, Rating.EXCELLENT)
    advise(cast.startup, Rating.POOR, cast.company)
    gone = advise(cast.other_startup, Rating.WEAK)
    actions.retire_advice(gone, by=cast.officer)
    whole, pair = columns(source(officer, "matches:advice"))[1:]
    assert (whole[0], whole[1], pair[1]) == (str(cast.startup), "All firms", str(cast.company))
    assert (whole[2].count("Seen at work."), pair[2].count("Seen at work.")) == (2, 1)
    assert (whole[3].split()[1:], pair[3].split()[1:]) == (
        ["from", "2", "assessments"], ["from", "1", "assessment"],
    )  # fmt: skip
    assert (float(whole[3].split()[0]) > float(pair[3].split()[0]), whole[4][0], pair[4][0]) == (
        True,
        "+",
        "-",
    )
    assert str(cast.other_startup) not in source(officer, "matches:advice")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("No expert has given advice yet.", 'href="/en/account/staff/">See the experts</a>')),
        ("ja", ("専門家の評価はまだありません。", 'href="/ja/account/staff/">専門家の一覧を見る</a>')),
    ],
)
def test_without_advice_or_policy_the_page_says_so_and_where_to_go(
    officer: Client, language: str, said: tuple[str, str]
) -> None:
    page = source(officer, "matches:advice", language=language)
    assert [words in page for words in said] == [True, True]
    assert officer.get(f"/{language}/account/staff/").status_code == 200


def test_the_page_asks_the_database_as_often_for_three_startups_as_for_one(
    cast: Cast, officer: Client
) -> None:
    actions.ensure_policy()
    counts = []
    for more in (1, 2):
        for _each in range(more):
            advise(factories.StartupFactory(), Rating.GOOD, cast.company)
        with CaptureQueriesContext(connection) as queries:
            source(officer, "matches:advice")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_an_expert_writes_is_text(cast: Cast, officer: Client) -> None:
    actions.ensure_policy()
    expert = factories.UserFactory()
    actions.give_advice(cast.startup, rating=Rating.FAIR, reasons="<script>alert(1)</script>", by=expert)
    page = source(officer, "matches:advice")
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)
