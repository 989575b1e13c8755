"""The private calendar feed: what stands in it, read back by two parsers, and texts that try to break out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import vobject
from dateutil.tz import tzical
from django.db import IntegrityError, transaction
from django.utils import timezone
from icalendar import Calendar, Component

from accounts.models import User
from accounts.models.invitations import hash_of
from matchmaking.core.models import AuditEvent
from meetings import actions
from meetings.feed import calendar_of
from meetings.invitations import clean, invitation
from meetings.models import CalendarFeed, Meeting
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.test_bookings import booked
from tests.meetings.test_calendar_files import ATTACKS

NOW = stories.at(0)


def read(reader: User, now: datetime = NOW) -> Component:
    return Calendar.from_ical(calendar_of(reader, now=now))


def events(reader: User, now: datetime = NOW) -> list[Component]:
    return list(read(reader, now).walk("VEVENT"))


def with_startup(cast: Cast, country: str, zone: str, hour: int) -> tuple[Meeting, User]:
    startup = factories.StartupFactory(
        organisation__country=country, organisation__time_zone=zone, organisation__region=""
    )
    reader = stories.member_of(startup)
    request = stories.asked(stories.match_of(cast.company, startup), cast.company_owner)
    actions.accept(request, by=reader)
    return actions.book_free_time(request, stories.at(hour), by=reader, now=stories.at(0, day=1)), reader


@pytest.mark.django_db
def test_a_feed_says_what_it_is_and_how_often_to_ask(cast: Cast) -> None:
    booked(cast)
    calendar = read(cast.company_owner)
    assert (str(calendar["METHOD"]), str(calendar["X-PUBLISHED-TTL"])) == ("PUBLISH", "PT1H")
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert str(calendar["X-WR-TIMEZONE"]) == "Asia/Tokyo"


@pytest.mark.django_db
def test_a_meeting_is_the_same_event_as_in_the_mail(cast: Cast) -> None:
    meeting = booked(cast)
    for reader in (cast.company_owner, cast.startup_owner, cast.officer):
        mail = invitation(meeting, reader, language="en", now=NOW)
        (sent,) = Calendar.from_ical(mail).walk("VEVENT")
        (fed,) = events(reader)
        for name in ("UID", "SEQUENCE", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "DTSTART", "DTEND"):
            assert fed[name] == sent[name], name


@pytest.mark.django_db
def test_a_published_entry_names_no_attendee_and_no_address_of_anybody(cast: Cast) -> None:
    booked(cast)
    for reader in (cast.company_owner, cast.startup_owner, cast.officer):
        body = calendar_of(reader, now=NOW).decode().replace("\r\n ", "")
        assert "ATTENDEE" not in body
        assert [each.email for each in User.objects.all() if each.email in body] == []


@pytest.mark.django_db
def test_a_move_raises_the_sequence_and_a_cancellation_stays_as_cancelled(cast: Cast) -> None:
    meeting = booked(cast)
    uid = str(events(cast.company_owner)[0]["UID"])
    actions.reschedule(meeting, stories.at(6), reason="A clash", by=cast.officer, now=stories.at(0, day=1))
    (moved,) = events(cast.company_owner)
    assert (str(moved["UID"]), moved["SEQUENCE"], str(moved["STATUS"])) == (uid, 1, "CONFIRMED")
    assert moved.decoded("DTSTART") == stories.at(6)
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    (gone,) = events(cast.company_owner, timezone.now())
    assert (str(gone["UID"]), gone["SEQUENCE"], str(gone["STATUS"])) == (uid, 2, "CANCELLED")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "shown"),
    [(timedelta(0), True), (timedelta(days=30, seconds=-1), True), (timedelta(days=30), False)],
)
def test_a_cancelled_meeting_leaves_the_feed_thirty_days_after_it_was_cancelled(
    cast: Cast, after: timedelta, shown: bool
) -> None:
    meeting = booked(cast)
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    meeting.refresh_from_db()
    assert bool(events(cast.startup_owner, meeting.changed_at + after)) is shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "shown"),
    [(timedelta(days=90, seconds=-1), True), (timedelta(days=90), False)],
)
def test_a_meeting_that_is_over_stays_for_ninety_days(cast: Cast, after: timedelta, shown: bool) -> None:
    assert bool(events(cast.startup_owner, booked(cast).ends_at + after)) is shown


@pytest.mark.django_db
def test_everybody_has_their_own_meetings_and_staff_all(cast: Cast) -> None:
    mine = booked(cast)
    other = stories.match_of(cast.other_company, cast.other_startup)
    theirs = actions.book_free_time(
        stories.agreed(other, cast.other_company_owner),
        stories.at(4),
        by=cast.officer,
        now=stories.at(0, day=1),
    )
    found = {
        reader.name: {str(each["UID"]) for each in events(reader)}
        for reader in (
            cast.company_member, cast.startup_owner, cast.other_company_owner, cast.other_startup_owner,
            cast.officer, cast.administrator, cast.expert, cast.newcomer,
        )
    }  # fmt: skip
    a, b = f"{mine.uid}@portal", f"{theirs.uid}@portal"
    assert found == {
        "company-member": {a},
        "startup-owner": {a},
        "other-company-owner": {b},
        "other-startup-owner": {b},
        "officer": {a, b},
        "administrator": {a, b},
        "expert": set(),
        "newcomer": set(),
    }


@pytest.mark.django_db
def test_a_request_without_a_time_is_no_event(cast: Cast) -> None:
    stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    assert events(cast.company_owner) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_feed_is_in_its_readers_language_whatever_page_asks(cast: Cast, language: str) -> None:
    booked(cast)
    cast.startup_owner.language = language
    calendar = read(cast.startup_owner)
    (event,) = calendar.walk("VEVENT")
    company = cast.company.organisation
    assert (company.name_en if language == "en" else company.name) in str(event["SUMMARY"])
    assert f"/{language}/meetings/" in str(event["URL"])
    assert ("Meetings" in str(calendar["X-WR-CALNAME"])) is (language == "en")


# Japan's hours overlap theirs here; the hour is UTC, the clock theirs
ZONES = [
    ("SG", "Asia/Singapore", 4, "12:00"),
    ("IN", "Asia/Kolkata", 5, "10:30"),
    ("IL", "Asia/Jerusalem", 7, "10:00"),
    ("AU", "Australia/Sydney", 4, "14:00"),
    ("AU", "Australia/Adelaide", 4, "13:30"),
    ("ID", "Asia/Jayapura", 4, "13:00"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "zone", "hour", "clock"), ZONES)
def test_two_parsers_read_the_same_moment_from_the_zones_own_rules(
    cast: Cast, country: str, zone: str, hour: int, clock: str
) -> None:
    meeting, reader = with_startup(cast, country, zone, hour)
    body = calendar_of(reader, now=NOW)
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert event["DTSTART"].params["TZID"] == zone
    assert event.decoded("DTSTART").strftime("%H:%M") == clock
    other = vobject.readOne(body.decode())
    # vobject keeps the zones of earlier files; dateutil builds the clock from this one alone
    there = tzical(StringIO(body.decode())).get(zone)
    assert other.vevent.dtstart.value.replace(tzinfo=there).astimezone(UTC) == meeting.starts_at
    assert other.vevent.dtend.value.replace(tzinfo=there).astimezone(UTC) == meeting.ends_at
    assert other.vevent.uid.value == f"{meeting.uid}@portal"
    assert other.vtimezone.tzid.value == zone


@pytest.mark.django_db
def test_no_text_breaks_out_of_its_line_in_either_parser(cast: Cast) -> None:
    meeting = booked(cast)
    company = cast.company.organisation
    for text in ATTACKS:
        type(meeting.request).objects.filter(pk=meeting.request_id).update(purpose=text[:600])
        type(company).objects.filter(pk=company.pk).update(name_en=text[:120])
        body = calendar_of(cast.startup_owner, now=NOW)
        (event,) = Calendar.from_ical(body).walk("VEVENT")
        assert str(event["SUMMARY"]) == clean(f"Meeting with {text[:120]}")
        other = vobject.readOne(body.decode())
        assert [each.name for each in other.components()] == ["VTIMEZONE", "VEVENT"]
        assert other.vevent.summary.value.strip() == clean(f"Meeting with {text[:120]}")
        assert not hasattr(other.vevent, "attendee")


@pytest.mark.django_db
def test_lines_are_folded_at_75_octets_and_no_letter_is_cut(cast: Cast) -> None:
    meeting = booked(cast)
    purpose = "漢字とかな、「引用」；そして長い文。" * 30
    type(meeting.request).objects.filter(pk=meeting.request_id).update(purpose=purpose[:600])
    cast.officer.language = "ja"
    for reader in (cast.startup_owner, cast.officer):
        lines = calendar_of(reader, now=NOW).split(b"\r\n")
        assert (max(map(len, lines)) <= 75, any(b"\n" in line for line in lines), lines[-1]) == (
            True,
            False,
            b"",
        )
        assert [line.decode() for line in lines]
        (event,) = events(reader)
        assert str(event["DESCRIPTION"]) == purpose[:600]


@pytest.mark.django_db
def test_the_bytes_change_only_when_a_meeting_does(cast: Cast) -> None:
    meeting = booked(cast)
    first = calendar_of(cast.company_owner, now=NOW)
    assert calendar_of(cast.company_owner, now=NOW + timedelta(hours=5)) == first
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    assert calendar_of(cast.company_owner, now=NOW) != first


@pytest.mark.django_db
def test_many_meetings_take_as_many_queries_as_few(cast: Cast, django_assert_num_queries: object) -> None:
    counts = []
    for number in (1, 3):
        for _each in range(number):
            match = stories.match_of(factories.ChallengeFactory().company, factories.StartupFactory())
            request = stories.agreed(match, cast.officer, consent="By telephone")
            actions.book_free_time(request, stories.at(4), by=cast.officer, now=stories.at(0, day=1))
        reader = User.objects.get(pk=cast.officer.pk)
        with django_assert_num_queries(3) as found:  # type: ignore[operator]
            assert events(reader)
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_only_a_hash_of_the_secret_is_kept_and_a_new_one_replaces_it(cast: Cast) -> None:
    first = actions.open_feed(by=cast.company_owner, now=NOW)
    feed = CalendarFeed.objects.get()
    assert (feed.token_hash, feed.organisation, feed.made_at) == (
        hash_of(first),
        cast.company.organisation,
        NOW,
    )
    assert len(first) >= 43  # 256 bits
    actions.note_fetch(feed, now=NOW)
    second = actions.open_feed(by=cast.company_owner)
    feed.refresh_from_db()
    assert (feed.token_hash, feed.fetched_at) == (hash_of(second), None)
    assert not CalendarFeed.objects.with_token(first).exists()
    assert str(feed) == "company-owner"


@pytest.mark.django_db
def test_opening_renewing_and_stopping_are_on_record_without_the_secret(cast: Cast) -> None:
    tokens = [actions.open_feed(by=cast.startup_owner) for _twice in range(2)]
    assert actions.revoke_feed(by=cast.startup_owner)
    assert not actions.revoke_feed(by=cast.startup_owner)
    deeds = AuditEvent.objects.filter(action__startswith="calendarfeed.").order_by("pk")
    assert [each.action for each in deeds] == [
        "calendarfeed.opened",
        "calendarfeed.renewed",
        "calendarfeed.revoked",
    ]
    written = " ".join(f"{each.target_label} {each.detail}" for each in deeds)
    assert not any(token in written or hash_of(token) in written for token in tokens)


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "a-secret-in-plain-words", "A" * 64, "0" * 63])
def test_the_database_takes_no_secret_in_plain_words(cast: Cast, secret: str) -> None:
    with pytest.raises(IntegrityError, match="feed_token_is_hashed"), transaction.atomic():
        CalendarFeed.objects.create(user=cast.officer, token_hash=secret, made_at=NOW)
