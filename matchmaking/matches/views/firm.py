"""What a firm sees of its matches, and the pair's page that all sides share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Permission, requires
from matchmaking.matches import actions
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from matchmaking.matches.explaining.cards import firm_card
from matchmaking.matches.explaining.gaps import waiting_words
from matchmaking.matches.filters import RecommendedFilter
from matchmaking.matches.forms import PassForm
from matchmaking.matches.last_requests import last_requests
from matchmaking.matches.models import Match, MatchQuerySet
from matchmaking.matches.returning import from_list, list_url
from matchmaking.matches.shared_times import shared_times
from matchmaking.matches.views import compare

PAGE = 10
OFFERED = ("startup__organisation__fields", "startup__organisation__country", "startup__reading__keys")
SORTS = {
    "score": ("-score", "-raw_score", "pk"),
    "new": ("-disclosed_at", "pk"),
    "name": ("startup__organisation__sort_key", "pk"),
}


@require_safe
@requires(Permission.SEE_RECOMMENDATIONS)
def recommended(request: HttpRequest) -> HttpResponse:
    """The startups disclosed to the firm, best first."""
    company = request.user.organisation.company
    every = Match.objects.visible_to(request.user).recommended()
    challenge, chosen = _challenge(request, every)
    offered = list(chosen.values_list(*OFFERED))
    filters = RecommendedFilter(request.GET, queryset=chosen.with_parties(), offered=offered)
    sort = request.GET.get("sort") if request.GET.get("sort") in SORTS else "score"
    page = Paginator(filters.qs.order_by(*SORTS[sort]), PAGE).get_page(request.GET.get("page"))
    aside = _put_aside(request)
    chosen_keys = compare.chosen_keys(request)
    challenges = _challenges(every)
    context = {
        "filter": filters,
        "chips": _chips(filters),
        "keep": {name: request.GET[name] for name in ("challenge", "sort") if request.GET.get(name)},
        "page": page,
        "cards": _cards(request, list(page), chosen_keys, named=len(challenges) > 1),
        "tray": compare.tray(request, every, chosen_keys),
        "compared": chosen_keys,
        "challenge": challenge,
        "challenges": challenges,
        "sorts": _sorts(sort),
        "waiting": "" if offered else waiting_words(company),
        "aside": aside,
    }
    return render(request, "matches/list.html", context)


def _cards(
    request: HttpRequest, matches: list[Match], chosen: list[int], *, named: bool
) -> list[dict[str, Any]]:
    times, asked = shared_times(matches), last_requests(matches, request.user)
    cards = [
        firm_card(match, times.get(match.pk), asked.get(match.pk), named=named)
        | compare.choice(request, match, chosen)
        for match in matches
    ]
    return [card | {"pass_url": card["pass_url"] and from_list(card["pass_url"], request)} for card in cards]


def _challenges(matches: MatchQuerySet) -> list[dict[str, Any]]:
    """The firm's challenges that have recommendations."""
    rows = matches.order_by("challenge__pk").values_list("challenge", "challenge__title").distinct()
    return [{"pk": pk, "title": title} for pk, title in rows]


def _challenge(request: HttpRequest, every: MatchQuerySet) -> tuple[str, MatchQuerySet]:
    """The challenge chosen by the switch (its key as text; empty for all) and its matches."""
    wanted = request.GET.get("challenge", "")
    return (wanted, every.filter(challenge=wanted)) if wanted.isdecimal() else ("", every)


def _sorts(current: str) -> list[dict[str, Any]]:
    words = {
        "score": pgettext("sort order", "Highest score"),
        "new": pgettext("sort order", "Newest"),
        "name": pgettext("sort order", "Name"),
    }
    return [{"key": key, "label": label, "current": key == current} for key, label in words.items()]


def _chips(filters: RecommendedFilter) -> list[dict[str, str]]:
    """The filters in use, each with the address that removes it."""
    if not filters.form.is_valid():
        return []
    return [
        {"name": name, "value": value, "label": dict(field.choices).get(value, value)}
        for name, field in filters.form.fields.items()
        for value in filters.form.cleaned_data.get(name) or []
    ]


def _put_aside(request: HttpRequest) -> MatchQuerySet:
    """What the firm itself has put aside and may take back."""
    own = Match.objects.visible_to(request.user).filter(
        status=MatchStatus.DISMISSED, dismissed_by=Side.COMPANY
    )
    return own.select_related("startup__organisation").order_by("-dismissed_at", "pk")[:20]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_RECOMMENDATIONS)
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """“Not for us”, with one reason."""
    match = get_object_or_404(Match.objects.visible_to(request.user).with_parties(), pk=pk)
    form = PassForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = DismissReason(form.cleaned_data["reason"])
        actions.dismiss(match, side=Side.COMPANY, reason=reason, by=request.user)
        messages.success(
            request,
            _("%(startup)s is put aside. You can take it back at the end of this list.")
            % {"startup": match.startup},
        )
        return redirect(list_url("matches:list", request))
    context = {
        "title": _("Not for us: %(startup)s") % {"startup": match.startup},
        "lead": _("The startup is not told. You can take this back later."),
        "form": form,
        "confirm_label": _("Put aside"),
        "back_url": list_url("matches:list", request),
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
@requires(Permission.SEE_RECOMMENDATIONS)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo “Not for us”."""
    own = Match.objects.visible_to(request.user).filter(dismissed_by=Side.COMPANY)
    actions.restore(get_object_or_404(own, pk=pk), by=request.user)
    return redirect(list_url("matches:list", request))
