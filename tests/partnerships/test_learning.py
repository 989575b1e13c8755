"""What the programme learns of its partnerships: where they stall, why they end, and which outcomes are confirmed."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaking.core.sheets import csv_file, plain
from matchmaking.matches.enums import MatchStatus
from partnerships import actions
from partnerships.enums import EndReason
from partnerships.models import FollowUp, Partnership
from partnerships.results import share
from partnerships.rules import fiscal_year, year_bounds
from partnerships.spells import Stay, drawing, stalls, stays
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories as meetings
from tests.partnerships import stories
from tests.partnerships.pages import SignIn, links, path, words

pytestmark = pytest.mark.django_db
NOW = stories.NOON


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


# --- Plain values ------------------------------------------------------------------------------------------------


def test_stays_end_with_the_next_change_and_the_last_goes_on() -> None:
    changes = [
        (1, "exploring", ago(100)),
        (1, "agreed", ago(70)),
        (1, "exploring", ago(65)),
        (2, "exploring", ago(10)),
        (2, "ended", ago(8)),
        (3, "negotiating", ago(90)),
        (3, "signed", ago(50)),
    ]
    assert stays(changes, NOW) == [
        Stay(1, "exploring", 30, goes_on=False),
        Stay(1, "agreed", 5, goes_on=False),
        Stay(1, "exploring", 65, goes_on=True),
        Stay(2, "exploring", 2, goes_on=False),
        Stay(3, "negotiating", 40, goes_on=False),
    ]
    assert stays([], NOW) == []


def test_each_stage_tells_how_many_how_long_and_what_stands_still() -> None:
    found = [
        Stay(1, "exploring", 30, goes_on=False),
        Stay(1, "agreed", 61, goes_on=True),
        Stay(2, "exploring", 60, goes_on=True),
        Stay(3, "exploring", 7, goes_on=True),
        Stay(4, "exploring", 90, goes_on=False),
    ]
    lines = {row.stage: row for row in stalls(found)}
    first, second, third = lines["exploring"], lines["agreed"], lines["proving"]
    assert (first.entered, first.here, first.stalled, first.median, first.longest) == (4, 2, 0, 45, 90)
    assert (second.entered, second.here, second.stalled, second.median) == (1, 1, 1, 61)
    assert (third.entered, third.here, third.median, third.longest) == (0, 0, None, None)
    assert [row.entered for row in stalls(found, {2, 3})] == [2, 0, 0, 0]


def test_the_picture_holds_the_stages_in_which_anybody_was_and_the_limit() -> None:
    assert drawing(stalls([])) is None
    drawn = drawing(stalls([Stay(1, "agreed", 104, goes_on=True), Stay(2, "proving", 0, goes_on=True)]))
    assert drawn is not None
    assert [(bar.stage, bar.width, bar.reach) for bar in drawn.bars] == [
        ("agreed", 416, 416),
        ("proving", 1, 0),
    ]
    assert drawn.limit == 240
    short = drawing(stalls([Stay(1, "agreed", 30, goes_on=True)]))
    assert short is not None
    assert (short.limit, short.bars[0].width) == (416, 208)


@pytest.mark.parametrize(
    ("day", "year"),
    [("2031-03-31", 2030), ("2031-04-01", 2031), ("2031-12-31", 2031), ("2032-01-01", 2031)],
)
def test_programme_years_begin_in_april_in_japan(day: str, year: int) -> None:
    assert fiscal_year(datetime.fromisoformat(day).date()) == year
    since, until = year_bounds(year)
    noon = datetime.fromisoformat(f"{day}T03:00:00+00:00")
    assert since <= noon < until
    assert since.astimezone(UTC).isoformat() == f"{year}-03-31T15:00:00+00:00"


def test_of_few_no_share_is_told() -> None:
    assert [share(1, None), share(2, 4), share(1, 5), share(2, 6)] == [None, None, 20, 33]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n"])
def test_no_cell_of_a_sheet_is_taken_for_a_formula(start: str) -> None:
    assert plain(f"{start}1+1") == f"'{start}1+1"
    assert [plain(-5), plain(None), plain("plain"), plain("")] == [-5, "", "plain", ""]


def test_a_sheet_opens_in_a_japanese_excel() -> None:
    answer = csv_file("stalls", [["段階", 3], ["交渉", None]])
    assert answer.content == "\ufeff段階,3\r\n交渉,\r\n".encode()
    assert answer["Content-Disposition"] == 'attachment; filename="stalls.csv"'


# --- What stalls -------------------------------------------------------------------------------------------------


@pytest.fixture
def several(cast: Cast) -> dict[str, Partnership]:
    """One stuck for 70 days, one that moves, two that have ended; each of another kind or pair."""
    now = timezone.now()
    match = meetings.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    made = {
        "stuck": stories.begun(cast, now=now - timedelta(days=70)),
        "moving": stories.begun(
            cast, startup=cast.other_startup, mode="investment", now=now - timedelta(days=30)
        ),
        "ended": stories.begun(cast, company=cast.other_company, now=now - timedelta(days=20)),
        "gone": stories.begun(cast, mode="acquisition", now=now - timedelta(days=40)),
    }
    stories.only_rule(before="signed", modes=["acquisition"])
    for need in (stories.Need.NEXT_STEP, stories.Need.NDA):
        stories.meet(made["moving"], need, cast.officer)
    made["moving"].checks.all().delete()
    actions.move_on(made["moving"], "agreed", by=cast.officer, now=now - timedelta(days=10))
    actions.end(made["ended"], EndReason.TERMS, by=cast.officer, text="=The price", now=now)
    actions.end(made["gone"], EndReason.RESOURCES, by=cast.officer, now=now - timedelta(days=5))
    assert made["stuck"].match == match
    return made


def page(cast: Cast, as_user: SignIn, query: str = "", name: str = "stalls") -> Any:
    return as_user(cast.officer).get(path(name) + query)


def test_where_there_is_none_the_page_says_so(cast: Cast, as_user: SignIn) -> None:
    assert "There is no partnership yet, so that nothing can stall." in words(page(cast, as_user))


def test_the_stages_tell_how_long_from_the_history(
    cast: Cast, as_user: SignIn, several: dict[str, Partnership]
) -> None:
    found = page(cast, as_user).context["found"]
    shown = {
        (str(row["stage"]), str(row["mode"])): (
            row["stall"].entered,
            row["stall"].here,
            row["stall"].stalled,
            row["stall"].median,
            row["stall"].longest,
        )
        for row in found.stages
        if row["stall"].entered
    }
    assert shown == {
        ("Exploring", ""): (4, 1, 1, 28, 70),
        ("Exploring", "Joint development"): (2, 1, 1, 45, 70),
        ("Exploring", "Investment"): (1, 0, 0, 20, 20),
        ("Exploring", "Acquisition"): (1, 0, 0, 35, 35),
        ("Agreed in principle", ""): (1, 1, 0, 10, 10),
        ("Agreed in principle", "Investment"): (1, 1, 0, 10, 10),
    }
    assert found.finding == "“Exploring” takes longest: half stay 28 days or more, the longest 70 days."


def test_every_figure_leads_to_a_list_of_just_as_many(
    cast: Cast, as_user: SignIn, several: dict[str, Partnership]
) -> None:
    client, found = as_user(cast.officer), page(cast, as_user).context["found"]
    expected = [(row["url"], row["stall"].here) for row in found.stages if row["url"]]
    expected += [(row["stalled_url"], row["stall"].stalled) for row in found.stages if row["stalled_url"]]
    for table in (found.by_mode, found.by_field):
        for row in table["rows"]:
            expected.append((row["url"], row["total"]))
            expected += [(cell["url"], cell["value"]) for cell in row["cells"] if cell["url"]]
    assert len(expected) >= 12
    assert [(url, client.get(url).context["page"].paginator.count) for url, _count in expected] == expected


def test_reasons_stand_by_kind_and_by_field_with_the_words(
    cast: Cast, as_user: SignIn, several: dict[str, Partnership]
) -> None:
    answer = page(cast, as_user)
    by_mode, by_field = answer.context["found"].by_mode, answer.context["found"].by_field
    assert [str(each) for each in by_mode["columns"]] == ["Joint development", "Acquisition"]
    assert [(str(row["label"]), [cell["value"] for cell in row["cells"]]) for row in by_mode["rows"]] == [
        ("No agreement on price or terms", [1, 0]),
        ("No people or money for it", [0, 1]),
    ]
    assert str(by_field["columns"][-1]) == "Without a challenge"
    assert "=The price" in words(answer)
    assert path("detail", pk=several["ended"].pk) in links(answer)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?mode=investment", 1),
        ("?mode=investment&mode=acquisition", 2),
        ("?field=none", 2),
        ("?field=healthcare", 0),
        ("?year=2021", 0),
        ("?mode=licence", 4),
    ],
)
def test_it_is_narrowed_by_what_stands_in_the_address(
    cast: Cast, as_user: SignIn, several: dict[str, Partnership], query: str, count: int
) -> None:
    answer = page(cast, as_user, query)
    assert answer.context["found"].count == count
    assert ("No partnership matches these filters." in words(answer)) == (count == 0)
    assert len(answer.context["chips"]) == (0 if "licence" in query else query.count("="))


def test_this_year_s_are_found_by_the_year(
    cast: Cast, as_user: SignIn, several: dict[str, Partnership]
) -> None:
    years = {fiscal_year(each.started_at.date()) for each in several.values()}
    query = "?" + "&".join(f"year={year}" for year in years)
    answer = page(cast, as_user, query)
    assert answer.context["found"].count == 4
    labels = {str(chip["label"]) for chip in answer.context["chips"]}
    assert labels == {f"Fiscal year {year} (Reiwa {year - 2018})" for year in years}


def test_the_file_holds_the_same_figures_and_no_formula(
    cast: Cast, as_user: SignIn, several: dict[str, Partnership]
) -> None:
    answer = page(cast, as_user, name="stalls_csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1] == ["Exploring", "All kinds", "4", "1", "1", "28", "70"]
    assert rows[-1][2:] == ["No agreement on price or terms", "'=The price"]
    only = page(cast, as_user, "?mode=investment", name="stalls_csv").content.decode()
    assert ("All kinds,1,0,0,20,20" in only, "'=The price" in only) == (True, False)


def test_it_asks_the_same_for_few_and_for_many(
    cast: Cast, as_user: SignIn, several: dict[str, Partnership]
) -> None:
    client, counts = as_user(cast.officer), []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(path("stalls"))
        counts.append(len(queries))
        more = stories.begun(cast, startup=factories.StartupFactory())
        actions.end(more, EndReason.OTHER, by=cast.officer, text="So it was.")
    assert counts[0] == counts[1]


# --- Confirmed outcomes ------------------------------------------------------------------------------------------


def report(cast: Cast, as_user: SignIn, query: str = "") -> Any:
    return page(cast, as_user, query, name="report")


def outcomes(cast: Cast) -> None:
    """Seven periods: three confirmed of two partnerships, one that differs, one decided, one lapsed, one asked."""
    first = stories.signed(cast)
    second = stories.signed(cast, startup=cast.other_startup, company=cast.other_company)
    for months in (3, 6):
        stories.settled(stories.follow_up_of(first, months), cast, jobs=3)
    FollowUp.objects.filter(months=3).update(due_on=stories.TODAY)
    late = stories.follow_up_of(second, 3)
    for side, person in (("company", cast.other_company_owner), ("startup", cast.other_startup_owner)):
        more = {"sales": stories.Decimal(50_000), "sales_currency": "USD", "results": [side, "product"][1:]}
        stories.answered(late, person, **more)
    for months in (12, 24):
        stories.settled(stories.follow_up_of(first, months), cast, jobs=9)
    decided = FollowUp.objects.with_parties().get(months=24)
    actions.decide_outcome(decided, "company", by=cast.officer, reason="So it is.")
    FollowUp.objects.filter(pk=stories.follow_up_of(second, 6).pk).update(status="lapsed", settled_at=NOW)
    stories.follow_up_of(second, 12)


def test_before_anybody_was_asked_the_report_says_so(cast: Cast, as_user: SignIn) -> None:
    text = words(report(cast, as_user))
    assert "The first question comes three months after a contract is signed." in text
    assert "No outcome has been confirmed by both sides yet." in text
    assert "Source: figures published by Ignite Sweden" in text


def test_only_what_both_confirm_is_added_up_and_the_report_says_what_is_not(
    cast: Cast, as_user: SignIn
) -> None:
    outcomes(cast)
    answer = report(cast, as_user)
    found, text = answer.context["found"], words(answer)
    assert "Confirmed by both sides: 3 of 7 periods." in text
    assert (
        "Not counted: 1 still asked, 1 on which the two differ, 1 decided by the programme office, "
        "1 not answered in time." in text
    )
    assert found.counted == 2
    assert {row["label"]: row["value"] for row in found.sums} == {
        "Sales that came of it": "JPY 12,000,000 + USD 50,000 (about USD 130,000)",
        "Money invested or paid": "0",
        "New jobs": "6",
        "New products or services": "2",
    }
    assert {str(row["label"]): row["count"] for row in found.named if row["count"]} == {
        "It is in use at the firm": 1,
        "Sales": 1,
        "A new product or service": 1,
    }
    later = next(row for row in found.without if str(row["label"]) == "Yes, but later or smaller")
    assert (later["company"], later["startup"]) == (2, 2)


def test_each_figure_of_the_report_leads_to_its_list(cast: Cast, as_user: SignIn) -> None:
    outcomes(cast)
    client, found = as_user(cast.officer), report(cast, as_user).context["found"]
    cells = [cell for row in found.periods for cell in row["cells"] if cell["url"]]
    assert sum(cell["value"] for cell in cells) == 7
    for cell in cells:
        assert client.get(cell["url"]).context["page"].paginator.count == cell["value"]
    begun, signed = found.funnel[1:3]
    for row in (begun, signed):
        assert client.get(row["url"]).context["page"].paginator.count == row["count"] == 2


def test_the_funnel_leads_from_meetings_to_confirmed_outcomes(cast: Cast, as_user: SignIn) -> None:
    outcomes(cast)
    stories.held(cast)
    found = report(cast, as_user).context["found"]
    assert [(str(row["label"]), row["count"], row["share"]) for row in found.funnel] == [
        ("Meetings held", 1, None),
        ("Partnerships begun", 2, None),
        ("Contracts signed", 2, None),
        ("Outcome confirmed by both sides", 2, None),
    ]
    assert [(str(row["label"]), row["ours"], row["theirs"]) for row in found.compared] == [
        ("Meetings held", "1", "5,655"),
        ("Contracts or collaborations", "2", "453"),
        ("Contracts for each 100 meetings", "–", "8%"),
        ("Outcomes of which both sides told", "71%", "63%"),
    ]


def test_the_report_is_narrowed_by_field_and_year(cast: Cast, as_user: SignIn) -> None:
    outcomes(cast)
    stories.held(cast)
    nothing = report(cast, as_user, "?year=2021").context["found"]
    assert [row["count"] for row in nothing.funnel] == [0, 0, 0, 0]
    assert nothing.asked == 0
    without = report(cast, as_user, "?field=none").context["found"]
    assert [row["count"] for row in without.funnel][:2] == [0, 2]


def test_the_report_as_a_file(cast: Cast, as_user: SignIn) -> None:
    outcomes(cast)
    answer = page(cast, as_user, name="report_csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["Confirmed by both sides, counted once for each partnership", "2"] in rows
    assert ["New jobs", "6"] in rows
    assert ["Meetings held", "0", "5,655"] in rows


def test_the_pages_lead_to_each_other(cast: Cast, as_user: SignIn) -> None:
    stories.begun(cast)
    assert {path("stalls"), path("report"), path("outcomes")} <= links(page(cast, as_user, name="staff"))
    assert path("report") in links(page(cast, as_user))
    assert path("stalls") in links(report(cast, as_user))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_pages_speak_both_languages(
    cast: Cast, as_user: SignIn, several: dict[str, Partnership], language: str
) -> None:
    client = as_user(cast.officer)
    headings = {"stalls": ("What stalls", "停滞の状況"), "report": ("Confirmed outcomes", "確認された成果")}
    for name, told in headings.items():
        assert told[language == "ja"] in words(client.get(path(name, language=language)))
