"""The calendar file as calendars read it: identity, clocks, languages, and texts that try to break out."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import translation
from icalendar import Calendar, Component

from accounts.models import User
from meetings import actions
from meetings.enums import MeetingStatus
from meetings.intervals import Interval
from meetings.invitations import clean, invitation
from meetings.models import Meeting
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path

NOW = stories.at(0)


def meeting_on(cast: Cast, country: str, zone: str, day: date, hour: int) -> tuple[Meeting, User]:
    """A meeting of the cast's firm with a startup of that zone, and a person there."""
    startup = factories.StartupFactory(
        organisation__country=country, organisation__time_zone=zone, organisation__region=""
    )
    reader = stories.member_of(startup)
    request = stories.asked(stories.match_of(cast.company, startup), cast.company_owner)
    actions.accept(request, by=reader)
    round_ = stories.a_round(cast.officer, [request], first_day=day, last_day=day)
    start = datetime(day.year, day.month, day.day, hour, tzinfo=NOW.tzinfo)
    actions.give_availability(
        round_, startup.organisation, [Interval(start, start + timedelta(hours=1))], by=reader
    )
    return stories.published(round_, cast.officer)[0], reader


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return stories.published(stories.a_round(cast.officer, [request]), cast.officer)[0]


def raw(meeting: Meeting, reader: User, language: str = "en") -> bytes:
    with translation.override(language):
        return invitation(meeting, reader, language=language, now=NOW)


def event_of(body: bytes) -> Component:
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    return event


# country, zone, day, hour in UTC, clock there, its offset there in hours
CLOCKS = [
    ("IL", "Asia/Jerusalem", date(2031, 7, 7), 6, "09:00", 3),
    ("IL", "Asia/Jerusalem", date(2031, 1, 20), 7, "09:00", 2),
    ("AU", "Australia/Sydney", date(2031, 1, 20), 1, "12:00", 11),
    ("AU", "Australia/Sydney", date(2031, 7, 7), 1, "11:00", 10),
    ("AU", "Australia/Adelaide", date(2031, 1, 20), 1, "11:30", 10.5),
    ("IN", "Asia/Kolkata", date(2031, 7, 7), 4, "09:30", 5.5),
    ("ID", "Asia/Jayapura", date(2031, 7, 7), 1, "10:00", 9),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "zone", "day", "hour", "clock", "offset"), CLOCKS)
def test_the_clock_is_right_in_summer_and_winter(
    cast: Cast, country: str, zone: str, day: date, hour: int, clock: str, offset: float
) -> None:
    meeting, reader = meeting_on(cast, country, zone, day, hour)
    body = raw(meeting, reader)
    event = event_of(body)
    start = event.decoded("DTSTART")
    assert (event["DTSTART"].params["TZID"], start.strftime("%H:%M"), start) == (
        zone,
        clock,
        meeting.starts_at,
    )
    assert start.utcoffset() == timedelta(hours=offset)
    zones = [str(each["TZID"]) for each in Calendar.from_ical(body).walk("VTIMEZONE")]
    assert zones == [zone]


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "zone", "day", "hour", "clock", "offset"), CLOCKS)
def test_the_zones_own_rules_stand_in_the_file(
    cast: Cast, country: str, zone: str, day: date, hour: int, clock: str, offset: float
) -> None:
    meeting, reader = meeting_on(cast, country, zone, day, hour)
    (rules,) = Calendar.from_ical(raw(meeting, reader)).walk("VTIMEZONE")
    offsets = {
        each["TZOFFSETTO"].td / timedelta(hours=1)
        for each in [*rules.walk("STANDARD"), *rules.walk("DAYLIGHT")]
    }
    assert offset in offsets


@pytest.mark.django_db
def test_all_readers_get_one_and_the_same_event(cast: Cast, meeting: Meeting) -> None:
    readers = (cast.company_owner, cast.company_member, cast.startup_owner, cast.officer)
    events = [event_of(raw(meeting, reader, language)) for reader in readers for language in LANGUAGES]
    assert {str(event["UID"]) for event in events} == {f"{meeting.uid}@portal"}
    assert {(event.decoded("DTSTART"), event.decoded("DTEND")) for event in events} == {
        (meeting.starts_at, meeting.ends_at)
    }


@pytest.mark.django_db
def test_a_second_download_is_the_same_event_with_the_same_sequence(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    client = as_user(cast.startup_owner)
    found = [event_of(client.get(path("ics", pk=meeting.request_id)).content) for _twice in range(2)]
    assert len({(str(each["UID"]), each["SEQUENCE"]) for each in found}) == 1


@pytest.mark.django_db
def test_two_meetings_are_two_events(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(2, cast.officer))
    uids = {str(event_of(raw(each, cast.officer))["UID"]) for each in stories.published(round_, cast.officer)}
    assert len(uids) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("sequence", [0, 1, 7])
@pytest.mark.parametrize("status", MeetingStatus.values)
def test_the_method_follows_the_state_and_the_sequence_the_changes(
    cast: Cast, meeting: Meeting, sequence: int, status: str
) -> None:
    meeting.sequence, meeting.status = sequence, status
    body = raw(meeting, cast.company_owner)
    calendar, event = Calendar.from_ical(body), event_of(body)
    words = ("CANCEL", "CANCELLED") if status == MeetingStatus.CANCELLED else ("REQUEST", "CONFIRMED")
    assert (str(calendar["METHOD"]), str(event["STATUS"]), event["SEQUENCE"]) == (*words, sequence)


@pytest.mark.django_db
def test_the_headline_names_the_other_side_in_the_readers_language(cast: Cast, meeting: Meeting) -> None:
    company, startup = cast.company.organisation, cast.startup.organisation
    shown = {
        (reader.name, language): str(event_of(raw(meeting, reader, language))["SUMMARY"])
        for reader in (cast.company_owner, cast.startup_owner, cast.officer)
        for language in LANGUAGES
    }
    assert shown["company-owner", "en"] == f"Meeting with {startup.name}"
    assert shown["startup-owner", "en"] == f"Meeting with {company.name_en}"
    assert shown["officer", "en"] == f"Meeting: {company.name_en} and {startup.name}"
    for reader, name in (("company-owner", startup.name), ("startup-owner", company.name)):
        assert (name in shown[reader, "ja"], "Meeting" in shown[reader, "ja"]) == (True, False)


# what an organisation calls itself, a person, or writes as a purpose
ATTACKS = [
    "A\r\nBEGIN:VALARM\r\nEND:VALARM",
    "A\nATTENDEE:mailto:evil@people.example",
    "A\rDTSTART:19700101T000000Z",
    "A;B=C:D",
    "A, B, and C",
    "back\\slash \\n not a line",
    '"quoted" ^n ^\'caret',
    "END:VCALENDAR",
    "\u2028SEPARATOR\u2029",
    "\u202eright to left",
    "名前；：、。\u0085x",
    "x" * 500,
    "漢" * 400,
    "emoji 👩‍💻 joined",
]


@pytest.mark.django_db
def test_no_name_or_purpose_breaks_out(cast: Cast, meeting: Meeting) -> None:
    reader = cast.startup_owner
    for text in ATTACKS:
        meeting.request.purpose = text
        meeting.request.company.name_en = text
        reader.name = text
        body = raw(meeting, reader)
        calendar, event = Calendar.from_ical(body), event_of(body)
        assert [each.name for each in calendar.walk() if each.name in ("VALARM", "VEVENT")] == ["VEVENT"]
        assert (str(event["ATTENDEE"]), str(event["UID"])) == (
            f"mailto:{reader.email}",
            f"{meeting.uid}@portal",
        )
        assert str(event["SUMMARY"]) == clean(f"Meeting with {text}")
        assert " ".join(str(event["DESCRIPTION"]).split()) == " ".join(clean(text, keep_lines=True).split())


@pytest.mark.django_db
def test_lines_end_with_crlf_and_are_at_most_75_octets(cast: Cast, meeting: Meeting) -> None:
    for text in ATTACKS:
        meeting.request.purpose = text
        body = raw(meeting, cast.company_owner)
        lines = body.split(b"\r\n")
        assert (max(map(len, lines)) <= 75, re.search(rb"(?<!\r)\n", body), lines[-1]) == (True, None, b"")
        assert [line.decode() for line in lines]  # no letter is cut in two


@pytest.mark.django_db
def test_a_room_is_the_place_and_none_is_no_place(cast: Cast, meeting: Meeting) -> None:
    assert str(event_of(raw(meeting, cast.officer))["LOCATION"]) == meeting.room.name
    meeting.room = None
    assert str(event_of(raw(meeting, cast.officer))["LOCATION"]) == ""


@pytest.mark.django_db
def test_a_request_without_a_time_has_no_file(cast: Cast, as_user: SignIn) -> None:
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    for reader in (cast.company_owner, cast.startup_owner, cast.officer):
        assert as_user(reader).get(path("ics", pk=made.pk)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_comes_in_the_language_of_the_page(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    response = as_user(cast.startup_owner).get(path("ics", language=language, pk=meeting.request_id))
    company = cast.company.organisation
    name = company.name_en if language == "en" else company.name
    assert name in str(event_of(response.content)["SUMMARY"])
    assert response["Content-Disposition"] == f'attachment; filename="meeting-{meeting.request_id}.ics"'
    assert response["Cache-Control"] == "no-store"
