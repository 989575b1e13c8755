"""What the database itself refuses about meetings, each by its name."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from matchmaking.core.enums import Field
from meetings.enums import AvailabilityKind, MeetingStatus, SeatStatus, TimetableStatus
from meetings.models import (
    Availability,
    AvailabilityWindow,
    BookingSeat,
    Interpreter,
    Meeting,
    Placement,
    Resource,
    Room,
    Shift,
    Timetable,
)
from tests.conftest import Cast
from tests.meetings import stories

TESTED_ELSEWHERE = {
    "request_of_startup_by_staff",
    "feed_token_is_hashed",
    "misfit_once_a_side",
    "misfit_reason_known",
    "report_once_a_side",
    "report_side_known",
    "report_outcome_known",
    "report_held_when_both_came",
    "report_rating_range",
    "report_next_step_whole",
    "report_next_owner_known",
    "report_wish_where_possible",
    "attendee_has_name_and_role",
    "confirmation_once_a_side",
    "proposal_one_open_per_request",
    "proposal_of_a_side",
    "proposal_status_known",
    "proposal_length_known",
    "proposal_new_time_of_a_booked_meeting",
    "request_turn_of_a_side",
    "attendee_decision_known",
    "request_one_open_per_match",
    "request_status_known",
    "request_length_known",
    "request_declined_has_reason",
    "request_by_staff_has_consent",
    "request_in_round_was_accepted",
    "request_withdrawn_by_a_side",
    "confirmation_term_once_a_side",
    "confirmation_term_lies_ahead",
    "round_status_known",
    "round_at_most_a_month",
    "round_closes_after_opening",
    "round_break_inside",
    "round_lengths_known",
    "placement_has_place_or_reason",
    "step_number_unique",
    "step_status_known",
    "step_is_of_a_request_or_placement",
    "timetable_one_in_work",
    "resource_is_one_thing",
    "closure_of_country_or_organisation",
    "closure_ends_after_start",
    "availability_wish_without_times",
    "closure_of_organisation_is_not_endless",
    "dayhours_end_after_start",
    "dayhours_kind_known",
    "dayhours_start_unique",
    "round_in_reach",
    "closure_in_reach",
    "dayhours_in_reach",
}
TESTED_HERE = {
    "availability_one_answer",
    "availability_kind_known",
    "window_ends_after_start",
    "window_start_unique",
    "interpreter_languages_known",
    "interpreter_fields_known",
    "shift_once_a_day",
    "shift_ends_after_start",
    "room_name_unique_in_round",
    "timetable_version_unique",
    "timetable_one_published",
    "timetable_one_repair",
    "timetable_has_bound",
    "timetable_status_known",
    "placement_once",
    "meeting_length",
    "meeting_status_known",
    "meeting_cancelled_has_reason",
    "seat_once_in_meeting",
    "seat_status_known",
    "seat_length",
    "seat_no_overlap",
}


def refusal(deed: Any) -> str:
    """The name of the constraint that refuses the deed."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        deed()
    return caught.value.__cause__.diag.constraint_name


def copy(row: Any, **change: Any) -> None:
    """Another row like it."""
    row.pk = None
    row._state.adding = True
    for name, value in change.items():
        setattr(row, name, value)
    row.save()


def test_every_constraint_of_the_app_has_a_test() -> None:
    named = {
        each.name
        for model in apps.get_app_config("meetings").get_models()
        for each in model._meta.constraints
    }
    assert named == TESTED_HERE | TESTED_ELSEWHERE


@pytest.mark.django_db
def test_a_cancelled_meeting_says_why(cast: Cast) -> None:
    [meeting] = stories.published(stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer)
    meetings = Meeting.objects.filter(pk=meeting.pk)
    assert refusal(lambda: meetings.update(status=MeetingStatus.CANCELLED)) == "meeting_cancelled_has_reason"


@pytest.mark.django_db
def test_answers_and_their_windows(cast: Cast) -> None:
    answer = Availability.objects.create(
        round=stories.a_round(cast.officer),
        organisation=cast.startup.organisation,
        kind=AvailabilityKind.CHOSEN,
        given_by=cast.startup_owner,
        given_at=timezone.now(),
    )
    AvailabilityWindow.objects.create(availability=answer, starts_at=stories.at(1), ends_at=stories.at(2))
    answers, windows = Availability.objects, AvailabilityWindow.objects
    assert [
        refusal(lambda: copy(answers.get())),
        refusal(lambda: answers.update(kind="perhaps")),
        refusal(lambda: windows.update(ends_at=stories.at(1))),
        refusal(lambda: windows.update(ends_at=stories.at(0))),
        refusal(lambda: copy(windows.get(), ends_at=stories.at(3))),
    ] == [
        "availability_one_answer",
        "availability_kind_known",
        "window_ends_after_start",
        "window_ends_after_start",
        "window_start_unique",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("languages", [[], ["xx"], ["en", "xx"]])
def test_interpreters_speak_languages_that_we_know(languages: list[str]) -> None:
    assert refusal(lambda: Interpreter.objects.create(name="Ohno", languages=languages)) == (
        "interpreter_languages_known"
    )


@pytest.mark.django_db
def test_interpreters_work_in_fields_of_the_programme_or_in_all() -> None:
    made = [stories.interpreter(fields=fields).fields for fields in ([], ["retail"], Field.values)]
    assert made == [[], ["retail"], Field.values]
    assert [
        refusal(lambda: stories.interpreter(fields=["space"])),
        refusal(lambda: stories.interpreter(fields=["retail", ""])),
    ] == ["interpreter_fields_known"] * 2


@pytest.mark.django_db
def test_an_interpreter_has_one_shift_a_day_that_ends_after_it_begins(cast: Cast) -> None:
    round_, who = stories.a_round(cast.officer), stories.interpreter()
    hours = {
        "round": round_,
        "interpreter": who,
        "day": stories.MONDAY,
        "opens": time(10),
        "closes": time(12),
    }
    row = Shift.objects.create(**hours)
    assert [
        refusal(lambda: copy(row)),
        refusal(lambda: copy(row, day=stories.FRIDAY, closes=time(10))),
        refusal(lambda: copy(row, day=stories.FRIDAY, closes=time(9))),
    ] == ["shift_once_a_day", "shift_ends_after_start", "shift_ends_after_start"]


@pytest.mark.django_db
def test_rooms_are_told_apart_by_name_within_a_round(cast: Cast) -> None:
    round_, other = stories.a_round(cast.officer), stories.a_round(cast.officer)
    assert refusal(lambda: Room.objects.create(round=round_, name="Online 1")) == "room_name_unique_in_round"
    assert Room.objects.filter(name="Online 1").count() == 2
    assert other.rooms.count() == 2


@pytest.mark.django_db
def test_timetables_and_their_rows(cast: Cast) -> None:
    draft = stories.placed(stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer)
    rows, tables = Placement.objects, Timetable.objects
    refused = [
        refusal(lambda: copy(tables.get())),
        refusal(lambda: tables.update(bound=None)),
        refusal(lambda: tables.update(objective=None)),
        refusal(lambda: copy(rows.get())),
        refusal(lambda: tables.update(status="lost")),
    ]
    tables.update(status=TimetableStatus.PUBLISHED)
    refused.append(refusal(lambda: copy(tables.get(), version=2)))
    copy(tables.get(), version=2, status=TimetableStatus.DRAFT, is_repair=True)
    refused.append(refusal(lambda: copy(tables.get(version=2), version=3)))
    assert refused == [
        "timetable_version_unique",
        "timetable_has_bound",
        "timetable_has_bound",
        "placement_once",
        "timetable_status_known",
        "timetable_one_published",
        "timetable_one_repair",
    ]
    assert draft.placements.count() == 1


def period(start: float, minutes: float) -> DateTimeTZRange:
    begins = stories.at(0) + timedelta(hours=start)
    return DateTimeTZRange(begins, begins + timedelta(minutes=minutes))


@pytest.mark.django_db
def test_meetings_and_their_seats(cast: Cast) -> None:
    first, second = stories.pairs(2, cast.officer)
    meetings = [
        Meeting.objects.create(request=each, period=period(1, 45), published_at=stories.at(0))
        for each in (first, second)
    ]
    resource = Resource.objects.create(organisation=cast.company.organisation)
    seat = BookingSeat.objects.create(meeting=meetings[0], resource=resource, period=period(1, 45))
    rows, seats = Meeting.objects.filter(pk=meetings[0].pk), BookingSeat.objects
    assert [
        refusal(lambda: rows.update(period=period(1, 9))),
        refusal(lambda: rows.update(period=period(1, 241))),
        refusal(lambda: rows.update(status="lost")),
        refusal(lambda: copy(seats.get(), period=period(5, 45))),
        refusal(lambda: seats.update(status="lost")),
        refusal(lambda: seats.update(period=period(1, 5))),
        refusal(lambda: copy(seats.get(), meeting=meetings[1])),
    ] == [
        "meeting_length",
        "meeting_length",
        "meeting_status_known",
        "seat_once_in_meeting",
        "seat_status_known",
        "seat_length",
        "seat_no_overlap",
    ]
    seat.refresh_from_db()
    assert (seat.status, meetings[0].status) == (SeatStatus.CONFIRMED, MeetingStatus.BOOKED)


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [10, 30, 45, 60, 240])
def test_meetings_of_every_sensible_length_are_taken(cast: Cast, minutes: int) -> None:
    (request,) = stories.pairs(1, cast.officer)
    meeting = Meeting.objects.create(request=request, period=period(1, minutes), published_at=stories.at(0))
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=minutes)
