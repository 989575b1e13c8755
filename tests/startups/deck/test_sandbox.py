"""The child process has little, knows nothing, and is believed only what a report may hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pikepdf
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from startups.decks import sandbox
from startups.decks.__main__ import is_the_machines_fault, judged, reason_of
from startups.decks.limits import Limits
from startups.decks.pictures import without_metadata
from startups.decks.reasons import Reason, Refused
from tests.startups import decks
from tests.startups.deck_producers import fpdf_text, photo

ROOT = Path(__file__).resolve().parents[3]
INSIDE = """
import json, os, resource, socket, sys
from startups.decks.limits import Means, confine
confine(Means())
limits = {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0]
          for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE", "NPROC")}
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
json.dump({"limits": limits, "no_new": status["NoNewPrivs"].strip()}, sys.stdout)
"""


def test_the_child_has_given_up_what_it_does_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", INSIDE], cwd=ROOT, capture_output=True, check=True)
    found = json.loads(done.stdout)
    assert found["limits"] == {
        "AS": 512 * 1024**2, "CPU": 20, "FSIZE": 64 * 1024**2, "NOFILE": 32, "CORE": 0, "NPROC": 0
    }  # fmt: skip
    assert found["no_new"] == "1"


def test_neither_web_nor_worker_loads_what_reads_strangers_files() -> None:
    """All pages and all background work are there, and no library that opens a PDF or a picture is."""
    everything = (
        "import django, sys; django.setup(); import matchmaking.urls, matchmaking.tasks, startups.tasks; "
        "print(sorted({'pikepdf', 'pypdfium2', 'startups.decks.gate'} & set(sys.modules)))"
    )
    settings_ = {"DJANGO_SETTINGS_MODULE": "matchmaking.settings.test", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", everything], cwd=ROOT, env=settings_, capture_output=True, check=True
    )
    assert done.stdout.strip() == b"[]"


def test_limits_that_are_lower_already_stay() -> None:
    before = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))\n"
    done = subprocess.run([sys.executable, "-c", before + INSIDE], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout)["limits"]["NOFILE"] == 20


def test_the_child_knows_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in its place that writes down what it was given."""
    spy = tmp_path / "python"
    spy.write_text('#!/bin/sh\nenv > "$7/seen"\necho "{}" > "$7/report.json"\n')
    spy.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(spy))
    monkeypatch.setenv("SECRET_KEY", "canary")
    sandbox.run("check", _file(tmp_path), tmp_path)
    seen = (tmp_path / "seen").read_text()
    assert "LANG=C.UTF-8" in seen
    assert "canary" not in seen


def _file(folder: Path) -> Path:
    path = folder / "sent.pdf"
    path.write_bytes(decks.pdf())
    return path


def _child(folder: Path, script: str) -> str:
    child = folder / "child"
    child.write_text(f"#!/bin/sh\n{script}\n")
    child.chmod(0o755)
    return str(child)


@pytest.mark.parametrize(
    "report",
    [
        "",
        "[]",
        "null",
        '{"refused": "because"}',
        '{"pages": "many"}',
        '{"pages": [1]}',
        '{"pages": 1' + " " * 5000 + "}",
    ],
)
def test_a_report_in_unexpected_words_is_not_believed(
    report: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", _child(tmp_path, f"echo '{report}' > $7/report.json"))
    with pytest.raises(sandbox.Failed):
        sandbox.run("check", _file(tmp_path), tmp_path)


@pytest.mark.parametrize(
    ("script", "refused"), [("kill -SEGV $$", Reason.TOO_COMPLEX), ("kill -XCPU $$", Reason.TOO_COMPLEX)]
)
def test_a_child_that_the_file_brings_down_has_refused_it(
    script: str, refused: Reason, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", _child(tmp_path, script))
    assert sandbox.run("check", _file(tmp_path), tmp_path).refused == refused


@pytest.mark.parametrize("script", ["exit 1", "kill -KILL $$", "true"])
def test_a_child_that_fails_otherwise_is_tried_again(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", _child(tmp_path, script))
    with pytest.raises(sandbox.Failed):
        sandbox.run("check", _file(tmp_path), tmp_path)


def test_a_child_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", _child(tmp_path, "echo $$ > $7/pid; sleep 600"))
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.5)
    with pytest.raises(sandbox.Failed, match="more than"):
        sandbox.run("check", _file(tmp_path), tmp_path)
    group = int((tmp_path / "pid").read_text())
    ended = [process for process in psutil.process_iter() if _group(process) == group]
    _gone, left = psutil.wait_procs(ended, timeout=10)  # they have been told to end; that takes a moment
    assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []


def _group(process: psutil.Process) -> int:
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return 0


def test_what_ails_the_machine_is_not_held_against_the_file(tmp_path: Path) -> None:
    assert is_the_machines_fault(OSError(28, "No space left on device"))
    assert is_the_machines_fault(RuntimeError("write failed: No space left on device"))
    assert not is_the_machines_fault(OSError(27, "File too large"))
    assert not is_the_machines_fault(ValueError("bad"))
    with pytest.raises(sandbox.Failed):
        sandbox.run("check", tmp_path / "none.pdf", tmp_path)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), Reason.TOO_COMPLEX),
        (RecursionError(), Reason.TOO_COMPLEX),
        (RuntimeError("std::bad_alloc"), Reason.TOO_COMPLEX),
        (pikepdf.PdfError("limit of nesting"), Reason.TOO_COMPLEX),
        (pikepdf.PdfError("xref not found"), Reason.DAMAGED),
        (Refused(Reason.ENCRYPTED, "by a password"), Reason.ENCRYPTED),
    ],
)
def test_whatever_a_library_makes_of_a_bad_file_is_a_reason(error: Exception, reason: Reason) -> None:
    def work(*_args: object) -> dict[str, object]:
        raise error

    assert judged(work, Path(), Path(), Limits())["refused"] == reason
    assert reason in (reason_of(error), Reason.TOO_COMPLEX, Reason.ENCRYPTED)


HONEST = fpdf_text()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spots=st.lists(
        st.tuples(st.integers(8, len(HONEST) - 1), st.binary(min_size=1, max_size=12)), min_size=1, max_size=6
    ),
    cut=st.integers(0, 400) | st.just(0),
)
def test_damage_anywhere_is_refused_or_cleaned_but_never_brings_anybody_down(
    spots: list[tuple[int, bytes]], cut: int, tmp_path: Path
) -> None:
    data = bytearray(HONEST)
    for place, change in spots:
        data[place : place + len(change)] = change
    source = tmp_path / "sent.pdf"
    source.write_bytes(bytes(data[: len(data) - cut]))
    report = sandbox.run("check", source, tmp_path)
    if report.refused is None:
        assert decks.ACTIVE.findall(decks.unpacked(tmp_path / "clean.pdf")) == []
        assert sandbox.run("draw", tmp_path / "clean.pdf", tmp_path).refused in (None, *Reason)


def _jpeg(**options: object) -> bytes:
    out = BytesIO()
    photo(64, 64).save(out, "JPEG", **options)
    return out.getvalue()


def _pixels(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as picture:
        return picture.tobytes()


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"comment": b"canary"}, {"icc_profile": b"profile" * 99}]
)
def test_a_picture_loses_its_metadata_and_nothing_else(options: dict[str, object]) -> None:
    data = _jpeg(**options)
    bare = without_metadata(data + b"canary behind")
    assert b"canary" not in bare
    assert _pixels(bare) == _pixels(data)
    assert (b"profileprofile" in bare) is ("icc_profile" in options)
    assert without_metadata(bare) == bare


@pytest.mark.parametrize("data", [b"", b"GIF", b"\xff\xd8\x00\x00", b"\xff\xd8\xff\xe1\x00\x01"])
def test_what_is_no_picture_is_damaged(data: bytes) -> None:
    with pytest.raises(Refused):
        without_metadata(data)


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_after_the_start_of_a_picture_end_in_a_result_or_a_refusal(data: bytes) -> None:
    with suppress(Refused):
        assert without_metadata(b"\xff\xd8" + data)[:2] == b"\xff\xd8"
