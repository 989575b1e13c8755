"""An organisation's own week, days off and hours of single days; each change has its meetings looked at again."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from matchmaking.core import audit
from meetings.actions.availability import take_back
from meetings.actions.means import remove_closure
from meetings.actions.rechecks import call_for_recheck
from meetings.days_off import Excess, excess
from meetings.enums import DayHoursKind
from meetings.hours import MIDNIGHT, Week, clock_span, local_date
from meetings.intervals import Interval
from meetings.models import Closure, DayHours, OrganisationHours

# So many hours of single days to come are exceptions; whoever has more of them has another week.
MOST_DAY_HOURS = 100


class TooManyDaysOff(Exception):
    """More than an organisation may enter; nothing was saved. `excess` says which limit it is."""

    def __init__(self, excess: Excess) -> None:
        super().__init__(excess)
        self.excess = excess


class TooManyDayHours(Exception):
    """As many hours of single days as are kept; nothing was saved."""


@transaction.atomic
def set_week(organisation: Organisation, week: Week, *, by: User) -> OrganisationHours:
    """On which weekdays it works, from when to when on its own clock."""
    plain = {str(day): [each.strftime("%H:%M") for each in span] for day, span in sorted(week.items())}
    hours, _created = OrganisationHours.objects.update_or_create(
        organisation=organisation, defaults={"week": plain}
    )
    call_for_recheck(audit.record("organisationhours.set", hours, by=by, week=plain), [organisation.pk])
    return hours


@transaction.atomic
def reset_week(organisation: Organisation, *, by: User) -> bool:
    """Its country's usual week counts again. False if it had none of its own."""
    hours = OrganisationHours.objects.select_for_update().filter(organisation=organisation).first()
    if hours is None:
        return False
    change = audit.record("organisationhours.reset", hours, by=by)
    hours.delete()
    call_for_recheck(change, [organisation.pk])
    return True


def _alone(organisation: Organisation) -> None:
    """What is counted before it is added stays so: two members do not pass a limit together.

    Without its key: whoever holds a round may write rows that name the organisation, and this one waits for the round.
    """
    Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=organisation.pk)


@transaction.atomic
def add_days_off(
    organisation: Organisation, *, first_day: date, last_day: date, name: str, by: User
) -> Closure:
    """Days on which it does not work, whatever its week says; what it had offered on them is taken back.

    Raises TooManyDaysOff.
    """
    _alone(organisation)
    known = Closure.objects.filter(organisation=organisation).values_list("first_day", "last_day")
    if passed := excess((first_day, last_day), known):
        raise TooManyDaysOff(passed)
    closure = Closure.objects.create(
        organisation=organisation, first_day=first_day, last_day=last_day, name_en=name, name_ja=name
    )
    days = [clock_span(organisation.time_zone, day, MIDNIGHT, MIDNIGHT) for day in (first_day, last_day)]
    take_back(organisation, [Interval(days[0][0].start, days[1][-1].end)], by=by)
    call_for_recheck(audit.record("closure.added", closure, by=by), [organisation.pk])
    return closure


@transaction.atomic
def remove_days_off(closure: Closure, *, by: User) -> None:
    """It works on these days after all."""
    remove_closure(closure, by=by)


@transaction.atomic
def set_day_hours(
    organisation: Organisation,
    *,
    day: date,
    starts: time,
    ends: time,
    kind: str,
    by: User,
    now: datetime | None = None,
) -> DayHours:
    """It does not work in these hours of the day, or it also does; said again, the later end counts.

    What it had offered in hours off is taken back. Raises TooManyDayHours.
    """
    _alone(organisation)
    today = local_date(organisation.time_zone, now or timezone.now())
    to_come = DayHours.objects.filter(organisation=organisation, day__gte=today)
    if to_come.exclude(day=day, kind=kind, starts=starts).count() >= MOST_DAY_HOURS:
        raise TooManyDayHours
    row, _created = DayHours.objects.update_or_create(
        organisation=organisation, day=day, kind=kind, starts=starts, defaults={"ends": ends}
    )
    if kind == DayHoursKind.OFF:
        take_back(organisation, clock_span(organisation.time_zone, day, starts, ends), by=by)
    call_for_recheck(audit.record("dayhours.set", row, by=by, kind=kind), [organisation.pk])
    return row


@transaction.atomic
def remove_day_hours(row: DayHours, *, by: User) -> None:
    """The week counts again in these hours."""
    change = audit.record("dayhours.removed", row, by=by)
    row.delete()
    call_for_recheck(change, [row.organisation_id])
