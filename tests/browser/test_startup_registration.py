"""A startup registers and pitches: from the task list to the application, within the clicks that it may take."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from matchmaking.core import jobs
from startups.models import Startup
from tests.browser.conftest import Visitor
from tests.conftest import Cast
from tests.startups.deck_producers import pillow_slides

BUDGET = 14  # links, buttons and boxes; typing and choosing from a list with the keyboard are not counted
DECK_STEPS = ("startups.begin_deck", "startups.check_deck", "startups.draw_deck")
PICTURES = os.environ.get("PICTURES")  # a folder for pictures of every page, for whoever looks them over


class Hand:
    """Counts what it clicks."""

    def __init__(self, visitor: Visitor) -> None:
        self.page: Page = visitor.page
        self.visitor, self.clicks, self.pictures = visitor, 0, 0

    def words(self, msgid: str) -> str:
        with translation.override(self.visitor.language):
            return translation.gettext(msgid)

    def click(self, target: Locator) -> None:
        assert self.visitor.width() <= (self.page.viewport_size or {"width": 0})["width"]
        self.picture()
        target.click()
        self.clicks += 1

    def link(self, msgid: str) -> None:
        self.click(self.page.get_by_role("link", name=self.words(msgid), exact=True).first)

    def button(self, msgid: str) -> None:
        self.click(self.page.get_by_role("button", name=self.words(msgid), exact=True).last)

    def tick(self, value: str) -> None:
        self.click(self.page.locator(f"input[value={value}]"))

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            field = self.page.locator(f"[name$={name}]").first
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def picture(self) -> None:
        if PICTURES:
            self.pictures += 1
            kind = f"{self.visitor.language}-{(self.page.viewport_size or {'width': 0})['width']}"
            self.page.screenshot(path=f"{PICTURES}/{kind}-{self.pictures:02}.png", full_page=True)


@pytest.fixture
def deck_file(tmp_path: Path) -> Path:
    path = tmp_path / "Pitch 2026.pdf"
    path.write_bytes(pillow_slides())
    return path


@pytest.mark.parametrize(
    ("language", "width", "scripts"),
    [("en", 1280, True), ("ja", 390, True), ("ja", 1280, False), ("en", 390, False)],
)
def test_a_startup_registers_and_pitches_within_its_clicks(
    language: str,
    width: int,
    scripts: bool,
    transactional_db: None,
    cast: Cast,
    visit: Callable[..., Visitor],
    deck_file: Path,
) -> None:
    visitor = visit(cast.newcomer, language=language, width=width, scripts=scripts)
    visitor.go("/startup/setup/")
    hand = Hand(visitor)
    hand.link("The startup")
    hand.fill(name="ThermaLoop", country="AU", region="VIC", city="Melbourne", stage="series_a",
              time_zone="Australia/Melbourne", founded_year="2019")  # fmt: skip
    hand.button("Continue")
    _upload(hand, deck_file, scripts=scripts)
    hand.link("Continue")
    hand.fill(what="revenue", value="2,600,000", currency="AUD", as_of="2025-06-30")
    hand.button("Continue")
    hand.fill(one_liner="Heat pumps for food plants", solution="A container beside the boiler.")
    hand.tick("decarbonization")
    hand.button("Continue")
    hand.fill(seeks_partner="A maker of boilers with a service team in Kyushu.")
    hand.tick("joint_development")
    hand.button("Continue")
    hand.click(hand.page.locator("input[name=agreed]"))
    hand.button("Agree and continue")
    hand.button("Send in for review")
    hand.picture()
    assert hand.clicks <= BUDGET
    startup = Startup.objects.get(organisation__name="ThermaLoop")
    assert startup.organisation.status == "submitted"
    assert (startup.organisation.region, str(startup.figures.get())) == (
        "VIC",
        "Revenue of the year: AUD 2,600,000",
    )
    assert {each.language for each in startup.organisation.consents.in_force()} == {language}
    assert visitor.complaints == []


def test_the_note_on_a_pitch_follows_the_typing(
    transactional_db: None, cast: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(cast.startup_owner)
    visitor.go("/startup/setup/cooperation/")
    note = visitor.page.locator(".concrete")
    expect(note).not_to_contain_text("Concrete. A firm can tell")
    visitor.page.locator("[name=seeks_partner]").fill(
        "A maker of boilers with a service team in Kyushu. We would fit our heat pump together and run one trial."
    )
    visitor.page.locator("[name=seeks_partner]").press_sequentially(" Soon.")
    expect(note).to_contain_text("Concrete. A firm can tell what you would do together.")
    assert visitor.complaints == []


def _upload(hand: Hand, deck_file: Path, *, scripts: bool) -> None:
    hand.page.locator("input[type=file]").set_input_files(deck_file)
    hand.clicks += 1  # the button that opens the choice of files
    hand.button("Upload")
    for name in DECK_STEPS:
        _wait_for_job(hand, name)
    if scripts:
        expect(hand.page.locator("img.deck-first")).to_be_visible(timeout=15_000)


def _wait_for_job(hand: Hand, name: str) -> None:
    for _attempt in range(100):
        job = jobs.Job.objects.filter(name=name, state="ready").order_by("pk").last()
        if job is not None:
            jobs.run(job.pk)
            return
        hand.page.wait_for_timeout(100)
    raise AssertionError(name)
