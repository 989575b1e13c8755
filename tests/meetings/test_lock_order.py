"""Everybody who books takes the same locks in the same order, and looks who is free only when it holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any

import pytest
from django.db import connection, transaction

from meetings import actions
from meetings.actions.resources import LOCK_SPACE
from meetings.actions.seats import Slot, hold
from meetings.enums import DayHoursKind, RoundStatus
from meetings.models import DayHours, Meeting, MeetingRequest, Resource, Round
from tests import factories
from tests.accounts.racing import overtaken
from tests.conftest import Cast
from tests.meetings import stories

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = stories.at(0, day=1)
PATIENCE, TRIES = 30, 1500  # seconds, and so many fiftieths of one
HELD = """
    select objid from pg_locks where locktype = 'advisory' and classid = %s and granted
    and database = (select oid from pg_database where datname = current_database())
"""
WAIT_FOR_A_LOCK = """
    select pg_sleep(0.02), count(distinct pid) from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())
"""
WAIT_FOR_A_ROW = """
    select pg_sleep(0.02), count(distinct pid) from pg_locks where locktype = 'transactionid' and not granted
"""


def numbered(**who: Any) -> Resource:
    return Resource.objects.create(**who)


def interpreted(cast: Cast) -> MeetingRequest:
    """A request of the firm with another startup, with an interpreter."""
    match = stories.match_of(cast.company, factories.StartupFactory())
    return stories.agreed(match, cast.company_owner, interpreter_wanted=True)


def booking(request: MeetingRequest, start: datetime) -> Callable[[], Any]:
    def deed() -> Any:
        try:
            return actions.book_free_time(request, start, by=request.asked_by, now=BEFORE)
        except actions.DoubleBooking as error:
            return error

    return alone(deed)


def alone(deed: Callable[[], Any]) -> Callable[[], Any]:
    """With a connection of its own."""

    def run() -> Any:
        try:
            return deed()
        finally:
            connection.close()

    return run


def holding(slot: Slot) -> Callable[[], Any]:
    def deed() -> None:
        with transaction.atomic():
            hold([slot])

    return alone(deed)


def lock(row: Resource) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, row.pk])


def held() -> set[int]:
    """The numbers that are locked by anybody."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [LOCK_SPACE])
        return {number for (number,) in cursor.fetchall()}


def until_they_wait(number: int, query: str = WAIT_FOR_A_LOCK) -> None:
    with connection.cursor() as cursor:
        for _try in range(TRIES):
            cursor.execute(query)
            if cursor.fetchone()[1] >= number:
                return
    raise AssertionError("they never came to the lock")


@contextmanager
def while_held(row: Resource, *deeds: Callable[[], Any]) -> Iterator[list[Future[Any]]]:
    """The deeds, begun one after the other while the row's lock is held; all of them wait, until it is let go."""
    with ThreadPoolExecutor(len(deeds)) as pool:
        with transaction.atomic():
            lock(row)
            begun = []
            for deed in deeds:
                begun.append(pool.submit(deed))
                until_they_wait(len(begun))
            yield begun
        for each in begun:
            each.result(PATIENCE)


def test_whoever_waits_for_a_side_holds_no_interpreter_also_of_a_lower_number(cast: Cast) -> None:
    who = stories.interpreter("en")
    first, request = numbered(interpreter=who), interpreted(cast)
    firm, startup = numbered(organisation=request.company), numbered(organisation=request.startup)
    assert first.pk < firm.pk < startup.pk
    slot = Slot(request, stories.at(4), stories.at(4, 45), interpreter_id=who.pk)
    for wanted, before in ((firm, set()), (startup, {firm.pk}), (first, {firm.pk, startup.pk})):
        with while_held(wanted, holding(slot)):
            assert held() == {wanted.pk, *before}


def test_a_round_is_published_while_the_same_firm_books_the_same_interpreter(cast: Cast) -> None:
    """The booking has the firm and waits for its startup; the publishing comes between, and neither is refused."""
    who = stories.interpreter("en")
    numbered(interpreter=who)
    in_round, free = interpreted(cast), interpreted(cast)
    numbered(organisation=free.company)
    startup = numbered(organisation=free.startup)
    timetable = stories.placed(stories.a_round(cast.officer, [in_round], interpreters=[who]), cast.officer)
    publish = alone(lambda: actions.publish(timetable, by=cast.officer))
    with while_held(startup, booking(free, stories.at(4, day=10)), publish) as begun:
        pass
    booked, published = begun[0].result(), begun[1].result()
    assert [booked.interpreter, *(each.interpreter for each in published)] == [who, who]
    assert Meeting.objects.count() == 2


def test_whoever_books_a_new_interpreter_keeps_nobody_waiting_meanwhile(cast: Cast) -> None:
    """Two make its row at once: the later one waits for the earlier, and holds nothing that this one wants."""
    who = stories.interpreter("en")
    other, free = interpreted(cast), interpreted(cast)
    for side in (other.company, other.startup, free.startup):
        numbered(organisation=side)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            numbered(interpreter=who)
            begun = pool.submit(booking(free, stories.at(4)))
            until_they_wait(1, WAIT_FOR_A_ROW)
            hold([Slot(other, stories.at(6), stories.at(6, 45), interpreter_id=who.pk)])
        assert begun.result(PATIENCE).interpreter == who
    assert Resource.objects.filter(interpreter=who).count() == 1


def test_a_round_is_published_while_a_side_enters_hours_off(cast: Cast) -> None:
    """The one has its organisation and waits for the round; the other has the round and books the organisation."""
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    actions.reset_availability(round_, request.company, by=cast.company_owner)
    timetable = stories.placed(round_, cast.officer)

    def enter() -> Any:
        return actions.set_day_hours(
            request.company, day=stories.MONDAY, starts=time(9), ends=time(10), kind=DayHoursKind.OFF,
            by=cast.company_owner, now=BEFORE,
        )  # fmt: skip

    row = overtaken(
        enter, Round.objects.filter(pk=round_.pk), lambda: actions.publish(timetable, by=cast.officer)
    )
    assert DayHours.objects.get() == row
    assert (Round.objects.get().status, Meeting.objects.count()) == (RoundStatus.PUBLISHED, 1)


def rivals(cast: Cast, number: int = 2) -> list[MeetingRequest]:
    """Interpreted requests of as many pairs that share nobody."""
    return stories.pairs(number, cast.officer, interpreter_wanted=True, minutes=60)


def test_of_two_who_look_for_an_interpreter_at_once_each_gets_another(cast: Cast) -> None:
    """Nobody is told that the time is taken while somebody else could interpret."""
    both = [stories.interpreter("en") for _each in range(2)]
    rows = [numbered(interpreter=each) for each in both]
    with while_held(rows[0], *(booking(each, stories.at(4)) for each in rivals(cast))) as begun:
        pass
    assert [each.result().interpreter for each in begun] == both


def test_an_interpreters_day_and_pauses_are_kept_when_two_look_at_once(cast: Cast) -> None:
    """The second of them looks when the first is booked: not after the last meeting of a day, nor without a pause."""
    who = stories.interpreter("en", daily_limit=2)
    row = numbered(interpreter=who)
    one, near, far, fourth = rivals(cast, 4)
    with while_held(row, booking(one, stories.at(4)), booking(near, stories.at(5))) as begun:
        pass
    assert [isinstance(each.result(), Meeting) for each in begun] == [True, False]
    with while_held(row, booking(far, stories.at(6)), booking(fourth, stories.at(7, 30))) as begun:
        pass
    assert [isinstance(each.result(), Meeting) for each in begun] == [True, False]
    assert who.meetings.count() == 2
