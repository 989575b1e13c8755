"""Pages about startups: the staff's list and detail, what firms see, and the members' own profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import submit as submit_profile
from accounts.deeds import deeds_of
from accounts.enums import OrganisationStatus
from accounts.history import differences_of
from accounts.labels import facts
from accounts.lists import listing
from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed, allowed
from startups import actions
from startups.filters import ORDERINGS, StartupFilterSet
from startups.forms import SECTIONS, StartupSectionForm
from startups.models import Startup
from startups.rules import missing_items

TEXTS = ("problem", "solution", "customers", "edge")


@require_safe
@requires(Permission.SEE_PROFILES)
def startup_list(request: HttpRequest) -> HttpResponse:
    """All startups, for staff."""
    startups = Startup.objects.visible_to(request.user).for_list()
    shown = listing(StartupFilterSet(request.GET, startups), request.GET, ORDERINGS)
    return render(request, "startups/list.html", {"listing": shown})


@require_safe
@requires(Permission.SEE_PROFILES)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one startup, for staff."""
    startup = get_object_or_404(Startup.objects.visible_to(request.user).for_detail(), pk=pk)
    context = {
        "startup": startup,
        "sections": _sections(startup),
        "missing": missing_items(startup),
        "history": differences_of([startup.organisation], [startup]),
        "deeds": deeds_of(startup.organisation),
        "crumbs": [{"url": reverse("startups:list"), "label": _("Startups")}],
    }
    return render(request, "startups/detail.html", context)


@require_safe
@requires(Permission.SEE_STARTUPS)
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """What a firm sees of a published startup."""
    startup = get_object_or_404(Startup.objects.visible_to(request.user).for_detail(), pk=pk)
    return render(request, "startups/profile.html", profile_context(startup))


def profile_context(startup: Startup) -> dict[str, Any]:
    """What the profile page shows; pages that add a match extend its template and this context."""
    return {
        "startup": startup,
        "key_facts": [
            fact
            for item, name in (
                (startup, "founded_year"),
                (startup, "stage"),
                (startup, "team_size"),
                (startup.organisation, "languages"),
            )
            for fact in facts(item, [name])
        ],
        "texts": facts(startup, TEXTS, keep_empty=False),
        "evidence": facts(startup, SECTIONS["evidence"][2], keep_empty=False),
        "readiness": facts(startup, ["readiness_level", "japan_readiness"], keep_empty=False),
        "links": facts(startup.organisation, ["city", "website"], keep_empty=False)
        + facts(startup, ["video_url"], keep_empty=False),
    }


@require_safe
@requires(Permission.SEE_OWN_PROFILE)
def own(request: HttpRequest) -> HttpResponse:
    """The members' own profile: its status, what is missing, everything it says."""
    startup = _own(request)
    context = {
        "startup": startup,
        "sections": _sections(startup),
        "missing": missing_items(startup),
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
    startup = _own(request)
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
    startup = _own(request)
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
        "rows": [row for section in _sections(startup) for row in section["facts"]],
        "send_label": _("Send in for review"),
        "back_url": reverse("startups:own"),
        "blocked": _("Add what is missing first.") if missing else "",
    }
    return render(request, "components/check_page.html", context)


def _own(request: HttpRequest) -> Startup:
    """The reader's own startup; people of a firm have none."""
    organisation = request.user.organisation
    startups = Startup.objects.for_detail().filter(organisation__memberships__user=request.user)
    return get_object_or_404(startups, pk=organisation.pk if organisation else None)


def _sections(startup: Startup) -> list[dict[str, Any]]:
    """Every fact by section, with its labels."""
    return [
        {
            "key": key,
            "title": title,
            "facts": facts(startup.organisation, organisation_names) + facts(startup, startup_names),
        }
        for key, (title, organisation_names, startup_names) in SECTIONS.items()
    ]
