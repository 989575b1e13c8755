"""Staff tick matches in the dense list by keyboard and by one button; nothing is disclosed before the check page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match
from tests.browser.conftest import Visitor
from tests.conftest import Cast
from tests.matches import world

WORDS = {"ja": "このページの行をすべて選択", "en": "Tick all on this page"}


@pytest.fixture
def proposed(cast: Cast) -> list[Match]:
    """Three pairs to be ticked, and one that was decided on."""
    startups = [world.startup(number) for number in range(3)]
    world.match_of(cast.company, cast.startup, MatchStatus.DISCLOSED)
    return [world.match_of(cast.company, each, MatchStatus.PROPOSED) for each in startups]


@pytest.mark.parametrize(("language", "width"), [("ja", 1280), ("en", 390)])
def test_rows_are_ticked_by_arrow_keys_and_space_and_all_at_once(
    language: str, width: int, proposed: list[Match], cast: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(cast.officer, language=language, width=width)
    visitor.go("/staff/matches/")
    boxes, every = (
        visitor.page.locator("table input[type=checkbox]"),
        visitor.page.get_by_role("button", name=WORDS[language]),
    )
    boxes.first.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Space", "ArrowDown"):  # there is no fourth
        visitor.page.keyboard.press(key)
    assert [box.is_checked() for box in boxes.all()] == [True, False, True]
    assert boxes.nth(2).evaluate("box => box === document.activeElement")
    visitor.page.keyboard.press("ArrowUp")
    assert boxes.nth(1).evaluate("box => box === document.activeElement")
    assert every.get_attribute("aria-pressed") == "false"
    every.click()
    assert all(box.is_checked() for box in boxes.all())
    assert every.get_attribute("aria-pressed") == "true"
    every.click()
    assert not any(box.is_checked() for box in boxes.all())
    every.press("Enter")
    visitor.page.locator("form[data-tick-rows] button[type=submit]").click()
    assert visitor.page.url.count("match=") == len(proposed)
    assert Match.objects.filter(status=MatchStatus.PROPOSED).count() == len(proposed)
    assert visitor.complaints == []


def test_without_scripts_there_is_no_button_that_does_nothing(
    proposed: list[Match], cast: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(cast.officer, scripts=False)
    visitor.go("/staff/matches/")
    assert visitor.page.locator("table input[type=checkbox]").count() == len(proposed)
    assert not visitor.page.locator("[data-tick-all]").is_visible()
