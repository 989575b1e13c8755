"""A meeting whose time has come or is over: what can still be done with it, and by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions.reports import REMIND_AFTER
from meetings.enums import MeetingStatus, RequestStatus
from meetings.models import Meeting, MeetingReport, MeetingRequest
from tests.conftest import Cast
from tests.meetings import pages, stories
from tests.meetings.pages import SignIn
from tests.meetings.test_bookings import BEFORE, booked
from tests.meetings.test_report_pages import over
from tests.meetings.test_reports import AFTER, ALONE, CAME

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_a_side_cancels_until_the_meeting_begins_and_staff_until_it_is_known_how_it_ended(cast: Cast) -> None:
    meeting = booked(cast)
    request, start = meeting.request, meeting.starts_at
    sides = (Side.COMPANY, Side.STARTUP, Side.STAFF)
    for now, may in ((start - SECOND, sides), (start, sides[2:]), (AFTER, sides[2:])):
        assert tuple(each for each in sides if rules.may_cancel(request, request.meeting, each, now)) == may
    for person in (cast.company_owner, cast.startup_member):
        with pytest.raises(TransitionNotAllowed):
            actions.cancel(meeting, reason="They never came", by=person, now=start)
    actions.report(meeting, ALONE, by=cast.company_owner, now=AFTER)
    actions.report(meeting, ALONE, by=cast.startup_owner, now=AFTER)
    for person in (cast.company_owner, cast.officer):
        with pytest.raises(TransitionNotAllowed):
            actions.cancel(meeting, reason="They never came", by=person, now=AFTER)
    meeting.refresh_from_db()
    assert (meeting.status, meeting.sequence) == (MeetingStatus.BOOKED, 0)
    assert (meeting.request.status, meeting.reports.count()) == (RequestStatus.NO_SHOW, 2)


def test_what_was_moved_meanwhile_is_cancelled_by_when_it_now_begins(cast: Cast) -> None:
    meeting = booked(cast)
    old = Meeting.objects.select_related("request").get(pk=meeting.pk)
    actions.reschedule(meeting, stories.at(4, day=10), reason="A strike", by=cast.officer, now=BEFORE)
    actions.cancel(old, reason="No", by=cast.company_owner, now=AFTER)
    assert (old.status, old.starts_at, old.sequence) == (MeetingStatus.CANCELLED, stories.at(4, day=10), 2)


@pytest.mark.parametrize(
    ("person", "may"), [("company_owner", False), ("startup_owner", False), ("officer", True)]
)
def test_only_staff_find_the_way_to_cancel_what_is_over(
    cast: Cast, as_user: SignIn, person: str, may: bool
) -> None:
    meeting = booked(cast)
    client, detail = as_user(getattr(cast, person)), pages.path("detail", pk=meeting.request_id)
    address = pages.path("cancel", pk=meeting.request_id)
    assert address in pages.links(client.get(detail))
    over(meeting)
    assert (address in pages.links(client.get(detail))) is may
    assert client.get(address).status_code == (200 if may else 409)
    assert client.post(address, {"reason": "They never came"}).status_code == (302 if may else 409)
    meeting.refresh_from_db()
    assert (meeting.status == MeetingStatus.CANCELLED) is may


@pytest.mark.parametrize(
    ("language", "warning"),
    [
        (
            "en",
            "What has been said of how the meeting went is deleted, and both sides are asked anew afterwards.",
        ),
        (
            "ja",
            "この商談について届いている結果の回答は削除され、変更後の商談が終わってから双方にあらためて伺います。",
        ),
    ],
)
def test_staff_read_before_they_move_it_that_what_was_said_of_it_goes(
    cast: Cast, as_user: SignIn, language: str, warning: str
) -> None:
    meeting = booked(cast)
    client, address = as_user(cast.officer), pages.path("book", language=language, pk=meeting.request_id)
    new = {"start": stories.at(4, day=10).isoformat()}
    assert warning not in pages.words(client.get(address, new))
    actions.report(meeting, ALONE, by=cast.company_owner, now=AFTER)
    assert warning in pages.words(client.get(address, new))


def test_of_a_meeting_moved_after_its_time_both_sides_are_asked_how_it_went_once_more(cast: Cast) -> None:
    """What was said of the day on which nobody came is not what they say of the new one."""
    meeting, later = booked(cast), stories.at(4, day=10)
    actions.report(meeting, ALONE, by=cast.company_owner, now=AFTER)
    actions.report(meeting, CAME, by=cast.startup_owner, now=AFTER)
    assert actions.ask_how_it_went(now=AFTER) == 1
    assert actions.ask_how_it_went(now=AFTER + REMIND_AFTER) == 1
    actions.reschedule(meeting, later, reason="They had another day", by=cast.officer, now=AFTER)
    meeting.refresh_from_db()
    assert (meeting.asked_at, meeting.reminded_at, meeting.reports.count()) == (None, None, 0)
    assert AuditEvent.objects.get(action="meeting.moved").detail["reports_deleted"] == 2
    with pytest.raises(TransitionNotAllowed):
        actions.report(meeting, CAME, by=cast.startup_owner, now=AFTER)
    over_again = later + timedelta(hours=1)
    assert [actions.ask_how_it_went(now=over_again) for _each in range(2)] == [1, 0]
    actions.report(meeting, CAME, by=cast.company_owner, now=over_again)
    assert MeetingRequest.objects.get().status == RequestStatus.SCHEDULED
    actions.report(meeting, CAME, by=cast.startup_owner, now=over_again)
    assert MeetingRequest.objects.get().status == RequestStatus.HELD
    kept = MeetingReport.pgh_event_model.objects.filter(side=Side.COMPANY).order_by("pgh_id")
    assert [each.company_came and each.startup_came for each in kept] == [False, True]
