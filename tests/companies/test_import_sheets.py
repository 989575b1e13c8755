"""Lists as ministries keep them: Excel sheets with days, numbers, formulas, errors and cells full of text."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.models import Challenge, Company
from matchmaking.core.models import AuditEvent, Job
from tests.companies.test_import_companies import NUMBER, OTHER, ROW, run, written

pytestmark = pytest.mark.django_db
THIRD = "3120001000001"


def sheet(path: Path, *rows: dict[str, Any], columns: list[str] | None = None) -> Path:
    """A workbook whose first sheet has the columns of all rows; values keep their types."""
    names = columns or list(dict.fromkeys(name for row in rows for name in row))
    book = openpyxl.Workbook()
    book.active.append(names)
    for row in rows:
        book.active.append([row.get(name) for name in names])
    book.save(path)
    return path


def only() -> Company:
    return Company.objects.get(corporate_number=NUMBER)


# column, what the cell holds, attribute of the firm, what is kept
CELLS: list[tuple[str, Any, str, Any]] = [
    ("employees", 420, "employees", 420),
    ("employees", 420.0, "employees", 420),
    ("employees", "４２０", "employees", 420),
    ("employees", "1,420", "employees", 1420),
    ("employees", "1 420", "employees", 1420),
    ("employees", "420.0", "employees", 420),
    ("capital_million_yen", 310.0, "capital_million_yen", 310),
    ("prefecture", 15, "prefecture", "15"),
    ("prefecture", "新潟県", "prefecture", "15"),
    ("prefecture", "niigata", "prefecture", "15"),
    ("industry", "Foods", "industry", "foods"),
    ("name_disclosed", True, "name_disclosed", True),
    ("name_disclosed", False, "name_disclosed", False),
    ("name_disclosed", "○", "name_disclosed", True),
    ("name_disclosed", 0, "name_disclosed", False),
    ("preferred_countries", "SG、ベトナム；AUS", "preferred_countries", ["SG", "VN", "AU"]),
    ("business", "米菓\u200bを作る。\ufeff", "business", "米菓を作る。"),
    ("business", "行1\n行2", "business", "行1\n行2"),
    ("business", "字" * 2000, "business", "字" * 2000),
]


@pytest.mark.parametrize(("column", "held", "attribute", "kept"), CELLS)
def test_a_cell_is_read_as_people_see_it(
    column: str, held: Any, attribute: str, kept: Any, tmp_path: Path
) -> None:
    assert run(sheet(tmp_path / "a.xlsx", {**ROW, column: held}))[1] == 0
    assert getattr(only(), attribute) == kept


DEADLINES = [
    (datetime(2027, 3, 31), date(2027, 3, 31)),  # noqa: DTZ001  (Excel knows no zones)
    (datetime(2027, 3, 31, 23, 59), date(2027, 3, 31)),  # noqa: DTZ001
    (date(2028, 2, 29), date(2028, 2, 29)),
    ("2027-03-31", date(2027, 3, 31)),
    ("2027/3/31", date(2027, 3, 31)),
    ("2027年3月31日", date(2027, 3, 31)),
    ("２０２７．０３．３１", date(2027, 3, 31)),
    (None, None),
    ("", None),
]


@pytest.mark.parametrize(("held", "kept"), DEADLINES)
def test_a_day_is_the_day_that_stands_there(held: Any, kept: date | None, tmp_path: Path) -> None:
    assert run(sheet(tmp_path / "a.xlsx", {**ROW, "challenge_deadline": held}))[1] == 0
    assert Challenge.objects.get().deadline == kept


BAD: list[tuple[str, Any, str]] = [
    ("employees", "2,5", "whole number"),
    ("employees", "1.000", "whole number"),
    ("employees", "420人", "whole number"),
    ("employees", 420.5, "whole number"),
    ("employees", -1, "greater than or equal"),
    ("employees", "#N/A", "Excel shows an error in this cell."),
    ("employees", "#DIV/0!", "Excel shows an error in this cell."),
    ("business", "#REF!", "Excel shows an error in this cell."),
    ("business", "字" * 2001, "at most 2000 characters"),
    ("business", "x" * 32_767, "at most 2000 characters"),
    ("name", "字" * 300, "characters"),
    ("name", "北浜\u202e株式会社", "U+202E"),
    ("challenge_deadline", "31.3.2027", "date"),
    ("challenge_deadline", "2027-02-30", "date"),
    ("challenge_deadline", 46112, "date"),
    ("prefecture", 48, "not a known value"),
    ("industry", "錬金術", "not a known value"),
    ("preferred_countries", "SG;Atlantis", "not a known country"),
    ("name_disclosed", "多分", "Enter yes or no."),
    ("website", "javascript:alert(1)", ""),
    ("website", "http://localhost/", ""),
    ("name_kana", "北浜", "katakana"),
    ("corporate_number", 5070001000716, "first digit does not go with"),
    ("corporate_number", 507000100071, "1 digit is missing"),
]


@pytest.mark.parametrize(("column", "held", "words"), BAD)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_bad_cell_is_told_by_row_and_column_and_the_next_row_is_kept(
    language: str, column: str, held: Any, words: str, tmp_path: Path
) -> None:
    good = {**ROW, "corporate_number": OTHER, "name": "別の会社"}
    lines, code = run(sheet(tmp_path / "a.xlsx", {**ROW, column: held}, good), language=language)
    assert code == 1
    [told] = [line for line in lines[:-1] if line.startswith({"en": "Row 2", "ja": "2行目"}[language])]
    assert column in told
    if language == "en":
        assert words in told
    assert len(told) < 400, "a cell full of text is cut where it is repeated"
    assert list(Company.objects.values_list("corporate_number", flat=True)) == [OTHER]


def test_a_formula_counts_with_nothing_until_excel_has_worked_it_out(tmp_path: Path) -> None:
    """openpyxl computes nothing; a file that Excel has saved holds the value beside the formula."""
    assert run(sheet(tmp_path / "a.xlsx", {**ROW, "employees": "=400+20", "city": "=A1"}))[1] == 0
    assert (only().employees, only().organisation.city) == (None, "")


@pytest.mark.parametrize("text", ["=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)"])
def test_what_looks_like_a_formula_in_other_files_is_plain_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    path.write_text(json.dumps([{**ROW, "business": text}]))
    assert run(path)[1] == 0
    assert only().business == text


def test_good_rows_are_kept_whatever_stands_around_them(tmp_path: Path) -> None:
    rows = [
        ROW,
        {**ROW, "corporate_number": "", "name": "番号なし"},
        {**ROW, "corporate_number": OTHER, "name": "別の会社"},
        {**ROW, "corporate_number": THIRD, "prefecture": "Atlantis", "employees": "many"},
    ]
    lines, code = run(sheet(tmp_path / "a.xlsx", *rows))
    assert code == 1
    assert lines[-1] == "created 2, updated 0, unchanged 0, bad 2"
    assert [line[:5] for line in lines[:-1]] == ["Row 3", "Row 5", "Row 5"]
    assert set(Company.objects.values_list("corporate_number", flat=True)) == {NUMBER, OTHER}


def test_once_the_bad_rows_are_mended_only_they_are_new(tmp_path: Path) -> None:
    bad = {**ROW, "corporate_number": OTHER, "name": "別の会社", "prefecture": "Atlantis"}
    run(sheet(tmp_path / "a.xlsx", ROW, bad))
    before = AuditEvent.objects.count()
    lines, code = run(sheet(tmp_path / "b.xlsx", ROW, {**bad, "prefecture": "新潟県"}))
    assert (lines, code) == (["created 1, updated 0, unchanged 1, bad 0"], 0)
    assert Company.objects.count() == 2
    assert AuditEvent.objects.filter(target_label="別の会社").exists()
    assert AuditEvent.objects.count() > before


@pytest.mark.parametrize("status", ["draft", "submitted", "published"])
def test_the_status_of_new_firms_is_the_commands(status: str, tmp_path: Path) -> None:
    run(sheet(tmp_path / "a.xlsx", ROW), status=status)
    organisation = Organisation.objects.get()
    assert organisation.status == status
    assert (organisation.published_at is not None) is (status == OrganisationStatus.PUBLISHED)
    run(sheet(tmp_path / "b.xlsx", {**ROW, "city": "燕市"}), status="draft")
    organisation.refresh_from_db()
    assert (organisation.status, organisation.city) == (status, "燕市"), "what is there keeps its status"


@pytest.mark.parametrize("status", ["draft", "published"])
def test_only_published_firms_are_scored_anew(status: str, tmp_path: Path) -> None:
    run(sheet(tmp_path / "a.xlsx", ROW), status=status)
    assert Job.objects.filter(name="matches.rescore").exists() is (status == "published")


@pytest.mark.parametrize("extension", ["csv", "xlsx", "json"])
def test_a_dry_run_of_any_file_writes_nothing_and_tells_the_same(extension: str, tmp_path: Path) -> None:

    path = tmp_path / f"a.{extension}"
    bad = {**ROW, "corporate_number": OTHER, "prefecture": "Atlantis"}
    if extension == "json":
        path.write_text(json.dumps([ROW, bad]))
    elif extension == "xlsx":
        sheet(path, ROW, bad)
    else:
        lines = [",".join(ROW), *(",".join(f'"{value}"' for value in row.values()) for row in (ROW, bad))]
        path.write_text("\n".join(lines))
    before = written()
    told, code = run(path, dry_run=True)
    assert written() == before
    assert (told[-1], code) == ("Dry run, nothing was written: created 1, updated 0, unchanged 0, bad 1", 1)
    assert run(path)[0][:-1] == told[:-1]


@pytest.mark.parametrize("columns", [["name"], ["name", "prefecture", "industry"]])
def test_a_sheet_without_the_number_is_not_read_at_all(columns: list[str], tmp_path: Path) -> None:
    before = written()
    with pytest.raises(CommandError, match="corporate_number"):
        run(sheet(tmp_path / "a.xlsx", ROW, columns=columns))
    assert written() == before


@pytest.mark.parametrize("columns", [["corporate_number"], ["corporate_number", "name"]])
def test_a_new_firm_of_which_too_little_is_said_is_not_begun(columns: list[str], tmp_path: Path) -> None:
    before = written()
    lines, code = run(sheet(tmp_path / "a.xlsx", ROW, columns=columns))
    assert (lines[-1], code) == ("created 0, updated 0, unchanged 0, bad 1", 1)
    assert written() == before


def test_blank_lines_between_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    bad = {**ROW, "corporate_number": OTHER, "prefecture": "Atlantis"}
    lines, _code = run(sheet(tmp_path / "a.xlsx", ROW, {}, {}, bad))
    assert [line[:5] for line in lines[:-1]] == ["Row 5"]


def test_a_number_that_excel_holds_as_a_fraction_finds_the_firm_again(tmp_path: Path) -> None:
    run(sheet(tmp_path / "a.xlsx", ROW))
    lines, code = run(sheet(tmp_path / "b.xlsx", {**ROW, "corporate_number": float(NUMBER)}))
    assert (lines, code) == (["created 0, updated 0, unchanged 1, bad 0"], 0)
