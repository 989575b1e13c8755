"""Booking races on a real PostgreSQL: many want one firm at one time, all at the same moment.

Run as `python -m matchmaking.core.embedded --throwaway python -m benchmarks.races`: it fills the database that it
finds. In each race as many threads as `--at-once` says book through the portal's own way of taking seats, each with an
interpreter and a room of a pool; one wins, the others are refused by the locks and the constraint. Meanwhile somebody
publishes small rounds in which the same startups and interpreters meet. After all (`--tries 10000`, if there is time)
the database is asked for two seats of anybody that overlap. One JSON line for each figure: name, value, target, peer.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import cycle
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
from meetings import actions  # noqa: E402
from meetings.actions import DoubleBooking  # noqa: E402
from meetings.actions.bookings import book  # noqa: E402
from meetings.actions.resources import numbers_of  # noqa: E402
from meetings.actions.seats import Slot  # noqa: E402
from meetings.enums import RequestStatus  # noqa: E402
from meetings.models import (  # noqa: E402
    Interpreter,
    Meeting,
    MeetingRequest,
    Room,
    Round,
    Timetable,
)
from startups.models import Startup  # noqa: E402

NOW = datetime(2026, 11, 26, tzinfo=UTC)
FIRST = datetime(2027, 6, 7, 1, tzinfo=UTC)
LENGTH, STEP, TIMES = timedelta(minutes=45), timedelta(minutes=30), 40
# At most fifteen meetings of ten thousand tries are at the same time: there is always somebody left to interpret.
POOL = 20
# The rounds lie in the weeks after the races, so that each can be published whole; they want the same people.
MONDAY, IN_A_ROUND, RACES_A_ROUND = date(2027, 6, 14), 6, 20
OVERLAPS = """
    select count(*) from meetings_bookingseat one join meetings_bookingseat other
    on one.resource_id = other.resource_id and one.id < other.id and one.period && other.period
    where one.status <> 'released' and other.status <> 'released'
"""


@dataclass(frozen=True)
class Means:
    """Who interprets, and where they meet."""

    interpreters: list[Interpreter]
    rooms: list[Room]

    def of(self, number: int) -> dict[str, int]:
        """Those of the try with that number, as a slot names them."""
        return {
            "interpreter_id": self.interpreters[number % POOL].pk,
            "room_id": self.rooms[number % POOL].pk,
        }


def means(by: User) -> Means:
    interpreters = [
        actions.add_interpreter(by=by, name=f"Interpreter {n}", languages=["en"], fields=[], daily_limit=8)
        for n in range(POOL)
    ]
    hall = a_round("Hall", MONDAY, [f"Room {n}" for n in range(POOL)], interpreters, by)
    return Means(interpreters, list(hall.rooms.order_by("pk")))


def a_round(name: str, monday: date, rooms: list[str], interpreters: list[Interpreter], by: User) -> Round:
    return actions.open_round(
        by=by,
        name=name,
        first_day=monday,
        last_day=monday + timedelta(days=4),
        answer_by=monday - timedelta(days=6),
        opens=clock(9, 30),
        closes=clock(18),
        rooms=rooms,
        interpreters=interpreters,
    )


def drafts(requests: list[MeetingRequest], pool: Means, by: User) -> list[Timetable]:
    """A timetable that waits to be published for every few of the requests."""
    found = []
    for number, first in enumerate(range(0, len(requests), IN_A_ROUND)):
        week = MONDAY + timedelta(weeks=number)
        round_ = a_round(f"Round {number}", week, ["One", "Two"], pool.interpreters, by)
        actions.collect(round_, requests[first : first + IN_A_ROUND], by=by)
        made = actions.start_placement(round_, by=by)
        actions.gather(made, now=NOW)
        actions.work_out(made, now=NOW)
        found.append(Timetable.objects.select_related("round").get(pk=made.pk))
    return found


def populate(races: int, at_once: int, by: User) -> list[list[MeetingRequest]]:
    """An accepted request of each firm with each startup: a list for every race."""
    places = {"company": ("JP", "Asia/Tokyo"), "startup": ("SG", "Asia/Singapore")}
    firms, others = (
        Organisation.objects.bulk_create(
            Organisation(
                kind=kind,
                name=f"{kind} {n}",
                country=places[kind][0],
                time_zone=places[kind][1],
                monthly_meeting_limit=1000,
            )
            for n in range(count)
        )
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
        "interpreter_wanted": True,
    }
    made = MeetingRequest.objects.bulk_create(
        MeetingRequest(match=each, status=RequestStatus.ACCEPTED, **asked) for each in matches
    )
    return [made[first : first + at_once] for first in range(0, len(made), at_once)]


def one_try(
    request: MeetingRequest, start: datetime, with_means: dict[str, int], by: User, gate: Barrier
) -> tuple[str, float]:
    """How one of the many fared, and how long it had to wait for its answer."""
    connection.ensure_connection()
    gate.wait()
    began = time.perf_counter()
    try:
        numbers_of(
            Slot(request, start, start).keys
        )  # both sides have theirs before, as where the portal books
        with transaction.atomic():
            book([Slot(request, start, start + LENGTH, **with_means)], now=NOW, by=by)
        end = "won"
    except DoubleBooking:
        end = "refused"
    except Exception as error:
        end = type(error).__name__
    return end, time.perf_counter() - began


def publish_all(waiting: list[Timetable], by: User) -> Counter[str]:
    """One after the other, while others book; how each ended."""
    ends: Counter[str] = Counter()
    for each in waiting:
        try:
            ends["published"] += bool(actions.publish(each, by=by, now=NOW))
        except Exception as error:
            ends[type(error).__name__] += 1
    connection.close()
    return ends


def run(
    races: list[list[MeetingRequest]], pool_of: Means, at_once: int, by: User
) -> tuple[Counter[str], list[float]]:
    """Every race after the other, its tries all at once; the times overlap, so that startups compete too."""
    ends: Counter[str] = Counter()
    waits: list[float] = []
    gate = Barrier(at_once)
    with ThreadPoolExecutor(at_once) as pool:
        for number, race in enumerate(races):
            start = FIRST + STEP * (number % TIMES)
            tries = pool.map(
                one_try, race, cycle([start]), map(pool_of.of, range(at_once)), cycle([by]), cycle([gate])
            )
            for end, seconds in tries:
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
    pool = means(by)
    count = options.tries // options.at_once
    rounds = min(max(1, count // RACES_A_ROUND), options.at_once // IN_A_ROUND)
    *races, spare = populate(count + 1, options.at_once, by)
    waiting = drafts(spare[: rounds * IN_A_ROUND], pool, by)
    with ThreadPoolExecutor(1) as office:
        publishing = office.submit(publish_all, waiting, by)
        ends, waits = run(races, pool, options.at_once, by)
    published = publishing.result()
    tries = f"{len(waits)} tries, {options.at_once} at once"
    tell("overlaps", overlaps(), "0", tries)
    tell("winners", ends["won"], f"{len(races)}", "one for each race")
    kept = Meeting.objects.filter(round=None).count()
    tell("meetings_kept", kept - ends["won"], "0", "more or fewer than were won")
    tell("rounds_published", published["published"], f"{len(waiting)}", f"meanwhile; {dict(published)}")
    tell("round_meetings", Meeting.objects.exclude(round=None).count(), "", "booked by these rounds")
    tell("errors", len(waits) - ends["won"] - ends["refused"], "0", "neither won nor refused politely")
    p50, p95 = (round(float(each), 3) for each in np.percentile(waits, [50, 95]))
    tell("p50_seconds", p50, "", f"{tries}, one process of Python")
    tell("p95_seconds", p95, "<= 0.15", f"{tries}, one process of Python")


if __name__ == "__main__":
    main()
