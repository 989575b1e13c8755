"""An organisation's own working week and days off; each change has its booked meetings looked at again."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import Organisation, User
from matchmaking.core import audit
from meetings.actions.rechecks import call_for_recheck
from meetings.hours import Week
from meetings.models import Closure, OrganisationHours


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


@transaction.atomic
def add_days_off(
    organisation: Organisation, *, first_day: date, last_day: date, name: str, by: User
) -> Closure:
    """Days on which it does not work, whatever its week says."""
    closure = Closure.objects.create(
        organisation=organisation, first_day=first_day, last_day=last_day, name_en=name, name_ja=name
    )
    call_for_recheck(audit.record("closure.added", closure, by=by), [organisation.pk])
    return closure


@transaction.atomic
def remove_days_off(closure: Closure, *, by: User) -> None:
    """It works on these days after all."""
    change = audit.record("closure.removed", closure, by=by)
    organisation = closure.organisation_id
    closure.delete()
    call_for_recheck(change, [organisation] if organisation else [])
