"""Each deed tells exactly the right people, in their language, with times on their own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import translation
from post_office.models import Email

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event, body, path, subject
from meetings import actions
from meetings.enums import DeclineReason
from meetings.intervals import Interval
from meetings.models import MeetingRequest, Round
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import told
from tests.told import fact

FIRM = ["company-member", "company-owner"]
STARTUP = ["startup-member", "startup-owner"]
OFFICE = ["administrator", "officer"]
THURSDAY = datetime(2031, 6, 5, 3, tzinfo=UTC)


@pytest.fixture
def asked(cast: Cast) -> MeetingRequest:
    return stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner, now=THURSDAY)


@pytest.fixture
def quiet(asked: MeetingRequest) -> MeetingRequest:
    """Asked for, and the notice of it read and gone."""
    Notice.objects.all().delete()
    Email.objects.all().delete()
    return asked


def everything_told() -> dict[str, list[str]]:
    return told(*Event)


def test_asking_tells_the_startup_and_nobody_else(asked: MeetingRequest) -> None:
    assert everything_told() == {Event.MEETING_REQUESTED: STARTUP}


def test_asking_for_a_firm_tells_the_same(cast: Cast) -> None:
    stories.asked(stories.match_of(cast.company, cast.startup), cast.officer, consent="By mail")
    assert everything_told() == {Event.MEETING_REQUESTED: STARTUP, Event.ACTED_FOR_YOU: sorted(FIRM)}


def test_accepting_tells_the_firm_and_the_office(cast: Cast, quiet: MeetingRequest) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    assert everything_told() == {Event.REQUEST_ACCEPTED: sorted(FIRM + OFFICE)}


def test_declining_tells_the_firm_and_the_office(cast: Cast, quiet: MeetingRequest) -> None:
    actions.decline(quiet, reason=DeclineReason.TERMS, by=cast.startup_owner)
    assert everything_told() == {Event.REQUEST_DECLINED: sorted(FIRM + OFFICE)}


def test_withdrawing_tells_the_startup_and_the_office(cast: Cast, quiet: MeetingRequest) -> None:
    actions.withdraw(quiet, by=cast.company_owner)
    assert everything_told() == {Event.REQUEST_WITHDRAWN: sorted(STARTUP + OFFICE)}


def test_lapsing_tells_everybody_concerned(quiet: MeetingRequest) -> None:
    actions.lapse_overdue(now=quiet.reply_by + timedelta(seconds=1))
    assert everything_told() == {Event.REQUEST_LAPSED: sorted(FIRM + STARTUP + OFFICE)}


def test_asking_for_times_tells_both_sides(cast: Cast, quiet: MeetingRequest) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    stories.a_round(cast.officer, [quiet])
    Notice.objects.all().delete()
    actions.ask_for_times(MeetingRequest.objects.get(), by=cast.officer)
    assert everything_told() == {Event.TIMES_ASKED: sorted(FIRM + STARTUP)}


def test_giving_times_opening_a_round_and_collecting_tell_nobody(cast: Cast, quiet: MeetingRequest) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    Notice.objects.all().delete()
    round_ = stories.a_round(cast.officer, [quiet])
    organisation = cast.startup.organisation
    actions.give_availability(
        round_, organisation, [Interval(stories.at(1), stories.at(2))], by=cast.startup_owner
    )
    actions.reset_availability(round_, organisation, by=cast.startup_owner)
    actions.edit_round(round_, by=cast.officer, rooms=["Hall"], interpreters=[])
    actions.set_aside(MeetingRequest.objects.get(), by=cast.officer)
    assert everything_told() == {}


def test_a_timetable_is_announced_to_whoever_started_it(cast: Cast, quiet: MeetingRequest) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    Notice.objects.all().delete()
    stories.placed(stories.a_round(cast.officer, [quiet]), cast.administrator)
    assert everything_told() == {Event.TIMETABLE_READY: ["administrator"]}


def test_moves_and_locks_tell_nobody_before_publishing(cast: Cast, quiet: MeetingRequest) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    timetable = stories.placed(stories.a_round(cast.officer, [quiet]), cast.officer)
    Notice.objects.all().delete()
    row = timetable.placements.get()
    actions.lock(row, by=cast.officer)
    actions.unlock(row, by=cast.officer)
    assert everything_told() == {}


def test_publishing_tells_both_sides_of_each_meeting_and_the_office(
    cast: Cast, quiet: MeetingRequest
) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    round_ = stories.a_round(cast.officer, [quiet])
    timetable = stories.placed(round_, cast.officer)
    Notice.objects.all().delete()
    actions.publish(timetable, by=cast.officer)
    assert everything_told() == {
        Event.MEETING_SCHEDULED: sorted(FIRM + STARTUP),
        Event.ROUND_PUBLISHED: OFFICE,
    }


def test_a_failed_placement_tells_the_office(cast: Cast, quiet: MeetingRequest) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    round_ = stories.a_round(cast.officer, [quiet])
    timetable = actions.start_placement(round_, by=cast.officer)
    Notice.objects.all().delete()
    actions.give_up_placement(timetable)
    actions.give_up_placement(timetable)
    assert everything_told() == {Event.TIMETABLE_FAILED: OFFICE}
    assert Round.objects.get().status == "collecting"


def test_whoever_may_no_longer_sign_in_is_not_told(cast: Cast, quiet: MeetingRequest) -> None:
    User.objects.filter(name__in=["company-member", "administrator"]).update(is_active=False)
    actions.accept(quiet, by=cast.startup_owner)
    assert everything_told() == {Event.REQUEST_ACCEPTED: ["company-owner", "officer"]}


def test_experts_and_other_organisations_never_hear_of_it(cast: Cast, quiet: MeetingRequest) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    stories.published(stories.a_round(cast.officer, [quiet]), cast.officer)
    strangers = {"expert", "other-company-owner", "other-startup-owner"}
    assert Notice.objects.filter(recipient__name__in=strangers).count() == 0


DEEDS = {
    Event.REQUEST_ACCEPTED: lambda r, c: actions.accept(r, by=c.startup_owner),
    Event.REQUEST_DECLINED: lambda r, c: actions.decline(r, reason="no_capacity", by=c.startup_owner),
    Event.REQUEST_WITHDRAWN: lambda r, c: actions.withdraw(r, by=c.company_owner),
    Event.REQUEST_LAPSED: lambda r, c: actions.lapse_overdue(now=r.reply_by + timedelta(days=1)),
}


@pytest.mark.parametrize("event", list(DEEDS))
def test_each_reads_it_in_their_own_language(cast: Cast, quiet: MeetingRequest, event: Event) -> None:
    User.objects.filter(name__in=["company-owner", "startup-owner", "officer"]).update(language="ja")
    DEEDS[event](quiet, cast)
    company = cast.company.organisation
    for notice in Notice.objects.filter(event=event):
        japanese = notice.recipient.language == "ja"
        expected = company.name if japanese else company.name_en
        assert (notice.recipient.name, fact(notice, "company")) == (notice.recipient.name, expected)
        with translation.override(notice.recipient.language):
            read = subject(notice) + body(notice)
        assert "%(" not in read
        assert any(ord(letter) > 0x3040 for letter in read.replace(company.name, "")) is japanese


@pytest.mark.parametrize("event", list(DEEDS))
def test_what_is_mailed_is_what_the_notice_says(cast: Cast, quiet: MeetingRequest, event: Event) -> None:
    User.objects.filter(name="company-owner").update(language="ja")
    DEEDS[event](quiet, cast)
    mails = {mail.to[0]: mail for mail in Email.objects.all()}
    notices = Notice.objects.filter(event=event).select_related("recipient")
    assert set(mails) == {notice.recipient.email for notice in notices}
    for notice in notices:
        with translation.override(notice.recipient.language):
            mail, address = mails[notice.recipient.email], path(notice)
            assert (mail.subject, body(notice) in mail.message, address in mail.message) == (
                subject(notice),
                True,
                True,
            )


def test_the_reason_of_a_decline_without_words_is_in_each_readers_language(
    cast: Cast, quiet: MeetingRequest
) -> None:
    User.objects.filter(name="company-owner").update(language="ja")
    actions.decline(quiet, reason=DeclineReason.NO_CAPACITY, by=cast.startup_owner)
    told_ = {n.recipient.name: fact(n, "reason") for n in Notice.objects.all()}
    assert told_["company-member"] == "No time in the coming months"
    assert not told_["company-owner"].isascii()


def test_the_startups_own_words_are_passed_on_untouched(cast: Cast, quiet: MeetingRequest) -> None:
    text = "100% of our team is busy — 申し訳ありません <b>"
    actions.decline(quiet, reason=DeclineReason.OTHER, text=text, by=cast.startup_owner)
    assert {fact(notice, "reason") for notice in Notice.objects.all()} == {text}


ZONES = [
    ("SG", "Asia/Singapore", "Thu 12 June 2031, 18:00 (Singapore time)"),
    ("IN", "Asia/Kolkata", "Thu 12 June 2031, 18:00 (New Delhi time)"),
    ("AU", "Australia/Sydney", "Thu 12 June 2031, 18:00 (Sydney time)"),
    ("IL", "Asia/Jerusalem", "Thu 12 June 2031, 18:00 (Tel Aviv time)"),
    ("VN", "Asia/Ho_Chi_Minh", "Thu 12 June 2031, 18:00 (Ho Chi Minh City time)"),
]


@pytest.mark.parametrize(("country", "zone", "expected"), ZONES)
def test_the_deadline_is_told_on_the_startups_clock(
    cast: Cast, country: str, zone: str, expected: str
) -> None:
    startup = factories.StartupFactory(
        organisation__country=country, organisation__time_zone=zone, organisation__region=""
    )
    reader = stories.member_of(startup)
    stories.asked(stories.match_of(cast.company, startup), cast.company_owner, now=THURSDAY)
    text = fact(Notice.objects.get(recipient=reader), "reply_by")
    assert text == expected


def test_a_deed_that_is_undone_tells_nobody(cast: Cast, quiet: MeetingRequest) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        actions.accept(quiet, by=cast.startup_owner)
        raise Stop
    assert (everything_told(), Email.objects.count()) == ({}, 0)


def test_the_link_leads_each_reader_to_a_page_they_may_see(
    cast: Cast, asked: MeetingRequest, as_user
) -> None:
    actions.accept(asked, by=cast.startup_owner)
    stories.published(stories.a_round(cast.officer, [asked]), cast.officer)
    for notice in Notice.objects.select_related("recipient"):
        address = path(notice)
        response = as_user(notice.recipient).get(address, follow=True)
        assert (notice.event, notice.recipient.name, response.status_code) == (
            notice.event,
            notice.recipient.name,
            200,
        )


def test_a_person_in_the_office_who_started_it_gets_one_notice_only(
    cast: Cast, quiet: MeetingRequest
) -> None:
    actions.accept(quiet, by=cast.startup_owner)
    rows = Notice.objects.values_list("recipient", "event")
    assert len(rows) == len(set(rows))
