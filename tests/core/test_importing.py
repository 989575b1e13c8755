"""Reading files, cells and reports, without any model."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from matchmaking.core.enums import Field, Industry, Stage
from matchmaking.core.importing import columns, reading
from matchmaking.core.importing.reading import Row, Table, UnreadableFile, read_table
from matchmaking.core.importing.report import Outcome, Problem, Report, RowRefused
from matchmaking.core.importing.running import Claims, canonical, run
from matchmaking.core.prefectures import Prefecture
from matchmaking.core.texts import folded, refuse_hidden_characters


def write(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def sheet(path: Path, *lines: list[object]) -> Path:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_is_read_in_each_encoding(tmp_path, encoding):
    path = write(tmp_path / "firms.csv", "会社名,都道府県\r\n髙﨑食品,新潟県\r\n".encode(encoding))
    assert read_table(path) == Table(
        ("会社名", "都道府県"), (Row(2, {"会社名": "髙﨑食品", "都道府県": "新潟県"}),)
    )


def test_rows_keep_the_numbers_a_person_sees_and_empty_rows_are_left_out(tmp_path):
    path = write(tmp_path / "a.csv", 'name,text\nA,"two\nlines"\n,\n  ,\nB,x\n')
    assert [(row.number, row.cells["name"]) for row in read_table(path).rows] == [(2, "A"), (5, "B")]


def test_tabs_separate_when_the_heading_has_them(tmp_path):
    assert read_table(write(tmp_path / "a.tsv", "name\tcity\nA\tB, C\n")).rows[0].cells["city"] == "B, C"


def test_excel_gives_long_numbers_days_and_yes_as_people_see_them(tmp_path):
    path = sheet(
        tmp_path / "a.xlsx",
        ["number", "day", "yes", "part"],
        [5070001000715, datetime(2027, 3, 31), True, 1.5],  # noqa: DTZ001  (Excel knows no zones)
        [float(5070001000715), None, False, None],
    )
    assert [dict(row.cells) for row in read_table(path).rows] == [
        {"number": "5070001000715", "day": "2027-03-31", "yes": True, "part": "1.5"},
        {"number": "5070001000715", "day": None, "yes": False, "part": None},
    ]


def test_json_keeps_lists_and_objects(tmp_path):
    path = write(tmp_path / "a.json", '[{"fields": ["retail"], "contact": {"name": "A"}}]')
    assert read_table(path).rows == (Row(1, {"fields": ["retail"], "contact": {"name": "A"}}),)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"%PDF", "Only .csv, .xlsx and .json files can be read: a.pdf"),
        ("a.csv", b"", "The first row must hold the names of the columns."),
        ("a.csv", b"name\n", "The file has no rows: a.csv"),
        ("a.csv", b"name,name\nA,B\n", "The column name stands there twice."),
        ("a.csv", b"\x81\xff\xfe\x00", "The file's characters are neither UTF-8 nor Shift_JIS (CP932)."),
        ("a.csv", b'name\n"A', "The file is not a correct CSV file: unexpected end of data"),
        ("a.xlsx", b"not a zip", "The file is not a correct Excel file (.xlsx)."),
        ("a.json", b'{"name": 1}', "The JSON file must hold a list of objects."),
        ("a.json", b"[1]", "The JSON file must hold a list of objects."),
        ("a.json", b"[]", "The file has no rows: a.json"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_sentence(tmp_path, name, content, message):
    with pytest.raises(UnreadableFile) as caught:
        read_table(write(tmp_path / name, content))
    assert str(caught.value) == message


def test_broken_json_says_where(tmp_path):
    with pytest.raises(UnreadableFile, match=r"not correct JSON: .*line 1 column 2"):
        read_table(write(tmp_path / "a.json", "[,]"))


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UnreadableFile, match="There is no such file"):
            read_table(path)


def test_a_file_over_the_limits_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "a.csv", "name\nA\nB\n")
    monkeypatch.setattr(reading, "MAX_ROWS", 1)
    with pytest.raises(UnreadableFile, match="more than 1 rows"):
        read_table(path)
    monkeypatch.setattr(reading, "MAX_BYTES", 3)
    with pytest.raises(UnreadableFile, match="larger than"):
        read_table(path)


def test_an_archive_that_unpacks_to_too_much_is_refused_unopened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(UnreadableFile, match="unpacks to far more"):
        read_table(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(UnreadableFile, match="not a correct Excel file"):
        read_table(path)


@pytest.mark.parametrize("code", ["0000", "0007", "001B", "0085", "202E", "2066", "200F", "061C", "D800"])
def test_hidden_characters_are_refused_by_name(code):
    with pytest.raises(ValidationError) as caught:
        refuse_hidden_characters(f"a{chr(int(code, 16))}b")
    assert caught.value.messages == [
        f"This contains a character that cannot be seen (U+{code}). Delete it. It stands after “a”."
    ]


@pytest.mark.parametrize("text", ["", "a\n\tb", "髙﨑 ㈱", "שלום", "Đà Nẵng", "👩‍🌾"])
def test_ordinary_text_of_any_language_passes(text):
    refuse_hidden_characters(text)


def test_folding_makes_width_and_case_equal():
    assert folded(" ＡＢＣ株式会社 ") == folded("abc株式会社") == "abc株式会社"


@pytest.mark.parametrize("word", ["15", "新潟県", "Niigata", "NIIGATA", "ｎｉｉｇａｔａ"])
def test_a_prefecture_is_read_in_every_spelling(word):
    assert columns.VocabularyColumn(Prefecture).clean(word) == "15"


@pytest.mark.parametrize(
    ("vocabulary", "word", "value"),
    [
        (Industry, "水産・農林業", "fishery_agriculture"),
        (Industry, "ガラス・土石製品", "glass_ceramics"),
        (Stage, "Series A", "series_a"),
        (Stage, "SERIES_A", "series_a"),
        (Field, "脱炭素", "decarbonization"),
    ],
)
def test_vocabularies_are_read_in_both_languages(vocabulary, word, value):
    assert columns.VocabularyColumn(vocabulary).clean(word) == value


@pytest.mark.parametrize("word", ["SG", "sgp", "Singapore", "シンガポール", "ＳＧ"])
def test_a_country_is_read_in_every_spelling(word):
    assert columns.CountryColumn().clean(word) == "SG"


@pytest.mark.parametrize(
    ("word", "value"), [("Vietnam", "VN"), ("台湾", "TW"), ("UK", "GB"), ("ベトナム", "VN")]
)
def test_everyday_names_of_countries_are_read(word, value):
    assert columns.CountryColumn().clean(word) == value


@pytest.mark.parametrize(
    "cell",
    [
        "retail;agritech",
        "retail、agritech",
        "小売, Agritech",
        ["retail", "agritech"],
        "retail;;agritech;retail",
    ],
)
def test_lists_are_read_from_one_cell_or_from_json(cell):
    one = columns.VocabularyColumn(Field)
    assert columns.ListColumn(one).clean(cell) == ["retail", "agritech"]


@pytest.mark.parametrize(
    ("cell", "value"), [("１，２３４", 1234), ("1 234", 1234), (12, 12), ("100.0", 100), ("", None)]
)
def test_numbers_are_read_in_any_width(cell, value):
    assert columns.NumberColumn(required=False).clean(cell) == value


@pytest.mark.parametrize("cell", ["2027-03-31", "2027/3/31", "2027年3月31日", "２０２７.３.３１"])
def test_days_are_read_as_people_write_them(cell):
    assert columns.DateColumn().clean(cell) == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("cell", "value"), [(True, True), ("はい", True), ("×", False), ("0", False), ("", None)]
)
def test_yes_and_no_are_read(cell, value):
    assert columns.YesNoColumn(required=False).clean(cell) == value


@pytest.mark.parametrize(
    ("field", "cell", "message"),
    [
        (columns.TextColumn(max_length=3), "abcd", "Ensure this value has at most 3 characters (it has 4)."),
        (columns.TextColumn(), ["a"], "Enter a single value."),
        (columns.TextColumn(), "#N/A", "Excel shows an error in this cell."),
        (columns.UrlColumn(), "javascript:alert(1)", "Enter an address that begins with https://."),
        (columns.UrlColumn(), "ftp://a.example", "Enter an address that begins with https://."),
        (columns.EmailColumn(), "nobody", "Enter a valid email address."),
        (columns.NumberColumn(), "about 5", "Enter a whole number."),
        (columns.NumberColumn(min_value=1), "0", "Ensure this value is greater than or equal to 1."),
        (columns.DateColumn(), "31.02.2027", "Enter a valid date."),
        (columns.YesNoColumn(), "perhaps", "Enter yes or no."),
        (columns.VocabularyColumn(Stage), "unicorn", "“unicorn” is not a known value."),
        (columns.CountryColumn(), "Atlantis", "“Atlantis” is not a known country."),
        (columns.ListColumn(columns.CountryColumn()), "SG;Atlantis", "“Atlantis” is not a known country."),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(field, cell, message):
    with pytest.raises(ValidationError) as caught:
        field.clean(cell)
    assert caught.value.messages == [message]


class Echo:
    """An importer that only counts: takes a name, refuses `bad`."""

    aliases = {canonical("name"): "name", canonical("会社名"): "name"}
    required = ("name",)

    def take(self, row, names):
        if row.cells["name"] == "bad":
            raise RowRefused([Problem(row.number, names["name"], "bad", "It is bad.")])
        return row.cells["name"], Outcome.CREATED, []


def test_good_rows_are_kept_and_bad_ones_told():
    table = Table(("会社名",), tuple(Row(n, {"会社名": v}) for n, v in [(2, "A"), (3, "bad"), (4, "B")]))
    seen: list[int] = []
    report = run(table, Echo(), on_row=seen.append)
    assert report.counts() == {"created": 2, "updated": 0, "unchanged": 0, "bad": 1}
    assert list(report.lines()) == ["Row 3, 会社名 “bad”: It is bad."]
    assert seen == [1, 2, 3]


def test_a_row_with_more_cells_than_headings_is_bad():
    report = run(Table(("name",), (Row(2, {"name": "A"}, surplus=1),)), Echo())
    assert list(report.lines()) == ["Row 2: The row has more cells than the first row has column names."]


def test_a_missing_column_makes_the_file_unreadable():
    with pytest.raises(UnreadableFile, match="The file has no column “name”"):
        run(Table(("city",), (Row(2, {"city": "A"}),)), Echo())


def test_rows_that_contradict_each_other_are_told():
    claims = Claims()
    claims.check("key", Row(2, {}), {"city": "A"}, {})
    claims.check("key", Row(3, {}), {"city": "A", "name": "N"}, {})
    claims.check("other", Row(4, {}), {"city": "B"}, {})
    with pytest.raises(RowRefused) as caught:
        claims.check("key", Row(5, {}), {"city": "B"}, {"city": "市区町村"})
    assert [str(p) for p in caught.value.problems] == [
        "Row 5, 市区町村 “B”: Row 2 says otherwise of the same record."
    ]


def test_a_record_that_was_created_stays_created():
    report = Report()
    for outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED):
        report.add("a", outcome)
    for outcome in (Outcome.UNCHANGED, Outcome.UPDATED):
        report.add("b", outcome)
    assert report.counts() == {"created": 1, "updated": 1, "unchanged": 0, "bad": 0}


def test_a_problem_shows_long_and_hidden_values_safely():
    assert str(Problem(2, "name", "a\u202eb" + "x" * 100, "Why.")) == f"Row 2, name “a�b{'x' * 57}…”: Why."


def test_problems_are_told_in_japanese():
    with translation.override("ja"):
        assert str(Problem(2, "stage", "Early", "空欄にします。", is_warning=True)) == (
            "2行目、stage “Early” (注意): 空欄にします。"
        )
