"""How many requests may wait for an answer at once, of a side and to it, and what who asks for one more reads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation

from accounts.models import User
from companies.models import Company
from matchmaking.core.models import Notice
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match
from meetings import actions
from meetings.enums import DeclineReason, RequestStatus
from meetings.models import MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import pages, stories
from tests.meetings.people import line

SignIn = Callable[[User], Client]
MOST = 3
pytestmark = pytest.mark.django_db
ASKED = 4  # at once of a side that has not answered
limited = override_settings(OPEN_REQUESTS_MAX=MOST, UNANSWERED_REQUESTS_MAX=ASKED)


@pytest.fixture(autouse=True)
def _limited() -> Any:
    with limited:
        yield


def one_more(cast: Cast) -> Match:
    return stories.match_of(cast.company, factories.StartupFactory())


def full(cast: Cast, number: int = MOST) -> list[MeetingRequest]:
    return [stories.asked(one_more(cast), cast.company_owner) for _ in range(number)]


def wish(cast: Cast, match: Match) -> dict[str, Any]:
    """What the page of a request sends."""
    return {
        **line(),
        "purpose": "A first talk about the till",
        "minutes": 45,
        "language": "en",
        "interpreter_wanted": "on",
        "transfer": "on",
    }


def test_a_firm_asks_until_its_limit_and_not_beyond(cast: Cast) -> None:
    full(cast)
    match = one_more(cast)
    with pytest.raises(actions.TooManyOpen):
        stories.asked(match, cast.company_member)
    match.refresh_from_db()
    assert match.status == MatchStatus.DISCLOSED
    assert MeetingRequest.objects.count() == MOST
    assert not Notice.objects.filter(link_kwargs__pk=match.pk).exists()


@pytest.mark.parametrize("how", ["accept", "decline", "withdraw", "lapse"])
def test_whatever_ends_the_waiting_makes_room(cast: Cast, how: str) -> None:
    first, *_rest = full(cast)
    by = cast.officer
    if how == "accept":
        actions.accept(first, by=by)
    elif how == "decline":
        actions.decline(first, reason=DeclineReason.NO_FIT, by=by)
    elif how == "withdraw":
        actions.withdraw(first, by=cast.company_owner)
    else:
        MeetingRequest.objects.filter(pk=first.pk).update(status=RequestStatus.LAPSED)
    assert stories.asked(one_more(cast), cast.company_owner).status == RequestStatus.REQUESTED


def test_other_firms_are_not_counted(cast: Cast) -> None:
    full(cast)
    theirs = stories.match_of(cast.other_company, factories.StartupFactory())
    assert stories.asked(theirs, cast.other_company_owner).status == RequestStatus.REQUESTED


def waiting_for(cast: Cast, number: int = ASKED) -> list[MeetingRequest]:
    """Requests of so many firms that the cast's startup has to answer."""
    firms = [factories.ChallengeFactory().company for _ in range(number)]
    return [
        stories.asked(stories.match_of(firm, cast.startup), cast.officer, consent="By telephone")
        for firm in firms
    ]


@pytest.mark.parametrize("by", ["company_owner", "officer"])
def test_a_startup_has_no_more_to_answer_at_once_than_it_can_read(cast: Cast, by: str) -> None:
    first, *_rest = waiting_for(cast)
    match = stories.match_of(cast.company, cast.startup)
    with pytest.raises(actions.TooManyOpen) as refused:
        stories.asked(match, getattr(cast, by), consent="By telephone")
    crowd = refused.value.crowd
    assert (crowd.organisation, crowd.asks, crowd.count) == (cast.startup.organisation, False, ASKED)
    match.refresh_from_db()
    assert match.status == MatchStatus.DISCLOSED
    actions.decline(first, reason=DeclineReason.NO_FIT, by=cast.startup_owner)
    assert stories.asked(match, getattr(cast, by), consent="By telephone").status == RequestStatus.REQUESTED


def test_what_came_back_otherwise_is_the_others_to_answer(cast: Cast) -> None:
    """A proposal hands the turn back, so that it no longer fills the startup's desk but the firm's."""
    first, *_rest = waiting_for(cast)
    terms = actions.Terms(60, "en", interpreter_wanted=False)
    actions.propose(first, Side.STARTUP, terms, by=cast.startup_owner)
    assert stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)


def for_the_startup(cast: Cast, firm: Company) -> MeetingRequest:
    match, wish = stories.match_of(firm, cast.startup), stories.wish(consent="By telephone")
    return actions.request_meeting(match, wish, side=Side.STARTUP, by=cast.officer)


def test_staff_ask_for_a_side_within_its_limit_as_it_would_itself(cast: Cast) -> None:
    full(cast)
    with pytest.raises(actions.TooManyOpen) as refused:
        stories.asked(one_more(cast), cast.officer, consent="By telephone")
    assert (refused.value.crowd.organisation, refused.value.crowd.asks) == (cast.company.organisation, True)
    made = [for_the_startup(cast, factories.ChallengeFactory().company) for _ in range(MOST)]
    with pytest.raises(actions.TooManyOpen) as refused:
        for_the_startup(cast, factories.ChallengeFactory().company)
    assert (refused.value.crowd.organisation, refused.value.crowd.asks) == (cast.startup.organisation, True)
    actions.withdraw(made[0], by=cast.startup_owner)
    assert for_the_startup(cast, factories.ChallengeFactory().company).status == RequestStatus.REQUESTED


def test_a_firm_too_has_no_more_to_answer_than_its_limit(cast: Cast) -> None:
    for _number in range(ASKED):
        match = stories.match_of(cast.company, factories.StartupFactory())
        wish = stories.wish(consent="By telephone")
        actions.request_meeting(match, wish, side=Side.STARTUP, by=cast.officer)
    with pytest.raises(actions.TooManyOpen) as refused:
        for_the_startup(cast, cast.company)
    assert (refused.value.crowd.organisation, refused.value.crowd.asks) == (cast.company.organisation, False)


@pytest.mark.parametrize(
    ("page", "by", "fill", "text"),
    [
        (
            "request", "company_owner", "startup",
            "4 requests wait for an answer of {startup}, and no more may wait at once. Ask again in a few days",
        ),
        (
            "request_for_firm", "officer", "company",
            "3 requests of {company} wait for an answer, and no more may wait at once. Wait for an answer, or",
        ),
    ],
)  # fmt: skip
def test_it_is_read_before_anything_is_written_on_the_check_page_and_when_it_is_sent(
    cast: Cast, as_user: SignIn, page: str, by: str, fill: str, text: str
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    (waiting_for if fill == "startup" else full)(cast)
    client = as_user(getattr(cast, by))
    organisations = {side: getattr(cast, side).organisation.name_en or getattr(cast, side).organisation.name
                     for side in ("company", "startup")}  # fmt: skip
    typed = {**wish(cast, match), "consent": "By telephone"}
    expected = text.format(**organisations)
    assert expected in pages.words(client.get(pages.path(page, match_pk=match.pk)))
    for step in ("check", "send"):
        answer = client.post(pages.path(f"{page}_{step}", match_pk=match.pk), typed)
        assert expected in pages.words(answer), step
        assert answer.context["form"]["purpose"].value() == typed["purpose"]
    assert not match.requests.exists()


@pytest.mark.django_db(transaction=True)
def test_two_firms_at_once_do_not_pass_the_limit_of_a_startup_together(cast: Cast) -> None:
    waiting_for(cast, ASKED - 1)
    matches = [stories.match_of(each, cast.startup) for each in (cast.company, cast.other_company)]
    barrier = Barrier(2)

    def ask(match: Match, by: User) -> bool:
        barrier.wait(timeout=20)
        try:
            stories.asked(Match.objects.get(pk=match.pk), by)
        except actions.TooManyOpen:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(ask, matches, [cast.company_owner, cast.other_company_owner]))
    assert sorted(done) == [False, True]
    assert MeetingRequest.objects.awaiting_answer_of(Side.STARTUP).count() == ASKED


@pytest.mark.django_db(transaction=True)
def test_two_members_at_once_do_not_pass_it_together(cast: Cast) -> None:
    full(cast, MOST - 1)
    matches, barrier = [one_more(cast), one_more(cast)], Barrier(2)

    def ask(match: Match, by: User) -> bool:
        barrier.wait(timeout=20)
        try:
            stories.asked(Match.objects.get(pk=match.pk), by)
        except actions.TooManyOpen:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(ask, matches, [cast.company_owner, cast.company_member]))
    assert sorted(done) == [False, True]
    waiting = MeetingRequest.objects.awaiting_answer()
    assert waiting.asked_for_by(Side.COMPANY, cast.company.pk).count() == MOST


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "3 requests of yours wait for an answer, and no more may wait at once."),
        ("ja", "回答待ちの申込みが3件あり、同時に申し込める上限に達しています。"),
    ],
)
def test_who_asks_for_one_more_is_told_what_to_do_and_loses_nothing(
    cast: Cast, as_user: SignIn, language: str, words: str
) -> None:
    full(cast)
    match = one_more(cast)
    client = as_user(cast.company_owner)
    typed = wish(cast, match)
    answer = client.post(pages.path("request_send", language=language, match_pk=match.pk), typed)
    with translation.override(language):
        shown = pages.words(answer)
    assert answer.status_code == 200
    assert words in shown
    assert answer.context["form"]["purpose"].value() == typed["purpose"]
    assert MeetingRequest.objects.count() == MOST


@override_settings(OPEN_REQUESTS_MAX=1)
def test_of_one_request_it_is_told_in_the_singular(cast: Cast, as_user: SignIn) -> None:
    full(cast, 1)
    match = one_more(cast)
    send = pages.path("request_send", match_pk=match.pk)
    shown = pages.words(as_user(cast.company_owner).post(send, wish(cast, match)))
    assert "1 request of yours waits for an answer, and no more may wait at once." in shown


def test_consent_given_with_a_request_that_is_refused_stays_given(cast: Cast, as_user: SignIn) -> None:
    """It was agreed to; only the meeting is not asked for."""
    full(cast)
    match = one_more(cast)
    before = cast.company.transfer_consents.in_force().count()
    as_user(cast.company_owner).post(pages.path("request_send", match_pk=match.pk), wish(cast, match))
    assert cast.company.transfer_consents.in_force().count() >= before


def test_staff_read_the_deadline_of_what_waits_first_and_the_time_of_what_is_booked(
    cast: Cast, as_user: pages.SignIn
) -> None:
    booked = stories.published(stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer)[0]
    waits = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    first, second = pages.table(as_user(cast.officer).get(pages.path("requests")))[1:]
    assert (first[1], second[1]) == (str(waits.startup), str(booked.request.startup))
    assert (first[4] != "–", first[5]) == (True, "–")
    assert (second[4], "June 2031" in second[5]) == ("–", True)
