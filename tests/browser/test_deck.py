"""A deck is uploaded in a real browser: the bar fills, the steps are shown as they happen, a bad file says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from matchmaking.core import jobs
from startups.models import Deck
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import faults_here
from tests.conftest import Cast
from tests.startups import decks
from tests.startups.deck_hostile import REFUSED
from tests.startups.deck_producers import pillow_slides

STEPS = ("startups.begin_deck", "startups.check_deck", "startups.draw_deck")


def words(language: str, msgid: str) -> str:
    with translation.override(language):
        return translation.gettext(msgid)


def next_step(name: str) -> None:
    jobs.run(jobs.Job.objects.filter(name=name, state="ready").latest("pk").pk)


@pytest.fixture
def deck_file(tmp_path: Path) -> Path:
    path = tmp_path / "Pitch 2026.pdf"
    path.write_bytes(pillow_slides())
    return path


def opened(visit: Callable[..., Visitor], cast: Cast, **options: object) -> tuple[Visitor, Page]:
    visitor = visit(cast.startup_owner, **options)
    visitor.go("/startup/deck/")
    return visitor, visitor.page


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ja", 390)])
def test_the_bar_fills_the_steps_follow_and_the_first_page_appears(
    language: str,
    width: int,
    transactional_db: None,
    cast: Cast,
    visit: Callable[..., Visitor],
    deck_file: Path,
) -> None:
    visitor, page = opened(visit, cast, language=language, width=width)
    expect(page.locator("#deck")).to_contain_text(words(language, "No pitch deck yet"))
    page.locator("input[type=file]").set_input_files(deck_file)
    page.get_by_role("button", name=words(language, "Upload"), exact=True).click()
    step = page.locator(".steps li[aria-current=step]")
    expect(step).to_contain_text("1.")
    for number, name in enumerate(STEPS[:2], start=2):
        next_step(name)
        expect(step).to_contain_text(f"{number}.", timeout=15_000)
    next_step(STEPS[2])
    picture = page.locator("img.deck-first")
    expect(picture).to_be_visible(timeout=15_000)
    expect(page.locator("#deck-title")).to_be_focused()
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 1600
    assert page.locator(".deck-pages img").count() == 5
    expect(page.locator("#deck-steps")).to_have_count(0)
    assert visitor.width() == width
    assert visitor.complaints == []


def test_the_upload_tells_how_far_it_is_and_can_be_stopped(
    transactional_db: None, cast: Cast, visit: Callable[..., Visitor], deck_file: Path
) -> None:
    _visitor, page = opened(visit, cast)
    page.route("**/startup/deck/", lambda _route: None)  # it is never answered
    page.locator("input[type=file]").set_input_files(deck_file)
    page.locator("[data-upload]").evaluate(
        """form => htmx.trigger(form, "htmx:xhr:progress", {lengthComputable: true, loaded: 4194304, total: 8388608})"""
    )
    expect(page.locator("#upload-text")).to_have_text("Uploading 50% (4.0 of 8.0 MB)")
    expect(page.locator("[data-running] progress")).to_have_attribute("value", "50")
    page.locator("[data-upload] [type=submit]").evaluate(
        "button => { button.disabled = false; button.click(); }"
    )
    expect(page.locator("#deck")).to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Cancel the upload").click()
    expect(page.locator("[data-message]")).to_have_text("The upload was stopped. Nothing has been changed.")
    expect(page.locator("[data-running]")).to_be_hidden()
    assert Deck.objects.count() == 0


def test_when_the_connection_breaks_the_page_says_so(
    transactional_db: None, cast: Cast, visit: Callable[..., Visitor], deck_file: Path
) -> None:
    _visitor, page = opened(visit, cast, language="ja")
    page.locator("input[type=file]").set_input_files(deck_file)
    page.route("**/startup/deck/", lambda route: route.abort())
    page.get_by_role("button", name=words("ja", "Upload"), exact=True).click()
    expect(page.locator("[data-message]")).to_have_text(
        words("ja", "The file could not be uploaded. Try again.")
    )
    expect(page.locator(".update-failed")).to_have_count(0)


def test_a_file_that_is_too_large_is_not_even_sent(
    transactional_db: None, cast: Cast, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    _visitor, page = opened(visit, cast)
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7" + bytes(20 * 1024 * 1024))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("[data-message]")).to_have_text("The selected file must be smaller than 20 MB.")
    assert "POST" not in sent


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_bad_file_shows_its_message(
    language: str,
    scripts: bool,
    transactional_db: None,
    cast: Cast,
    visit: Callable[..., Visitor],
    tmp_path: Path,
) -> None:
    visitor, page = opened(visit, cast, language=language, scripts=scripts)
    wrong = tmp_path / "deck.pdf"
    wrong.write_text("not a PDF")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name=words(language, "Upload"), exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text(
        words(language, "The selected file must be a PDF.")
    )
    locked = tmp_path / "locked.pdf"
    locked.write_bytes(REFUSED["a password"][0]())
    page.locator("input[type=file]").set_input_files(locked)
    page.get_by_role("button", name=words(language, "Upload"), exact=True).click()
    expect(page.locator("#deck-steps")).to_be_visible()
    for name in STEPS[:2]:
        next_step(name)
    if not scripts:
        page.get_by_role("link", name=words(language, "Reload to see the progress")).click()
    told = words(language, "The selected file is password protected. Export it without a password.")
    expect(page.locator("#deck-state")).to_contain_text(told, timeout=15_000)
    assert visitor.complaints == []


def test_without_scripts_a_deck_is_uploaded_replaced_and_deleted(
    transactional_db: None, cast: Cast, visit: Callable[..., Visitor], deck_file: Path
) -> None:
    decks.in_use(cast.startup, cast.startup_owner, name="Old.pdf")
    _visitor, page = opened(visit, cast, scripts=False)
    page.locator("input[type=file]").set_input_files(deck_file)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("#deck-state")).to_contain_text("Old.pdf")
    for name in STEPS:
        next_step(name)
    page.get_by_role("link", name="Reload to see the progress").click()
    expect(page.locator("#deck-state")).to_contain_text("Pitch 2026.pdf")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the pitch deck").click()
    assert download.value.suggested_filename == "Pitch 2026.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="Delete the pitch deck").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#deck-state")).to_contain_text("No pitch deck yet")


def test_a_file_may_be_dropped(transactional_db: None, cast: Cast, visit: Callable[..., Visitor]) -> None:
    _visitor, page = opened(visit, cast)
    page.locator("[data-drop]").evaluate(
        """area => {
          const data = new DataTransfer();
          data.items.add(new File(["%PDF-1.7"], "dropped.pdf", {type: "application/pdf"}));
          for (const name of ["dragover", "drop"]) {
            area.dispatchEvent(new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true}));
          }
        }"""
    )
    assert page.locator("input[type=file]").evaluate("field => field.files[0].name") == "dropped.pdf"


@pytest.mark.parametrize(
    ("language", "width", "dark", "scripts"),
    [
        ("ja", 1280, False, True),
        ("en", 390, True, True),
        ("ja", 390, True, False),
        ("en", 1280, False, False),
    ],
)
def test_staff_look_at_the_pages_of_a_changed_deck_within_the_list_and_are_logged(
    language: str,
    width: int,
    dark: bool,
    scripts: bool,
    transactional_db: None,
    cast: Cast,
    visit: Callable[..., Visitor],
) -> None:
    """Without scripts the pages are a page of their own. Nothing is logged before somebody asks to see them."""
    deck = decks.in_use(cast.startup, cast.startup_owner, name="Pitch 2026.pdf")
    visitor = visit(cast.officer, language=language, width=width, dark=dark, scripts=scripts)
    visitor.go("/staff/changes/")
    page = visitor.page
    assert not deck.readings.exists()
    page.locator("main").get_by_role("link", name=words(language, "See it")).click()
    picture = page.locator("img.deck-first")
    expect(picture).to_be_visible()
    picture.evaluate("image => image.decode()")  # it is there once it has come, and so is the row
    assert page.url.endswith("/changes/" if scripts else "/deck/pages/")
    assert page.locator(".deck-pages img").count() == 0  # of one page
    assert visitor.width() <= width
    if scripts:  # axe is one itself
        expect(page.locator("section[data-focus]")).to_be_focused()
        assert faults_here(visitor, page.url, width) == []
    assert [(each.reader, each.form) for each in deck.readings.all()] == [(cast.officer, "pages")]
    assert visitor.complaints == []
