"""Importing firms again: a changed cell changes its field and nothing else; a dry run writes nothing anywhere."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from accounts.models import Membership, Organisation, User
from companies.import_rows import OTHER_NAMES
from companies.models import Challenge, Company
from matchmaking.core.models import AuditEvent
from tests import factories, imports
from tests.imports import FIRM, as_csv, difference, row_counts

pytestmark = pytest.mark.django_db
OTHER = "1010001185037"
ORGANISATION, COMPANY, CHALLENGE = (
    "accounts.OrganisationEvent",
    "companies.CompanyEvent",
    "companies.ChallengeEvent",
)
# field → the cell of the changed file, the row that holds it, its new value
CHANGES: list[tuple[str, str, type, Any]] = [
    ("name", "南浜食品株式会社", Organisation, "南浜食品株式会社"),
    ("name_kana", "ミナミハマ", Organisation, "ミナミハマ"),
    ("name_en", "Minamihama", Organisation, "Minamihama"),
    ("city", "燕市", Organisation, "燕市"),
    ("website", "https://minami.example", Organisation, "https://minami.example"),
    ("languages", "ja", Organisation, ["ja"]),
    ("fields", "retail", Organisation, ["retail"]),
    ("sub_fields", "e_commerce", Organisation, ["e_commerce"]),
    ("modes", "acquisition", Organisation, ["acquisition"]),
    ("monthly_meeting_limit", "5", Organisation, 5),
    ("prefecture", "富山県", Company, "16"),
    ("industry", "機械", Company, "machinery"),
    ("employees", "421", Company, 421),
    ("capital_million_yen", "0", Company, 0),
    ("revenue_band", "over_100b", Company, "over_100b"),
    ("business", "せんべいを作る。", Company, "せんべいを作る。"),
    ("strengths", "乾燥", Company, "乾燥"),
    ("preferred_countries", "IN", Company, ["IN"]),
    ("excluded_countries", "KR", Company, ["KR"]),
    ("name_disclosed", "いいえ", Company, False),
    ("challenge_text", "朝も列ができる。", Challenge, "朝も列ができる。"),
    ("challenge_field", "agritech", Challenge, "agritech"),
    ("challenge_modes", "investment", Challenge, ["investment"]),
    ("challenge_sub_fields", "e_commerce", Challenge, ["e_commerce"]),
    ("challenge_budget_band", "over_1b", Challenge, "over_1b"),
    ("challenge_least_readiness", "9", Challenge, 9),
    ("challenge_deadline", "2028-04-01", Challenge, date(2028, 4, 1)),
]


def state() -> dict[str, Any]:
    """Every value of the firm and its challenge, except stamps and what the database works out."""
    found: dict[str, Any] = {}
    for prefix, model in (("", Organisation), ("", Company), ("challenge_", Challenge)):
        row = model.objects.get()
        names = [field.name for field in model._meta.concrete_fields if not field.is_relation]
        found |= {prefix + name: getattr(row, name) for name in names}
    derived = ("updated_at", "created_at", "challenge_updated_at", "sort_key", "search_key")
    return {name: value for name, value in found.items() if name not in derived}


def run(path, **options):
    lines, _progress, code = imports.run("import_companies", path, **options)
    return lines, code


def test_each_changed_cell_changes_its_field_with_one_row_of_history(tmp_path):
    """One import, then a file for each field, so that every difference is that one field's."""
    run(as_csv(tmp_path / "a.csv", FIRM), status="published")
    row = dict(FIRM)
    for column, cell, model, value in CHANGES:
        before, counts = state(), row_counts()
        row[column] = cell
        if column == "challenge_field":
            row["challenge_sub_fields"] = ""  # those of the old field would not fit
            Challenge.objects.update(sub_fields=[])
            before = state()
        if column == "challenge_sub_fields":
            row["challenge_field"] = "retail"
            Challenge.objects.update(field="retail")
            before, counts = state(), row_counts()
        lines, code = run(as_csv(tmp_path / "b.csv", row))
        assert (column, lines[-1], code) == (column, "created 0, updated 1, unchanged 0, bad 0", 0)
        after, name = state(), column
        assert {key: after[key] for key in after if after[key] != before[key]} == {name: value}
        grown = difference(counts, row_counts())
        event = AuditEvent.objects.first()
        assert (event.target_type, event.actor_id) == ("accounts.organisation", None)
        assert event.detail["fields"] == [column.removeprefix("challenge_")]
        if model is Challenge:
            assert event.action == "challenge.changed"
        else:
            assert (event.action, grown["core.AuditEvent"], grown["core.Job"]) == (
                "organisation.changed",
                1,
                1,
            )
            assert grown[COMPANY if model is Company else ORGANISATION] >= 1
            assert CHALLENGE not in grown


def test_a_dry_run_writes_nothing_into_any_table(tmp_path):
    run(as_csv(tmp_path / "a.csv", FIRM), status="published")
    contact = {"contact_name": "佐藤 花", "contact_email": "hana@kitahama.example"}
    rows = [
        {**FIRM, "city": "燕市", **contact},  # changes, with a new person
        {**FIRM, "corporate_number": OTHER},  # a new one
        {**FIRM, "corporate_number": "123"},  # a bad one
    ]
    before, values = row_counts(), state()
    path = as_csv(tmp_path / "b.csv", *rows)
    lines, code = run(path, dry_run=True, status="published")
    assert (lines[-1], code) == ("Dry run, nothing was written: created 1, updated 1, unchanged 0, bad 1", 1)
    assert (row_counts(), state()) == (before, values)
    assert run(path, dry_run=True, status="published", language="ja")[0][-1] == (
        "試行のため書き込んでいません：新規 1、更新 1、変更なし 0、取り込めない行 1"
    )
    assert run(path, status="published")[0][-1] == "created 1, updated 1, unchanged 0, bad 1"


def test_the_same_list_twice_changes_nothing_in_any_table(tmp_path):
    contact = {"contact_name": "佐藤 花", "contact_title": "課長", "contact_email": "Hana@kitahama.example"}
    more = {"corporate_number": FIRM["corporate_number"], "challenge_title": "二つ目", "challenge_text": "x",
            "challenge_field": "agritech"}  # fmt: skip
    path = as_csv(tmp_path / "a.csv", {**FIRM, **contact}, more, {**FIRM, "corporate_number": OTHER})
    run(path, status="submitted")
    before = row_counts()
    assert run(path, status="published") == (["created 0, updated 0, unchanged 2, bad 0"], 0)
    assert row_counts() == before
    assert set(Organisation.objects.values_list("status", flat=True)) == {"submitted"}


# cells that differ from an earlier row's, what is told
CONTRADICTIONS = [
    ({"employees": "421"}, "Row 3, employees “421”: Row 2 says otherwise of the same record."),
    ({"city": "燕市"}, "Row 3, city “燕市”: Row 2 says otherwise of the same record."),
    ({"name_disclosed": "no"}, "Row 3, name_disclosed “False”: Row 2 says otherwise of the same record."),
    ({"modes": "acquisition"}, "Row 3, modes “['acquisition']”: Row 2 says otherwise of the same record."),
    ({"challenge_text": "朝。"}, "Row 3, challenge_text “朝。”: Row 2 says otherwise of the same record."),
]


@pytest.mark.parametrize(("change", "told"), CONTRADICTIONS)
def test_a_row_that_contradicts_an_earlier_one_is_told_and_left_out(tmp_path, change, told):
    path = as_csv(tmp_path / "a.csv", FIRM, {**FIRM, **change})
    assert run(path) == ([told, "created 1, updated 0, unchanged 0, bad 1"], 1)
    before = row_counts()
    assert run(path) == ([told, "created 0, updated 0, unchanged 1, bad 1"], 1)
    assert row_counts() == before


def test_every_other_name_of_a_column_is_understood(tmp_path):
    """The same firm under each of the headings gives the same firm."""
    run(as_csv(tmp_path / "a.csv", FIRM))
    for column, others in OTHER_NAMES.items():
        if column not in FIRM:
            continue
        for other in others:
            row = {other if name == column else name: cell for name, cell in FIRM.items()}
            lines, progress, code = imports.run("import_companies", as_csv(tmp_path / "b.csv", row))
            assert (other, lines, code) == (other, ["created 0, updated 0, unchanged 1, bad 0"], 0)
            assert progress == ["1 of 1 rows"]


def test_columns_that_are_not_known_are_named_once_and_left_out(tmp_path):
    row = {
        **FIRM,
        "memo": "x",
        "電話": "y",
        "会社名": "別の名称",
    }  # the last says again what another column says
    lines, progress, code = imports.run("import_companies", as_csv(tmp_path / "a.csv", row))
    assert (lines, code) == (["created 1, updated 0, unchanged 0, bad 0"], 0)
    assert progress == ["Columns not used: memo, 電話, 会社名", "1 of 1 rows"]
    told = imports.run("import_companies", tmp_path / "a.csv", language="ja")[1]
    assert told == ["使用しない列：memo, 電話, 会社名", "1行中1行"]


def test_blanks_in_the_columns_of_a_challenge_are_no_challenge(tmp_path):
    row = {name: " " if name.startswith("challenge_") else cell for name, cell in FIRM.items()}
    assert run(as_csv(tmp_path / "a.csv", row)) == (["created 1, updated 0, unchanged 0, bad 0"], 0)
    assert Challenge.objects.count() == 0


# --- people ------------------------------------------------------------------------------------------------------

PERSON = {"contact_name": "佐藤 花", "contact_title": "課長", "contact_email": "hana@kitahama.example"}


def test_a_contact_is_added_once_and_the_second_is_a_member(tmp_path):
    second = {**PERSON, "contact_name": "", "contact_email": "ken@kitahama.example"}
    for row in (PERSON, PERSON, {**PERSON, "contact_email": "HANA@Kitahama.example"}, second):
        run(as_csv(tmp_path / "a.csv", {**FIRM, **row}))
    people = [(m.user.email, m.user.name, m.role, m.title) for m in Membership.objects.order_by("pk")]
    assert people == [
        ("hana@kitahama.example", "佐藤 花", "owner", "課長"),
        ("ken@kitahama.example", "ken@kitahama.example", "member", "課長"),  # without a name, the address
    ]
    assert [user.has_usable_password() for user in User.objects.all()] == [False, False]


@pytest.mark.parametrize("person", ["officer", "expert", "startup_owner", "other_company_owner"])
def test_an_address_of_somebody_elsewhere_is_refused_with_the_whole_row(cast, tmp_path, person):
    email = getattr(cast, person).email
    before = row_counts()
    lines, code = run(as_csv(tmp_path / "a.csv", {**FIRM, **PERSON, "contact_email": email}))
    assert (lines, code) == (
        [
            f"Row 2, contact_email “{email}”: This e-mail address belongs to somebody else.",
            "created 0, updated 0, unchanged 0, bad 1",
        ],
        1,
    )
    assert row_counts() == before


@pytest.mark.parametrize(
    "contact",
    [{"name": "佐藤 花", "title": "課長", "email": "hana@kitahama.example"},
     {"name_ja": "佐藤 花", "title_ja": "課長", "email": "hana@kitahama.example", "name": "Hana"}],
)  # fmt: skip
def test_the_contact_of_json_is_an_object(tmp_path, contact):
    (tmp_path / "a.json").write_text(json.dumps([{**FIRM, "contact": contact}]))
    assert run(tmp_path / "a.json")[1] == 0
    user = User.objects.get()
    assert (user.name, user.membership.title, user.language) == ("佐藤 花", "課長", "ja")


def test_a_person_who_was_added_by_hand_is_left_as_they_are(tmp_path):
    run(as_csv(tmp_path / "a.csv", FIRM))
    organisation = Organisation.objects.get()
    member = factories.MembershipFactory(
        organisation=organisation, user__email=PERSON["contact_email"], user__name="Hana", role="member"
    )
    assert run(as_csv(tmp_path / "b.csv", {**FIRM, **PERSON}))[0] == [
        "created 0, updated 0, unchanged 1, bad 0"
    ]
    member.refresh_from_db()
    assert (member.user.name, member.role, member.title) == ("Hana", "member", "Manager")
