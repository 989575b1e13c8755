"""Searches by words and by meaning, within what the reader may see."""

from __future__ import annotations

from typing import Any

import django_filters
from allauth.core.internal import ratelimit
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.roles import Permission, can, requires
from matchmaking.core.rates import may
from matchmaking.matches.enums import Sought
from matchmaking.matches.filters import ChallengeSearchFilter, StartupSearchFilter
from matchmaking.matches.meaning.readers import OPENLY, challenges_for, worded
from matchmaking.matches.meaning.search import Found, search
from startups.models import Startup

_OUTSIDE = gettext_lazy(
    "Write what you offer, in English or Japanese. Challenges in Japanese are found by what they mean. Firms ask for "
    "meetings: the more clearly your pitch says what you found here, the more surely you are recommended."
)


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
@requires(Permission.SEARCH_CHALLENGES)
def challenges(request: HttpRequest) -> HttpResponse:
    """Challenges of all firms, open or not, for staff; for startups those that they may hear of."""
    is_staff = can(request.user, Permission.SEE_PROFILES)
    filters = ChallengeSearchFilter(request.GET, challenges_for(request.user))
    row = "challenge_row" if is_staff else "challenge_row_for_startups"
    context = {
        "title": _("Search for challenges") if is_staff else _("Search challenges of firms"),
        "lead": "" if is_staff else _OUTSIDE,
        "closed": not is_staff and not request.user.organisation.is_published,
        "row_template": f"matches/search/{row}.html",
        "back": "companies:list" if is_staff else "matches:interest",
    }
    readable = Q() if is_staff else OPENLY
    return _page(request, Sought.CHALLENGES, filters, "matches/search/challenges.html", context, readable)


def _page(
    request: HttpRequest,
    sought: Sought,
    filters: django_filters.FilterSet,
    template: str,
    context: dict[str, Any],
    readable: Q | None = None,
) -> HttpResponse:
    found: Found | None = None
    words = filters.form.cleaned_data["q"].strip() if filters.form.is_valid() else ""
    if words:
        if not may(request.user.pk, "search"):
            return ratelimit.respond_429(request)
        found = search(sought, filters.qs, words, readable)
        if readable:  # of firms that somebody outside the office reads of
            worded([*found.exact, *found.nearest])
    return render(request, template, {**context, "form": filters.form, "words": words, "found": found})
