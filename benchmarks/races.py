"""Booking races on a real PostgreSQL: many want one firm at one time, all at the same moment.

Run as `python -m matchmaking.core.embedded --throwaway python -m benchmarks.races`: it fills the database that it
finds. In each race as many threads as `--at-once` says book through the portal's own way of taking seats; one wins, the
others are refused by the locks and the constraint. Ten thousand tries in all, then the database is asked for two
seats of anybody that overlap. One JSON line for each figure: name, value, target, peer.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.models import Organisation, User  # noqa: E402
from companies.models import Challenge, Company  # noqa: E402
from matchmaking.matches import actions as matching  # noqa: E402
from matchmaking.matches.enums import MatchStatus, Side  # noqa: E402
from matchmaking.matches.models import Match  # noqa: E402
from meetings.actions import DoubleBooking  # noqa: E402
from meetings.actions.bookings import Slot, book  # noqa: E402
from meetings.enums import RequestStatus  # noqa: E402
from meetings.models import Meeting, MeetingRequest  # noqa: E402
from startups.models import Startup  # noqa: E402

NOW = datetime(2026, 11, 26, tzinfo=UTC)
FIRST = datetime(2027, 6, 7, 1, tzinfo=UTC)
LENGTH, STEP, TIMES = timedelta(minutes=45), timedelta(minutes=30), 40
OVERLAPS = """
    select count(*) from meetings_bookingseat one join meetings_bookingseat other
    on one.resource_id = other.resource_id and one.id < other.id and one.period && other.period
    where one.status <> 'released' and other.status <> 'released'
"""


def populate(races: int, at_once: int, by: User) -> list[list[MeetingRequest]]:
    """An accepted request of each firm with each startup: a list for every race."""
    firms, others = (
        Organisation.objects.bulk_create(Organisation(kind=kind, name=f"{kind} {n}") for n in range(count))
        for kind, count in (("company", races), ("startup", at_once))
    )
    companies = Company.objects.bulk_create(Company(organisation=each) for each in firms)
    startups = Startup.objects.bulk_create(Startup(organisation=each) for each in others)
    challenges = Challenge.objects.bulk_create(
        Challenge(company=each, title="Title", text="Text", field="retail") for each in companies
    )
    policy = matching.ensure_policy()
    told = {"status": MatchStatus.DISCLOSED, "computed_at": NOW, "disclosed_at": NOW}
    matches = Match.objects.bulk_create(
        Match(
            company=each.company,
            startup=startup,
            challenge=each,
            policy=policy,
            raw_score=0.5,
            score=50,
            **told,
        )
        for each in challenges
        for startup in startups
    )
    asked = {
        "asked_side": Side.COMPANY,
        "asked_by": by,
        "asked_at": NOW,
        "reply_by": NOW,
        "purpose": "A first talk",
    }
    made = MeetingRequest.objects.bulk_create(
        MeetingRequest(match=each, status=RequestStatus.ACCEPTED, **asked) for each in matches
    )
    return [made[first : first + at_once] for first in range(0, len(made), at_once)]


def one_try(request: MeetingRequest, start: datetime, by: User, gate: Barrier) -> tuple[str, float]:
    """How one of the many fared, and how long it had to wait for its answer."""
    connection.ensure_connection()
    gate.wait()
    began = time.perf_counter()
    try:
        with transaction.atomic():
            book([Slot(request, start, start + LENGTH)], now=NOW, by=by)
        end = "won"
    except DoubleBooking:
        end = "refused"
    except Exception as error:
        end = type(error).__name__
    return end, time.perf_counter() - began


def run(races: list[list[MeetingRequest]], at_once: int, by: User) -> tuple[Counter[str], list[float]]:
    """Every race after the other, its tries all at once; the times overlap, so that startups compete too."""
    ends: Counter[str] = Counter()
    waits: list[float] = []
    gate = Barrier(at_once)
    with ThreadPoolExecutor(at_once) as pool:
        for number, race in enumerate(races):
            start = FIRST + STEP * (number % TIMES)
            for end, seconds in pool.map(lambda each, at=start: one_try(each, at, by, gate), race):
                ends[end] += 1
                waits.append(seconds)
    return ends, waits


def overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return int(cursor.fetchone()[0])


def tell(name: str, value: float, target: str, peer: str) -> None:
    print(json.dumps({"name": f"booking_{name}", "value": value, "target": target, "peer": peer}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=2_000)
    parser.add_argument("--at-once", type=int, default=50)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    by = User.objects.create_user("races@portal.example", None)
    races = populate(options.tries // options.at_once, options.at_once, by)
    ends, waits = run(races, options.at_once, by)
    tries = f"{len(waits)} tries, {options.at_once} at once"
    tell("overlaps", overlaps(), "0", tries)
    tell("winners", ends["won"], f"{len(races)}", "one for each race")
    tell("meetings_kept", Meeting.objects.count() - ends["won"], "0", "more or fewer than were won")
    tell("errors", len(waits) - ends["won"] - ends["refused"], "0", "neither won nor refused politely")
    p50, p95 = (round(float(each), 3) for each in np.percentile(waits, [50, 95]))
    tell("p50_seconds", p50, "", f"{tries}, one process of Python")
    tell("p95_seconds", p95, "<= 0.15", f"{tries}, one process of Python")


if __name__ == "__main__":
    main()
