"""Addresses of other people's servers: read, refused in one sentence a language, and never repeated with a password."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from matchmaking.core import external
from matchmaking.core.external import Refusal, refuse_unfit_database, split_url
from matchmaking.core.servers import answers_ping, free_port

POSTGRES = ("postgres", "postgresql", "psql", "pgsql")


def sentences(refusal: BaseException) -> tuple[str, str]:
    english, japanese = str(refusal).split("\n")
    return english, japanese


def refused(check: Callable[[str], None], url: str) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        check(url)
    return sentences(refusal.value)


@pytest.fixture
def closed() -> int:
    """A port on which nobody listens."""
    return free_port()


@pytest.fixture
def chatty() -> Iterator[int]:
    """A server that speaks first, and not our protocol."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    "url",
    ["", "db.example", "mysql://h/db", "http://h", "postgres", "://", "postgres//h/db", "postgres://h:port/db",
     "postgres://[::1/db", "postgres://h:99999/db"],
)  # fmt: skip
def test_what_is_no_address_of_a_database_is_refused(url: str) -> None:
    english, japanese = refused(external.check_database, url)
    assert english == "DATABASE_URL must be an address that starts with postgres://."
    assert japanese == "DATABASE_URL は postgres:// で始まるアドレスにしてください。"


@pytest.mark.parametrize(
    "url", ["", "localhost:6379", "amqp://h", "memcached://h", "unix:///run/redis.sock", "redis:/h:x"]
)
def test_what_is_no_address_of_a_redis_is_refused(url: str) -> None:
    """A socket would do for the cache, but the broker's library knows no such address."""
    if url.startswith("redis:/h"):
        url = "redis://h:x"
    assert refused(external.check_redis, url)[0] == "REDIS_URL must be an address that starts with redis://."


@pytest.mark.parametrize("scheme", POSTGRES)
def test_every_way_to_write_postgresql_is_understood(scheme: str, closed: int) -> None:
    english, _japanese = refused(external.check_database, f"{scheme}://u:secret@127.0.0.1:{closed}/db")
    place = f"127.0.0.1:{closed}/db"
    assert english == f"PostgreSQL at {place} cannot be used: Connection refused (check DATABASE_URL)."


SECRETS = ["se%zzcret", "s%C3", "top%20secret", "100%", "a%b%c"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_password_is_never_repeated_even_if_it_cannot_be_read(secret: str, closed: int) -> None:
    """libpq quotes what it stumbles over."""
    for url in (
        f"postgres://user:{secret}@127.0.0.1:{closed}/db",
        f"postgres://127.0.0.1:{closed}/db?password={secret}",
    ):
        for sentence in refused(external.check_database, url):
            assert (secret in sentence, "user" in sentence, f"127.0.0.1:{closed}/db" in sentence) == (
                False,
                False,
                True,
            )


@pytest.mark.parametrize("options", ["?db=secret", "?socket_timeout=secret", "/?db=se%cret"])
def test_options_that_redis_does_not_understand_are_a_refusal_and_no_traceback(
    options: str, closed: int
) -> None:
    english, japanese = refused(external.check_redis, f"redis://:secret@127.0.0.1:{closed}{options}")
    assert english.startswith(f"The address of 127.0.0.1:{closed} cannot be read:")
    assert ("secret" in english + japanese, "REDIS_URL" in english, "REDIS_URL" in japanese) == (
        False,
        True,
        True,
    )


def test_a_redis_that_is_away_is_named_without_its_password(closed: int) -> None:
    english, japanese = refused(external.check_redis, f"redis://:secret@127.0.0.1:{closed}/3")
    assert english == f"Redis at 127.0.0.1:{closed}/3 cannot be used: Connection refused (check REDIS_URL)."
    assert "secret" not in japanese


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((130_012, "13.12", "UTF8", True, True), "is version 13.12; the portal needs 14 or newer"),
        ((180_001, "18.1", "SQL_ASCII", True, True), "is encoded in SQL_ASCII; create it with encoding UTF8"),
        ((180_001, "18.1", "UTF8", False, False), 'has no pgvector; install the extension "vector"'),
        ((180_001, "18.1", "UTF8", True, False), 'to run "create extension vector": this user may not'),
        ((90_624, "9.6.24", "EUC_JP", False, False), "is version 9.6.24"),
    ],
)
def test_an_unfit_database_is_told_the_first_thing_to_mend(
    found: tuple[int, str, str, bool, bool], words: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        refuse_unfit_database("db.example/portal", *found)
    english, japanese = sentences(refusal.value)
    assert words in english
    assert ("db.example/portal" in english, "db.example/portal" in japanese) == (True, True)


@pytest.mark.parametrize("number", [140_000, 150_004, 180_001, 190_000])
def test_a_fit_database_is_not_refused(number: int) -> None:
    refuse_unfit_database("db", number, "x", "UTF8", has_vector=True, may_create_vector=True)


def test_every_refusal_is_a_sentence_in_each_language() -> None:
    refusals = [
        external.not_redis("h:1"),
        external.unreadable("REDIS_URL", "h:1"),
        external.unreachable("Redis", "REDIS_URL", "h:1", OSError("no")),
    ]
    for refusal in refusals:
        english, japanese = sentences(refusal)
        assert english.endswith(".")
        assert japanese.endswith("。")
        assert re.search(r"[\u3040-\u30ff]", japanese)
        assert not re.search(r"[\u3040-\u30ff]", english)


def test_what_answers_in_another_protocol_is_told_apart_from_silence(chatty: int) -> None:
    with pytest.raises(Refusal):
        external.check_redis(f"redis://127.0.0.1:{free_port()}")
    assert answers_ping(f"redis://127.0.0.1:{free_port()}") is False


def test_nothing_given_is_nothing_to_check() -> None:
    external.check({})


def test_an_address_is_split_as_it_is_written() -> None:
    parts = split_url("X", "postgres://u:p%40@h.example:5433/db?sslmode=require", POSTGRES)
    assert (parts.hostname, parts.port, parts.path, parts.query) == (
        "h.example",
        5433,
        "/db",
        "sslmode=require",
    )
