"""A meeting as a calendar entry (RFC 5545, iTIP): one UID for ever, a rising SEQUENCE, CANCEL when cancelled."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from accounts.models import Organisation, User
from accounts.rules import name_of
from meetings.enums import MeetingStatus
from meetings.models import Meeting
from meetings.models.attendees import lines_for
from meetings.zone_rules import zone_rules

PRODUCT = "-//Matching programme//Portal//EN"


def invitation(
    meeting: Meeting, reader: User, *, language: str, now: datetime, cancelled: bool = False
) -> bytes:
    """The .ics file for one reader, in the active language, on the clock of the reader's organisation.

    Only the reader's own address stands in it: the other side is named, its people's addresses are not told.
    `cancelled` takes the entry out of the calendar of a reader who no longer takes part.
    """
    cancelled = cancelled or meeting.status == MeetingStatus.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    people = lines_for(reader, [meeting.request_id]).get(meeting.request_id, [])
    event = entry(meeting, reader, people, language=language, stamp=now)
    if cancelled:
        event["status"] = vText("CANCELLED")
    event.add("attendee", _attendee(reader), encode=False)
    calendar.add_component(zone_rules(zone_of(reader), meeting.starts_at, meeting.ends_at))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def zone_of(reader: User) -> ZoneInfo:
    """Whose clock stands in the files somebody gets: their organisation's, or their own."""
    side = reader.organisation
    return ZoneInfo(side.time_zone if side else reader.time_zone)


def entry(meeting: Meeting, reader: User, people: Iterable[str], *, language: str, stamp: datetime) -> Event:
    """The meeting itself, the same in a mail and in a feed: one UID, so that a calendar keeps one of it.

    `people` are those who attend, a line each, as far as the reader may know them.
    """
    zone, side = zone_of(reader), reader.organisation
    return entry_for(meeting, zone=zone, side=side, people=people, language=language, stamp=stamp)


def entry_for(
    meeting: Meeting,
    *,
    zone: ZoneInfo,
    side: Organisation | None,
    people: Iterable[str],
    language: str,
    stamp: datetime,
) -> Event:
    """As `entry`, on the clock of `zone` and as one side reads it, or, without one, somebody of the programme."""
    event = Event()
    event.add("uid", f"{meeting.uid}@portal")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    event.add("summary", _summary(meeting, side, language))
    event.add("description", _description(meeting, people))
    event.add("location", clean(meeting.video_link or str(meeting.room or "")))
    event.add("status", "CANCELLED" if meeting.status == MeetingStatus.CANCELLED else "CONFIRMED")
    event["organizer"] = _address(settings.DEFAULT_FROM_EMAIL, str(settings.PROGRAMME_NAME))
    return event


def _description(meeting: Meeting, people: Iterable[str]) -> str:
    """What the meeting is for, and who comes."""
    named = list(people)
    heading = ["", _("Who attends")] if named else []
    lines = [meeting.request.purpose, *heading, *(clean(each) for each in named)]
    return clean("\n".join(lines), keep_lines=True)


def _summary(meeting: Meeting, side: Organisation | None, language: str) -> str:
    names = [name_of(each, language) for each in (meeting.request.company, meeting.request.startup)]
    if side is None:
        return clean(_("Meeting: %(company)s and %(startup)s") % {"company": names[0], "startup": names[1]})
    other = names[1] if side == meeting.request.company else names[0]
    return clean(_("Meeting with %(other)s") % {"other": other})


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{clean(email)}")
    address.params["cn"] = vText(clean(name).replace('"', "'"))
    return address


def _attendee(reader: User) -> vCalAddress:
    attendee = _address(reader.email, reader.name)
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("FALSE")
    return attendee


def clean(text: str, *, keep_lines: bool = False) -> str:
    """Without control and formatting characters, so that no written text can add lines to the file."""
    lines = [
        "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else " " for c in line)
        for line in text.replace("\r", "\n").split("\n")
    ]
    return "\n".join(lines) if keep_lines else " ".join(lines).strip()
