"""Capabilities suggested on a question page while somebody writes; nothing is saved here.

The boxes arrive within the page's form and are saved with it (accounts/registration/choosing.py).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.registration.choosing import Boxes, mark_of
from accounts.registration.questions import Step
from accounts.roles import Permission, requires
from companies.models import Challenge
from companies.questions import CHALLENGE
from companies.registration import REGISTRATION as FIRMS
from matchmaking.core.rates import may
from matchmaking.matches.engine.embedding import MAX_CHARACTERS
from matchmaking.matches.enums import Sought
from matchmaking.matches.thesauri.suggestions import OFFERED, suggested_for, text_of
from matchmaking.matches.views.thesaurus import reader_language
from startups.models import Startup
from startups.questions import PITCH
from startups.registration import REGISTRATION as STARTUPS

LOOKS = 5  # how often a page asks again for what a worker finds


@require_POST
@requires(Permission.EDIT_OWN_PROFILE)
def need(request: HttpRequest) -> HttpResponse:
    """For a challenge as it stands on the page."""
    FIRMS.rows(request.user)  # people of a startup have no challenges
    text = text_of(Challenge(**_said(request, CHALLENGE)))
    return _page(request, Sought.STARTUPS, text, _("What does this challenge ask for?"))


@require_POST
@requires(Permission.EDIT_OWN_PROFILE)
def pitch(request: HttpRequest) -> HttpResponse:
    """For a pitch as it stands on the page."""
    STARTUPS.rows(request.user)  # nor do people of a firm pitch
    text = text_of(Startup(**_said(request, PITCH)))
    return _page(request, Sought.CHALLENGES, text, _("What does your startup offer?"))


def _said(request: HttpRequest, step: Step) -> dict[str, str]:
    """As much of each answer as the engine reads."""
    return {name: request.POST.get(name, "")[:MAX_CHARACTERS] for name in step.chosen_by}


def _page(request: HttpRequest, sought: Sought, text: str, legend: str) -> HttpResponse:
    """All boxes; for a page that looks again, those that it does not show yet."""
    boxes, looks = Boxes.sent(request.POST), _looks(request)
    may_ask = may(request.user.pk, "suggest")
    found = suggested_for(text, sought, boxes.keys, may_ask=may_ask, last=looks >= LOOKS)
    shown = request.POST.getlist("capabilities_shown") if looks else []
    context = {
        "legend": legend,
        "boxes": boxes,
        "before": mark_of(boxes.choice) if boxes.before is None else boxes.before,
        "choices": _choices(found.capabilities, shown)[: max(OFFERED, len(boxes.keys)) - len(shown)],
        "waiting": found.waiting,
        "looks": looks + 1,
        "url": request.path,
    }
    template = "more" if looks else "suggested"
    return render(request, f"matches/capabilities/{template}.html", context)


def _looks(request: HttpRequest) -> int:
    said = request.POST.get("capabilities_looks", "")
    return int(said) if said in map(str, range(LOOKS + 1)) else 0


def _choices(capabilities: Any, shown: list[str]) -> list[dict[str, str]]:
    language = reader_language()
    return [
        {
            "key": item.id,
            "label": item.label(language),
            "gloss": item.gloss_ja if language == "ja" else item.gloss_en,
        }
        for item in capabilities
        if item.id not in shown
    ]
