"""Until when each side confirms a meeting, in its own working days; the reminder before, and what follows after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import override_settings

from accounts.models import User
from matchmaking.celery import app
from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.notices import Event
from matchmaking.matches.enums import Side
from meetings import actions, hours, tasks
from meetings.actions.confirmations import ask_to_confirm
from meetings.calendars import confirmation_deadline
from meetings.enums import Lack, RequestStatus
from meetings.models import ConfirmationTerm, Meeting, MeetingRequest, OrganisationHours, unconfirmed_in_time
from meetings.waits import waits_for
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, said, told, words
from tests.told import fact, read

pytestmark = pytest.mark.django_db
SINGAPORE, TOKYO, JERUSALEM = (ZoneInfo(f"Asia/{each}") for each in ("Singapore", "Tokyo", "Jerusalem"))
BOOKED = datetime(2031, 6, 9, 3, tzinfo=UTC)  # a Monday noon in Japan
FIRM, STARTUPS = ["company-member", "company-owner"], ["startup-member", "startup-owner"]
OFFICE = ["administrator", "officer"]
EVENTS = (Event.CONFIRMATION_REMINDED, Event.CONFIRMATION_LATE)


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime(2031, 6, day, hour, minute, tzinfo=zone)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """Booked on Monday the 9th for Monday the 23rd at one in Japan."""
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner, now=BOOKED)
    actions.accept(made, by=cast.startup_owner)
    booked = actions.book_free_time(made, at(23, 13), by=cast.officer, now=BOOKED)
    Notice.objects.all().delete()
    return booked


def terms() -> dict[str, datetime]:
    found = ConfirmationTerm.objects.select_related("organisation")
    return {each.organisation.kind: each.due for each in found}


def beat(moment: datetime) -> dict[str, list[str]]:
    """What beat starts then, the worker that does it, and who has been told so far."""
    with time_machine.travel(moment, tick=False):
        tasks.follow_up_confirmations()
        jobs.run_due()
    return told(*EVENTS)


def confirm(meeting: Meeting, side: Side, by: User, now: datetime = BOOKED) -> None:
    actions.confirm(meeting, side, sequence=meeting.sequence, by=by, now=now)


def test_each_side_has_three_of_its_own_working_days(cast: Cast, meeting: Meeting) -> None:
    assert terms() == {"company": at(12, 18), "startup": at(12, 18, zone=SINGAPORE)}


def test_the_week_of_a_side_counts(cast: Cast) -> None:
    """The startup works on Mondays and Tuesdays only: Tuesday 10, Monday 16, Tuesday 17."""
    OrganisationHours.objects.create(
        organisation=cast.startup.organisation, week={"0": ["09:00", "18:00"], "1": ["09:00", "18:00"]}
    )
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner, now=BOOKED)
    actions.accept(made, by=cast.startup_owner)
    actions.book_free_time(made, at(23, 13), by=cast.officer, now=BOOKED)
    assert terms() == {"company": at(12, 18), "startup": at(17, 18, zone=SINGAPORE)}


# The meeting, the moment of booking, the deadline: at most a day before, at least to the end of a working day
JAPAN = hours.calendar_for("JP", zone="Asia/Tokyo")
ISRAEL = hours.calendar_for("IL", zone="Asia/Jerusalem")
NEAR = [
    (JAPAN, at(23, 13), at(9, 12), at(12, 18)),
    (JAPAN, at(12, 13), at(9, 12), at(11, 13)),
    (JAPAN, at(11, 13), at(9, 12), at(10, 13)),
    (JAPAN, at(10, 13), at(9, 12), at(9, 18)),
    (JAPAN, at(10, 13), at(9, 19), at(10, 13)),
    (JAPAN, at(9, 15), at(9, 12), at(9, 15)),
    (JAPAN, at(16, 10), at(14, 12), at(16, 10)),  # booked on a Saturday: nobody works before
    (ISRAEL, at(23, 16), at(12, 10, zone=JERUSALEM), at(17, 18, zone=JERUSALEM)),  # Sunday to Thursday
]


@pytest.mark.parametrize(("calendar", "starts_at", "now", "due"), NEAR)
def test_of_a_meeting_that_is_near_the_term_ends_while_the_office_can_still_ask(
    calendar: hours.Calendar, starts_at: datetime, now: datetime, due: datetime
) -> None:
    assert confirmation_deadline(calendar, starts_at, now) == due


@override_settings(CONFIRM_WORKING_DAYS=1)
def test_the_programme_says_how_many_days_they_are(cast: Cast) -> None:
    assert confirmation_deadline(JAPAN, at(23, 13), BOOKED) == at(10, 18)


def test_everybody_in_a_round_has_a_term_at_the_same_price(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    requests = stories.pairs(3, cast.officer)
    meetings = stories.published(stories.a_round(cast.officer, requests), cast.officer)
    assert ConfirmationTerm.objects.count() == 2 * len(meetings) == 6
    found = list(Meeting.objects.with_parties())
    with django_assert_num_queries(7):
        ask_to_confirm(found, now=BOOKED - timedelta(days=60))


def test_one_reminder_a_working_day_before_in_the_hours_of_the_side(cast: Cast, meeting: Meeting) -> None:
    for moment in (at(9, 17), at(10, 17), at(11, 8, 59)):
        assert beat(moment) == {}, moment
    assert beat(at(11, 9)) == {"confirmation_reminded": FIRM}  # it is eight in Singapore
    both = {"confirmation_reminded": sorted([*FIRM, *STARTUPS])}
    for moment in (at(11, 10), at(11, 17), at(12, 9), at(12, 17, 59)):
        assert beat(moment) == both, moment
    assert Job.objects.filter(name="meetings.remind_to_confirm").count() == 2
    notice = Notice.objects.filter(recipient=cast.startup_owner).get()
    assert fact(notice, "reply_by") == "Thu 12 June 2031, 18:00 (Singapore time)"
    assert "Mon 23 June 2031, 12:00–12:45" in read(notice)
    assert (notice.link_name, notice.link_kwargs) == ("meetings:detail", {"pk": meeting.request_id})


def test_a_side_that_has_confirmed_is_left_alone_also_when_the_reminder_was_queued_before(
    cast: Cast, meeting: Meeting
) -> None:
    assert actions.queue_confirm_reminders(now=at(11, 10)) == 2
    confirm(meeting, Side.STARTUP, cast.startup_owner)
    with time_machine.travel(at(11, 10), tick=False):
        jobs.run_due()
    assert told(*EVENTS) == {"confirmation_reminded": FIRM}
    assert actions.queue_confirm_reminders(now=at(11, 11)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_the_term_both_sides_and_the_office_read_once_who_is_silent_and_the_meeting_stands(
    cast: Cast, meeting: Meeting, language: str
) -> None:
    User.objects.update(language=language)
    confirm(meeting, Side.COMPANY, cast.company_owner)
    beat(at(12, 18, 59))
    assert told(Event.CONFIRMATION_LATE) == {}
    everybody = {"confirmation_late": sorted([*FIRM, *STARTUPS, *OFFICE])}
    for moment in (at(12, 19), at(12, 20), at(16, 10), at(22, 10)):
        beat(moment)
        assert told(Event.CONFIRMATION_LATE) == everybody
    for notice in Notice.objects.filter(event=Event.CONFIRMATION_LATE).select_related("recipient"):
        assert said("The startup has not confirmed yet.", language) in read(notice)
        assert said("The firm has not confirmed yet.", language) not in read(notice)
    found = MeetingRequest.objects.get()
    assert (found.status, Meeting.objects.get().status) == (RequestStatus.SCHEDULED, "booked")
    row = AuditEvent.objects.get(action="meeting.not_confirmed_in_time")
    assert (row.detail["sides"], row.actor_id) == (["startup"], None)
    confirm(meeting, Side.STARTUP, cast.startup_owner, now=at(16, 10))
    assert MeetingRequest.objects.get().status == RequestStatus.CONFIRMED


def test_of_two_silent_sides_it_is_told_as_each_term_passes_and_together_if_it_is_late(
    cast: Cast, meeting: Meeting
) -> None:
    """Japan's day ends an hour before Singapore's; where beat was away, one notice names both."""
    with transaction.atomic():
        assert [actions.tell_unconfirmed(now=now) for now in (at(12, 18, 30), at(12, 19, 30))] == [1, 1]
        assert len(told(Event.CONFIRMATION_LATE)["confirmation_late"]) == 12
        transaction.set_rollback(True)
    assert [actions.tell_unconfirmed(now=now) for now in (at(13, 9), at(13, 10))] == [1, 0]
    assert len(told(Event.CONFIRMATION_LATE)["confirmation_late"]) == 6
    text = read(Notice.objects.filter(event=Event.CONFIRMATION_LATE).first())  # type: ignore[arg-type]
    assert "The firm has not confirmed yet. The startup has not confirmed yet." in text


@pytest.mark.parametrize(
    "end",
    [
        lambda meeting, cast: actions.cancel(meeting, reason="Ill", by=cast.officer, now=BOOKED),
        lambda meeting, cast: [confirm(meeting, side, cast.officer) for side in (Side.COMPANY, Side.STARTUP)],
        lambda meeting, cast: MeetingRequest.objects.update(status=RequestStatus.HELD),
    ],
)
def test_nobody_hears_of_what_is_cancelled_confirmed_or_over(cast: Cast, meeting: Meeting, end: Any) -> None:
    assert actions.queue_confirm_reminders(now=at(11, 10)) == 2
    end(meeting, cast)
    for moment in (at(11, 10), at(12, 17), at(13, 10)):
        assert beat(moment) == {}
    assert unconfirmed_in_time(at(13, 10)).count() == 0


def test_a_meeting_that_has_begun_is_not_told_of(cast: Cast, meeting: Meeting) -> None:
    assert actions.tell_unconfirmed(now=meeting.starts_at) == 0
    assert unconfirmed_in_time(meeting.starts_at).count() == 0


def test_another_time_is_another_term_with_another_reminder(cast: Cast, meeting: Meeting) -> None:
    beat(at(11, 10))
    Notice.objects.all().delete()
    now = at(12, 12)
    actions.reschedule(meeting, at(24, 13), reason="A train", by=cast.officer, now=now)
    assert terms() == {"company": at(17, 18), "startup": at(17, 18, zone=SINGAPORE)}
    assert beat(at(13, 10)) == {}
    assert beat(at(16, 10)) == {"confirmation_reminded": sorted([*FIRM, *STARTUPS])}
    assert beat(at(17, 20))["confirmation_late"] == sorted([*FIRM, *STARTUPS, *OFFICE])


def test_a_new_address_is_not_asked_for_anew(cast: Cast, meeting: Meeting) -> None:
    before = terms()
    actions.set_link(meeting, "https://meet.example/1", by=cast.officer, now=at(10, 12))
    assert terms() == before


def test_where_the_name_is_hidden_nobody_reads_it(cast: Cast, meeting: Meeting) -> None:
    """A booked meeting was accepted, so that the name is known: the texts say it as the page does."""
    cast.company.name_disclosed = False
    cast.company.save()
    beat(at(13, 10))
    for notice in Notice.objects.filter(event=Event.CONFIRMATION_LATE, recipient=cast.startup_owner):
        assert cast.company.organisation.name_en in read(notice)


@pytest.mark.django_db(transaction=True)
def test_who_confirms_at_that_very_moment_is_not_told_of(cast: Cast) -> None:
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner, now=BOOKED)
    actions.accept(made, by=cast.startup_owner)
    meeting = actions.book_free_time(made, at(23, 13), by=cast.officer, now=BOOKED)
    confirm(meeting, Side.COMPANY, cast.company_owner)
    barrier, told_of = Barrier(2), []

    def run(deed: Any) -> None:
        barrier.wait(timeout=20)
        try:
            told_of.append(deed())
        finally:
            connection.close()

    deeds = [
        lambda: confirm(meeting, Side.STARTUP, cast.startup_owner, now=at(13, 10)),
        lambda: actions.tell_unconfirmed(now=at(13, 10)),
    ]
    threads = [Thread(target=run, args=[each]) for each in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    late = Notice.objects.filter(event=Event.CONFIRMATION_LATE).count()
    assert MeetingRequest.objects.get().status == RequestStatus.CONFIRMED
    assert (late, sorted(str(each) for each in told_of)) in ((0, ["0", "None"]), (6, ["1", "None"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_until_when_each_side_confirms_on_both_clocks(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    page = words(as_user(cast.startup_owner).get(path("detail", language=language, pk=meeting.request_id)))
    own = {
        "en": "Thu 12 June 2031, 18:00 (Singapore time)",
        "ja": "2031年6月12日（木） 18:00（シンガポール時間）",
    }
    assert own[language] in page
    confirm(meeting, Side.STARTUP, cast.startup_owner)
    page = words(as_user(cast.startup_owner).get(path("detail", language=language, pk=meeting.request_id)))
    assert said("The startup has not confirmed yet.", language) not in page


def test_what_waits_for_a_side_waits_until_its_term_and_then_until_the_meeting(
    cast: Cast, meeting: Meeting
) -> None:
    def until(user: User, now: datetime) -> datetime:
        return next(each.until for each in waits_for(user, "en", now) if each.what == "Confirm the meeting")

    assert until(cast.startup_owner, BOOKED) == at(12, 18, zone=SINGAPORE)
    assert until(cast.company_owner, BOOKED) == at(12, 18)
    assert until(cast.startup_owner, at(13, 9)) == meeting.starts_at


def test_staff_see_on_their_first_page_what_was_not_confirmed_in_time_and_since_when(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    address = path("requests") + f"?lacks={Lack.IN_TIME}"
    other = stories.match_of(cast.other_company, factories.StartupFactory())
    made = stories.agreed(other, cast.officer, consent="By telephone", now=BOOKED)
    actions.book_free_time(made, at(24, 10), by=cast.officer, now=at(12, 9))
    for moment, count in ((at(12, 17), 0), (at(13, 9), 1)):
        with time_machine.travel(moment, tick=False):
            client = as_user(cast.officer)
            rows = {row.url: row for row in client.get("/en/").context["office_rows"]}
            assert rows[address].count == count
            assert [each["request"].pk for each in client.get(address).context["rows"]] == [
                meeting.request_id
            ] * count
    assert rows[address].since == at(12, 18)


def test_a_term_lies_ahead_and_there_is_one_a_side(meeting: Meeting) -> None:
    term = ConfirmationTerm.objects.first()
    assert term is not None
    with pytest.raises(IntegrityError, match="confirmation_term_lies_ahead"), transaction.atomic():
        ConfirmationTerm.objects.filter(pk=term.pk).update(due=term.asked_at)
    term.pk = None
    with pytest.raises(IntegrityError, match="confirmation_term_once_a_side"), transaction.atomic():
        term.save(force_insert=True)


def test_the_beat_calls_a_task_that_exists() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["follow-up-confirmations"]
    assert (entry["task"], entry["schedule"]) == (tasks.follow_up_confirmations.name, 900.0)
    assert entry["task"] in app.tasks
