"""What cards, comparison and the pair's page say of the last request, and what each side can do about it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaking.matches.last_requests import last_requests
from matchmaking.matches.models import Match
from meetings import actions
from meetings.enums import DeclineReason, RequestStatus
from meetings.models import MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.matches.pages import links, source
from tests.meetings import stories

pytestmark = pytest.mark.django_db

OVER = {RequestStatus.LAPSED, RequestStatus.WITHDRAWN, RequestStatus.CANCELLED}
MET = {RequestStatus.HELD, RequestStatus.NO_SHOW}


@pytest.fixture
def request_(cast: Cast) -> MeetingRequest:
    return stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)


def in_state(request: MeetingRequest, status: str) -> Match:
    reason = DeclineReason.OTHER if status == RequestStatus.DECLINED else ""
    MeetingRequest.objects.filter(pk=request.pk).update(status=status, decline_reason=reason)
    return Match.objects.with_parties().get(pk=request.match_id)


@pytest.mark.parametrize("status", RequestStatus)
def test_the_firm_may_ask_again_unless_a_request_is_open_or_was_declined(
    request_: MeetingRequest, cast: Cast, status: str
) -> None:
    match = in_state(request_, status)
    found = last_requests([match], cast.company_owner)[match.pk]
    assert found.may_ask_again == (status in OVER | MET)
    assert found.words == RequestStatus(status).label
    assert found.url == reverse("meetings:detail", kwargs={"pk": request_.pk})


def test_an_earlier_no_stands_whatever_came_later(request_: MeetingRequest, cast: Cast) -> None:
    in_state(request_, RequestStatus.DECLINED)
    again = MeetingRequest.objects.get(pk=request_.pk)
    again.pk, again.status, again.decline_reason = None, RequestStatus.LAPSED, ""
    again.save(force_insert=True)
    match = in_state(again, RequestStatus.LAPSED)
    found = last_requests([match], cast.company_owner)[match.pk]
    assert (found.words, found.may_ask_again) == ("Lapsed", False)


def test_the_startup_is_led_to_its_answer_and_then_to_the_request(
    request_: MeetingRequest, cast: Cast, as_user: Any
) -> None:
    startup = as_user(cast.startup_owner)
    answer, detail = (
        reverse(f"meetings:{name}", kwargs={"pk": request_.pk}) for name in ("answer", "detail")
    )
    pages = [("matches:interest", {}), ("matches:detail", {"pk": request_.match_id})]
    for name, where in pages:
        assert answer in links(source(startup, name, **where), "/answer/")
    actions.accept(request_, by=cast.startup_owner)
    for name, where in pages:
        page = source(startup, name, **where)
        assert (links(page, "/answer/"), detail in links(page, "/meetings/")) == ([], True)
        assert "Accepted" in page


@pytest.mark.parametrize("status", [RequestStatus.REQUESTED, RequestStatus.DECLINED, RequestStatus.LAPSED])
def test_the_firm_sees_how_its_request_stands_wherever_it_meets_the_startup(
    request_: MeetingRequest, cast: Cast, as_user: Any, status: str
) -> None:
    in_state(request_, status)
    other = stories.match_of(cast.company, cast.other_startup)
    firm = as_user(cast.company_owner)
    ask = reverse("meetings:request", kwargs={"match_pk": request_.match_id})
    detail = reverse("meetings:detail", kwargs={"pk": request_.pk})
    for name, query, where in (
        ("matches:list", "", {}),
        ("matches:compare", f"?s={request_.match_id}&s={other.pk}", {}),
        ("matches:detail", "", {"pk": request_.match_id}),
    ):
        page = source(firm, name, query, **where)
        assert (detail in links(page, "/meetings/"), ask in links(page, "/request/")) == (
            True,
            status == RequestStatus.LAPSED,
        )
        assert re.search(rf"tag[^>]*>\s*{RequestStatus(status).label}", page)


def test_a_pair_put_aside_is_not_asked_again(request_: MeetingRequest, cast: Cast, as_user: Any) -> None:
    in_state(request_, RequestStatus.LAPSED)
    Match.objects.filter(pk=request_.match_id).update(
        status="dismissed", dismissed_at=timezone.now(), dismissed_by="staff", dismiss_reason="other"
    )
    page = source(as_user(cast.company_owner), "matches:detail", pk=request_.match_id)
    assert links(page, "/request/") == []


def test_pairs_without_a_request_have_none_and_any_number_costs_one_query(cast: Cast) -> None:
    matches = [stories.match_of(cast.company, factories.StartupFactory()) for _each in range(3)]
    stories.asked(matches[0], cast.company_owner)
    assert cast.company_owner.organisation
    every = list(Match.objects.with_parties().order_by("pk"))
    with CaptureQueriesContext(connection) as queries:
        found = last_requests(every, cast.company_owner)
    assert (list(found), len(queries)) == ([matches[0].pk], 1)
    assert last_requests([], cast.company_owner) == {}
