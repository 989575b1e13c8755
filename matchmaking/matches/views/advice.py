"""What experts think, and what it does to scores."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from matchmaking.matches.models import ScoringPolicy
from matchmaking.matches.policies.advising import advised

PAGE = 50


@require_safe
@requires(Permission.MANAGE_MATCHES)
def advice_list(request: HttpRequest) -> HttpResponse:
    """Standing advice by startup and pair, with the points that it adds or takes."""
    policy = ScoringPolicy.objects.in_force().first()
    rows = advised(policy) if policy else []
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "matches/advice.html", {"page": page})
