"""Checks of servers that somebody else runs, before anything of ours starts; no Django here.

Every finding is a `Refusal`: one sentence in each language that says what is wrong and what to do. Passwords never
appear in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

import psycopg2
import redis

OLDEST_POSTGRESQL = 14  # the oldest release that Django 5.2 supports
CONNECT_SECONDS = 5
DRIVER_PREFIX = re.compile(r"^(connection to server .* failed: +(FATAL: +)?|Error -?\d+ connecting to \S+ )")
HUNG_UP = "Connection closed by server."  # what redis-py says when the other side does not speak its protocol
FEATURES = """
    select current_setting('server_version_num')::int, current_setting('server_version'),
           current_setting('server_encoding'),
           exists (select from pg_available_extensions where name = 'vector'),
           exists (select from pg_extension where extname = 'vector')
               or (select rolsuper from pg_roles where rolname = current_user)
               or exists (select from pg_available_extension_versions where name = 'vector' and trusted)
"""


class Refusal(Exception):
    """The portal cannot start, for a reason that the reader can put right."""

    def __init__(self, english: str, japanese: str) -> None:
        super().__init__(f"{english}\n{japanese}")


def check(given: Mapping[str, str]) -> None:
    """Raise `Refusal` unless each given server (DATABASE_URL, REDIS_URL) answers and can do what is needed."""
    checks: dict[str, Callable[[str], None]] = {"DATABASE_URL": check_database, "REDIS_URL": check_redis}
    for name, url in given.items():
        checks[name](url)


def check_database(url: str) -> None:
    """Refuse a PostgreSQL that is unreachable, too old, not in UTF-8 or without pgvector."""
    parts = split_url("DATABASE_URL", url, ("postgres", "postgresql", "psql", "pgsql"))
    place = shown(parts)
    try:
        connection = psycopg2.connect(
            parts._replace(scheme="postgresql").geturl(), connect_timeout=CONNECT_SECONDS
        )
    except psycopg2.ProgrammingError as error:  # libpq could not read the address, and quotes it
        raise unreadable("DATABASE_URL", place) from error
    except (psycopg2.Error, UnicodeError) as error:
        raise unreachable("PostgreSQL", "DATABASE_URL", place, error) from error
    try:
        with connection.cursor() as cursor:
            cursor.execute(FEATURES)
            refuse_unfit_database(place, *cursor.fetchone())
    finally:
        connection.close()


def refuse_unfit_database(
    place: str, number: int, version: str, encoding: str, has_vector: bool, may_create_vector: bool
) -> None:
    """Judge what `FEATURES` found; `number` is server_version_num (180004 is 18.4)."""
    if number < OLDEST_POSTGRESQL * 10_000:
        raise Refusal(
            f"PostgreSQL at {place} is version {version}; the portal needs {OLDEST_POSTGRESQL} or newer.",
            f"{place} の PostgreSQL はバージョン {version} です。{OLDEST_POSTGRESQL} 以降が必要です。",
        )
    if encoding != "UTF8":
        raise Refusal(
            f"The database at {place} is encoded in {encoding}; create it with encoding UTF8.",
            f"{place} のデータベースの文字コードは {encoding} です。UTF8 で作成してください。",
        )
    if not has_vector:
        raise Refusal(
            f'PostgreSQL at {place} has no pgvector; install the extension "vector" on that server.',
            f"{place} の PostgreSQL に pgvector がありません。拡張機能「vector」をインストールしてください。",
        )
    if not may_create_vector:
        raise Refusal(
            f'Ask the administrator of {place} to run "create extension vector": this user may not.',
            f"{place} の管理者に「create extension vector」の実行を依頼してください"
            "（この利用者には権限がありません）。",
        )


def check_redis(url: str) -> None:
    """Refuse what does not answer as Redis or Valkey does, and one that may throw queued jobs away."""
    place = shown(split_url("REDIS_URL", url, ("redis", "rediss")))
    try:
        client = redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS, retry=None
        )
    except ValueError as error:
        raise unreadable("REDIS_URL", place) from error
    try:
        client.ping()
        memory: dict[str, Any] = client.info("memory")
    except (redis.RedisError, OSError) as error:
        if isinstance(error, redis.exceptions.InvalidResponse) or str(error) == HUNG_UP:
            raise not_redis(place) from error
        raise unreachable("Redis", "REDIS_URL", place, error) from error
    finally:
        client.close()
    policy = memory.get("maxmemory_policy", "noeviction")
    if memory.get("maxmemory") and policy != "noeviction":
        raise Refusal(
            f"Redis at {place} drops queued jobs when it is full; set maxmemory-policy to noeviction (it is {policy}).",
            f"{place} の Redis は満杯になるとジョブを捨てます。"
            f"maxmemory-policy を noeviction にしてください（現在 {policy}）。",
        )


def not_redis(place: str) -> Refusal:
    return Refusal(
        f"What answers at {place} (REDIS_URL) is not Redis or Valkey.",
        f"{place} で応答しているサーバーは Redis でも Valkey でもありません（REDIS_URL）。",
    )


def unreachable(server: str, variable: str, place: str, error: Exception) -> Refusal:
    """One sentence out of a driver's message, of which only the last clause of the first line says anything."""
    lines = str(error).strip().splitlines()
    reason = DRIVER_PREFIX.sub("", lines[0]).rstrip(".") if lines else type(error).__name__
    return Refusal(
        f"{server} at {place} cannot be used: {reason} (check {variable}).",
        f"{place} の {server} を利用できません: {reason}（{variable} を確認してください）。",
    )


def unreadable(variable: str, place: str) -> Refusal:
    """The driver's own message would repeat parts of the address, perhaps the password."""
    return Refusal(
        f"The address of {place} cannot be read: write %25 for % in passwords and check the options ({variable}).",
        f"{place} のアドレスを読み取れません。パスワードの % は %25 と書き、"
        f"オプションを確認してください（{variable}）。",
    )


def split_url(variable: str, url: str, schemes: tuple[str, ...]) -> SplitResult:
    """Parse a server's address; a wrong scheme, or one that cannot be parsed at all, is refused."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - the property raises on a port that is no number
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in schemes:
        raise Refusal(
            f"{variable} must be an address that starts with {schemes[0]}://.",
            f"{variable} は {schemes[0]}:// で始まるアドレスにしてください。",
        )
    return parts


def shown(parts: SplitResult) -> str:
    """Name a server without the user's name and password: host:port/database."""
    host = parts.netloc.rpartition("@")[2]
    return f"{host}{parts.path}".strip("/") or "the local socket"
