"""From collected requests to a checked timetable: placement as jobs, moves, locks, availability."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, JobState, Notice
from matchmaking.core.notices import Event, subject
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, problem, rules, tasks
from meetings.enums import (
    AvailabilityKind,
    RequestStatus,
    RoundStatus,
    SeatStatus,
    TimetableStatus,
    UnplacedReason,
)
from meetings.intervals import Interval
from meetings.models import (
    Availability,
    BookingSeat,
    MeetingRequest,
    OrganisationHours,
    Placement,
    Room,
    Round,
    Timetable,
)
from meetings.timetable import Solver
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.told import fact


def state(round_: Round) -> str:
    return Round.objects.get(pk=round_.pk).status


@pytest.mark.django_db
def test_only_accepted_requests_join_a_round_and_each_only_one(cast: Cast) -> None:
    accepted = stories.pairs(2, cast.officer)
    waiting = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer)
    assert actions.collect(round_, [*accepted, waiting], by=cast.officer) == 2
    other = stories.a_round(cast.officer)
    assert actions.collect(other, accepted, by=cast.officer) == 0
    actions.set_aside(MeetingRequest.objects.get(pk=accepted[0].pk), by=cast.officer)
    assert actions.collect(other, accepted, by=cast.officer) == 1


@pytest.mark.django_db
def test_a_placement_runs_as_two_jobs_and_ends_in_the_staff_check(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(3, cast.officer))
    timetable = actions.start_placement(round_, by=cast.officer)
    assert (state(round_), timetable.status, timetable.request_count) == (
        RoundStatus.PLACING,
        TimetableStatus.WAITING,
        3,
    )
    jobs.run(Job.objects.get(name="meetings.place_round").pk)
    timetable.refresh_from_db()
    assert (timetable.status, timetable.option_count > 100) == (TimetableStatus.SOLVING, True)
    assert jobs.run_due() == 1
    timetable.refresh_from_db()
    assert (state(round_), timetable.status, timetable.solver, timetable.gap_percent) == (
        RoundStatus.CHECKING,
        TimetableStatus.DRAFT,
        Solver.HIGHS,
        0.0,
    )
    assert Placement.objects.filter(timetable=timetable).placed().count() == 3
    notice = Notice.objects.get(event=Event.TIMETABLE_READY)
    assert (notice.recipient, subject(notice)) == (cast.officer, f"The timetable of {round_.name} is ready")


@pytest.mark.django_db
def test_a_job_delivered_again_changes_nothing(cast: Cast) -> None:
    timetable = stories.placed(stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer)
    rows = list(Placement.objects.values())
    tasks.place_round(timetable_id=timetable.pk)
    tasks.solve_timetable(timetable_id=timetable.pk)
    tasks.give_up(timetable_id=timetable.pk)
    assert (list(Placement.objects.values()), Timetable.objects.get().status) == (rows, TimetableStatus.DRAFT)


@pytest.mark.django_db
def test_every_placement_lies_in_the_hours_of_the_round_and_of_both_sides(cast: Cast) -> None:
    match = stories.match_of(
        cast.company,
        factories.StartupFactory(organisation__country="IL", organisation__time_zone="Asia/Jerusalem"),
    )
    round_ = stories.a_round(cast.officer, [stories.agreed(match, cast.company_owner)])
    stories.placed(round_, cast.officer)
    placement = Placement.objects.get()
    # 09:00 in Tel Aviv is 15:00 in Japan while Israel keeps summer time, and Japan closes at 18:00.
    assert stories.at(6, day=placement.start.day) <= placement.start
    assert placement.ends_at <= stories.at(9, day=placement.start.day)
    assert placement.start.weekday() < 4  # Friday is a day off in Israel


@pytest.mark.django_db
def test_a_round_that_cannot_be_placed_goes_back_and_the_office_is_told(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    timetable = actions.start_placement(round_, by=cast.officer)
    Job.objects.update(attempts=jobs.MAX_ATTEMPTS)
    jobs.relay()
    timetable.refresh_from_db()
    assert (state(round_), timetable.status, Job.objects.get().state) == (
        RoundStatus.COLLECTING,
        TimetableStatus.FAILED,
        JobState.DEAD,
    )
    readers = Notice.objects.filter(event=Event.TIMETABLE_FAILED).values_list("recipient__name", flat=True)
    assert sorted(readers) == ["administrator", "officer"]
    assert stories.placed(round_, cast.officer).version == 2


@pytest.mark.django_db
def test_a_failed_second_try_keeps_the_draft_before_it(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    draft = stories.placed(round_, cast.officer)
    actions.start_placement(Round.objects.get(pk=round_.pk), by=cast.officer)
    Job.objects.filter(state=JobState.READY).update(attempts=jobs.MAX_ATTEMPTS)
    jobs.relay()
    draft.refresh_from_db()
    assert (state(round_), draft.status) == (RoundStatus.CHECKING, TimetableStatus.DRAFT)


@pytest.mark.django_db
def test_a_round_is_placed_by_one_at_a_time(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    actions.start_placement(round_, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.start_placement(Round.objects.get(pk=round_.pk), by=cast.administrator)
    assert Timetable.objects.count() == 1


@pytest.mark.django_db
def test_placing_again_keeps_locked_meetings_and_replaces_the_draft(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(3, cast.officer))
    first = stories.placed(round_, cast.officer)
    placement = first.placements.first()
    target = problem.moves(round_, first.placements.all(), placement.request_id, now=stories.at(0, day=1))[-1]
    actions.move_placement(placement, starts_at=target.start, by=cast.officer)
    second = stories.placed(round_, cast.officer)
    first.refresh_from_db()
    kept = second.placements.get(request=placement.request)
    assert (first.status, second.version) == (TimetableStatus.REPLACED, 2)
    assert (kept.starts_at, kept.locked, second.placements.filter(locked=True).count()) == (
        target.start,
        True,
        1,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "more", "reason", "remedy"),
    [
        ({}, {"interpreter_wanted": True}, UnplacedReason.NO_INTERPRETER, "add_interpreter"),
        ({"opens": "18:30", "closes": "20:00"}, {}, UnplacedReason.NO_SHARED_TIME, "widen_round"),
    ],
)
def test_an_unplaced_request_keeps_its_true_reason(
    cast: Cast, fields: dict[str, object], more: dict[str, object], reason: str, remedy: str
) -> None:
    if "opens" in fields:
        fields = {**fields, "break_start": None, "break_end": None}
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer, **more), **fields)
    stories.placed(Round.objects.get(pk=round_.pk), cast.officer)
    row = Placement.objects.get()
    assert (row.starts_at, row.reason, row.detail["remedy"]) == (None, reason, remedy)


@pytest.mark.django_db
def test_a_daily_limit_is_kept_and_told(cast: Cast) -> None:
    requests = [
        stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        for _each in range(3)
    ]
    round_ = stories.a_round(cast.officer, requests, company_daily_limit=2, last_day=stories.MONDAY)
    stories.placed(round_, cast.officer)
    row = Placement.objects.unplaced().get()
    assert (row.reason, row.detail["parties"]) == (UnplacedReason.DAILY_LIMIT, [cast.company.organisation.pk])


@pytest.mark.django_db
def test_interpreters_work_only_in_their_languages(cast: Cast) -> None:
    requests = stories.pairs(1, cast.officer, interpreter_wanted=True, language="vi")
    english, vietnamese = stories.interpreter("en"), stories.interpreter("vi")
    round_ = stories.a_round(cast.officer, requests, interpreters=[english, vietnamese])
    stories.placed(round_, cast.officer)
    assert Placement.objects.get().interpreter == vietnamese


@pytest.mark.parametrize(
    ("wanted", "language", "spoken", "expected"),
    [
        (False, "en", ["en"], None),
        (True, "en", ["en"], "en"),
        (True, "vi", ["en", "vi"], "vi"),
        (True, "ja", ["ja", "he"], "he"),
        (True, "ja", ["ja"], "en"),
    ],
)
def test_which_language_is_interpreted(
    wanted: bool, language: str, spoken: list[str], expected: str | None
) -> None:
    request = MeetingRequest(interpreter_wanted=wanted, language=language)
    assert rules.interpreted_language(request, spoken) == expected


@pytest.mark.django_db
def test_moving_offers_only_valid_times_and_locks_the_new_one(cast: Cast) -> None:
    requests = [
        stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        for _each in range(2)
    ]
    round_ = stories.a_round(cast.officer, requests, last_day=stories.MONDAY)
    timetable = stories.placed(round_, cast.officer)
    first, second = timetable.placements.for_board()
    offered = problem.moves(round_, timetable.placements.all(), first.request_id, now=stories.at(0, day=1))
    pause = timedelta(minutes=round_.buffer_minutes)
    assert all(each.end + pause <= second.start or second.ends_at + pause <= each.start for each in offered)
    actions.move_placement(first, starts_at=offered[-1].start, by=cast.officer)
    first.refresh_from_db()
    assert (first.starts_at, first.locked) == (offered[-1].start, True)
    assert problem.faults(round_, timetable.placements.all(), now=stories.at(0, day=1)) == []


@pytest.mark.django_db
def test_a_time_that_is_not_free_is_refused(cast: Cast) -> None:
    requests = [
        stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        for _each in range(2)
    ]
    timetable = stories.placed(stories.a_round(cast.officer, requests), cast.officer)
    first, second = timetable.placements.for_board()
    for start in (second.start, stories.at(3, 30), stories.at(20)):
        with pytest.raises(TransitionNotAllowed):
            actions.move_placement(first, starts_at=start, by=cast.officer)


@pytest.mark.django_db
def test_an_unplaced_request_finds_a_place_once_an_interpreter_is_there(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer, interpreter_wanted=True))
    stories.placed(round_, cast.officer)
    who = stories.interpreter("en")
    actions.edit_round(round_, by=cast.officer, rooms=["Online 1", "Online 2"], interpreters=[who])
    row = Placement.objects.select_related("timetable__round").get()
    spot = problem.moves(round_, [row], row.request_id, now=stories.at(0, day=1))[0]
    actions.move_placement(row, starts_at=spot.start, by=cast.officer)
    row.refresh_from_db()
    assert (row.starts_at, row.reason, row.interpreter) == (spot.start, "", who)


@pytest.mark.django_db
def test_locks_hold_only_placed_meetings_of_the_draft(cast: Cast) -> None:
    timetable = stories.placed(stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer)
    row = timetable.placements.get()
    actions.lock(row, by=cast.officer)
    assert Placement.objects.get().locked is True
    actions.unlock(row, by=cast.officer)
    assert Placement.objects.get().locked is False
    actions.publish(timetable, by=cast.officer)
    fresh = Placement.objects.select_related("timetable__round").get()
    for deed in (actions.lock, actions.unlock):
        with pytest.raises(TransitionNotAllowed):
            deed(fresh, by=cast.officer)
    assert list(
        AuditEvent.objects.filter(action__startswith="placement.").values_list("action", flat=True)
    ) == [
        "placement.unlocked",
        "placement.locked",
    ]


@pytest.mark.django_db
def test_chosen_times_count_instead_of_the_working_week(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    only = Interval(stories.at(5, day=4), stories.at(6, day=4))
    actions.give_availability(round_, cast.startup.organisation, [only], by=cast.startup_owner)
    stories.placed(round_, cast.officer)
    assert Placement.objects.get().starts_at == only.start


@pytest.mark.django_db
def test_no_time_in_the_round_means_no_meeting(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    actions.refuse_round(round_, cast.startup.organisation, wish="In July", by=cast.startup_owner)
    stories.placed(round_, cast.officer)
    row = Placement.objects.get()
    assert (row.reason, row.detail["parties"]) == (
        UnplacedReason.NO_SHARED_TIME,
        [cast.startup.organisation.pk],
    )


@pytest.mark.django_db
def test_usual_hours_are_an_answer_and_drop_chosen_times(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer)
    organisation = cast.startup.organisation
    windows = [Interval(stories.at(1), stories.at(2)), Interval(stories.at(2), stories.at(3))]
    chosen = actions.give_availability(round_, organisation, windows, by=cast.startup_owner)
    assert (chosen.kind, chosen.windows.count()) == (AvailabilityKind.CHOSEN, 1)
    actions.reset_availability(round_, organisation, by=cast.startup_owner)
    answer = Availability.objects.get()
    assert (answer.kind, answer.windows.count()) == (AvailabilityKind.USUAL, 0)


@pytest.mark.django_db
def test_an_own_week_counts_instead_of_the_countrys(cast: Cast) -> None:
    organisation = cast.startup.organisation
    OrganisationHours.objects.create(organisation=organisation, week={"4": ["09:00", "10:00"]})
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    stories.placed(stories.a_round(cast.officer, [request]), cast.officer)
    assert Placement.objects.get().start.date() == stories.FRIDAY


@pytest.mark.django_db
@pytest.mark.parametrize("status", [RoundStatus.PLACING, RoundStatus.PUBLISHED, RoundStatus.HELD])
def test_nothing_is_changed_in_a_round_that_is_placed_or_published(cast: Cast, status: str) -> None:
    """But for its means, once it is published: they count when the timetable is repaired."""
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    Round.objects.update(status=status)
    round_.refresh_from_db()
    request.refresh_from_db()
    for deed in (
        lambda: actions.reset_availability(round_, cast.startup.organisation, by=cast.startup_owner),
        lambda: actions.collect(round_, [request], by=cast.officer),
        lambda: actions.set_aside(request, by=cast.officer),
        lambda: actions.ask_for_times(request, by=cast.officer),
        lambda: actions.edit_round(round_, by=cast.officer, rooms=["One"], interpreters=[]),
    )[: 4 if status == RoundStatus.PUBLISHED else 5]:
        with pytest.raises(TransitionNotAllowed):
            deed()
    assert sorted(Room.objects.values_list("name", flat=True)) == ["Online 1", "Online 2"]


@pytest.mark.django_db
def test_editing_renames_rooms_but_keeps_those_that_hold_a_placement(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    stories.placed(round_, cast.officer)
    used = Placement.objects.get().room
    actions.edit_round(round_, by=cast.officer, rooms=["Hall", "Studio"], interpreters=[], name="Round X")
    names = set(Room.objects.values_list("name", flat=True))
    assert names == {used.name, "Hall", "Studio"}
    assert Round.objects.get().name == "Round X"


@pytest.mark.django_db
def test_both_sides_are_asked_for_more_times(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    stories.a_round(cast.officer, [request])
    request.refresh_from_db()
    people = actions.ask_for_times(request, by=cast.officer)
    notices = {
        each.recipient.name: fact(each, "other") for each in Notice.objects.filter(event=Event.TIMES_ASKED)
    }
    assert people == len(notices) == 5
    assert notices["startup-owner"] == cast.company.organisation.name_en
    assert notices["company-owner"] == cast.startup.organisation.name


@pytest.mark.django_db
def test_meetings_elsewhere_are_kept_free_with_a_pause(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    first = stories.a_round(
        cast.officer, [stories.agreed(match, cast.company_owner)], last_day=stories.MONDAY
    )
    booked = stories.published(first, cast.officer)[0]
    other = stories.agreed(stories.match_of(cast.company, cast.other_startup), cast.company_owner)
    second = stories.a_round(cast.officer, [other], last_day=stories.MONDAY)
    stories.placed(second, cast.officer)
    row = Placement.objects.get(request=other)
    pause = timedelta(minutes=15)
    assert row.ends_at + pause <= booked.starts_at or booked.ends_at + pause <= row.starts_at
    BookingSeat.objects.update(status=SeatStatus.RELEASED)
    free = problem.round_problem(Round.objects.get(pk=second.pk), now=stories.at(0, day=1)).problem
    assert any(
        each.holds(Interval(booked.starts_at, booked.ends_at))
        for each in free.parties[f"o{cast.company.pk}"].open
    )


@pytest.mark.django_db
def test_heavier_matches_are_placed_first_when_room_is_short(cast: Cast) -> None:
    low = stories.agreed(stories.match_of(cast.company, cast.startup, score=40), cast.company_owner)
    high = stories.agreed(stories.match_of(cast.company, cast.other_startup, score=95), cast.company_owner)
    round_ = stories.a_round(cast.officer, [low, high], last_day=stories.MONDAY, company_daily_limit=1)
    stories.placed(round_, cast.officer)
    assert Placement.objects.placed().get().request == high
    assert MeetingRequest.objects.filter(status=RequestStatus.ACCEPTED).count() == 2
