"""How many requests of a firm may wait for an answer at once, and what somebody reads who asks for one more."""

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
from matchmaking.core.models import Notice
from matchmaking.matches.enums import MatchStatus
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
limited = override_settings(OPEN_REQUESTS_MAX=MOST)


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


def test_a_startup_may_be_asked_by_any_number_of_firms(cast: Cast) -> None:
    for _number in range(MOST + 2):
        match = stories.match_of(factories.ChallengeFactory().company, cast.startup)
        stories.asked(match, cast.officer, consent="By telephone")
    assert MeetingRequest.objects.awaiting_answer().count() == MOST + 2


def test_staff_ask_beyond_it_knowing_what_they_do(cast: Cast) -> None:
    full(cast)
    made = stories.asked(one_more(cast), cast.officer, consent="By telephone")
    assert made.status == RequestStatus.REQUESTED
    assert MeetingRequest.objects.awaiting_answer_to(cast.company.pk).count() == MOST + 1


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
    assert MeetingRequest.objects.awaiting_answer_to(cast.company.pk).count() == MOST


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
