"""Mails to interpreters, who have no account: all their meetings to come, and a file that puts them into a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, vText

from accounts.rules import name_of
from matchmaking.core import local_time, mailing
from matchmaking.core.mailing import Attachment
from meetings.busy import JAPAN_TIME
from meetings.enums import MeetingStatus
from meetings.invitations import PRODUCT, entry_for
from meetings.models import Interpreter, Meeting
from meetings.zone_rules import zone_rules


def mail_interpreters(
    meetings: Iterable[Meeting],
    *,
    left: Iterable[tuple[int | None, Meeting]] = (),
    now: datetime | None = None,
) -> int:
    """One mail to everybody who interprets one of the meetings or, by `left`, no longer does. Returns how many.

    Whoever has given no address gets none.
    """
    now = now or timezone.now()
    gone: dict[int, list[Meeting]] = {}
    for who, meeting in left:
        if who is not None:
            gone.setdefault(who, []).append(meeting)
    concerned = {each.interpreter_id for each in meetings if each.interpreter_id} | gone.keys()
    people = Interpreter.objects.filter(pk__in=concerned).exclude(email="").order_by("pk")
    for each in people:
        _mail(each, _to_come(each, now), gone.get(each.pk, []), now)
    return len(people)


def _to_come(interpreter: Interpreter, now: datetime) -> list[Meeting]:
    rows = Meeting.objects.to_come(now).filter(interpreter=interpreter).with_parties()
    return list(rows.select_related("room").order_by("period", "pk"))


def _mail(
    interpreter: Interpreter, to_come: Sequence[Meeting], gone: Sequence[Meeting], now: datetime
) -> None:
    with translation.override(interpreter.mail_language):
        context = {
            "name": interpreter.name,
            "meetings": [_line(each) for each in to_come],
            "gone": [_line(each) for each in gone],
        }
        text = render_to_string("meetings/mail/interpreter.txt", context)
        subject = _("Your meetings as an interpreter: %(count)s") % {"count": len(to_come)}
        file = Attachment(_calendar(to_come, gone, now), "text/calendar; method=PUBLISH")
        mailing.queue(interpreter.email, subject, text, {"meetings.ics": file})


def _line(meeting: Meeting) -> str:
    language = translation.get_language() or ""
    request = meeting.request
    parts = [
        local_time.span(meeting.starts_at, meeting.ends_at, zone=JAPAN_TIME),
        " × ".join(name_of(each, language) for each in (request.company, request.startup)),
        meeting.video_link or str(meeting.room or ""),
    ]
    return "\n  ".join(each for each in parts if each)


def _calendar(to_come: Sequence[Meeting], gone: Sequence[Meeting], now: datetime) -> bytes:
    """Entries of the same identity as everybody's; those of meetings that are theirs no longer are cancelled."""
    zone = ZoneInfo(JAPAN_TIME)
    calendar = Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", "PUBLISH")):
        calendar.add(key, value)
    everything = [*to_come, *gone]
    if everything:
        moments = [moment for each in everything for moment in (each.starts_at, each.ends_at)]
        calendar.add_component(zone_rules(zone, min(moments), max(moments)))
    language = translation.get_language() or ""
    for each in everything:
        event = entry_for(each, zone=zone, side=None, people=(), language=language, stamp=now)
        if each in gone or each.status == MeetingStatus.CANCELLED:
            event["status"] = vText("CANCELLED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
