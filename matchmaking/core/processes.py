"""The demo on one machine: `python -m matchmaking.core.processes`, which is `make run`.

Two steps, each a process of its own: the first looks whether the port is free and hands over to the runner of the
servers (`embedded`); the second, run by that with the servers up, prepares the database and keeps the web server, the
worker and the clock going together. When one of them ends, all end.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict, deque
from pathlib import Path
from typing import NoReturn

from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

from matchmaking.core.embedded import PROJECT, data_folder, held
from matchmaking.core.external import Refusal

SUPERVISE = "--supervise"
LAST_LINES = 20
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}  # as root, the demo just does
WEB_SECONDS = 120
STOPPED = re.compile(r"(?P<name>\S+) stopped \(rc=(?P<code>-?\d+)\)")
STEPS = {
    "Preparing the database": ["migrate", "--verbosity", "0"],
    "Loading the sample data (first start only)": ["load_sample"],
}


def main() -> int:
    """Run the step that is due; return the exit code."""
    try:
        if SUPERVISE not in sys.argv[1:]:
            hand_over()
        prepare()
        return supervise()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1


# --- Before anything starts -----------------------------------------------------------------------------------------


def hand_over() -> NoReturn:
    """Become the runner of the servers, which starts this module again; refuse a port that cannot be used."""
    host, port = address()
    with held(data_folder()):  # ends what a killed run left behind, which may still listen on the port
        require_free(host, port)
    os.environ.setdefault("DEBUG", "true")
    name_own_address(port)
    python, package = sys.executable, "matchmaking.core"
    words = ["-m", f"{package}.embedded", python, "-m", f"{package}.processes", SUPERVISE]
    os.execv(python, [python, *words])  # noqa: S606 - no shell is wanted


def address() -> tuple[str, int]:
    """HOST and PORT, by default those that only this machine can reach."""
    port = os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Refusal(
            f'PORT must be a number from 1 to 65535, not "{port}".',
            f"PORT には 1 から 65535 までの数を指定してください（現在「{port}」）。",
        )
    return os.environ.get("HOST") or "127.0.0.1", int(port)


def name_own_address(port: int) -> None:
    """With a port of one's choice, mails and calendar feeds lead there too, unless they are told to lead elsewhere."""
    if os.environ.get("PORT"):
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")


def require_free(host: str, port: int) -> None:
    """Refuse a port that is taken or reserved, before the servers are started for nothing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = port + 1 if 1024 <= port < 65535 else 8001
            raise Refusal(
                f"Port {port} on {host} cannot be used: {error.strerror}. "
                f"Stop the program that uses it, or choose another port: make run PORT={other}",
                f"{host} のポート {port} を利用できません: {error.strerror}。"
                f"使用中のプログラムを停止するか、別のポートを指定してください: make run PORT={other}",
            ) from error


# --- With the servers up ----------------------------------------------------------------------------------------------


def prepare() -> None:
    """Bring the database up to date and fill it at the first start; both do nothing when nothing is to do."""
    for title, arguments in STEPS.items():
        print(f"{title} …", flush=True)
        started = time.monotonic()
        done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=PROJECT, check=False)
        if done.returncode:
            raise Refusal(
                f'"manage.py {arguments[0]}" failed, see above.',
                f"「manage.py {arguments[0]}」が失敗しました。上の出力を確認してください。",
            )
        print(f"  {time.monotonic() - started:.1f} s", flush=True)


def commands(host: str, port: int, folder: Path) -> dict[str, list[str]]:
    """The programs of the portal by the name that precedes their lines."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "matchmaking", "--quiet"]
    # gthread: pages wait for the database more than they compute; a browser keeps its connection between clicks
    web = "gunicorn --worker-class gthread --workers 2 --threads 8 --keep-alive 75 --graceful-timeout 3"
    worker = "worker --pool prefork --concurrency 2 --loglevel warning"
    beat = ["beat", "--schedule", str(folder / "celerybeat-schedule"), "--pidfile=", "--loglevel", "warning"]
    return {
        "web": [*python, *web.split(), "--no-control-socket", "--bind", f"{host}:{port}", "matchmaking.wsgi"],
        "worker": [*celery, *worker.split()],
        "beat": [*celery, *beat],
    }


def supervise() -> int:
    """Run the programs until one ends or a signal comes; return 128 + n for signal n, else never 0."""
    host, port = address()
    console = Console(host, port)
    manager = Manager(console)
    for name, words in commands(host, port, data_folder()).items():
        manager.add_process(name, f"exec {shlex.join(words)}", cwd=str(PROJECT), env=os.environ | QUIET)
    manager.loop()
    code: int = manager.returncode or 0
    if code not in (130, 143):  # nobody asked for the end
        console.report_first_end()
    return 128 - code if code < 0 else code or 1


class Console(Printer):
    """Prints the programs' lines, keeps the last of each, and says when the portal can be opened."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(sys.stdout)
        self.last: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=LAST_LINES))
        self.first_end: tuple[str, str] | None = None
        self.shown_host = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104
        self.url = f"http://{self.shown_host}:{port}/"
        self.waiting: threading.Thread | None = None

    def write(self, message: Message) -> None:
        """Print a line; the first one comes after all programs were forked, so that a thread may start."""
        text = message.data if isinstance(message.data, str) else message.data.decode("utf-8", "replace")
        if message.name != SYSTEM_PRINTER_NAME:
            self.last[message.name].append(text.rstrip("\n"))
        elif self.first_end is None and (end := STOPPED.match(text)):
            self.first_end = (end["name"], end["code"])
        if self.waiting is None:
            self.waiting = threading.Thread(target=self.announce, daemon=True)
            self.waiting.start()
        super().write(message)

    def announce(self) -> None:
        """Wait for the first page, then tell the reader where to go."""
        status = first_status(self.url)
        if status is None or self.first_end:
            return
        if status >= 500:
            print(f"\nThe start page {self.url} answers with error {status}; see above.\n", flush=True)
            return
        print(
            f"\n  The portal is ready:    {self.url}\n"
            f"  ポータルを開く:         {self.url}\n"
            f"  Sample logins:          {self.url}\n"
            "  Stop it with Ctrl-C.    停止: Ctrl-C\n",
            flush=True,
        )

    def report_first_end(self) -> None:
        """Repeat the last lines of the program that ended first: others wrote after it."""
        name, code = self.first_end or ("?", "?")
        print(
            f'\nThe program "{name}" ended (exit code {code}): all were stopped. Its last lines:',
            file=sys.stderr,
        )
        for line in self.last[name]:
            print(f"  {line}", file=sys.stderr)
        print(
            f"プログラム「{name}」が終了した（終了コード {code}）ため、ポータルを停止しました。",
            file=sys.stderr,
        )


def first_status(url: str) -> int | None:
    """The HTTP status of the first answer; None when none came in time."""
    deadline = time.monotonic() + WEB_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - our own http address
                status: int = response.status
                return status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    return None


if __name__ == "__main__":
    sys.exit(main())
