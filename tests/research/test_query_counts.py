"""Every page of research costs the same for one row and for many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from matchmaking.matches.models import Match
from research import actions
from research.actions import Opinion, Remark
from research.findings import find_research
from research.models import AdviceRequest, Commission, Conflict, Expert
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
MANY = 4


@dataclass(frozen=True)
class Scene:
    """The cast's pair, with research in writing and an assessment that is asked for."""

    cast: Cast
    pair: Match
    made: Commission
    advice: AdviceRequest


@pytest.fixture
def scene(cast: Cast) -> Scene:
    Expert.objects.update(capacity=10)
    pair = stories.match_of(cast.company, cast.startup)
    made = works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    works.written(made, cast.expert)
    a_candidate(made, cast)
    return Scene(cast, pair, made, works.advice_asked(cast.startup, cast.expert, cast.officer, cast.company))


def a_candidate(made: Commission, cast: Cast) -> None:
    actions.add_candidate(made, factories.StartupFactory(), reason="It sells there.", by=cast.expert)


def a_figure(made: Commission, cast: Cast) -> None:
    figure = {
        "label": f"Tills of kind {made.figures.count()}",
        "year": 2026,
        "amount": Decimal(7),
        "currency": "USD",
        "source": "Retail Board",
    }
    actions.add_figure(made, figure, by=cast.expert)


def more_to_write(scene: Scene) -> None:
    """Figures of one market more and a startup more."""
    a_figure(scene.made, scene.cast)
    a_candidate(scene.made, scene.cast)


def a_round_more(scene: Scene) -> None:
    """Delivered with something more, and returned with two remarks."""
    more_to_write(scene)
    actions.deliver(scene.made, by=scene.cast.expert)
    remarks = [Remark("summary", 1, "Say more."), Remark("risks", 1, "And the staff?")]
    actions.return_report(scene.made, remarks, by=scene.cast.officer)


def another_wish(scene: Scene) -> Commission:
    return works.asked(scene.pair, scene.cast.company_owner)


def more_in_hand(scene: Scene) -> None:
    works.accepted(another_wish(scene), scene.cast.expert, scene.cast.officer)


def more_published(scene: Scene) -> None:
    made = works.accepted(another_wish(scene), scene.cast.expert, scene.cast.officer)
    works.published(made, scene.cast.expert, scene.cast.officer)


def more_experts(scene: Scene) -> None:
    """An expert who is free, and one in conflict with the firm."""
    factories.ExpertFactory(biography="Knows tills.")
    Conflict.objects.create(
        expert=factories.ExpertFactory(), organisation=scene.cast.company.organisation, reason="A cousin"
    )


def more_refusals(scene: Scene) -> None:
    """Somebody else refuses the wish that still waits."""
    [waiting] = Commission.objects.waiting()
    other = factories.ExpertFactory().user
    works.offered(waiting, other, scene.cast.officer)
    actions.refuse(waiting, reason="time", text="Not before June", by=other)


def more_refused_by_the_expert(scene: Scene) -> None:
    """The expert refuses more, of ever other firms."""
    firm = factories.ChallengeFactory().company
    made = works.asked(stories.match_of(firm, factories.StartupFactory()), scene.cast.officer)
    works.offered(made, scene.cast.expert, scene.cast.officer)
    organisation = [firm.organisation]
    actions.refuse(made, reason="conflict", conflicts=organisation, by=scene.cast.expert)


def more_to_ask_about(scene: Scene) -> None:
    """A challenge more, and a startup more that was recommended."""
    factories.ChallengeFactory(company=scene.cast.company)
    factories.ChallengeFactory()
    stories.match_of(scene.cast.company, factories.StartupFactory())


def more_to_assess(scene: Scene) -> None:
    works.advice_asked(factories.StartupFactory(), scene.cast.expert, scene.cast.officer, scene.cast.company)


def more_assessments(scene: Scene) -> None:
    """Another expert rates the same pair otherwise."""
    other = factories.ExpertFactory().user
    asked = works.advice_asked(scene.cast.startup, other, scene.cast.officer, scene.cast.company)
    rating = 1 + AdviceRequest.objects.count() % 5
    opinions = {each.value: Opinion(rating, f"Seen: {each}") for each in asked.criteria()}
    actions.give_assessment(asked, opinions, by=other)


def price_of(client: Client, address: str) -> int:
    """The queries of a page on its second visit: what is read once for a process is not counted."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def prices(client: Client, address: str, more: Callable[[Scene], object], scene: Scene) -> tuple[int, int]:
    """With one of it, and with many."""
    more(scene)
    first = price_of(client, address)
    for _each in range(MANY):
        more(scene)
    return first, price_of(client, address)


@pytest.mark.parametrize(
    ("page", "more"),
    [
        ("expert/{made}/report/", more_to_write),
        ("expert/{made}/report/", a_round_more),
        ("expert/{made}/report/deliver/", more_to_write),
        ("expert/{made}/report/deliver/", a_round_more),
        ("expert/{made}/", a_round_more),
        ("expert/{made}/", more_in_hand),
        ("expert/advice/{advice}/", more_to_assess),
        ("", more_in_hand),
        ("", more_to_assess),
    ],
)
def test_a_page_of_an_expert_costs_the_same_for_one_and_for_many(
    page: str, more: Callable[[Scene], object], scene: Scene, as_user: SignIn
) -> None:
    address = "/en/" + page.format(made=scene.made.pk, advice=scene.advice.pk)
    one, many = prices(as_user(scene.cast.expert), address, more, scene)
    assert one == many


@pytest.mark.parametrize(
    ("page", "more"),
    [
        ("staff/research/", more_in_hand),
        ("staff/research/", more_published),
        ("staff/research/?status=requested", another_wish),
        ("staff/research/{made}/", a_round_more),
        ("staff/research/{made}/1/", a_round_more),
        ("staff/research/advice/", more_assessments),
        ("staff/research/advice/", more_to_assess),
        ("staff/research/advice/ask/", more_experts),
        ("staff/research/advice/ask/", more_to_ask_about),
        ("staff/experts/", more_experts),
        ("staff/experts/", more_published),
        ("staff/experts/{expert}/", more_in_hand),
        ("staff/experts/{expert}/", more_published),
        ("staff/experts/{expert}/", more_refused_by_the_expert),
        ("research/ask/", more_to_ask_about),
        ("research/ask/?match={pair}", more_to_ask_about),
        ("matches/{pair}/", another_wish),
        ("matches/{pair}/", a_round_more),
        ("matches/{pair}/", more_assessments),
        ("", another_wish),
        ("", more_in_hand),
    ],
)
def test_a_page_of_the_office_costs_the_same_for_one_and_for_many(
    page: str, more: Callable[[Scene], object], scene: Scene, as_user: SignIn
) -> None:
    address = "/en/" + page.format(made=scene.made.pk, expert=scene.cast.expert.pk, pair=scene.pair.pk)
    one, many = prices(as_user(scene.cast.officer), address, more, scene)
    assert one == many


@pytest.mark.parametrize(
    ("page", "more"),
    [
        ("research/", another_wish),
        ("research/", more_in_hand),
        ("research/", more_published),
        ("research/{made}/", a_round_more),
        ("research/{made}/", more_published),
        ("research/ask/", more_to_ask_about),
        ("research/ask/?match={pair}", more_to_ask_about),
        ("matches/{pair}/", more_published),
        ("", another_wish),
        ("", more_published),
    ],
)
def test_a_page_of_a_firm_costs_the_same_for_one_and_for_many(
    page: str, more: Callable[[Scene], object], scene: Scene, as_user: SignIn
) -> None:
    address = "/en/" + page.format(made=scene.made.pk, pair=scene.pair.pk)
    one, many = prices(as_user(scene.cast.company_owner), address, more, scene)
    assert one == many


@pytest.mark.parametrize("more", [more_experts, more_refusals, more_published])
def test_choosing_an_expert_costs_the_same_among_two_and_among_many(
    more: Callable[[Scene], object], scene: Scene, as_user: SignIn
) -> None:
    waiting = works.asked(scene.pair, scene.cast.officer)
    if more is more_published:
        actions.cancel(waiting, reason="Another waits", by=scene.cast.officer)
        waiting = works.asked(scene.pair, scene.cast.officer, market="VN")
    one, many = prices(as_user(scene.cast.officer), f"/en/staff/research/{waiting.pk}/", more, scene)
    assert one == many


def read_by_all(scene: Scene, as_user: SignIn, pages: dict[str, str]) -> dict[str, int]:
    return {
        address: price_of(as_user(getattr(scene.cast, person)), address) for address, person in pages.items()
    }


def test_reading_a_report_costs_the_same_however_long_it_is(scene: Scene, as_user: SignIn) -> None:
    """By whoever decides about it, whoever wrote it and, once it is published, the firm."""
    begun = f"/en/staff/research/{scene.made.pk}"
    while_delivered = {
        f"{begun}/": "officer",
        f"{begun}/return/": "officer",
        f"{begun}/publish/": "officer",
        f"/en/expert/{scene.made.pk}/report/": "expert",
    }
    found = []
    for length in (1, MANY):
        for _each in range(length):
            more_to_write(scene)
        actions.deliver(scene.made, by=scene.cast.expert)
        found.append(read_by_all(scene, as_user, while_delivered))
        actions.return_report(scene.made, [Remark("summary", 1, "Say more.")], by=scene.cast.officer)
    assert found[0] == found[1]


def test_a_firm_reads_a_long_report_at_the_price_of_a_short_one(scene: Scene, as_user: SignIn) -> None:
    long_one = works.accepted(another_wish(scene), scene.cast.expert, scene.cast.officer)
    works.written(long_one, scene.cast.expert)
    for _each in range(MANY):
        a_candidate(long_one, scene.cast)
        a_figure(long_one, scene.cast)
    found = []
    for made in (scene.made, long_one):
        actions.deliver(made, by=scene.cast.expert)
        actions.publish_report(made, by=scene.cast.officer)
        found.append(price_of(as_user(scene.cast.company_owner), f"/en/research/{made.pk}/"))
    assert found[0] == found[1]


def test_the_second_page_of_assessments_costs_what_the_first_does(scene: Scene, as_user: SignIn) -> None:
    for _each in range(60):
        startup = factories.StartupFactory()
        works.advice_asked(startup, scene.cast.expert, scene.cast.officer)
    client = as_user(scene.cast.officer)
    first, second = (price_of(client, f"/en/staff/research/advice/?page={page}") for page in (1, 2))
    assert first == second


def test_a_brief_costs_the_same_for_one_report_and_for_many(scene: Scene) -> None:
    costs = []
    for _round in range(2):
        more_published(scene)
        with CaptureQueriesContext(connection) as found:
            reports = list(find_research(scene.pair, scene.cast.officer))
        costs.append((len(reports), len(found)))
    assert costs == [(1, 2), (2, 2)]
