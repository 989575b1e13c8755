"""Every column of a list of firms: what is read as what, and what is refused in which words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from companies.import_rows import COLUMNS, CompanyImporter
from matchmaking.core.importing.reading import Row
from matchmaking.core.importing.report import RowRefused

NUMBER = "5070001000715"
FIRM = {"corporate_number": NUMBER}
CHALLENGE = {"challenge_title": "列", "challenge_text": "夕方に列ができる。", "challenge_field": "retail"}

REQUIRED = ("This field is required.", "このフィールドは必須です。")
NOT_SINGLE = ("Enter a single value.", "値を1つだけ入力してください。")
NUMBER_SHORT = (
    "A corporate number has 13 digits: 1 digit is missing.",
    "法人番号は13桁です。1桁足りません。",
)
NUMBER_LONG = (
    "A corporate number has 13 digits: this has 1 digit too many.",
    "法人番号は13桁です。1桁多く入力されています。",
)


def no_digit(character: str, place: int) -> tuple[str, str]:
    return (
        f"A corporate number has digits only: “{character}” at place {place} is none.",
        f"法人番号は数字だけで入力してください。{place}文字目の「{character}」は数字ではありません。",
    )


NUMBER_CHECK = (
    "The first digit does not go with the other 12. Check these places first: digit 1, digit 5, digit 9.",
    "先頭の数字（検査用数字）がほかの12桁と合いません。まず、次の桁を確認してください：1桁目、5桁目、9桁目。",
)
NUMBER_SWAPPED = (
    "The first digit does not go with the other 12. Check these places first: digits 12 and 13 (swapped?).",
    "先頭の数字（検査用数字）がほかの12桁と合いません。まず、次の桁を確認してください：12桁目と13桁目（入れ替わり）。",
)
WHOLE = ("Enter a whole number.", "整数を入力してください。")
ADDRESS = ("Enter an address that begins with https://.", "https:// で始まるアドレスを入力してください。")
YES_NO = ("Enter yes or no.", "「はい」か「いいえ」を入力してください。")
DAY = ("Enter a valid date.", "日付を正しく入力してください。")
EXCEL = ("Excel shows an error in this cell.", "このセルはExcelのエラーになっています。")
EMAIL = ("Enter a valid email address.", "有効なメールアドレスを入力してください。")
STRAY = (
    "“Charging and batteries in use” belongs to none of the chosen fields.",
    "「充電・電池活用」は、選択した分野に属していません。",
)


def unknown(word: str) -> tuple[str, str]:
    return f"“{word}” is not a known value.", f"「{word}」は登録されていない値です。"


def no_country(word: str) -> tuple[str, str]:
    return f"“{word}” is not a known country.", f"「{word}」という国は見つかりません。"


PHONE = (
    "Write a telephone number of 8 to 15 digits, such as 0258-12-3456 or +81 258 12 3456.",
    "電話番号は、0258-12-3456や+81 258 12 3456のように、8〜15桁で入力してください。",
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


def parse(cells: dict[str, Any], names: dict[str, str] | None = None) -> Any:
    return CompanyImporter("draft").parse(Row(7, cells), names or {})


# column, cell, what the row says of it
GOOD: list[tuple[str, Any, Any]] = [
    ("name", "北浜食品株式会社", "北浜食品株式会社"),
    ("name", "  北浜食品　", "北浜食品"),  # blanks around it, full-width too
    ("name", "㈱髙﨑①～商店", "㈱髙﨑①～商店"),  # kept as written, whatever its width
    ("name", "あ" * 120, "あ" * 120),  # the longest
    ("name", 123, "123"),  # a name that a sheet took for a number
    ("name_kana", "ｷﾀﾊﾏ", "キタハマ"),
    ("name_en", 'Kitahama "Foods" Co., Ltd.', 'Kitahama "Foods" Co., Ltd.'),
    ("prefecture", "新潟県", "15"),
    ("prefecture", "Niigata", "15"),
    ("prefecture", "15", "15"),
    ("prefecture", 15, "15"),  # a sheet's number
    ("prefecture", "1", "01"),  # a sheet drops the zero
    ("prefecture", "０１", "01"),
    ("prefecture", "北海道", "01"),
    ("prefecture", "沖縄県", "47"),
    ("city", "長岡市", "長岡市"),
    ("industry", "食料品", "foods"),
    ("industry", "FOODS", "foods"),
    ("industry", "電気・ガス業", "electricity_gas"),
    ("industry", "情報・通信業", "information"),
    ("employees", "420", 420),
    ("employees", "１，２３４", 1234),
    ("employees", "1,234", 1234),
    ("employees", "1 234", 1234),
    ("employees", 420, 420),
    ("employees", "420.0", 420),  # a program's fraction
    ("employees", "1", 1),  # the smallest
    ("employees", "2000000000", 2_000_000_000),  # the largest
    ("capital_million_yen", "0", 0),  # zero is a value
    ("capital_million_yen", 0, 0),
    ("capital_million_yen", "12,345,678", 12_345_678),
    ("revenue_band", "10b_50b", "10b_50b"),
    ("revenue_band", "10 to 50 billion yen", "10b_50b"),
    ("website", "https://kitahama.example/会社", "https://kitahama.example/会社"),
    ("website", "http://kitahama.example:8080/?a=1", "http://kitahama.example:8080/?a=1"),
    ("languages", "ja;en", ["ja", "en"]),
    ("languages", "日本語、英語", ["ja", "en"]),
    ("languages", ["ja", "ja", "en"], ["ja", "en"]),  # a list of JSON; said twice counts once
    ("fields", "retail, agritech", ["retail", "agritech"]),
    ("fields", "小売｜RETAIL".replace("｜", "|"), ["retail"]),
    ("fields", "retail\nagritech", ["retail", "agritech"]),  # lines within a cell
    ("fields", "；retail；；", ["retail"]),
    ("sub_fields", "payments", ["payments"]),
    ("sub_fields", "Seeds, fertilizers and crop protection", ["agri_inputs"]),  # a comma within a label
    (
        "sub_fields",
        "payments;Seeds, fertilizers and crop protection;charging",
        ["payments", "agri_inputs", "charging"],
    ),
    ("modes", "共同開発;出資", ["joint_development", "investment"]),
    ("modes", "Acquisition", ["acquisition"]),
    ("business", "米菓を\n作る。", "米菓を\n作る。"),  # lines stay
    ("strengths", "焼成\tの管理", "焼成\tの管理"),  # and tabs
    ("preferred_countries", "SG;ベトナム;India", ["SG", "VN", "IN"]),
    ("preferred_countries", "sgp、台湾、UK", ["SG", "TW", "GB"]),
    ("excluded_countries", ["US"], ["US"]),
    *[("name_disclosed", word, True) for word in ("はい", "yes", "Y", "TRUE", "1", "○", "有", "可", True, 1)],
    *[
        ("name_disclosed", word, False)
        for word in ("いいえ", "no", "N", "False", "0", "×", "無", "不可", False)
    ],
    ("monthly_meeting_limit", "1", 1),
    ("monthly_meeting_limit", "40", 40),
]


@pytest.mark.parametrize(("column", "cell", "expected"), GOOD)
def test_a_good_cell_is_read(column, cell, expected):
    row = parse({**FIRM, column: cell})
    assert {**row.organisation, **row.company} == {column: expected}
    assert (row.corporate_number, row.challenges, row.contact) == (NUMBER, (), None)


# cell of the challenge, what the row says of it
GOOD_CHALLENGE: list[tuple[str, Any, Any]] = [
    ("title", "レ" * 80, "レ" * 80),
    ("text", "長い" * 1000, "長い" * 1000),
    ("place", "第二工場", "第二工場"),
    ("amount", "年4,200万円", "年4,200万円"),
    ("tried", "あ" * 400, "あ" * 400),
    ("solved_when", "半分になること", "半分になること"),
    ("field", "脱炭素", "decarbonization"),
    ("sub_fields", "payments、e_commerce", ["payments", "e_commerce"]),
    ("modes", "joint_development;acquisition", ["joint_development", "acquisition"]),
    ("budget_band", "1,000万円未満", "under_10m"),
    ("budget_band", "Over 1 billion yen", "over_1b"),
    ("least_readiness", "7", 7),
    ("least_readiness", 7, 7),
    ("least_readiness", "TRL7", 7),
    ("least_readiness", "７", 7),
    ("deadline", "2027-03-31", date(2027, 3, 31)),
    ("deadline", "2027/3/31", date(2027, 3, 31)),
    ("deadline", "2027.3.31", date(2027, 3, 31)),
    ("deadline", "２０２７年３月３１日", date(2027, 3, 31)),
    ("deadline", "2028-02-29", date(2028, 2, 29)),  # a day of a leap year
]


@pytest.mark.parametrize(("name", "cell", "expected"), GOOD_CHALLENGE)
def test_a_good_cell_of_a_challenge_is_read_from_columns_and_from_a_list(name, cell, expected):
    given = {key.removeprefix("challenge_"): value for key, value in CHALLENGE.items()} | {name: cell}
    in_columns = parse({**FIRM, **{f"challenge_{key}": value for key, value in given.items()}})
    in_a_list = parse({**FIRM, "challenges": [given]})
    assert in_columns.challenges[0][name] == expected
    assert in_a_list.challenges == in_columns.challenges


EMPTY = ["", "   ", "　", None]


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "corporate_number"])
def test_an_empty_cell_says_nothing(column):
    for cell in EMPTY:
        row = parse({**FIRM, column: cell})
        assert (cell, row.organisation, row.company, row.challenges) == (cell, {}, {}, ())


# column, cell, words in English and in Japanese
BAD: list[tuple[str, Any, tuple[str, str]]] = [
    ("corporate_number", "", REQUIRED),
    ("corporate_number", None, REQUIRED),
    ("corporate_number", "507000100071", NUMBER_SHORT),  # one digit short
    ("corporate_number", "50700010007155", NUMBER_LONG),
    ("corporate_number", "5070001OOO715", no_digit("O", 8)),  # letters for zeros
    ("corporate_number", "5.07E+12", no_digit("E", 4)),  # as a narrow column of a sheet shows it
    ("corporate_number", "6070001000715", NUMBER_CHECK),
    ("corporate_number", "5070001000751", NUMBER_SWAPPED),  # two digits changed places
    ("corporate_number", ["5070001000715"], NOT_SINGLE),
    ("name", "あ" * 121, too_long(120, 121)),
    ("name", "北浜\u202e食品", hidden("U+202E", "北浜")),
    ("name", "北浜\x00食品", hidden("U+0000", "北浜")),
    ("name", ["北浜"], NOT_SINGLE),
    ("name", "#NAME?", EXCEL),
    ("name_kana", "カ" * 121, too_long(120, 121)),
    ("name_kana", "キ\x1bタ", hidden("U+001B", "キ")),
    ("name_en", "K" * 121, too_long(120, 121)),
    ("name_en", {"en": "K"}, NOT_SINGLE),
    ("prefecture", "Atlantis", unknown("Atlantis")),
    ("prefecture", "48", unknown("48")),
    ("prefecture", "新潟県、富山県", unknown("新潟県、富山県")),  # a firm sits in one
    ("city", "x" * 81, too_long(80, 81)),
    ("address", "新潟県\u2066長岡市", hidden("U+2066", "新潟県")),
    ("address", ["長岡市"], NOT_SINGLE),
    ("industry", "magic", unknown("magic")),
    ("employees", "約400", WHOLE),
    ("employees", "400人", WHOLE),
    ("employees", "400-500", WHOLE),
    ("employees", "2,5", WHOLE),  # a comma of fractions is none of thousands
    ("employees", "10 20", WHOLE),
    ("employees", "1.000", WHOLE),  # 1 or 1000?
    ("employees", "12,34", WHOLE),
    ("employees", "1.5", WHOLE),
    ("employees", "#REF!", EXCEL),
    ("employees", "9" * 5000, WHOLE),
    ("employees", 0, at_least(1)),
    ("employees", "-5", at_least(1)),
    ("employees", "2000000001", at_most(2_000_000_000)),
    ("capital_million_yen", "-1", at_least(0)),
    ("capital_million_yen", "2000000001", at_most(2_000_000_000)),
    ("capital_million_yen", "3億円", WHOLE),
    ("revenue_band", "lots", unknown("lots")),
    ("website", "javascript:alert(1)", ADDRESS),
    ("website", "ftp://kitahama.example", ADDRESS),
    ("website", "kitahama.example", ADDRESS),
    ("website", "https://kitahama.example/" + "a" * 184, too_long(200, 209)),
    ("languages", "ja;klingon", unknown("klingon")),
    ("fields", "space", unknown("space")),
    ("fields", "retail,space", unknown("space")),
    ("fields", [["retail"]], NOT_SINGLE),
    ("sub_fields", "payments、magic", unknown("magic")),
    ("modes", "merger", unknown("merger")),
    ("business", "あ" * 2001, too_long(2000, 2001)),
    ("strengths", "\x07", hidden("U+0007")),
    ("strengths", "あ" * 2001, too_long(2000, 2001)),
    ("preferred_countries", "SG;Atlantis", no_country("Atlantis")),
    ("excluded_countries", "Atlantis", no_country("Atlantis")),
    ("name_disclosed", "perhaps", YES_NO),
    ("name_disclosed", "2", YES_NO),
    ("monthly_meeting_limit", "0", at_least(1)),
    ("monthly_meeting_limit", "41", at_most(40)),
    ("contact_name", "名" * 121, too_long(120, 121)),
    ("contact_title", "課" * 81, too_long(80, 81)),
    ("contact_phone", "内線12", PHONE),
    ("contact_phone", "0" * 16, PHONE),
    ("contact_phone", "0258\u202e123456", hidden("U+202E", "0258")),
    ("contact_email", "hana", EMAIL),
    ("contact_email", "hana@@kitahama.example", EMAIL),
    ("contact_email", "ha na@kitahama.example", EMAIL),
]


def told(cells: dict[str, Any], names: dict[str, str] | None = None) -> list[tuple[int, str, str, str]]:
    with pytest.raises(RowRefused) as caught:
        parse(cells, names)
    return [(p.row, p.column, p.value, p.reason) for p in caught.value.problems]


@pytest.mark.parametrize(("column", "cell", "words"), BAD)
def test_a_bad_cell_is_told_with_row_column_value_and_reason(column, cell, words):
    cells = {**FIRM, column: cell}
    for language, expected in zip(("en", "ja"), words, strict=True):
        with translation.override(language):
            assert told(cells) == [(7, column, "" if cell is None else str(cell), expected)]
    with translation.override("en"):
        assert told(cells, {column: "見出し"})[0][1] == "見出し"  # named as the file names it


BAD_CHALLENGE: list[tuple[str, Any, tuple[str, str]]] = [
    ("title", "", REQUIRED),
    ("title", "x" * 81, too_long(80, 81)),
    ("title", "a\u200fb", hidden("U+200F", "a")),
    ("text", "", REQUIRED),
    ("text", "x" * 2001, too_long(2000, 2001)),
    ("place", "x" * 201, too_long(200, 201)),
    ("amount", "x" * 201, too_long(200, 201)),
    ("tried", "x" * 401, too_long(400, 401)),
    ("solved_when", "x" * 201, too_long(200, 201)),
    ("field", "", REQUIRED),
    ("field", "space", unknown("space")),
    ("field", "retail;mobility", unknown("retail;mobility")),  # a challenge has one
    ("sub_fields", "charging", STRAY),
    ("sub_fields", "magic", unknown("magic")),
    ("modes", "merger", unknown("merger")),
    ("budget_band", "lots", unknown("lots")),
    ("least_readiness", "0", unknown("0")),
    ("least_readiness", "10", unknown("10")),
    ("least_readiness", "7-8", unknown("7-8")),
    ("deadline", "soon", DAY),
    ("deadline", "2027-02-30", DAY),
    ("deadline", "31/03/2027", DAY),
    ("deadline", "27-03-31", DAY),
]


@pytest.mark.parametrize(("name", "cell", "words"), BAD_CHALLENGE)
def test_a_bad_cell_of_a_challenge_is_told_from_columns_and_from_a_list(name, cell, words):
    in_columns = {**FIRM, **CHALLENGE, f"challenge_{name}": cell}
    good = {key.removeprefix("challenge_"): value for key, value in CHALLENGE.items()}
    in_a_list = {**FIRM, "challenges": [good, {**good, name: cell}]}
    for language, expected in zip(("en", "ja"), words, strict=True):
        with translation.override(language):
            assert told(in_columns) == [(7, f"challenge_{name}", cell, expected)]
            assert told(in_a_list) == [(7, f"challenges[2].{name}", cell, expected)]


@pytest.mark.parametrize("challenges", ["many", {"title": "x"}, ["x"], [1], 5])
def test_challenges_that_are_no_list_of_objects_are_told(challenges):
    words = ("This must be a list of objects.", "オブジェクトの一覧にしてください。")
    for language, expected in zip(("en", "ja"), words, strict=True):
        with translation.override(language):
            assert told({**FIRM, "challenges": challenges}) == [(7, "challenges", str(challenges), expected)]


def test_every_column_has_a_good_and_a_bad_case():
    challenge = {f"challenge_{name}" for name, *_rest in GOOD_CHALLENGE}
    assert {name for name, *_rest in GOOD} | challenge >= set(COLUMNS) - {
        "corporate_number",
        "address",  # test_addresses
        "contact_name",
        "contact_title",
        "contact_phone",
        "contact_email",  # test_import_people
    }
    assert {name for name, *_rest in BAD} | {f"challenge_{name}" for name, *_rest in BAD_CHALLENGE} == set(
        COLUMNS
    )
