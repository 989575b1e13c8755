"""Run a command with PostgreSQL and Valkey at hand: `python -m matchmaking.core.embedded COMMAND...`.

DATABASE_URL and REDIS_URL name servers that somebody else runs; whichever is missing is started here, below one data
folder (PORTAL_DATA), and stopped again when the command ends or a signal comes. No Django here: only the command
reads the settings.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import psutil

from matchmaking.core import external
from matchmaking.core import servers as own
from matchmaking.core.external import Refusal

PROJECT = Path(__file__).resolve().parent.parent.parent
ADDRESSES = ("DATABASE_URL", "REDIS_URL")
MARK = "PORTAL_RUNNER"  # in the environment of every program that a runner starts: its data folder
ATTACH_SECONDS = 60
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def servers(folder: Path, *, volatile: bool = False) -> Iterator[dict[str, str]]:
    """Yield the variables with which a program finds its servers; stop those started here afterwards.

    Raises Refusal when a given server is unfit, when one does not start, or when the folder is in use.
    """
    environment = given_addresses()
    external.check(environment)
    with ExitStack() as stack:
        stack.enter_context(held(folder))
        if "DATABASE_URL" not in environment:
            environment["DATABASE_URL"] = stack.enter_context(own.postgres(folder, volatile=volatile))
        if "REDIS_URL" not in environment:
            environment["REDIS_URL"] = stack.enter_context(own.valkey(folder))
        environment |= {"PORTAL_DATA": str(folder), "SECRET_KEY": secret_key(folder)}
        own.write_private(folder / "runner.env", [f"{name}={value}" for name, value in environment.items()])
        stack.callback(end_marked, folder)
        yield environment


def given_addresses() -> dict[str, str]:
    return {name: os.environ[name] for name in ADDRESSES if os.environ.get(name)}


def data_folder() -> Path:
    """PORTAL_DATA, or var/ in the project."""
    return Path(os.environ.get("PORTAL_DATA") or PROJECT / "var").resolve()


def secret_key(folder: Path) -> str:
    """SECRET_KEY as given, or this data folder's own, made once."""
    path = folder / "secret-key"
    if given := os.environ.get("SECRET_KEY"):
        return given
    if not path.exists():
        own.write_private(path, [secrets.token_urlsafe(50)])
    return path.read_text().strip()


# --- One runner for a data folder -------------------------------------------------------------------------------------


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the data folder and end what a killed runner left behind; refuse when another runner holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+")
    except OSError as error:
        raise Refusal(
            f"The data folder {folder} cannot be used: {error.strerror} (PORTAL_DATA names another one).",
            f"データフォルダー {folder} を利用できません: {error.strerror}（PORTAL_DATA で変更できます）。",
        ) from error
    with lock:
        if not locked(lock.fileno()):
            raise in_use(folder)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        (folder / "runner.env").unlink(missing_ok=True)
        end_marked(folder)
        own.end_leftovers(folder)
        try:
            yield
        finally:
            (folder / "runner.env").unlink(missing_ok=True)
            lock.truncate(0)


def locked(descriptor: int) -> bool:
    """Take the lock, which the system frees when this process ends in whatever way."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def in_use(folder: Path) -> Refusal:
    pid = (folder / "lock").read_text() or "?"
    return Refusal(
        f"The portal already runs on the data folder {folder} (process {pid}): stop that one, or set PORTAL_DATA.",
        f"データフォルダー {folder} は実行中のポータル（プロセス {pid}）が使用しています。"
        "停止するか、PORTAL_DATA を指定してください。",
    )


def is_held(folder: Path) -> bool:
    """Whether a runner holds the folder now."""
    try:
        with (folder / "lock").open() as lock:
            return not locked(lock.fileno())
    except FileNotFoundError:
        return False


def forget(folder: Path) -> None:
    """Remove the data folder, and what of it lies elsewhere; refuse while a runner holds it."""
    if folder.exists():
        with held(folder):
            shutil.rmtree(own.outer_home(folder), ignore_errors=True)
            shutil.rmtree(folder)


def end_marked(folder: Path) -> None:
    """End every program that a runner of this folder started and that outlived it."""
    mine = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    outlived = [
        process for process in psutil.process_iter() if process.pid not in mine and is_marked(process, folder)
    ]
    for process in outlived:
        own.end(process, signal.SIGTERM)


def is_marked(process: psutil.Process, folder: Path) -> bool:
    try:
        return bool(process.environ().get(MARK) == str(folder))
    except (psutil.Error, OSError):  # another user's, or gone
        return False


def runner_environment(folder: Path) -> dict[str, str] | None:
    """The variables of the runner that holds the folder, waiting until its servers are up; None without one."""
    deadline = time.monotonic() + ATTACH_SECONDS
    while is_held(folder) and time.monotonic() < deadline:
        try:
            lines = (folder / "runner.env").read_text().splitlines()
        except FileNotFoundError:
            time.sleep(0.1)
            continue
        return dict(line.split("=", 1) for line in lines) | given_addresses()
    return None


# --- The command ------------------------------------------------------------------------------------------------------


class Command:
    """The command that the servers are for; a signal to the runner is a signal to it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        for number in SIGNALS:
            signal.signal(number, self.receive)

    def receive(self, number: int, _frame: FrameType | None) -> None:
        """Pass a signal on, or unwind when the command does not run yet."""
        if self.process is None:
            raise SystemExit(128 + number)
        if not (number == signal.SIGINT and came_from_terminal()):
            self.process.send_signal(number)

    def run(self, words: Sequence[str], environment: Mapping[str, str]) -> int:
        """Run to the end; return the exit code as a shell counts it."""
        mark = {MARK: environment["PORTAL_DATA"]}
        self.process = subprocess.Popen(words, env={**os.environ, **environment, **mark})
        code = self.process.wait()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # the servers are about to stop: do not stop halfway
        return code if code >= 0 else 128 - code


def came_from_terminal() -> bool:
    """Whether Ctrl-C reaches the command by itself, as every process in the terminal's foreground."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


@contextmanager
def chosen_folder(*, throwaway: bool) -> Iterator[Path]:
    """The data folder, or a temporary one that PostgreSQL's account may enter and that disappears afterwards."""
    if not throwaway:
        yield data_folder()
        return
    with tempfile.TemporaryDirectory(prefix="matchmaking-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)  # to be entered, not read
        yield folder


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m matchmaking.core.embedded", description=__doc__)
    parser.add_argument("--attach", action="store_true", help="use the servers of a runner, if there is one")
    parser.add_argument("--throwaway", action="store_true", help="work in a temporary data folder")
    parser.add_argument("--volatile", action="store_true", help="faster, without safety at a power cut")
    parser.add_argument("--forget", action="store_true", help="remove the data folder; needs no command")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if not options.command and not options.forget:
        parser.error("a command is missing")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with its servers; return its exit code, or 1 after saying why it cannot run."""
    options = parsed(arguments)
    try:
        if options.forget:
            forget(data_folder())
            return 0
        if options.attach and (environment := runner_environment(data_folder())):
            os.execvpe(options.command[0], options.command, {**os.environ, **environment})  # noqa: S606 - no shell
        command = Command()
        with (
            chosen_folder(throwaway=options.throwaway) as folder,
            servers(folder, volatile=options.volatile or options.throwaway) as environment,
        ):
            return command.run(options.command, environment)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
    except OSError as error:  # no such command, or a full disk
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
