"""Files as programs and people write them: characters, separators, quotes, headings, types of cells, damage."""

from __future__ import annotations

import io
import json
import random
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from matchmaking.core.importing import reading
from matchmaking.core.importing.reading import UnreadableFile, read_table

TEXT = "会社名,都市\r\n㈱髙﨑①～,長岡市―\r\n"


def write(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def cells(path: Path) -> list[dict[str, Any]]:
    return [dict(row.cells) for row in read_table(path).rows]


def refusal(path: Path, language: str = "en") -> str:
    with translation.override(language), pytest.raises(UnreadableFile) as caught:
        read_table(path)
    return str(caught.value)


# --- CSV ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_signs_of_makers_survive_in_every_encoding(tmp_path, encoding):
    """The circled one, the wave and the dash differ between CP932 and what other tables call Shift_JIS."""
    path = write(tmp_path / "a.csv", TEXT.encode(encoding))
    assert cells(path) == [{"会社名": "㈱髙﨑①～", "都市": "長岡市―"}]


# bytes that are neither, and why
FOREIGN = [
    (TEXT.encode("utf-16"), "what a sheet calls Unicode text"),
    ("会社名\n北浜\n".encode("euc-jp") + b"\xfd\xfe", "the old encoding of workstations, cut off"),
    (b"name\nA\xff\n", "a byte that no encoding has"),
    ("会社名\n北浜食品\n".encode()[:-3] + b"\xe3\xff\n", "UTF-8 cut within a character"),
]


@pytest.mark.parametrize(("data", "why"), FOREIGN)
def test_other_characters_are_told_in_one_sentence(tmp_path, data, why):
    path = write(tmp_path / "a.csv", data)
    assert (why, refusal(path)) == (why, "The file's characters are neither UTF-8 nor Shift_JIS (CP932).")
    assert refusal(path, "ja") == "ファイルの文字コードがUTF-8でもShift_JIS（CP932）でもありません。"


# content, the rows with their numbers
CSV = [
    ("name,city\nA,B\n", [(2, {"name": "A", "city": "B"})]),
    ("name,city\rA,B\r", [(2, {"name": "A", "city": "B"})]),  # the ends of lines of old Macs
    ("name,city\r\nA,B", [(2, {"name": "A", "city": "B"})]),  # no end of the last line
    ('name\n"A, B"\n', [(2, {"name": "A, B"})]),
    ('name\n"say ""hi"""\n', [(2, {"name": 'say "hi"'})]),
    ('name\n"two\nlines"\nB\n', [(2, {"name": "two\nlines"}), (3, {"name": "B"})]),
    ("name\tcity\nA, Inc.\tB\n", [(2, {"name": "A, Inc.", "city": "B"})]),
    ("name,city\nA\tB,C\n", [(2, {"name": "A\tB", "city": "C"})]),  # a tab within a cell separates nothing
    ("name\n\n\nA\n", [(4, {"name": "A"})]),  # empty lines count as a person counts them
    ("name,city\nA,B\n,\n　, \nC,D\n", [(2, {"name": "A", "city": "B"}), (5, {"name": "C", "city": "D"})]),
    ("name,city\nA\n", [(2, {"name": "A"})]),  # fewer cells than headings
    ("name,city,,\nA,B,,\n", [(2, {"name": "A", "city": "B"})]),  # headings that end in nothing
    ("name,,city\nA,x,B\n", [(2, {"name": "A", "city": "B"})]),  # a column without a name
    (" name , ｃｉｔｙ \nA,B\n", [(2, {"name": "A", "city": "B"})]),  # width and blanks of headings
    ("会社名（カナ）\nキタハマ\n", [(2, {"会社名(カナ)": "キタハマ"})]),
    ("name\n'A'\n", [(2, {"name": "'A'"})]),  # an apostrophe quotes nothing
    ("name\n0012\n", [(2, {"name": "0012"})]),  # zeros in front stay
]


@pytest.mark.parametrize(("content", "rows"), CSV)
def test_csv_is_read_as_it_stands(tmp_path, content, rows):
    table = read_table(write(tmp_path / "a.csv", content))
    assert [(row.number, dict(row.cells)) for row in table.rows] == rows


@pytest.mark.parametrize(
    ("content", "surplus"), [("name\nA,B\n", 1), ("name\nA,,\n", 0), ("name\nA,,B,C\n", 2), ("a,b\nA\n", 0)]
)
def test_cells_beyond_the_headings_are_counted_if_they_hold_something(tmp_path, content, surplus):
    assert read_table(write(tmp_path / "a.csv", content)).rows[0].surplus == surplus


LIST = ("The JSON file must hold a list of objects.", "JSONファイルはオブジェクトの一覧にしてください。")
# name of the file, content, sentence in English, in Japanese
REFUSED = [
    ("a.pdf", "x", "Only .csv, .xlsx and .json files can be read: a.pdf",
     "読み込めるのは .csv、.xlsx、.json のファイルだけです：a.pdf"),
    ("a", "x", "Only .csv, .xlsx and .json files can be read: a",
     "読み込めるのは .csv、.xlsx、.json のファイルだけです：a"),
    ("a.xls", "x", "Only .csv, .xlsx and .json files can be read: a.xls",
     "読み込めるのは .csv、.xlsx、.json のファイルだけです：a.xls"),
    ("a.csv", "", "The first row must hold the names of the columns.", "1行目に列の名称を入れてください。"),
    ("a.csv", "\nname\nA\n", "The first row must hold the names of the columns.", "1行目に列の名称を入れてください。"),
    ("a.csv", ",,\nA,B,C\n", "The first row must hold the names of the columns.", "1行目に列の名称を入れてください。"),
    ("a.csv", "name\n\n \n", "The file has no rows: a.csv", "ファイルに行がありません：a.csv"),
    ("a.csv", "name,ｎａｍｅ\nA,B\n", "The column name stands there twice.", "列「name」が2つあります。"),
    ("a.csv", "b,a,a,b\n1,2,3,4\n", "The column a stands there twice.", "列「a」が2つあります。"),
    ("a.json", '{"a": 1}', *LIST),
    ("a.json", '[{"a": 1}, 2]', *LIST),
    ("a.json", "null", *LIST),
    ("a.json", '"text"', *LIST),
    ("a.json", "[{}, {}]", "The file has no rows: a.json", "ファイルに行がありません：a.json"),
    ("a.xlsx", "x", "The file is not a correct Excel file (.xlsx).", "Excelファイル（.xlsx）として読み込めません。"),
    ("a.xlsx", "", "The file is not a correct Excel file (.xlsx).", "Excelファイル（.xlsx）として読み込めません。"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "english", "japanese"), REFUSED)
def test_a_file_that_cannot_be_used_is_told_in_both_languages(tmp_path, name, content, english, japanese):
    path = write(tmp_path / name, content)
    assert (refusal(path), refusal(path, "ja")) == (english, japanese)


@pytest.mark.parametrize("content", ['name\n"A', 'name\n"A"B\n', "name\n" + "x" * 140_000])
def test_broken_csv_says_why(tmp_path, content):
    assert refusal(write(tmp_path / "a.csv", content)).startswith("The file is not a correct CSV file: ")


@pytest.mark.parametrize("name", ["a.CSV", "a.Tsv", "a.txt"])
def test_the_ending_of_the_name_is_read_in_any_case(tmp_path, name):
    assert cells(write(tmp_path / name, "name\nA\n")) == [{"name": "A"}]


# --- JSON --------------------------------------------------------------------------------------------------------


def test_json_keeps_its_types_and_counts_items_from_one(tmp_path):
    items = [{"a": "x", "b": 1, "c": 1.5, "d": True, "e": None, "f": ["g"], "h": {"i": 1}}, {}, {"z": "y"}]
    table = read_table(write(tmp_path / "a.json", "\ufeff" + json.dumps(items, ensure_ascii=False)))
    assert [(row.number, row.cells) for row in table.rows] == [(1, items[0]), (3, items[2])]
    assert table.columns == ("a", "b", "c", "d", "e", "f", "h", "z")


@pytest.mark.parametrize(
    "content",
    ["", "[", "[{]", "[{'a': 1}]", '[{"a": }]', "[" * 100_000, '[{"a": ' + "1" * 5000 + "}]", '[{"a": 1}] x'],
)
def test_broken_json_is_told_whatever_is_wrong_with_it(tmp_path, content):
    path = write(tmp_path / "a.json", content)
    assert refusal(path).startswith("The file is not correct JSON: ")
    assert refusal(path, "ja").startswith("JSONとして読み込めません：")


def test_japanese_json_of_an_old_program_is_read(tmp_path):
    path = write(tmp_path / "a.json", '[{"会社名": "北浜①"}]'.encode("cp932"))
    assert cells(path) == [{"会社名": "北浜①"}]


# --- Excel -------------------------------------------------------------------------------------------------------


def sheet(path: Path, *lines: list[object]) -> Path:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


# what the sheet holds, what is read
CELLS = [
    (5070001000715, "5070001000715"),
    (5070001000715.0, "5070001000715"),
    (1.5, "1.5"),
    (0, "0"),
    (-3, "-3"),
    (1e300, str(int(1e300))),
    (datetime(2027, 3, 31, 9, 30), "2027-03-31"),  # noqa: DTZ001  (Excel knows no zones)
    (date(2027, 3, 31), "2027-03-31"),
    (time(9, 30), "09:30:00"),
    (True, True),
    (False, False),
    ("0012", "0012"),
    (" 北浜 ", " 北浜 "),
    ("=1+1", None),  # a formula that nobody has computed yet
    ("#N/A", "#N/A"),
    (None, None),
]


def test_every_type_of_cell_is_read_as_people_see_it(tmp_path):
    path = sheet(
        tmp_path / "a.xlsx", ["key", "value"], *[[f"k{i}", held] for i, (held, _read) in enumerate(CELLS)]
    )
    assert [row["value"] for row in cells(path)] == [read for _held, read in CELLS]


def test_only_the_first_sheet_counts_and_gaps_keep_their_numbers(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["A5"], book.active["B9"] = "name", "city", "A", "B"
    book.create_sheet("more").append(["other"])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert (table.columns, [row.number for row in table.rows]) == (("name", "city"), [5, 9])


def test_a_sheet_without_headings_in_its_first_row_is_told(tmp_path):
    path = sheet(tmp_path / "a.xlsx", [None, None], ["name", "city"], ["A", "B"])
    assert refusal(path) == "The first row must hold the names of the columns."


def test_numbers_as_headings_are_names_like_others(tmp_path):
    assert cells(sheet(tmp_path / "a.xlsx", [2019, "x"], [1, 2])) == [{"2019": "1", "x": "2"}]


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for number in range(20):
        book.active.append([f"name{number}", number])
    book.save(out)
    return out.getvalue()


def read_or_refused(path: Path) -> bool:
    try:
        return bool(read_table(path).rows)
    except UnreadableFile as error:
        return bool(str(error))


def test_a_file_with_damaged_bytes_is_read_or_refused_and_never_fails(tmp_path):
    """zipfile and zlib raise half a dozen kinds of errors for damage; none may reach a person."""
    whole, chance = workbook(), random.Random(20261101)
    for _number in range(120):
        damaged = bytearray(whole)
        for _byte in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert read_or_refused(write(tmp_path / "a.xlsx", bytes(damaged)))


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_a_file_with_damaged_parts_is_read_or_refused_and_never_fails(tmp_path):
    """The archive is whole, but its XML is not: openpyxl raises whatever it stumbles over."""
    chance = random.Random(20261101)
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _number in range(60):
        name = chance.choice(sorted(parts))
        damaged = bytearray(parts[name])
        for _byte in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(32, 127)
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            for part, data in {**parts, name: bytes(damaged)}.items():
                archive.writestr(part, data)
        assert read_or_refused(tmp_path / "a.xlsx")


@pytest.mark.parametrize("size", [0, 1, 30, 500, 2000])
def test_a_file_that_was_cut_off_is_refused(tmp_path, size):
    assert (
        refusal(write(tmp_path / "a.xlsx", workbook()[:size]))
        == "The file is not a correct Excel file (.xlsx)."
    )


# --- limits ------------------------------------------------------------------------------------------------------


def bomb(path: Path, parts: int, size: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(parts):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * size)
    return path


@pytest.mark.parametrize(("parts", "size"), [(1, 20_000_000), (4, 5_000_000), (5_001, 0)])
def test_an_archive_that_unpacks_to_too_much_is_told(tmp_path, parts, size):
    path = bomb(tmp_path / "a.xlsx", parts, size)
    assert refusal(path) == "The Excel file unpacks to far more than a list of this kind needs."
    assert refusal(path, "ja") == "Excelファイルの中身が、この種の一覧としては大きすぎます。"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json"])
def test_one_row_too_many_is_told_and_the_last_allowed_is_read(tmp_path, monkeypatch, name):
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    for rows in (3, 4):
        if name.endswith("xlsx"):
            path = sheet(tmp_path / name, ["name"], *[["A"]] * rows)
        elif name.endswith("json"):
            path = write(tmp_path / name, json.dumps([{"name": "A"}] * rows))
        else:
            path = write(tmp_path / name, "name\n" + "A\n" * rows)
        if rows == 3:
            assert len(read_table(path).rows) == 3
        else:
            assert (refusal(path), refusal(path, "ja")) == (
                "The file has more than 3 rows.",
                "ファイルが3行を超えています。",
            )


def test_the_size_of_the_file_is_looked_at_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 2 * 1024**2)
    path = write(tmp_path / "a.csv", b"x" * (2 * 1024**2 + 1))
    assert (refusal(path), refusal(path, "ja")) == (
        "The file is larger than 2 MB.",
        "ファイルが2MBを超えています。",
    )
