"""The embedded servers and the supervisor, with real processes, signals and kills."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import psycopg2
import pytest
import redis

from matchmaking.core.embedded import MARK, PROJECT
from matchmaking.core.servers import as_account, free_port, postgres_account, postgres_binaries

pytestmark = pytest.mark.faults
PRINT_ADDRESSES = ["sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"']
PRINT_AND_WAIT = ["sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; exec sleep 60']
COUNT_KEPT = """
import os, psycopg2
with psycopg2.connect(os.environ["DATABASE_URL"]).cursor() as cursor:
    cursor.execute("select count(*) from kept")
    print(cursor.fetchone()[0])
"""
OUR_VARIABLES = ("DATABASE_URL", "REDIS_URL", "PORTAL_DATA", "SECRET_KEY", "DEBUG", "HOST", "PORT", MARK)


@contextlib.contextmanager
def new_folder() -> Iterator[Path]:
    """A data folder that PostgreSQL's account may enter, with a path short enough for a socket."""
    name = Path("/tmp") / f"portal-test-{secrets.token_hex(4)}"
    name.mkdir()
    yield name
    shutil.rmtree(name)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder that the tests use one after the other, so that its database is made once."""
    with new_folder() as name:
        yield name


@pytest.fixture
def empty() -> Iterator[Path]:
    with new_folder() as name:
        yield name


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OUR_VARIABLES}
    return kept | {"PORTAL_DATA": str(folder)} | more


def words(*command: str, volatile: bool = True) -> list[str]:
    return [
        sys.executable,
        "-m",
        "matchmaking.core.embedded",
        *(["--volatile"] if volatile else []),
        *command,
    ]


def finished(folder: Path, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(
        command,
        env=environment(folder, **more),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a runner of its own to the end."""
    return finished(folder, words(*command), **more)


@contextlib.contextmanager
def running(folder: Path, command: list[str], **more: str) -> Iterator[subprocess.Popen[str]]:
    """A runner whose command goes on; killed at the end if it still runs."""
    process = subprocess.Popen(
        command,
        env=environment(folder, **more),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()


def processes_of(folder: Path) -> list[str]:
    """The servers that work below the folder, and the programs that its runner started."""
    return sorted(process.name() for process in psutil.process_iter() if belongs(process, folder))


def belongs(process: psutil.Process, folder: Path) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        if Path(process.cwd()).is_relative_to(folder):
            return True
    with contextlib.suppress(psutil.Error, OSError):
        return process.environ().get(MARK) == str(folder)
    return False


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


# --- Start and stop ---------------------------------------------------------------------------------------------------


def test_both_servers_run_as_promised_and_leave_no_process(folder: Path) -> None:
    with running(folder, words(*PRINT_AND_WAIT)) as runner:
        database_url, redis_url = runner.stdout.readline().split()
        client = redis.Redis.from_url(redis_url)
        kept = client.config_get("appendonly", "maxmemory-policy", "bind")
        client.close()
        provider = "select datlocprovider, datlocale, pg_encoding_to_char(encoding) from pg_database"
        assert query(database_url, f"{provider} where datname = 'portal'") == [("b", "C.UTF-8", "UTF8")]
        assert query(database_url, "show listen_addresses") == [("",)]
        assert query(database_url, "create extension vector; select '[1,2]'::vector <-> '[1,2]'") == [(0.0,)]
        assert kept == {"appendonly": "yes", "maxmemory-policy": "noeviction", "bind": "127.0.0.1"}
        assert (folder / "runner.env").stat().st_mode & 0o777 == 0o600
        assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600
        runner.send_signal(signal.SIGTERM)
        assert runner.wait(15) == 143
    assert processes_of(folder) == []
    assert not (folder / "runner.env").exists()


def test_valkey_asks_every_other_user_of_the_machine_for_a_password(folder: Path) -> None:
    script = (
        "import os, redis; from urllib.parse import urlsplit; p = urlsplit(os.environ['REDIS_URL']).port\n"
        "try: redis.Redis(port=p).ping()\n"
        "except redis.AuthenticationError: print('refused')"
    )
    assert run(folder, sys.executable, "-c", script).stdout == "refused\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_and_then_its_servers(folder: Path, number: signal.Signals) -> None:
    with running(folder, words(*PRINT_AND_WAIT)) as runner:
        runner.stdout.readline()
        runner.send_signal(number)
        assert runner.wait(15) == 128 + number
    assert processes_of(folder) == []


def test_the_exit_code_is_that_of_the_command_whose_leftovers_are_ended(folder: Path) -> None:
    assert run(folder, "sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & exit 7").returncode == 7
    assert processes_of(folder) == []


def test_a_command_that_does_not_exist_is_named(folder: Path) -> None:
    done = run(folder, "no-such-command")
    assert (done.returncode, done.stderr) == (1, "no-such-command: No such file or directory\n")
    assert processes_of(folder) == []


def test_a_data_folder_with_a_long_path_works_and_leaves_no_socket_folder(empty: Path) -> None:
    before = set(Path("/tmp").glob("matchmaking-*"))
    deep = empty / ("f" * 60) / ("日本" * 20)
    done = run(deep, *PRINT_ADDRESSES)
    assert done.stdout.startswith("postgres://postgres@/portal?host=%2Ftmp%2Fmatchmaking-"), done.stderr
    assert set(Path("/tmp").glob("matchmaking-*")) <= before


# --- kill -9 ----------------------------------------------------------------------------------------------------------


def test_a_start_after_kill_9_ends_what_was_left_and_keeps_the_data(folder: Path) -> None:
    with running(folder, words(*PRINT_AND_WAIT, volatile=False)) as runner:
        query(
            runner.stdout.readline().split()[0],
            "drop table if exists kept; create table kept(); insert into kept default values",
        )
        runner.kill()
        runner.wait()
        assert {"postgres", "sleep", "valkey-server"} <= set(processes_of(folder))
        done = run(folder, sys.executable, "-c", COUNT_KEPT)
        assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
        assert processes_of(folder) == []


def test_a_start_after_kill_9_of_postgres_itself_keeps_the_data(folder: Path) -> None:
    with running(folder, words(*PRINT_AND_WAIT, volatile=False)) as runner:
        query(runner.stdout.readline().split()[0], "insert into kept default values")
        pid_file = folder / "postgres" / "data" / "postmaster.pid"
        runner.kill()
        runner.wait()
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        pid_file.write_text(f"{os.getpid()}\n")  # as if another program had been given the pid since
        done = run(folder, sys.executable, "-c", COUNT_KEPT)
        assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")


# --- One runner a folder ----------------------------------------------------------------------------------------------


def test_a_second_runner_is_refused_and_a_command_can_attach(folder: Path) -> None:
    with running(folder, words(*PRINT_AND_WAIT)) as first:
        addresses = first.stdout.readline()
        second = run(folder, "true")
        assert (second.returncode, second.stdout) == (1, "")
        english, japanese = second.stderr.splitlines()
        assert english == (
            f"The portal already runs on the data folder {folder} (process {first.pid}): "
            "stop that one, or set PORTAL_DATA."
        )
        assert str(first.pid) in japanese
        assert run(folder, "--attach", *PRINT_ADDRESSES).stdout == addresses
        assert first.poll() is None


def test_attach_starts_servers_when_there_is_no_runner(folder: Path) -> None:
    assert run(folder, "--attach", *PRINT_ADDRESSES).stdout.startswith("postgres://")
    assert processes_of(folder) == []


def test_forget_removes_the_data_folder(folder: Path) -> None:
    below = folder / "data"
    run(below, "true")
    assert run(below, "--forget").returncode == 0
    assert not below.exists()


# --- Servers that somebody else runs ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outside_postgres() -> Iterator[str]:
    """A PostgreSQL that listens on TCP and wants a password, as a deployment's does; yields its address."""
    account = postgres_account()
    home = Path("/tmp") / f"portal-outside-{secrets.token_hex(4)}"
    home.mkdir()
    password_file = home / "password"
    password_file.write_text("right\n")
    if account:
        os.chown(home, account.pw_uid, account.pw_gid)
    binaries = postgres_binaries(home, account)
    as_owner = as_account(account)
    options = [
        "-A",
        "scram-sha-256",
        "--pwfile",
        str(password_file),
        "-U",
        "owner",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run(
        [binaries / "initdb", "-N", "-D", home / "data", *options],
        cwd=home,
        check=True,
        capture_output=True,
        **as_owner,
    )
    port = free_port()
    server = subprocess.Popen(
        [binaries / "postgres", "-D", home / "data", "-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"],
        cwd=home,
        stderr=subprocess.DEVNULL,
        **as_owner,
    )
    url = f"postgres://owner:right@127.0.0.1:{port}/postgres"
    try:
        wait_until(lambda: accepts(port))
        query(url, "create table ready()") if answers(url) else None
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(15)
        shutil.rmtree(home)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


@pytest.fixture(scope="module")
def outside_redis() -> Iterator[str]:
    """Debian's redis-server over TCP, with a password and a memory limit."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip(
            "redis-server is not installed: the portal on a Redis that somebody else runs IS NOT TESTED"
        )
    port = free_port()
    options = ["--bind", "127.0.0.1", "--save", "", "--requirepass", "right", "--maxmemory", "64mb"]
    server = subprocess.Popen(
        [program, "--port", str(port), *options],
        cwd="/tmp",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: accepts(port))
        yield f"redis://:right@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(15)


def test_given_servers_are_used_and_none_is_started(
    empty: Path, outside_postgres: str, outside_redis: str
) -> None:
    script = ["sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; ls -A "$PORTAL_DATA"']
    done = run(empty, *script, DATABASE_URL=outside_postgres, REDIS_URL=outside_redis)
    assert done.stderr == ""
    assert done.stdout.split() == [outside_postgres, outside_redis, "lock", "runner.env", "secret-key"]


def test_with_one_address_given_only_the_other_server_is_started(
    empty: Path, outside_postgres: str, outside_redis: str
) -> None:
    with_redis = run(empty, *PRINT_ADDRESSES, REDIS_URL=outside_redis).stdout.split()
    assert with_redis[0].endswith(quote(str(empty / "postgres"), safe=""))
    assert with_redis[1] == outside_redis
    assert not (empty / "valkey").exists()
    shutil.rmtree(empty / "postgres")
    with_postgres = run(empty, *PRINT_ADDRESSES, DATABASE_URL=outside_postgres).stdout.split()
    assert with_postgres[0] == outside_postgres
    assert with_postgres[1].startswith("redis://:")
    assert not (empty / "postgres").exists()


def refusal(empty: Path, **addresses: str) -> str:
    """The English sentence with which a start is refused, after checking its form."""
    done = run(empty, "true", **addresses)
    assert (done.returncode, done.stdout) == (1, "")
    english, japanese = done.stderr.splitlines()
    assert not japanese.isascii()
    assert list(empty.iterdir()) == []  # nothing was started or written
    return english


@pytest.mark.parametrize(
    ("variable", "url", "sentence"),
    [
        (
            "DATABASE_URL",
            "postgres://u:secret@127.0.0.1:1/portal",
            "PostgreSQL at 127.0.0.1:1/portal cannot be used: Connection refused (check DATABASE_URL).",
        ),
        (
            "DATABASE_URL",
            "mysql://u:secret@h/portal",
            "DATABASE_URL must be an address that starts with postgres://.",
        ),
        (
            "DATABASE_URL",
            "postgres://h:port/x",
            "DATABASE_URL must be an address that starts with postgres://.",
        ),
        (
            "REDIS_URL",
            "redis://:secret@127.0.0.1:1/0",
            "Redis at 127.0.0.1:1/0 cannot be used: Connection refused (check REDIS_URL).",
        ),
        ("REDIS_URL", "amqp://h", "REDIS_URL must be an address that starts with redis://."),
    ],
)
def test_a_wrong_address_is_refused_in_one_sentence(
    empty: Path, variable: str, url: str, sentence: str
) -> None:
    assert refusal(empty, **{variable: url}) == sentence


def test_a_wrong_password_or_database_is_refused_in_one_sentence(empty: Path, outside_postgres: str) -> None:
    place = outside_postgres.rpartition("@")[2]
    wrong = outside_postgres.replace("right", "wrong")
    assert refusal(empty, DATABASE_URL=wrong) == (
        f'PostgreSQL at {place} cannot be used: password authentication failed for user "owner" (check DATABASE_URL).'
    )
    missing = outside_postgres.replace("/postgres", "/missing").replace("missing://", "postgres://")
    assert 'database "missing" does not exist' in refusal(empty, DATABASE_URL=missing)


def test_a_database_that_cannot_do_what_is_needed_is_refused(empty: Path, outside_postgres: str) -> None:
    statements = [
        "create role plain login password 'right'",
        "create database latin encoding latin1 locale 'C' template template0",
    ]
    for statement in statements:
        connection = psycopg2.connect(outside_postgres)
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()
    latin = outside_postgres.rpartition("/")[0] + "/latin"
    assert "is encoded in LATIN1; create it with encoding UTF8." in refusal(empty, DATABASE_URL=latin)


def test_a_wrong_redis_password_and_what_is_no_redis_are_refused(
    empty: Path, outside_postgres: str, outside_redis: str
) -> None:
    place = outside_redis.rpartition("@")[2]
    assert refusal(empty, REDIS_URL=outside_redis.replace("right", "wrong")).startswith(
        f"Redis at {place} cannot be used: invalid username-password pair"
    )
    database_place = urlsplit(outside_postgres).netloc.rpartition("@")[2]
    assert refusal(empty, REDIS_URL=f"redis://{database_place}") == (
        f"What answers at {database_place} (REDIS_URL) is not Redis or Valkey."
    )


def test_a_redis_that_drops_jobs_is_refused(empty: Path, outside_redis: str) -> None:
    client = redis.Redis.from_url(outside_redis)
    client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert refusal(empty, REDIS_URL=outside_redis).endswith(
            "drops queued jobs when it is full; set maxmemory-policy to noeviction (it is allkeys-lru)."
        )
    finally:
        client.config_set("maxmemory-policy", "noeviction")
        client.close()


# --- As another user --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can close a folder to PostgreSQL's account")
def test_as_root_a_closed_folder_stays_closed_and_works(empty: Path) -> None:
    empty.chmod(0o700)
    done = run(empty / "var", "sh", "-c", "exit 0")
    assert done.returncode == 0
    assert "The database lies in /var/lib/matchmaking-" in done.stderr
    assert empty.stat().st_mode & 0o777 == 0o700
    outer = Path(done.stderr.split()[4].rstrip(":"))
    assert pwd.getpwuid((outer / "data").stat().st_uid).pw_name == postgres_account().pw_name
    assert run(empty / "var", "--forget").returncode == 0
    assert not outer.exists()


# --- The supervisor ---------------------------------------------------------------------------------------------------

RUN = [sys.executable, "-m", "matchmaking.core.processes"]


def test_a_taken_port_is_named_before_anything_starts(empty: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = finished(empty, RUN, PORT=str(port))
    english, japanese = done.stderr.splitlines()
    assert done.returncode == 1
    assert english == (
        f"Port {port} on 127.0.0.1 cannot be used: Address already in use. "
        f"Stop the program that uses it, or choose another port: make run PORT={port + 1}"
    )
    assert f"PORT={port + 1}" in japanese
    assert [path.name for path in empty.iterdir()] == ["lock"]
