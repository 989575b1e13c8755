"""The time zone an organisation most likely keeps, by country and, where a country has several, by region.

Source: the IANA time zone database; for countries with several zones without a region, the zone of most startups.
The names people read stand in `matchmaking.core.local_time`, the regions in `matchmaking.core.regions`.
"""

from __future__ import annotations

from typing import Final

BY_REGION: Final[dict[tuple[str, str], str]] = {
    ("AU", "ACT"): "Australia/Sydney",
    ("AU", "NSW"): "Australia/Sydney",
    ("AU", "VIC"): "Australia/Melbourne",
    ("AU", "QLD"): "Australia/Brisbane",
    ("AU", "SA"): "Australia/Adelaide",
    ("AU", "WA"): "Australia/Perth",
    ("AU", "TAS"): "Australia/Hobart",
    ("AU", "NT"): "Australia/Darwin",
    ("ID", "WIB"): "Asia/Jakarta",
    ("ID", "WITA"): "Asia/Makassar",
    ("ID", "WIT"): "Asia/Jayapura",
}
BY_COUNTRY: Final[dict[str, str]] = {
    "AE": "Asia/Dubai",
    "AU": "Australia/Sydney",
    "BD": "Asia/Dhaka",
    "BN": "Asia/Brunei",
    "CA": "America/Toronto",
    "CH": "Europe/Zurich",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "HK": "Asia/Hong_Kong",
    "ID": "Asia/Jakarta",
    "IE": "Europe/Dublin",
    "IL": "Asia/Jerusalem",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KH": "Asia/Phnom_Penh",
    "KR": "Asia/Seoul",
    "LA": "Asia/Vientiane",
    "LK": "Asia/Colombo",
    "MM": "Asia/Yangon",
    "MY": "Asia/Kuala_Lumpur",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "NP": "Asia/Kathmandu",
    "NZ": "Pacific/Auckland",
    "PH": "Asia/Manila",
    "PK": "Asia/Karachi",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TW": "Asia/Taipei",
    "US": "America/Los_Angeles",
    "VN": "Asia/Ho_Chi_Minh",
}


def default_zone(country: str, region: str | None = None) -> str | None:
    """The zone to start from: that of the Australian state or Indonesian clock, else the country's.

    None where we have to ask.
    """
    country = country.upper()
    return BY_REGION.get((country, (region or "").strip().upper())) or BY_COUNTRY.get(country)
