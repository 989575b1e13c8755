"""Servers that somebody else runs: used when they are fit, refused in one sentence when they are not."""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
import pytest
import redis

from tests.faults.runners import PRINT_ADDRESSES, finished, run

pytestmark = pytest.mark.faults
RUN = [sys.executable, "-m", "matchmaking.core.processes"]


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
