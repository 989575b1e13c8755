"""What a startup's own people see: the registration and the profile."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.actions import Rows
from accounts.registration.registrations import sections
from accounts.roles import requires
from accounts.views import registration
from accounts.views.registration import MEMBERS_AND_NEWCOMERS
from startups.deck_cards import deck_state
from startups.notes import NOTED, note_on
from startups.questions import LISTS, STEPS
from startups.registration import REGISTRATION


def _with_deck_and_lists(rows: Rows) -> dict[str, Any]:
    startup: Any = rows["startup"]
    others = [step.key for step in STEPS if step.key not in LISTS]
    return {"deck": deck_state(startup, timezone.now()), "lists": sections(REGISTRATION, rows, skip=others)}


@require_POST
@requires(*MEMBERS_AND_NEWCOMERS)
def concreteness(request: HttpRequest, step: str) -> HttpResponse:
    """How concrete the words on the page are, while somebody types them; nothing is saved."""
    REGISTRATION.rows(request.user)  # people of a firm have no pitch
    if step not in NOTED:
        raise Http404
    return render(request, "accounts/includes/concreteness.html", note_on(step, request.POST.dict()))


setup = registration.setup_view(REGISTRATION)
step = registration.step_view(REGISTRATION)
step_later = registration.later_view(REGISTRATION)
check = registration.check_view(REGISTRATION)
own = registration.own_view(REGISTRATION, "startups/own.html", _with_deck_and_lists)
