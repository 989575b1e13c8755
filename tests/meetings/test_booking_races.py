"""Many who want the same time at once: one gets it, the others are told politely and take the next free times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise, repeat
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from matchmaking.core.models import AuditEvent
from matchmaking.matches.enums import Side
from meetings import actions
from meetings.enums import RequestStatus
from meetings.models import BookingSeat, Meeting, MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import pages, stories

pytestmark = pytest.mark.django_db(transaction=True)
START = stories.at(4)
MANY = 100
AGAIN_AT_ONCE = (
    4  # if all did, each time would refuse all but one of them: thousands of refusals that show no more
)


def wanted_by(cast: Cast, number: int) -> list[MeetingRequest]:
    """Accepted requests of one firm with so many startups."""
    matches = [stories.match_of(cast.company, factories.StartupFactory()) for _each in range(number)]
    asked = {
        "asked_side": Side.COMPANY,
        "asked_by": cast.officer,
        "asked_at": timezone.now(),
        "reply_by": START,
    }
    wish = {"purpose": "A first talk", "minutes": 45, "language": "en", "interpreter_wanted": False}
    return MeetingRequest.objects.bulk_create(
        MeetingRequest(match=each, status=RequestStatus.ACCEPTED, **asked, **wish) for each in matches
    )


def click(client: Client, request: MeetingRequest, start: Any = START) -> Any:
    return client.post(pages.path("book", pk=request.pk), {"start": start.isoformat()})


def side_by_side(deed: Callable[..., Any], *each_has: Iterable[Any], at_once: int) -> list[Any]:
    """What the deed gives for each, so many of them at a time, with a connection of its own for each."""

    def alone(*one_has: Any) -> Any:
        try:
            return deed(*one_has)
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(alone, *each_has))


def offered(answer: Any) -> list[datetime]:
    """The times that a page offers instead of the one that was taken."""
    choices = answer.context["form"].fields["start"].choices
    return [datetime.fromisoformat(value) for value, _words in choices]


def until_booked(request: MeetingRequest, times: Sequence[datetime], by: User) -> None:
    """Take one of the times that are offered, and if somebody was faster again, one of the next."""
    try:
        actions.book_free_time(request, times[request.pk % len(times)], by=by)
    except actions.DoubleBooking as error:
        until_booked(request, [each.start for each in error.offered], by)


def nobody_is_in_two_places() -> None:
    seats = BookingSeat.objects.blocking().order_by("resource", "period").values_list("resource", "period")
    for (one, first), (other, second) in pairwise(seats):
        assert one != other or first.upper <= second.lower


def test_of_a_hundred_who_want_one_time_one_gets_it_and_the_others_the_next_free_ones(cast: Cast) -> None:
    requests, clients, start = wanted_by(cast, MANY), [Client() for _each in range(MANY)], Barrier(MANY)
    for client in clients:
        client.force_login(cast.officer)

    def first_try(client: Client, request: MeetingRequest) -> Any:
        with connection.cursor() as cursor:  # one process works for all of them: they wait for it too
            cursor.execute("set lock_timeout = '60s'")
        start.wait(30)
        return click(client, request)

    answers = side_by_side(first_try, clients, requests, at_once=MANY)
    assert Counter(each.status_code for each in answers) == {302: 1, 409: MANY - 1}
    won = Meeting.objects.get()
    assert (won.starts_at, won.seats.blocking().count()) == (START, 2)
    assert MeetingRequest.objects.filter(status=RequestStatus.ACCEPTED).count() == MANY - 1
    losers = [each for each, answer in zip(requests, answers, strict=True) if answer.status_code == 409]
    times = [offered(each) for each in answers if each.status_code == 409]
    assert {tuple(each) for each in times} == {
        tuple(START + timedelta(minutes=n) for n in (60, 90, 120, 150, 180))
    }
    side_by_side(until_booked, losers, times, repeat(cast.officer), at_once=AGAIN_AT_ONCE)
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
        for number, each in enumerate(order):
            request = MeetingRequest.objects.get(pk=each.pk)
            try:
                actions.book_free_time(request, START + timedelta(hours=number % 3), by=cast.officer)
                ends["booked"] += 1
            except Exception as error:
                ends[type(error).__name__] += 1
        return ends

    ends = sum(side_by_side(storm, orders, at_once=len(orders)), Counter())
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
