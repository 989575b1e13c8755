"""The task list, its question pages, the answers to check and the own profile, for any kind of organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import NotAgreed, Rows, submit
from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from accounts.registration.keeping import keeps_what_was_typed
from accounts.registration.registrations import Progress, Registration, sections
from accounts.roles import Permission, View, requires
from accounts.views.questions import QUESTION_TEMPLATE, Way, question_page, save_for_later
from matchmaking.core.transitions import TransitionNotAllowed, allowed

MEMBERS_AND_NEWCOMERS = (Permission.REGISTER, Permission.EDIT_OWN_PROFILE)


def setup_view(registration: Registration) -> View:
    @require_safe
    @requires(*MEMBERS_AND_NEWCOMERS)
    def setup(request: HttpRequest) -> HttpResponse:
        """The task list; once the profile has been sent in, the profile itself."""
        progress = Progress(registration, registration.rows(request.user))
        if not progress.in_preparation:
            return redirect(f"{registration.namespace}:own")
        context = {
            "progress": progress,
            "organisation": progress.organisation,
            "groups": progress.groups(),
            "count": len(progress.required),
            "check_url": reverse(f"{registration.namespace}:check"),
        }
        return render(request, "accounts/setup.html", context)

    return setup


def step_view(registration: Registration) -> View:
    @keeps_what_was_typed
    @require_http_methods(["GET", "HEAD", "POST"])
    @requires(*MEMBERS_AND_NEWCOMERS)
    def step(request: HttpRequest, step: str) -> HttpResponse:
        """One question page: answered, then on to the next that waits."""
        return question_page(request, registration.question(step), way_of(registration, step))

    return step


def later_view(registration: Registration) -> View:
    @keeps_what_was_typed
    @require_http_methods(["GET", "HEAD", "POST"])
    @requires(*MEMBERS_AND_NEWCOMERS)
    def step_later(request: HttpRequest, step: str) -> HttpResponse:
        """Save what there is of a question page, and return to the list."""
        return save_for_later(request, registration.question(step), way_of(registration, step))

    return step_later


def way_of(registration: Registration, key: str) -> Way:
    """Where a step's question page lies, and what follows it."""
    name = registration.namespace
    return Way(
        registration=registration,
        key=key,
        page_url=reverse(f"{name}:step", args=[key]),
        later_url=reverse(f"{name}:step_later", args=[key]),
        template=registration.templates.get(key, QUESTION_TEMPLATE),
        more=lambda form: registration.beside(key, form),
    )


def check_view(
    registration: Registration,
    template: str = "accounts/check.html",
    more: Callable[[Rows], dict[str, Any]] = lambda rows: {},
) -> View:
    @require_http_methods(["GET", "HEAD", "POST"])
    @requires(*MEMBERS_AND_NEWCOMERS)
    def check(request: HttpRequest) -> HttpResponse:
        """Look everything over, then send the profile in for review."""
        progress = Progress(registration, registration.rows(request.user))
        if not progress.has_begun:
            return redirect(f"{registration.namespace}:setup")
        organisation = progress.organisation
        if organisation.is_published or not allowed(organisation, OrganisationStatus.SUBMITTED):
            raise TransitionNotAllowed(organisation, OrganisationStatus.SUBMITTED)
        if request.method == "POST" and progress.may_be_sent:
            return _sent(request, registration, organisation)
        context = {
            "sections": sections(registration, progress.rows),
            "unfinished": progress.unfinished,
            "back_url": reverse(f"{registration.namespace}:setup"),
            **more(progress.rows),
        }
        return render(request, template, context)

    return check


def _sent(request: HttpRequest, registration: Registration, organisation: Organisation) -> HttpResponse:
    """The page was looked over a moment ago; a colleague may have taken an agreement back since."""
    try:
        submit(organisation, by=request.user)
    except NotAgreed:
        text = _("You must agree to the current terms first. Nothing has been sent yet.")
        messages.error(request, text)
        return redirect(f"{registration.namespace}:setup")
    messages.success(request, _received())
    return redirect(f"{registration.namespace}:own")


def _received() -> str:
    words = _("We have your application. We will reply within %(days)d working days.")
    return words % {"days": settings.REVIEW_WORKING_DAYS}


def own_view(
    registration: Registration, template: str, more: Callable[[Rows], dict[str, Any]] = lambda rows: {}
) -> View:
    @require_safe
    @requires(Permission.SEE_OWN_PROFILE)
    def own(request: HttpRequest) -> HttpResponse:
        """The members' own profile: its status, what is missing, everything it says."""
        progress = Progress(registration, registration.rows(request.user))
        if progress.in_preparation:
            return redirect(f"{registration.namespace}:setup")
        context = {
            "organisation": progress.organisation,
            "rows": progress.rows,
            "name_lang": registration.language,
            "sections": sections(registration, progress.rows, skip=registration.elsewhere),
            "missing": registration.missing(progress.rows),
            "remarks": progress.remarks,
            "agreement_url": registration.asks_to_agree(progress.rows),
            "check_url": reverse(f"{registration.namespace}:check"),
            "may_submit": allowed(progress.organisation, OrganisationStatus.SUBMITTED)
            and not progress.organisation.is_published,
            **more(progress.rows),
        }
        return render(request, template, context)

    return own
