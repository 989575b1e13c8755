"""When an assignment is over nothing of it opens any more: every address of the app, its files, its versions, the deck.

The addresses are read from the app's own table, so that one that is added later is tried here by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from documents.urls import urlpatterns as document_patterns
from research import actions
from research.actions import Opinion
from research.models import AdviceRequest, Commission
from research.urls import urlpatterns
from tests import factories
from tests.conftest import Cast
from tests.documents import documents
from tests.meetings import stories
from tests.research import works
from tests.research.sheets import everything
from tests.startups import decks

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
# Pages of the expert about themselves, and those on which firms ask, which name no assignment.
WITHOUT_ASSIGNMENT = {
    *("own", "conflicts", "experts", "commissions", "assessments", "ask_advice", "own_list", "ask"),
    *("ask_check", "ask_send"),
}
OF_ADVICE = {"assess", "decline_advice", "take_back_advice"}
DECK = ("deck_file", "deck_first_page", "deck_thumbnail", "deck_pages", "detail", "profile")


@dataclass(frozen=True)
class Work:
    """One expert's research of a pair with a file in it, returned once, and an assessment of the same startup."""

    made: Commission
    asked: AdviceRequest
    document: int
    kept: int  # the file as it was delivered with the first version


@pytest.fixture
def work(cast: Cast) -> Work:
    decks.shelved(cast.startup, cast.startup_owner)
    made = works.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    works.accepted(made, cast.expert, cast.officer)
    row = actions.add_document(made, "Interview notes", by=cast.expert)
    documents.shelved(row.document, cast.expert)
    actions.add_candidate(made, cast.other_startup, reason="It fits.", by=cast.expert)
    version = works.delivered(made, cast.expert)
    actions.return_report(made, [actions.Remark("market", 1, "Whose figure?")], by=cast.officer)
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer, cast.company)
    return Work(made, asked, row.document_id, version.files.get().pk)


def keys_of(name: str, work: Work) -> dict[str, Any]:
    """What stands in the address of a page of this work."""
    keys: dict[str, Any] = {"pk": work.made.pk}
    if name in OF_ADVICE:
        keys = {"pk": work.asked.pk}
    elif name.startswith("delivered_"):
        keys = {"pk": work.kept}
    return keys


def addresses(work: Work, language: str = "en") -> dict[str, str]:
    """Every address of research that names an assignment, of its document and of the startup's deck."""
    more = {
        "remove": {"what": "figures", "row": work.made.figures.earliest("pk").pk},
        "save_section": {"kind": "risks"},
        "version": {"number": 1},
        "version_word": {"number": 1},
        "delivered_thumbnail": {"number": 1},
    }
    found = {}
    with translation.override(language):
        for each in urlpatterns:
            if each.name not in WITHOUT_ASSIGNMENT:
                keys = keys_of(each.name, work) | more.get(each.name, {})
                found[each.name] = reverse(f"research:{each.name}", kwargs=keys)
        for kind in ("candidates", "documents"):
            row = getattr(work.made, kind).get().pk
            keys = {"pk": work.made.pk, "what": kind, "row": row}
            found[f"remove {kind}"] = reverse("research:remove", kwargs=keys)
        for each in document_patterns:
            keys = {"pk": work.document} | ({"number": 1} if each.name == "thumbnail" else {})
            found[f"document {each.name}"] = reverse(f"documents:{each.name}", kwargs=keys)
        for name in DECK:
            keys = {"pk": work.made.match.startup_id} | ({"number": 1} if name == "deck_thumbnail" else {})
            found[f"startup {name}"] = reverse(f"startups:{name}", kwargs=keys)
    return found


WHILE_IT_LASTS = {
    *("assignment", "report", "deliver", "assess", "decline_advice"),
    *("document document", "document state", "document delete", "document file"),
    *("document first_page", "document thumbnail"),
    *("startup deck_file", "startup deck_first_page", "startup deck_thumbnail"),
}


def opened(client: Client, work: Work, language: str = "en") -> set[str]:
    """What answers with a page or a file; 286 is a page that need not be asked for again."""
    urls = addresses(work, language)
    return {name for name, url in urls.items() if client.get(url).status_code in (200, 286)}


def published(work: Work, cast: Cast) -> None:
    actions.deliver(work.made, by=cast.expert)
    actions.publish_report(work.made, by=cast.officer)


def cancelled(work: Work, cast: Cast) -> None:
    actions.cancel(work.made, reason="The budget is gone.", by=cast.officer)


def given_back(work: Work, cast: Cast) -> None:
    actions.declare_conflict(cast.expert.expert, cast.company.organisation, reason="Shares", by=cast.expert)


def given(work: Work, cast: Cast) -> None:
    opinions = {each.value: Opinion(4, "Seen.") for each in work.asked.criteria()}
    actions.give_assessment(work.asked, opinions, by=cast.expert)


def declined(work: Work, cast: Cast) -> None:
    actions.decline_assessment(work.asked, reason="time", by=cast.expert)


def taken_back(work: Work, cast: Cast) -> None:
    actions.take_back_advice_request(work.asked, by=cast.officer)


ENDS_OF_RESEARCH = [published, cancelled]
ENDS_OF_ADVICE = [given, declined, taken_back]


def answers(client: Client, work: Work, language: str) -> dict[str, int]:
    """Every address that answers anything but that there is no such page, read or written to."""
    sent = {
        "declared": "on",
        "reason": "time",
        "text": "Late words",
        "seen": 1,
        "title": "Late",
        "startup": work.made.match.startup_id,
        "label": "Late",
        "year": 2024,
        "amount": "1",
        "currency": "JPY",
        "source": "Late",
        "language": "en",
    }
    found = {}
    for name, url in addresses(work, language).items():
        found[f"get {name}"] = client.get(url).status_code
        found[f"post {name}"] = client.post(url, sent).status_code
        found[f"head {name}"] = client.head(url).status_code
    return {name: status for name, status in found.items() if status not in (404, 405)}


def test_while_it_lasts_the_expert_opens_just_these(work: Work, cast: Cast, as_user: SignIn) -> None:
    """So that what is closed afterwards was open before."""
    assert opened(as_user(cast.expert), work) == WHILE_IT_LASTS


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("of_advice", ENDS_OF_ADVICE)
@pytest.mark.parametrize("of_research", ENDS_OF_RESEARCH)
def test_after_the_end_of_both_every_address_is_as_if_it_did_not_exist(
    of_research: Any, of_advice: Any, language: str, work: Work, cast: Cast, as_user: SignIn
) -> None:
    of_advice(work, cast)
    of_research(work, cast)
    before = everything()
    assert answers(as_user(cast.expert), work, language) == {}
    assert everything() == before, "and nothing that was sent has been kept"


def test_a_conflict_of_interest_that_is_declared_closes_all_of_it_at_once(
    work: Work, cast: Cast, as_user: SignIn
) -> None:
    client = as_user(cast.expert)
    assert opened(client, work)
    given_back(work, cast)
    before = everything()
    assert answers(client, work, "en") == {}
    assert everything() == before


@pytest.mark.parametrize("end", ENDS_OF_RESEARCH)
def test_research_that_has_ended_leaves_the_assessment_open_and_nothing_else(
    end: Any, work: Work, cast: Cast, as_user: SignIn
) -> None:
    """The assessment is of the same startup: its deck stays open for that."""
    end(work, cast)
    left = {"assess", "decline_advice", "startup deck_file", "startup deck_first_page"}
    assert opened(as_user(cast.expert), work) == left | {"startup deck_thumbnail"}


@pytest.mark.parametrize("end", ENDS_OF_ADVICE)
def test_an_assessment_that_is_over_leaves_the_research_open(
    end: Any, work: Work, cast: Cast, as_user: SignIn
) -> None:
    end(work, cast)
    assert opened(as_user(cast.expert), work) == WHILE_IT_LASTS - {"assess", "decline_advice"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_whoever_took_it_over_opens_it_and_whoever_had_it_does_not(
    language: str, work: Work, cast: Cast, as_user: SignIn
) -> None:
    other = factories.ExpertFactory()
    Commission.objects.filter(pk=work.made.pk).update(expert=other)
    AdviceRequest.objects.filter(pk=work.asked.pk).update(expert=other)
    assert answers(as_user(cast.expert), work, language) == {}
    assert opened(as_user(other.user), work, language) >= {"assignment", "report", "assess"}


def test_whoever_leaves_the_programme_opens_nothing(work: Work, cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.expert)
    User.objects.filter(pk=cast.expert.pk).update(staff_role="")
    assert opened(client, work) == set()


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "other_company_owner", "newcomer"])
def test_nobody_of_a_firm_or_a_startup_opens_what_is_in_an_expert_s_hands(
    person: str, work: Work, cast: Cast, as_user: SignIn
) -> None:
    """But for a firm its own request, and a startup's people their own deck."""
    found = opened(as_user(getattr(cast, person)), work)
    assert {name for name in found if not name.startswith("startup ")} == (
        {"own_commission"} if person == "company_owner" else set()
    )


def test_the_table_of_what_names_no_assignment_is_about_addresses_that_there_are() -> None:
    names = {each.name for each in urlpatterns}
    assert names >= WITHOUT_ASSIGNMENT | OF_ADVICE
    assert {each.name for each in urlpatterns if "pk" not in str(each.pattern)} == WITHOUT_ASSIGNMENT
