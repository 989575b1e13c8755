"""What a firm's own people see: the registration, the profile, and the challenges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import Rows
from accounts.registration.examples import examples
from accounts.registration.keeping import keeps_what_was_typed
from accounts.registration.registrations import Progress
from accounts.roles import Permission, requires
from accounts.views import registration
from accounts.views.questions import Way, question_page, save_for_later
from companies.actions import TOKYO
from companies.concreteness import LOOKED_AT, look_at
from companies.questions import CHALLENGE
from companies.registration import REGISTRATION, challenge_question, challenges_of
from companies.remarks import told_at_challenges
from companies.standing import standings_of
from companies.words import LEVELS, TIPS
from matchmaking.core.concreteness import in_words

EXAMPLES = Path(__file__).parents[1] / "data" / "challenge_examples.json"


def _with_standings(rows: Rows) -> dict[str, Any]:
    company: Any = rows["company"]
    return {"standings": standings_of(company, timezone.localdate(timezone=TOKYO))}


setup = registration.setup_view(REGISTRATION)
step = registration.step_view(REGISTRATION)
step_later = registration.later_view(REGISTRATION)
check = registration.check_view(REGISTRATION, "companies/check.html", _with_standings)
own = registration.own_view(REGISTRATION, "companies/own.html", _with_standings)


@require_safe
@requires(Permission.EDIT_OWN_PROFILE)
def challenges(request: HttpRequest) -> HttpResponse:
    """The firm's challenges: add, edit, close."""
    progress = Progress(REGISTRATION, REGISTRATION.rows(request.user))
    written = challenges_of(progress.rows)
    context = {
        "company": progress.rows["company"],
        "challenges": written,
        "remarks": told_at_challenges(progress.remarks_on(CHALLENGE), written),
        "in_preparation": progress.in_preparation,
        "next_url": progress.next_address(CHALLENGE.key),
    }
    return render(request, "companies/challenges.html", context)


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def challenge_new(request: HttpRequest) -> HttpResponse:
    """A further challenge."""
    return question_page(request, challenge_question(None), _way_of_challenge(None))


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def challenge_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the firm's challenges."""
    return question_page(request, challenge_question(pk), _way_of_challenge(pk))


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def challenge_later(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Save what there is of a challenge, and return to the task list."""
    return save_for_later(request, challenge_question(pk), _way_of_challenge(pk))


def _way_of_challenge(pk: int | None) -> Way:
    page = reverse("companies:challenge_edit", args=[pk]) if pk else reverse("companies:challenge_new")
    return Way(
        registration=REGISTRATION,
        key=CHALLENGE.key,
        page_url=page,
        later_url=f"{page}later/",
        title=_("Edit the challenge") if pk else _("Describe a challenge"),
        template="companies/challenge_step.html",
        more=lambda form: {
            "examples": examples(EXAMPLES),
            **_look({name: form[name].value() for name in LOOKED_AT}),
        },
    )


@require_POST
@requires(Permission.EDIT_OWN_PROFILE)
def concreteness(request: HttpRequest) -> HttpResponse:
    """How concrete the words on the page are, while somebody types them; nothing is saved."""
    REGISTRATION.rows(request.user)  # people of a startup have no challenges
    said = {name: request.POST.get(name, "") for name in LOOKED_AT}
    return render(request, "accounts/includes/concreteness.html", _look(said))


def _look(said: Mapping[str, str]) -> dict[str, Any]:
    title = _("What would help a startup most:")
    return {
        **in_words(look_at(said), LEVELS, TIPS),
        "tips_title": title,
        "look_url": reverse("companies:concreteness"),
    }
