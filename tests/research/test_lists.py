"""The lists of research of each role: what they cost, and what they say where there is nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from matchmaking.matches.models import Match
from research.models import Expert
from tests.conftest import Cast
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.mark.parametrize("address", ["/en/staff/research/", "/en/research/", "/en/staff/experts/", "/en/"])
def test_a_list_costs_the_same_for_one_and_for_many(
    address: str, office: Client, firm: Client, expert: Client, match: Match, cast: Cast
) -> None:
    client = firm if address == "/en/research/" else expert if address == "/en/" else office
    works.accepted(works.asked(match, cast.company_owner), cast.expert, cast.officer)
    prices = []
    for _round in range(2):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        prices.append(len(queries))
        Expert.objects.update(capacity=10)
        for _each in range(3):
            works.accepted(works.asked(match, cast.company_owner), cast.expert, cast.officer)
    assert prices[0] == prices[1]


@pytest.mark.parametrize(
    ("address", "person", "english", "japanese"),
    [
        ("staff/research/", "officer", "No research has been asked for yet.", "まだ調査依頼はありません。"),
        (
            "staff/research/?status=published",
            "officer",
            "No research fits these filters.",
            "条件に合う調査はありません。",
        ),
        (
            "research/",
            "company_owner",
            "You have not asked for research yet.",
            "まだ調査を依頼していません。",
        ),
    ],
)
def test_an_empty_list_says_so_in_both_languages(
    address: str, person: str, english: str, japanese: str, cast: Cast, as_user: SignIn
) -> None:
    client = as_user(getattr(cast, person))
    assert english in client.get(f"/en/{address}").content.decode()
    assert japanese in client.get(f"/ja/{address}").content.decode()
