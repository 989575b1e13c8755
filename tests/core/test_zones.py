"""Which zone an organisation keeps, by country and region, and how zones and regions are called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import holidays
import pytest
from django.utils import translation

from matchmaking.core.enums import TARGET_COUNTRIES
from matchmaking.core.local_time import city_of
from matchmaking.core.regions import REGIONS, AustralianState, IndianState, IndonesianZone, region_label
from matchmaking.core.zones import BY_COUNTRY, BY_REGION, default_zone

COUNTRIES = ("JP", *TARGET_COUNTRIES)
EVERY_ZONE = sorted(
    {BY_COUNTRY[country] for country in COUNTRIES}
    | {zone for (country, _region), zone in BY_REGION.items() if country in COUNTRIES}
)
# The 28 states and 8 union territories, by ISO 3166-2.
# fmt: off
INDIAN_STATES = [
    "AP", "AR", "AS", "BR", "CG", "GA", "GJ", "HR", "HP", "JH", "KA", "KL", "MP", "MH", "MN", "ML", "MZ", "NL",
    "OD", "PB", "RJ", "SK", "TN", "TS", "TR", "UP", "UK", "WB",
    "AN", "CH", "DH", "DL", "JK", "LA", "LD", "PY",
]
# fmt: on


def offset(zone: str, month: int) -> float:
    """Hours ahead of UTC at noon of the 15th of a month of 2027."""
    ahead = datetime(2027, month, 15, 12, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return ahead / timedelta(hours=1)


# Countries and states


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("JP", "Asia/Tokyo"),
        ("SG", "Asia/Singapore"),
        ("IN", "Asia/Kolkata"),
        ("ID", "Asia/Jakarta"),
        ("VN", "Asia/Ho_Chi_Minh"),
        ("AU", "Australia/Sydney"),
        ("IL", "Asia/Jerusalem"),
        ("il", "Asia/Jerusalem"),
        ("FR", "Europe/Paris"),
    ],
)
def test_a_country_has_a_zone_to_start_from(country: str, zone: str):
    assert default_zone(country) == zone


def test_every_region_that_decides_the_time_is_one_that_may_be_chosen():
    assert {pair for pair in BY_REGION if pair[1] not in REGIONS[pair[0]].values} == set()
    assert {region for country, region in BY_REGION if country == "AU"} == set(AustralianState.values)
    assert {region for country, region in BY_REGION if country == "ID"} == set(IndonesianZone.values)


@pytest.mark.parametrize(
    ("country", "region", "english", "japanese"),
    [
        ("AU", "VIC", "Victoria", "ビクトリア州"),
        ("IN", "KA", "Karnataka", "カルナータカ州"),
        (
            "ID",
            "WITA",
            "Central Indonesia (WITA: Bali, Sulawesi)",
            "中部インドネシア（WITA：バリ、スラウェシ）",
        ),
        ("AU", "??", "??", "??"),
        ("SG", "WIT", "WIT", "WIT"),
        ("SG", "", "", ""),
    ],
)
def test_a_region_is_shown_by_its_name(country: str, region: str, english: str, japanese: str):
    found = []
    for language in ("en", "ja"):
        with translation.override(language):
            found.append(region_label(country, region))
    assert found == [english, japanese]


def test_the_holiday_calendars_know_every_state():
    for country in ("AU", "IN"):
        assert set(REGIONS[country].values) <= set(holidays.list_supported_countries()[country])


@pytest.mark.parametrize(
    ("state", "zone", "january", "july"),
    [
        ("ACT", "Australia/Sydney", 11, 10),
        ("NSW", "Australia/Sydney", 11, 10),
        ("VIC", "Australia/Melbourne", 11, 10),
        ("TAS", "Australia/Hobart", 11, 10),
        ("QLD", "Australia/Brisbane", 10, 10),
        ("SA", "Australia/Adelaide", 10.5, 9.5),
        ("NT", "Australia/Darwin", 9.5, 9.5),
        ("WA", "Australia/Perth", 8, 8),
    ],
)
def test_every_australian_state_keeps_its_own_clock(state: str, zone: str, january: float, july: float):
    assert default_zone("AU", state) == default_zone("au", state.lower()) == zone
    assert (offset(zone, 1), offset(zone, 7)) == (january, july)


def test_the_australian_states_are_the_eight_there_are():
    assert sorted(AustralianState.values) == ["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"]


def test_the_indian_states_are_the_thirty_six_there_are():
    assert sorted(IndianState.values) == sorted(INDIAN_STATES)


@pytest.mark.parametrize("state", INDIAN_STATES)
def test_all_of_india_keeps_one_clock(state: str):
    zone = default_zone("IN", state)
    assert (zone, offset(zone, 1), offset(zone, 7)) == ("Asia/Kolkata", 5.5, 5.5)


@pytest.mark.parametrize(
    ("clock", "zone", "hours"),
    [("WIB", "Asia/Jakarta", 7), ("WITA", "Asia/Makassar", 8), ("WIT", "Asia/Jayapura", 9)],
)
def test_indonesia_keeps_three_clocks_an_hour_apart(clock: str, zone: str, hours: int):
    assert default_zone("ID", clock) == default_zone("id", clock.lower()) == zone
    assert (offset(zone, 1), offset(zone, 7)) == (hours, hours)


@pytest.mark.parametrize(
    ("country", "subdivision", "zone"),
    [
        ("JP", None, "Asia/Tokyo"),
        ("JP", "13", "Asia/Tokyo"),
        ("SG", None, "Asia/Singapore"),
        ("IN", None, "Asia/Kolkata"),
        ("ID", None, "Asia/Jakarta"),
        ("ID", "NSW", "Asia/Jakarta"),
        ("VN", None, "Asia/Ho_Chi_Minh"),
        ("AU", None, "Australia/Sydney"),
        ("AU", "", "Australia/Sydney"),
        ("AU", "WIT", "Australia/Sydney"),
        ("IL", None, "Asia/Jerusalem"),
        ("FR", "WA", "Europe/Paris"),
        ("BR", None, None),
        ("", None, None),
    ],
)
def test_where_no_state_decides_the_country_does_or_we_ask(country, subdivision, zone):
    assert default_zone(country, subdivision) == zone


@pytest.mark.parametrize(
    ("zone", "january", "july"),
    [
        ("Asia/Tokyo", 9, 9),
        ("Asia/Singapore", 8, 8),
        ("Asia/Ho_Chi_Minh", 7, 7),
        ("Asia/Jerusalem", 2, 3),
    ],
)
def test_the_other_clocks(zone: str, january: int, july: int):
    assert (offset(zone, 1), offset(zone, 7)) == (january, july)


def test_only_four_zones_of_the_target_countries_have_summer_time_besides_israel():
    assert [zone for zone in EVERY_ZONE if offset(zone, 1) != offset(zone, 7)] == [
        "Asia/Jerusalem",
        "Australia/Adelaide",
        "Australia/Hobart",
        "Australia/Melbourne",
        "Australia/Sydney",
    ]


# Cities


@pytest.mark.parametrize(
    ("zone", "english", "japanese"),
    [
        ("Asia/Tokyo", "Tokyo", "東京"),
        ("Asia/Singapore", "Singapore", "シンガポール"),
        ("Asia/Kolkata", "New Delhi", "ニューデリー"),
        ("Asia/Jakarta", "Jakarta", "ジャカルタ"),
        ("Asia/Jerusalem", "Tel Aviv", "テルアビブ"),
        ("Australia/Perth", "Perth", "パース"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires"),
        ("America/Mexico_City", "Mexico City", "Mexico City"),
    ],
)
def test_a_zone_is_shown_as_a_city_in_both_languages(zone: str, english: str, japanese: str):
    found = []
    for language in ("en", "ja"):
        with translation.override(language):
            found.append(city_of(zone))
    assert found == [english, japanese]


def test_every_zone_of_the_target_countries_has_a_japanese_city():
    with translation.override("ja"):
        assert [zone for zone in EVERY_ZONE if city_of(zone).isascii()] == []


def test_no_two_zones_of_the_target_countries_share_a_city():
    assert len({city_of(zone) for zone in EVERY_ZONE}) == len(EVERY_ZONE)


def test_every_zone_we_name_is_in_the_zone_database():
    assert set(BY_COUNTRY.values()) | set(BY_REGION.values()) <= available_timezones()
