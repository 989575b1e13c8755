"""What the runner and the supervisor do without starting a server: files, addresses, options, lines on the console."""

from __future__ import annotations

import argparse
import os
import re
import socket
import stat
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from honcho.manager import SYSTEM_PRINTER_NAME

from matchmaking.core import embedded, processes, servers
from matchmaking.core.external import Refusal


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}


def sentences(refusal: BaseException) -> tuple[str, str]:
    english, japanese = str(refusal).split("\n")
    assert re.search(r"[\u3040-\u30ff]", japanese)
    assert not re.search(r"[\u3040-\u30ff]", english)
    return english, japanese


def test_private_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        servers.write_private(tmp_path / "runner.env", ["SECRET_KEY=x"])
        embedded_key = tmp_path / "data"
        embedded_key.mkdir()
    finally:
        os.umask(before)
    assert modes(tmp_path)["runner.env"] == "0o600"


def test_what_a_crash_left_unfinished_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "key.unfinished").write_text("half")
    servers.write_private(tmp_path / "key", ["whole"])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"key": "whole\n"}


def test_a_link_that_somebody_put_there_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    (tmp_path / "key.unfinished").symlink_to(victim)
    servers.write_private(tmp_path / "key", ["secret"])
    assert (victim.read_text(), (tmp_path / "key").is_symlink()) == ("untouched", False)


def test_each_data_folder_has_a_key_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    keys = {embedded.secret_key(folder) for folder in folders}
    assert len(keys) == 2
    assert modes(folders[0]) == {"secret-key": "0o600"}


def test_the_runners_variables_are_read_back_and_what_is_given_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("REDIS_URL", "redis://mine")
    lines = [
        "DATABASE_URL=postgres://u:p=q@/portal?host=%2Ftmp",
        "REDIS_URL=redis://:a=b@h:1",
        "SECRET_KEY=k==",
    ]
    with embedded.held(tmp_path):
        servers.write_private(tmp_path / "runner.env", lines)
        assert embedded.runner_environment(tmp_path) == {
            "DATABASE_URL": "postgres://u:p=q@/portal?host=%2Ftmp",
            "REDIS_URL": "redis://mine",
            "SECRET_KEY": "k==",
        }
    assert list(tmp_path.iterdir()) == [tmp_path / "lock"]
    assert (tmp_path / "lock").read_text() == ""


def test_a_runner_that_dies_while_it_is_waited_for_is_no_runner(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    assert embedded.runner_environment(tmp_path) is None


def test_forgetting_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    embedded.forget(tmp_path / "never")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "file").touch()
    embedded.forget(folder)
    assert not folder.exists()


def test_a_folder_in_use_is_not_forgotten(tmp_path: Path) -> None:
    with embedded.held(tmp_path), pytest.raises(Refusal) as refusal:
        embedded.forget(tmp_path)
    english, japanese = sentences(refusal.value)
    assert (f"process {os.getpid()}" in english, str(os.getpid()) in japanese) == (True, True)
    assert tmp_path.exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["python", "manage.py", "migrate"], {"command": ["python", "manage.py", "migrate"]}),
        (["--attach", "ls", "--volatile"], {"attach": True, "command": ["ls", "--volatile"]}),
        (["--throwaway", "--volatile", "x"], {"throwaway": True, "volatile": True, "command": ["x"]}),
        (["--forget"], {"forget": True, "command": []}),
    ],
)
def test_options_before_the_command_are_the_runners(
    arguments: list[str], expected: dict[str, object]
) -> None:
    plain = {"attach": False, "throwaway": False, "volatile": False, "forget": False}
    assert embedded.parsed(arguments) == argparse.Namespace(**(plain | expected))


def test_a_runner_without_a_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        embedded.parsed([])
    assert "a command is missing" in capsys.readouterr().err


def test_a_throwaway_folder_is_gone_afterwards() -> None:
    with embedded.chosen_folder(throwaway=True) as folder:
        (folder / "file").touch()
        assert oct(stat.S_IMODE(folder.stat().st_mode)) == "0o711"
    assert not folder.exists()


def test_a_long_path_gets_a_short_folder_for_its_socket(tmp_path: Path) -> None:
    short, long = Path("/tmp/short"), tmp_path / ("長" * 40)
    with servers.socket_folder(short, None) as folder:
        assert folder == short
    with servers.socket_folder(long, None) as folder:
        assert folder != long
        assert len(os.fsencode(folder)) <= servers.LONGEST_SOCKET_FOLDER
    assert not folder.exists()


def test_data_of_another_version_is_refused_before_it_is_touched(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16\n")
    with pytest.raises(Refusal) as refusal:
        servers.refuse_other_version(Path("/x/pginstall18/bin"), tmp_path)
    english, _japanese = sentences(refusal.value)
    assert english == f"{tmp_path} was written by PostgreSQL 16, and 18 is installed: move the folder away."
    (tmp_path / "PG_VERSION").write_text("18\n")
    servers.refuse_other_version(Path("/x/pginstall18/bin"), tmp_path)


@pytest.mark.parametrize(("log", "line"), [("", "-"), ("one\ntwo\n\n", "two"), ("\udcff", "\ufffd")])
def test_a_server_that_did_not_start_is_quoted_by_its_last_line(tmp_path: Path, log: str, line: str) -> None:
    path = tmp_path / "postgres.log"
    path.write_bytes(log.encode("utf-8", "surrogateescape"))
    english, japanese = sentences(servers.failed("postgres", path))
    assert english == f"postgres did not start: {line} (log: {path})."
    assert str(path) in japanese


def test_two_data_folders_never_share_a_folder_outside() -> None:
    one, other = servers.outer_home(Path("/root/a")), servers.outer_home(Path("/root/b"))
    assert one != other == servers.outer_home(Path("/root/b"))
    assert one.parent == servers.SYSTEM_FOLDER


def test_a_package_that_is_missing_is_named_with_the_way_out() -> None:
    with pytest.raises(Refusal) as refusal:
        servers.package_folder("no_such_package")
    english, japanese = sentences(refusal.value)
    assert ("make setup" in english, "make setup" in japanese, "no_such_package" in english) == (
        True,
        True,
        True,
    )


def test_an_ordinary_user_is_not_changed() -> None:
    assert servers.as_account(None) == {}
    account = SimpleNamespace(pw_uid=12, pw_gid=34)
    assert servers.as_account(account) == {"user": 12, "group": 34, "extra_groups": []}


# --- The port and the console ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("127.0.0.1", 8000)),
        ({"PORT": "", "HOST": ""}, ("127.0.0.1", 8000)),
        ({"PORT": "1", "HOST": "0.0.0.0"}, ("0.0.0.0", 1)),  # noqa: S104
        ({"PORT": "65535"}, ("127.0.0.1", 65535)),
    ],
)
def test_host_and_port_as_given(
    given: dict[str, str], expected: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert processes.address() == expected


def test_a_port_in_use_is_told_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Refusal) as refusal:
            processes.require_free("127.0.0.1", port)
    english, japanese = sentences(refusal.value)
    other = port + 1 if port < 65535 else 8001
    assert english.startswith(f"Port {port} on 127.0.0.1 cannot be used: Address already in use.")
    assert (f"make run PORT={other}" in english, f"make run PORT={other}" in japanese) == (True, True)
    processes.require_free("127.0.0.1", servers.free_port())


class Answer(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def served(status: int, ask: Callable[[int], object]) -> object:
    server = HTTPServer(("127.0.0.1", 0), type("It", (Answer,), {"status": status}))
    thread = Thread(target=server.handle_request, daemon=True)
    thread.start()
    try:
        return ask(server.server_port)
    finally:
        thread.join(5)
        server.server_close()


@pytest.mark.parametrize("status", [200, 404, 500])
def test_the_first_answer_counts_whatever_it_is(status: int) -> None:
    assert served(status, lambda port: processes.first_status(f"http://127.0.0.1:{port}/")) == status


def test_no_answer_in_time_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "WEB_SECONDS", 0.2)
    assert processes.first_status(f"http://127.0.0.1:{servers.free_port()}/") is None


@pytest.mark.parametrize(("status", "words"), [(200, "ポータルを開く"), (500, "answers with error 500")])
def test_the_reader_is_told_in_both_languages_when_it_can_be_opened(
    status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    served(status, lambda port: processes.Console("127.0.0.1", port).announce())
    said = capsys.readouterr().out
    assert words in said
    assert "http://localhost:" in said


def line(name: str, text: str) -> SimpleNamespace:
    return SimpleNamespace(type="line", data=text, time=None, name=name, colour=None)


def test_the_program_that_ended_first_is_named_with_its_last_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console = processes.Console("127.0.0.1", 1)
    console.waiting = Thread()
    console.width = 6
    for number in range(30):
        console.last["web"].append(f"web {number}")
    for name, code in (("worker", "1"), ("web", "-15")):
        text = f"{name} stopped (rc={code})\n"
        if console.first_end is None and (end := processes.STOPPED.match(text)):
            console.first_end = (end["name"], end["code"])
    console.last["worker"].append("could not connect")
    console.report_first_end()
    said = capsys.readouterr().err
    assert 'The program "worker" ended (exit code 1)' in said
    assert ("could not connect" in said, "web 29" in said, "「worker」" in said) == (True, False, True)
    assert (len(console.last["web"]), SYSTEM_PRINTER_NAME != "web") == (processes.LAST_LINES, True)


def test_the_programs_listen_only_where_they_are_told(tmp_path: Path) -> None:
    found = processes.commands("127.0.0.1", 8123, tmp_path)
    assert found["web"][found["web"].index("--bind") + 1] == "127.0.0.1:8123"
    assert str(tmp_path / "celerybeat-schedule") in found["beat"]
    assert all(words[0] == sys.executable for words in found.values())
