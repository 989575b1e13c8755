"""Repairing a published timetable: what stays, what moves and why, and that nothing happens before it is applied."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, rules
from meetings.enums import (
    Fixed,
    MeetingStatus,
    RequestStatus,
    RoundStatus,
    TimetableStatus,
    UnplacedReason,
)
from meetings.models import (
    BookingSeat,
    Interpreter,
    Meeting,
    MeetingRequest,
    Placement,
    Room,
    Round,
    Timetable,
)
from meetings.repair import Kind, booked_in, changes
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.stories import repaired
from tests.told import fact

pytestmark = pytest.mark.django_db


def published(cast: Cast, number: int = 3, **more: Any) -> tuple[Round, list[Meeting]]:
    fields = {
        key: more.pop(key) for key in ("interpreters", "officers", "officer_attends", "rooms") if key in more
    }
    round_ = stories.a_round(cast.officer, stories.pairs(number, cast.officer, **more), **fields)
    stories.published(round_, cast.officer)
    Notice.objects.all().delete()
    return Round.objects.get(pk=round_.pk), booked_in(round_)


def plan(repair: Timetable) -> dict[int, Kind]:
    found = changes(repair.placements.for_board(), booked_in(repair.round))
    return {each.row.request_id: each.kind for each in found}


def closes(meeting: Meeting, day: date | None = None) -> None:
    """The startup of the meeting has the day off."""
    day = day or (meeting.starts_at + timedelta(hours=8)).date()
    startup = meeting.request.startup
    actions.add_days_off(
        startup, first_day=day, last_day=day, name="", by=stories.member_of(meeting.request.match.startup)
    )


def confirmed(meeting: Meeting, by: User) -> None:
    for side in rules.SIDES:
        actions.confirm(meeting, side, sequence=meeting.sequence, by=by, consent="By telephone")


def test_only_what_has_become_impossible_moves_and_nothing_happens_before_it_is_applied(cast: Cast) -> None:
    round_, meetings = published(cast)
    first, *others = meetings
    closes(first)
    before = list(Meeting.objects.order_by("pk").values())
    repair = repaired(round_, cast.officer)
    assert plan(repair) == {first.request_id: Kind.MOVES, **{each.request_id: Kind.STAYS for each in others}}
    row = repair.placements.get(request=first.request)
    assert ["day_off", f"o{first.request.startup.pk}"] in row.detail["why"]
    assert list(Meeting.objects.order_by("pk").values()) == before
    assert (Round.objects.get().status, repair.status) == (RoundStatus.PUBLISHED, TimetableStatus.DRAFT)
    assert set(Notice.objects.values_list("event", flat=True)) <= {Event.REPAIR_READY, Event.MEETINGS_UNFIT}

    done = actions.apply_repair(repair, by=cast.officer)
    assert (done.moved, done.rearranged, done.new, done.given_up) == (1, 0, 0, 0)
    moved = Meeting.objects.get(pk=first.pk)
    assert (moved.starts_at, moved.ends_at, moved.sequence) == (
        row.starts_at,
        row.ends_at,
        first.sequence + 1,
    )
    assert moved.uid == first.uid
    assert set(moved.seats.blocking().values_list("period", flat=True)) == {moved.period}
    assert [Meeting.objects.get(pk=each.pk).sequence for each in others] == [0, 0]
    told = Notice.objects.filter(event=Event.MEETING_MOVED)
    assert {each.recipient.organisation for each in told} == {first.request.startup}  # firms have nobody here
    assert fact(told[0], "reason") == f"The timetable of {round_.name} had to be changed."
    states = dict(Timetable.objects.values_list("version", "status"))
    assert states == {1: TimetableStatus.REPLACED, 2: TimetableStatus.PUBLISHED}
    assert AuditEvent.objects.filter(action="round.repaired", detail__moved=1).exists()


def test_a_confirmed_meeting_moves_only_if_it_has_become_impossible_and_is_asked_for_anew(cast: Cast) -> None:
    round_, (first, second, third) = published(cast)
    for each in (first, second):
        confirmed(each, cast.officer)
    closes(first)
    repair = repaired(round_, cast.officer)
    assert plan(repair)[first.request_id] == Kind.MOVES
    assert repair.placements.get(request=second.request).detail["fixed"] == Fixed.CONFIRMED
    assert repair.placements.get(request=third.request).detail["fixed"] == ""
    actions.apply_repair(repair, by=cast.officer)
    states = [MeetingRequest.objects.get(pk=each.request_id).status for each in (first, second)]
    assert states == [RequestStatus.SCHEDULED, RequestStatus.CONFIRMED]
    assert (first.confirmations.count(), second.confirmations.count()) == (0, 2)


def test_what_staff_locked_stays_though_the_side_is_closed(cast: Cast) -> None:
    request = stories.pairs(1, cast.officer)
    round_ = stories.a_round(cast.officer, request)
    timetable = stories.placed(round_, cast.officer)
    actions.lock(timetable.placements.get(), by=cast.officer)
    (meeting,) = actions.publish(timetable, by=cast.officer)
    closes(meeting)
    repair = repaired(Round.objects.get(), cast.officer)
    row = repair.placements.get()
    assert (plan(repair), row.locked, row.detail["fixed"]) == (
        {meeting.request_id: Kind.STAYS},
        True,
        Fixed.LOCKED,
    )


def test_a_time_that_staff_let_stand_is_kept(cast: Cast) -> None:
    round_, (meeting, *_others) = published(cast)
    closes(meeting)
    jobs.run_due()
    actions.keep_time(meeting.misfits.get(), by=cast.officer)
    repair = repaired(round_, cast.officer)
    assert plan(repair)[meeting.request_id] == Kind.STAYS
    assert repair.placements.get(request=meeting.request).detail["fixed"] == Fixed.KEPT


def test_what_has_begun_is_left_alone(cast: Cast) -> None:
    round_, (first, second) = published(cast, 2)
    closes(first)
    repair = actions.start_repair(round_, by=cast.officer)
    actions.gather(repair, now=first.starts_at + timedelta(minutes=1))
    actions.work_out(repair, now=first.starts_at + timedelta(minutes=1))
    assert plan(repair)[first.request_id] == Kind.STAYS
    assert repair.placements.get(request=first.request).detail["fixed"] == Fixed.BEGUN
    assert second.starts_at >= first.starts_at


def test_new_accepted_requests_come_in_and_cost_nobody_the_meeting(cast: Cast) -> None:
    """One room, one hour on four days (a holiday in Singapore): the week fills up, and whoever scores more waits."""
    week = {"opens": stories.at(10).time(), "closes": stories.at(11).time(), "rooms": ["Online 1"]}
    week |= {"break_start": None, "break_end": None}
    round_ = stories.a_round(cast.officer, stories.pairs(3, cast.officer, minutes=60), **week)
    stories.published(round_, cast.officer)
    round_ = Round.objects.get()
    new = [
        stories.agreed(stories.match_of(cast.company, startup, score=99), cast.company_owner, minutes=60)
        for startup in (cast.startup, factories.StartupFactory())
    ]
    repair = repaired(round_, cast.officer)
    kinds = plan(repair)
    assert sorted(kinds.values()) == [Kind.COMES, *[Kind.STAYS] * 3, Kind.WAITS]
    waits = repair.placements.get(starts_at=None)
    assert waits.request in new
    assert waits.reason in (UnplacedReason.NO_ROOM, UnplacedReason.CROWDED_OUT)
    assert actions.apply_repair(repair, by=cast.officer).new == 1
    (came,) = [each for each in new if each != waits.request]
    came.refresh_from_db()
    assert (came.status, came.round, came.meeting.round) == (RequestStatus.SCHEDULED, round_, round_)
    assert Notice.objects.filter(event=Event.MEETING_SCHEDULED, recipient=cast.company_owner).exists()
    waits.request.refresh_from_db()
    assert (waits.request.status, waits.request.round) == (RequestStatus.ACCEPTED, None)


def test_of_what_can_be_kept_nowhere_the_time_is_given_up_with_its_true_reason(cast: Cast) -> None:
    round_, (first, second) = published(cast, 2)
    for day in range(2, 7):
        closes(first, date(2031, 6, day))
    repair = repaired(round_, cast.officer)
    assert plan(repair) == {first.request_id: Kind.LOST, second.request_id: Kind.STAYS}
    row = repair.placements.get(request=first.request)
    assert (row.reason, row.detail["parties"]) == (UnplacedReason.NO_SHARED_TIME, [first.request.startup.pk])
    done = actions.apply_repair(repair, by=cast.officer)
    assert (done.moved, done.rearranged, done.new, done.given_up) == (0, 0, 0, 1)
    gone = Meeting.objects.select_related("request").get(pk=first.pk)
    assert (gone.status, gone.request.status) == (MeetingStatus.CANCELLED, RequestStatus.ACCEPTED)
    assert "No other time was found in" in gone.cancel_reason
    assert not gone.seats.blocking().exists()
    assert AuditEvent.objects.filter(action="round.repaired", detail__given_up=1).exists()


def test_somebody_else_interprets_when_an_interpreter_leaves_and_the_time_stays(cast: Cast) -> None:
    leaving, staying = stories.interpreter("en"), stories.interpreter("en")
    round_, meetings = published(
        cast, 2, interpreter_wanted=True, interpreters=[leaving, staying], rooms=["Online 1", "Online 2"]
    )
    confirmed(meetings[0], cast.officer)
    Interpreter.objects.filter(pk=meetings[0].interpreter_id).update(is_active=False)
    repair = repaired(round_, cast.officer)
    kinds = plan(repair)
    assert kinds[meetings[0].request_id] in (Kind.MEANS, Kind.MOVES)
    row = repair.placements.get(request=meetings[0].request)
    assert row.interpreter_id not in (None, meetings[0].interpreter_id)
    assert "interpreter_unknown" in dict(row.detail["why"])
    actions.apply_repair(repair, by=cast.officer)
    meeting = Meeting.objects.select_related("request").get(pk=meetings[0].pk)
    assert (meeting.interpreter_id, meeting.starts_at) == (row.interpreter_id, row.starts_at)
    if kinds[meeting.request_id] == Kind.MEANS:
        assert meeting.request.status == RequestStatus.CONFIRMED
        assert Notice.objects.filter(event=Event.MEETING_REARRANGED).count() == 1


def test_of_another_officer_at_the_same_time_the_officers_hear_and_the_sides_do_not(cast: Cast) -> None:
    leaving, staying = (factories.OfficerFactory(name=name) for name in ("leaving", "staying"))
    round_, meetings = published(
        cast, 2, officer_attends=True, officers=[leaving, staying], rooms=["One room"]
    )
    actions.edit_round(round_, by=cast.officer, rooms=["One room"], interpreters=[], officers=[staying])
    theirs = [each for each in meetings if each.officer == leaving]
    assert theirs
    repair = repaired(round_, cast.officer)
    assert {plan(repair)[each.request_id] for each in theirs} == {Kind.MEANS}
    Notice.objects.all().delete()
    actions.apply_repair(repair, by=cast.officer)
    assert {each.officer for each in booked_in(round_)} == {staying}
    told = Notice.objects.filter(event__startswith="meeting_").values_list("recipient__name", "event")
    assert set(told) == {("staying", Event.MEETING_SAT_IN), ("leaving", Event.MEETING_NOT_SAT_IN)}


def test_a_room_that_is_gone_is_left_and_the_others_keep_theirs(cast: Cast) -> None:
    round_, meetings = published(cast, 4, rooms=["Blue", "Red"])
    here = {each.pk: each.room.name for each in meetings if each.room}
    actions.edit_round(round_, by=cast.officer, rooms=["Red", "Green"], interpreters=[])
    assert dict(Room.objects.values_list("name", "is_open")) == {"Blue": False, "Red": True, "Green": True}
    repair = repaired(round_, cast.officer)
    kinds = plan(repair)
    assert all(kinds[each.request_id] == Kind.STAYS for each in meetings if here[each.pk] == "Red")
    assert all(kinds[each.request_id] == Kind.MEANS for each in meetings if here[each.pk] == "Blue")
    actions.apply_repair(repair, by=cast.officer)
    rooms = {each.pk: each.room.name for each in booked_in(round_) if each.room}
    assert rooms == {pk: "Red" if name == "Red" else rooms[pk] for pk, name in here.items()}
    assert "Blue" not in rooms.values()
    assert {each.starts_at for each in booked_in(round_)} == {each.starts_at for each in meetings}


def test_two_meetings_may_change_places(cast: Cast) -> None:
    """Each at the other's time, room and all: the seats are given back before any is taken."""
    round_, (first, second) = published(cast, 2, rooms=["Online 1"])
    repair = repaired(round_, cast.officer)
    rows = {each.request_id: each for each in repair.placements.all()}
    swapped = {first.request_id: rows[second.request_id], second.request_id: rows[first.request_id]}
    for request, row in swapped.items():
        Placement.objects.filter(timetable=repair, request=request).update(
            starts_at=row.starts_at, ends_at=row.ends_at
        )
    assert actions.apply_repair(repair, by=cast.officer).moved == 2
    first_now, second_now = (Meeting.objects.get(pk=each.pk) for each in (first, second))
    assert (first_now.period, second_now.period) == (second.period, first.period)
    assert BookingSeat.objects.blocking().filter(period=first.period).count() == 3


@pytest.mark.parametrize("what", ["cancelled", "moved", "confirmed", "closed", "booked"])
def test_what_has_changed_meanwhile_is_never_overrun(what: str, cast: Cast) -> None:
    """A repair that could no longer be worked out like this is refused as a whole."""
    round_, (first, second) = published(cast, 2)
    new = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    closes(first)
    repair = repaired(round_, cast.officer)
    row = repair.placements.get(request=first.request)
    if what == "cancelled":
        actions.cancel(second, reason="Ill", by=cast.officer)
    elif what == "moved":
        free = second.starts_at + timedelta(days=1)
        actions.reschedule(second, free, reason="Asked for it", by=cast.officer)
    elif what == "confirmed":
        actions.keep_time(first.misfits.get(), by=cast.officer)
    elif what == "closed":
        closes(first, (row.start + timedelta(hours=8)).date())
    else:
        time = repair.placements.get(request=new).start
        actions.book_free_time(new, time + timedelta(days=7), by=cast.company_owner)
    before = list(Meeting.objects.order_by("pk").values())
    Notice.objects.all().delete()
    with pytest.raises(actions.RepairOutdated):
        actions.apply_repair(repair, by=cast.officer)
    assert list(Meeting.objects.order_by("pk").values()) == before
    assert not Notice.objects.exists()
    assert Timetable.objects.get(pk=repair.pk).status == TimetableStatus.DRAFT


def test_a_newcomer_that_was_withdrawn_leaves_the_repair_and_the_reader_looks_again(cast: Cast) -> None:
    round_, (first, *_others) = published(cast)
    new = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    closes(first)
    repair = repaired(round_, cast.officer)
    seen = rules.fingerprint(repair.placements.for_board())
    actions.withdraw(new, by=cast.company_owner)
    with pytest.raises(actions.BoardChanged):
        actions.apply_repair(repair, by=cast.officer, checked=seen)
    done = actions.apply_repair(repair, by=cast.officer)
    assert (done.moved, done.new) == (1, 0)


def test_another_repair_than_the_one_that_was_looked_at_is_refused(cast: Cast) -> None:
    round_, (first, *_others) = published(cast)
    closes(first)
    repair = repaired(round_, cast.officer)
    seen = rules.fingerprint(repair.placements.for_board())
    with pytest.raises(actions.BoardChanged):
        actions.apply_repair(repair, by=cast.officer, checked=f"{seen}x")
    assert actions.apply_repair(repair, by=cast.officer, checked=seen).moved == 1
    with pytest.raises(TransitionNotAllowed):
        actions.apply_repair(repair, by=cast.officer, checked=seen)


def test_a_repair_is_discarded_by_hand_or_by_the_next_one(cast: Cast) -> None:
    round_, (first, *_others) = published(cast)
    closes(first)
    one = repaired(round_, cast.officer)
    two = repaired(round_, cast.officer)
    one.refresh_from_db()
    assert (one.status, two.status) == (TimetableStatus.DISCARDED, TimetableStatus.DRAFT)
    actions.discard_repair(two, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.apply_repair(two, by=cast.officer)
    assert Meeting.objects.get(pk=first.pk).period == first.period
    assert Timetable.objects.get(version=1).status == TimetableStatus.PUBLISHED


def test_only_a_published_round_is_repaired_and_one_repair_at_a_time(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    with pytest.raises(TransitionNotAllowed):
        actions.start_repair(round_, by=cast.officer)
    stories.published(round_, cast.officer)
    actions.start_repair(round_, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.start_repair(round_, by=cast.administrator)
    assert Timetable.objects.filter(is_repair=True).count() == 1


def test_a_repair_that_cannot_be_worked_out_leaves_the_round_published(cast: Cast) -> None:
    round_, _meetings = published(cast)
    repair = actions.start_repair(round_, by=cast.officer)
    actions.give_up_placement(repair)
    assert (Round.objects.get().status, repair.status) == (RoundStatus.PUBLISHED, TimetableStatus.FAILED)
    assert actions.start_repair(round_, by=cast.officer).version == 3


def test_a_tight_round_keeps_nine_of_ten_confirmed_times(cast: Cast) -> None:
    """Twenty meetings in two rooms; one of the rooms' days is lost for two startups, and two newcomers wait."""
    round_, meetings = published(cast, 20, minutes=60)
    for each in meetings[5:]:
        confirmed(each, cast.officer)
    for each in (meetings[0], meetings[7]):
        closes(each)
    stories.pairs(2, cast.officer, minutes=60)
    repair = repaired(round_, cast.officer)
    kinds = plan(repair)
    kept = [kinds[each.request_id] == Kind.STAYS for each in meetings[5:]]
    assert sum(kept) / len(kept) >= 0.9
    assert Kind.LOST not in kinds.values()
    assert list(kinds.values()).count(Kind.COMES) == 2
    done = actions.apply_repair(repair, by=cast.officer)
    assert done.moved == list(kinds.values()).count(Kind.MOVES) >= 2
