"""From a round in the database to a problem for the optimiser, and back to rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from matchmaking.core.enums import Field
from matchmaking.core.working_days import dates
from meetings import rules, timetable
from meetings.busy import DAY, JAPAN_TIME, busy_times
from meetings.calendars import calendars_for, round_hours
from meetings.enums import AvailabilityKind
from meetings.hours import Calendar, changed_hours, clock_span, local_date, open_intervals
from meetings.intervals import Interval, intersect, subtract
from meetings.models import Availability, Interpreter, MeetingRequest, Placement, Round
from meetings.monthly import starts_by_organisation
from meetings.scheduler import options
from meetings.timetable import Party, Problem
from meetings.timetable_check import Violation, violations

# In a repair a meeting that is booked outweighs all that could take its place: nothing new ever costs one.
BOOKED_WEIGHT = 10


@dataclass(frozen=True, slots=True)
class RoundProblem:
    """The optimiser's input; `calendars` are of those whose working week counts, for the independent check.

    `notes` by request: what its row is to keep beside its place (see `repair`).
    """

    problem: Problem
    calendars: Mapping[str, Calendar]
    notes: Mapping[str, dict[str, Any]] = field(default_factory=dict)


def party_id(organisation_id: int) -> str:
    return f"o{organisation_id}"


def room_id(pk: int) -> str:
    return f"r{pk}"


def interpreter_id(pk: int) -> str:
    return f"i{pk}"


def officer_id(pk: int) -> str:
    return f"u{pk}"


def number(identifier: str | None) -> int | None:
    """The primary key in an id of the four kinds above."""
    return int(identifier[1:]) if identifier else None


def requests_of(round_: Round) -> list[MeetingRequest]:
    """The requests that a placement of the round is about."""
    return list(MeetingRequest.objects.placeable_in(round_).with_parties().order_by("pk"))


def round_problem(
    round_: Round,
    *,
    now: datetime,
    current: Iterable[Placement] = (),
    requests: Sequence[MeetingRequest] | None = None,
) -> RoundProblem:
    """Everything the round's timetable is made from; `current` gives old times and locks.

    `requests` are those of a repair, the booked ones among them: what a side offered in the round then counts only as
    far as it has not taken it back since.
    """
    is_repair = requests is not None
    requests = requests_of(round_) if requests is None else requests
    organisations = {each.pk: each for r in requests for each in (r.company, r.startup)}
    calendars = calendars_for(organisations.values())
    taken, answers = _taken(round_), _answers(round_)
    if is_repair:
        answers = {
            pk: _still_offered(given, calendars[pk]) for pk, given in answers.items() if pk in calendars
        }
    elsewhere = starts_by_organisation(
        organisations.values(), round_.first_day, round_.last_day, outside=round_
    )
    people = [each for each in round_.interpreters.all() if each.is_active]
    # Fields make many pairs of one language: they count only where somebody has some.
    by_field = any(each.fields for each in people)
    parties = [
        _party(round_, each, calendars[pk], answers.get(pk), taken, tuple(elsewhere[pk]))
        for pk, each in organisations.items()
    ]
    placed = {each.request_id: each for each in current if each.starts_at}
    open_ = round_hours(round_)
    officers = _officers(round_, open_, taken)
    sitting = {each.id for each in officers or ()}
    problem = Problem(
        requests=tuple(_request(each, placed.get(each.pk), sitting, by_field) for each in requests),
        parties={each.id: each for each in parties},
        rules=timetable.round_rules(open_, not_before=now),
        interpreters=_interpreters(round_, people, open_, taken, by_field=by_field),
        # Without rooms (everybody meets on line by links of their own) rooms limit nothing.
        rooms=tuple(room_id(room.pk) for room in round_.rooms.all() if room.is_open) or None,
        officers=officers,
    )
    usual = {party_id(pk): calendars[pk] for pk in organisations if pk not in answers}
    return RoundProblem(problem, usual)


def pair(language: str, field: str = "") -> str:
    """What an interpreter must know, as one word: the language, and the field where fields count."""
    return f"{language}-ja/{field}" if field else f"{language}-ja"


def _request(
    request: MeetingRequest, placed: Placement | None, sitting: Collection[str], by_field: bool
) -> timetable.Request:
    language = rules.interpreted_language(request, request.startup.languages)
    field = rules.interpreted_field(request) if language and by_field else ""
    return timetable.Request(
        id=str(request.pk),
        company=party_id(request.company.pk),
        startup=party_id(request.startup.pk),
        minutes=request.minutes,
        weight=timetable.weight_of(float(request.match.score)) + (BOOKED_WEIGHT if request.is_booked else 0),
        pair=pair(language, field) if language else None,
        wider=pair(language) if language and field else None,
        old_start=placed.starts_at if placed else None,
        lock=_lock(placed, sitting) if placed and placed.locked else None,
        old_means=_means(placed) if placed else (None, None, None),
    )


def _means(placed: Placement) -> tuple[str | None, str | None, str | None]:
    """Room, interpreter and officer."""
    return (
        room_id(placed.room_id) if placed.room_id else None,
        interpreter_id(placed.interpreter_id) if placed.interpreter_id else None,
        officer_id(placed.officer_id) if placed.officer_id else None,
    )


def _lock(placed: Placement, sitting: Collection[str]) -> timetable.Lock:
    """What staff fixed; an officer who no longer sits in the round gives way to another one."""
    room, interpreter, officer = _means(placed)
    return timetable.Lock(placed.start, room, interpreter, officer if officer in sitting else None)


def _party(
    round_: Round,
    organisation: Organisation,
    calendar: Calendar,
    answer: tuple[Interval, ...] | None,
    taken: Mapping[str, list[Interval]],
    elsewhere: tuple[datetime, ...],
) -> Party:
    is_company = organisation.kind == OrganisationKind.COMPANY
    key = party_id(organisation.pk)
    return Party(
        id=key,
        open=subtract(_offered(round_, calendar, answer), taken.get(key, [])),
        zone=organisation.time_zone,
        max_per_day=round_.company_daily_limit if is_company else round_.startup_daily_limit,
        buffer_minutes=round_.buffer_minutes,
        max_per_month=organisation.monthly_meeting_limit,
        elsewhere=elsewhere,
    )


def _interpreters(
    round_: Round,
    people: Iterable[Interpreter],
    open_: tuple[Interval, ...],
    taken: Mapping[str, list[Interval]],
    *,
    by_field: bool,
) -> tuple[timetable.Interpreter, ...]:
    """In the hours entered for each, or in all hours of the round, less what they have elsewhere."""
    shifts: dict[int, list[Interval]] = defaultdict(list)
    for shift in round_.shifts.all():
        shifts[shift.interpreter_id].append(shift.interval)
    return tuple(
        timetable.Interpreter(
            id=(key := interpreter_id(each.pk)),
            pairs=_pairs(each, by_field=by_field),
            open=subtract(intersect(open_, shifts.get(each.pk, open_)), taken.get(key, [])),
            zone=JAPAN_TIME,
            max_per_day=each.daily_limit,
            buffer_minutes=round_.buffer_minutes,
        )
        for each in people
    )


def _pairs(interpreter: Interpreter, *, by_field: bool) -> frozenset[str]:
    """The languages; where fields count each with each field too, and alone for those who share no field."""
    fields = ("", *(interpreter.fields or Field.values)) if by_field else ("",)
    return frozenset(pair(language, field) for language in interpreter.languages for field in fields)


def _officers(
    round_: Round, open_: tuple[Interval, ...], taken: Mapping[str, list[Interval]]
) -> tuple[timetable.Officer, ...] | None:
    """Who of the programme office can sit in, if the round wants somebody in each meeting."""
    if not round_.officer_attends:
        return None
    found = (officer_id(pk) for pk in round_.officers.officers().order_by("pk").values_list("pk", flat=True))
    return tuple(
        timetable.Officer(key, subtract(open_, taken.get(key, [])), round_.buffer_minutes) for key in found
    )


def _still_offered(given: Iterable[Interval], calendar: Calendar) -> tuple[Interval, ...]:
    """What was offered, less the closing days and hours off of today, as `fitting` judges a booked time."""
    off = [
        piece
        for each in given
        for day in dates(local_date(calendar.zone, each.start), local_date(calendar.zone, each.end))
        for piece in _closed(calendar, day)
    ]
    return subtract(given, off)


def _closed(calendar: Calendar, day: date) -> tuple[Interval, ...]:
    if any(each.first <= day <= each.last for each in calendar.closures):
        return clock_span(calendar.zone, day, time(0), time(0))
    return changed_hours(calendar, day, is_extra=False)


def times_of(round_: Round, organisations: Iterable[Organisation]) -> dict[int, tuple[Interval, ...]]:
    """When each of them could meet in the round, as its timetable has it: the same few queries for any number."""
    them = {each.pk: each for each in organisations}
    calendars, answers = calendars_for(them.values()), _answers(round_, them)
    pause = timedelta(minutes=round_.buffer_minutes)
    busy = busy_times(round_.first_day, round_.last_day, pause=pause, outside=round_, of=them)
    return {
        pk: subtract(_offered(round_, calendars[pk], answers.get(pk)), busy["organisation", pk])
        for pk in them
    }


def _offered(round_: Round, calendar: Calendar, answer: tuple[Interval, ...] | None) -> tuple[Interval, ...]:
    """What it answered, or its working week."""
    if answer is not None:
        return answer
    return open_intervals(calendar, round_.first_day - DAY, round_.last_day + DAY)


def _answers(round_: Round, organisations: Iterable[int] | None = None) -> dict[int, tuple[Interval, ...]]:
    """What organisations offer in the round, where they said so themselves."""
    answers = Availability.objects.filter(round=round_).exclude(kind=AvailabilityKind.USUAL)
    if organisations is not None:
        answers = answers.filter(organisation__in=list(organisations))
    return {
        each.organisation_id: tuple(Interval(w.starts_at, w.ends_at) for w in each.windows.all())
        for each in answers.prefetch_related("windows")
    }


def _taken(round_: Round) -> dict[str, list[Interval]]:
    """When organisations, interpreters and officers already have a meeting elsewhere, pauses included."""
    pause = timedelta(minutes=round_.buffer_minutes)
    busy = busy_times(round_.first_day, round_.last_day, pause=pause, outside=round_)
    name = {"organisation": party_id, "interpreter": interpreter_id, "officer": officer_id}
    return {name[kind](pk): times for (kind, pk), times in busy.items()}


def as_plain(placements: Iterable[Placement]) -> tuple[timetable.Placement, ...]:
    """Placed rows as the pure modules want them."""
    return tuple(
        timetable.Placement(
            str(each.request_id),
            each.start,
            int((each.ends_at - each.start) / timedelta(minutes=1)),  # type: ignore[operator]
            *_means(each),
        )
        for each in placements
        if each.starts_at
    )


def faults_in(built: RoundProblem, placements: Iterable[Placement]) -> list[Violation]:
    """What the independent checker has against the rows as they stand."""
    return violations(built.problem, as_plain(placements), built.calendars)


def faults(round_: Round, placements: Iterable[Placement], *, now: datetime) -> list[Violation]:
    rows = list(placements)
    return faults_in(round_problem(round_, now=now, current=rows), rows)


def moves_in(
    built: RoundProblem, placements: Iterable[Placement], request_id: int
) -> tuple[timetable.Placement, ...]:
    """Where a request can go while all others stay, best first; its own lock does not hold it."""
    free = tuple(
        replace(each, lock=None, old_start=None) if each.id == str(request_id) else each
        for each in built.problem.requests
    )
    return options(replace(built.problem, requests=free), as_plain(placements), str(request_id))


def moves(
    round_: Round, placements: Iterable[Placement], request_id: int, *, now: datetime
) -> tuple[timetable.Placement, ...]:
    rows = list(placements)
    return moves_in(round_problem(round_, now=now, current=rows), rows, request_id)


def reason_detail(unplaced: timetable.Unplaced) -> dict[str, Any]:
    """What a placement row keeps of the optimiser's reason: ids as numbers, times as ISO."""
    return {
        "remedy": str(unplaced.remedy),
        "parties": [number(each) for each in unplaced.parties],
        "by": [int(each) for each in unplaced.by],
        "language": unplaced.pair.split("-")[0] if unplaced.pair else "",
        "field": unplaced.pair.partition("/")[2] if unplaced.pair else "",
        "start": unplaced.start.isoformat() if unplaced.start else "",
        "near": unplaced.miss.at.isoformat() if unplaced.miss else "",
        "short_by": unplaced.miss.short_by if unplaced.miss else 0,
        "also": [str(each) for each in unplaced.also],
    }
