"""Whoever must answer a request or a proposal is reminded on the working day before the deadline, once for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings

from accounts.models import User
from matchmaking.celery import app
from matchmaking.core import jobs
from matchmaking.core.models import Job, Notice
from matchmaking.core.notices import Event
from matchmaking.matches.enums import Side
from meetings import actions, hours, rules, tasks
from meetings.actions import Terms
from meetings.enums import RequestStatus
from meetings.models import MeetingRequest, Proposal
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import told
from tests.told import fact, read

pytestmark = pytest.mark.django_db
SINGAPORE, TOKYO = ZoneInfo("Asia/Singapore"), ZoneInfo("Asia/Tokyo")
ASKED = datetime(2031, 6, 9, 3, tzinfo=UTC)  # a Monday
HOUR = Terms(60, "en", interpreter_wanted=False)
STARTUP, FIRM = ["startup-member", "startup-owner"], ["company-member", "company-owner"]
EVENTS = (Event.REQUEST_REMINDED, Event.PROPOSAL_REMINDED)


@pytest.fixture
def made(cast: Cast) -> MeetingRequest:
    return stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner, now=ASKED)


def beat(moment: datetime) -> dict[str, list[str]]:
    """What beat starts then, the worker that does it, and who has been told so far."""
    with time_machine.travel(moment, tick=False):
        tasks.queue_answer_reminders()
        jobs.run_due()
    return told(*EVENTS)


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = SINGAPORE) -> datetime:
    return datetime(2031, 6, day, hour, minute, tzinfo=zone)


def test_the_day_before_the_deadline_in_their_working_hours_and_only_once(
    cast: Cast, made: MeetingRequest
) -> None:
    """Five working days from Monday the 9th: by Monday the 16th, 18:00 in Singapore."""
    assert made.reply_by == at(16, 18)
    for moment in (at(9, 17), at(12, 17, 59), at(13, 8, 59)):
        assert beat(moment) == {}, moment
    reminded = {"request_reminded": STARTUP}
    for moment in (at(13, 9), at(13, 17), at(14, 12), at(16, 9), at(16, 17, 59), at(16, 18)):
        assert beat(moment) == reminded, moment
    assert Job.objects.filter(name="meetings.remind_to_answer").count() == 1
    notice = Notice.objects.filter(event=Event.REQUEST_REMINDED).first()
    assert notice is not None
    assert fact(notice, "reply_by") == "Mon 16 June 2031, 18:00 (Singapore time)"
    assert (notice.link_name, notice.link_kwargs) == ("meetings:detail", {"pk": made.pk})


# days since the asking, moment, due: Fri 13 is the working day before Mon 16
CASES = [
    (at(13, 9), True),
    (at(13, 8, 59), False),
    (at(12, 12), False),
    (at(14, 12), False),  # a Saturday
    (at(16, 9), True),
    (at(16, 17, 59), True),
    (at(16, 18), False),
    (at(17, 9), False),
]


def test_when_it_is_due() -> None:
    calendar = hours.calendar_for("SG", zone="Asia/Singapore")
    until = at(16, 18)
    assert [rules.answer_due(calendar, ASKED, until, now) for now, _due in CASES] == [
        due for _now, due in CASES
    ]
    asked_today = at(13, 9, 30)
    assert not rules.answer_due(calendar, asked_today, until, at(13, 17))
    assert rules.answer_due(calendar, asked_today, until, at(16, 9))


@pytest.mark.parametrize(
    "end",
    [
        lambda made, cast: actions.accept(made, by=cast.startup_owner),
        lambda made, cast: actions.decline(made, reason="terms", by=cast.startup_owner),
        lambda made, cast: actions.withdraw(made, by=cast.company_owner),
    ],
)
def test_whoever_has_answered_is_left_alone_also_when_the_reminder_was_queued_before(
    cast: Cast, made: MeetingRequest, end: Any
) -> None:
    assert actions.queue_answer_reminders(now=at(13, 10)) == 1
    end(made, cast)
    with time_machine.travel(at(13, 10), tick=False):
        jobs.run_due()
    assert (told(*EVENTS), actions.queue_answer_reminders(now=at(13, 11))) == ({}, 0)


def test_each_turn_has_its_own_deadline_and_its_own_reminder(cast: Cast, made: MeetingRequest) -> None:
    """The startup was reminded, and proposes otherwise: now the firm is, a working day before its own deadline."""
    beat(at(13, 9))
    Notice.objects.all().delete()
    actions.propose(made, Side.STARTUP, HOUR, by=cast.startup_owner, now=at(13, 12))
    made.refresh_from_db()
    assert made.reply_by == at(20, 18, zone=TOKYO)
    for moment in (at(13, 17, zone=TOKYO), at(16, 10, zone=TOKYO), at(18, 17, zone=TOKYO)):
        assert beat(moment) == {}
    assert beat(at(19, 9, zone=TOKYO)) == {"request_reminded": FIRM}


@pytest.mark.parametrize("is_booked", [False, True])
def test_a_change_of_what_was_agreed_is_reminded_of_and_lapses_for_both(
    cast: Cast, made: MeetingRequest, is_booked: bool
) -> None:
    actions.accept(made, by=cast.startup_owner)
    if is_booked:
        actions.book_free_time(made, at(19, 13, zone=TOKYO), by=cast.officer, now=ASKED)
    found = MeetingRequest.objects.with_parties().get()
    change = actions.propose(found, Side.COMPANY, HOUR, by=cast.company_owner, now=ASKED)
    assert change.reply_by == at(16, 18)
    assert beat(at(12, 17)) == {}
    assert beat(at(13, 9)) == {"proposal_reminded": STARTUP}
    assert beat(at(16, 9)) == {"proposal_reminded": STARTUP}
    with time_machine.travel(at(16, 18, 1), tick=False):
        assert (tasks.lapse_requests(), tasks.lapse_requests()) == (1, 0)
    assert told(Event.CHANGE_LAPSED) == {"change_lapsed": sorted([*FIRM, *STARTUP])}
    assert (Proposal.objects.get().status, MeetingRequest.objects.get().minutes) == ("lapsed", 45)


def test_of_a_meeting_that_is_near_the_reminder_comes_before_it_can_no_longer_be_changed(
    cast: Cast, made: MeetingRequest
) -> None:
    """Booked for Thursday the 12th: to be answered by Wednesday at that hour."""
    actions.accept(made, by=cast.startup_owner)
    meeting = actions.book_free_time(made, at(12, 13, zone=TOKYO), by=cast.officer, now=ASKED)
    found = MeetingRequest.objects.with_parties().get()
    change = actions.propose(found, Side.COMPANY, HOUR, by=cast.company_owner, now=ASKED)
    assert change.reply_by == meeting.starts_at - timedelta(days=1)
    assert beat(at(9, 17)) == {}
    assert beat(at(10, 9)) == {"proposal_reminded": STARTUP}


def test_it_is_read_in_the_language_of_the_reader_and_hides_what_is_hidden(
    cast: Cast, made: MeetingRequest
) -> None:
    cast.company.name_disclosed = False
    cast.company.save()
    User.objects.filter(pk=cast.startup_member.pk).update(language="ja")
    beat(at(13, 9))
    texts = {
        notice.recipient.name: read(notice)
        for notice in Notice.objects.filter(event=Event.REQUEST_REMINDED).select_related("recipient")
    }
    assert "You have not answered yet." in texts["startup-owner"]
    assert "6月16日" in texts["startup-member"]
    for text in texts.values():
        assert cast.company.organisation.name not in text
        assert cast.company.organisation.name_en not in text


def test_the_price_does_not_grow_with_those_who_wait(
    cast: Cast, made: MeetingRequest, django_assert_num_queries: Any
) -> None:
    """Looked at every quarter of an hour; only what is due costs more."""
    for _each in range(3):
        stories.asked(stories.match_of(cast.company, stories.factories.StartupFactory()), cast.officer,
                      consent="By mail", now=ASKED)  # fmt: skip
    assert MeetingRequest.objects.filter(status=RequestStatus.REQUESTED).count() == 4
    with django_assert_num_queries(6):
        assert actions.queue_answer_reminders(now=at(11, 12)) == 0


def test_the_beat_calls_a_task_that_exists() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["queue-answer-reminders"]
    assert (entry["task"], entry["schedule"]) == (tasks.queue_answer_reminders.name, 900.0)
    assert entry["task"] in app.tasks
