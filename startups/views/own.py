"""What a startup's own people see: the registration and the profile."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.actions import Rows
from accounts.registration.registrations import sections
from accounts.views import registration
from startups.deck_cards import deck_state
from startups.questions import LISTS, STEPS
from startups.registration import REGISTRATION


def _with_deck_and_lists(rows: Rows) -> dict[str, Any]:
    startup: Any = rows["startup"]
    others = [step.key for step in STEPS if step.key not in LISTS]
    return {"deck": deck_state(startup, timezone.now()), "lists": sections(REGISTRATION, rows, skip=others)}


setup = registration.setup_view(REGISTRATION)
step = registration.step_view(REGISTRATION)
step_later = registration.later_view(REGISTRATION)
check = registration.check_view(REGISTRATION)
own = registration.own_view(REGISTRATION, "startups/own.html", _with_deck_and_lists)
