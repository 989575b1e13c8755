"""The startup's sentence nearest to the need is chosen by the worker and quoted as it stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from accounts.actions import ask_for_rescore
from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.explaining import cards, quotes
from matchmaking.matches.explaining.reasons import reasons
from matchmaking.matches.models import QUOTED, Match, TextVector
from startups.models import Startup
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]


def test_every_listed_pair_quotes_its_startup_word_for_word() -> None:
    world.populate()
    world.run_now()
    matches = Match.objects.select_related("startup")
    assert matches
    for match in matches:
        said = (match.startup.one_liner, match.startup.solution)
        assert any(match.quote and match.quote in text for text in said)


def test_the_quoted_sentence_is_the_nearest_to_the_need() -> None:
    _firms, startups = world.populate()
    said = "We sell in nine countries. Sensors watch the water level of paddies and move the gates. Paid by card."
    Startup.objects.filter(pk=startups[6].pk).update(
        solution=said, one_liner="A young company from the delta"
    )
    world.run_now()
    match = Match.objects.get(startup=startups[6])
    assert match.quote == "Sensors watch the water level of paddies and move the gates."


def test_a_second_pass_reads_no_sentence_again() -> None:
    world.populate()
    world.run_now()
    before, read = set(Match.objects.values_list("pk", "quote", "quote_key")), TextVector.objects.count()
    quotes.choose(Startup.objects.values_list("pk", flat=True))
    assert (set(Match.objects.values_list("pk", "quote", "quote_key")), TextVector.objects.count()) == (
        before,
        read,
    )


def test_an_edited_pitch_is_quoted_anew() -> None:
    _firms, startups = world.populate()
    world.run_now()
    said = "Strain gauges on floating wind turbines tell when to replace a mooring line."
    Startup.objects.filter(pk=startups[4].pk).update(solution=said)
    ask_for_rescore(startups[4].organisation)
    jobs.run_due()
    assert Match.objects.get(startup=startups[4], rank_for_company=1).quote == said


def test_only_the_best_of_a_list_and_what_people_touched_is_quoted(cast: Cast) -> None:
    world.match_of(cast.company, world.startup(0), MatchStatus.PROPOSED, rank_for_company=QUOTED)
    world.match_of(cast.company, world.startup(1), MatchStatus.PROPOSED, rank_for_company=QUOTED + 1)
    world.match_of(cast.company, world.startup(2), MatchStatus.DISCLOSED, rank_for_company=None)
    found = Match.objects.to_quote().order_by("pk")
    assert [match.startup.organisation.name for match in found] == ["Cartless", "Paywave"]


def test_quotes_are_called_for_in_blocks_and_once_for_an_occasion(cast: Cast) -> None:
    for number in range(3):
        world.match_of(cast.company, world.startup(number))
    for _time in range(2):
        quotes.call_for("an occasion", Match.objects.all())
    (job,) = Job.objects.filter(name="matches.quote")
    assert job.payload["startups"] == sorted(Match.objects.values_list("startup_id", flat=True))


def quoted(match: Match, reader: Side) -> list[tuple[str, str]]:
    return [
        (reason.text_en or reason.text_ja, reason.quote) for reason in reasons(match, reader) if reason.quote
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_side_reads_the_quote_with_words_of_its_own(cast: Cast, language: str) -> None:
    match = world.match_of(cast.company, world.startup(0), quote="Computer vision replaces the till.")
    with translation.override(language):
        said = [quoted(match, side) for side in Side]
    assert [len(each) for each in said] == [1, 1, 1]
    assert {quote for ((_, quote),) in said} == {"Computer vision replaces the till."}
    assert len({words for ((words, _),) in said}) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"quote": "A sentence the startup has taken back."},
        {"quote": ""},
        {"quote": "Computer vision replaces the till.", "missing": ["need_use"]},
        {"quote": "Computer vision replaces the till.", "parts": {"need_e5": 10, "need_use": 10}},
    ],
)
def test_nothing_is_quoted_that_is_not_said_any_more_or_is_far_from_the_need(
    cast: Cast, changes: dict[str, Any]
) -> None:
    match = world.match_of(cast.company, world.startup(0), **changes)
    assert quoted(match, Side.COMPANY) == []


def test_the_page_marks_the_quotes_language(cast: Cast, as_user: Any) -> None:
    match = world.match_of(cast.company, world.startup(0), quote="Computer vision replaces the till.")
    page = source(as_user(cast.company_owner), "matches:detail", pk=match.pk)
    assert ':</span> <q lang="en">Computer vision replaces the till.</q>' in page
    page = source(as_user(cast.company_owner), "matches:detail", language="ja", pk=match.pk)
    assert '：</span><q lang="en">Computer vision replaces the till.</q>' in page


def test_what_the_card_shows_already_is_pointed_at_and_not_quoted_once_more(cast: Cast) -> None:
    match = world.match_of(cast.company, world.startup(0), quote="Computer vision replaces the till.")
    match.startup.one_liner = "For small shops. Computer vision replaces the till."
    said = cards.firm_card(match)["reasons"]
    assert [reason.quote for reason in said if reason.quote] == []
    assert "The line above comes nearest to your challenge in their pitch" in [each.text_en for each in said]
    match.startup.one_liner = "For small shops."
    assert [each.quote for each in cards.firm_card(match)["reasons"] if each.quote] == [match.quote]
