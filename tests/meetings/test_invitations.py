"""The calendar file, read back by the library that calendars use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar, Component

from accounts.models import User
from meetings import actions
from meetings.enums import MeetingStatus
from meetings.intervals import Interval
from meetings.invitations import clean, invitation
from meetings.models import Meeting
from tests.conftest import Cast
from tests.meetings import stories


def a_meeting(cast: Cast, **more: str) -> Meeting:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner, **more)
    round_ = stories.a_round(cast.officer, [request])
    only = Interval(stories.at(5, day=4), stories.at(6, day=4))
    actions.give_availability(round_, cast.startup.organisation, [only], by=cast.startup_owner)
    return stories.published(round_, cast.officer)[0]


def read(meeting: Meeting, reader: User, language: str = "en") -> tuple[Component, Component]:
    with translation.override(language):
        body = invitation(meeting, reader, language=language, now=stories.at(0))
    calendar = Calendar.from_ical(body)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


@pytest.mark.django_db
def test_the_file_says_who_when_and_where(cast: Cast) -> None:
    meeting = a_meeting(cast)
    calendar, event = read(meeting, cast.startup_owner)
    assert (str(calendar["METHOD"]), str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (
        "REQUEST",
        f"{meeting.uid}@portal",
        0,
        "CONFIRMED",
    )
    assert str(event["SUMMARY"]) == f"Meeting with {cast.company.organisation.name_en}"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (meeting.starts_at, meeting.ends_at)
    assert str(event["LOCATION"]) == meeting.room.name


@pytest.mark.django_db
def test_the_clock_is_the_readers_and_its_zone_is_told(cast: Cast) -> None:
    meeting = a_meeting(cast)
    found = {}
    for reader in (cast.company_owner, cast.startup_owner):
        calendar, event = read(meeting, reader)
        zones = [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")]
        found[reader.name] = (event["DTSTART"].params["TZID"], event.decoded("DTSTART").hour, zones)
    assert found == {
        "company-owner": ("Asia/Tokyo", 14, ["Asia/Tokyo"]),
        "startup-owner": ("Asia/Singapore", 13, ["Asia/Singapore"]),
    }


@pytest.mark.django_db
def test_nobody_elses_address_stands_in_the_file(cast: Cast) -> None:
    meeting = a_meeting(cast)
    addresses = {user.email for user in (cast.company_owner, cast.company_member, cast.startup_member)}
    body = invitation(meeting, cast.startup_owner, language="en", now=stories.at(0)).decode()
    assert [address for address in addresses if address in body] == []
    assert f"mailto:{cast.startup_owner.email}" in body.replace("\r\n ", "")


@pytest.mark.django_db
def test_the_words_are_in_the_readers_language(cast: Cast) -> None:
    _calendar, event = read(a_meeting(cast), cast.startup_owner, "ja")
    assert str(event["SUMMARY"]).count(cast.company.organisation.name) == 1


@pytest.mark.django_db
def test_a_change_raises_the_sequence_and_a_cancellation_cancels(cast: Cast) -> None:
    meeting = a_meeting(cast)
    uid = str(read(meeting, cast.company_owner)[1]["UID"])
    meeting.sequence, meeting.status = 2, MeetingStatus.CANCELLED
    calendar, event = read(meeting, cast.company_owner)
    assert (str(calendar["METHOD"]), str(event["STATUS"]), event["SEQUENCE"], str(event["UID"])) == (
        "CANCEL",
        "CANCELLED",
        2,
        uid,
    )


EVIL = 'Talk\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\nATTENDEE:mailto:x@evil.example;,\\"\u2028\x00'


@pytest.mark.django_db
def test_no_text_can_write_lines_of_its_own(cast: Cast) -> None:
    meeting = a_meeting(cast, purpose=EVIL.replace("\x00", ""))
    cast.company.organisation.name_en = EVIL
    reader = cast.startup_owner
    reader.name = EVIL
    meeting.request.company.name_en = EVIL
    calendar, event = read(meeting, reader)
    assert len(calendar.walk("VEVENT")) == 1
    assert str(event["UID"]) == f"{meeting.uid}@portal"
    attendees = event["ATTENDEE"]
    assert str(attendees) == f"mailto:{reader.email}"


@pytest.mark.parametrize("text", ["a\r\nb", "a\nb", "a\x00b", "a\u2028b", "a\u202eb", "a\ud800b"])
def test_control_characters_are_spaces(text: str) -> None:
    assert clean(text) in ("a b", "a  b")


def test_lines_of_a_description_are_kept() -> None:
    assert clean("a\nb", keep_lines=True) == "a\nb"


@pytest.mark.django_db
def test_long_meetings_fold_at_75_octets(cast: Cast) -> None:
    meeting = a_meeting(cast, purpose="商談の目的" * 60)
    body = invitation(meeting, cast.company_owner, language="ja", now=stories.at(0))
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=45)


@pytest.mark.django_db
def test_only_the_two_sides_and_staff_get_the_file(cast: Cast, as_user: Callable[[User], Client]) -> None:
    url = reverse("meetings:ics", kwargs={"pk": a_meeting(cast).request_id})
    answers = {
        user.name: as_user(user).get(url).status_code
        for user in (
            cast.company_owner,
            cast.startup_member,
            cast.officer,
            cast.other_company_owner,
            cast.other_startup_owner,
            cast.expert,
        )
    }
    assert answers == {
        "company-owner": 200,
        "startup-member": 200,
        "officer": 200,
        "other-company-owner": 404,
        "other-startup-owner": 404,
        "expert": 404,
    }
    response = as_user(cast.company_owner).get(url)
    assert (response["Content-Type"], response["Content-Disposition"].endswith('.ics"')) == (
        "text/calendar; charset=utf-8",
        True,
    )
