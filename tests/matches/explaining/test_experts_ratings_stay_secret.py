"""A startup does not find out what experts think of it; a firm reads the points, and from how many assessments."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from companies.models import Company
from matchmaking.matches.actions import give_advice, retire_advice
from matchmaking.matches.engine.policy import OPTIONAL_SLICES
from matchmaking.matches.enums import MatchStatus, Rating, Side
from matchmaking.matches.explaining.explanation import (
    ADVICE,
    BLENDED_GROUP_LABEL,
    BLENDED_PART_LABEL,
    scale_of,
)
from matchmaking.matches.explaining.reasons import reasons
from matchmaking.matches.models import Match
from meetings import actions
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import columns, main, source, words
from tests.matches.pages import reasons as reasons_on
from tests.meetings import stories
from tests.meetings.pages import path

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def rate(match: Match, tenths: int | None) -> None:
    """As a run has it: experts' part of the score, or nobody's opinion; all else stays."""
    match.parts = {**match.parts, ADVICE: 23 if tenths is None else tenths}
    match.missing = list(OPTIONAL_SLICES) if tenths is None else ["country"]
    match.score = sum(match.parts.values()) / 10
    match.save()
    match.refresh_from_db()


def at_its_top(match: Match) -> int:
    return scale_of(match.policy_id).caps[ADVICE]


def blind(text: str) -> str:
    """What is read, without the total and the points of the one neutral group."""
    for label in (BLENDED_GROUP_LABEL, BLENDED_PART_LABEL):
        text = re.sub(re.escape(str(label)) + r"( \d+(\.\d)?( / \d+)?)?", str(label), text)
    text = re.sub(r"\b\d+ / 100|Match score \d+|Together \d+\.\d", "", text)
    return re.sub(r"\b(High|Fairly high|Moderate|Low)\b", "", text)


def rows(page: str) -> list[list[str]]:
    return [row for row in columns(page) if row[0] not in ("Together", str(BLENDED_PART_LABEL))]


def test_two_ratings_make_the_same_pages_for_the_startup_but_for_the_total_and_one_group(
    cast: Cast, as_user: SignIn
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    made = stories.agreed(match, cast.company_owner)
    actions.book_free_time(
        made, stories.at(4), by=cast.officer, link="https://video.example/room", now=stories.at(0, day=1)
    )
    client, seen = as_user(cast.startup_owner), []
    for tenths in (None, 0, 23, at_its_top(match)):
        rate(match, tenths)
        pair = source(client, "matches:detail", pk=match.pk)
        interest = source(client, "matches:interest")
        brief = client.get(path("brief", pk=made.pk))
        texts = [words(main(page)) for page in (pair, interest, brief.content.decode())]
        for text in texts:
            assert "Experts" not in text
        others = [each for each in brief.context["bars"] if each["label"].en != str(BLENDED_GROUP_LABEL)]
        told = [
            [(each["label"].en, each["points"], each["max"]) for each in others],
            brief.context["reasons"],
        ]
        lists = [reasons_on(page) for page in (pair, interest)]
        seen.append((rows(pair), lists, told, [blind(text) for text in texts[:2]]))
    assert [each == seen[0] for each in seen] == [True] * 4
    assert len(rows(pair)) >= 9


@pytest.mark.parametrize(("share", "sentence"), [(0, "Experts have doubts"), (1, "Experts think well of it")])
def test_the_firm_and_the_office_read_what_experts_think_and_the_startup_does_not(
    share: int, sentence: str, cast: Cast
) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    rate(match, share * at_its_top(match))
    said = {side: [each.text_en for each in reasons(match, side)] for side in Side}
    assert [sentence in said[side] for side in (Side.STAFF, Side.COMPANY, Side.STARTUP)] == [
        True,
        True,
        False,
    ]


def test_the_weakest_part_that_a_startup_reads_of_is_none_in_which_advice_is_counted(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    match.company.organisation.languages = match.startup.organisation.languages = ["en"]
    caps = scale_of(match.policy_id).caps
    full = dict(caps)
    for weak in (("need_e5", "need_use", "capability", "field"), (ADVICE,)):
        match.parts, match.missing = {**full, **{name: caps[name] // 2 for name in weak}}, []
        assert [each.kind for each in reasons(match, Side.STAFF)].count("caution") == 1
        assert [each.kind for each in reasons(match, Side.STARTUP)].count("caution") == 0
    match.parts = {**full, "stage": caps["stage"] // 2, ADVICE: caps[ADVICE] // 3}
    assert [each.source for each in reasons(match, Side.STARTUP) if each.kind == "caution"] == ["stage"]


def opinion(match: Match, rating: Rating, company: Company | None = None) -> Any:
    expert = factories.ExpertFactory().user
    return give_advice(match.startup, rating=rating, reasons="Seen.", by=expert, company=company)


def test_the_part_says_from_how_many_assessments_that_count_in_constant_queries(
    cast: Cast, as_user: SignIn
) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED, missing=["country"])
    readers = {name: as_user(getattr(cast, name)) for name in ("company_owner", "officer", "startup_owner")}
    opinion(match, Rating(4))
    prices, shown = [], []
    for _round in range(2):
        for name, client in readers.items():
            source(client, "matches:detail", pk=match.pk)
            with CaptureQueriesContext(connection) as queries:
                page = source(client, "matches:detail", pk=match.pk)
            if name != "officer":  # whose page tells each opinion with who gave it
                prices.append(len(queries))
            [part] = [row[2] for row in columns(page) if row[0] == "Experts' advice"] or [""]
            shown.append(part.rpartition(" ")[0])
        opinion(match, Rating(2), company=cast.company)
        opinion(match, Rating(2), company=cast.other_company)  # of another pair
        retire_advice(opinion(match, Rating(1)), by=cast.officer)
    assert shown == ["from 1 assessment"] * 2 + [""] + ["from 2 assessments"] * 2 + [""]
    assert prices[:2] == prices[2:]


def test_the_office_reads_the_mean_that_counts_and_from_how_many(cast: Cast, as_user: SignIn) -> None:
    match = world.match_of(cast.company, cast.startup)
    client = as_user(cast.officer)
    opinion(match, Rating(5))
    assert [row[3] for row in columns(source(client, "matches:advice"))][1:] == ["3.7 from 1 assessment"]
    opinion(match, Rating(5))
    opinion(match, Rating(1), company=cast.company)
    found = [row[3] for row in columns(source(client, "matches:advice"))][1:]
    assert found == ["4.0 from 2 assessments", "2.3 from 1 assessment"]
