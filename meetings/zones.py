"""Which time zones a country has. The names people read stand in `matchmaking.core.local_time`."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

AUSTRALIAN_ZONES: Final = {
    "ACT": "Australia/Sydney",
    "NSW": "Australia/Sydney",
    "VIC": "Australia/Melbourne",
    "QLD": "Australia/Brisbane",
    "SA": "Australia/Adelaide",
    "WA": "Australia/Perth",
    "TAS": "Australia/Hobart",
    "NT": "Australia/Darwin",
}
# Indonesia's provinces follow one of three clocks, which everybody there calls by these names.
INDONESIAN_ZONES: Final = {
    "WIB": "Asia/Jakarta",
    "WITA": "Asia/Makassar",
    "WIT": "Asia/Jayapura",
}
_BY_SUBDIVISION: Final = {"AU": AUSTRALIAN_ZONES, "ID": INDONESIAN_ZONES}

_ZONES: Final = {
    "JP": ("Asia/Tokyo",),
    "SG": ("Asia/Singapore",),
    "IN": ("Asia/Kolkata",),
    "ID": tuple(INDONESIAN_ZONES.values()),
    "VN": ("Asia/Ho_Chi_Minh",),
    "AU": tuple(dict.fromkeys(AUSTRALIAN_ZONES.values())),
    "IL": ("Asia/Jerusalem",),
}
TARGET_COUNTRIES: Final = tuple(_ZONES)


def zones_for(country: str) -> tuple[str, ...]:
    """IANA zones of a target country (ISO 3166 alpha-2), most populous first; () for any other country."""
    return _ZONES.get(country.upper(), ())


def default_zone(country: str, subdivision: str | None = None) -> str | None:
    """The zone to suggest: that of the Australian state or Indonesian clock, else the country's first.

    None where we have to ask.
    """
    zone = _BY_SUBDIVISION.get(country.upper(), {}).get((subdivision or "").upper())
    return zone or next(iter(zones_for(country)), None)


def is_zone(zone: str) -> bool:
    """True for a zone of the IANA database that is named after a place (not `EST`, not `Etc/GMT+3`)."""
    return "/" in zone and not zone.startswith(("Etc/", "posix/", "right/")) and zone in available_timezones()
