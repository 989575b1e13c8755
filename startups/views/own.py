"""What a startup's own people see: the registration and the profile."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.actions import Rows
from accounts.views import registration
from startups.deck_cards import deck_state
from startups.registration import REGISTRATION


def _with_deck(rows: Rows) -> dict[str, Any]:
    startup: Any = rows["startup"]
    return {"deck": deck_state(startup, timezone.now())}


setup = registration.setup_view(REGISTRATION)
step = registration.step_view(REGISTRATION)
step_later = registration.later_view(REGISTRATION)
check = registration.check_view(REGISTRATION)
own = registration.own_view(REGISTRATION, "startups/own.html", _with_deck)
