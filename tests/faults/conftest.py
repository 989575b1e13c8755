"""What several files of this folder ask for: data folders, and servers that somebody else runs."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from matchmaking.core.servers import as_account, free_port, postgres_account, postgres_binaries
from tests.faults.runners import new_folder, query, wait_until


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder that the tests use one after the other, so that its database is made once."""
    with new_folder() as name:
        yield name


@pytest.fixture
def empty() -> Iterator[Path]:
    with new_folder() as name:
        yield name


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
