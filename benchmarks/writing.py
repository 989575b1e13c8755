"""What it costs to write the results of a run, beside psycopg2's `execute_values`, and when little has changed.

Run as `python -m matchmaking.core.embedded --throwaway python -m benchmarks.writing`: it fills the database that it
finds. One JSON line for each figure: name, value, target, peer. Time is the processor's, of this program and of the
server's process that works for it, so that other work on the machine counts for neither. Both sides take turns and the
best counts. Same columns, same values, the peer at its better page size.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django
import numpy as np
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from psycopg2.extras import execute_values  # noqa: E402

from accounts.models import Organisation  # noqa: E402
from companies.models import Challenge, Company  # noqa: E402
from matchmaking.matches import actions  # noqa: E402
from matchmaking.matches.engine import binary_copy  # noqa: E402
from matchmaking.matches.engine.policy import SLICES, STORED_PARTS  # noqa: E402
from matchmaking.matches.engine.results import NONE, Results, kind_of  # noqa: E402
from matchmaking.matches.models import ScoringPolicy  # noqa: E402
from matchmaking.matches.runs import lists  # noqa: E402
from matchmaking.matches.runs.lists import Listed  # noqa: E402
from startups.models import Startup  # noqa: E402

NOW = datetime(2026, 11, 26, tzinfo=UTC)
PLACES = 50
PAGE = 1_000  # of execute_values: ten times its default, and faster
CAPABILITIES = tuple(f"capability_{number}" for number in range(222))
SEED = 11


def populate(firms: int, startups: int) -> tuple[list[int], list[int], list[int]]:
    """The keys of firms, of their one challenge each, and of startups."""
    first, second = (
        Organisation.objects.bulk_create(
            Organisation(kind=kind, name=f"{kind} {number}") for number in range(count)
        )
        for kind, count in (("company", firms), ("startup", startups))
    )
    companies = Company.objects.bulk_create(Company(organisation=each) for each in first)
    challenges = Challenge.objects.bulk_create(
        Challenge(company=each, title="Title", text="Text", field="retail") for each in companies
    )
    Startup.objects.bulk_create(Startup(organisation=each) for each in second)
    return [each.pk for each in companies], [each.pk for each in challenges], [each.pk for each in second]


def random_lists(firms: list[int], challenges: list[int], startups: list[int]) -> Listed:
    """Full lists of every firm, with parts, gaps and capabilities as real ones have."""
    rng = np.random.default_rng(SEED)
    rows = np.zeros(len(firms) * PLACES, dtype=kind_of(SLICES))
    rows["company_id"], rows["challenge_id"] = np.repeat(firms, PLACES), np.repeat(challenges, PLACES)
    rows["startup_id"] = np.concatenate([rng.choice(startups, PLACES, replace=False) for _ in firms])
    rows["raw_score"] = np.round(rng.random(len(rows)), 6)
    rows["parts"] = rng.integers(0, 80, rows["parts"].shape)
    rows["missing"] = rng.choice([0, 1 << 10, 1 << 11, (1 << 10) + (1 << 11)], len(rows))
    rows["shared"] = np.sort(rng.integers(-1, len(CAPABILITIES), rows["shared"].shape))[:, ::-1]
    places = np.tile(np.arange(1, PLACES + 1), len(firms))
    return Listed(Results(rows, SLICES, CAPABILITIES), places, rng.permutation(places))


def as_rows(listed: Listed, policy: int) -> list[tuple[Any, ...]]:
    """What `execute_values` takes, in the order of NAMES; making it is not counted."""
    results, rows = listed.results, listed.results.rows
    missing, lacking = results.missing(), results.missing_codes()[1]
    order = [SLICES.index(name) for name in STORED_PARTS]
    keys = (rows[name].tolist() for name in ("company_id", "startup_id", "challenge_id", "raw_score"))
    content = (
        [tenths / 10 for tenths in results.tenths().tolist()],
        [[parts[place] for place in order] for parts in rows["parts"].tolist()],
        [missing[place] for place in lacking],
        [[CAPABILITIES[code] for code in codes if code != NONE] for codes in rows["shared"].tolist()],
        results.fingerprints().tolist(),
        listed.for_company.tolist(),
        listed.for_startup.tolist(),
    )
    always = (policy, NOW, "proposed", "", "", "")
    return [(*row, *always) for row in zip(*keys, *content, strict=True)]


def as_literals(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The same with lists spelled out in advance: what the driver and the server then need not take apart."""

    def spelled(value: Any) -> Any:
        return "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else value

    return [tuple(map(spelled, row)) for row in rows]


NAMES = (
    "company_id, startup_id, challenge_id, raw_score, score, parts, missing, shared_capabilities, fingerprint, "
    "rank_for_company, rank_for_startup, policy_id, computed_at, status, dismissed_by, dismiss_reason, dismiss_note"
)


def insert(table: str, rows: list[tuple[Any, ...]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        statement = f"insert into {table} ({NAMES}) values %s"  # noqa: S608 - the names are ours
        execute_values(cursor.cursor, statement, rows, page_size=PAGE)


def copy(table: str, listed: Listed, policy: int) -> None:
    """The portal's own way, into a table of any name."""
    with transaction.atomic(), connection.cursor() as cursor:
        columns = lists.new_columns(listed, policy_id=policy, run_id=None, now=NOW)
        statement = f"copy {table} ({', '.join(columns)}) from stdin (format binary)"
        for piece in binary_copy.written(list(columns.values())):
            cursor.copy_expert(statement, io.BytesIO(piece), lists.BUFFER)


def publish(listed: Listed, policy: int) -> None:
    with transaction.atomic():
        lists.publish(listed, policy_id=policy, run_id=None, now=NOW)


def empty(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {table} cascade")
        cursor.execute("checkpoint")


def timed(work: Callable[[], object]) -> float:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0])
    start = time.process_time() + sum(server.cpu_times()[:2])
    work()
    return time.process_time() + sum(server.cpu_times()[:2]) - start


def plain_table(name: str, *, indices: bool) -> None:
    """A table like that of the matches: without its foreign keys, and perhaps without its indices."""
    including = "including all" if indices else "including defaults including constraints including identity"
    with connection.cursor() as cursor:
        cursor.execute(f"create table {name} (like matches_match {including})")


def in_turns(*ways: tuple[str, Callable[[], object]], repeat: int) -> list[float]:
    """The best time of each way into its table, which is emptied before."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(repeat):
        for (table, way), found in zip(ways, times, strict=True):
            empty(table)
            found.append(timed(way))
    return [min(found) for found in times]


def two_percent(listed: Listed) -> Listed:
    """The same lists, with another score for one pair in fifty."""
    rows = listed.results.rows.copy()
    rows["raw_score"][::50] += 1e-6
    return Listed(Results(rows, SLICES, CAPABILITIES), listed.for_company, listed.for_startup)


def report(name: str, value: float, target: str, peer: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "target": target, "peer": peer}), flush=True)


def measure(listed: Listed, policy: ScoringPolicy, repeat: int) -> None:
    key, count, rows = policy.pk, len(listed), as_rows(listed, policy.pk)
    plain_table("plain", indices=False)
    plain_table("indexed", indices=True)
    literals = as_literals(rows)
    peer, spelled, own, indexed, full_peer, full = in_turns(
        ("plain", lambda: insert("plain", rows)),
        ("plain", lambda: insert("plain", literals)),
        ("plain", lambda: copy("plain", listed, key)),
        ("indexed", lambda: copy("indexed", listed, key)),
        ("matches_match", lambda: insert("matches_match", rows)),
        ("matches_match", lambda: publish(listed, key)),
        repeat=repeat,
    )
    way = f"execute_values, {count} rows"
    changed = min(timed(lambda: publish(two_percent(listed), key)), timed(lambda: publish(listed, key)))
    report(
        "rows_written_times_faster",
        peer / own,
        ">= 10",
        f"{way}, no indices or foreign keys",
    )
    report(
        "rows_written_times_faster_than_literals",
        spelled / own,
        ">= 5",
        f"{way}, lists given as text made in advance, no indices or foreign keys",
    )
    report(
        "lists_written_times_faster",
        full_peer / full,
        ">= 1",
        f"{way}, the table of matches",
    )
    report("lists_indices_share", (indexed - own) / full, "<= 1", "of the time of writing the lists")
    report("lists_foreign_keys_share", (full - indexed) / full, "<= 1", "of the time of writing the lists")
    report("two_percent_changed", changed / full, "<= 0.15", f"writing all {count} rows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=2_000)
    parser.add_argument("--startups", type=int, default=5_000)
    parser.add_argument("--repeat", type=int, default=2)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    listed = random_lists(*populate(options.companies, options.startups))
    measure(listed, actions.ensure_policy(), options.repeat)


if __name__ == "__main__":
    main()
