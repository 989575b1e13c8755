"""Every state by every target, and what the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed, move
from meetings import actions
from meetings.enums import (
    AGREED_REQUEST,
    ENDED_REQUEST,
    OPEN_REQUEST,
    REQUEST_TRANSITIONS,
    ROUND_TRANSITIONS,
    STEP_TRANSITIONS,
    TIMETABLE_TRANSITIONS,
    DeclineReason,
    MeetingLength,
    RequestStatus,
    RoundStatus,
    StepStatus,
    TimetableStatus,
    UnplacedReason,
)
from meetings.models import Closure, MeetingRequest, Placement, Resource, Round, Timetable
from meetings.timetable import Reason, Remedy
from meetings.timetable_check import Fault
from meetings.words import ASKING, FAULTS, FIELDS, REASON_TONES, REMEDIES
from tests.conftest import Cast
from tests.meetings import stories


@pytest.mark.parametrize(
    ("states", "table"),
    [
        (RequestStatus, REQUEST_TRANSITIONS),
        (RoundStatus, ROUND_TRANSITIONS),
        (TimetableStatus, TIMETABLE_TRANSITIONS),
        (StepStatus, STEP_TRANSITIONS),
    ],
)
def test_the_tables_name_every_state_and_no_other(states: type, table: dict[str, frozenset[str]]) -> None:
    assert set(table) == set(states.values)
    assert set().union(*table.values()) <= set(states.values)


def test_open_requests_are_those_that_still_lead_somewhere() -> None:
    """Whether a meeting was held may be put right afterwards; that opens nothing again."""
    leading = {state for state, targets in REQUEST_TRANSITIONS.items() if targets - set(ENDED_REQUEST)}
    assert leading == set(OPEN_REQUEST)


@pytest.mark.django_db
@pytest.mark.parametrize("before", RequestStatus.values)
def test_a_request_goes_where_its_table_says_and_nowhere_else(cast: Cast, before: str) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    for to in RequestStatus.values:
        MeetingRequest.objects.update(status=before, decline_reason=DeclineReason.OTHER)
        request.refresh_from_db()
        if to in REQUEST_TRANSITIONS[before]:
            move(request, to, by=cast.officer)
            last = AuditEvent.objects.first()
            assert (MeetingRequest.objects.get().status, last.action) == (to, f"meetingrequest.{to}")
        else:
            with pytest.raises(TransitionNotAllowed):
                move(request, to, by=cast.officer)
            assert MeetingRequest.objects.get().status == before


@pytest.mark.django_db
@pytest.mark.parametrize("before", RoundStatus.values)
def test_a_round_goes_where_its_table_says_and_nowhere_else(cast: Cast, before: str) -> None:
    round_ = stories.a_round(cast.officer)
    for to in RoundStatus.values:
        Round.objects.update(status=before)
        round_.refresh_from_db()
        if to in ROUND_TRANSITIONS[before]:
            move(round_, to, by=cast.officer)
            assert Round.objects.get().status == to
        else:
            with pytest.raises(TransitionNotAllowed):
                move(round_, to, by=cast.officer)
            assert Round.objects.get().status == before


def refused(rows: object, **change: object) -> str:
    """The name of the constraint that refuses the change."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        rows.update(**change)  # type: ignore[attr-defined]
    return caught.value.__cause__.diag.constraint_name


@pytest.mark.django_db
def test_the_database_refuses_requests_that_make_no_sense(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    stories.asked(match, cast.company_owner)
    rows = MeetingRequest.objects.all()
    assert [
        refused(rows, status="lost"),
        refused(rows, minutes=50),
        refused(rows, status=RequestStatus.DECLINED),
        refused(rows, asked_side="staff"),
        refused(rows, round=stories.a_round(cast.officer)),
    ] == [
        "request_status_known",
        "request_length_known",
        "request_declined_has_reason",
        "request_by_staff_has_consent",
        "request_in_round_was_accepted",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("status", OPEN_REQUEST)
def test_a_match_has_one_open_request(cast: Cast, status: str) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    MeetingRequest.objects.filter(pk=request.pk).update(status=status)
    request.pk = None
    with pytest.raises(IntegrityError, match="request_one_open_per_match"), transaction.atomic():
        request.save()


@pytest.mark.django_db
def test_the_database_refuses_rounds_that_make_no_sense(cast: Cast) -> None:
    stories.a_round(cast.officer)
    rows = Round.objects.all()
    assert [
        refused(rows, last_day="2031-06-01"),
        refused(rows, last_day="2031-09-01"),
        refused(rows, closes="09:00", break_start=None, break_end=None),
        refused(rows, break_end="19:00"),
        refused(rows, break_end=None),
        refused(rows, status="lost"),
        refused(rows, lengths=[]),
        refused(rows, lengths=[30, 50]),
    ] == [
        "round_at_most_a_month",
        "round_at_most_a_month",
        "round_closes_after_opening",
        "round_break_inside",
        "round_break_inside",
        "round_status_known",
        "round_lengths_known",
        "round_lengths_known",
    ]


@pytest.mark.django_db
def test_a_placement_has_a_place_or_a_reason_never_both(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    timetable = stories.placed(round_, cast.officer)
    rows = Placement.objects.filter(timetable=timetable)
    name = "placement_has_place_or_reason"
    assert [
        refused(rows, reason=UnplacedReason.NO_ROOM),
        refused(rows, starts_at=None, ends_at=None),
        refused(rows, ends_at=None),
        refused(rows, ends_at=rows[0].starts_at),
    ] == [name] * 4


@pytest.mark.django_db
def test_only_one_timetable_of_a_round_is_in_work(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    timetable = actions.start_placement(round_, by=cast.officer)
    timetable.pk, timetable.version = None, 2
    with pytest.raises(IntegrityError, match="timetable_one_in_work"), transaction.atomic():
        timetable.save()
    assert Timetable.objects.count() == 1


@pytest.mark.django_db
def test_a_resource_is_exactly_one_thing(cast: Cast) -> None:
    interpreter = stories.interpreter()
    with pytest.raises(IntegrityError, match="resource_is_one_thing"), transaction.atomic():
        Resource.objects.create()
    with pytest.raises(IntegrityError, match="resource_is_one_thing"), transaction.atomic():
        Resource.objects.create(interpreter=interpreter, organisation=cast.company.organisation)


@pytest.mark.django_db
def test_a_closure_is_of_a_country_or_of_an_organisation(cast: Cast) -> None:
    days = {"first_day": stories.MONDAY, "last_day": stories.FRIDAY, "name_en": "Obon", "name_ja": "お盆"}
    Closure.objects.create(country="JP", **days)
    Closure.objects.create(organisation=cast.company.organisation, **days)
    rows = Closure.objects.filter(country="JP")
    assert [refused(rows, country=""), refused(rows, last_day="2031-06-01")] == [
        "closure_of_country_or_organisation",
        "closure_ends_after_start",
    ]


def test_the_vocabularies_have_words_for_all_that_the_optimiser_says() -> None:
    assert (
        set(UnplacedReason.values) == {str(each) for each in Reason} == {str(each) for each in REASON_TONES}
    )
    assert set(REMEDIES) == set(Remedy)
    assert set(FIELDS) == set(Remedy) - set(ASKING)
    assert set(FAULTS) == set(Fault)


def test_lengths_are_those_the_programme_offers() -> None:
    assert (
        MeetingLength.values,
        set(AGREED_REQUEST) & {RequestStatus.REQUESTED, RequestStatus.DECLINED},
    ) == (
        [30, 45, 60],
        set(),
    )


@pytest.mark.django_db
def test_timestamps_are_aware(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    assert request.asked_at <= timezone.now() < request.reply_by
