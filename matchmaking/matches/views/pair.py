"""The pair's page, and how the score is worked out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.roles import Permission, public, requires
from matchmaking.core.templatetags.portal import DEFAULT_SCORE_BANDS
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import OPTIONAL_SLICES, TENTHS
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.explaining import cards, explanation
from matchmaking.matches.explaining.reasons import reasons
from matchmaking.matches.explaining.story import story_of
from matchmaking.matches.forms import NoteForm
from matchmaking.matches.last_requests import LastRequest, last_requests
from matchmaking.matches.models import ExpertAdvice, Match, MatchQuerySet, ScoringPolicy
from matchmaking.matches.returning import list_url
from matchmaking.matches.tables import status_tag


@require_safe
@requires(Permission.SEE_MATCH)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one pair: to staff all, to the firm its own, to the startup without the firm's secrets."""
    return _page(request, get_object_or_404(_matches(request), pk=pk))


def _matches(request: HttpRequest) -> MatchQuerySet:
    return Match.objects.visible_to(request.user).with_parties().select_related("run")


def _page(request: HttpRequest, match: Match, form: NoteForm | None = None) -> HttpResponse:
    reader = _side(request)
    last = last_requests([match], request.user).get(match.pk)
    context = {
        "match": match,
        "last": last,
        "reader": reader,
        "title": cards.pair_title(match, reader),
        "bars": explanation.bars(match, reader),
        "whole_score": explanation.whole_score(match),
        "parts": explanation.parts(match, reader),
        "reasons": reasons(match, reader),
        "firm": cards.firm_texts(match, reader),
        "startup": cards.startup_texts(match, reader),
        "may": _may(match, reader, last),
        "status_tag": status_tag(match),
        "story": story_of(match, reader, request.user),
    }
    if reader != Side.STARTUP:
        opinions = ExpertAdvice.objects.standing().about(match.startup_id, match.company_id)
        context["assessments"] = opinions.count()
    if reader == Side.STAFF:
        context |= {
            "facts": cards.staff_facts(match),
            "form": form or NoteForm(),
            "list_url": list_url("matches:staff", request),
        }
    return render(request, "matches/detail.html", context)


@require_POST
@requires(Permission.MANAGE_MATCHES)
def write_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note about the pair; one that cannot be kept stands in the form again."""
    match = get_object_or_404(_matches(request), pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, match, form)
    actions.write_note(match, text=form.cleaned_data["text"], by=request.user)
    return redirect(f"{reverse('matches:detail', kwargs={'pk': match.pk})}#story")


def _side(request: HttpRequest) -> Side:
    if request.user.is_officer:
        return Side.STAFF
    return Side.COMPANY if request.user.organisation.kind == OrganisationKind.COMPANY else Side.STARTUP


def _may(match: Match, reader: Side, last: LastRequest | None) -> dict[str, bool]:
    """Which buttons make sense for this reader in this state."""
    disclosed, dismissed = match.status == MatchStatus.DISCLOSED, match.status == MatchStatus.DISMISSED
    firm, staff = reader == Side.COMPANY, reader == Side.STAFF
    return {
        "request": firm and not dismissed and bool(cards.request_url(match, last)),
        "request_for": staff and match.status in (MatchStatus.DISCLOSED, MatchStatus.INTERESTED),
        "put_aside": firm and disclosed,
        "take_back": firm and dismissed and match.dismissed_by == Side.COMPANY,
        "disclose": staff and match.status == MatchStatus.PROPOSED,
        "dismiss": staff and not dismissed,
        "restore": staff and dismissed,
    }


@public
@require_safe
def score_help(request: HttpRequest) -> HttpResponse:
    """How the score is worked out, with the weights in force; every page's foot leads here, the guests' too."""
    policy = ScoringPolicy.objects.in_force().first()
    scale = explanation.scale_of(policy.pk) if policy else None
    rows = [
        {
            "label": label,
            "meaning": explanation.PART_MEANINGS[name],
            "most": scale.caps[name] / TENTHS,
            "weight": scale.weights[name],
            "unasked": scale.shifts[name] / TENTHS if name in OPTIONAL_SLICES else None,
        }
        for name, label in explanation.PART_LABELS.items()
        if scale and scale.caps.get(name)
    ]
    high, fairly = getattr(settings, "SCORE_BANDS", DEFAULT_SCORE_BANDS)
    context = {"policy": policy, "rows": rows, "high": high, "fairly": fairly}
    return render(request, "matches/score_help.html", context)
