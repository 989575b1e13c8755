"""What firms and staff see of a startup's evidence: figures by year, amounts in words, references with consent only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from startups.actions import RecordChanges, change_records, change_startup
from startups.evidence import evidence_of, figure_table
from startups.models import TractionFigure
from tests import factories

pytestmark = pytest.mark.django_db


def figure(what: str, value: int, day: date, currency: str = "", words: str = "") -> TractionFigure:
    return TractionFigure(what=what, value=Decimal(value), as_of=day, currency=currency, words=words)


def table(*figures: TractionFigure) -> tuple[tuple[int, ...], list[tuple[str, list[str]]]]:
    found = figure_table(figures)
    rows = [(row.label, [cell.amount if cell else "" for cell in row.cells]) for row in found.rows]
    return found.years, rows


def test_figures_stand_by_measure_and_year_the_latest_of_each():
    assert table(
        figure("revenue", 3, date(2026, 6, 30), "SGD"),
        figure("revenue", 1, date(2024, 12, 31), "SGD"),
        figure("revenue", 2, date(2026, 3, 31), "SGD"),
        figure("customers", 40, date(2025, 12, 31)),
        figure("revenue", 9, date(2025, 12, 31), "USD"),
        figure("other", 31, date(2026, 6, 30), words="Fuel saved (%)"),
    ) == (
        (2024, 2025, 2026),
        [
            ("Paying customers", ["", "40", ""]),
            ("Fuel saved (%)", ["", "", "31"]),
            ("Revenue of the year", ["SGD 1", "", "SGD 3"]),
            ("Revenue of the year", ["", "USD 9", ""]),
        ],
    )


def test_the_three_latest_years_are_shown_and_nothing_makes_no_table():
    years, rows = table(*(figure("users", year, date(year, 1, 1)) for year in (2021, 2022, 2023, 2024)))
    assert (years, rows) == ((2022, 2023, 2024), [("Users", ["2,022", "2,023", "2,024"])])
    old = figure("pilots", 1, date(2020, 1, 1))
    assert (
        table(old, *(figure("users", 1, date(year, 1, 1)) for year in (2022, 2023, 2024)))[1][0][0] == "Users"
    )
    assert table() == ((), [])


@pytest.fixture
def shown(cast):
    """The cast's startup with one of everything."""
    startup = cast.startup
    change_startup(
        startup,
        {},
        {"sought_amount": Decimal(4_300_000), "sought_currency": "SGD", "sought_on": date(2026, 6, 30)},
        by=None,
    )
    factories.FigureFactory(startup=startup)
    factories.RoundFactory(startup=startup)
    factories.PatentFactory(startup=startup)
    factories.CertificationFactory(startup=startup)
    factories.ReferenceFactory(startup=startup, name="Mei Tan", contact="mei@harbour.example")
    factories.ReferenceFactory(
        startup=startup, name="Ann Lim", contact="ann@quay.example", may_be_shown=False
    )
    return startup


def test_a_firm_sees_the_evidence_and_only_references_who_agreed(cast, shown, as_user):
    page = as_user(cast.company_owner).get(reverse("startups:profile", args=[shown.pk])).content.decode()
    for words in (
        "SGD 2,600,000", "December 2025", "SGD 4,300,000 (about USD 3,200,000)", "Tue 30 June 2026",
        "SGD 1,340,000 (about USD 1,000,000)", "Counting goods on a shelf", "Japan Patent Office",
        "Straits Assurance", "valid until March 2028", "Mei Tan", "mei@harbour.example",
    ):  # fmt: skip
        assert (words, words in page) == (words, True)
    for words in ("Ann Lim", "ann@quay.example"):
        assert words not in page


def test_staff_see_every_reference_and_whether_it_may_be_shown(cast, shown, as_user):
    page = as_user(cast.officer).get(reverse("startups:detail", args=[shown.pk])).content.decode()
    assert ("ann@quay.example" in page, page.count("Not shown to firms: no consent")) == (True, 1)


def test_a_startup_without_evidence_shows_none(cast, as_user):
    page = as_user(cast.company_owner).get(reverse("startups:profile", args=[cast.startup.pk]))
    evidence = page.context["evidence"]
    found = (evidence.has_track_record, evidence.has_funding, evidence.has_rights)
    assert found == (False, False, False)
    assert "Self-reported" not in page.content.decode()


def test_a_startup_that_names_no_amount_says_nothing_of_it(cast):
    cast.startup.funding_raised_usd = 7_462_687
    with translation.override("ja"):
        assert [fact["value"] for fact in evidence_of(cast.startup).funding] == ["約USD 7,500,000"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("profile", 13), ("detail", 25)])
def test_pages_take_the_same_number_of_queries_however_much_is_shown(
    cast, as_user, django_assert_num_queries, count, page, queries
):
    for number in range(count):
        factories.FigureFactory(startup=cast.startup, as_of=date(2020 + number, 1, 1))
        factories.PatentFactory(startup=cast.startup)
        factories.ReferenceFactory(startup=cast.startup)
    client = as_user(cast.company_owner if page == "profile" else cast.officer)
    with django_assert_num_queries(queries):
        client.get(reverse(f"startups:{page}", args=[cast.startup.pk]))


def test_the_history_on_the_staffs_page_tells_of_rows_that_went(cast, as_user):
    row = factories.PatentFactory(startup=cast.startup)
    change_records(cast.startup, "patents", RecordChanges(removed=[row.pk]), by=cast.startup_owner)
    page = as_user(cast.officer).get(reverse("startups:detail", args=[cast.startup.pk]))
    told = [(entry.subject, entry.is_new, entry.is_gone) for entry in page.context["history"]]
    went, came = ("Counting goods on a shelf", False, True), ("Counting goods on a shelf", True, False)
    assert [each for each in told if each[0]] == [went, came]
