"""`manage.py import_startups`, from the file to the rows of the database."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Organisation, User
from matchmaking.core.models import AuditEvent
from matchmaking.core.zones import default_zone
from startups.models import Startup, StartupEvent

pytestmark = pytest.mark.django_db

ROW = {
    "external_id": "list-1",
    "name": "Checkoutless",
    "country": "Australia",
    "region": "VIC",
    "city": "Melbourne",
    "timezone": "",
    "founded_year": "2019",
    "stage": "Series A",
    "readiness_level": "8",
    "team_size": "35",
    "fields": "retail",
    "sub_fields": "store_operations",
    "modes": "joint_development",
    "languages": "en;ja",
    "one_liner": "Leave without queueing",
    "problem": "Queues.",
    "solution": "Cameras.",
    "customers": "40 stores.",
    "edge": "No tags.",
    "traction": "USD 2m in 2025.",
    "intellectual_property": "2 patents.",
    "seeks_partner": "A regional chain.",
    "japan_readiness": "A trial in Niigata.",
    "funding_raised_usd": "5,000,000",
    "funding_sought_usd": "8000000",
    "website": "https://checkoutless.example",
    "video_url": "",
    "monthly_meeting_limit": "4",
}


def as_csv(path: Path, *rows: dict[str, str]) -> Path:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def run(path: Path, **options: object) -> tuple[list[str], int]:
    """The lines on standard output, and the exit code."""
    out = io.StringIO()
    try:
        call_command(
            "import_startups", str(path), stdout=out, stderr=io.StringIO(), skip_checks=True, **options
        )
    except SystemExit as stop:
        return out.getvalue().splitlines(), int(str(stop.code))
    return out.getvalue().splitlines(), 0


def written() -> tuple[int, ...]:
    models = (Organisation, Startup, User, AuditEvent, StartupEvent, Organisation.pgh_event_model)
    return tuple(model.objects.count() for model in models)


def test_a_full_row_becomes_a_startup(tmp_path):
    assert run(as_csv(tmp_path / "a.csv", ROW), status="published") == (
        ["created 1, updated 0, unchanged 0, bad 0"],
        0,
    )
    startup = Startup.objects.get(external_id="list-1")
    organisation = startup.organisation
    assert (startup.stage, startup.readiness_level, startup.funding_raised_usd) == ("series_a", 8, 5_000_000)
    assert (str(organisation.country), organisation.region) == ("AU", "VIC")
    assert (organisation.time_zone, organisation.languages) == ("Australia/Melbourne", ["en", "ja"])
    assert (organisation.status, startup.capabilities) == ("published", None)


@pytest.mark.parametrize("identifier", ["list-1", ""])
def test_the_same_file_twice_changes_nothing(tmp_path, identifier):
    path = as_csv(tmp_path / "a.csv", {**ROW, "external_id": identifier})
    run(path)
    before = written()
    assert run(path) == (["created 0, updated 0, unchanged 1, bad 0"], 0)
    assert written() == before


def test_without_identifier_width_and_case_of_the_name_do_not_matter(tmp_path):
    run(as_csv(tmp_path / "a.csv", {**ROW, "external_id": ""}))
    other = {**ROW, "external_id": "", "name": "ＣＨＥＣＫＯＵＴＬＥＳＳ", "team_size": "36"}
    assert run(as_csv(tmp_path / "b.csv", other))[0] == ["created 0, updated 1, unchanged 0, bad 0"]
    startup = Startup.objects.get()
    assert (startup.organisation.name, startup.team_size) == ("Checkoutless", 36)


def test_an_identifier_that_is_told_later_is_added_to_the_one_known_by_name(tmp_path):
    run(as_csv(tmp_path / "a.csv", {**ROW, "external_id": ""}))
    assert run(as_csv(tmp_path / "b.csv", ROW))[0] == ["created 0, updated 1, unchanged 0, bad 0"]
    assert Startup.objects.get().external_id == "list-1"


def test_namesakes_are_told_apart_by_identifier_only(tmp_path):
    run(as_csv(tmp_path / "a.csv", ROW, {**ROW, "external_id": "list-2"}))
    assert Startup.objects.count() == 2
    lines, code = run(as_csv(tmp_path / "b.csv", {**ROW, "external_id": ""}))
    assert (lines[0], code) == (
        "Row 2, name “Checkoutless”: Several startups in this country have this name: give the identifier.",
        1,
    )


def test_the_same_name_in_another_country_is_another_startup(tmp_path):
    rows = [{**ROW, "external_id": ""}, {**ROW, "external_id": "", "country": "SG", "region": ""}]
    assert run(as_csv(tmp_path / "a.csv", *rows))[0] == ["created 2, updated 0, unchanged 0, bad 0"]


def test_an_accelerators_list_is_read_as_it_stands(tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text(
        "source,id,name,countries,fields_by_rule,tags,stage,team_size,status,website,profile_url\n"
        "a,a-1,Alpha,India,retail,Fintech;Payments,Early,2,Active,https://alpha.example,\n"
        "a,a-2,Beta,Singapore;Australia,mobility;retail,B2B,Growth,,Inactive,http://beta.example,\n"
    )
    lines, code = run(path)
    assert (lines, code) == (
        [
            "Row 2, stage “Early” (warning): This says less than the portal's stages: the stage is left open.",
            "Row 3, countries “Singapore;Australia” (warning): Only the first country is taken over.",
            "created 2, updated 0, unchanged 0, bad 0",
        ],
        0,
    )
    alpha, beta = Startup.objects.select_related("organisation").order_by("external_id")
    assert (alpha.stage, alpha.organisation.sub_fields, alpha.organisation.status) == (
        "",
        ["payments"],
        "draft",
    )
    assert (beta.stage, str(beta.organisation.country)) == ("growth", "SG")


BAD = [
    ("name", "", "This field is required.", "このフィールドは必須です。"),
    ("name", "x" * 121, "Ensure this value has at most 120 characters (it has 121).", None),
    ("country", "", "This field is required.", "このフィールドは必須です。"),
    ("country", "Atlantis", "“Atlantis” is not a known country.", "「Atlantis」という国は見つかりません。"),
    ("external_id", "x" * 61, "Ensure this value has at most 60 characters (it has 61).", None),
    ("region", "Bavaria", "“Bavaria” is not a known value.", None),
    ("city", "x" * 81, "Ensure this value has at most 80 characters (it has 81).", None),
    ("timezone", "IST", "“IST” is not the name of a time zone, such as Asia/Singapore.", None),
    ("founded_year", "1850", "Ensure this value is greater than or equal to 1900.", None),
    ("stage", "unicorn", "“unicorn” is not a known value.", "「unicorn」は登録されていない値です。"),
    ("readiness_level", "10", "“10” is not a known value.", None),
    ("team_size", "2-10", "Enter a whole number.", "整数を入力してください。"),
    ("fields", "space", "“space” is not a known value.", None),
    ("sub_fields", "charging", "“Charging and batteries in use” belongs to none of the chosen fields.", None),
    ("modes", "merger", "“merger” is not a known value.", None),
    ("languages", "klingon", "“klingon” is not a known value.", None),
    ("one_liner", "x" * 121, "Ensure this value has at most 120 characters (it has 121).", None),
    (
        "problem",
        "\u2066x",
        "This contains a character that cannot be seen (U+2066). Delete it. It is the first character.",
        None,
    ),
    *[
        (name, "x" * 2001, "Ensure this value has at most 2000 characters (it has 2001).", None)
        for name in ("solution", "customers", "edge", "traction", "intellectual_property", "seeks_partner")
    ],
    ("japan_readiness", "#REF!", "Excel shows an error in this cell.", None),
    ("funding_raised_usd", "5m", "Enter a whole number.", None),
    ("funding_sought_usd", "-1", "Ensure this value is greater than or equal to 0.", None),
    ("website", "data:text/html,x", "Enter an address that begins with https://.", None),
    ("video_url", "checkoutless", "Enter an address that begins with https://.", None),
    ("monthly_meeting_limit", "0", "Ensure this value is greater than or equal to 1.", None),
]


@pytest.mark.parametrize(("column", "value", "english", "japanese"), BAD)
def test_a_bad_cell_is_told_and_the_good_row_is_kept(tmp_path, column, value, english, japanese):
    path = as_csv(tmp_path / "a.csv", {**ROW, column: value}, {**ROW, "external_id": "good", "name": "Good"})
    lines, code = run(path, status="published")
    assert (lines[0].startswith(f"Row 2, {column}"), lines[0].endswith(english)) == (True, True)
    assert (lines[1:], code) == (["created 1, updated 0, unchanged 0, bad 1"], 1)
    assert Startup.objects.get().external_id == "good"
    if japanese:
        told, _code = run(path, language="ja")
        assert (told[0].startswith(f"2行目、{column}"), told[0].endswith(japanese)) == (True, True)


def test_a_country_without_a_known_zone_asks_for_it(tmp_path):
    row = {**ROW, "country": "Chile", "region": ""}
    assert run(as_csv(tmp_path / "a.csv", row))[0][0] == (
        "Row 2, timezone: Give the time zone: this country's is not known here."
    )
    named = {name: value for name, value in row.items() if name != "timezone"} | {
        "timezone": "America/Santiago"
    }
    assert run(as_csv(tmp_path / "b.csv", named))[1] == 0


@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("AU", "WA", "Australia/Perth"),
        ("AU", "", "Australia/Sydney"),
        ("ID", "WITA", "Asia/Makassar"),
        ("ID", "WIT", "Asia/Jayapura"),
        ("ID", "", "Asia/Jakarta"),
        ("IN", "KA", "Asia/Kolkata"),
        ("CL", "", None),
    ],
)
def test_the_zone_follows_country_and_region(country, region, zone):
    assert default_zone(country, region) == zone


def test_a_dry_run_writes_nothing(tmp_path):
    before = written()
    lines, code = run(as_csv(tmp_path / "a.csv", ROW), dry_run=True)
    assert (lines, code) == (["Dry run, nothing was written: created 1, updated 0, unchanged 0, bad 0"], 0)
    assert written() == before


def test_the_contact_of_a_json_object_may_sign_in(tmp_path):
    contact = {
        "name": "Tal G.",
        "title": "CEO",
        "phone": "+972 3 1234567",
        "email": "tal@checkoutless.example",
    }
    (tmp_path / "a.json").write_text(json.dumps([{**ROW, "contact": contact}]))
    assert run(tmp_path / "a.json")[1] == 0
    user = User.objects.get(email="tal@checkoutless.example")
    assert (user.name, user.language, user.time_zone) == ("Tal G.", "en", "Australia/Melbourne")
    assert (user.membership.title, user.membership.phone) == ("CEO", "+972 3 1234567")
