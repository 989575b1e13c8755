"""Cells of imported lists at their edges: what every kind of column makes of what people and programs leave there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from matchmaking.core.enums import Field
from matchmaking.core.importing import columns
from matchmaking.core.importing.reading import Row, Table
from matchmaking.core.importing.report import Outcome, Problem, Report, problems_of
from matchmaking.core.importing.running import canonical, columns_of, unused_columns
from matchmaking.core.prefectures import Prefecture

EXCEL = ("Excel shows an error in this cell.", "このセルはExcelのエラーになっています。")
SINGLE = ("Enter a single value.", "値を1つだけ入力してください。")
WHOLE = ("Enter a whole number.", "整数を入力してください。")
NUMBER = ("Enter a number.", "数値を入力してください。")
DAY = ("Enter a valid date.", "日付を正しく入力してください。")
YES_OR_NO = ("Enter yes or no.", "「はい」か「いいえ」を入力してください。")
ADDRESS = ("Enter an address that begins with https://.", "https:// で始まるアドレスを入力してください。")
MAIL = ("Enter a valid email address.", "有効なメールアドレスを入力してください。")
KANA = (
    "Write how the name is read, in katakana: for example キタハマ.",
    "名称の読みをカタカナで入力してください（例：キタハマ）。",
)
TOO_LONG = (
    "Ensure this value has at most 200 characters (it has 201).",
    "この値は 200 文字以下でなければなりません( 201 文字になっています)。",
)


def unknown(word: str) -> tuple[str, str]:
    return f"“{word}” is not a known value.", f"「{word}」は登録されていない値です。"


def no_country(word: str) -> tuple[str, str]:
    return f"“{word}” is not a known country.", f"「{word}」という国は見つかりません。"


TEXT = columns.TextColumn(required=False)
LINE = columns.TextColumn(required=False, max_length=columns.ONE_LINE)
WHOLE_NUMBER = columns.NumberColumn(required=False)
AMOUNT = columns.AmountColumn(required=False, max_digits=18, decimal_places=2)
DATE = columns.DateColumn(required=False)
TICK = columns.YesNoColumn(required=False)
FIELDS = columns.ListColumn(columns.VocabularyColumn(Field), required=False)
COUNTRY = columns.CountryColumn(required=False)
PREFECTURE = columns.VocabularyColumn(Prefecture, required=False)
URL = columns.UrlColumn(required=False)
EMAIL = columns.EmailColumn(required=False)
READING = columns.ReadingColumn(required=False)

# column, what the cell holds, what is read
READ: list[tuple[Any, Any, Any]] = [
    # a formula is words: nothing here computes, and pages and exports escape it
    (TEXT, "=1+1", "=1+1"),
    (TEXT, "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    (TEXT, "@SUM(A1)", "@SUM(A1)"),
    (TEXT, "+81-3-0000-0000", "+81-3-0000-0000"),
    (TEXT, "　北浜　", "北浜"),  # wide blanks around
    (TEXT, "a\u200bb", "ab"),
    (TEXT, "\ufeffname", "name"),
    (TEXT, "co\u00adoperate", "cooperate"),
    (TEXT, "\u200b", ""),
    (TEXT, "x#N/A", "x#N/A"),  # only the whole cell is an error
    (TEXT, "#n/a", "#n/a"),  # Excel writes its own in capitals
    (TEXT, 0, "0"),
    (TEXT, False, "False"),
    (TEXT, 1.5, "1.5"),
    (TEXT, None, ""),
    (TEXT, "a\n\nb", "a\n\nb"),  # paragraphs stay where there is room for them
    (LINE, "a\r\nb", "a b"),
    (LINE, "髙" * 200, "髙" * 200),
    (LINE, "𠮷" * 200, "𠮷" * 200),  # a character beyond the first plane counts once
    (WHOLE_NUMBER, "1,234,567", 1_234_567),
    (WHOLE_NUMBER, "1,000.00", 1_000),
    (WHOLE_NUMBER, "1\u00a0000", 1_000),
    (WHOLE_NUMBER, "-1,000", -1_000),
    (WHOLE_NUMBER, "+5", 5),
    (WHOLE_NUMBER, "-0", 0),
    (WHOLE_NUMBER, "1.0", 1),
    (WHOLE_NUMBER, 1.0, 1),
    (WHOLE_NUMBER, " 12 ", 12),
    (WHOLE_NUMBER, "9" * 18, 10**18 - 1),
    (AMOUNT, "1,234.56", Decimal("1234.56")),
    (AMOUNT, "１，２３４．５", Decimal("1234.5")),
    (AMOUNT, "9" * 16, Decimal(10**16 - 1)),
    (AMOUNT, "0.00", Decimal(0)),
    (AMOUNT, "-0.01", Decimal("-0.01")),
    (DATE, "2024-02-29", date(2024, 2, 29)),
    (DATE, "2024-2-9", date(2024, 2, 9)),
    (DATE, "２０２４－０２－２９", date(2024, 2, 29)),
    (DATE, "0001-01-01", date.min),
    (DATE, "9999-12-31", date.max),
    (TICK, "ｙ", True),
    (TICK, "有", True),
    (TICK, "無", False),
    (TICK, "不可", False),
    (TICK, 1, True),
    (TICK, 0, False),
    (TICK, "FALSE", False),
    *[(TICK, circle, True) for circle in "○〇◯"],  # keyboards and fonts know three circles
    *[(TICK, cross, False) for cross in "×✕"],
    (FIELDS, ";;;", []),
    (FIELDS, [], []),
    (FIELDS, "retail|agritech", ["retail", "agritech"]),
    (FIELDS, "retail\nagritech", ["retail", "agritech"]),
    (FIELDS, "retail，agritech", ["retail", "agritech"]),
    (FIELDS, "retail, ,agritech", ["retail", "agritech"]),
    (FIELDS, ["retail", None, "", "retail"], ["retail"]),
    (COUNTRY, "  sg ", "SG"),
    (COUNTRY, "KOREA", "KR"),
    (COUNTRY, "韓国", "KR"),
    (COUNTRY, "Viet Nam", "VN"),  # what the United Nations write
    (COUNTRY, "米国", "US"),
    (COUNTRY, "アメリカ", "US"),
    (COUNTRY, "英国", "GB"),
    (COUNTRY, "Côte d'Ivoire", "CI"),
    (PREFECTURE, 15, "15"),
    (PREFECTURE, "京都府", "26"),
    (PREFECTURE, "北海道", "01"),
    (URL, "https://example.com/" + "a" * 180, "https://example.com/" + "a" * 180),
    (EMAIL, "A@B.Example", "A@B.Example"),
    (READING, "ﾊﾟﾋﾞｯﾄﾞ", "パビッド"),  # half-width marks join their letters
    (READING, "キタ ハマ", "キタ ハマ"),
    (READING, "ヴェ", "ヴェ"),
]
# column, what the cell holds, what is said of it in both languages
REFUSED: list[tuple[Any, Any, tuple[str, str]]] = [
    (TEXT, " #N/A ", EXCEL),
    (TEXT, {"a": 1}, SINGLE),
    (TEXT, [], SINGLE),
    (LINE, "𠮷" * 201, TOO_LONG),
    (WHOLE_NUMBER, "12,34", WHOLE),  # neither thousands nor a decimal
    (WHOLE_NUMBER, "1.000", WHOLE),  # a thousand in Jakarta, one in Sydney
    (WHOLE_NUMBER, "2,5", WHOLE),
    (WHOLE_NUMBER, 1.5, WHOLE),
    (WHOLE_NUMBER, float("nan"), WHOLE),
    (WHOLE_NUMBER, True, WHOLE),
    (WHOLE_NUMBER, "1e3", WHOLE),
    (WHOLE_NUMBER, "0x10", WHOLE),
    (WHOLE_NUMBER, "½", WHOLE),
    (WHOLE_NUMBER, "--1", WHOLE),
    (WHOLE_NUMBER, "1,000.50", WHOLE),
    (WHOLE_NUMBER, "¥100", WHOLE),
    (WHOLE_NUMBER, "100円", WHOLE),
    (WHOLE_NUMBER, "9" * 5_000, WHOLE),  # more digits than Python reads
    (AMOUNT, "1.234,56", NUMBER),
    (AMOUNT, "１２万", NUMBER),
    (AMOUNT, True, NUMBER),
    *[(AMOUNT, word, NUMBER) for word in ("NaN", "sNaN", "Infinity", "-Infinity")],
    (
        AMOUNT,
        "1.005",
        (
            "Ensure that there are no more than 2 decimal places.",
            "この値は小数点以下が合計 2 桁以内でなければなりません。",
        ),
    ),
    (
        AMOUNT,
        "9" * 17,
        (
            "Ensure that there are no more than 16 digits before the decimal point.",
            "この値は小数点より前が合計 16 桁以内でなければなりません。",
        ),
    ),
    (
        AMOUNT,
        "1E+999999999",  # refused without being written out
        (
            "Ensure that there are no more than 18 digits in total.",
            "この値は合計 18 桁以内でなければなりません。",
        ),
    ),
    (DATE, "2023-02-29", DAY),  # no leap year
    (DATE, "24-02-29", DAY),
    (DATE, "2024-13-01", DAY),
    (DATE, "10000-01-01", DAY),
    (DATE, "29/02/2024", DAY),  # whose order?
    (DATE, "02/29/2024", DAY),
    (DATE, "令和6年2月29日", DAY),
    (DATE, 45351, DAY),  # how Excel counts days, where a cell lost its format
    (DATE, "2024/02", DAY),
    (DATE, "2024-02-29T00:00:00Z", DAY),
    (DATE, "#VALUE!", EXCEL),
    *[(TICK, word, YES_OR_NO) for word in ("x", "✓", "on", "なし", 2, 1.0)],
    (FIELDS, "retail;nope", unknown("nope")),
    (FIELDS, "retail,nope", unknown("nope")),
    (FIELDS, ["retail;agritech"], unknown("retail;agritech")),  # a list in a list of one is a mistake
    (FIELDS, ["retail", 3], unknown("3")),
    (FIELDS, ["retail", ["agritech"]], SINGLE),
    (FIELDS, {"a": 1}, SINGLE),
    (COUNTRY, "EU", no_country("EU")),
    (COUNTRY, "England", no_country("England")),
    (COUNTRY, 65, no_country("65")),
    (COUNTRY, ["SG"], SINGLE),
    (PREFECTURE, "1", unknown("1")),  # codes have two digits
    (PREFECTURE, "48", unknown("48")),
    (PREFECTURE, 13.0, unknown("13.0")),
    (URL, "example.com", ADDRESS),
    (URL, '=HYPERLINK("https://example.com")', ADDRESS),
    (URL, "https://exam\nple.com", ADDRESS),
    (URL, "https://example.com/" + "a" * 181, TOO_LONG),
    (EMAIL, "a@b", MAIL),
    (EMAIL, "a@b.example;c@d.example", MAIL),
    (EMAIL, "a＠b.example", MAIL),
    (EMAIL, "mailto:a@b.example", MAIL),
    (READING, "kitahama", KANA),
    (READING, "北浜", KANA),
]


@pytest.mark.parametrize(("column", "cell", "value"), READ, ids=lambda given: ascii(given)[:30])
def test_a_cell_at_the_edge_is_read(column: Any, cell: Any, value: Any) -> None:
    read = column.clean(cell)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(("column", "cell", "words"), REFUSED, ids=lambda given: ascii(given)[:30])
def test_a_cell_beyond_the_edge_is_refused_in_both_languages(
    column: Any, cell: Any, words: tuple[str, str]
) -> None:
    told = []
    for language in ("en", "ja"):
        with translation.override(language), pytest.raises(ValidationError) as caught:
            column.clean(cell)
        with translation.override(language):
            told += caught.value.messages
    assert tuple(told) == words


@pytest.mark.parametrize("error", sorted(columns.EXCEL_ERRORS))
def test_no_column_takes_an_error_of_excel_for_a_value(error: str) -> None:
    for column in (
        TEXT,
        LINE,
        WHOLE_NUMBER,
        AMOUNT,
        DATE,
        TICK,
        FIELDS,
        COUNTRY,
        PREFECTURE,
        URL,
        EMAIL,
        READING,
    ):
        with pytest.raises(ValidationError) as caught:
            column.clean(error)
        assert caught.value.messages == [EXCEL[0]], type(column)


@pytest.mark.parametrize("nothing", [None, "", " ", "　", "\u200b"], ids=ascii)
def test_nothing_is_nothing_in_every_column_that_may_be_empty(nothing: Any) -> None:
    read = {
        type(column): column.clean(nothing) for column in (TEXT, WHOLE_NUMBER, AMOUNT, DATE, TICK, COUNTRY)
    }
    assert {kind for kind, value in read.items() if value not in ("", None)} == set()
    assert FIELDS.clean(nothing) == []


def test_no_spelling_of_a_country_stands_for_two() -> None:
    found = columns.country_spellings()
    assert {found[word] for word in ("korea", "south korea", "republic of korea") if word in found} == {"KR"}
    assert {word for word, code in columns.MORE_COUNTRY_NAMES.items() if found[word] != code} == set()


def test_yes_and_no_share_no_word() -> None:
    assert (columns.YES & columns.NO, {columns.folded(word) for word in columns.YES | columns.NO}) == (
        frozenset(),
        columns.YES | columns.NO,  # each is written as it is compared
    )


# --- Headings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "compared"),
    [
        ("Company Name", "company_name"),
        ("ＣＯＭＰＡＮＹ－ＮＡＭＥ", "company_name"),
        (" company-Name ", "company_name"),
        ("会社名　", "会社名"),
        ("ｶｲｼｬ", "カイシャ"),
        ("company  name", "company__name"),  # two blanks are another heading
    ],
)
def test_headings_are_compared_by_what_they_say(heading: str, compared: str) -> None:
    assert canonical(heading) == compared


class Named:
    """An importer that knows one column by two names."""

    aliases = {"name": "name", "company": "name", "city": "city"}
    required = ("name",)

    def take(self, row: Row, names: Any) -> tuple[object, Outcome, list[Problem]]:
        return row.number, Outcome.CREATED, []


def test_of_two_names_for_one_column_the_first_counts_and_the_other_is_told() -> None:
    table = Table(("Company", "Name", "City", "Remarks", ""), ())
    names = columns_of(table, Named())
    assert names == {"name": "Company", "city": "City"}
    assert unused_columns(table, names) == ["Name", "Remarks"]


# --- What is told ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "english", "japanese"),
    [
        (Problem(3, "name", "", "Bad."), "Row 3, name: Bad.", "3行目、name: Bad."),
        (Problem(3, "", "", "Bad."), "Row 3: Bad.", "3行目: Bad."),
        (Problem(3, "", "v", "Bad.", is_warning=True), "Row 3 “v” (warning): Bad.", "3行目 “v” (注意): Bad."),
        (Problem(9, "n", "a\nb\u202ec", "Bad."), "Row 9, n “a�b�c”: Bad.", "9行目、n “a�b�c”: Bad."),
    ],
)
def test_a_problem_says_where_and_with_what(problem: Problem, english: str, japanese: str) -> None:
    with translation.override("ja"):
        assert str(problem) == japanese
    assert str(problem) == english


@pytest.mark.parametrize(
    ("length", "shown"), [(60, "x" * 60), (61, "x" * 60 + "…"), (40_000, "x" * 60 + "…")]
)
def test_a_long_cell_is_shown_by_its_beginning(length: int, shown: str) -> None:
    assert str(Problem(2, "n", "x" * length, "Long.")) == f"Row 2, n “{shown}”: Long."


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (False, "False"), (None, ""), ([], ""), (["a"], "['a']"), ("", "")]
)
def test_a_value_that_is_refused_is_repeated_if_there_is_one(value: object, shown: str) -> None:
    [problem] = problems_of({"size": ["Bad."]}, 4, {"size": value}, {"size": "Employees"})
    assert (problem.column, problem.value) == ("Employees", shown)


def test_what_concerns_the_whole_row_names_no_column() -> None:
    found = problems_of({"__all__": ["One.", "Two."], "new": ["Three."]}, 4, {}, {})
    assert [str(problem) for problem in found] == ["Row 4: One.", "Row 4: Two.", "Row 4, new: Three."]


@pytest.mark.parametrize(
    ("outcomes", "counted"),
    [
        ("unchanged updated", "updated"),
        ("updated unchanged", "updated"),
        ("created updated unchanged", "created"),
        ("updated created", "updated"),
        ("unchanged unchanged", "unchanged"),
    ],
)
def test_several_rows_of_one_record_count_as_the_first_that_did_something(
    outcomes: str, counted: str
) -> None:
    report = Report()
    for outcome in outcomes.split():
        report.add("one", Outcome(outcome))
    assert report.counts() == {"created": 0, "updated": 0, "unchanged": 0, "bad": 0} | {counted: 1}


def test_a_row_with_three_faults_is_one_bad_row() -> None:
    report = Report()
    report.refuse(7, [Problem(7, name, "", "Bad.") for name in ("a", "b", "c")])
    assert (report.counts()["bad"], len(list(report.lines()))) == (1, 3)
