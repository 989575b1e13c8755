"""Days and times as people read them: in a named city's local time, never with a zone abbreviation.

Abbreviations are ambiguous (IST is both India and Israel), so every time that is shown names a city.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

CITIES = {
    "Asia/Tokyo": gettext_lazy("Tokyo"),
    "Asia/Singapore": gettext_lazy("Singapore"),
    "Asia/Kolkata": gettext_lazy("New Delhi"),
    "Asia/Jakarta": gettext_lazy("Jakarta"),
    "Asia/Ho_Chi_Minh": gettext_lazy("Ho Chi Minh City"),
    "Asia/Bangkok": gettext_lazy("Bangkok"),
    "Asia/Kuala_Lumpur": gettext_lazy("Kuala Lumpur"),
    "Asia/Manila": gettext_lazy("Manila"),
    "Asia/Seoul": gettext_lazy("Seoul"),
    "Asia/Taipei": gettext_lazy("Taipei"),
    "Asia/Jerusalem": gettext_lazy("Tel Aviv"),
    "Australia/Sydney": gettext_lazy("Sydney"),
    "Australia/Melbourne": gettext_lazy("Melbourne"),
    "Australia/Brisbane": gettext_lazy("Brisbane"),
    "Australia/Perth": gettext_lazy("Perth"),
    "Australia/Adelaide": gettext_lazy("Adelaide"),
    "Australia/Hobart": gettext_lazy("Hobart"),
    "Australia/Darwin": gettext_lazy("Darwin"),
    "Asia/Makassar": gettext_lazy("Makassar"),
    "Asia/Jayapura": gettext_lazy("Jayapura"),
    "UTC": gettext_lazy("UTC"),
}


def city_of(zone: str) -> str:
    """The city that stands for an IANA zone; for one we have no translation of, its last part."""
    return str(CITIES.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " "))


def time_label(zone: str) -> str:
    """ "Japan time", "Singapore time": whose clock a time is read from."""
    if zone == "Asia/Tokyo":
        return _("Japan time")
    return _("%(city)s time") % {"city": city_of(zone)}


def zone_label(zone: str, first: date, last: date) -> str:
    """ "Japan time (UTC+9)", as it is between two days; both offsets where the clock changes in between."""
    offsets = dict.fromkeys(_offset(zone, each) for each in (first, last))
    return _("%(whose)s (%(offsets)s)") % {"whose": time_label(zone), "offsets": ", ".join(offsets)}


def _offset(zone: str, on: date) -> str:
    minutes = (
        int((datetime.combine(on, time(12), ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()) // 60
    )
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def day(value: date, *, year: bool = True) -> str:
    """Thu 3 December 2026 in English, 2026年12月3日（木） in Japanese; without the year in dense places."""
    if year:
        return date_format(value, pgettext("date format", "D j F Y"))
    return date_format(value, pgettext("date format", "D j M"))


def month(value: date) -> str:
    """December 2026 in English, 2026年12月 in Japanese: where the day says more than is known."""
    return date_format(value, pgettext("date format", "F Y"))


def clock(value: datetime, zone: str) -> str:
    """The time on the wall in `zone`, 24 hours."""
    return value.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def moment(value: datetime, *, zone: str) -> str:
    """Thu 3 December 2026, 14:05: when something happened, on the clock of `zone`."""
    return _("%(day)s, %(time)s") % {
        "day": day(value.astimezone(ZoneInfo(zone)).date()),
        "time": clock(value, zone),
    }


def moment_there(value: datetime, *, zone: str | None = None) -> str:
    """Wed 25 November 2026, 18:00 (Singapore time); `zone` defaults to the reader's."""
    zone = zone or get_current_timezone_name()
    return _("%(moment)s (%(whose)s)") % {"moment": moment(value, zone=zone), "whose": time_label(zone)}


def span(start: datetime, end: datetime, *, zone: str | None = None, year: bool = True) -> str:
    """Thu 3 December 2026, 10:00–10:45 (Japan time); `zone` defaults to the reader's."""
    zone = zone or get_current_timezone_name()
    return _("%(day)s, %(start)s–%(end)s (%(whose)s)") % {
        "day": day(start.astimezone(ZoneInfo(zone)).date(), year=year),
        "start": clock(start, zone),
        "end": clock(end, zone),
        "whose": time_label(zone),
    }


def theirs(start: datetime, *, zone: str, other_zone: str, other_city: str = "") -> str:
    """Singapore 09:00; with the day when it is another day there."""
    place = other_city or city_of(other_zone)
    there, here = start.astimezone(ZoneInfo(other_zone)), start.astimezone(ZoneInfo(zone))
    if there.date() == here.date():
        return _("%(city)s %(time)s") % {"city": place, "time": clock(start, other_zone)}
    return _("%(city)s %(time)s, %(day)s") % {
        "city": place,
        "time": clock(start, other_zone),
        "day": day(there.date(), year=False),
    }
