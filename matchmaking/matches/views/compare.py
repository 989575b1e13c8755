"""Choosing two or three startups and seeing them side by side; the choice is kept in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from matchmaking.matches.explaining.comparison import MOST, columns, compare_url, rows
from matchmaking.matches.last_requests import last_requests
from matchmaking.matches.models import Match, MatchQuerySet

CHOICE = "s"
LONGEST_KEY = 18  # digits that fit the database's numbers whatever they are


@require_safe
@requires(Permission.SEE_RECOMMENDATIONS)
def compare(request: HttpRequest) -> HttpResponse:
    """Item by item; 404 if one of them is not recommended to the firm now."""
    keys = chosen_keys(request)
    every = Match.objects.visible_to(request.user).recommended().with_parties()
    found = {match.pk: match for match in every.filter(pk__in=keys)}
    if len(found) < len(keys):
        raise Http404
    matches = [found[key] for key in keys]
    items = rows(matches) if len(matches) > 1 else []
    only = request.GET.get("only") == "differences"
    context = {
        "columns": columns(matches, last_requests(matches, request.user)),
        "rows": [row for row in items if row.differs] if only else items,
        "only": only,
        "keys": keys,
        "list_url": _list_url(keys),
        "scores": items[0] if items else None,
    }
    return render(request, "matches/compare.html", context)


def chosen_keys(request: HttpRequest) -> list[int]:
    """The matches named in the address, in its order, at most three, each once; what cannot be a key is passed over."""
    given = [text for text in request.GET.getlist(CHOICE) if text.isdecimal() and len(text) <= LONGEST_KEY]
    return list(dict.fromkeys(map(int, given)))[:MOST]


def choice(request: HttpRequest, match: Match, keys: Sequence[int]) -> dict[str, Any]:
    """The card's link that adds a startup to the comparison, or takes it out; none when three are chosen."""
    comparing = match.pk in keys
    if not comparing and len(keys) >= MOST:
        return {"compare_url": "", "comparing": False}
    wanted = [key for key in keys if key != match.pk] if comparing else [*keys, match.pk]
    return {"compare_url": f"{_here(request, wanted)}#match-{match.pk}", "comparing": comparing}


def tray(request: HttpRequest, every: MatchQuerySet, keys: Sequence[int]) -> dict[str, Any]:
    """Who has been chosen so far, and where to go from there."""
    if not keys:
        return {}
    names = dict(every.filter(pk__in=keys).values_list("pk", "startup__organisation__name"))
    there = [key for key in keys if key in names]
    return {
        "names": [names[key] for key in there],
        "compare_url": compare_url(there) if len(there) > 1 else "",
        "clear_url": _here(request, []),
    }


def _here(request: HttpRequest, keys: Sequence[int]) -> str:
    """The present page with another choice."""
    query = request.GET.copy()
    query.setlist(CHOICE, [str(key) for key in keys])
    return f"?{query.urlencode()}"


def _list_url(keys: Sequence[int]) -> str:
    query = "&".join(f"{CHOICE}={key}" for key in keys)
    return f"{reverse('matches:list')}?{query}" if query else reverse("matches:list")
