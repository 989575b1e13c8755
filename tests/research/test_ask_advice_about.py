"""Of which startup an assessment is asked for: looked for by name or meaning in a short list, never all in one box."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings

from accounts.models import User
from matchmaking.matches.actions import ensure_policy
from research.candidates import SHOWN
from research.models import AdviceRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import queries
from tests.pages import errors_of
from tests.research import works
from tests.research.test_candidates import means, startup

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LANGUAGES = ("en", "ja")
WORDS = {
    "choose": ("Choose a startup.", "スタートアップを選んでください。"),
}


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    ensure_policy()  # by which words are compared
    return as_user(cast.officer)


def page(language: str = "en", **query: Any) -> str:
    more = f"?{urlencode(query)}" if query else ""
    return f"/{language}/staff/research/advice/ask/{more}"


def offered(client: Client, words: str, language: str = "en") -> list[str]:
    answer = client.get(page(language, q=words))
    assert answer.status_code == 200
    return [label for _key, label in answer.context["form"].fields["startup"].choices]


def boxes(html: str) -> list[str]:
    """The values of the startups that the page lets choose."""
    return re.findall(r'<input type="radio"[^>]*name="startup"[^>]*value="(\d+)"', html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_anything_is_looked_for_no_startup_is_named(language: str, office: Client) -> None:
    made = [startup(f"Cart {number}") for number in range(3)]
    answer = office.get(page(language))
    html = answer.content.decode()
    assert [each.organisation.name for each in made if each.organisation.name in html] == []
    assert (boxes(html), "<select" in html.split("<main", 1)[1]) == ([], False)
    assert 'name="q"' in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["cart", "ＣＡＲＴ", "less cart", "  Cartless "])
def test_from_the_name_to_the_request_without_scripts(
    typed: str, language: str, office: Client, cast: Cast
) -> None:
    found = startup("Cartless")
    startup("Moorsense")
    html = office.get(page(language, q=typed)).content.decode()
    assert boxes(html) == [str(found.pk)]
    chosen = office.get(page(language, q=typed, choose="yes", startup=found.pk))
    form = chosen.context["form"]
    assert (form["startup"].value(), chosen.context["startup"]) == (found.pk, found)
    assert "Cartless" in chosen.content.decode()
    sent = {"startup": found.pk, "expert": cast.expert.pk, "term": "10"}
    assert office.post(page(language), sent).status_code == 302
    made = AdviceRequest.objects.get()
    assert (made.startup, made.expert_id, made.company) == (found, cast.expert.pk, None)


def test_what_comes_nearest_in_meaning_follows_the_names(office: Client) -> None:
    startup("Far", [-1.0, 0.0])
    startup("Near", [0.9, 0.1])
    startup("Till Masters", [0.0, 1.0])
    means("till", [1.0, 0.0])
    assert offered(office, "till") == [
        "Till Masters (Singapore)",
        "Near (Singapore): near in meaning",
        "Far (Singapore): near in meaning",
    ]


def test_the_list_is_short_however_many_there_are(office: Client) -> None:
    for number in range(SHOWN + 3):
        startup(f"Cart {number}")
    html = office.get(page(q="cart")).content.decode()
    assert len(boxes(html)) == SHOWN
    assert f"{SHOWN} of {SHOWN + 3} with these words in their name" in html


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "suspended", "withdrawn"])
def test_who_does_not_take_part_is_neither_found_nor_taken(status: str, office: Client, cast: Cast) -> None:
    made = startup("Cartless", [1.0, 0.0], organisation__status=status)
    means("cart", [1.0, 0.0])
    assert offered(office, "cart") == []
    assert "No startup was found." in office.get(page(q="cart")).content.decode()
    assert list(errors_of(office.get(page(startup=made.pk, choose="yes")))) == ["startup"]
    answer = office.post(page(), {"startup": made.pk, "expert": cast.expert.pk, "term": "5"})
    assert (list(errors_of(answer)), AdviceRequest.objects.exists()) == (["startup"], False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_going_on_without_a_choice_is_told_at_the_field_and_the_list_stays(
    language: str, office: Client
) -> None:
    found = startup("Cartless")
    answer = office.get(page(language, q="cart", choose="yes"))
    html = answer.content.decode()
    assert errors_of(answer) == {"startup": [WORDS["choose"][LANGUAGES.index(language)]]}
    assert ('id="error-summary-title"' in html, boxes(html)) == (True, [str(found.pk)])
    assert 'value="cart"' in html


@pytest.mark.parametrize("typed", ["a\u202eb", "x" * 201])
def test_words_that_cannot_be_taken_are_told_at_their_field(typed: str, office: Client) -> None:
    answer = office.get(page(q=typed))
    assert (list(answer.context["seek_form"].errors), answer.context["found"]) == (["q"], None)
    assert 'id="error-summary-title"' in answer.content.decode()


def test_an_expert_and_a_term_that_were_chosen_are_kept_while_another_startup_is_looked_for(
    office: Client, cast: Cast
) -> None:
    """As when the startup left the programme while the form was filled in."""
    gone, found = startup("Cartless", organisation__status="suspended"), startup("Moorsense")
    answer = office.post(page(), {"startup": gone.pk, "expert": cast.expert.pk, "term": "20"})
    assert answer.context["kept"] == {"expert": str(cast.expert.pk), "term": "20"}
    html = office.get(page(q="moor", **answer.context["kept"])).content.decode()
    for name, value in answer.context["kept"].items():
        assert html.count(f'<input type="hidden" name="{name}" value="{value}">') == 2, "in both forms"
    last = office.get(page(q="moor", choose="yes", startup=found.pk, **answer.context["kept"]))
    form = last.context["form"]
    assert {name: form[name].value() for name in ("expert", "term")} == answer.context["kept"]
    assert [row["expert"].pk for row in last.context["experts"] if row["chosen"]] == [cast.expert.pk]


@override_settings(RATE_LIMITS={"search": (2, 60)})
def test_it_counts_as_a_search_and_the_form_itself_does_not(office: Client, cast: Cast) -> None:
    assert [office.get(page(q="cart")).status_code for _each in range(3)] == [200, 200, 429]
    assert office.get(page()).status_code == 200
    assert office.get(page(startup=cast.startup.pk)).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pair_is_chosen_on_its_own_page_and_skips_the_search(
    language: str, office: Client, cast: Cast
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    html = office.get(page(language, match=match.pk)).content.decode()
    assert (f'name="company" value="{cast.company.pk}"' in html, 'name="q"' in html) == (True, False)
    sent = {"company": cast.company.pk, "startup": cast.startup.pk, "expert": cast.expert.pk, "term": "5"}
    assert office.post(page(language, match=match.pk), sent).status_code == 302
    assert AdviceRequest.objects.get().company == cast.company


def test_another_startup_than_that_of_the_pair_is_not_asked_about(office: Client, cast: Cast) -> None:
    """A page that somebody made up."""
    match = stories.match_of(cast.company, cast.startup)
    sent = {"startup": cast.other_startup.pk, "expert": cast.expert.pk, "term": "5"}
    answer = office.post(page(match=match.pk), sent)
    assert (list(errors_of(answer)), AdviceRequest.objects.exists()) == (["startup"], False)


def test_the_first_page_costs_the_same_for_few_and_for_many(office: Client) -> None:
    startup("Cart 0")
    prices = [(queries(office, page()), queries(office, page(q="cart")))]
    for number in range(1, 7):
        startup(f"Cart {number}")
    prices.append((queries(office, page()), queries(office, page(q="cart"))))
    assert prices[0] == prices[1]


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "expert", "newcomer"])
def test_nobody_else_looks_for_startups_there(person: str, cast: Cast, as_user: SignIn) -> None:
    client = as_user(getattr(cast, person))
    for url in (page(), page(q="cart"), page(startup=cast.startup.pk)):
        assert client.get(url).status_code == 404


def test_a_second_opinion_comes_from_the_list_without_a_search(office: Client, cast: Cast) -> None:
    asked = works.advice_asked(cast.startup, factories.ExpertFactory().user, cast.officer)
    answer = office.get(page(startup=asked.startup_id))
    ruled_out = {row["expert"].pk: row["ruled_out"] for row in answer.context["experts"]}
    assert ruled_out == {asked.expert_id: "Has been asked already", cast.expert.pk: ""}
