"""Remarks at rows: written beside a figure or a startup, read by the expert at that row, whatever else changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from matchmaking.core.working_days import add_office_days
from research import actions, remarks
from research.actions import Remark
from research.models import Candidate, Commission, MarketFigure, ReportRemark
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def delivered(cast: Cast) -> Commission:
    """With two figures and two startups."""
    pair = stories.match_of(cast.company, cast.startup)
    made = works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    for startup in (cast.startup, cast.other_startup):
        actions.add_candidate(made, startup, reason=f"Why {startup.pk}", by=cast.expert)
    works.delivered(made, cast.expert)
    return made


def returned(made: Commission, cast: Cast, *places: tuple[str, int]) -> None:
    actions.return_report(made, [Remark(kind, n, f"At {kind} {n}") for kind, n in places], by=cast.officer)


def at_rows(client: Client, made: Commission) -> dict[str, dict[str, list[str]]]:
    """What stands at each row of the expert's page."""
    context = client.get(f"/en/expert/{made.pk}/report/").context
    return {
        name: {str(each["row"]): [remark.text for remark in each["remarks"]] for each in context[name]}
        for name in ("figures", "candidates")
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_office_finds_a_field_at_each_row_and_the_expert_the_remark_there(
    language: str, delivered: Commission, cast: Cast, as_user: SignIn
) -> None:
    office, address = as_user(cast.officer), f"/{language}/staff/research/{delivered.pk}/return/"
    page = office.get(address)
    html = unescape(page.content.decode())
    rows = ["Tills 2025 (USD)", "Tills 2028 (USD)", str(cast.startup), str(cast.other_startup)]
    for name, row in zip(("figures_1", "figures_2", "candidates_1", "candidates_2"), rows, strict=True):
        assert (f'name="{name}"' in html, row in page.context["form"].fields[name].label) == (True, True), (
            name
        )
    for text in ("USD 12.5 – Retail Board 2025", f"Why {cast.other_startup.pk}"):
        assert text in html, text
    sent = {"figures_2": "Who says so?", "candidates_1": "They left the market.", "version": 1, "term": "10"}
    assert office.post(address, sent).status_code == 302
    expert = as_user(cast.expert)
    assert at_rows(expert, delivered) == {
        "figures": {"Tills 2025": [], "Tills 2028": ["Who says so?"]},
        "candidates": {str(cast.startup): ["They left the market."], str(cast.other_startup): []},
    }
    html = unescape(expert.get(f"/{language}/expert/{delivered.pk}/report/").content.decode())
    assert [text for text in ("Who says so?", "They left the market.") if html.count(text) != 1] == []
    delivered.refresh_from_db()
    assert delivered.due == add_office_days(timezone.localdate(), 10)


def test_a_remark_alone_at_a_row_is_enough(delivered: Commission, cast: Cast, as_user: SignIn) -> None:
    office, address = as_user(cast.officer), f"/en/staff/research/{delivered.pk}/return/"
    assert office.post(address, {"version": 1, "term": "5"}).context["form"].non_field_errors()
    sent = {"candidates_2": "Is it still sold?", "version": 1, "term": ""}
    assert office.post(address, sent).status_code == 302
    assert ReportRemark.objects.values_list("kind", "paragraph").get() == ("candidates", 2)
    delivered.refresh_from_db()
    assert delivered.due == works.DUE, "the day stayed"


def test_remarks_stay_at_their_rows_when_others_are_taken_out_and_added(
    delivered: Commission, cast: Cast, as_user: SignIn
) -> None:
    """The second row becomes the first: its remark goes with it, and that of the row that went is not lost."""
    returned(delivered, cast, ("figures", 1), ("figures", 2), ("candidates", 1), ("candidates", 2))
    actions.remove(MarketFigure.objects.get(year=2025), by=cast.expert)
    actions.remove(Candidate.objects.get(startup=cast.startup), by=cast.expert)
    newer = factories.StartupFactory()
    actions.add_candidate(delivered, newer, reason="Better", by=cast.expert)
    expert = as_user(cast.expert)
    assert at_rows(expert, delivered) == {
        "figures": {"Tills 2028": ["At figures 2"]},
        "candidates": {str(cast.other_startup): ["At candidates 2"], str(newer): []},
    }
    page = expert.get(f"/en/expert/{delivered.pk}/report/")
    assert [(each["place"], each["text"]) for each in page.context["on_gone_rows"]] == [
        ("Market figures: Tills 2025 (USD)", "At figures 1"),
        (f"Startups to consider: {cast.startup}", "At candidates 1"),
    ]
    assert "Remarks on rows that you have taken out" in page.content.decode()


def test_a_corrected_figure_of_the_same_year_keeps_its_remark_and_the_next_version_begins_without(
    delivered: Commission, cast: Cast, as_user: SignIn
) -> None:
    returned(delivered, cast, ("figures", 1))
    row = MarketFigure.objects.get(year=2025)
    actions.remove(row, by=cast.expert)
    values = {"label": "Tills", "year": 2025, "amount": 14, "currency": "USD", "source": "Census 2026"}
    actions.add_figure(delivered, values, by=cast.expert)
    expert = as_user(cast.expert)
    assert at_rows(expert, delivered)["figures"]["Tills 2025"] == ["At figures 1"]
    actions.deliver(delivered, by=cast.expert)
    returned(delivered, cast, ("summary", 1))
    assert at_rows(expert, delivered)["figures"] == {"Tills 2025": [], "Tills 2028": []}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Summary, paragraph 2", "Market figures: Tills 2028 (USD)", "Startups to consider: "]),
        ("ja", ["要旨の第2段落", "市場規模の数値：Tills 2028 (USD)", "検討に値するスタートアップ："]),
    ],
)
def test_a_version_lists_its_remarks_by_their_places_in_the_order_of_the_report(
    language: str, words: list[str], delivered: Commission, cast: Cast, as_user: SignIn
) -> None:
    returned(delivered, cast, ("candidates", 2), ("figures", 2), ("summary", 2))
    page = as_user(cast.officer).get(f"/{language}/staff/research/{delivered.pk}/1/")
    words = [*words[:2], f"{words[2]}{cast.other_startup}"]
    assert [each["place"] for each in page.context["remarks"]] == words
    html = unescape(page.content.decode())
    assert [text for text in words if text not in html] == []


@pytest.mark.parametrize(("kind", "number"), [("figures", 0), ("figures", 3), ("candidates", 9)])
def test_a_row_that_there_never_was_is_named_by_its_number(
    kind: str, number: int, delivered: Commission
) -> None:
    content = delivered.versions.get().content
    remark = ReportRemark(kind=kind, paragraph=number, text="?")
    assert remarks.place_of(remark, content).endswith(f": {number}")
    assert remarks.by_row([remark], content) == {}


def test_the_database_knows_the_lists_and_nothing_else(delivered: Commission, cast: Cast) -> None:
    version = delivered.versions.get()
    for kind in ("figures", "candidates", "sources"):
        ReportRemark.objects.create(version=version, kind=kind, text="More.", by=cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportRemark.objects.create(version=version, kind="documents", text="More.", by=cast.officer)


def test_the_name_of_an_erased_startup_stands_in_no_remark(delivered: Commission, cast: Cast) -> None:
    """The version's row is what names it, and that is emptied."""
    returned(delivered, cast, ("candidates", 2))
    version = delivered.versions.get()
    version.content["candidates"][1] |= {"name": "削除済み / Deleted", "reason": "—"}
    version.save()
    with translation.override("en"):
        [listed] = remarks.listed(version.remarks.all(), version.content)
    assert str(cast.other_startup) not in listed["place"]


@pytest.mark.parametrize("due", [None, date(2031, 7, 1)])
def test_returning_keeps_the_day_or_gives_another(
    due: date | None, delivered: Commission, cast: Cast
) -> None:
    actions.return_report(delivered, [Remark("summary", 1, "More.")], by=cast.officer, due=due)
    stored: Any = Commission.objects.get(pk=delivered.pk).due
    assert stored == (due or works.DUE)
