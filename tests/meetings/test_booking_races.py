"""Many who want the same time at once: one gets it, the others are told politely and get the next free times."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from matchmaking.core.models import AuditEvent
from meetings import actions
from meetings.enums import RequestStatus
from meetings.models import BookingSeat, Meeting, MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import pages, stories

pytestmark = pytest.mark.django_db(transaction=True)
START = stories.at(4)
MANY, AT_ONCE = 100, 50  # a server's connections are fewer than those who click; the rest wait their turn


def wanted_by(cast: Cast, number: int) -> list[MeetingRequest]:
    """Accepted requests of one firm with so many startups."""
    return [
        stories.agreed(
            stories.match_of(cast.company, factories.StartupFactory()), cast.officer, consent="By phone"
        )
        for _each in range(number)
    ]


def click(client: Client, request: MeetingRequest, start: Any = START) -> Any:
    return client.post(pages.path("book", pk=request.pk), {"start": start.isoformat()})


def all_at_once(user: User, requests: list[MeetingRequest]) -> list[Any]:
    """What each of so many clicks at one moment is answered."""
    first = Barrier(AT_ONCE)
    clients = [Client() for _each in requests]
    for client in clients:
        client.force_login(user)

    def act(number: int) -> Any:
        try:
            if number < AT_ONCE:
                first.wait(30)
            return click(clients[number], requests[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, range(len(requests))))


def nobody_is_in_two_places() -> None:
    seats = BookingSeat.objects.blocking().order_by("resource", "period").values_list("resource", "period")
    for (one, first), (other, second) in pairwise(seats):
        assert one != other or first.upper <= second.lower


def test_of_a_hundred_who_want_one_time_one_gets_it_and_the_others_the_next_free_ones(cast: Cast) -> None:
    requests = wanted_by(cast, MANY)
    answers = all_at_once(cast.officer, requests)
    assert Counter(each.status_code for each in answers) == {302: 1, 409: MANY - 1}
    won = Meeting.objects.get()
    assert (won.starts_at, won.seats.blocking().count()) == (START, 2)
    losers = [each for each, answer in zip(requests, answers, strict=True) if answer.status_code == 409]
    assert set(MeetingRequest.objects.filter(pk__in=[each.pk for each in losers]).values_list("status")) == {
        (RequestStatus.ACCEPTED,)
    }
    assert {answer.context["form"].chosen_start() for answer in answers if answer.status_code == 409} == {
        START + timedelta(hours=1)
    }
    client, start = Client(), START
    client.force_login(cast.officer)
    for request in losers:  # each wants what the one before has just got
        answer = click(client, request, start)
        assert (answer.status_code, start < answer.context["form"].chosen_start()) == (409, True)
        start = answer.context["form"].chosen_start()
        assert click(client, request, start).url == pages.path("detail", pk=request.pk)
    assert Meeting.objects.count() == MANY == len(set(Meeting.objects.values_list("period", flat=True)))
    nobody_is_in_two_places()


def test_a_storm_of_bookings_among_a_few_ends_without_a_deadlock_or_half_a_meeting(cast: Cast) -> None:
    """Everybody wants everybody, in both directions at once, all at the same few times."""
    firms = [factories.ChallengeFactory().company for _each in range(4)]
    startups = [factories.StartupFactory() for _each in range(4)]
    requests = [
        stories.agreed(stories.match_of(firm, startup), cast.officer, consent="By phone")
        for firm in firms
        for startup in startups
    ]
    orders = [requests, list(reversed(requests))] * 2

    def storm(order: list[MeetingRequest]) -> Counter[str]:
        ends: Counter[str] = Counter()
        try:
            for number, each in enumerate(order):
                request = MeetingRequest.objects.get(pk=each.pk)
                try:
                    actions.book_free_time(request, START + timedelta(hours=number % 3), by=cast.officer)
                    ends["booked"] += 1
                except Exception as error:
                    ends[type(error).__name__] += 1
        finally:
            connection.close()
        return ends

    with ThreadPoolExecutor(len(orders)) as pool:
        ends = sum(pool.map(storm, orders), Counter())
    assert set(ends) <= {"booked", "DoubleBooking", "TransitionNotAllowed"}
    assert ends["booked"] == Meeting.objects.count() > 0
    assert ends.total() == len(orders) * len(requests)
    assert BookingSeat.objects.blocking().count() == 2 * Meeting.objects.count()
    nobody_is_in_two_places()


def test_a_time_lost_is_not_written_into_the_history(cast: Cast) -> None:
    """Whoever was too late did nothing: no deed, no notice to the other side."""
    requests = wanted_by(cast, 2)
    actions.book_free_time(requests[0], START, by=cast.officer)
    deeds = AuditEvent.objects.count()
    client = Client()
    client.force_login(cast.officer)
    assert click(client, requests[1]).status_code == 409
    assert AuditEvent.objects.count() == deeds
    assert not Meeting.objects.filter(request=requests[1]).exists()
