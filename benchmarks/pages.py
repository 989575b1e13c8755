"""How many requests the list of startups serves beside the same list with Django's Paginator.

Run as `python -m matchmaking.core.embedded --throwaway python -m benchmarks.pages`: it fills the database that it
finds. One JSON line for each figure: name, value, target, peer. Both sides have the same filters and indices; only how
the rows of a page are found and counted differs: measured alone, and as whole requests with the page around the list,
which is the same for both. Time is the processor's, of this program and of the server's process that works for it. They
take turns and the best of each counts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.enums import StaffRole  # noqa: E402
from accounts.lists import PAGE_SIZE, Listing, chips, listing  # noqa: E402
from accounts.models import User  # noqa: E402
from benchmarks.support import programme  # noqa: E402
from matchmaking.core.keyset import Count, Keyset  # noqa: E402
from startups.filters import ORDERINGS, StartupFilterSet  # noqa: E402
from startups.models import Startup  # noqa: E402

VIEW = "startups.views.looking.listing"
# What staff look for: by name, by country, by team, by the last change, in both directions.
LISTS = (
    "status=published&field=agritech",
    "status=published&field=retail&field=mobility&sort=-name",
    "status=published&field=healthcare&sort=-updated",
    "status=published&country=SG&country=IN&country=VN&country=IL&sort=team",
    "status=published&field=retail&field=healthcare&sort=country",
)
ROW = re.compile(rb'<th scope="row"><a href="([^"]+)"')
DEEP = 0.9  # of the way through a list


def paged_by_django(filters: Any, query: QueryDict, orderings: Any) -> Listing:
    """The same list as one writes it first: sorted, counted, and cut by OFFSET."""
    sort = query.get("sort", "name")
    down = sort.startswith("-")
    columns = [*orderings[sort.removeprefix("-")], "pk"]
    order = [F(each).desc(nulls_last=True) if down else F(each).asc(nulls_last=True) for each in columns]
    page = Paginator(filters.qs.order_by(*order), PAGE_SIZE).get_page(query.get("page"))
    return Listing(page, Count(page.paginator.count), filters.form, chips(filters.form), {"sort": sort})  # type: ignore[arg-type]


def deep_places(address: str) -> tuple[str, str]:
    """The same page for the portal, by the row before it, and for the Paginator, by its number."""
    query = QueryDict(address)
    sort = query.get("sort", "name")
    rows = StartupFilterSet(query, Startup.objects.for_list()).qs
    keyset = Keyset(rows, ORDERINGS[sort.removeprefix("-")], down=sort.startswith("-"))
    page = int(rows.count() * DEEP) // PAGE_SIZE
    columns = [*ORDERINGS[sort.removeprefix("-")], "pk"]
    order = [
        F(each).desc(nulls_last=True) if sort.startswith("-") else F(each).asc(nulls_last=True)
        for each in columns
    ]
    last = rows.order_by(*order)[page * PAGE_SIZE - 1]
    return f"{address}&after={keyset.place_of(last)}", f"{address}&page={page + 1}"


def rows_on(client: Client, address: str) -> list[bytes]:
    """Where the rows of the page lead."""
    answer = client.get(f"{reverse('startups:list')}?{address}")
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return ROW.findall(answer.content)


def taken(work: Callable[[], object]) -> float:
    """Seconds of the processor, here and in the database."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0])
    start = time.process_time() + sum(server.cpu_times()[:2])
    work()
    return time.process_time() + sum(server.cpu_times()[:2]) - start


def compare(client: Client, pairs: list[tuple[str, str]], *, times: int, rounds: int) -> float:
    """How many times the requests of the Paginator's the portal serves in the same time."""
    own_times, peer_times = [], []
    for _ in range(rounds):
        own_times.append(taken(lambda: [rows_on(client, own) for own, _ in pairs for _ in range(times)]))
        with mock.patch(VIEW, paged_by_django):
            peer_times.append(
                taken(lambda: [rows_on(client, peer) for _, peer in pairs for _ in range(times)])
            )
    return min(peer_times) / min(own_times)


def compare_rows(pairs: list[tuple[str, str]], *, times: int, rounds: int) -> float:
    """The same without the page around the list: rows found, made and counted."""

    def found(way: Callable[..., Listing], addresses: list[str]) -> None:
        for address in addresses * times:
            query = QueryDict(address)
            list(way(StartupFilterSet(query, Startup.objects.for_list()), query, ORDERINGS).page)

    own, peer = [own for own, _ in pairs], [peer for _, peer in pairs]
    own_time, peer_time = [], []
    for _ in range(rounds):
        own_time.append(taken(lambda: found(listing, own)))
        peer_time.append(taken(lambda: found(paged_by_django, peer)))
    return min(peer_time) / min(own_time)


def require_same(client: Client, pairs: list[tuple[str, str]]) -> None:
    """Both ways show the same rows in the same order."""
    for own, peer in pairs:
        shown = rows_on(client, own)
        with mock.patch(VIEW, paged_by_django):
            if rows_on(client, peer) != shown or len(shown) != PAGE_SIZE:
                raise SystemExit(f"{own} does not show what {peer} shows")


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        rows_on(client, address)
    return len(captured)


def report(name: str, value: float, target: str, peer: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "target": target, "peer": peer}), flush=True)


def measure(client: Client, startups: int, *, times: int, rounds: int) -> None:
    first = [(each, each) for each in LISTS]
    deep = [deep_places(each) for each in LISTS]
    require_same(client, first)
    require_same(client, deep)
    for name, places, target in (("list", first, ">= 2"), ("deep_pages", deep, ">= 8")):
        way = f"Django's Paginator with count, {startups} startups, {name} of {len(LISTS)} filters"
        report(
            f"{name}_serve_times",
            compare_rows(places, times=times, rounds=rounds),
            target,
            f"{way}, the list alone",
        )
        whole = compare(client, places, times=times, rounds=rounds)
        report(
            f"{name}_whole_requests_times", whole, target, f"{way}, whole requests with the page's template"
        )
    most = max(queries(client, own) for own, _ in deep)
    report(
        "deep_page_queries",
        most,
        f"<= {max(queries(client, own) for own, _ in first)}",
        "queries of a first page",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--startups", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5, help="requests of each list in a round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if not Startup.objects.exists():
        programme.startups(options.startups)
    officer, _ = User.objects.get_or_create(email="officer@bench.example", staff_role=StaffRole.OFFICER)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}  # nobody need collect files for this
    with override_settings(REQUIRE_SECOND_FACTOR=False, ALLOWED_HOSTS=["testserver"], STORAGES=storages):
        client = Client()
        client.force_login(officer)
        measure(client, options.startups, times=options.times, rounds=options.rounds)


if __name__ == "__main__":
    main()
