"""Every hostile file is neutralised or refused, for the reason it should be, with little time and memory."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from startups.decks import sandbox
from startups.decks.limits import Limits, Means
from startups.decks.reasons import Reason
from startups.decks.shelf import CLEAN
from tests.startups.deck_hostile import ACTIVE, CORPUS, REFUSED, SLOW_TO_DRAW
from tests.startups.decks import ACTIVE as TRACES
from tests.startups.decks import unpacked

MOST_KIB = 512 * 1024


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "sent.pdf"


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CORPUS) >= 60
    assert {reason for _make, reason in REFUSED.values()} >= set(Reason) - {
        Reason.TOO_COMPLEX,  # by what it takes, below
        Reason.ACTIVE_CONTENT,  # the second look at what was written: nobody has got so far
    }


@pytest.mark.parametrize("name", ACTIVE)
def test_what_acts_is_taken_out_and_the_page_stays(name: str, source: Path, tmp_path: Path) -> None:
    source.write_bytes(ACTIVE[name][0]())
    report = sandbox.run("check", source, tmp_path)
    assert (report.refused, report.detail, report.pages) == (None, "", 1)
    assert report.memory_kib <= MOST_KIB
    assert TRACES.findall(unpacked(tmp_path / CLEAN)) == []
    drawn = sandbox.run("draw", tmp_path / CLEAN, tmp_path)
    assert (drawn.refused, max(drawn.width, drawn.height)) == (None, 1600)
    assert drawn.memory_kib <= MOST_KIB


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_trusted_is_refused_with_its_reason(name: str, source: Path, tmp_path: Path) -> None:
    make, reason = REFUSED[name]
    source.write_bytes(make())
    report = sandbox.run("check", source, tmp_path)
    assert report.refused == reason, report.detail
    assert report.memory_kib <= MOST_KIB
    assert not (tmp_path / CLEAN).exists()


def test_a_page_that_takes_too_long_to_draw_is_stopped(source: Path, tmp_path: Path) -> None:
    source.write_bytes(SLOW_TO_DRAW())
    assert sandbox.run("check", source, tmp_path).refused is None
    report = sandbox.run("draw", tmp_path / CLEAN, tmp_path, means=Means(cpu_seconds=2))
    assert report.refused == Reason.TOO_COMPLEX


def test_with_the_limits_of_the_gate_lifted_those_of_the_process_still_hold(
    source: Path, tmp_path: Path
) -> None:
    """qpdf gives an object up for which there is no memory, and goes on without it."""
    source.write_bytes(REFUSED["objects of 1 GiB"][0]())
    generous = Limits(stream_bytes=4 * 1024**3 - 1, all_streams_bytes=2**40)
    report = sandbox.run("check", source, tmp_path, limits=generous, means=Means(memory=256 * 1024**2))
    assert report.memory_kib <= 256 * 1024
    assert report.refused in (None, Reason.TOO_COMPLEX)


def test_the_rest_of_a_cleaned_deck_still_reads(source: Path, tmp_path: Path) -> None:
    source.write_bytes(ACTIVE["script on opening"][0]())
    sandbox.run("check", source, tmp_path)
    with pypdfium2.PdfDocument(tmp_path / CLEAN) as document:
        assert document[0].get_textpage().get_text_bounded() == "A deck like any other"


def test_only_what_is_on_the_list_is_left_of_the_catalogue(source: Path, tmp_path: Path) -> None:
    source.write_bytes(ACTIVE["script among names"][0]())
    sandbox.run("check", source, tmp_path)
    with pikepdf.open(tmp_path / CLEAN) as file:
        assert set(file.Root.keys()) == {"/Type", "/Pages"}
        assert set(file.trailer.keys()) <= {
            "/Root",
            "/Size",
            "/ID",
            "/Type",
            "/W",
            "/Filter",
            "/DecodeParms",
            "/Length",
        }
