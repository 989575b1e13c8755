"""Who is told what when a timetable is published or repaired: every notice, before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.rules import name_of
from matchmaking.core import local_time
from meetings.board import pair_name
from meetings.busy import JAPAN_TIME
from meetings.models import Interpreter, MeetingRequest, Placement
from meetings.repair import Change, Kind

Row = dict[str, Any]


def audience(rows: Iterable[Placement], left: Sequence[MeetingRequest], language: str) -> list[Row]:
    """By organisation, then the programme office, each on its own clock; `left` have no place (two queries)."""
    placed = [each for each in rows if each.starts_at]
    return [*_by_side(placed, left, language), *_interpreters(placed, language), *_office(placed, language)]


def _interpreters(placed: Iterable[Placement], language: str) -> list[Row]:
    """Each with the meetings of the one mail that they get, if they have given an address."""
    theirs: dict[Interpreter, list[Placement]] = {}
    for each in placed:
        if each.interpreter is not None:
            theirs.setdefault(each.interpreter, []).append(each)
    return [
        {
            "name": _("Interpreter"),
            "people": [who.name] if who.email else [],
            "no_address": "" if who.email else who.name,
            "meetings": [
                {"when": _when(each, JAPAN_TIME), "other": pair_name(each, language)} for each in rows
            ],
            "waiting": [],
        }
        for who, rows in sorted(theirs.items(), key=lambda item: item[0].name)
    ]


def _by_side(placed: Sequence[Placement], left: Sequence[MeetingRequest], language: str) -> list[Row]:
    requests = [*(each.request for each in placed), *left]
    sides = {side.pk: side for each in requests for side in _sides(each)}
    people = _people(sides)
    return [
        {
            "name": name_of(side, language),
            "people": people[pk],
            "meetings": [
                {"when": _when(each, side.time_zone), "other": _other(each.request, side, language)}
                for each in placed
                if side in _sides(each.request)
            ],
            "waiting": [_other(each, side, language) for each in left if side in _sides(each)],
        }
        for pk, side in sorted(sides.items(), key=lambda item: (item[1].kind, item[1].sort_key))
    ]


def _people(sides: Iterable[int]) -> dict[int, list[str]]:
    people: dict[int, list[str]] = {pk: [] for pk in sides}
    members = Membership.objects.filter(organisation__in=people, user__is_active=True).select_related("user")
    for member in members.order_by("user__name"):
        people[member.organisation_id].append(str(member.user))
    return people


def _office(placed: Sequence[Placement], language: str) -> list[Row]:
    """Each officer with the meetings in which they sit; all of them read that the round is published."""
    officers = User.objects.officers().order_by("name", "pk")
    return [
        {
            "name": _("Programme office"),
            "people": [officer.name],
            "meetings": [
                {"when": _when(each, officer.time_zone), "other": pair_name(each, language)}
                for each in placed
                if each.officer_id == officer.pk
            ],
            "waiting": [],
            "reads_of_round": True,
        }
        for officer in officers
    ]


def _sides(request: MeetingRequest) -> tuple[Organisation, Organisation]:
    return request.company, request.startup


def _other(request: MeetingRequest, side: Organisation, language: str) -> str:
    company, startup = _sides(request)
    return name_of(startup if side == company else company, language)


def _when(placement: Placement, zone: str) -> str:
    return local_time.span(placement.start, placement.ends_at or placement.start, zone=zone)


def audience_of_repair(found: Iterable[Change], language: str) -> list[Row]:
    """Who is told what when a repair is applied: by organisation, then the programme office (two queries)."""
    told = [each for each in found if each.kind not in (Kind.STAYS, Kind.WAITS)]
    sides = {side.pk: side for each in told for side in _sides(each.row.request)}
    people = _people(sides)
    rows = [
        {
            "name": name_of(side, language),
            "people": people[pk],
            "lines": [
                _change(each, side.time_zone, _other(each.row.request, side, language))
                for each in told
                if side in _sides(each.row.request)
            ],
        }
        for pk, side in sorted(sides.items(), key=lambda item: (item[1].kind, item[1].sort_key))
    ]
    return [
        *rows,
        *_interpreters_of_repair(told, language),
        *(_officer(each, told, language) for each in User.objects.officers().order_by("name", "pk")),
    ]


def _interpreters_of_repair(told: Iterable[Change], language: str) -> list[Row]:
    """Whoever interprets after the repair, or did before."""
    theirs: dict[Interpreter, list[Row]] = {}
    for each in told:
        people = (each.row.interpreter, each.meeting.interpreter if each.meeting else None)
        for who in dict.fromkeys(person for person in people if person is not None):
            line = _change(each, JAPAN_TIME, pair_name(each.row, language))
            theirs.setdefault(who, []).append(line | ({} if who == people[0] else {"kind": "left"}))
    return [
        {
            "name": _("Interpreter"),
            "people": [who.name] if who.email else [],
            "no_address": "" if who.email else who.name,
            "lines": lines,
        }
        for who, lines in sorted(theirs.items(), key=lambda item: item[0].name)
    ]


def _officer(officer: User, told: Iterable[Change], language: str) -> Row:
    """All read that the round is repaired and what is cancelled; who sits in, or no longer does, gets a file."""
    mine = []
    for each in told:
        before = each.meeting.officer_id if each.meeting else None
        if officer.pk in (each.row.officer_id, before) or each.kind == Kind.LOST:
            mine.append(_change(each, officer.time_zone, pair_name(each.row, language)))
    return {
        "name": _("Programme office"),
        "people": [officer.name],
        "lines": mine,
        "reads_of_repair": True,
    }


def _change(change: Change, zone: str, other: str) -> Row:
    row, meeting = change.row, change.meeting
    before = local_time.span(meeting.starts_at, meeting.ends_at, zone=zone) if meeting else ""
    return {
        "kind": str(change.kind),
        "other": other,
        "before": before,
        "after": _when(row, zone) if row.starts_at else "",
    }
