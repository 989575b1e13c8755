"""What to know of a time that is free all the same: early or late there, or a holiday at one side's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation
from matchmaking.core.working_days import dates
from meetings.enums import MisfitReason
from meetings.hours import Calendar, DayOff, DayOffKind, changed_hours, clock_span, day_off_reason, local_date
from meetings.intervals import Interval
from meetings.models import MeetingRequest, Misfit

# Before and after these hours a meeting is a burden; staff see it and decide.
EARLY, LATE = time(8), time(20)
_MINUTE = timedelta(minutes=1)
Calendars = Mapping[int, Calendar]


def sides_of(requests: Iterable[MeetingRequest]) -> list[Organisation]:
    """Everybody whose calendar the cautions of these requests need, each once."""
    return list({side.pk: side for each in requests for side in (each.company, each.startup)}.values())


def cautions(start: datetime, end: datetime, request: MeetingRequest, calendars: Calendars) -> list[str]:
    """Of both sides; a side that is not among the calendars is taken to work."""
    found = hour_flags(start, end, request.startup)
    if calendar := calendars.get(request.startup.pk):
        found += [_there(each) for each in days_off(calendar, Interval(start, end))]
    if calendar := calendars.get(request.company.pk):
        found += [_of_firm(each) for each in days_off(calendar, Interval(start, end))]
    return found


def hour_flags(start: datetime, end: datetime, startup: Organisation) -> list[str]:
    """Whether the meeting is early or late on the startup's clock."""
    zone = ZoneInfo(startup.time_zone)
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    if begins.time() < EARLY:
        return [_("Before 08:00 there")]
    if ends.time() > LATE or ends.date() != begins.date():
        return [_("After 20:00 there")]
    return []


def days_off(calendar: Calendar, time_: Interval) -> list[DayOff | None]:
    """Why the days on which the time falls are off, each reason once; None for hours off of the side's own."""
    first, last = (local_date(calendar.zone, each) for each in (time_.start, time_.end - _MINUTE))
    days = list(dates(first, last))
    if found := [reason for day in days if (reason := day_off_reason(calendar, day))]:
        return list(dict.fromkeys(found))
    off = (piece for day in days for piece in changed_hours(calendar, day, is_extra=False))
    return [None] if any(each.meets(time_) for each in off) else []


def _there(off: DayOff | None) -> str:
    if off is None:
        return _("Hours off there")
    if off.kind == DayOffKind.WEEKEND:
        return _("Not a working day there")
    words = _("Holiday there: %(name)s") if off.kind == DayOffKind.HOLIDAY else _("Closed there: %(name)s")
    return words % {"name": named(off)} if named(off) else _("Day off there")


def _of_firm(off: DayOff | None) -> str:
    if off is None:
        return _("Hours off of the firm")
    if off.kind == DayOffKind.WEEKEND:
        return _("Not a working day of the firm")
    words = (
        _("Holiday of the firm: %(name)s")
        if off.kind == DayOffKind.HOLIDAY
        else _("The firm is closed: %(name)s")
    )
    return words % {"name": named(off)} if named(off) else _("Day off of the firm")


def misfit_flags(misfits: Iterable[Misfit]) -> dict[int, list[str]]:
    """By request: whose times a booked meeting has left. That a day is off, the calendars tell."""
    found: dict[int, list[str]] = {}
    for each in misfits:
        if each.reason in (MisfitReason.OUTSIDE, MisfitReason.NOT_CHOSEN):
            is_firm = each.organisation_id == each.meeting.request.match.company_id
            flag = _("No longer in the firm’s times") if is_firm else _("No longer in the startup’s times")
            found.setdefault(each.meeting.request_id, []).append(flag)
    return found


def own_day_off(calendar: Calendar, day: date) -> str:
    """What an organisation reads of a day of its own; empty on a usual working day."""
    off = day_off_reason(calendar, day)
    if off is not None:
        if off.kind == DayOffKind.WEEKEND:
            return _("Not a working day of yours")
        words = _("Holiday: %(name)s") if off.kind == DayOffKind.HOLIDAY else _("Closed: %(name)s")
        return words % {"name": named(off)} if named(off) else _("Your day off")
    hours_off = changed_hours(calendar, day, is_extra=False)
    if not hours_off:
        return ""
    whole = clock_span(calendar.zone, day, time(0), time(0))
    if hours_off == whole:
        return _("Your day off")
    zone = ZoneInfo(calendar.zone)
    spans = (f"{each.start.astimezone(zone):%H:%M}–{each.end.astimezone(zone):%H:%M}" for each in hours_off)
    return _("Your hours off: %(hours)s") % {"hours": ", ".join(spans)}


def named(off: DayOff) -> str:
    """In the active language; the other one where that is empty."""
    names = (off.name_ja, off.name_en)
    return (names[0] or names[1]) if get_language() == "ja" else (names[1] or names[0])
