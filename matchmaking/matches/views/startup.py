"""What a startup sees of the firms that are interested in it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from matchmaking.matches.explaining.cards import startup_card
from matchmaking.matches.explaining.startup_gaps import waiting_words
from matchmaking.matches.last_requests import last_requests
from matchmaking.matches.models import Match
from matchmaking.matches.shared_times import shared_times

PAGE = 10


@require_safe
@requires(Permission.SEE_INTEREST)
def interest(request: HttpRequest) -> HttpResponse:
    """The firms that have asked for a meeting, newest first, by name only where the firm allows it."""
    matches = Match.objects.visible_to(request.user).with_parties().order_by("-disclosed_at", "pk")
    page = Paginator(matches, PAGE).get_page(request.GET.get("page"))
    times, asked = shared_times(list(page)), last_requests(list(page), request.user)
    context = {
        "page": page,
        "cards": [startup_card(match, times.get(match.pk), asked.get(match.pk)) for match in page],
        "waiting": "" if page.paginator.count else waiting_words(request.user.organisation.startup),
    }
    return render(request, "matches/interest.html", context)
