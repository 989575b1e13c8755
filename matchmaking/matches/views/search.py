"""Searches by words and by meaning, within what the reader may see."""

from __future__ import annotations

from typing import Any

import django_filters
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.roles import Permission, can, requires
from companies.models import Challenge
from matchmaking.core.rates import may
from matchmaking.matches.enums import Sought
from matchmaking.matches.filters import ChallengeSearchFilter, StartupSearchFilter
from matchmaking.matches.meaning.search import Found, search
from startups.models import Startup


@require_safe
@requires(Permission.SEE_STARTUPS)
def startups(request: HttpRequest) -> HttpResponse:
    """Startups: staff look among all, firms among the published ones."""
    rows = Startup.objects.visible_to(request.user).select_related("organisation")
    filters = StartupSearchFilter(request.GET, rows)
    context = {
        "title": _("Search for startups"),
        "row_template": "matches/search/startup_row.html",
        "page": "startups:detail" if can(request.user, Permission.SEE_PROFILES) else "startups:profile",
        "back": "startups:list" if can(request.user, Permission.SEE_PROFILES) else "matches:list",
    }
    return _page(request, Sought.STARTUPS, filters, "matches/search/startups.html", context)


@require_safe
@requires(Permission.SEE_PROFILES)
def challenges(request: HttpRequest) -> HttpResponse:
    """Challenges of all firms, open or not, for staff."""
    rows = Challenge.objects.select_related("company__organisation")
    filters = ChallengeSearchFilter(request.GET, rows)
    context = {
        "title": _("Search for challenges"),
        "row_template": "matches/search/challenge_row.html",
        "back": "companies:list",
    }
    return _page(request, Sought.CHALLENGES, filters, "matches/search/challenges.html", context)


def _page(
    request: HttpRequest,
    sought: Sought,
    filters: django_filters.FilterSet,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    found: Found | None = None
    words = filters.form.cleaned_data["q"].strip() if filters.form.is_valid() else ""
    if words:
        if not may(request.user.pk, "search"):
            return ratelimit.respond_429(request)
        found = search(sought, filters.qs, words)
    return render(request, template, {**context, "form": filters.form, "words": words, "found": found})
