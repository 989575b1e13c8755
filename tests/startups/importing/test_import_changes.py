"""Importing startups again: a changed cell changes its field and nothing else; a dry run writes nothing anywhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Organisation, User
from matchmaking.core.importing.report import Outcome
from matchmaking.core.models import AuditEvent
from startups.actions import StartupRow, import_startup
from startups.import_rows import OTHER_NAMES
from startups.models import Startup
from tests import factories, imports
from tests.imports import STARTUP, as_csv, difference, row_counts

pytestmark = pytest.mark.django_db
UPDATED = ["created 0, updated 1, unchanged 0, bad 0"]
UNCHANGED = ["created 0, updated 0, unchanged 1, bad 0"]
ORGANISATION = ("city", "region", "time_zone", "website", "languages", "fields", "sub_fields", "modes")
# field, the cell of the changed file, its new value
CHANGES: list[tuple[str, str, Any]] = [
    ("name", "Tillfree", "Tillfree"),
    ("region", "NSW", "NSW"),  # the zone that is there stays: somebody may have chosen it
    ("city", "Sydney", "Sydney"),
    ("time_zone", "Australia/Sydney", "Australia/Sydney"),
    ("website", "https://tillfree.example", "https://tillfree.example"),
    ("languages", "en", ["en"]),
    ("sub_fields", "payments", ["payments"]),
    ("fields", "retail;mobility", ["retail", "mobility"]),
    ("modes", "investment", ["investment"]),
    ("monthly_meeting_limit", "9", 9),
    ("founded_year", "2020", 2020),
    ("stage", "Series B", "series_b"),
    ("readiness_level", "9", 9),
    ("team_size", "36", 36),
    ("one_liner", "No tills", "No tills"),
    ("problem", "Longer queues.", "Longer queues."),
    ("solution", "More cameras.", "More cameras."),
    ("customers", "41 stores.", "41 stores."),
    ("edge", "No gates.", "No gates."),
    ("traction", "USD 3m in 2026.", "USD 3m in 2026."),
    ("intellectual_property", "3 patents.", "3 patents."),
    ("seeks_partner", "A mall.", "A mall."),
    ("japan_readiness", "Two trials.", "Two trials."),
    ("funding_raised_usd", "6,000,000", 6_000_000),
    ("speaks_japanese", "native", "native"),
    ("japan_visit", "May 2027", "May 2027"),
    ("sought_on", "2026-06-30", date(2026, 6, 30)),
    ("sought_for", "A plant.", "A plant."),
    ("video_url", "https://video.example/2", "https://video.example/2"),
    ("country", "NZ", "NZ"),  # its states are not kept: the old one stays
    ("external_id", "", "list-1"),  # an empty cell leaves what is there
]


def state() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in (Organisation, Startup):
        row = model.objects.get()
        found |= {f.name: getattr(row, f.name) for f in model._meta.concrete_fields if not f.is_relation}
    return {name: value for name, value in found.items() if not name.endswith(("_at", "_key"))}


def run(path, **options):
    lines, _progress, code = imports.run("import_startups", path, **options)
    return lines, code


def test_each_changed_cell_changes_its_field_with_one_row_of_history(tmp_path):
    run(as_csv(tmp_path / "a.csv", STARTUP), status="published")
    row = dict(STARTUP)
    for column, cell, value in CHANGES:
        before, counts = state(), row_counts()
        row[column] = cell
        lines, code = run(as_csv(tmp_path / "b.csv", row))
        after, grown = state(), difference(counts, row_counts())
        lines = [line for line in lines if "(warning)" not in line]
        if before[column] == value:
            assert (column, lines, code, grown) == (column, UNCHANGED, 0, {})
            continue
        assert (column, lines, code) == (column, UPDATED, 0)
        assert {key: after[key] for key in after if after[key] != before[key]} == {column: value}
        event = AuditEvent.objects.first()
        assert (event.action, event.detail) == ("organisation.changed", {"fields": [column]})
        own = column not in (*ORGANISATION, "name", "country", "monthly_meeting_limit")
        assert grown.get("startups.StartupEvent", 0) == int(own)
        assert (grown["core.AuditEvent"], grown["core.Job"]) == (1, 1)


def test_a_new_amount_sought_changes_its_worth_in_dollars_with_it(tmp_path):
    run(as_csv(tmp_path / "a.csv", STARTUP), status="published")
    row = {**STARTUP, "funding_sought_usd": "", "sought_amount": "10,000,000", "sought_currency": "SGD"}
    assert run(as_csv(tmp_path / "b.csv", row)) == (UPDATED, 0)
    startup = Startup.objects.get()
    assert (startup.sought_amount, startup.sought_currency) == (Decimal(10_000_000), "SGD")
    assert startup.funding_sought_usd == 7_462_687
    assert AuditEvent.objects.first().detail == {"fields": ["sought_amount", "sought_currency"]}
    assert run(as_csv(tmp_path / "c.csv", row)) == (UNCHANGED, 0)


def test_a_dry_run_writes_nothing_into_any_table(tmp_path):
    run(as_csv(tmp_path / "a.csv", STARTUP), status="published")
    rows = [
        {**STARTUP, "city": "Sydney", "contact_name": "Tal", "contact_email": "tal@checkoutless.example"},
        {**STARTUP, "external_id": "list-2", "name": "Second"},
        {**STARTUP, "external_id": "list-3", "name": ""},
    ]
    path, before, values = as_csv(tmp_path / "b.csv", *rows), row_counts(), state()
    lines, code = run(path, dry_run=True, status="published")
    assert (lines[-1], code) == ("Dry run, nothing was written: created 1, updated 1, unchanged 0, bad 1", 1)
    assert (row_counts(), state()) == (before, values)
    assert run(path, status="published")[0][-1] == "created 1, updated 1, unchanged 0, bad 1"
    assert User.objects.get().organisation.name == "Checkoutless"


def test_the_same_list_twice_changes_nothing_in_any_table(tmp_path):
    rows = [
        {**STARTUP, "contact_name": "Tal", "contact_email": "tal@checkoutless.example"},
        {**STARTUP, "external_id": "", "name": "Ａｌｐｈａ"},
        {**STARTUP, "external_id": "", "name": "Straße", "country": "DE", "region": "", "time_zone": ""},
    ]
    path = as_csv(tmp_path / "a.csv", *rows)
    assert run(path)[0] == ["created 3, updated 0, unchanged 0, bad 0"]
    before = row_counts()
    assert run(path, status="published") == (["created 0, updated 0, unchanged 3, bad 0"], 0)
    assert row_counts() == before


# cells of a second row, what is told of it (None: nothing, it adds a startup or repeats one)
SECOND_ROWS = [
    ({"team_size": "36"}, "Row 3, team_size “36”: Row 2 says otherwise of the same record."),
    (
        {"fields": "mobility", "sub_fields": ""},
        "Row 3, fields “['mobility']”: Row 2 says otherwise of the same record.",
    ),
    ({"city": ""}, None),  # an empty cell contradicts nothing
    ({"external_id": "list-2", "team_size": "36"}, None),  # another startup of the same name
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), SECOND_ROWS)
def test_rows_that_contradict_each_other_are_told(tmp_path, change, told):
    lines, code = run(as_csv(tmp_path / "a.csv", STARTUP, {**STARTUP, **change}))
    assert (lines[:-1], code) == ([told] if told else [], 1 if told else 0)


def test_without_identifier_rows_of_one_name_are_one_startup_whatever_their_width_and_case(tmp_path):
    rows = [
        {**STARTUP, "external_id": ""},
        {**STARTUP, "external_id": "", "name": "ＣＨＥＣＫＯＵＴＬＥＳＳ", "city": "Perth"},
    ]
    lines, code = run(as_csv(tmp_path / "a.csv", *rows))
    assert (lines[0], code) == ("Row 3, city “Perth”: Row 2 says otherwise of the same record.", 1)
    assert Startup.objects.count() == 1


def test_a_name_that_unfolds_to_more_characters_than_its_column_holds_is_kept_and_found_again(tmp_path):
    """One sign of Arabic unfolds to eighteen letters: sorting must not refuse the name."""
    row = {**STARTUP, "external_id": "", "name": "ﷺ" * 20}
    path = as_csv(tmp_path / "a.csv", row)
    assert run(path)[0] == ["created 1, updated 0, unchanged 0, bad 0"]
    assert run(path)[0] == UNCHANGED
    assert len(Organisation.objects.get().sort_key) == 120


def test_every_other_name_of_a_column_is_understood(tmp_path):
    run(as_csv(tmp_path / "a.csv", STARTUP))
    for column, others in OTHER_NAMES.items():
        for other in others if column in STARTUP else ():
            row = {other if name == column else name: cell for name, cell in STARTUP.items()}
            lines, progress, code = imports.run("import_startups", as_csv(tmp_path / "b.csv", row))
            assert (other, lines, progress, code) == (other, UNCHANGED, ["1 of 1 rows"], 0)


def test_a_new_startup_without_languages_speaks_english_and_keeps_its_zone(tmp_path):
    row = {**STARTUP, "languages": "", "time_zone": "", "country": "ID", "region": "wita"}
    run(as_csv(tmp_path / "a.csv", row))
    organisation = Organisation.objects.get()
    assert (organisation.languages, organisation.time_zone) == (["en"], "Asia/Makassar")


def test_a_stray_sub_field_is_told_in_both_languages(tmp_path):
    path = as_csv(tmp_path / "a.csv", {**STARTUP, "sub_fields": "charging"})
    assert run(path)[0][0] == (
        "Row 2, sub_fields “charging”: “Charging and batteries in use” belongs to none of the chosen fields."
    )
    assert run(path, language="ja")[0][0] == (
        "2行目、sub_fields “charging”: 「充電・電池活用」は、選択した分野に属していません。"
    )


def test_warnings_are_told_and_keep_no_row_out(tmp_path):
    path = as_csv(tmp_path / "a.csv", {**STARTUP, "stage": "Early", "country": "Australia;SG"})
    told = "stage “Early” (warning): This says less than the portal's stages: the stage is left open."
    assert run(path) == (
        [f"Row 2, {told}", "Row 2, country “Australia;SG” (warning): Only the first country is taken over.",
         "created 1, updated 0, unchanged 0, bad 0"],
        0,
    )  # fmt: skip
    assert run(path, language="ja")[0][:2] == [
        "2行目、stage “Early” (注意): 成長段階を特定できないため、空欄にします。",
        "2行目、country “Australia;SG” (注意): 最初の国だけを取り込みます。",
    ]


def test_a_firm_of_the_same_name_is_no_namesake(tmp_path):
    factories.CompanyFactory(
        organisation__name="Checkoutless", organisation__name_kana="", organisation__country="AU"
    )
    assert run(as_csv(tmp_path / "a.csv", {**STARTUP, "external_id": ""}))[0] == [
        "created 1, updated 0, unchanged 0, bad 0"
    ]


@pytest.mark.parametrize("known", ["Orchid Pte. Ltd.", "ORCHID PTE LTD", "Orchid"])
def test_without_identifier_the_legal_form_of_the_name_does_not_matter(known):
    startup = factories.StartupFactory(organisation__name=known, organisation__country="SG")
    factories.StartupFactory(organisation__name="Orchid Pte. Ltd.", organisation__country="AU")
    factories.StartupFactory(organisation__name="Orchid Health Pte. Ltd.", organisation__country="SG")
    row = StartupRow("Orchid Private Limited", "SG", "", {"city": "Jurong"}, {})
    assert import_startup(row) == Outcome.UPDATED
    startup.organisation.refresh_from_db()
    assert (startup.organisation.name, startup.organisation.city) == (known, "Jurong")


def test_the_very_name_goes_before_one_that_differs_in_its_form():
    factories.StartupFactory(organisation__name="Orchid Pte. Ltd.", organisation__country="SG")
    exact = factories.StartupFactory(organisation__name="Orchid", organisation__country="SG")
    assert import_startup(StartupRow("ORCHID", "SG", "", {"city": "Jurong"}, {})) == Outcome.UPDATED
    exact.organisation.refresh_from_db()
    assert exact.organisation.city == "Jurong"
    with pytest.raises(ValidationError):
        import_startup(StartupRow("Orchid LLC", "SG", "", {}, {}))
