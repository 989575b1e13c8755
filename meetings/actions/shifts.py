"""The hours of an interpreter in a round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed
from meetings.actions.rounds import lock_round
from meetings.models import Interpreter, Round, Shift


@transaction.atomic
def set_shifts(
    round_: Round, interpreter: Interpreter, days: Mapping[date, tuple[time, time]], *, zone: str, by: User
) -> None:
    """From when to when they work on which days, in place of what was said before; without any, in all hours.

    Raises TransitionNotAllowed if the round is being placed or over, or they do not work in it.
    """
    if not lock_round(round_).takes_means or not round_.interpreters.filter(pk=interpreter.pk).exists():
        raise TransitionNotAllowed(round_, round_.status)
    Shift.objects.filter(round=round_, interpreter=interpreter).delete()
    Shift.objects.bulk_create(
        Shift(round=round_, interpreter=interpreter, day=day, opens=opens, closes=closes, zone=zone)
        for day, (opens, closes) in sorted(days.items())
    )
    Round.objects.filter(pk=round_.pk).update(changed_at=timezone.now())
    audit.record("interpreter.hours_set", round_, by=by, interpreter=interpreter.pk, days=len(days))
