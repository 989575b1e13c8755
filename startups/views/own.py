"""The members' own profile: what it says, its sections, and sending it in."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import submit as submit_profile
from accounts.enums import OrganisationStatus
from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed, allowed
from startups import actions
from startups.deck_cards import deck_state
from startups.forms import SECTIONS, StartupSectionForm
from startups.models import Startup
from startups.rules import missing_items
from startups.views.looking import sections_of


@require_safe
@requires(Permission.SEE_OWN_PROFILE)
def own(request: HttpRequest) -> HttpResponse:
    """The members' own profile: its status, what is missing, everything it says."""
    startup = own_startup(request)
    context = {
        "startup": startup,
        "sections": sections_of(startup),
        "missing": missing_items(startup),
        "deck": deck_state(startup, timezone.now()),
        "may_submit": allowed(startup.organisation, OrganisationStatus.SUBMITTED)
        and not startup.organisation.is_published,
    }
    return render(request, "startups/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def edit(request: HttpRequest, section: str) -> HttpResponse:
    """One section of the members' own profile."""
    if section not in SECTIONS:
        raise Http404
    startup = own_startup(request)
    form = StartupSectionForm(request.POST or None, startup=startup, section=section)
    if request.method == "POST" and form.is_valid():
        actions.change_startup(startup, form.changed_values(0), form.changed_values(1), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("startups:own")
    context = {"form": form, "title": SECTIONS[section][0], "back_url": reverse("startups:own")}
    return render(request, "accounts/section_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def submit(request: HttpRequest) -> HttpResponse:
    """Look everything over, then send the profile in for review."""
    startup = own_startup(request)
    organisation = startup.organisation
    if organisation.is_published or not allowed(organisation, OrganisationStatus.SUBMITTED):
        raise TransitionNotAllowed(organisation, OrganisationStatus.SUBMITTED)
    missing = missing_items(startup)
    if request.method == "POST" and not missing:
        submit_profile(organisation, by=request.user)
        messages.success(request, _("The profile has been sent in for review."))
        return redirect("startups:own")
    context = {
        "title": _("Check and send in"),
        "lead": _("The programme office reviews the profile and tells you the result."),
        "rows": [row for section in sections_of(startup) for row in section["facts"]],
        "send_label": _("Send in for review"),
        "back_url": reverse("startups:own"),
        "blocked": _("Add what is missing first.") if missing else "",
    }
    return render(request, "components/check_page.html", context)


def own_startup(request: HttpRequest) -> Startup:
    """The reader's own startup; people of a firm have none."""
    organisation = request.user.organisation
    startups = Startup.objects.for_detail().filter(organisation__memberships__user=request.user)
    return get_object_or_404(startups, pk=organisation.pk if organisation else None)
