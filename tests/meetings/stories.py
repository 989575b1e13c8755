"""Pairs, requests and rounds made through the actions themselves, with readable defaults.

Rounds lie in 2031, so that the real clock of whoever runs the tests never makes them past.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from companies.models import Company
from matchmaking.core import jobs
from matchmaking.matches.engine.policy import SLICES, load_policy
from matchmaking.matches.enums import MatchStatus, PolicyStatus
from matchmaking.matches.models import Match, ScoringPolicy
from meetings import actions
from meetings.actions import Wish
from meetings.models import Interpreter, Meeting, MeetingRequest, Round, Timetable
from startups.models import Startup
from tests import factories

MONDAY = date(2031, 6, 2)
FRIDAY = date(2031, 6, 6)
_numbers = count(1)


def at(hour: int, minute: int = 0, *, day: int = 2) -> datetime:
    """A moment in June 2031, UTC; Japan is nine hours ahead."""
    return datetime(2031, 6, day, hour, minute, tzinfo=UTC)


@cache
def delivered_parameters() -> dict[str, Any]:
    """Worked out once: thousands of tests begin with a match, which is by a policy."""
    return load_policy().to_dict()


def match_of(
    company: Company, startup: Startup, status: str = MatchStatus.DISCLOSED, score: float = 70
) -> Match:
    policy = ScoringPolicy.objects.in_force().first() or ScoringPolicy.objects.create(
        version=1, parameters=delivered_parameters(), status=PolicyStatus.IN_FORCE
    )
    return Match.objects.create(
        company=company,
        startup=startup,
        challenge=company.challenges.first() or factories.ChallengeFactory(company=company),
        policy=policy,
        status=status,
        raw_score=score,
        score=score,
        parts={**dict.fromkeys(SLICES, 0), SLICES[0]: round(score * 10)},
        computed_at=timezone.now(),
        disclosed_at=None if status == MatchStatus.PROPOSED else timezone.now(),
    )


def wish(**more: Any) -> Wish:
    defaults = {"purpose": "A first talk", "minutes": 45, "language": "en", "interpreter_wanted": False}
    return Wish(**{**defaults, **more})


def member_of(profile: Company | Startup, **user: Any) -> User:
    more = {f"user__{name}": value for name, value in user.items()}
    return factories.MembershipFactory(organisation=profile.organisation, **more).user


def asked(match: Match, by: User, **more: Any) -> MeetingRequest:
    now = more.pop("now", None)
    return actions.request_meeting(match, wish(**more), by=by, now=now)


def agreed(match: Match, by: User, **more: Any) -> MeetingRequest:
    """Asked for, and accepted by the startup."""
    request = asked(match, by, **more)
    actions.accept(request, by=member_of(match.startup))
    return request


def pairs(number: int, by: User, **more: Any) -> list[MeetingRequest]:
    """Accepted requests of so many different pairs, asked for by staff."""
    found = []
    for _each in range(number):
        match = match_of(factories.ChallengeFactory().company, factories.StartupFactory())
        found.append(agreed(match, by, consent="By telephone", **more))
    return found


def interpreter(*languages: str, **more: Any) -> Interpreter:
    name = f"Interpreter {next(_numbers)}"
    return Interpreter.objects.create(**{"name": name, "languages": list(languages or ["en"]), **more})


def a_round(by: User, requests: list[MeetingRequest] | None = None, **more: Any) -> Round:
    """A week in June 2031 with two rooms, half past nine to six, a lunch break."""
    fields: dict[str, Any] = {
        "name": f"Round {next(_numbers)}",
        "first_day": MONDAY,
        "last_day": FRIDAY,
        "answer_by": date(2031, 5, 26),
        "opens": time(9, 30),
        "closes": time(18),
        "rooms": ["Online 1", "Online 2"],
        **more,
    }
    round_ = actions.open_round(by=by, **fields)
    actions.collect(round_, requests or [], by=by)
    return round_


def placed(round_: Round, by: User) -> Timetable:
    """The draft timetable that the jobs of the ledger make."""
    actions.start_placement(Round.objects.get(pk=round_.pk), by=by)
    jobs.run_due()
    return Timetable.objects.filter(round=round_).select_related("round").latest("version")


def published(round_: Round, by: User) -> list[Meeting]:
    return actions.publish(placed(round_, by), by=by)


def repaired(round_: Round, by: User) -> Timetable:
    """The repair of a published round that the jobs of the ledger make: ready, not applied."""
    actions.start_repair(round_, by=by)
    jobs.run_due()
    return Timetable.objects.select_related("round").get(round=round_, is_repair=True, status="draft")
