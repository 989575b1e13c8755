"""What rounds draw on: interpreters and closing days."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from matchmaking.core import audit
from meetings.actions.rechecks import call_for_recheck
from meetings.enums import RoundStatus
from meetings.models import Closure, Interpreter, Round

UNPUBLISHED = (RoundStatus.COLLECTING, RoundStatus.PLACING, RoundStatus.CHECKING)


@transaction.atomic
def add_interpreter(*, by: User, **fields: Any) -> Interpreter:
    """Somebody who interprets for the programme; rounds name who works in them."""
    interpreter = Interpreter.objects.create(**fields)
    audit.record("interpreter.added", interpreter, by=by)
    return interpreter


@transaction.atomic
def change_interpreter(interpreter: Interpreter, *, by: User, **fields: Any) -> None:
    """What the office knows of them. Drafts and bookings stay as they are, and are judged by it from then on."""
    before = Interpreter.objects.select_for_update().get(pk=interpreter.pk)
    changed = sorted(name for name, value in fields.items() if getattr(before, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(interpreter, name, fields[name])
    interpreter.save(update_fields=changed)
    if not set(changed) <= {"name", "email", "mail_language"}:
        rounds = Round.objects.filter(interpreters=interpreter, status__in=UNPUBLISHED)
        rounds.update(changed_at=timezone.now())
    audit.record("interpreter.changed", interpreter, by=by, fields=changed)


@transaction.atomic
def add_closure(*, by: User, **fields: Any) -> Closure:
    """Days on which a country or an organisation does not work, although no law says so."""
    closure = Closure.objects.create(**fields)
    change = audit.record("closure.added", closure, by=by)
    call_for_recheck(change, _closed(closure))
    return closure


@transaction.atomic
def change_closure(closure: Closure, *, by: User, **fields: Any) -> None:
    """Other days, another name or country: whoever it concerned is looked at again, and whoever it concerns now."""
    before = Closure.objects.select_for_update().get(pk=closure.pk)
    changed = sorted(name for name, value in fields.items() if getattr(before, name) != value)
    if not changed:
        return
    concerned = _closed(before)
    for name in changed:
        setattr(before, name, fields[name])
    before.save(update_fields=changed)
    change = audit.record("closure.changed", before, by=by, fields=changed)
    call_for_recheck(change, {*concerned, *_closed(before)})


@transaction.atomic
def remove_closure(closure: Closure, *, by: User) -> None:
    """These are working days after all."""
    change = audit.record("closure.removed", closure, by=by)
    concerned = _closed(closure)
    closure.delete()
    call_for_recheck(change, concerned)


def _closed(closure: Closure) -> list[int]:
    """The organisations that it concerns."""
    if closure.organisation_id:
        return [closure.organisation_id]
    return list(Organisation.objects.filter(country=closure.country).values_list("pk", flat=True))
