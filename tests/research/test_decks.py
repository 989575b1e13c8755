"""An expert reads the deck of a startup in an assignment of theirs, from accepting it until it ends; each look is
written down.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from matchmaking.matches.models import Match
from research import actions
from research.actions import Opinion
from startups.models import Deck, DeckReading
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works
from tests.startups import decks

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FILES = ("deck/", "deck/first-page.png", "deck/1.png", "deck/2.png")


@pytest.fixture
def pair(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def deck(cast: Cast) -> Deck:
    return decks.shelved(cast.startup, cast.startup_owner)


def answers(client: Client, startup_pk: int) -> set[int]:
    return {client.get(f"/en/startups/{startup_pk}/{name}").status_code for name in FILES}


def test_research_opens_the_deck_from_the_acceptance_until_it_is_published(
    deck: Deck, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    expert, of_expert = as_user(cast.expert), f"/en/startups/{cast.startup.pk}/"
    other = decks.shelved(cast.other_startup, cast.other_startup_owner)
    made = works.offered(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    assert answers(expert, cast.startup.pk) == {404}, "before interests are declared"
    assert expert.get(f"/en/expert/{made.pk}/").context["deck"] is None
    actions.accept(made, by=cast.expert)
    assert answers(expert, cast.startup.pk) == {200}
    assert answers(expert, other.startup_id) == {404}
    assert answers(as_user(factories.ExpertFactory().user), cast.startup.pk) == {404}
    assert {expert.get(of_expert + page).status_code for page in ("", "profile/", "deck/pages/")} == {404}
    actions.deliver(works.written(made, cast.expert), by=cast.expert)
    assert answers(expert, cast.startup.pk) == {200}
    actions.publish_report(made, by=cast.officer)
    assert answers(expert, cast.startup.pk) == {404}


def test_research_about_a_market_opens_no_deck(deck: Deck, pair: Match, cast: Cast, as_user: SignIn) -> None:
    made = works.accepted(works.asked(pair, cast.officer, match=None), cast.expert, cast.officer)
    assert as_user(cast.expert).get(f"/en/expert/{made.pk}/").context["deck"] is None
    assert answers(as_user(cast.expert), cast.startup.pk) == {404}


def test_an_assessment_opens_the_deck_until_it_is_given(deck: Deck, cast: Cast, as_user: SignIn) -> None:
    expert = as_user(cast.expert)
    for company in (None, cast.company):
        asked = works.advice_asked(cast.startup, cast.expert, cast.officer, company)
        assert answers(expert, cast.startup.pk) == {200}
        actions.give_assessment(
            asked, {each.value: Opinion(4, "Sound.") for each in asked.criteria()}, by=cast.expert
        )
        assert answers(expert, cast.startup.pk) == {404}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_are_shown_only_when_asked_for_and_the_log_tells_who_looked(
    language: str, deck: Deck, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    made = works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    expert = as_user(cast.expert)
    for address in (f"/{language}/expert/{made.pk}/", f"/{language}/expert/advice/{asked.pk}/"):
        closed, opened = (expert.get(address + more).content.decode() for more in ("", "?deck=pages"))
        assert ("first-page.png" in closed, "first-page.png" in opened) == (False, True)
        assert "?deck=pages#deck" in closed
        assert f"/{language}/startups/{cast.startup.pk}/deck/" in closed
    assert not DeckReading.objects.exists(), "a page that names the deck is no reading of it"
    answers(expert, cast.startup.pk)
    answers(expert, cast.startup.pk)
    found = DeckReading.objects.values_list("reader", "organisation", "form").order_by("form")
    assert list(found) == [(cast.expert.pk, None, "file"), (cast.expert.pk, None, "pages")]
    own = as_user(cast.startup_owner).get("/en/startup/deck/")
    assert [line.who for line in own.context["readings"]] == ["Programme office and its experts"]


def test_a_startup_that_takes_part_no_longer_shows_its_deck_to_nobody(
    deck: Deck, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    organisation = cast.startup.organisation
    organisation.status = "suspended"
    organisation.save()
    assert answers(as_user(cast.expert), cast.startup.pk) == {404}
