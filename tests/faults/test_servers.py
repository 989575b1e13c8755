"""The embedded servers, with real processes, signals and kills."""

from __future__ import annotations

import os
import pwd
import signal
import sys
from pathlib import Path

import pytest
import redis

from matchmaking.core.servers import postgres_account
from tests.faults.runners import PRINT_ADDRESSES, PRINT_AND_WAIT, processes_of, query, run, running, words

pytestmark = pytest.mark.faults
COUNT_KEPT = """
import os, psycopg2
with psycopg2.connect(os.environ["DATABASE_URL"]).cursor() as cursor:
    cursor.execute("select count(*) from kept")
    print(cursor.fetchone()[0])
"""


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
