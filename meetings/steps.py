"""Steps of the board in words. No queries."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.rules import name_of
from matchmaking.core import local_time
from meetings.busy import JAPAN_TIME
from meetings.enums import StepKind
from meetings.models import BoardStep


def step_words(step: BoardStep, language: str) -> str:
    """What was done, with the pair and the time it was moved to, in Japan time."""
    if step.request is None:
        return _("Auto-placement, version %(version)s") % {"version": step.timetable.version}
    pair = {
        "company": name_of(step.request.company, language),
        "startup": name_of(step.request.startup, language),
    }
    if step.kind == StepKind.LOCKED:
        return _("%(company)s × %(startup)s locked") % pair
    if step.kind == StepKind.UNLOCKED:
        return _("%(company)s × %(startup)s unlocked") % pair
    if not step.after:  # emptied when one of the two was erased
        return _("%(company)s × %(startup)s moved") % pair
    return _("%(company)s × %(startup)s moved to %(when)s") % {**pair, "when": _when(step.after["starts_at"])}


def _when(iso: str) -> str:
    return local_time.moment(datetime.fromisoformat(iso), zone=JAPAN_TIME)
