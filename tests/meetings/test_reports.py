"""A meeting's end: who may tell it and when, what follows from it, who is asked, and what the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import product
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User, members_of
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions import Telling
from meetings.actions.reports import REMIND_AFTER, side_of
from meetings.enums import Outcome, RequestStatus
from meetings.models import Meeting, MeetingReport, MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories

AFTER = stories.at(12)
CAME = Telling(company_came=True, startup_came=True, outcome=Outcome.INFORMATIVE)
NOBODY = Telling(company_came=False, startup_came=False, outcome=Outcome.NOT_HELD)
ALONE = Telling(company_came=True, startup_came=False, outcome=Outcome.NOT_HELD)
WAITED = Telling(company_came=False, startup_came=True, outcome=Outcome.NOT_HELD)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return actions.book_free_time(request, stories.at(4), by=cast.officer)


def status() -> str:
    return MeetingRequest.objects.get().status


def said(side: Side, telling: Telling) -> MeetingReport:
    return MeetingReport(side=side, company_came=telling.company_came, startup_came=telling.startup_came)


@pytest.mark.parametrize(
    ("company", "startup", "end"),
    [
        (CAME, CAME, RequestStatus.HELD),
        (ALONE, ALONE, RequestStatus.NO_SHOW),
        (WAITED, WAITED, RequestStatus.NO_SHOW),
        (NOBODY, NOBODY, RequestStatus.NO_SHOW),
        (CAME, ALONE, None),
        (ALONE, CAME, None),
        (ALONE, WAITED, None),
        (NOBODY, WAITED, None),
        (CAME, None, None),
        (None, NOBODY, None),
        (None, None, None),
    ],
)
def test_the_end_is_what_both_sides_say_alike(
    company: Telling | None, startup: Telling | None, end: RequestStatus | None
) -> None:
    reports = [said(side, each) for side, each in ((Side.COMPANY, company), (Side.STARTUP, startup)) if each]
    assert rules.end_of(reports) == end
    assert rules.differ(reports) == (end is None and len(reports) == 2)


@pytest.mark.parametrize("sides", list(product([CAME, ALONE, NOBODY, None], repeat=2)))
@pytest.mark.parametrize(("staff", "end"), [(CAME, RequestStatus.HELD), (WAITED, RequestStatus.NO_SHOW)])
def test_what_staff_record_counts_whatever_the_sides_say(
    sides: tuple[Telling | None, Telling | None], staff: Telling, end: RequestStatus
) -> None:
    told = [said(side, each) for side, each in zip((Side.COMPANY, Side.STARTUP), sides, strict=True) if each]
    assert rules.end_of([*told, said(Side.STAFF, staff)]) == end


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["company_owner", "company_member", "startup_member", "officer"])
@pytest.mark.parametrize(("minutes", "allowed"), [(-1, False), (0, True), (1, True), (60 * 24 * 40, True)])
def test_nobody_tells_the_end_before_it(
    cast: Cast, meeting: Meeting, person: str, minutes: int, allowed: bool
) -> None:
    by, now = getattr(cast, person), meeting.ends_at + timedelta(minutes=minutes)
    if allowed:
        actions.report(meeting, CAME, by=by, now=now)
    else:
        with pytest.raises(TransitionNotAllowed):
            actions.report(meeting, CAME, by=by, now=now)
    assert MeetingReport.objects.count() == allowed


@pytest.mark.django_db
def test_of_a_cancelled_meeting_there_is_nothing_to_tell(cast: Cast, meeting: Meeting) -> None:
    actions.cancel(meeting, reason="The plant is closed", by=cast.company_owner)
    with pytest.raises(TransitionNotAllowed):
        actions.report(meeting, NOBODY, by=cast.officer, now=AFTER)


@pytest.mark.django_db
@pytest.mark.parametrize(("telling", "end"), [(CAME, RequestStatus.HELD), (ALONE, RequestStatus.NO_SHOW)])
def test_the_second_side_to_say_the_same_settles_it(
    cast: Cast, meeting: Meeting, telling: Telling, end: RequestStatus
) -> None:
    actions.report(meeting, telling, by=cast.startup_owner, now=AFTER)
    assert status() == RequestStatus.SCHEDULED
    actions.report(meeting, telling, by=cast.company_member, now=AFTER)
    assert status() == end
    deeds = list(AuditEvent.objects.filter(target_id=str(meeting.pk), action="meeting.reported"))
    assert {each.actor_id for each in deeds} == {cast.startup_owner.pk, cast.company_member.pk}
    assert AuditEvent.objects.filter(action=f"meetingrequest.{end}").count() == 1


@pytest.mark.django_db
def test_how_each_liked_it_may_differ(cast: Cast, meeting: Meeting) -> None:
    """Only who came must be told alike; what came of it is each side's own view."""
    cool = Telling(company_came=True, startup_came=True, outcome=Outcome.NO_INTEREST, rating=2)
    actions.report(meeting, cool, by=cast.company_owner, now=AFTER)
    warm = Telling(company_came=True, startup_came=True, outcome=Outcome.POSSIBLE, rating=5)
    actions.report(meeting, warm, by=cast.startup_owner, now=AFTER)
    assert status() == RequestStatus.HELD
    assert not Notice.objects.filter(event=Event.MEETING_ENDS_DIFFER).exists()
    assert set(meeting.reports.values_list("side", "outcome", "rating")) == {
        (Side.COMPANY, Outcome.NO_INTEREST, 2),
        (Side.STARTUP, Outcome.POSSIBLE, 5),
    }


@pytest.mark.django_db
def test_a_difference_goes_to_staff_who_settle_it(cast: Cast, meeting: Meeting) -> None:
    actions.report(meeting, ALONE, by=cast.company_owner, now=AFTER)
    actions.report(meeting, WAITED, by=cast.startup_owner, now=AFTER)
    assert status() == RequestStatus.SCHEDULED
    told = Notice.objects.filter(event=Event.MEETING_ENDS_DIFFER)
    assert {each.recipient for each in told} == {cast.officer, cast.administrator}
    actions.report(meeting, ALONE, by=cast.officer, now=AFTER)
    assert status() == RequestStatus.NO_SHOW


@pytest.mark.django_db
def test_a_side_may_correct_itself_until_it_is_settled(cast: Cast, meeting: Meeting) -> None:
    actions.report(meeting, ALONE, by=cast.company_owner, now=AFTER)
    actions.report(meeting, CAME, by=cast.startup_owner, now=AFTER)
    actions.report(meeting, CAME, by=cast.company_member, now=AFTER)
    assert status() == RequestStatus.HELD
    assert MeetingReport.objects.count() == 2
    with pytest.raises(TransitionNotAllowed):
        actions.report(meeting, NOBODY, by=cast.company_owner, now=AFTER)
    assert MeetingReport.objects.get(side=Side.COMPANY).outcome == Outcome.INFORMATIVE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "then", "states"),
    [
        (CAME, ALONE, (RequestStatus.HELD, RequestStatus.NO_SHOW)),
        (NOBODY, CAME, (RequestStatus.NO_SHOW, RequestStatus.HELD)),
        (CAME, CAME, (RequestStatus.HELD, RequestStatus.HELD)),
    ],
)
def test_staff_put_right_what_was_recorded_wrongly(
    cast: Cast, meeting: Meeting, first: Telling, then: Telling, states: tuple[str, str]
) -> None:
    actions.report(meeting, first, by=cast.officer, now=AFTER)
    before = status()
    actions.report(meeting, then, by=cast.administrator, now=AFTER)
    assert (before, status()) == states


@pytest.mark.django_db
def test_a_side_that_comes_late_is_heard_and_changes_nothing(cast: Cast, meeting: Meeting) -> None:
    actions.report(meeting, CAME, by=cast.officer, now=AFTER)
    actions.report(meeting, ALONE, by=cast.company_owner, now=AFTER + timedelta(days=9))
    assert status() == RequestStatus.HELD
    assert MeetingReport.objects.filter(side=Side.COMPANY).count() == 1


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_once_settle_it_once(cast: Cast, meeting: Meeting) -> None:
    barrier = Barrier(2)

    def tell(by: User) -> None:
        barrier.wait(timeout=20)
        try:
            actions.report(Meeting.objects.get(pk=meeting.pk), CAME, by=by, now=AFTER)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tell, [cast.company_owner, cast.startup_owner]))
    assert status() == RequestStatus.HELD
    assert AuditEvent.objects.filter(action="meetingrequest.held").count() == 1


@pytest.mark.django_db
def test_a_next_step_is_kept_with_its_owner_and_day(cast: Cast, meeting: Meeting) -> None:
    step = {"next_step": "Send two samples", "next_owner": Side.STARTUP, "next_on": date(2031, 7, 1)}
    telling = Telling(company_came=True, startup_came=True, outcome=Outcome.POSSIBLE, **step)
    told = actions.report(meeting, telling, by=cast.company_owner, now=AFTER)
    told.refresh_from_db()
    assert {name: getattr(told, name) for name in step} == step
    assert (told.side, told.by, told.at) == (Side.COMPANY, cast.company_owner, AFTER)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("report_held_when_both_came", {"outcome": Outcome.NOT_HELD}),
        ("report_held_when_both_came", {"startup_came": False}),
        ("report_outcome_known", {"outcome": "splendid"}),
        ("report_side_known", {"side": "chamber"}),
        ("report_rating_range", {"rating": 6}),
        ("report_rating_range", {"rating": 0}),
        ("report_next_step_whole", {"next_step": "Call"}),
        ("report_next_step_whole", {"next_owner": Side.STAFF}),
        ("report_next_step_whole", {"next_on": date(2031, 7, 1)}),
        ("report_wish_where_possible", {"wished_mode": "investment"}),
        ("report_wish_where_possible", {"outcome": Outcome.POSSIBLE, "wished_mode": "marriage"}),
        (
            "report_next_owner_known",
            {"next_step": "Call", "next_owner": "somebody", "next_on": date(2031, 7, 1)},
        ),
    ],
)
def test_the_database_refuses_a_report_that_contradicts_itself(
    cast: Cast, meeting: Meeting, constraint: str, values: dict[str, Any]
) -> None:
    told = actions.report(meeting, CAME, by=cast.company_owner, now=AFTER)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MeetingReport.objects.filter(pk=told.pk).update(**values)


@pytest.mark.django_db
def test_a_side_has_one_report(cast: Cast, meeting: Meeting) -> None:
    actions.report(meeting, CAME, by=cast.company_owner, now=AFTER)
    with pytest.raises(IntegrityError, match="report_once_a_side"), transaction.atomic():
        MeetingReport.objects.create(
            meeting=meeting,
            side=Side.COMPANY,
            by=cast.company_member,
            at=AFTER,
            company_came=True,
            startup_came=True,
            outcome=Outcome.POSSIBLE,
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("person", "sides"),
    [
        ("officer", {Side.COMPANY, Side.STARTUP, Side.STAFF}),
        ("administrator", {Side.COMPANY, Side.STARTUP, Side.STAFF}),
        ("company_owner", {Side.COMPANY}),
        ("company_member", {Side.COMPANY}),
        ("startup_owner", {Side.STARTUP}),
        ("startup_member", {Side.STARTUP}),
        ("other_company_owner", set()),
        ("other_startup_owner", set()),
        ("expert", set()),
        ("newcomer", set()),
    ],
)
def test_a_side_reads_its_own_report_only(
    cast: Cast, meeting: Meeting, person: str, sides: set[Side]
) -> None:
    for by in (cast.company_owner, cast.startup_owner, cast.officer):
        actions.report(meeting, CAME, by=by, now=AFTER)
    visible = MeetingReport.objects.visible_to(getattr(cast, person))
    assert {each.side for each in visible} == sides


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("person", "side"),
    [
        ("company_owner", Side.COMPANY),
        ("company_member", Side.COMPANY),
        ("startup_owner", Side.STARTUP),
        ("officer", Side.STAFF),
        ("administrator", Side.STAFF),
    ],
)
def test_everybody_speaks_for_their_side(cast: Cast, person: str, side: Side) -> None:
    assert side_of(getattr(cast, person)) == side


def asked(event: Event) -> set[User]:
    return {each.recipient for each in Notice.objects.filter(event=event)}


@pytest.mark.django_db
def test_both_sides_are_asked_once_when_the_time_is_over(cast: Cast, meeting: Meeting) -> None:
    assert actions.ask_how_it_went(now=meeting.ends_at - timedelta(seconds=1)) == 0
    assert [actions.ask_how_it_went(now=AFTER) for _ in range(3)] == [1, 0, 0]
    everybody = {*members_of(meeting.request.company), *members_of(meeting.request.startup)}
    assert asked(Event.MEETING_END_ASKED) == everybody
    assert everybody > {cast.company_owner, cast.company_member, cast.startup_owner, cast.startup_member}
    assert Notice.objects.filter(event=Event.MEETING_END_ASKED).count() == len(everybody)


@pytest.mark.django_db
def test_only_the_silent_side_is_reminded_and_once(cast: Cast, meeting: Meeting) -> None:
    actions.ask_how_it_went(now=AFTER)
    actions.report(meeting, CAME, by=cast.company_owner, now=AFTER)
    assert actions.ask_how_it_went(now=AFTER + REMIND_AFTER - timedelta(seconds=1)) == 0
    assert [actions.ask_how_it_went(now=AFTER + REMIND_AFTER) for _ in range(2)] == [1, 0]
    assert asked(Event.MEETING_END_REMINDED) == set(members_of(meeting.request.startup))


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["cancelled", "held"])
def test_nobody_is_asked_about_what_is_known(cast: Cast, meeting: Meeting, how: str) -> None:
    if how == "cancelled":
        actions.cancel(meeting, reason="Ill", by=cast.company_owner)
    else:
        actions.report(meeting, CAME, by=cast.officer, now=AFTER)
    assert actions.ask_how_it_went(now=AFTER) == 0
    assert not Meeting.objects.without_end(AFTER).exists()


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_ask_once(cast: Cast, meeting: Meeting) -> None:
    barrier = Barrier(2)

    def beat(_number: int) -> int:
        barrier.wait(timeout=20)
        try:
            return actions.ask_how_it_went(now=AFTER)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(beat, range(2))) == 1
    told = [each.recipient_id for each in Notice.objects.filter(event=Event.MEETING_END_ASKED)]
    assert len(told) == len(set(told)) > 0


@pytest.mark.django_db
def test_what_is_open_is_counted_with_what_was_told(
    cast: Cast, meeting: Meeting, django_assert_num_queries: Callable[..., Any]
) -> None:
    other = stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    second = actions.book_free_time(other, stories.at(6), by=cast.officer)
    actions.report(meeting, CAME, by=cast.company_owner, now=AFTER)
    with django_assert_num_queries(1):
        found = {each.pk: each.tellings for each in Meeting.objects.without_end(AFTER).with_tellings()}
    assert found == {meeting.pk: 1, second.pk: 0}
