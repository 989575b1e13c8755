"""Naming a startup in a report: looked for by name or by meaning, in a short list that tells an expert only names."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings

from accounts.models import User
from matchmaking.matches.engine.embedding import clean_text
from matchmaking.matches.enums import Sought
from matchmaking.matches.meaning.index import query_key
from matchmaking.matches.models import MeaningQuery, ScoringPolicy, StartupMeaning
from research.candidates import SHOWN, candidates_for
from research.models import Candidate, Commission
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def writing(cast: Cast) -> Commission:
    pair = stories.match_of(cast.company, cast.startup)
    return works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)


@pytest.fixture
def expert(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.expert)


def startup(name: str, vector: list[float] | None = None, **more: str) -> Startup:
    made = factories.StartupFactory(organisation__name=name, organisation__name_en="", **more)
    if vector:
        StartupMeaning.objects.create(startup=made, edition="e", key=name, vector=vector)
    return made


def means(words: str, vector: list[float]) -> None:
    """A worker has said what the words mean."""
    policy, text = ScoringPolicy.objects.in_force().get().pk, clean_text(words) or ""
    key = query_key(Sought.STARTUPS, policy, text)
    MeaningQuery.objects.create(key=key, edition="e", vector=vector)


def page(made: Commission, words: str | None = None, language: str = "en") -> str:
    query = "" if words is None else f"?{urlencode({'q': words})}"
    return f"/{language}/expert/{made.pk}/report/{query}"


def offered(client: Client, made: Commission, words: str) -> list[str]:
    """The startups that the page lets choose, as they are called there."""
    form = client.get(page(made, words)).context["candidate_form"]
    return [label for _key, label in form.fields["startup"].choices]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("cart", ["Cartless (Singapore)"]),
        ("ＣＡＲＴ", ["Cartless (Singapore)"]),
        ("less cart", ["Cartless (Singapore)"]),
        ("tsum", []),
        ("%", []),
        ("_", []),
    ],
)
def test_a_name_or_a_part_of_it_is_found_whatever_its_width_and_order(
    words: str, names: list[str], expert: Client, writing: Commission
) -> None:
    startup("Cartless")
    startup("Moorsense")
    assert offered(expert, writing, words) == names


def test_nobody_learns_whether_a_word_stands_in_a_profile(expert: Client, writing: Commission) -> None:
    """An expert reads the profiles of what is assigned to them: a search is no way around that."""
    startup("Quiet", solution="Kuwano valves without seals", one_liner="Valves")
    for words in ("Kuwano", "valves", "seals"):
        assert (offered(expert, writing, words), candidates_for(words).count) == ([], 0), words
    html = unescape(expert.get(page(writing, "Quiet")).content.decode())
    assert [word for word in ("Kuwano", "Valves") if word in html] == []
    assert "Quiet (Singapore)" in html


def test_who_does_not_take_part_is_not_found(expert: Client, writing: Commission) -> None:
    for status in ("draft", "submitted", "suspended", "withdrawn"):
        startup(f"Cart {status}", [1.0, 0.0], organisation__status=status)
    means("cart", [1.0, 0.0])
    assert offered(expert, writing, "cart") == []
    assert "No startup was found." in expert.get(page(writing, "cart")).content.decode()


def test_what_comes_nearest_in_meaning_follows_the_names_and_says_so(
    expert: Client, writing: Commission
) -> None:
    startup("Far", [-1.0, 0.0])
    startup("Near", [0.9, 0.1])
    startup("Nearest", [1.0, 0.0])
    startup("Till Masters", [0.0, 1.0])
    means("till", [1.0, 0.0])
    assert offered(expert, writing, "till") == [
        "Till Masters (Singapore)",
        "Nearest (Singapore): near in meaning",
        "Near (Singapore): near in meaning",
        "Far (Singapore): near in meaning",
    ]
    assert not candidates_for("till").waiting


def test_the_list_is_short_and_says_when_there_are_more(expert: Client, writing: Commission) -> None:
    for number in range(SHOWN + 2):
        startup(f"Cart {number}", [1.0, 0.0])
    assert len(offered(expert, writing, "cart")) == SHOWN
    html = expert.get(page(writing, "cart")).content.decode()
    assert f"{SHOWN} of {SHOWN + 2} with these words in their name" in html
    means("wheels", [1.0, 0.0])
    assert len(offered(expert, writing, "wheels")) == SHOWN


def test_before_anything_is_looked_for_there_is_nothing_to_choose(
    expert: Client, writing: Commission
) -> None:
    for words in (None, "", "  "):
        html = expert.get(page(writing, words)).content.decode()
        assert ('name="q"' in html, "candidates/add/" in html) == (True, False), words


@pytest.mark.parametrize("language", ["en", "ja"])
def test_from_the_search_to_the_startup_in_the_report_without_scripts(
    language: str, expert: Client, writing: Commission
) -> None:
    """And a slip loses neither the words, nor the list, nor what was chosen and written."""
    found = startup("Cartless")
    shown = expert.get(page(writing, "cart", language))
    assert shown.context["candidate_form"]["q"].value() == "cart"
    address = f"/{language}/expert/{writing.pk}/report/candidates/add/"
    slip = expert.post(address, {"q": "cart", "startup": found.pk, "reason": " "})
    form = slip.context["candidate_form"]
    assert (list(form.errors), [key for key, _label in form.fields["startup"].choices]) == (
        ["reason"],
        [found.pk],
    )
    html = slip.content.decode()
    assert f'value="{found.pk}"' in html
    assert html.count("checked") == 1
    none = expert.post(address, {"q": "cart", "reason": "It fits."})
    assert list(none.context["candidate_form"].errors) == ["startup"]
    assert "It fits." in none.content.decode()
    done = expert.post(address, {"q": "cart", "startup": found.pk, "reason": "It fits."})
    assert (done.status_code, done["Location"]) == (302, f"{page(writing, None, language)}#candidates")
    assert Candidate.objects.values_list("startup", "reason").get() == (found.pk, "It fits.")


def test_what_was_chosen_stays_when_the_list_no_longer_holds_it(expert: Client, writing: Commission) -> None:
    found, other = startup("Cartless"), startup("Moorsense")
    form = expert.post(
        f"{page(writing)}candidates/add/", {"q": "moor", "startup": found.pk, "reason": ""}
    ).context["candidate_form"]
    assert [key for key, _label in form.fields["startup"].choices] == [other.pk, found.pk]


@pytest.mark.parametrize("words", ["a\u202eb", "x" * 201])
def test_words_that_cannot_be_taken_are_told_at_their_field(
    words: str, expert: Client, writing: Commission
) -> None:
    answer = expert.get(page(writing, words))
    assert (list(answer.context["seek_form"].errors), bool(answer.context.get("found"))) == (["q"], False)
    assert 'id="error-summary-title"' in answer.content.decode()


@override_settings(RATE_LIMITS={"search": (2, 60)})
def test_it_counts_as_a_search(expert: Client, writing: Commission) -> None:
    assert [expert.get(page(writing, "cart")).status_code for _each in range(3)] == [200, 200, 429]
    assert expert.get(page(writing)).status_code == 200, "the report itself can be written"


def test_nobody_else_looks_for_startups_there(writing: Commission, cast: Cast, as_user: SignIn) -> None:
    other = factories.ExpertFactory().user
    for person in (cast.officer, cast.company_owner, cast.startup_owner, other):
        assert as_user(person).get(page(writing, "cart")).status_code == 404
    works.published(writing, cast.expert, cast.officer)
    assert as_user(cast.expert).get(page(writing, "cart")).status_code == 404
