"""`manage.py import_companies`, from the file to the rows of the database."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation, User
from companies.models import Challenge, Company, CompanyEvent
from matchmaking.core.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db

NUMBER, OTHER = "5070001000715", "1010001185037"
ROW = {
    "corporate_number": NUMBER,
    "name": "北浜食品株式会社",
    "name_kana": "キタハマショクヒン",
    "name_en": "Kitahama Foods",
    "prefecture": "新潟県",
    "city": "長岡市",
    "industry": "食料品",
    "employees": "420",
    "capital_million_yen": "310",
    "revenue_band": "10b_50b",
    "website": "https://kitahama.example",
    "languages": "ja;en",
    "fields": "retail;agritech",
    "sub_fields": "payments",
    "modes": "共同開発;出資",
    "business": "米菓を作る。",
    "strengths": "焼成",
    "preferred_countries": "SG;ベトナム",
    "excluded_countries": "",
    "name_disclosed": "はい",
    "monthly_meeting_limit": "3",
    "challenge_title": "列をなくしたい",
    "challenge_text": "夕方のレジに列ができる。",
    "challenge_field": "retail",
    "challenge_sub_fields": "payments",
    "challenge_modes": "joint_development",
    "challenge_budget_band": "10m_50m",
    "challenge_deadline": "2027/3/31",
}


def as_csv(path: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def run(path: Path, **options: object) -> tuple[list[str], int]:
    """The lines on standard output, and the exit code."""
    out = io.StringIO()
    try:
        call_command(
            "import_companies", str(path), stdout=out, stderr=io.StringIO(), skip_checks=True, **options
        )
    except SystemExit as stop:
        return out.getvalue().splitlines(), int(str(stop.code))
    return out.getvalue().splitlines(), 0


def written() -> tuple[int, ...]:
    models = (Organisation, Company, Challenge, User, AuditEvent, CompanyEvent, Organisation.pgh_event_model)
    return tuple(model.objects.count() for model in models)


def test_a_full_row_becomes_a_firm_with_its_challenge(tmp_path):
    assert run(as_csv(tmp_path / "a.csv", ROW)) == (["created 1, updated 0, unchanged 0, bad 0"], 0)
    company = Company.objects.get(corporate_number=NUMBER)
    organisation, challenge = company.organisation, company.challenges.get()
    assert (company.prefecture, company.industry, company.employees) == ("15", "foods", 420)
    assert (organisation.kind, organisation.status, str(organisation.country)) == ("company", "draft", "JP")
    assert (organisation.time_zone, organisation.languages) == ("Asia/Tokyo", ["ja", "en"])
    assert (organisation.fields, organisation.sub_fields) == (["retail", "agritech"], ["payments"])
    assert organisation.modes == ["joint_development", "investment"]
    assert (company.preferred_countries, company.name_disclosed) == (["SG", "VN"], True)
    assert (challenge.title, challenge.field, challenge.deadline) == (
        "列をなくしたい",
        "retail",
        date(2027, 3, 31),
    )
    assert challenge.capabilities is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_same_file_twice_changes_nothing_and_adds_no_history(tmp_path, encoding):
    path = as_csv(tmp_path / "a.csv", ROW, encoding=encoding)
    run(path)
    before = written()
    assert run(path) == (["created 0, updated 0, unchanged 1, bad 0"], 0)
    assert written() == before


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path):
    path = as_csv(tmp_path / "a.csv", ROW, {**ROW, "corporate_number": OTHER, "prefecture": "Atlantis"})
    before = written()
    lines, code = run(path, dry_run=True)
    assert (lines[-1], code) == ("Dry run, nothing was written: created 1, updated 0, unchanged 0, bad 1", 1)
    assert written() == before
    assert run(path)[0][:-1] == lines[:-1]


def test_excel_and_json_give_the_same_firm(tmp_path):
    run(as_csv(tmp_path / "a.csv", ROW))
    book = openpyxl.Workbook()
    book.active.append(list(ROW))
    book.active.append([int(value) if value.isdigit() else value for value in ROW.values()])
    book.save(tmp_path / "a.xlsx")
    own = {name: value for name, value in ROW.items() if not name.startswith("challenge_")}
    challenge = {
        name.removeprefix("challenge_"): v for name, v in ROW.items() if name.startswith("challenge_")
    }
    item = {**own, "fields": ["retail", "agritech"], "employees": 420, "challenges": [challenge]}
    (tmp_path / "a.json").write_text(json.dumps([item], ensure_ascii=False))
    for name in ("a.xlsx", "a.json"):
        assert run(tmp_path / name) == (["created 0, updated 0, unchanged 1, bad 0"], 0)


BAD = [
    (
        "corporate_number",
        "123",
        "A corporate number has 13 digits: 10 digits are missing.",
        "法人番号は13桁です。10桁足りません。",
    ),
    ("corporate_number", "", "This field is required.", "このフィールドは必須です。"),
    ("name", "あ" * 121, "Ensure this value has at most 120 characters (it has 121).", None),
    (
        "name",
        "北浜\u202e食品",
        "This contains a character that cannot be seen (U+202E). Delete it. It stands after “北浜”.",
        None,
    ),
    ("name_kana", "カ" * 121, "Ensure this value has at most 120 characters (it has 121).", None),
    ("name_en", "K" * 121, "Ensure this value has at most 120 characters (it has 121).", None),
    ("prefecture", "Atlantis", "“Atlantis” is not a known value.", "「Atlantis」は登録されていない値です。"),
    ("city", "x" * 81, "Ensure this value has at most 80 characters (it has 81).", None),
    ("industry", "magic", "“magic” is not a known value.", "「magic」は登録されていない値です。"),
    ("employees", "約400", "Enter a whole number.", "整数を入力してください。"),
    ("employees", "0", "Ensure this value is greater than or equal to 1.", None),
    ("employees", "9999999999", "Ensure this value is less than or equal to 2000000000.", None),
    ("capital_million_yen", "-1", "Ensure this value is greater than or equal to 0.", None),
    ("revenue_band", "lots", "“lots” is not a known value.", None),
    ("website", "javascript:alert(1)", "Enter an address that begins with https://.", None),
    ("languages", "ja;klingon", "“klingon” is not a known value.", None),
    ("fields", "space", "“space” is not a known value.", None),
    ("sub_fields", "charging", "“Charging and batteries in use” belongs to none of the chosen fields.", None),
    ("modes", "merger", "“merger” is not a known value.", None),
    ("business", "あ" * 2001, "Ensure this value has at most 2000 characters (it has 2001).", None),
    (
        "strengths",
        "\x07",
        "This contains a character that cannot be seen (U+0007). Delete it. It is the first character.",
        None,
    ),
    ("preferred_countries", "Atlantis", "“Atlantis” is not a known country.", None),
    ("excluded_countries", "SG", "A country cannot be both preferred and excluded.", None),
    ("name_disclosed", "perhaps", "Enter yes or no.", "「はい」か「いいえ」を入力してください。"),
    ("monthly_meeting_limit", "41", "Ensure this value is less than or equal to 40.", None),
    ("challenge_title", "x" * 81, "Ensure this value has at most 80 characters (it has 81).", None),
    ("challenge_text", "", "This field is required.", "このフィールドは必須です。"),
    ("challenge_field", "space", "“space” is not a known value.", None),
    (
        "challenge_sub_fields",
        "charging",
        "“Charging and batteries in use” belongs to none of the chosen fields.",
        None,
    ),
    ("challenge_modes", "merger", "“merger” is not a known value.", None),
    ("challenge_budget_band", "lots", "“lots” is not a known value.", None),
    ("challenge_deadline", "soon", "Enter a valid date.", "日付を正しく入力してください。"),
]


@pytest.mark.parametrize(("column", "value", "english", "japanese"), BAD)
def test_a_bad_cell_is_told_and_the_good_row_is_kept(tmp_path, column, value, english, japanese):
    good = {**ROW, "corporate_number": OTHER}
    path = as_csv(tmp_path / "a.csv", {**ROW, column: value}, good)
    lines, code = run(path)
    assert [line.rsplit(": ", 1)[-1] if ": " in line else line for line in lines[:-1]] == [
        english.rsplit(": ", 1)[-1]
    ]
    assert lines[0].startswith(f"Row 2, {column}")
    assert (lines[-1], code) == ("created 1, updated 0, unchanged 0, bad 1", 1)
    assert [company.corporate_number for company in Company.objects.all()] == [OTHER]
    if japanese:
        told, _code = run(path, language="ja")
        assert told[0].startswith(f"2行目、{column}")
        assert told[0].endswith(japanese)
        assert told[-1] == "新規 0、更新 0、変更なし 1、取り込めない行 1"


def test_all_bad_cells_of_a_row_are_told_at_once(tmp_path):
    lines, _code = run(
        as_csv(tmp_path / "a.csv", {**ROW, "employees": "x", "website": "y", "challenge_field": "z"})
    )
    assert [line.split(" “")[0] for line in lines] == [
        "Row 2, employees",
        "Row 2, website",
        "Row 2, challenge_field",
        "created 0, updated 0, unchanged 0, bad 1",
    ]


def test_a_new_firm_needs_name_prefecture_and_industry(tmp_path):
    lines, code = run(as_csv(tmp_path / "a.csv", {"corporate_number": NUMBER, "city": "長岡市"}))
    assert (lines, code) == (
        [
            "Row 2, name: A new firm needs this.",
            "Row 2, prefecture: A new firm needs this.",
            "Row 2, industry: A new firm needs this.",
            "created 0, updated 0, unchanged 0, bad 1",
        ],
        1,
    )


def test_a_published_firm_needs_fields_and_modes(tmp_path):
    row = {**ROW, "fields": "", "sub_fields": "", "modes": ""}
    lines, _code = run(as_csv(tmp_path / "a.csv", row), status="published")
    assert [line.split(":")[0] for line in lines[:-1]] == ["Row 2, fields", "Row 2, modes"]
    run(as_csv(tmp_path / "b.csv", ROW), status="published")
    assert Organisation.objects.get().published_at is not None


def test_further_rows_add_challenges_and_new_words_replace_old_ones(tmp_path):
    more = {
        "corporate_number": NUMBER,
        "challenge_title": "二つ目",
        "challenge_text": "x",
        "challenge_field": "agritech",
    }
    assert run(as_csv(tmp_path / "a.csv", ROW, more))[0] == ["created 1, updated 0, unchanged 0, bad 0"]
    second = Challenge.objects.get(title="二つ目")
    assert second.modes == ["joint_development", "investment"]
    assert run(as_csv(tmp_path / "b.csv", {**more, "challenge_text": "y"}))[0] == [
        "created 0, updated 1, unchanged 0, bad 0"
    ]
    second.refresh_from_db()
    assert second.text == "y"


def test_rows_that_contradict_each_other_are_told(tmp_path):
    lines, code = run(as_csv(tmp_path / "a.csv", ROW, {**ROW, "employees": "421"}))
    assert (lines[0], code) == ("Row 3, employees “421”: Row 2 says otherwise of the same record.", 1)
    assert Company.objects.get().employees == 420


def test_an_empty_cell_leaves_what_is_there_and_the_status_stays(tmp_path):
    run(as_csv(tmp_path / "a.csv", ROW), status="published")
    lines, _code = run(as_csv(tmp_path / "b.csv", {**ROW, "name_en": "", "city": "燕市"}))
    assert lines == ["created 0, updated 1, unchanged 0, bad 0"]
    organisation = Organisation.objects.get()
    assert (organisation.name_en, organisation.city, organisation.status) == (
        "Kitahama Foods",
        "燕市",
        "published",
    )
    assert AuditEvent.objects.filter(action="organisation.changed").get().detail == {"fields": ["city"]}


def test_the_contact_may_sign_in_and_owns_the_profile(tmp_path):
    row = {
        **ROW,
        "contact_name": "佐藤 花",
        "contact_title": "課長",
        "contact_phone": "０２５８－１２－３４５６",
        "contact_email": "hana@kitahama.example",
    }
    run(as_csv(tmp_path / "a.csv", row))
    user = User.objects.get(email="hana@kitahama.example")
    assert (user.name, user.language, user.has_usable_password()) == ("佐藤 花", "ja", False)
    membership = user.membership
    assert (membership.role, membership.title, membership.phone) == (
        "owner",
        "課長",
        "０２５８－１２－３４５６",
    )
    assert user.emailaddress_set.get().verified


def test_an_address_of_somebody_elsewhere_is_refused(tmp_path):
    factories.UserFactory(email="hana@kitahama.example")
    lines, code = run(as_csv(tmp_path / "a.csv", {**ROW, "contact_email": "HANA@kitahama.example"}))
    assert lines[0].endswith("This e-mail address belongs to somebody else.")
    assert (code, Company.objects.count()) == (1, 0)


def test_a_list_of_the_disclosure_register_is_read_as_it_stands(tmp_path):
    path = tmp_path / "edinet.csv"
    path.write_text(
        "edinet_code,capital_million_yen,name_ja,name_en,prefecture,address,industry,corporate_number,field_hint\n"
        f"E1,1491,北浜種苗株式会社,KITAHAMA SEEDS,群馬県,前橋市古市町１丁目,水産・農林業,{NUMBER},agritech;retail\n"
        f"E2,100,南浜株式会社,,三重県,三重県四日市市昌栄町,機械,{OTHER},\n",
        encoding="utf-8-sig",
    )
    assert run(path) == (
        [
            "Row 3 (warning): By its capital, the law counts the firm as small or medium-sized.",
            "Row 3 (warning): The head office is in the Nagoya area.",
            "created 2, updated 0, unchanged 0, bad 0",
        ],
        0,
    )
    assert list(Company.objects.order_by("pk").values_list("organisation__city", "capital_million_yen")) == [
        ("前橋市", 1491),
        ("四日市市", 100),
    ]
    assert Organisation.objects.get(name="北浜種苗株式会社").fields == ["agritech", "retail"]


@pytest.mark.parametrize(
    ("language", "message"), [("en", "There is no such file"), ("ja", "ファイルが見つかりません")]
)
def test_an_unreadable_file_ends_with_code_two(tmp_path, language, message):
    with pytest.raises(CommandError, match=message) as caught:
        run(tmp_path / "none.csv", language=language)
    assert caught.value.returncode == 2


def test_challenges_that_are_no_list_are_told(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{**ROW, "challenges": "many"}]))
    assert run(tmp_path / "a.json")[0][0] == "Row 1, challenges “many”: This must be a list of objects."
