"""Which time zones a country has, and the city whose name stands for a zone.

Times are shown with a city's name, never an abbreviation: IST is India's and Israel's, CST is four zones'.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from zoneinfo import available_timezones


class City(NamedTuple):
    """A city's name for the two languages of the pages."""

    en: str
    ja: str


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

# India's one zone is named after Kolkata in the zone database; its startups sit in Delhi, Mumbai and
# Bengaluru, so the capital's name says it best. The same holds for Vietnam (Hanoi keeps the same time).
_CITIES: Final = {
    "Asia/Tokyo": City("Tokyo", "東京"),
    "Asia/Singapore": City("Singapore", "シンガポール"),
    "Asia/Kolkata": City("New Delhi", "ニューデリー"),
    "Asia/Calcutta": City("New Delhi", "ニューデリー"),
    "Asia/Jakarta": City("Jakarta", "ジャカルタ"),
    "Asia/Pontianak": City("Pontianak", "ポンティアナック"),
    "Asia/Makassar": City("Makassar", "マカッサル"),
    "Asia/Jayapura": City("Jayapura", "ジャヤプラ"),
    "Asia/Ho_Chi_Minh": City("Ho Chi Minh City", "ホーチミン"),
    "Asia/Saigon": City("Ho Chi Minh City", "ホーチミン"),
    "Asia/Jerusalem": City("Jerusalem", "エルサレム"),
    "Asia/Tel_Aviv": City("Tel Aviv", "テルアビブ"),
    "Australia/Sydney": City("Sydney", "シドニー"),
    "Australia/Melbourne": City("Melbourne", "メルボルン"),
    "Australia/Brisbane": City("Brisbane", "ブリスベン"),
    "Australia/Adelaide": City("Adelaide", "アデレード"),
    "Australia/Perth": City("Perth", "パース"),
    "Australia/Hobart": City("Hobart", "ホバート"),
    "Australia/Darwin": City("Darwin", "ダーウィン"),
    "Asia/Seoul": City("Seoul", "ソウル"),
    "Asia/Taipei": City("Taipei", "台北"),
    "Asia/Shanghai": City("Shanghai", "上海"),
    "Asia/Hong_Kong": City("Hong Kong", "香港"),
    "Asia/Bangkok": City("Bangkok", "バンコク"),
    "Asia/Kuala_Lumpur": City("Kuala Lumpur", "クアラルンプール"),
    "Asia/Manila": City("Manila", "マニラ"),
    "Asia/Dubai": City("Dubai", "ドバイ"),
    "Asia/Dhaka": City("Dhaka", "ダッカ"),
    "Asia/Karachi": City("Karachi", "カラチ"),
    "Asia/Colombo": City("Colombo", "コロンボ"),
    "Asia/Kathmandu": City("Kathmandu", "カトマンズ"),
    "Pacific/Auckland": City("Auckland", "オークランド"),
    "Europe/London": City("London", "ロンドン"),
    "Europe/Paris": City("Paris", "パリ"),
    "Europe/Berlin": City("Berlin", "ベルリン"),
    "Europe/Zurich": City("Zurich", "チューリッヒ"),
    "Europe/Stockholm": City("Stockholm", "ストックホルム"),
    "Europe/Helsinki": City("Helsinki", "ヘルシンキ"),
    "Europe/Tallinn": City("Tallinn", "タリン"),
    "America/New_York": City("New York", "ニューヨーク"),
    "America/Los_Angeles": City("Los Angeles", "ロサンゼルス"),
    "America/Toronto": City("Toronto", "トロント"),
    "America/Sao_Paulo": City("São Paulo", "サンパウロ"),
    "Africa/Nairobi": City("Nairobi", "ナイロビ"),
    "Africa/Johannesburg": City("Johannesburg", "ヨハネスブルグ"),
}


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


def city(zone: str) -> City:
    """The city to show with a time; a zone without an entry shows the city of its IANA name."""
    if zone in _CITIES:
        return _CITIES[zone]
    name = zone.rsplit("/", 1)[-1].replace("_", " ")
    return City(name, name)
