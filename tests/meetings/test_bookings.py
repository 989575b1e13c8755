"""Meetings outside rounds: booked, moved and cancelled; calendars and both sides follow; nobody is booked twice."""

from __future__ import annotations

import email
from collections.abc import Callable
from email.message import Message
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.models import User
from matchmaking.core import tasks
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.enums import MeetingStatus, RequestStatus, SeatStatus
from meetings.models import BookingSeat, Meeting, MeetingRequest
from tests import factories
from tests.accounts.racing import overtaken
from tests.conftest import Cast
from tests.meetings import pages, stories
from tests.told import fact

BEFORE = stories.at(0, day=1)


def agreed(cast: Cast, **more: Any) -> MeetingRequest:
    return stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner, **more)


def booked(cast: Cast, hour: int = 4, **more: Any) -> Meeting:
    return actions.book_free_time(agreed(cast, **more), stories.at(hour), by=cast.company_owner, now=BEFORE)


def invitations() -> dict[str, tuple[Message, Calendar]]:
    """By address: the calendar file of each mail that has one, as a mail program finds it."""
    mail.outbox.clear()
    tasks.send_queued_mail()
    found = {}
    for sent in mail.outbox:
        for part in email.message_from_bytes(sent.message().as_bytes()).walk():
            if part.get_content_type() == "text/calendar":
                found[sent.to[0]] = (part, Calendar.from_ical(part.get_payload(decode=True)))
    return found


@pytest.mark.django_db
def test_a_booked_time_takes_both_sides_and_the_interpreter(cast: Cast) -> None:
    who = stories.interpreter("en")
    meeting = booked(cast, interpreter_wanted=True)
    meeting.request.refresh_from_db()
    assert meeting.request.status == RequestStatus.SCHEDULED
    assert (meeting.round, meeting.room, meeting.interpreter) == (None, None, who)
    assert {str(each.resource) for each in meeting.seats.blocking()} == {
        str(cast.company),
        str(cast.startup),
        who.name,
    }
    assert pages.told(Event.MEETING_SCHEDULED) == {
        Event.MEETING_SCHEDULED: ["company-member", "company-owner", "startup-member", "startup-owner"]
    } or set(pages.told(Event.MEETING_SCHEDULED)[Event.MEETING_SCHEDULED]) >= {
        "company-owner",
        "startup-owner",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [1 + 12, 20])
def test_a_time_outside_working_hours_is_not_booked(cast: Cast, hour: int) -> None:
    with pytest.raises(actions.DoubleBooking):
        booked(cast, hour)
    assert (Meeting.objects.count(), BookingSeat.objects.count()) == (0, 0)
    assert MeetingRequest.objects.get().status == RequestStatus.ACCEPTED


@pytest.mark.django_db
def test_a_request_in_a_round_waits_for_its_timetable(cast: Cast) -> None:
    request = agreed(cast)
    stories.a_round(cast.officer, [request])
    request.refresh_from_db()
    with pytest.raises(TransitionNotAllowed):
        actions.book_free_time(request, stories.at(4), by=cast.officer, now=BEFORE)


@pytest.mark.django_db(transaction=True)
def test_moving_changes_the_entry_in_everybodys_calendar(cast: Cast) -> None:
    meeting = booked(cast)
    first = invitations()
    actions.reschedule(
        meeting, stories.at(6), reason="The plant manager is away", by=cast.officer, now=BEFORE,
        link="https://video.example/1",
    )  # fmt: skip
    second = invitations()
    assert set(first) == set(second) != set()
    for address, (part, calendar) in second.items():
        (event,), (before,) = calendar.walk("VEVENT"), first[address][1].walk("VEVENT")
        assert part.get_param("method") == "REQUEST"
        assert (event["UID"], event["SEQUENCE"], before["SEQUENCE"]) == (before["UID"], 1, 0)
        assert event.decoded("DTSTART") == stories.at(6)
        assert str(event["LOCATION"]) == "https://video.example/1"
    reasons = {fact(each, "reason") for each in Notice.objects.filter(event=Event.MEETING_MOVED)}
    assert reasons == {"The plant manager is away"}
    deed = AuditEvent.objects.get(action="meeting.moved")
    assert (deed.actor_label, deed.detail["reason"]) == ("officer", "The plant manager is away")


@pytest.mark.django_db
def test_the_old_time_is_free_again_after_a_move(cast: Cast) -> None:
    meeting = booked(cast)
    actions.reschedule(meeting, stories.at(6), reason="Later suits better", by=cast.officer, now=BEFORE)
    other = stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    actions.book_free_time(other, stories.at(4), by=cast.officer, now=BEFORE)
    assert set(BookingSeat.objects.values_list("status", flat=True)) == {SeatStatus.CONFIRMED}


@pytest.mark.django_db
def test_a_move_that_fails_leaves_everything_as_it_was(cast: Cast) -> None:
    meeting = booked(cast)
    other = stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    actions.book_free_time(other, stories.at(6), by=cast.officer, now=BEFORE)
    Notice.objects.all().delete()
    with pytest.raises(actions.DoubleBooking):
        actions.reschedule(meeting, stories.at(6), reason="Later", by=cast.officer, now=BEFORE)
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence, Notice.objects.count()) == (stories.at(4), 0, 0)
    assert {each.period.lower for each in meeting.seats.blocking()} == {stories.at(4)}


@pytest.mark.django_db
def test_a_meeting_of_a_round_may_be_moved_and_leaves_its_room(cast: Cast) -> None:
    request = agreed(cast)
    [meeting] = stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    room = meeting.room
    actions.reschedule(meeting, stories.at(4, day=10), reason="A week later", by=cast.officer, now=BEFORE)
    meeting.refresh_from_db()
    assert (meeting.room, meeting.starts_at) == (None, stories.at(4, day=10))
    assert not room.resource.seats.blocking().exists()


@pytest.mark.django_db(transaction=True)
def test_cancelling_frees_all_seats_and_takes_the_entry_out_of_calendars(cast: Cast) -> None:
    meeting = booked(cast)
    invitations()
    actions.cancel(meeting, reason="We found another way", by=cast.startup_owner)
    meeting.refresh_from_db()
    meeting.request.refresh_from_db()
    assert (meeting.status, meeting.request.status) == (MeetingStatus.CANCELLED, RequestStatus.CANCELLED)
    assert not meeting.seats.blocking().exists()
    files = invitations()
    assert {part.get_param("method") for part, _calendar in files.values()} == {"CANCEL"}
    for _part, calendar in files.values():
        (event,) = calendar.walk("VEVENT")
        assert (str(event["STATUS"]), event["SEQUENCE"], str(calendar["METHOD"])) == (
            "CANCELLED",
            1,
            "CANCEL",
        )
    told = Notice.objects.filter(event=Event.MEETING_CANCELLED)
    assert {"officer", "company-owner"} <= {each.recipient.name for each in told}
    assert {fact(each, "reason") for each in told} == {"We found another way"}


@pytest.mark.django_db
def test_what_is_cancelled_is_neither_moved_nor_cancelled_again(cast: Cast) -> None:
    meeting = booked(cast)
    actions.cancel(meeting, reason="No", by=cast.officer)
    for deed in (
        lambda: actions.cancel(meeting, reason="No", by=cast.officer),
        lambda: actions.reschedule(meeting, stories.at(6), reason="x", by=cast.officer, now=BEFORE),
        lambda: actions.book_free_time(meeting.request, stories.at(6), by=cast.officer, now=BEFORE),
    ):
        with pytest.raises(TransitionNotAllowed):
            deed()


@pytest.mark.django_db
def test_a_pair_may_ask_again_after_a_cancelled_meeting(cast: Cast) -> None:
    meeting = booked(cast)
    actions.cancel(meeting, reason="Postponed", by=cast.officer)
    again = stories.asked(meeting.request.match, cast.company_owner)
    assert again.status == RequestStatus.REQUESTED


def _race(deeds: list[Callable[[], Any]]) -> list[str]:
    barrier, outcome = Barrier(len(deeds)), []

    def run(deed: Callable[[], Any]) -> None:
        barrier.wait(5)
        try:
            deed()
            outcome.append("done")
        except Exception as error:
            outcome.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(outcome)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_firm_at_one_time_one_gets_it(cast: Cast) -> None:
    requests = [
        stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        for _each in range(6)
    ]
    outcome = _race(
        [
            lambda each=each: actions.book_free_time(each, stories.at(4), by=cast.officer, now=BEFORE)
            for each in requests
        ]
    )
    assert outcome == ["DoubleBooking"] * 5 + ["done"]
    assert Meeting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_moving_and_cancelling_at_once_leaves_one_of_them(cast: Cast) -> None:
    """Whatever comes first, a cancelled meeting blocks nobody."""
    meeting = booked(cast)
    same = Meeting.objects.select_related("request").get(pk=meeting.pk)
    _race(
        [
            lambda: actions.cancel(meeting, reason="No", by=cast.officer),
            lambda: actions.reschedule(same, stories.at(6), reason="Later", by=cast.officer, now=BEFORE),
        ]
    )
    meeting.refresh_from_db()
    assert meeting.status == MeetingStatus.CANCELLED
    assert not meeting.seats.blocking().exists()


@pytest.mark.django_db
def test_who_comes_too_late_asks_once_under_the_locks_and_writes_nothing(cast: Cast) -> None:
    """Fifty others may wait behind the same locks: an insertion that must fail would keep them."""
    first, second = (
        stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        for _each in range(2)
    )
    actions.book_free_time(first, stories.at(4), by=cast.officer, now=BEFORE)
    for late in (stories.at(4), stories.at(4, 30)):
        with CaptureQueriesContext(connection) as asked, pytest.raises(actions.DoubleBooking):
            actions.book_free_time(second, late, by=cast.officer, now=BEFORE)
        said = [each["sql"] for each in asked]
        locked = next(at for at, each in enumerate(said) if "pg_advisory_xact_lock" in each)
        did = [each.split()[0] for each in said[locked + 1 :]]
        assert (did[:3], set(did[3:])) == (["SELECT", "ROLLBACK", "RELEASE"], {"SELECT"})
    assert (Meeting.objects.count(), second.status) == (1, RequestStatus.ACCEPTED)
    moved = actions.book_free_time(second, stories.at(6), by=cast.officer, now=BEFORE)
    actions.reschedule(moved, stories.at(6, 30), reason="Half an hour later", by=cast.officer, now=BEFORE)
    assert (moved.starts_at, moved.seats.blocking().count()) == (stories.at(6, 30), 2)


def moving(page: Meeting, hour: int, by: User) -> Callable[[], None]:
    return lambda: actions.reschedule(page, stories.at(hour), reason="A strike", by=by, now=BEFORE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("late", "moves"), [(6, [(4, 6)]), (7, [(4, 6), (6, 7)])])
def test_of_two_shownthe_later_one_moves_what_the_earlier_one_has_moved(
    cast: Cast, late: int, moves: list[tuple[int, int]]
) -> None:
    """A double click moves once; another time gets the next number, and the trail says from where it was moved."""
    meeting = booked(cast)
    shown = [Meeting.objects.select_related("request").get(pk=meeting.pk) for _each in range(2)]
    request = MeetingRequest.objects.filter(pk=meeting.request_id)
    overtaken(moving(shown[1], late, cast.officer), request, moving(shown[0], 6, cast.officer))
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence) == (stories.at(late), len(moves))
    assert shown[1].sequence == meeting.sequence
    deeds = AuditEvent.objects.filter(action="meeting.moved").order_by("pk")
    assert [(each.detail["before"], each.detail["after"]) for each in deeds] == [
        (stories.at(before).isoformat(), stories.at(after).isoformat()) for before, after in moves
    ]
    told = Notice.objects.filter(event=Event.MEETING_MOVED, recipient=cast.startup_owner)
    assert told.count() == len(moves)


@pytest.mark.django_db
def test_the_interpreter_stays_with_a_meeting_that_is_moved_as_long_as_free_then(cast: Cast) -> None:
    """Also when a colleague has less to do that day."""
    first, second = stories.interpreter("en"), stories.interpreter("en")
    meeting = booked(cast, 2, interpreter_wanted=True)
    [other] = stories.pairs(1, cast.officer, interpreter_wanted=True)
    elsewhere = actions.book_free_time(other, stories.at(5, day=3), by=cast.officer, now=BEFORE)
    assert (meeting.interpreter, elsewhere.interpreter) == (first, first)
    for day, hour, who in ((3, 7, first), (3, 5, second), (10, 4, second)):
        actions.reschedule(meeting, stories.at(hour, day=day), reason="A strike", by=cast.officer, now=BEFORE)
        meeting.refresh_from_db()
        assert meeting.interpreter == who
        taken = meeting.seats.blocking().filter(resource__interpreter__isnull=False)
        assert [each.resource.interpreter for each in taken] == [who]
