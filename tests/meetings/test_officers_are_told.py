"""The officer who sits in a meeting hears of it as the two sides do, and has it in the calendar."""

from __future__ import annotations

from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from meetings import actions
from meetings.enums import Lead
from meetings.feed import calendar_of
from meetings.models import Meeting
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, said, words
from tests.meetings.test_bookings import invitations
from tests.told import fact, read

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)


@pytest.fixture
def colleague(db: None) -> User:
    return factories.OfficerFactory(name="colleague", email="colleague@office.example")


def sat_in(cast: Cast, colleague: User, *others: User) -> Meeting:
    """A published meeting of the cast's pair in which the colleague sits."""
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request], officer_attends=True, officers=[colleague])
    [meeting] = stories.published(round_, cast.officer)
    round_.officers.add(*others)
    return meeting


def events_of(user: User) -> list[str]:
    found = list(Notice.objects.filter(recipient=user).order_by("pk").values_list("event", flat=True))
    return [each for each in found if each.startswith("meeting_")]


def file_for(files: dict[str, tuple[Message, Any]], user: User) -> tuple[str, int, str]:
    """The method of the mail's file, its sequence and its status."""
    part, calendar = files[user.email]
    (event,) = calendar.walk("VEVENT")
    return str(part.get_param("method")), int(event["SEQUENCE"]), str(event["STATUS"])


@pytest.mark.django_db(transaction=True)
def test_the_officer_is_told_of_each_change_with_a_file_and_of_the_end(cast: Cast, colleague: User) -> None:
    meeting = sat_in(cast, colleague)
    files = invitations()
    assert file_for(files, colleague) == ("REQUEST", 0, "CONFIRMED")
    (event,) = files[colleague.email][1].walk("VEVENT")
    company, startup = cast.company.organisation, cast.startup.organisation
    assert str(event["SUMMARY"]) == f"Meeting: {company.name_en} and {startup.name}"
    assert event["ATTENDEE"] == f"mailto:{colleague.email}"
    actions.set_link(meeting, "https://video.example/1", by=cast.officer, now=EARLY)
    assert file_for(invitations(), colleague) == ("REQUEST", 1, "CONFIRMED")
    meeting.refresh_from_db()
    actions.reschedule(meeting, stories.at(5, day=3), reason="A visit", by=cast.officer, now=EARLY)
    assert file_for(invitations(), colleague) == ("REQUEST", 2, "CONFIRMED")
    actions.cancel(meeting, reason="Ill", by=cast.company_owner)
    files = invitations()
    assert file_for(files, colleague) == ("CANCEL", 3, "CANCELLED")
    assert cast.officer.email not in files
    assert events_of(colleague) == [Event.MEETING_SAT_IN] * 3 + [Event.MEETING_CANCELLED]
    # Whoever does not sit in reads of the end only, as before.
    assert events_of(cast.officer) == [Event.MEETING_CANCELLED]
    first = Notice.objects.filter(recipient=colleague, event=Event.MEETING_SAT_IN).order_by("pk")[0]
    assert read(first).startswith(f"You sit in at the meeting of {company.name_en} and {startup.name}: ")
    assert "you need not confirm" in read(first)


@pytest.mark.django_db(transaction=True)
def test_who_sits_in_no_longer_after_a_move_is_freed_and_the_other_invited(
    cast: Cast, colleague: User
) -> None:
    third = factories.OfficerFactory(name="third", email="third@office.example")
    meeting = sat_in(cast, colleague, third)
    other = stories.agreed(stories.match_of(cast.other_company, cast.other_startup), cast.other_company_owner)
    taken = actions.book_free_time(other, stories.at(4, day=3), by=cast.officer, now=EARLY)
    resource = meeting.seats.get(resource__officer=colleague).resource
    taken.seats.create(resource=resource, period=taken.period)
    invitations()
    Notice.objects.all().delete()
    actions.reschedule(meeting, taken.starts_at, reason="A visit", by=cast.officer, now=EARLY)
    files = invitations()
    assert Meeting.objects.get(pk=meeting.pk).officer == third
    assert (events_of(colleague), events_of(third)) == ([Event.MEETING_NOT_SAT_IN], [Event.MEETING_SAT_IN])
    assert file_for(files, colleague) == ("CANCEL", 1, "CANCELLED")
    assert file_for(files, third) == ("REQUEST", 1, "CONFIRMED")
    assert file_for(files, cast.company_owner) == ("REQUEST", 1, "CONFIRMED")
    uids = {str(event["UID"]) for _part, file in files.values() for event in file.walk("VEVENT")}
    assert uids == {f"{meeting.uid}@portal"}
    assert "It takes place without you: Tue 3 June 2031, 13:00" in read(
        Notice.objects.get(recipient=colleague)
    )


@pytest.mark.parametrize(
    ("lead", "event"), [(Lead.DAY, Event.MEETING_TOMORROW), (Lead.HOUR, Event.MEETING_SOON)]
)
def test_the_officer_is_reminded_of_both_sides(cast: Cast, colleague: User, lead: Lead, event: Event) -> None:
    meeting = sat_in(cast, colleague)
    Notice.objects.all().delete()
    count = actions.remind(meeting.pk, sequence=0, lead=lead, now=meeting.starts_at - timedelta(minutes=50))
    assert count == Notice.objects.filter(event=event).count()
    notice = Notice.objects.get(recipient=colleague)
    company, startup = cast.company.organisation, cast.startup.organisation
    assert (notice.event, fact(notice, "other")) == (event, f"{company.name_en} and {startup.name}")
    assert fact(notice, "there").startswith("Singapore ")
    assert notice.params["other"]["words"]["ja"] == f"{company.name}と{startup.name}"
    assert not Notice.objects.filter(recipient=cast.officer).exists()


def test_whoever_left_the_office_is_told_no_more(cast: Cast, colleague: User) -> None:
    meeting = sat_in(cast, colleague)
    Notice.objects.all().delete()
    for change in ({"is_active": False}, {"is_active": True, "staff_role": "expert"}):
        User.objects.filter(pk=colleague.pk).update(**change)
        actions.remind(meeting.pk, sequence=0, lead=Lead.DAY, now=EARLY)
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    assert not Notice.objects.filter(recipient=colleague).exists()


def uids(body: bytes) -> set[str]:
    return {str(each["UID"]) for each in Calendar.from_ical(body).walk("VEVENT")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_subscribe_to_all_meetings_or_to_those_in_which_they_sit(
    cast: Cast, as_user: SignIn, colleague: User, language: str
) -> None:
    mine = sat_in(cast, colleague)
    other = stories.agreed(stories.match_of(cast.other_company, cast.other_startup), cast.other_company_owner)
    theirs = actions.book_free_time(other, stories.at(4), by=cast.officer, now=EARLY)
    a, b = f"{mine.uid}@portal", f"{theirs.uid}@portal"
    made = as_user(colleague).post(path("calendar", language=language))
    assert said("Address with only the meetings in which you sit", language) in words(made)
    every, own = made.context["address"], made.context["mine"]
    assert own == f"{every}?mine=1"
    assert own in made.content.decode()
    found = [
        Client().get(each.removeprefix("http://localhost:8000")) for each in (every, own, f"{every}?mine=0")
    ]
    assert [uids(each.content) for each in found] == [{a, b}, {a}, {a, b}]
    assert found[0]["ETag"] != found[1]["ETag"]
    assert uids(calendar_of(cast.officer, now=EARLY, mine=True)) == set()
    # A side has its own meetings, whatever stands in the address.
    assert uids(calendar_of(cast.startup_owner, now=EARLY, mine=True)) == {a}
    shown = as_user(cast.startup_owner).post(path("calendar", language=language))
    assert "mine" not in shown.context
