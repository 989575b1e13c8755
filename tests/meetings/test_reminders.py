"""Reminders a day and an hour before: to whom, when, in whose words, and each exactly once."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import translation
from post_office.models import Email

from accounts.models import User
from matchmaking.core import jobs, notices
from matchmaking.core.models import Job, JobState, Notice
from matchmaking.core.notices import Event
from meetings import actions, rules
from meetings.actions.reminders import REMIND
from meetings.enums import Lead, MeetingStatus
from meetings.models import Meeting
from meetings.tasks import queue_reminders
from tests.conftest import Cast
from tests.meetings import pages, stories
from tests.meetings.test_bookings import booked
from tests.told import fact

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
START = stories.at(4)
BOTH = (Event.MEETING_TOMORROW, Event.MEETING_SOON)


def meeting(cast: Cast) -> Meeting:
    """On 2 June 2031 at 04:00 UTC, fixed on 20 May."""
    found = booked(cast)
    Meeting.objects.filter(pk=found.pk).update(changed_at=stories.at(0, day=2) - 13 * DAY)
    found.refresh_from_db()
    return found


def beat(moment: datetime) -> None:
    """What beat starts then, and the worker that does what is due."""
    with time_machine.travel(moment, tick=False):
        queue_reminders()
        jobs.run_due()


def reminders(user: User) -> list[str]:
    return list(
        Notice.objects.filter(recipient=user, event__in=BOTH).order_by("pk").values_list("event", flat=True)
    )


def pair(cast: Cast) -> list[User]:
    return [cast.company_owner, cast.company_member, cast.startup_owner, cast.startup_member]


@pytest.mark.parametrize(
    ("before", "fixed", "due"),
    [
        (DAY + SECOND, 3 * DAY, None),
        (DAY, 3 * DAY, Lead.DAY),
        (HOUR + SECOND, 3 * DAY, Lead.DAY),
        (HOUR, 3 * DAY, Lead.HOUR),
        (SECOND, 3 * DAY, Lead.HOUR),
        (timedelta(0), 3 * DAY, None),
        (-HOUR, 3 * DAY, None),
        # fixed later than the lead: who has just agreed need not be reminded
        (20 * HOUR, DAY, Lead.DAY),
        (20 * HOUR, DAY - SECOND, None),
        (HOUR, 20 * HOUR, Lead.HOUR),
        (HOUR / 2, HOUR, Lead.HOUR),
        (HOUR / 2, HOUR - SECOND, None),
    ],
)
def test_a_reminder_is_due_from_its_lead_to_the_next_unless_the_time_was_fixed_later(
    before: timedelta, fixed: timedelta, due: Lead | None
) -> None:
    found = Meeting(period=(START, START + HOUR), changed_at=START - fixed)
    found.period = type("Period", (), {"lower": START, "upper": START + HOUR})()
    assert rules.reminder_due(found, START - before) == due


@pytest.mark.django_db
def test_both_sides_are_reminded_a_day_and_an_hour_before_and_nobody_else(cast: Cast) -> None:
    meeting(cast)
    for moment in (START - 2 * DAY, START - DAY, START - DAY / 2, START - HOUR, START, START + HOUR):
        beat(moment)
    # the startup's answer to the request came from somebody of its own
    found = {user.name: reminders(user) for user in User.objects.filter(notices__event__in=BOTH)}
    assert {each.name for each in pair(cast)} <= set(found)
    assert set(map(tuple, found.values())) == {BOTH}
    for outsider in (cast.other_company_owner, cast.other_startup_owner, cast.officer, cast.expert):
        assert reminders(outsider) == []


@pytest.mark.django_db
def test_beat_may_fire_as_often_as_it_likes(cast: Cast) -> None:
    meeting(cast)
    for minutes in range(0, 60, 5):
        beat(START - DAY + timedelta(minutes=minutes))
        beat(START - DAY + timedelta(minutes=minutes))
    assert reminders(cast.startup_owner) == [Event.MEETING_TOMORROW]
    assert Job.objects.filter(name=REMIND).count() == 1


@pytest.mark.django_db
def test_a_worker_that_dies_half_way_leaves_nothing_and_the_next_tells_everybody_once(cast: Cast) -> None:
    meeting(cast)
    with time_machine.travel(START - DAY, tick=False):
        queue_reminders()
        (job,) = Job.objects.filter(name=REMIND)
        with transaction.atomic():  # the work is done, the worker is gone before the commit
            assert jobs.run(job.pk)
            assert reminders(cast.startup_owner) == [Event.MEETING_TOMORROW]
            transaction.set_rollback(True)
        assert reminders(cast.startup_owner) == []
        assert jobs.run(job.pk)
        assert not jobs.run(job.pk)
    assert [reminders(each) for each in pair(cast)] == [[Event.MEETING_TOMORROW]] * 4


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_two_beats_at_once_remind_once(cast: Cast) -> None:
    meeting(cast)
    gate = Barrier(4)

    def work() -> None:
        gate.wait()
        try:
            actions.queue_reminders(now=START - DAY)
            for job in Job.objects.filter(name=REMIND):
                jobs.run(job.pk)
        finally:
            connection.close()

    with time_machine.travel(START - DAY, tick=False):
        threads = [Thread(target=work) for _each in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        jobs.run_due()
    assert [reminders(each) for each in pair(cast)] == [[Event.MEETING_TOMORROW]] * 4


@pytest.mark.django_db
def test_days_without_beat_bring_the_latest_reminder_only(cast: Cast) -> None:
    meeting(cast)
    beat(START - HOUR / 2)
    assert reminders(cast.company_owner) == [Event.MEETING_SOON]


@pytest.mark.django_db
def test_a_worker_that_comes_too_late_reminds_of_nothing(cast: Cast) -> None:
    meeting(cast)
    actions.queue_reminders(now=START - HOUR)
    with time_machine.travel(START, tick=False):
        assert jobs.run_due() >= 1
    assert (reminders(cast.company_owner), Job.objects.get(name=REMIND).state) == ([], JobState.DONE)


@pytest.mark.django_db
def test_a_meeting_that_moved_is_reminded_of_at_its_new_time(cast: Cast) -> None:
    found = meeting(cast)
    beat(START - DAY)
    later = stories.at(4, day=5)
    with time_machine.travel(START - DAY / 2, tick=False):
        actions.reschedule(found, later, reason="A clash", by=cast.officer)
    for moment in (START - HOUR, later - DAY, later - HOUR):
        beat(moment)
    assert reminders(cast.company_owner) == [Event.MEETING_TOMORROW, *BOTH]
    shown = [
        fact(each, "when") for each in Notice.objects.filter(recipient=cast.company_owner, event__in=BOTH)
    ]
    assert ["5 June 2031" in each for each in reversed(shown)] == [False, True, True]


@pytest.mark.django_db
def test_a_meeting_that_moves_there_and_back_is_reminded_of_again(cast: Cast) -> None:
    found = meeting(cast)
    beat(START - DAY)
    with time_machine.travel(START - DAY, tick=False):
        actions.reschedule(found, stories.at(4, day=5), reason="A clash", by=cast.officer)
    with time_machine.travel(stories.at(0, day=3), tick=False):
        actions.reschedule(found, stories.at(6, day=5), reason="None after all", by=cast.officer)
    beat(stories.at(6, day=5) - HOUR)
    assert reminders(cast.company_owner) == list(BOTH)


@pytest.mark.django_db
@pytest.mark.parametrize("queued", [False, True])
def test_a_cancelled_meeting_is_not_reminded_of(cast: Cast, queued: bool) -> None:
    found = meeting(cast)
    if queued:  # the reminder waits in the ledger already
        actions.queue_reminders(now=START - DAY)
    actions.cancel(found, reason="Ill", by=cast.officer)
    assert found.status == MeetingStatus.CANCELLED
    beat(START - DAY + SECOND)
    beat(START - HOUR)
    assert [reminders(each) for each in pair(cast)] == [[]] * 4


@pytest.mark.django_db
def test_a_reminder_of_a_time_that_has_meanwhile_moved_is_dropped(cast: Cast) -> None:
    found = meeting(cast)
    actions.queue_reminders(now=START - DAY)
    with time_machine.travel(START - DAY, tick=False):
        actions.reschedule(found, stories.at(4, day=5), reason="A clash", by=cast.officer)
        jobs.run_due()
    assert reminders(cast.company_owner) == []


@pytest.mark.django_db
def test_a_meeting_booked_a_few_hours_ahead_is_reminded_of_in_the_last_hour_only(cast: Cast) -> None:
    found = meeting(cast)
    Meeting.objects.filter(pk=found.pk).update(changed_at=START - 5 * HOUR)
    for moment in (START - 4 * HOUR, START - HOUR):
        beat(moment)
    assert reminders(cast.startup_owner) == [Event.MEETING_SOON]


@pytest.mark.django_db
def test_whoever_has_left_is_not_reminded(cast: Cast) -> None:
    meeting(cast)
    User.objects.filter(pk=cast.company_member.pk).update(is_active=False)
    beat(START - DAY)
    assert (reminders(cast.company_member), reminders(cast.company_owner)) == ([], [Event.MEETING_TOMORROW])


# language, own zone, what stands in the headline and beneath it; the firm's clock is Tokyo's, the startup's Singapore's
READERS: list[tuple[str, str, str, str, str]] = [
    ("startup_owner", "en", "Asia/Singapore", "Mon 2 June 2031, 12:00–12:45 (Singapore time)", "Tokyo 13:00"),
    ("startup_owner", "en", "Asia/Jerusalem", "Mon 2 June 2031, 07:00–07:45 (Tel Aviv time)", "Tokyo 13:00"),
    ("startup_owner", "en", "America/New_York", "Mon 2 June 2031, 00:00–00:45", "Tokyo 13:00"),
    ("startup_owner", "en", "Pacific/Honolulu", "Sun 1 June 2031, 18:00–18:45", "Tokyo 13:00, Mon 2 Jun"),
    ("startup_owner", "ja", "Asia/Kolkata", "2031年6月2日（月） 09:30〜10:15（ニューデリー時間）", "東京 13:00"),
    ("company_owner", "ja", "Asia/Tokyo", "2031年6月2日（月）", "シンガポール 12:00"),
    ("company_owner", "en", "Asia/Tokyo", "Mon 2 June 2031, 13:00–13:45 (Japan time)", "Singapore 12:00"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "language", "zone", "when", "there"), READERS)
def test_everybody_reads_their_own_language_zone_and_city(
    cast: Cast, name: str, language: str, zone: str, when: str, there: str
) -> None:
    reader = getattr(cast, name)
    User.objects.filter(pk=reader.pk).update(language=language, time_zone=zone)
    meeting(cast)
    beat(START - DAY)
    (sent,) = [each for each in Email.objects.filter(to=[reader.email]) if there in each.message]
    other = cast.company if name == "startup_owner" else cast.startup
    known = (
        other.organisation.name if language == "ja" else other.organisation.name_en or other.organisation.name
    )
    assert (when in sent.subject, known in sent.subject) == (True, True), sent.subject
    assert f"/{language}/meetings/" in sent.message


@pytest.mark.django_db
def test_whoever_wants_no_mail_is_reminded_in_the_portal(cast: Cast) -> None:
    User.objects.filter(pk=cast.startup_owner.pk).update(notices_by_mail=False)
    meeting(cast)
    before = Email.objects.filter(to=[cast.startup_owner.email]).count()
    beat(START - HOUR)
    assert Email.objects.filter(to=[cast.startup_owner.email]).count() == before
    assert reminders(cast.startup_owner) == [Event.MEETING_SOON]


@pytest.mark.django_db
@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_the_reminder_leads_to_the_meeting(cast: Cast, language: str) -> None:
    found = meeting(cast)
    beat(START - HOUR)
    notice = Notice.objects.get(recipient=cast.startup_owner, event=Event.MEETING_SOON)
    with translation.override(language):
        assert notices.path(notice) == pages.path("detail", language=language, pk=found.request_id)


@pytest.mark.django_db
def test_looking_for_meetings_takes_one_query_when_none_is_near(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    meeting(cast)
    with django_assert_num_queries(1):
        assert actions.queue_reminders(now=START - 2 * DAY) == 0
