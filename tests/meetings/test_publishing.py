"""Publishing: all or nothing, no double booking whatever the code above does, each side told on its own clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.actions.bookings import book
from meetings.actions.publishing import slot_of
from meetings.enums import MeetingStatus, RequestStatus, RoundStatus, SeatStatus, TimetableStatus
from meetings.intervals import Interval
from meetings.models import BookingSeat, Meeting, MeetingRequest, Placement, Resource, Room, Round, Timetable
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.told import fact


@pytest.mark.django_db
def test_publishing_books_meetings_and_tells_both_sides(cast: Cast) -> None:
    request = stories.agreed(
        stories.match_of(cast.company, cast.startup), cast.company_owner, interpreter_wanted=True
    )
    who = stories.interpreter("en")
    round_ = stories.a_round(cast.officer, [request], interpreters=[who])
    (meeting,) = stories.published(round_, cast.officer)
    request.refresh_from_db()
    round_.refresh_from_db()
    assert (request.status, round_.status, meeting.status, meeting.sequence) == (
        RequestStatus.SCHEDULED,
        RoundStatus.PUBLISHED,
        MeetingStatus.BOOKED,
        0,
    )
    assert (meeting.ends_at - meeting.starts_at, meeting.interpreter) == (timedelta(minutes=45), who)
    seats = {str(each.resource): each.period for each in BookingSeat.objects.all()}
    assert seats == dict.fromkeys(
        [str(cast.company), str(cast.startup), who.name, meeting.room.name], meeting.period
    )
    assert Timetable.objects.get().status == TimetableStatus.PUBLISHED


@pytest.mark.django_db
def test_each_side_reads_the_time_on_its_own_clock(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    only = Interval(stories.at(5, day=4), stories.at(6, day=4))
    actions.give_availability(round_, cast.startup.organisation, [only], by=cast.startup_owner)
    stories.published(round_, cast.officer)
    notices = Notice.objects.filter(event=Event.MEETING_SCHEDULED)
    assert {
        each.recipient.name: fact(each, "when") for each in notices if "owner" in each.recipient.name
    } == {
        "company-owner": "Wed 4 June 2031, 14:00–14:45 (Japan time)",
        "startup-owner": "Wed 4 June 2031, 13:00–13:45 (Singapore time)",
    }
    office = Notice.objects.filter(event=Event.ROUND_PUBLISHED).values_list(
        "recipient__name", "params__meetings"
    )
    assert sorted(office) == [("administrator", 1), ("officer", 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "country", "day", "hour", "expected"),
    [
        ("Asia/Jerusalem", "IL", date(2031, 7, 7), 6, "Mon 7 July 2031, 09:00–09:45 (Tel Aviv time)"),
        ("Asia/Jerusalem", "IL", date(2031, 1, 20), 7, "Mon 20 January 2031, 09:00–09:45 (Tel Aviv time)"),
        ("Australia/Sydney", "AU", date(2031, 1, 20), 1, "Mon 20 January 2031, 12:00–12:45 (Sydney time)"),
        ("Australia/Sydney", "AU", date(2031, 7, 7), 1, "Mon 7 July 2031, 11:00–11:45 (Sydney time)"),
        ("Asia/Kolkata", "IN", date(2031, 7, 7), 4, "Mon 7 July 2031, 09:30–10:15 (New Delhi time)"),
    ],
)
def test_local_times_follow_summer_time_there(
    cast: Cast, zone: str, country: str, day: date, hour: int, expected: str
) -> None:
    startup = factories.StartupFactory(
        organisation__country=country, organisation__time_zone=zone, organisation__region=""
    )
    reader = stories.member_of(startup)
    request = stories.asked(stories.match_of(cast.company, startup), cast.company_owner)
    actions.accept(request, by=reader)
    round_ = stories.a_round(cast.officer, [request], first_day=day, last_day=day)
    start = datetime(day.year, day.month, day.day, hour, tzinfo=stories.at(0).tzinfo)
    actions.give_availability(
        round_, startup.organisation, [Interval(start, start + timedelta(hours=1))], by=reader
    )
    stories.published(round_, cast.officer)
    assert fact(Notice.objects.get(event=Event.MEETING_SCHEDULED, recipient=reader), "when") == expected


@pytest.mark.django_db
def test_unplaced_requests_wait_for_the_next_round(cast: Cast) -> None:
    placeable = stories.pairs(1, cast.officer)
    without = stories.pairs(1, cast.officer, interpreter_wanted=True)
    round_ = stories.a_round(cast.officer, [*placeable, *without])
    assert len(stories.published(round_, cast.officer)) == 1
    assert list(MeetingRequest.objects.awaiting_round()) == without


@pytest.mark.django_db
def test_clashes_block_publishing(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(2, cast.officer))
    timetable = stories.placed(round_, cast.officer)
    first, second = timetable.placements.all()
    Placement.objects.filter(pk=second.pk).update(
        starts_at=first.starts_at, ends_at=first.ends_at, room=first.room, locked=True
    )
    Placement.objects.filter(pk=first.pk).update(locked=True)
    with pytest.raises(actions.PublishingBlocked):
        actions.publish(timetable, by=cast.officer)
    assert (Meeting.objects.count(), Round.objects.get().status) == (0, RoundStatus.CHECKING)


@pytest.mark.django_db
def test_a_faulty_unlocked_time_blocks_and_a_locked_one_is_the_staffs_choice(cast: Cast) -> None:
    timetable = stories.placed(stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer)
    row = timetable.placements.get()
    late = {"starts_at": stories.at(9, 30), "ends_at": stories.at(10, 15)}  # 18:30 in Japan
    Placement.objects.filter(pk=row.pk).update(**late)
    with pytest.raises(actions.PublishingBlocked):
        actions.publish(timetable, by=cast.officer)
    Placement.objects.filter(pk=row.pk).update(locked=True)
    assert [each.starts_at for each in actions.publish(timetable, by=cast.officer)] == [late["starts_at"]]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [each for each in RoundStatus.values if each != RoundStatus.CHECKING])
def test_only_a_checked_round_is_published(cast: Cast, status: str) -> None:
    timetable = stories.placed(stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer)
    Round.objects.update(status=status)
    with pytest.raises(TransitionNotAllowed):
        actions.publish(timetable, by=cast.officer)
    assert Meeting.objects.count() == 0


def booked_elsewhere(placement: Placement, other: MeetingRequest) -> None:
    """Somebody's seat at the very time of the placement, made behind the board's back."""
    period = DateTimeTZRange(placement.starts_at, placement.ends_at)
    meeting = Meeting.objects.create(request=other, period=period, published_at=stories.at(0))
    resource = Resource.objects.create(organisation=placement.request.startup)
    BookingSeat.objects.create(meeting=meeting, resource=resource, period=period)


@pytest.mark.django_db
def test_publishing_that_the_database_refuses_leaves_nothing_behind(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(2, cast.officer))
    other = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    timetable = stories.placed(round_, cast.officer)
    rows = list(timetable.placements.for_board())
    booked_elsewhere(rows[0], other)
    Notice.objects.all().delete()
    with pytest.raises(actions.DoubleBooking), transaction.atomic():
        book([slot_of(row) for row in rows], now=stories.at(0), by=cast.officer)
    with pytest.raises((actions.DoubleBooking, actions.PublishingBlocked)):
        actions.publish(timetable, by=cast.officer)
    assert (Meeting.objects.count(), BookingSeat.objects.count(), Notice.objects.count()) == (1, 1, 0)
    assert set(MeetingRequest.objects.values_list("status", flat=True)) == {RequestStatus.ACCEPTED}
    assert Round.objects.get().status == RoundStatus.CHECKING


def seat(resource: Resource, request: MeetingRequest, start: datetime, minutes: int, status: str) -> None:
    period = DateTimeTZRange(start, start + timedelta(minutes=minutes))
    meeting, _made = Meeting.objects.get_or_create(
        request=request, defaults={"period": period, "published_at": start}
    )
    BookingSeat.objects.update_or_create(
        meeting=meeting, resource=resource, defaults={"period": period, "status": status}
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "minutes", "status", "fits"),
    [
        (0, 45, SeatStatus.CONFIRMED, False),
        (30, 45, SeatStatus.HELD, False),
        (-30, 45, SeatStatus.CONFIRMED, False),
        (45, 45, SeatStatus.CONFIRMED, True),  # adjacent
        (-45, 45, SeatStatus.CONFIRMED, True),
        (0, 45, SeatStatus.RELEASED, True),
    ],
)
def test_blocking_seats_of_a_resource_never_overlap(
    cast: Cast, after: int, minutes: int, status: str, fits: bool
) -> None:
    first, second = stories.pairs(2, cast.officer)
    resource = Resource.objects.create(organisation=cast.company.organisation)
    seat(resource, first, stories.at(1), 45, SeatStatus.CONFIRMED)
    start = stories.at(1) + timedelta(minutes=after)
    if fits:
        seat(resource, second, start, minutes, status)
        assert BookingSeat.objects.count() == 2
    else:
        with pytest.raises(IntegrityError, match=BookingSeat.NO_OVERLAP), transaction.atomic():
            seat(resource, second, start, minutes, status)


@pytest.mark.django_db
def test_two_resources_may_be_busy_at_once(cast: Cast) -> None:
    first, second = stories.pairs(2, cast.officer)
    for request, organisation in (
        (first, cast.company.organisation),
        (second, cast.other_company.organisation),
    ):
        resource = Resource.objects.create(organisation=organisation)
        seat(resource, request, stories.at(1), 45, SeatStatus.CONFIRMED)
    assert BookingSeat.objects.blocking().count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [0, 5, 241])
def test_meetings_of_an_absurd_length_are_refused(cast: Cast, minutes: int) -> None:
    (request,) = stories.pairs(1, cast.officer)
    period = DateTimeTZRange(stories.at(1), stories.at(1) + timedelta(minutes=minutes))
    with pytest.raises(IntegrityError, match="meeting_length"), transaction.atomic():
        Meeting.objects.create(request=request, period=period, published_at=stories.at(0))


@pytest.mark.django_db
@pytest.mark.parametrize("bounds", ["(]", "[]", "()"])
def test_periods_are_half_open(cast: Cast, bounds: str) -> None:
    (request,) = stories.pairs(1, cast.officer)
    period = DateTimeTZRange(stories.at(1), stories.at(2), bounds)
    with pytest.raises(IntegrityError, match="meeting_length"), transaction.atomic():
        Meeting.objects.create(request=request, period=period, published_at=stories.at(0))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_book_one_firm_at_once_one_wins_and_none_deadlocks(cast: Cast) -> None:
    """Placements of one firm at one time, booked by racing threads that each hold several resources."""
    requests = [
        stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        for _each in range(6)
    ]
    round_ = stories.a_round(cast.officer, requests)
    timetable = stories.placed(round_, cast.officer)
    rows = list(timetable.placements.for_board().select_related("timetable"))
    room = Room.objects.first()
    for row in rows:
        row.starts_at, row.ends_at, row.room = stories.at(1), stories.at(1, 45), room
    barrier, outcome = Barrier(len(rows)), []

    def run(row: Placement) -> None:
        barrier.wait(5)
        try:
            with transaction.atomic():
                book([slot_of(row)], now=stories.at(0), by=cast.officer)
            outcome.append("booked")
        except Exception as error:
            outcome.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcome) == ["DoubleBooking"] * 5 + ["booked"]
    assert (Meeting.objects.count(), BookingSeat.objects.count()) == (1, 3)
    assert MeetingRequest.objects.filter(status=RequestStatus.SCHEDULED).count() == 1


@pytest.mark.django_db
def test_meetings_and_seats_are_seen_by_their_sides_only(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    sees = {
        user.name: (Meeting.objects.visible_to(user).count(), BookingSeat.objects.visible_to(user).count())
        for user in (
            cast.company_member,
            cast.startup_owner,
            cast.officer,
            cast.other_company_owner,
            cast.other_startup_owner,
            cast.expert,
        )
    }
    assert sees == {
        "company-member": (1, 1),
        "startup-owner": (1, 1),
        "officer": (1, 3),
        "other-company-owner": (0, 0),
        "other-startup-owner": (0, 0),
        "expert": (0, 0),
    }


@pytest.mark.django_db
def test_a_moved_meeting_leaves_its_history(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    (meeting,) = stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    Meeting.objects.filter(pk=meeting.pk).update(sequence=1)
    assert list(meeting.events.order_by("pgh_id").values_list("sequence", flat=True)) == [0, 1]
