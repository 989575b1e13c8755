"""Lists of evidence in an imported file: objects in JSON, numbered columns in a sheet."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from startups.import_records import COLUMNS, FORMS, MOST, SINGULAR
from startups.import_rows import StartupImporter
from startups.models import RECORDS, Startup
from tests import imports
from tests.imports import STARTUP, as_csv, difference, row_counts

pytestmark = pytest.mark.django_db
CREATED = ["created 1, updated 0, unchanged 0, bad 0"]
UPDATED = ["created 0, updated 1, unchanged 0, bad 0"]
UNCHANGED = ["created 0, updated 0, unchanged 1, bad 0"]
LISTS: dict[str, list[dict[str, Any]]] = {
    "figures": [
        {"what": "revenue", "value": "2,600,000.50", "currency": "sgd", "as_of": "2025-12-31", "note": "audited"},
        {"what": "Paying customers", "value": 40, "as_of": "2026年6月30日"},
        {"what": "その他（内容を入力）", "words": "Fuel saved (%)", "value": "31", "as_of": "2026/6/30"},
    ],
    "rounds": [
        {"kind": "Seed", "amount": "1340000", "currency": "SGD", "closed_on": "2022-05-01", "lead_investor": "Straits"},
        {"kind": "series_a", "closed_on": "2024-02-01"},
    ],
    "patents": [{"title": "Shelf", "office": "jp", "number": "9900001", "status": "登録済み"}],
    "certifications": [{"name": "ISO 27001", "issuer": "Assurance", "number": "IS 1", "valid_until": "2028-03-31"}],
    "references": [
        {"name": "Mei", "organisation": "Harbour", "relation": "customer", "contact": "m@h.example",
         "may_be_shown": "yes"},
        {"name": "Ann", "organisation": "Quay", "relation": "Investor"},
    ],
}  # fmt: skip


def run(path: Path, **options: Any) -> tuple[list[str], int]:
    lines, _progress, code = imports.run("import_startups", path, **options)
    return lines, code


def as_json(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text(json.dumps(rows))
    return path


def numbered(lists: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    return {
        f"{SINGULAR[kind]}_{number}_{name}": str(cell)
        for kind, items in lists.items()
        for number, item in enumerate(items, 1)
        for name, cell in item.items()
    }


def kept() -> dict[str, list[tuple[Any, ...]]]:
    startup = Startup.objects.get()
    return {kind: sorted(getattr(startup, kind).values_list(*FORMS[kind].base_fields)) for kind in RECORDS}


EXPECTED = {
    "figures": sorted([
        ("revenue", "", Decimal("2600000.50"), "SGD", date(2025, 12, 31), "audited"),
        ("customers", "", Decimal(40), "", date(2026, 6, 30), ""),
        ("other", "Fuel saved (%)", Decimal(31), "", date(2026, 6, 30), ""),
    ]),
    "rounds": [
        ("seed", Decimal(1_340_000), "SGD", date(2022, 5, 1), "Straits"),
        ("series_a", None, "", date(2024, 2, 1), ""),
    ],
    "patents": [("Shelf", "JP", "9900001", "granted")],
    "certifications": [("ISO 27001", "Assurance", "IS 1", date(2028, 3, 31))],
    "references": [
        ("Ann", "Quay", "investor", "", False),
        ("Mei", "Harbour", "customer", "m@h.example", True),
    ],
}  # fmt: skip


def test_a_list_of_objects_is_taken_over_and_taking_it_over_again_changes_nothing(tmp_path):
    path = as_json(tmp_path / "a.json", {**STARTUP, **LISTS})
    assert run(path) == (CREATED, 0)
    assert kept() == EXPECTED
    assert Startup.objects.get().funding_raised_usd == 1_000_000  # what the rounds say, not the list's total
    before = row_counts()
    assert run(path) == (UNCHANGED, 0)
    assert difference(before, row_counts()) == {}


def test_numbered_columns_of_a_sheet_say_the_same(tmp_path):
    assert run(as_csv(tmp_path / "a.csv", {**STARTUP, **numbered(LISTS)})) == (CREATED, 0)
    assert kept() == EXPECTED


def test_a_list_replaces_the_one_that_is_there_and_no_list_leaves_it(tmp_path):
    run(as_json(tmp_path / "a.json", {**STARTUP, **LISTS}))
    figures = [LISTS["figures"][1] | {"value": 41}, {**LISTS["figures"][1], "as_of": "2026-09-30"}]
    assert run(as_json(tmp_path / "b.json", {**STARTUP, "figures": figures})) == (UPDATED, 0)
    assert [(what, value) for what, _words, value, *_rest in kept()["figures"]] == [
        ("customers", Decimal(40)),
        ("customers", Decimal(41)),
    ]
    assert {kind: kept()[kind] for kind in RECORDS[1:]} == {kind: EXPECTED[kind] for kind in RECORDS[1:]}
    for nothing in ([], "", None):
        assert run(as_json(tmp_path / "c.json", {**STARTUP, "figures": nothing})) == (UNCHANGED, 0)


def test_a_total_counts_as_long_as_no_round_names_its_amount(tmp_path):
    run(as_json(tmp_path / "a.json", {**STARTUP, "rounds": LISTS["rounds"][1:]}))
    assert Startup.objects.get().funding_raised_usd == 5_000_000
    other = {**STARTUP, "rounds": [LISTS["rounds"][1] | {"lead_investor": "Straits"}]}
    assert run(as_json(tmp_path / "b.json", other)) == (UPDATED, 0)
    assert run(as_json(tmp_path / "b.json", other)) == (UNCHANGED, 0)
    assert Startup.objects.get().funding_raised_usd == 5_000_000
    run(as_json(tmp_path / "c.json", {**STARTUP, "rounds": LISTS["rounds"]}))
    assert Startup.objects.get().funding_raised_usd == 1_000_000
    assert run(as_json(tmp_path / "d.json", STARTUP)) == (UNCHANGED, 0)


# list, what is changed in its first item, the column that is told, the words in both languages
BAD: list[tuple[str, dict[str, Any], str, tuple[str, str]]] = [
    ("figures", {"what": ""}, "figure_1_what", ("This field is required.", "このフィールドは必須です。")),
    ("figures", {"what": "luck"}, "figure_1_what",
     ("“luck” is not a known value.", "「luck」は登録されていない値です。")),
    ("figures", {"words": "Sales"}, "figure_1_words",
     ("Leave this empty, or choose “Other” above.", "空欄にするか、項目で「その他」を選んでください。")),
    ("figures", {"what": "other"}, "figure_1_words",
     ("Say in your own words what is counted.", "何の数値かを入力してください。")),
    ("figures", {"value": "2.6m"}, "figure_1_value", ("Enter a number.", "数値を入力してください。")),
    ("figures", {"value": "-1"}, "figure_1_value",
     ("Ensure this value is greater than or equal to 0.", "この値は 0 以上でなければなりません。")),
    ("figures", {"currency": ""}, "figure_1_currency",
     ("Choose the currency of this amount.", "金額の通貨を選んでください。")),
    ("figures", {"what": "users"}, "figure_1_currency",
     ("Leave this empty: only amounts of money have a currency.", "金額ではないため、通貨は選ばないでください。")),
    ("figures", {"as_of": "2999-01-01"}, "figure_1_as_of",
     ("Enter a day up to today.", "今日までの日付を入力してください。")),
    ("figures", {"note": "x" * 201}, "figure_1_note",
     ("Ensure this value has at most 200 characters (it has 201).",
      "この値は 200 文字以下でなければなりません( 201 文字になっています)。")),
    ("rounds", {"kind": "lottery"}, "round_1_kind",
     ("“lottery” is not a known value.", "「lottery」は登録されていない値です。")),
    ("rounds", {"amount": ""}, "round_1_amount",
     ("Enter the amount, or leave the currency empty.", "金額を入力するか、通貨を空欄に戻してください。")),
    ("rounds", {"currency": ""}, "round_1_currency",
     ("Choose the currency of this amount.", "金額の通貨を選んでください。")),
    ("rounds", {"closed_on": "May"}, "round_1_closed_on",
     ("Enter a valid date.", "日付を正しく入力してください。")),
    ("rounds", {"lead_investor": "a\u202eb"}, "round_1_lead_investor",
     ("This contains a character that cannot be seen (U+202E). Delete it. It stands after “a”.",
      "目に見えない文字（U+202E）が含まれています。削除してください。「a」の後にあります。")),
    ("patents", {"title": ""}, "patent_1_title", ("This field is required.", "このフィールドは必須です。")),
    ("patents", {"office": "Mars"}, "patent_1_office",
     ("“Mars” is not a known value.", "「Mars」は登録されていない値です。")),
    ("patents", {"number": ""}, "patent_1_number", ("This field is required.", "このフィールドは必須です。")),
    ("patents", {"status": "sold"}, "patent_1_status",
     ("“sold” is not a known value.", "「sold」は登録されていない値です。")),
    ("certifications", {"name": ""}, "certification_1_name",
     ("This field is required.", "このフィールドは必須です。")),
    ("certifications", {"issuer": ""}, "certification_1_issuer",
     ("This field is required.", "このフィールドは必須です。")),
    ("certifications", {"number": "x" * 61}, "certification_1_number",
     ("Ensure this value has at most 60 characters (it has 61).",
      "この値は 60 文字以下でなければなりません( 61 文字になっています)。")),
    ("certifications", {"valid_until": "x"}, "certification_1_valid_until",
     ("Enter a valid date.", "日付を正しく入力してください。")),
    ("references", {"name": ""}, "reference_1_name", ("This field is required.", "このフィールドは必須です。")),
    ("references", {"organisation": ""}, "reference_1_organisation",
     ("This field is required.", "このフィールドは必須です。")),
    ("references", {"relation": "cousin"}, "reference_1_relation",
     ("“cousin” is not a known value.", "「cousin」は登録されていない値です。")),
    ("references", {"contact": ["a"]}, "reference_1_contact",
     ("Enter a single value.", "値を1つだけ入力してください。")),
    ("references", {"may_be_shown": "perhaps"}, "reference_1_may_be_shown",
     ("Enter yes or no.", "「はい」か「いいえ」を入力してください。")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "column", "words"), BAD)
def test_a_bad_cell_of_a_list_is_told_and_the_row_is_kept_out(tmp_path, kind, change, column, words):
    items = [{**LISTS[kind][0], **change}, *LISTS[kind][1:]]
    path = as_json(tmp_path / "a.json", {**STARTUP, kind: items})
    for language, place, expected in (("en", "Row 1, ", words[0]), ("ja", "1行目、", words[1])):
        lines, code = run(path, language=language)
        assert (lines[0].startswith(place + column), lines[0].endswith(expected), code) == (True, True, 1)
    assert not Startup.objects.exists()


def test_every_column_of_every_list_has_a_bad_case():
    told = {column for _kind, _change, column, _words in BAD}
    assert told == {name for name in COLUMNS if "_1_" in name}


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ("revenue 5m", "Row 1, figures: Give a list of objects."),
        (["revenue"], "Row 1, figures: Give a list of objects."),
        ([LISTS["figures"][1]] * (MOST + 1), f"Row 1, figures: Give at most {MOST}."),
        (
            [LISTS["figures"][1]] * 2,
            "Row 1, figure_2: This tells of the same thing as another of the list.",
        ),
    ],
)
def test_a_list_that_is_none_is_told(tmp_path, figures, told):
    lines, code = run(as_json(tmp_path / "a.json", {**STARTUP, "figures": figures}))
    assert (lines[0], code) == (told, 1)


def test_two_rows_of_one_startup_with_other_lists_are_told(tmp_path):
    rows = [
        {**STARTUP, "patents": LISTS["patents"]},
        {**STARTUP, "patents": [LISTS["patents"][0] | {"number": "2"}]},
    ]
    lines, _code = run(as_json(tmp_path / "a.json", *rows))
    assert lines[0].endswith("Row 1 says otherwise of the same record.")


def test_every_numbered_column_is_understood():
    assert {StartupImporter("draft").aliases[name] for name in COLUMNS} == set(COLUMNS)
