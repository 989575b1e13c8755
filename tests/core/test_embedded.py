"""The parts of the runner and the supervisor that need no server; those that do are in tests/faults."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from matchmaking.core import embedded, processes, servers
from matchmaking.core.external import Refusal, shown, split_url, unreachable


def test_the_secret_key_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = embedded.secret_key(tmp_path)
    assert len(first) >= 50
    assert embedded.secret_key(tmp_path) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_given_secret_key_is_used_and_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "given")
    assert embedded.secret_key(tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_the_data_folder_is_var_unless_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATA", "")
    assert embedded.data_folder() == embedded.PROJECT / "var"
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    assert embedded.data_folder() == tmp_path.resolve()


def test_empty_addresses_count_as_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("REDIS_URL", "redis://h")
    assert embedded.given_addresses() == {"REDIS_URL": "redis://h"}


def test_the_folder_is_held_while_in_use_and_free_afterwards(tmp_path: Path) -> None:
    assert not embedded.is_held(tmp_path)
    with embedded.held(tmp_path):
        assert embedded.is_held(tmp_path)
        with pytest.raises(Refusal, match=f"process {os.getpid()}"), embedded.held(tmp_path):
            pass
    assert not embedded.is_held(tmp_path)
    assert embedded.runner_environment(tmp_path) is None


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match=r"data folder .*file/data cannot be used: Not a directory"):
        embedded.held(tmp_path / "file" / "data").__enter__()


def test_a_private_file_is_never_seen_half_written(tmp_path: Path) -> None:
    path = tmp_path / "runner.env"
    servers.write_private(path, ["A=1"])
    servers.write_private(path, ["A=2", "B=3"])
    assert path.read_text() == "A=2\nB=3\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_closed_folder_above_is_noticed(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert not servers.can_reach(tmp_path / "var")
    assert servers.can_reach(Path("/usr/bin"))


@pytest.mark.parametrize("content", ["", "not a number", "99999999", str(os.getpid())])
def test_a_pid_file_of_no_server_of_ours_harms_nobody(tmp_path: Path, content: str) -> None:
    pid_file = tmp_path / "valkey.pid"
    pid_file.write_text(content)
    servers.end_leftover(pid_file, servers.signal.SIGTERM)  # pytest would not survive a mistake here


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgres://user:secret@db.example:5432/portal", "db.example:5432/portal"),
        ("redis://:secret@127.0.0.1:6379/3", "127.0.0.1:6379/3"),
        ("postgres:///?host=/run/postgresql", "the local socket"),
    ],
)
def test_a_server_is_named_without_its_password(url: str, place: str) -> None:
    assert shown(split_url("X", url, ("postgres", "redis"))) == place


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (
            'connection to server at "h", port 1 failed: Connection refused\n\tIs the server running?',
            "Connection refused",
        ),
        (
            'connection to server at "h", port 1 failed: FATAL:  database "x" does not exist\n',
            'database "x" does not exist',
        ),
        (
            'could not translate host name "h" to address: Unknown host\n',
            'could not translate host name "h" to address: Unknown host',
        ),
        ("Error -2 connecting to h:1. Name or service not known.", "Name or service not known"),
        ("", "ValueError"),
    ],
)
def test_a_drivers_message_becomes_one_clause(message: str, reason: str) -> None:
    english, japanese = str(unreachable("Redis", "REDIS_URL", "h:1", ValueError(message))).splitlines()
    assert english == f"Redis at h:1 cannot be used: {reason} (check REDIS_URL)."
    assert japanese == f"h:1 の Redis を利用できません: {reason}（REDIS_URL を確認してください）。"


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Refusal, match=f'PORT must be a number from 1 to 65535, not "{port}"'):
        processes.address()


@pytest.mark.parametrize(
    ("chosen", "told", "named"),
    [
        ("8123", None, "http://localhost:8123"),
        ("8123", "https://a.example", "https://a.example"),
        (None, None, None),
    ],
)
def test_mails_lead_to_the_port_of_ones_choice(
    monkeypatch: pytest.MonkeyPatch, chosen: str | None, told: str | None, named: str | None
) -> None:
    for name, value in (("PORT", chosen), ("SITE_URL", told)):
        monkeypatch.setenv(name, value or "")
        if value is None:
            monkeypatch.delenv(name)
    processes.name_own_address(8123)
    assert os.environ.get("SITE_URL") == named


def test_every_program_of_the_portal_is_one_that_is_installed(tmp_path: Path) -> None:
    commands = processes.commands("127.0.0.1", 8000, tmp_path)
    assert list(commands) == ["web", "worker", "beat"]
    assert {tuple(words[:2]) for words in commands.values()} == {(sys.executable, "-m")}
    assert {words[2] for words in commands.values()} == {"gunicorn", "celery"}


def test_the_runner_imports_no_django() -> None:
    """It must say in a sentence what is wrong even where the settings cannot be read."""
    code = "import sys, matchmaking.core.processes; print('django.db' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=embedded.PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
