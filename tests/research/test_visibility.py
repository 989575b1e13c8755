"""Who sees which research, report, version, assessment and file in each of its states: every person, every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
from django.test import Client

from accounts.models import User
from matchmaking.matches.models import Match
from research import actions
from research.actions import Opinion, Remark
from research.enums import AdviceStatus, CommissionStatus
from research.findings import find_research
from research.models import AdviceRequest, Commission
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PEOPLE = tuple(each.name for each in fields(Cast) if each.type == "User")
OFFICE = {"officer", "administrator"}
FIRM = {"company_owner", "company_member"}
RESULT = "Buy one and try it for a season."
REVISED = "Buy two, says the second look."
REMARK = "Where does this figure come from?"


def requested(made: Commission, cast: Cast) -> None:
    """As it was asked for."""


def offered(made: Commission, cast: Cast) -> None:
    works.offered(made, cast.expert, cast.officer)


def refused(made: Commission, cast: Cast) -> None:
    offered(made, cast)
    actions.refuse(made, reason="time", by=cast.expert)


def in_writing(made: Commission, cast: Cast) -> None:
    works.accepted(made, cast.expert, cast.officer)


def delivered(made: Commission, cast: Cast) -> None:
    in_writing(made, cast)
    works.delivered(made, cast.expert)


def returned(made: Commission, cast: Cast) -> None:
    delivered(made, cast)
    actions.return_report(made, [Remark("market", 1, REMARK)], by=cast.officer)


def delivered_again(made: Commission, cast: Cast) -> None:
    returned(made, cast)
    actions.save_section(made, "recommendation", REVISED, seen=1, by=cast.expert)
    actions.deliver(made, by=cast.expert)


def published(made: Commission, cast: Cast) -> None:
    delivered_again(made, cast)
    actions.publish_report(made, by=cast.officer)


def declined(made: Commission, cast: Cast) -> None:
    actions.cancel(made, reason="There is one already.", by=cast.officer)


def cancelled(made: Commission, cast: Cast) -> None:
    delivered(made, cast)
    actions.cancel(made, reason="The budget is gone.", by=cast.officer)


STATES: dict[str, Callable[[Commission, Cast], None]] = {
    each.__name__: each
    for each in (requested, offered, refused, in_writing, delivered, returned, delivered_again, published,
                 declined, cancelled)
}  # fmt: skip
IN_HAND = {"offered", "in_writing", "delivered", "returned", "delivered_again"}
WRITING = {"in_writing", "returned"}
VERSIONS = {"delivered": 1, "returned": 1, "delivered_again": 2, "published": 2, "cancelled": 1}
ASKING = {"by the firm": "company_owner", "by the office": "officer"}


@pytest.fixture
def pair(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


def brought(pair: Match, cast: Cast, state: str, asked: str = "by the firm") -> Commission:
    made = works.asked(pair, getattr(cast, ASKING[asked]))
    STATES[state](made, cast)
    return made


@pytest.fixture
def people(cast: Cast, as_user: SignIn) -> dict[str, Client]:
    """Everybody, signed in once."""
    return {each: as_user(getattr(cast, each)) for each in PEOPLE}


def who_gets(people: dict[str, Client], address: str) -> dict[str, int]:
    """The answer that each person gets who does not get 404."""
    found = {person: client.get(address).status_code for person, client in people.items()}
    return {person: status for person, status in found.items() if status != 404}


def opened(people: set[str], status: int = 200) -> dict[str, int]:
    return dict.fromkeys(people, status)


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("state", STATES)
def test_research_is_seen_by_the_office_its_expert_in_hand_and_its_firm(
    state: str, asked: str, pair: Match, cast: Cast
) -> None:
    made = brought(pair, cast, state, asked)
    seen = {each for each in PEOPLE if made in Commission.objects.visible_to(getattr(cast, each))}
    to_firm = FIRM if asked == "by the firm" or state == "published" else set()
    assert seen == OFFICE | to_firm | ({"expert"} if state in IN_HAND else set())


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("state", STATES)
def test_each_page_of_research_opens_for_its_readers_and_for_nobody_else(
    state: str, asked: str, pair: Match, cast: Cast, people: dict[str, Client]
) -> None:
    made = brought(pair, cast, state, asked)
    expert = {"expert"} if state in IN_HAND else set()
    firm = FIRM if asked == "by the firm" or state == "published" else set()
    assert who_gets(people, f"/en/staff/research/{made.pk}/") == opened(OFFICE)
    assert who_gets(people, f"/en/research/{made.pk}/") == opened(firm)
    assert who_gets(people, f"/en/expert/{made.pk}/") == opened(expert)


@pytest.mark.parametrize("state", STATES)
def test_the_report_in_writing_is_its_experts_alone(
    state: str, pair: Match, cast: Cast, people: dict[str, Client]
) -> None:
    made = brought(pair, cast, state)
    report = {"expert": 302 if state == "offered" else 200} if state in IN_HAND else {}
    deliver = {"expert": 200 if state in WRITING else 409} if state in IN_HAND else {}
    assert who_gets(people, f"/en/expert/{made.pk}/report/") == report
    assert who_gets(people, f"/en/expert/{made.pk}/report/deliver/") == deliver


@pytest.mark.parametrize("state", STATES)
def test_versions_are_read_by_the_office_alone(
    state: str, pair: Match, cast: Cast, people: dict[str, Client]
) -> None:
    made = brought(pair, cast, state)
    there = VERSIONS.get(state, 0)
    for number in (1, 2, 3):
        found = who_gets(people, f"/en/staff/research/{made.pk}/{number}/")
        assert found == (opened(OFFICE) if number <= there else {}), number


@pytest.mark.parametrize("state", STATES)
def test_the_offices_decisions_stand_open_only_when_there_is_something_to_decide(
    state: str, pair: Match, cast: Cast, people: dict[str, Client]
) -> None:
    made = brought(pair, cast, state)
    decided = opened(OFFICE, 200 if state in ("delivered", "delivered_again") else 409)
    ended = opened(OFFICE, 409 if state in ("published", "declined", "cancelled") else 200)
    for page, answers in (("return", decided), ("publish", decided), ("cancel", ended)):
        assert who_gets(people, f"/en/staff/research/{made.pk}/{page}/") == answers, page


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("state", STATES)
def test_the_firm_reads_the_result_once_published_and_the_last_version_only(
    state: str, asked: str, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    made = brought(pair, cast, state, asked)
    html = as_user(cast.company_member).get(f"/en/research/{made.pk}/").content.decode()
    found = {words for words in (RESULT, REVISED, REMARK, works.TEXTS["risks"]) if words in html}
    assert found == ({REVISED, works.TEXTS["risks"]} if state == "published" else set())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("requested", "Waits for the programme office"),
        ("offered", "Under way"),
        ("refused", "Waits for the programme office"),
        ("in_writing", "Under way"),
        ("delivered", "Under way"),
        ("returned", "Under way"),
        ("delivered_again", "Under way"),
        ("published", "Report received"),
        ("declined", "Not done"),
        ("cancelled", "Not done"),
    ],
)
def test_a_firm_reads_where_it_stands_and_nothing_of_experts_and_returns(
    state: str, words: str, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    User.objects.filter(pk=cast.expert.pk).update(name="Prof. Unnamed")
    made = brought(pair, cast, state)
    for address in ("/en/research/", f"/en/research/{made.pk}/"):
        html = as_user(cast.company_owner).get(address).content.decode()
        assert (words in html, "Prof. Unnamed" in html, "eturned" in html) == (True, False, False), address


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("state", STATES)
def test_lists_hold_what_their_readers_may_open(
    state: str, asked: str, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    made = brought(pair, cast, state, asked)
    lists = {
        "company_owner": ("/en/research/", asked == "by the firm" or state == "published"),
        "other_company_owner": ("/en/research/", False),
        "officer": ("/en/staff/research/", True),
        "expert": ("/en/", state in IN_HAND),
    }
    for person, (address, is_held) in lists.items():
        rows = as_user(getattr(cast, person)).get(address).context["rows"]
        assert [row["commission"].pk for row in rows] == ([made.pk] if is_held else []), person


@pytest.mark.parametrize("state", STATES)
def test_what_was_found_about_a_pair_is_told_to_the_office_and_the_firm_once_published(
    state: str, pair: Match, cast: Cast
) -> None:
    brought(pair, cast, state)
    told = {each: [found.text for found in find_research(pair, getattr(cast, each))] for each in PEOPLE}
    readers = OFFICE | FIRM if state == "published" else set()
    assert {each: words for each, words in told.items() if words} == {each: [REVISED] for each in readers}


def addresses_of(made: Commission) -> list[tuple[str, str]]:
    """All that an expert can do with what is in hand, by method."""
    figure, begun = made.figures.get(year=2025).pk, f"/en/expert/{made.pk}/"
    posts = ("accept/", "refuse/", "report/risks/", "report/deliver/", "report/figures/add/",
             "report/candidates/add/", f"report/figures/{figure}/remove/")  # fmt: skip
    gets = ("", "report/", "report/deliver/")
    return [*(("get", begun + each) for each in gets), *(("post", begun + each) for each in posts)]


ENDS = ("published", "cancelled", "given to another", "no longer an expert")


def ended(made: Commission, cast: Cast, end: str) -> None:
    if end == "published":
        actions.publish_report(made, by=cast.officer)
    elif end == "cancelled":
        actions.cancel(made, reason="The budget is gone.", by=cast.officer)
    elif end == "given to another":
        Commission.objects.update(expert=factories.ExpertFactory())
    else:
        User.objects.filter(pk=cast.expert.pk).update(staff_role="")


@pytest.mark.parametrize("end", ENDS)
def test_after_the_end_the_expert_gets_404_on_every_address_and_changes_nothing(
    end: str, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    made = brought(pair, cast, "delivered")
    addresses = addresses_of(made)
    client = as_user(cast.expert)
    assert client.get(addresses[0][1]).status_code == 200
    ended(made, cast, end)
    before = Commission.objects.values().get()
    sent = {"declared": "on", "reason": "time", "text": "Late words", "seen": 1}
    found = {address: getattr(client, method)(address, sent).status_code for method, address in addresses}
    others = [
        f"/en/research/{made.pk}/",
        f"/en/staff/research/{made.pk}/",
        f"/en/staff/research/{made.pk}/1/",
    ]
    found |= {address: client.get(address).status_code for address in others}
    assert {address: status for address, status in found.items() if status != 404} == {}
    assert (Commission.objects.values().get(), made.figures.count(), made.refusals.count()) == (before, 2, 0)


@pytest.mark.parametrize("state", sorted(IN_HAND))
def test_another_expert_gets_404_on_every_address_of_what_is_not_theirs(
    state: str, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    made = brought(pair, cast, state)
    client = as_user(factories.ExpertFactory().user)
    before = Commission.objects.values().get()
    sent = {"declared": "on", "reason": "time", "text": "Strange words", "seen": 0}
    for page in ("accept/", "refuse/", "report/risks/", "report/deliver/", "report/figures/add/"):
        assert client.post(f"/en/expert/{made.pk}/{page}", sent).status_code == 404, page
    for page in ("", "report/", "report/deliver/"):
        assert client.get(f"/en/expert/{made.pk}/{page}").status_code == 404, page
    assert Commission.objects.values().get() == before


def asked_advice(asked: AdviceRequest, cast: Cast) -> None:
    """As the office asked."""


def given(asked: AdviceRequest, cast: Cast) -> None:
    opinions = {each.value: Opinion(4, f"Seen: {each}") for each in asked.criteria()}
    actions.give_assessment(asked, opinions, by=cast.expert)


def not_given(asked: AdviceRequest, cast: Cast) -> None:
    actions.decline_assessment(asked, reason="field", by=cast.expert)


def taken_back(asked: AdviceRequest, cast: Cast) -> None:
    actions.take_back_advice_request(asked, by=cast.officer)


ADVICE = {
    AdviceStatus.ASKED: asked_advice,
    AdviceStatus.GIVEN: given,
    AdviceStatus.DECLINED: not_given,
    AdviceStatus.TAKEN_BACK: taken_back,
}


@pytest.mark.parametrize("of_pair", [True, False], ids=["of a pair", "of a startup"])
@pytest.mark.parametrize("state", ADVICE)
def test_an_assessment_is_its_experts_until_answered_and_the_offices_always(
    state: AdviceStatus, of_pair: bool, pair: Match, cast: Cast, people: dict[str, Client]
) -> None:
    company = cast.company if of_pair else None
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer, company)
    ADVICE[state](asked, cast)
    expert = {"expert"} if state == AdviceStatus.ASKED else set()
    seen = {each for each in PEOPLE if asked in AdviceRequest.objects.visible_to(getattr(cast, each))}
    assert seen == OFFICE | expert
    begun = f"/en/expert/advice/{asked.pk}/"
    for page in ("", "decline/"):
        assert who_gets(people, begun + page) == opened(expert), page
    take_back = opened(OFFICE, 200 if expert else 409)
    assert who_gets(people, f"/en/staff/research/advice/{asked.pk}/take-back/") == take_back
    assert who_gets(people, "/en/staff/research/advice/") == opened(OFFICE)


@pytest.mark.parametrize("state", [each for each in ADVICE if each != AdviceStatus.ASKED])
def test_an_assessment_that_is_over_is_answered_no_more(
    state: AdviceStatus, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    ADVICE[state](asked, cast)
    before = AdviceRequest.objects.values().get()
    sent = {f"{each}_rating": 1 for each in asked.criteria()} | {"reason": "I have thought again"}
    sent |= {f"{each}_reason": "No" for each in asked.criteria()}
    for page in ("", "decline/"):
        address = f"/en/expert/advice/{asked.pk}/{page}"
        assert as_user(cast.expert).post(address, sent).status_code == 404, page
    assert AdviceRequest.objects.values().get() == before


def test_the_two_vocabularies_of_states_are_tried_in_full(pair: Match, cast: Cast) -> None:
    reached = {
        works.states_of(brought(pair, cast, state))[0] for state in ("requested", "offered", "declined")
    }
    for state in ("delivered", "published", "returned"):
        Commission.objects.update(status=CommissionStatus.CANCELLED, end_reason="Tried")
        reached.add(works.states_of(brought(pair, cast, state))[0])
    assert (reached, set(ADVICE)) == (set(CommissionStatus.values), set(AdviceStatus))
