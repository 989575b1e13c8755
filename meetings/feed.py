"""All meetings of one person as a calendar to subscribe to: the same entries as in the mails, kept up to date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.enums import OrganisationStatus
from accounts.models import User
from meetings.invitations import PRODUCT, clean, entry, zone_of
from meetings.models import CalendarFeed, Meeting
from meetings.models.attendees import lines_for
from meetings.zone_rules import zone_rules

# How often calendar programs are asked to look again.
EVERY = timedelta(hours=1)
CLOSED = frozenset({OrganisationStatus.SUSPENDED, OrganisationStatus.ERASED})


def is_live(feed: CalendarFeed) -> bool:
    """Whether its owner still is who it was made for: active, in the same place, and that place not suspended."""
    person = feed.user
    if not person.is_active or person.organisation != feed.organisation:
        return False
    if feed.organisation is None:
        return person.is_officer
    return feed.organisation.status not in CLOSED


def calendar_of(reader: User, *, now: datetime, mine: bool = False) -> bytes:
    """The reader's meetings in their language. The same bytes as long as nothing of it has changed.

    Staff see the meetings of everybody, or, if `mine`, those in which they sit themselves.
    """
    with translation.override(reader.language):
        calendar = _empty(reader)
        visible = Meeting.objects.visible_to(reader)
        if mine and reader.is_officer:
            visible = visible.sat_in_by(reader)
        meetings = list(visible.for_feed(now))
        if meetings:
            rules = zone_rules(zone_of(reader), meetings[0].starts_at, meetings[-1].ends_at)
            calendar.add_component(rules)
        people = lines_for(reader, [each.request_id for each in meetings])
        for meeting in meetings:
            calendar.add_component(_entry(meeting, reader, people.get(meeting.request_id, [])))
        return bytes(calendar.to_ical())


def _empty(reader: User) -> Calendar:
    calendar = Calendar()
    name = clean(_("Meetings: %(programme)s") % {"programme": settings.PROGRAMME_NAME})
    lines: Iterable[tuple[str, object]] = (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("name", name),
        ("x-wr-calname", name),
        ("x-wr-timezone", str(zone_of(reader))),
        ("x-published-ttl", "PT1H"),
    )
    for key, value in lines:
        calendar.add(key, value)
    calendar.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
    return calendar


def _entry(meeting: Meeting, reader: User, people: Iterable[str]) -> Event:
    event = entry(meeting, reader, people, language=reader.language, stamp=meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("url", settings.SITE_URL + reverse("meetings:detail", kwargs={"pk": meeting.request_id}))
    return event
