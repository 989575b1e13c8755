"""From the database to the plain calendars of `meetings.hours`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from accounts.models import Organisation
from meetings import deadlines, hours, rules
from meetings.intervals import Interval
from meetings.models import Closure, DayHours, OrganisationHours, Round

JAPAN = "JP"


def calendars_for(organisations: Iterable[Organisation]) -> dict[int, hours.Calendar]:
    """A calendar for each organisation, by its id: four queries however many there are."""
    them = {each.pk: each for each in organisations}
    weeks = {each.pk: each.spans() for each in OrganisationHours.objects.filter(pk__in=them)}
    own, national = _closures(them)
    changes = _changes(them)
    return {
        pk: hours.calendar_for(
            str(each.country.code),
            zone=each.time_zone,
            subdivision=each.region or None,
            week=weeks.get(pk),
            closures=(*national, *own[pk]),
            changes=changes[pk],
        )
        for pk, each in them.items()
    }


def calendar_of(organisation: Organisation) -> hours.Calendar:
    return calendars_for([organisation])[organisation.pk]


def _closures(organisations: Iterable[int]) -> tuple[dict[int, list[hours.Closure]], list[hours.Closure]]:
    own: dict[int, list[hours.Closure]] = defaultdict(list)
    national: list[hours.Closure] = []
    for row in Closure.objects.filter(Q(organisation=None) | Q(organisation__in=organisations)):
        country = str(row.country.code) or None
        plain = hours.Closure(row.first_day, row.last_day, row.name_en, row.name_ja, country)
        (national if row.organisation_id is None else own[row.organisation_id]).append(plain)
    return own, national


def _changes(organisations: Iterable[int]) -> dict[int, list[hours.DayHours]]:
    found: dict[int, list[hours.DayHours]] = defaultdict(list)
    for row in DayHours.objects.filter(organisation__in=organisations):
        found[row.organisation_id].append(row.plain())
    return found


def round_calendar(round_: Round) -> hours.Calendar:
    """The round's own hours in Japan time, on Japan's working days."""
    breaks = [(round_.break_start, round_.break_end)] if round_.break_start and round_.break_end else []
    week = dict.fromkeys(range(7), (round_.opens, round_.closes))
    working = hours.default_week(JAPAN)
    _own, national = _closures([])
    return hours.calendar_for(
        JAPAN,
        week={day: span for day, span in week.items() if day in working},
        breaks=breaks,
        closures=national,
    )


def office_calendar() -> hours.Calendar:
    """Japan's own working week, holidays and closures: when interpreters of the programme work."""
    _own, national = _closures([])
    return hours.calendar_for(JAPAN, closures=national)


def round_hours(round_: Round) -> tuple[Interval, ...]:
    """When meetings of the round may take place."""
    return hours.open_intervals(round_calendar(round_), round_.first_day, round_.last_day)


def confirmation_deadline(calendar: hours.Calendar, starts_at: datetime, now: datetime) -> datetime:
    """The end of the last working day on which a side confirms a meeting, while the office can still ask.

    Of a meeting that is near it is the end of the working day, and never later than the meeting begins.
    """
    due = deadlines.deadline(calendar, now, settings.CONFIRM_WORKING_DAYS)
    today = deadlines.deadline(calendar, now, 0)
    return min(starts_at, max(today, min(due, rules.last_change_before(starts_at))))


def answer_deadline(organisation: Organisation, now: datetime) -> datetime:
    """The end of the last working day, in the organisation's own calendar, on which it may answer."""
    return deadlines.deadline(calendar_of(organisation), now, settings.ANSWER_WORKING_DAYS)
