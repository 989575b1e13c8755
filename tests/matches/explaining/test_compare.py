"""Comparing: chosen in the address, shown item by item, only what was disclosed to the firm."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matchmaking.matches import shared_times
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.explaining.comparison import rows
from matchmaking.matches.models import Match
from matchmaking.matches.shared_times import SharedTimes
from startups.enums import SpeaksJapanese
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import answer, columns, links, main, source, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(cast: Cast, as_user: Any) -> Client:
    return as_user(cast.company_owner)


@pytest.fixture
def three(cast: Cast) -> list[Match]:
    return [world.match_of(cast.company, world.startup(number)) for number in range(3)]


def query(matches: list[Match], more: str = "") -> str:
    return "?" + "&".join(f"s={match.pk}" for match in matches) + more


def items(page: str) -> dict[str, list[str]]:
    """Each item's cells."""
    return {row[0]: row[1:] for row in columns(page) if row}


# --- What is shown -----------------------------------------------------------------------------------------------


def test_two_startups_stand_side_by_side_in_the_order_chosen(owner: Client, three: list[Match]) -> None:
    shown = items(source(owner, "matches:compare", query([three[1], three[0]])))
    assert shown["Item"] == ["Shelfwise", "Cartless"]
    assert shown["One-line pitch"] == [three[1].startup.one_liner, three[0].startup.one_liner]
    assert shown["Match score"][0].startswith("80 of 100, High")


def test_three_can_be_compared_and_a_fourth_is_passed_over(
    owner: Client, cast: Cast, three: list[Match]
) -> None:
    fourth = world.match_of(cast.company, world.startup(3))
    shown = items(source(owner, "matches:compare", query([*three, fourth])))
    assert shown["Item"] == ["Cartless", "Shelfwise", "Paywave"]


def test_what_nobody_says_anything_about_is_left_out_and_what_one_lacks_is_said(
    owner: Client, three: list[Match]
) -> None:
    type(three[0].startup).objects.update(traction="", japan_readiness="", speaks_japanese="")
    type(three[0].startup).objects.filter(pk=three[0].startup_id).update(japan_readiness="An office in Osaka")
    shown = items(source(owner, "matches:compare", query(three[:2])))
    assert shown["Preparation for Japan"] == ["An office in Osaka", "No data"]
    assert "Track record" not in shown


@pytest.mark.parametrize(
    ("item", "changes", "wished"),
    [
        ("Country", {"preferred_countries": ["SG"]}, True),
        ("Country", {"preferred_countries": ["IL"]}, False),
        ("Country", {"preferred_countries": []}, False),
    ],
)
def test_a_preferred_country_is_as_wished(
    owner: Client, cast: Cast, three: list[Match], item: str, changes: dict[str, Any], wished: bool
) -> None:
    type(cast.company).objects.filter(pk=cast.company.pk).update(**changes)
    for match in three[:2]:
        type(match.startup.organisation).objects.filter(pk=match.startup_id).update(country="SG")
    cells = items(source(owner, "matches:compare", query(three[:2])))[item]
    assert cells == (["Singapore As you wished"] * 2 if wished else ["Singapore"] * 2)


@pytest.mark.parametrize(
    ("wanted", "offered", "wished"),
    [
        (["investment"], ["investment", "acquisition"], True),
        (["investment", "joint_development"], ["investment"], False),
        (["joint_development"], ["joint_development"], True),
    ],
)
def test_cooperation_is_as_wished_when_all_of_it_is_offered(
    cast: Cast, three: list[Match], wanted: list[str], offered: list[str], wished: bool
) -> None:
    for match in three[:2]:
        match.challenge.modes = wanted
        match.startup.organisation.modes = offered
    row = next(row for row in rows(three[:2]) if row.label == "Kinds of cooperation")
    assert [cell.fits for cell in row.cells] == [wished, wished]


@pytest.mark.parametrize(("tenths", "wished"), [(None, False), (0, False), ("most", True)])
def test_the_stage_is_as_wished_when_it_earns_all_its_points(
    cast: Cast, three: list[Match], tenths: Any, wished: bool
) -> None:
    cap = three[0].policy.parameters["scale"]["caps"]["stage"]
    match = three[0]
    match.parts["stage"] = cap if tenths == "most" else 0
    match.missing = [*match.missing, "stage"] if tenths is None else match.missing
    row = next(row for row in rows([match, three[1]]) if row.label == "Stage")
    assert row.cells[0].fits is wished


def test_only_differences_can_be_shown(owner: Client, three: list[Match]) -> None:
    type(three[0].startup).objects.update(speaks_japanese=SpeaksJapanese.SOME)
    every = items(source(owner, "matches:compare", query(three[:2])))
    some = items(source(owner, "matches:compare", query(three[:2], "&only=differences")))
    assert ("Japanese in the team" in every, "Japanese in the team" in some) == (True, False)
    assert "One-line pitch" in some
    assert some["Next step"]


def test_the_box_stays_ticked_and_the_choice_is_kept(owner: Client, three: list[Match]) -> None:
    page = source(owner, "matches:compare", query(three[:2], "&only=differences"))
    assert re.search(r'name="only" value="differences" checked', page)
    assert [f'name="s" value="{match.pk}"' in page for match in three[:2]] == [True, True]


def test_a_meeting_can_be_asked_for_from_here_unless_it_was(
    owner: Client, cast: Cast, three: list[Match]
) -> None:
    Match.objects.filter(pk=three[1].pk).update(status=MatchStatus.INTERESTED)
    page = source(owner, "matches:compare", query(three[:2]))
    assert links(page, "/request/") == [reverse("meetings:request", kwargs={"match_pk": three[0].pk})]
    assert "Meeting requested" in items(page)["Next step"][1]


def test_one_can_be_taken_out(owner: Client, three: list[Match]) -> None:
    page = source(owner, "matches:compare", query(three))
    without = [link for link in links(page, "/compare/?") if f"s={three[1].pk}" not in link]
    assert without == [reverse("matches:compare") + query([three[0], three[2]])]


@pytest.mark.parametrize(
    ("chosen", "words_shown"),
    [(0, "Choose two or three startups in the list."), (1, "Add one more startup")],
)
def test_with_fewer_than_two_it_says_what_to_do(
    owner: Client, three: list[Match], chosen: int, words_shown: str
) -> None:
    page = source(owner, "matches:compare", query(three[:chosen]) if chosen else "")
    assert words_shown in main(page)
    assert links(main(page), reverse("matches:list"))
    assert "<table" not in main(page)


def test_shared_times_are_counted_and_never_shown(
    cast: Cast, three: list[Match], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = datetime(2026, 12, 3, 1, 0, tzinfo=UTC)
    known = {three[0].pk: SharedTimes(6, first), three[1].pk: SharedTimes(0)}
    monkeypatch.setattr(shared_times, "_answers", [lambda matches: known])
    row = next(row for row in rows(three) if row.label == "Shared times")
    assert [cell.text for cell in row.cells] == [
        "6 times, the first on Thu 3 Dec",
        "No shared time yet",
        "not given by both yet",
    ]


# --- Who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [MatchStatus.PROPOSED, MatchStatus.DISMISSED])
def test_what_is_not_recommended_to_the_firm_does_not_exist(
    owner: Client, cast: Cast, three: list[Match], status: str
) -> None:
    hidden = world.match_of(cast.company, world.startup(3), status)
    assert answer(owner, "matches:compare", query([three[0], hidden])).status_code == 404


def test_another_firms_match_does_not_exist(owner: Client, cast: Cast, three: list[Match]) -> None:
    theirs = world.match_of(cast.other_company, three[0].startup)
    assert answer(owner, "matches:compare", query([three[0], theirs])).status_code == 404


@pytest.mark.parametrize("value", ["0", "x", "-1", "9" * 30, "１２", ""])
def test_values_that_are_no_keys_fail_nothing(owner: Client, three: list[Match], value: str) -> None:
    status = answer(owner, "matches:compare", query(three[:2], f"&s={value}")).status_code
    assert status == (404 if value in {"0", "１２"} else 200)


def test_the_same_one_twice_is_one(owner: Client, three: list[Match]) -> None:
    assert "Add one more startup" in main(source(owner, "matches:compare", query([three[0], three[0]])))


def test_three_take_no_more_queries_than_two(owner: Client, three: list[Match]) -> None:
    counts = []
    source(owner, "matches:compare", query(three))
    for chosen in (three[:2], three):
        with CaptureQueriesContext(connection) as queries:
            source(owner, "matches:compare", query(chosen))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Choosing in the list ----------------------------------------------------------------------------------------


def compare_links(page: str) -> dict[str, str]:
    found = re.findall(r'href="(\?[^"]*#match-(\d+))"', page)
    return {key: link.replace("&amp;", "&") for link, key in found}


def test_a_card_adds_to_the_choice_and_keeps_everything_else(owner: Client, three: list[Match]) -> None:
    page = source(owner, "matches:list", "?sort=name")
    key = str(three[0].pk)
    assert compare_links(page)[key] == f"?sort=name&s={key}#match-{key}"
    assert "compare-tray" not in page


def test_the_tray_names_the_chosen_and_leads_on_from_two(owner: Client, three: list[Match]) -> None:
    one = source(owner, "matches:list", query(three[:1]))
    assert "Add one more startup" in one
    two = source(owner, "matches:list", query(three[:2]))
    assert links(two, reverse("matches:compare")) == [reverse("matches:compare") + query(three[:2])]
    assert "Cartless / Shelfwise" in words(two)
    assert "Compare: 2 startups" in words(two)


def test_a_chosen_one_can_be_taken_out_and_a_fourth_cannot_be_added(
    owner: Client, cast: Cast, three: list[Match]
) -> None:
    world.match_of(cast.company, world.startup(3))
    page = source(owner, "matches:list", query(three))
    assert set(compare_links(page)) == {str(match.pk) for match in three}
    assert page.count("Take out of the comparison") == 3
    assert "Add to compare" not in page


def test_filters_and_sorting_keep_the_choice(owner: Client, three: list[Match]) -> None:
    page = source(owner, "matches:list", query(three[:2]))
    assert page.count(f'name="s" value="{three[0].pk}"') == 1
    assert all(f"s={three[0].pk}" in link for link in links(page, "sort="))


def test_a_stale_choice_is_not_named(owner: Client, cast: Cast, three: list[Match]) -> None:
    theirs = world.match_of(cast.other_company, three[0].startup)
    page = source(owner, "matches:list", query([three[0], theirs]))
    assert "Compare: 1 startup" in words(page)


def test_the_page_is_whole_in_japanese(owner: Client, three: list[Match]) -> None:
    page = source(owner, "matches:compare", query(three[:2]), language="ja")
    assert "違いのある項目だけ表示" in page
    labels = [row[0] for row in columns(page)]
    assert [label for label in labels if re.search("[A-Za-z]{3,}", label)] == []
