"""Walk through the portal once with each input, or with those named: `make smoke`. Exit code 0 if all is well."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from matchmaking.core.embedded import PROJECT
from tests.smoke.programs import left_behind

# Each input has a database and a broker number of its own, so that no walk sees another's work.
INPUTS = {"sample": 8, "lists": 9}
LISTS = PROJECT.parent / "shared" / "eval"


def main() -> int:
    """Run every walk in a process of its own, then look whether anything was left behind."""
    started = time.monotonic()
    chosen = {name: number for name, number in INPUTS.items() if name in sys.argv[1:] or not sys.argv[1:]}
    failed = [name for name, number in chosen.items() if not walked(name, number)]
    if leftovers := left_behind():
        print(f"FAILED: still running: {', '.join(leftovers)}")
    print(
        f"{'FAILED' if failed or leftovers else 'All is well'} after {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return 1 if failed or leftovers else 0


def walked(name: str, number: int) -> bool:
    """Whether the walk with this input succeeded; also if the input is not there, which is said."""
    if name == "lists" and not LISTS.is_dir():
        print("lists     skipped: ../shared/eval is not beside the project", flush=True)
        return True
    folder = Path(os.environ["PORTAL_DATA"]) / name
    folder.mkdir(exist_ok=True)
    database = f"smoke_{name}_{os.getpid()}"
    on_server(f"create database {database} template template0")
    try:
        environment = addresses(database, number) | {"PORTAL_DATA": str(folder)}
        words = [sys.executable, "-m", "tests.smoke.walk", name]
        return subprocess.run(words, cwd=PROJECT, env=os.environ | environment, check=False).returncode == 0
    finally:
        on_server(f"drop database {database} with (force)")


def addresses(database: str, number: int) -> dict[str, str]:
    """The given servers, with another database on each."""
    postgres, broker = (urlsplit(os.environ[name]) for name in ("DATABASE_URL", "REDIS_URL"))
    return {
        "DATABASE_URL": postgres._replace(path=f"/{database}").geturl(),
        "REDIS_URL": broker._replace(path=f"/{number}").geturl(),
    }


def on_server(statement: str) -> None:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
