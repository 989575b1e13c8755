"""What makes the tests' database fast: a template that outlives the run, and emptying only what is full.

A migrated database is kept beside the test database under the hash of all that made it, and copied at the next run.
It lies in an ignored folder with the tests' servers, and is copied with that folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = "migrated_"
APPS = (
    "accounts", "companies", "documents", "matchmaking", "meetings", "partnerships", "research", "startups",
)  # fmt: skip
plain_flush = DatabaseOperations.sql_flush


def template_name(root: Path) -> str:
    """Changes with each migration, each file that migrations load, and each package."""
    sources = [root / "requirements.txt"]
    for app in APPS:
        sources += [path for path in (root / app).rglob("*") if is_source(path)]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(f"{path.relative_to(root)}".encode())
        digest.update(path.read_bytes())
    return f"{KEPT}{digest.hexdigest()[:16]}"


def is_source(path: Path) -> bool:
    return path.suffix == ".json" or (path.suffix == ".py" and path.parent.name == "migrations")


def kept_templates() -> list[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [KEPT])
        return [name for (name,) in cursor.fetchall()]


def use_template() -> None:
    """Let the test database be a copy, if a database was kept that was made from the same sources."""
    name = template_name(settings.BASE_DIR)
    if name in kept_templates():
        connection.settings_dict["TEST"]["TEMPLATE"] = name


def keep_template() -> None:
    """Copy the fresh test database for later runs, in the place of what was kept before."""
    name, kept = template_name(settings.BASE_DIR), kept_templates()
    if name in kept:
        return
    made = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        for old in kept:
            cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made}"')


def full_tables(names: Iterable[str]) -> list[str]:
    """Those that have rows."""
    looks = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)  # noqa: S608 - our own
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return [name for (name,) in cursor.fetchall()]


def is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def flush_what_is_full(self: DatabaseOperations, style, tables, **options) -> list[str]:
    """Empty the tables that have rows; TRUNCATE takes a file apart for every table and index there is.

    Keys and triggers rest meanwhile, as with TRUNCATE, which only a superuser may ask for.
    """
    if not tables or not is_superuser():
        return plain_flush(self, style, tables, **options)
    emptied = [f'DELETE FROM "{name}"' for name in full_tables(tables)]  # noqa: S608 - names of our own
    return ["SET LOCAL session_replication_role = replica", *emptied] if emptied else []
