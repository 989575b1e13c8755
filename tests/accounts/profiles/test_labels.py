"""Values of a profile in the reader's words: every sort of column, nothing at all, days on the reader's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.deeds import WORDS
from accounts.models import Organisation, Review
from accounts.models.organisations import CHANGES
from accounts.profiles.kinds import answers, part_of, summary
from accounts.profiles.labels import facts, identity_rows, item_labels, labels_of, value_label
from companies.models import Challenge, Company
from startups.models import FundingRound, Startup, TractionFigure
from tests import factories
from tests.accounts import review_stories as stories

EMPTY: list[Any] = [None, "", []]
# table, column, value, the words in both languages
VALUES: list[tuple[type, str, Any, str, str]] = [
    (Organisation, "status", "lapsed", "Lapsed", "期限切れ"),
    (Organisation, "kind", "company", "Midsize firm", "中堅企業"),
    (Organisation, "country", "SG", "Singapore", "シンガポール"),
    (Organisation, "country", "XX", "XX", "XX"),  # of a vocabulary that has changed since
    (Organisation, "time_zone", "Asia/Kolkata", "New Delhi", "ニューデリー"),
    (Organisation, "time_zone", "America/Argentina/Ushuaia", "Ushuaia", "Ushuaia"),
    (Organisation, "fields", ["mobility", "retail"], "Mobility, Retail", "モビリティ、小売"),
    (Organisation, "fields", ["space"], "space", "space"),
    (Organisation, "monthly_meeting_limit", 0, "0", "0"),
    (Company, "excluded_countries", ["XX", "VN"], "XX, Vietnam", "XX、ベトナム"),
    (Company, "preferred_countries", ["VN", "IL"], "Vietnam, Israel", "ベトナム、イスラエル"),
    (Company, "employees", 1234567, "1,234,567", "1,234,567"),
    (Company, "name_disclosed", False, "No", "いいえ"),
    (Company, "name_disclosed", True, "Yes", "はい"),
    (Challenge, "deadline", date(2026, 12, 3), "Thu 3 December 2026", "2026年12月3日（木）"),
    (Startup, "founded_year", 2019, "2019", "2019"),
    (TractionFigure, "value", Decimal("2600000.50"), "2,600,000.5", "2,600,000.5"),
    (FundingRound, "closed_on", date(2024, 2, 29), "Thu 29 February 2024", "2024年2月29日（木）"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "name", "value", "english", "japanese"), VALUES)
def test_a_value_reads_as_its_reader_would_say_it(
    model: Any, name: str, value: Any, english: str, japanese: str
) -> None:
    column = model._meta.get_field(name)
    assert value_label(column, value) == english
    with translation.override("ja"):
        assert value_label(column, value) == japanese


@pytest.mark.parametrize("value", EMPTY)
@pytest.mark.parametrize(("model", "name"), {(model, name) for model, name, *_rest in VALUES})
def test_nothing_is_the_empty_text_whatever_the_column(model: Any, name: str, value: Any) -> None:
    assert value_label(model._meta.get_field(name), value) == ""


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Asia/Tokyo", "Wed 2 September 2026"),
        ("Asia/Singapore", "Wed 2 September 2026"),
        ("Asia/Jerusalem", "Tue 1 September 2026"),
        ("UTC", "Tue 1 September 2026"),
    ],
)
def test_a_moment_is_told_as_the_day_on_its_readers_calendar(zone: str, told: str) -> None:
    """Confirmed in the evening of the first in Tel Aviv: in Japan that was the second."""
    column = Organisation._meta.get_field("confirmed_at")
    with timezone.override(zone):
        assert value_label(column, datetime(2026, 9, 1, 16, 30, tzinfo=UTC)) == told


def test_items_of_a_list_are_told_one_by_one_in_their_order() -> None:
    column = Organisation._meta.get_field("modes")
    assert item_labels(column, ["acquisition", "joint_development"]) == ["Acquisition", "Joint development"]
    assert labels_of(Organisation(modes=["investment"]), "modes") == ["Investment"]
    assert labels_of(Organisation(), "sub_fields") == []


@pytest.mark.parametrize(
    ("country", "region", "english", "japanese"),
    [
        ("AU", "VIC", "Victoria", "ビクトリア州"),
        ("ID", "WIT", "Eastern Indonesia", "東部"),
        ("SG", "", "–", "–"),
    ],
)
def test_a_state_or_zone_is_told_by_the_country_beside_it(
    country: str, region: str, english: str, japanese: str
) -> None:
    row = Organisation(country=country, region=region)
    for language, words in (("en", english), ("ja", japanese)):
        with translation.override(language):
            [fact] = facts(row, ["region"])
            assert words in fact["value"]


def test_facts_may_leave_out_what_is_empty_and_link_only_addresses() -> None:
    row = Organisation(city="", website="https://alpha.example", name_en="Alpha")
    told = facts(row, ["city", "website", "name_en"], keep_empty=False)
    assert told == [
        {"label": "Website", "value": "https://alpha.example", "url": "https://alpha.example"},
        {"label": "Name in English", "value": "Alpha"},
    ]
    assert facts(row, ["city"]) == [{"label": "City", "value": "–"}]


@pytest.mark.django_db
def test_rows_are_called_as_remarks_and_proposals_call_them() -> None:
    challenge = factories.ChallengeFactory()
    figure = factories.FigureFactory()
    assert part_of(challenge.company.organisation) == "organisation"
    assert part_of(challenge.company) == "company"
    assert part_of(challenge) == f"challenge.{challenge.pk}"
    assert part_of(figure.startup) == "startup"
    assert part_of(figure) == f"tractionfigure.{figure.pk}"


@pytest.mark.django_db
def test_answers_name_their_field_and_show_a_dash_for_nothing() -> None:
    company = factories.CompanyFactory(revenue_band="")
    found = [
        (each.subject, each.label, each.value) for each in answers(company, ["employees", "revenue_band"])
    ]
    assert found == [
        ("company.employees", "Employees", "420"),
        ("company.revenue_band", "Yearly sales", "–"),
    ]


@pytest.mark.django_db
def test_a_whole_row_is_one_answer_with_a_line_for_each_field_that_says_something() -> None:
    figure = factories.FigureFactory(words="")
    told = summary(figure, "Revenue")
    assert (told.subject, told.label) == (f"tractionfigure.{figure.pk}", "Revenue")
    lines = told.value.split("\n")
    assert all(": " in line for line in lines)
    assert any(line.endswith("2,600,000") for line in lines)
    assert not any(line.endswith(": ") for line in lines), "what is empty has no line"
    with translation.override("ja"):
        assert summary(figure, "売上").value != told.value
    assert summary(TractionFigure(pk=5, what=""), "Nothing").value == "–"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("identity", "english"),
    [
        ({"organisation": {"country": "VN"}}, ("Country", "Japan", "Vietnam")),
        ({"organisation": {"name": "新社名"}}, ("Name", "旧社名", "新社名")),
        ({"company": {"corporate_number": "5070001000715"}}, ("Corporate number", "–", "5070001000715")),
    ],
)
def test_a_new_identity_is_told_beside_the_one_in_force(
    identity: dict[str, dict[str, str]], english: tuple[str, str, str]
) -> None:
    company = factories.CompanyFactory(organisation__name="旧社名", corporate_number=None)
    review = Review(organisation=company.organisation, identity=identity)
    [row] = identity_rows(review)
    assert (row["label"], row["old"], row["new"]) == english


@pytest.mark.django_db
def test_the_rows_of_an_ordinary_application_are_none() -> None:
    assert identity_rows(stories.applied()) == []


def test_every_deed_that_counts_as_a_change_of_the_profile_has_words() -> None:
    assert [deed for deed in CHANGES if deed not in WORDS] == []
