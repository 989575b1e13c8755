"""What staff and firms see of a startup."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.deeds import deeds_of
from accounts.lists import listing
from accounts.profiles.history import history_of
from accounts.profiles.kinds import kind_of
from accounts.profiles.labels import facts
from accounts.registration.registrations import sections
from accounts.roles import Permission, requires
from startups.deck_cards import deck_card
from startups.deck_readings import readings_for_staff
from startups.evidence import evidence_of
from startups.filters import ORDERINGS, StartupFilterSet
from startups.models import Startup
from startups.registration import REGISTRATION

TEXTS = ("problem", "solution", "customers", "edge")
READINESS = ("readiness_level", "speaks_japanese", "japan_readiness", "japan_visit")


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
    startups = Startup.objects.visible_to(request.user).for_detail().prefetch_related("decks")
    startup = get_object_or_404(startups, pk=pk)
    rows = {"organisation": startup.organisation, "startup": startup}
    context = {
        "startup": startup,
        "sections": sections(REGISTRATION, rows, skip=REGISTRATION.elsewhere),
        "missing": REGISTRATION.missing(rows),
        "evidence": evidence_of(startup),
        "history": history_of(
            startup.organisation, kind_of(startup.organisation).tables, request.GET.get("history")
        ),
        "deeds": deeds_of(startup.organisation, startup.decks.all()),
        "deck": deck_card(startup, request.user),
        "readings": readings_for_staff(startup),
        "crumbs": [{"url": reverse("startups:list"), "label": _("Startups")}],
    }
    return render(request, "startups/detail.html", context)


@require_safe
@requires(Permission.SEE_PROFILES)
def deck_pages(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of the deck in use, as a page of its own or within the one that asks for it.

    The pictures are what leaves a trace in the log of readings, when the browser fetches them (ADR 0017).
    """
    startup = get_object_or_404(
        Startup.objects.visible_to(request.user).select_related("organisation"), pk=pk
    )
    if (deck := deck_card(startup, request.user)) is None:
        raise Http404
    template = "startups/includes/deck_shown.html" if request.htmx else "startups/deck_pages.html"
    return render(request, template, {"startup": startup, "deck": deck})


@require_safe
@requires(Permission.SEE_STARTUPS)
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """What a firm sees of a published startup."""
    startup = get_object_or_404(Startup.objects.visible_to(request.user).for_detail(), pk=pk)
    context = profile_context(startup) | {"deck": deck_card(startup, request.user)}
    return render(request, "startups/profile.html", context)


def profile_context(startup: Startup) -> dict[str, Any]:
    """What the profile page shows; pages that add a match extend its template and this context."""
    return {
        "startup": startup,
        "key_facts": _key_facts(startup),
        "texts": facts(startup, TEXTS, keep_empty=False),
        "evidence": evidence_of(startup, firms=True),
        "readiness": facts(startup, READINESS, keep_empty=False),
        "links": facts(startup.organisation, ["region", "city", "website"], keep_empty=False)
        + facts(startup, ["video_url"], keep_empty=False),
    }


def _key_facts(startup: Startup) -> list[dict[str, str]]:
    named = [(startup, "founded_year"), (startup, "stage"), (startup, "team_size")]
    shown = [fact for item, name in named for fact in facts(item, [name])]
    return [*shown, *facts(startup.organisation, ["languages"])]
