"""Every column of a list of startups: what is read as what, and what is refused in which words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from matchmaking.core.importing.reading import Row
from matchmaking.core.importing.report import RowRefused
from matchmaking.core.zones import BY_COUNTRY, BY_REGION, default_zone
from startups.import_rows import COLUMNS, StartupImporter, zone_names

THIS_YEAR = timezone.localdate().year
LATEST_YEAR = (timezone.now() + timedelta(hours=14)).year
PITCH = {"name": "Checkoutless", "country": "SG"}
TEXTS = (
    "problem",
    "solution",
    "customers",
    "edge",
    "traction",
    "intellectual_property",
    "seeks_partner",
    "japan_readiness",
)
REQUIRED = ("This field is required.", "このフィールドは必須です。")
NOT_SINGLE = ("Enter a single value.", "値を1つだけ入力してください。")
WHOLE = ("Enter a whole number.", "整数を入力してください。")
ADDRESS = ("Enter an address that begins with https://.", "https:// で始まるアドレスを入力してください。")
EXCEL = ("Excel shows an error in this cell.", "このセルはExcelのエラーになっています。")
EMAIL = ("Enter a valid email address.", "有効なメールアドレスを入力してください。")


def unknown(word: str) -> tuple[str, str]:
    return f"“{word}” is not a known value.", f"「{word}」は登録されていない値です。"


def no_country(word: str) -> tuple[str, str]:
    return f"“{word}” is not a known country.", f"「{word}」という国は見つかりません。"


def no_zone(word: str) -> tuple[str, str]:
    return (
        f"“{word}” is not the name of a time zone, such as Asia/Singapore.",
        f"「{word}」というタイムゾーンはありません（例：Asia/Singapore）。",
    )


def hidden(code: str, before: str = "") -> tuple[str, str]:
    place = (f"It stands after “{before}”.", f"「{before}」の後にあります。")
    english, japanese = place if before else ("It is the first character.", "先頭の文字です。")
    return (
        f"This contains a character that cannot be seen ({code}). Delete it. {english}",
        f"目に見えない文字（{code}）が含まれています。削除してください。{japanese}",
    )


def too_long(limit: int, given: int) -> tuple[str, str]:
    return (
        f"Ensure this value has at most {limit} characters (it has {given}).",
        f"この値は {limit} 文字以下でなければなりません( {given} 文字になっています)。",
    )


def at_least(limit: int) -> tuple[str, str]:
    return (
        f"Ensure this value is greater than or equal to {limit}.",
        f"この値は {limit} 以上でなければなりません。",
    )


def at_most(limit: int) -> tuple[str, str]:
    return (
        f"Ensure this value is less than or equal to {limit}.",
        f"この値は {limit} 以下でなければなりません。",
    )


def up_to(year: int) -> tuple[str, str]:
    return f"Enter a year up to {year}.", f"{year}年までの年を入力してください。"


def parse(cells: dict[str, Any], names: dict[str, str] | None = None) -> Any:
    return StartupImporter("draft").parse(Row(7, cells), names or {})


PHONE = (
    "Write a telephone number of 8 to 15 digits, such as 0258-12-3456 or +81 258 12 3456.",
    "電話番号は、0258-12-3456や+81 258 12 3456のように、8〜15桁で入力してください。",
)


# column, cell, what the row says of it
GOOD: list[tuple[str, Any, Any]] = [
    ("city", "Đà Nẵng", "Đà Nẵng"),
    ("city", "תל אביב", "תל אביב"),
    ("time_zone", "Asia/Kolkata", "Asia/Kolkata"),
    ("time_zone", "UTC", "UTC"),
    ("founded_year", "2019", 2019),
    ("founded_year", 2019, 2019),
    ("founded_year", "２０１９", 2019),
    ("founded_year", "1900", 1900),
    ("founded_year", str(THIS_YEAR), THIS_YEAR),
    ("stage", "Series A", "series_a"),
    ("stage", "series_a", "series_a"),
    ("stage", "シリーズA", "series_a"),
    ("stage", "PRE SEED", "pre_seed"),
    ("stage", "Pre-seed", "pre_seed"),
    ("stage", "Growth", "growth"),
    ("readiness_level", "8", 8),
    ("readiness_level", 8, 8),
    ("readiness_level", "TRL8", 8),
    ("readiness_level", "９", 9),
    ("team_size", "35", 35),
    ("team_size", "1,200", 1200),
    ("team_size", "1", 1),
    ("fields", "retail;mobility", ["retail", "mobility"]),
    ("fields", ["Retail"], ["retail"]),
    ("sub_fields", "store_operations、payments", ["store_operations", "payments"]),
    ("modes", "Joint development;Investment", ["joint_development", "investment"]),
    ("languages", "en;ja;he", ["en", "ja", "he"]),
    ("languages", "English, Vietnamese", ["en", "vi"]),
    ("one_liner", "x" * 120, "x" * 120),
    *[(name, "First.\nSecond.", "First.\nSecond.") for name in TEXTS],
    *[(name, "x" * 2000, "x" * 2000) for name in TEXTS],
    ("funding_raised_usd", "5,000,000", 5_000_000),
    ("funding_raised_usd", "5 000 000", 5_000_000),
    ("funding_raised_usd", "0", 0),
    ("funding_raised_usd", "5000000.00", 5_000_000),
    ("speaks_japanese", "business", "business"),
    ("speaks_japanese", "A native speaker", "native"),
    ("speaks_japanese", "まだいません", "no"),
    ("japan_visit", "November 2026", "November 2026"),
    ("sought_on", "2026/3/31", date(2026, 3, 31)),
    ("sought_for", "x" * 500, "x" * 500),
    ("website", "https://checkoutless.example", "https://checkoutless.example"),
    ("website", "http://checkoutless.example/a", "http://checkoutless.example/a"),
    ("video_url", "https://video.example/watch?v=1", "https://video.example/watch?v=1"),
    ("monthly_meeting_limit", "40", 40),
]


@pytest.mark.parametrize(("column", "cell", "expected"), GOOD)
def test_a_good_cell_is_read(column, cell, expected):
    row = parse({**PITCH, column: cell})
    assert {**row.organisation, **row.startup} == {column: expected}


# country, region, what is kept of it
REGIONS = [
    ("AU", "VIC", "VIC"),
    ("AU", "victoria", "VIC"),
    ("AU", "ビクトリア州", "VIC"),
    ("IN", "Karnataka", "KA"),
    ("ID", " WITA ", "WITA"),
    ("ID", "wib", "WIB"),
    ("SG", "Jurong", None),  # the portal keeps no states of Singapore
]


@pytest.mark.parametrize(("country", "region", "kept"), REGIONS)
def test_a_state_is_read_in_every_spelling(country, region, kept):
    assert parse({**PITCH, "country": country, "region": region}).organisation.get("region") == kept


# what is said of the amount sought, what is kept of it
AMOUNTS = [
    ({"sought_amount": "5,000,000", "sought_currency": "SGD"}, (Decimal(5_000_000), "SGD")),
    ({"sought_amount": "2500000.50", "sought_currency": "シンガポールドル"}, None),
    ({"sought_amount": "２５００", "sought_currency": "jpy"}, (Decimal(2500), "JPY")),
    ({"funding_sought_usd": str(10**15)}, (Decimal(10**15), "USD")),
    ({"funding_sought_usd": "9", "sought_amount": "5", "sought_currency": "AUD"}, (Decimal(5), "AUD")),
]


@pytest.mark.parametrize(("cells", "kept"), AMOUNTS)
def test_an_amount_has_its_currency(cells, kept):
    if kept is None:
        assert told({**PITCH, **cells})[0][1:] == (
            "sought_currency",
            "シンガポールドル",
            unknown("シンガポールドル")[0],
        )
        return
    row = parse({**PITCH, **cells})
    assert (row.startup["sought_amount"], row.startup["sought_currency"]) == kept


# cell of the country, its code
COUNTRIES = [
    ("SG", "SG"),
    ("sgp", "SG"),
    ("Singapore", "SG"),
    ("シンガポール", "SG"),
    ("Vietnam", "VN"),
    ("ベトナム", "VN"),
    ("South Korea", "KR"),
    ("Korea", "KR"),
    ("USA", "US"),
    ("uk", "GB"),
    ("Singapore;Australia", "SG"),  # of several the first
    (";Australia", "AU"),
    (["India", "Singapore"], "IN"),
]


@pytest.mark.parametrize(("cell", "code"), COUNTRIES)
def test_a_country_is_read_in_every_spelling(cell, code):
    assert parse({**PITCH, "country": cell}).country == code


# fields, tags, the sub-fields taken over
TAGS = [
    ("retail", "Fintech;Payments;B2B", ["payments"]),  # those that name none pass unread
    ("retail", "payments;PAYMENTS;決済", ["payments"]),
    ("retail", "charging", None),  # of another field
    ("", "payments", None),  # of no field
    ("mobility;retail", ["charging", "E COMMERCE"], ["charging", "e_commerce"]),
    ("retail", "", None),
]


@pytest.mark.parametrize(("fields", "tags", "expected"), TAGS)
def test_tags_that_name_a_sub_field_of_the_fields_are_kept(fields, tags, expected):
    row = parse({**PITCH, "fields": fields, "tags": tags})
    assert row.organisation.get("sub_fields") == expected


def test_sub_fields_that_are_named_come_before_tags():
    row = parse({**PITCH, "fields": "retail", "sub_fields": "e_commerce", "tags": "payments"})
    assert row.organisation["sub_fields"] == ["e_commerce"]


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("name", "country")])
def test_an_empty_cell_says_nothing(column):
    for cell in ("", "  ", "　", None):
        row = parse({**PITCH, column: cell})
        assert (cell, row.organisation, row.startup, row.external_id) == (cell, {}, {}, "")


BAD: list[tuple[str, Any, tuple[str, str]]] = [
    ("name", "", REQUIRED),
    ("name", "   ", REQUIRED),
    ("name", "x" * 121, too_long(120, 121)),
    ("name", "a\u202eb", hidden("U+202E", "a")),
    ("name", ["A"], NOT_SINGLE),
    ("country", "", REQUIRED),
    ("country", ";", REQUIRED),
    ("country", "Atlantis", no_country("Atlantis")),
    ("country", "Atlantis;Singapore", no_country("Atlantis")),
    ("external_id", "x" * 61, too_long(60, 61)),
    ("external_id", "a\nb\x00", hidden("U+0000", "a b")),
    ("region", "x" * 81, too_long(80, 81)),
    ("city", "x" * 81, too_long(80, 81)),
    ("time_zone", "IST", no_zone("IST")),
    ("time_zone", "+05:30", no_zone("+05:30")),
    ("time_zone", "asia/singapore", no_zone("asia/singapore")),
    ("time_zone", "../etc/passwd", no_zone("../etc/passwd")),
    ("founded_year", "1899", at_least(1900)),
    ("founded_year", str(THIS_YEAR + 2), up_to(LATEST_YEAR)),
    ("founded_year", "2019-2020", WHOLE),
    ("founded_year", "c. 2019", WHOLE),
    ("stage", "unicorn", unknown("unicorn")),
    ("stage", ["seed"], NOT_SINGLE),
    ("readiness_level", "0", unknown("0")),
    ("readiness_level", "10", unknown("10")),
    ("readiness_level", "7-8", unknown("7-8")),
    ("team_size", "2-10", WHOLE),
    ("team_size", "0", at_least(1)),
    ("team_size", 2.5, WHOLE),
    ("fields", "space", unknown("space")),
    ("sub_fields", "space", unknown("space")),
    ("tags", {"a": 1}, NOT_SINGLE),
    ("modes", "merger", unknown("merger")),
    ("languages", "klingon", unknown("klingon")),
    ("one_liner", "x" * 121, too_long(120, 121)),
    *[(name, "x" * 2001, too_long(2000, 2001)) for name in TEXTS],
    *[(name, "a\u2066b", hidden("U+2066", "a")) for name in TEXTS],
    *[(name, "#N/A", EXCEL) for name in TEXTS],
    ("funding_raised_usd", "5m", WHOLE),
    ("funding_raised_usd", "$5,000", WHOLE),
    ("funding_raised_usd", "2,5", WHOLE),
    ("speaks_japanese", "fluently", unknown("fluently")),
    ("japan_visit", "x" * 121, too_long(120, 121)),
    ("sought_amount", "5m", ("Enter a number.", "数値を入力してください。")),
    ("sought_amount", "-1", at_least(0)),
    ("sought_currency", "dollars", unknown("dollars")),
    ("sought_on", "2999-01-01", ("Enter a day up to today.", "今日までの日付を入力してください。")),
    ("sought_for", "x" * 501, too_long(500, 501)),
    ("funding_sought_usd", "-1", at_least(0)),
    ("funding_sought_usd", str(10**15 + 1), at_most(10**15)),
    ("website", "data:text/html,x", ADDRESS),
    ("website", "//checkoutless.example", ADDRESS),
    ("video_url", "checkoutless", ADDRESS),
    ("video_url", "file:///etc/passwd", ADDRESS),
    ("monthly_meeting_limit", "0", at_least(1)),
    ("monthly_meeting_limit", "41", at_most(40)),
    ("contact_name", "x" * 121, too_long(120, 121)),
    ("contact_title", "x" * 81, too_long(80, 81)),
    ("contact_phone", "ask Tal", PHONE),
    ("contact_phone", "+972 3 123", PHONE),
    ("contact_email", "tal", EMAIL),
]


def told(cells: dict[str, Any], names: dict[str, str] | None = None) -> list[tuple[int, str, str, str]]:
    with pytest.raises(RowRefused) as caught:
        parse(cells, names)
    return [(p.row, p.column, p.value, p.reason) for p in caught.value.problems]


@pytest.mark.parametrize(("column", "cell", "words"), BAD)
def test_a_bad_cell_is_told_with_row_column_value_and_reason(column, cell, words):
    cells = {**PITCH, column: cell}
    for language, expected in zip(("en", "ja"), words, strict=True):
        with translation.override(language):
            assert told(cells) == [(7, column, str(cell), expected)]
    with translation.override("en"):
        assert told(cells, {column: "Heading"})[0][1] == "Heading"  # named as the file names it


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"country": "AU", "region": "Bavaria"}, "region", unknown("Bavaria")),
        ({"sought_amount": "5"}, "sought_currency",
         ("Choose the currency of this amount.", "金額の通貨を選んでください。")),
        ({"sought_currency": "USD"}, "sought_amount",
         ("Enter the amount, or leave the currency empty.", "金額を入力するか、通貨を空欄に戻してください。")),
    ],
)  # fmt: skip
def test_cells_that_do_not_go_together_are_told(cells, column, words):
    for language, expected in zip(("en", "ja"), words, strict=True):
        with translation.override(language):
            assert [(one[1], one[3]) for one in told({**PITCH, **cells})] == [(column, expected)]


def test_every_column_has_a_good_and_a_bad_case():
    tested = {name for name, *_rest in GOOD} | {"name", "country", "region", "external_id", "tags"}
    tested |= {name for cells, _kept in AMOUNTS for name in cells}
    people = {"contact_name", "contact_title", "contact_phone", "contact_email"}  # test_import_people
    assert tested | people == set(COLUMNS)
    assert {name for name, *_rest in BAD} == set(COLUMNS)


# country, region, zone
ZONES = [
    ("AU", "NSW", "Australia/Sydney"),
    ("AU", "QLD", "Australia/Brisbane"),
    ("AU", "SA", "Australia/Adelaide"),
    ("AU", "NT", "Australia/Darwin"),
    ("AU", "TAS", "Australia/Hobart"),
    ("AU", "ACT", "Australia/Sydney"),
    ("AU", "wa", "Australia/Perth"),  # two hours from Sydney, in whatever case it is written
    ("AU", " Vic", "Australia/Melbourne"),
    ("AU", "??", "Australia/Sydney"),
    ("ID", "WIB", "Asia/Jakarta"),
    ("ID", "wit", "Asia/Jayapura"),
    ("IN", "KA", "Asia/Kolkata"),
    ("IL", "", "Asia/Jerusalem"),
    ("SG", "WIT", "Asia/Singapore"),  # a region of elsewhere says nothing
    ("VN", "", "Asia/Ho_Chi_Minh"),
    ("RU", "", None),  # eleven zones: we have to ask
    ("BR", "", None),
    ("JP", "", "Asia/Tokyo"),
    ("", "", None),
]


@pytest.mark.parametrize(("country", "region", "zone"), ZONES)
def test_the_zone_follows_country_and_region(country, region, zone):
    assert default_zone(country, region) == zone


def test_every_zone_of_the_tables_exists():
    assert set(BY_COUNTRY.values()) | set(BY_REGION.values()) <= zone_names()
