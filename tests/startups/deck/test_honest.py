"""Decks that honest people make are accepted, and nothing that a reader sees or uses is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from startups.decks import sandbox
from startups.decks.shelf import CLEAN, FIRST_PAGE, thumbnail_name
from tests.startups.deck_producers import CHROMIUM, JAPANESE, PITCH, WITH_BROWSER, WITHOUT_BROWSER, Producer
from tests.startups.decks import unpacked

PRODUCERS: dict[str, Producer] = {**WITHOUT_BROWSER, **WITH_BROWSER}
MOST_KIB = 512 * 1024


def words(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def addresses(path: Path) -> list[str]:
    with pikepdf.open(path) as file:
        return [
            str(annotation.A.URI)
            for page in file.pages
            for annotation in page.obj.get("/Annots", [])
            if "/A" in annotation and "/URI" in annotation.A
        ]


def chapters(path: Path) -> list[tuple[str, int]]:
    with pypdfium2.PdfDocument(path) as document:
        return [
            (mark.get_title(), destination.get_index() if (destination := mark.get_dest()) else -1)
            for mark in document.get_toc()
        ]


def picture(path: Path) -> bytes:
    with pypdfium2.PdfDocument(path) as document:
        image: Any = document[0].render(scale=0.5).to_pil()
        return bytes(image.tobytes())


@pytest.fixture(params=PRODUCERS)
def sent(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param in WITH_BROWSER and CHROMIUM is None:
        pytest.skip("NO CHROMIUM: its printed decks were not tried")
    path = tmp_path / "sent.pdf"
    path.write_bytes(PRODUCERS[request.param]())
    return path


def test_an_honest_deck_passes_as_it_is(sent: Path, tmp_path: Path) -> None:
    report = sandbox.run("check", sent, tmp_path)
    clean = tmp_path / CLEAN
    assert (report.refused, report.detail) == (None, "")
    assert report.memory_kib <= MOST_KIB
    assert words(clean) == words(sent)
    assert addresses(clean) == addresses(sent)
    assert chapters(clean) == chapters(sent)
    assert picture(clean) == picture(sent)
    drawn = sandbox.run("draw", clean, tmp_path)
    assert (drawn.refused, drawn.detail) == (None, "")
    assert drawn.memory_kib <= MOST_KIB
    names = {FIRST_PAGE, *(thumbnail_name(number) for number in range(1, report.pages + 1))}
    assert {path.name for path in tmp_path.glob("*.png")} == names


def test_there_are_at_least_twenty() -> None:
    assert len(PRODUCERS) >= 20


def test_the_words_are_those_that_were_written(tmp_path: Path) -> None:
    for name, text in (("reportlab_text", PITCH), ("reportlab_japanese", JAPANESE), ("fpdf_text", PITCH)):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(PRODUCERS[name]())
        assert text in words(path)[0]


def test_where_and_with_what_a_picture_was_taken_is_not_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "sent.pdf"
    path.write_bytes(PRODUCERS["jpeg_with_place_and_camera"]())
    assert path.read_bytes().count(b"canary") == 3
    assert sandbox.run("check", path, tmp_path).refused is None
    assert b"canary" not in (tmp_path / CLEAN).read_bytes()


def test_who_made_the_file_and_with_what_is_not_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "sent.pdf"
    path.write_bytes(PRODUCERS["reportlab_text"]())
    assert b"ReportLab" in path.read_bytes()
    sandbox.run("check", path, tmp_path)
    assert b"ReportLab" not in unpacked(tmp_path / CLEAN)


def test_the_same_file_is_cleaned_to_the_same_bytes(tmp_path: Path) -> None:
    """A step that is repeated changes nothing."""
    path = tmp_path / "sent.pdf"
    path.write_bytes(PRODUCERS["reportlab_links_and_outline"]())
    results = []
    for _attempt in range(2):
        sandbox.run("check", path, tmp_path)
        results.append((tmp_path / CLEAN).read_bytes())
    assert results[0] == results[1]
