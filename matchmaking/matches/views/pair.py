"""The pair's page, and how the score is worked out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.deeds import doer_of
from accounts.enums import OrganisationKind
from accounts.roles import Permission, public, requires
from matchmaking.core.models import AuditEvent
from matchmaking.matches import cards, explanation
from matchmaking.matches.candidates import TENTHS
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from matchmaking.matches.models import Match, ScoringPolicy
from matchmaking.matches.reasons import reasons
from matchmaking.matches.tables import status_tag


@require_safe
@requires(Permission.SEE_MATCH)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one pair: to staff all, to the firm its own, to the startup without the firm's secrets."""
    matches = Match.objects.visible_to(request.user).with_parties().select_related("run")
    match = get_object_or_404(matches, pk=pk)
    reader = _side(request)
    context = {
        "match": match,
        "reader": reader,
        "title": cards.pair_title(match, reader),
        "bars": explanation.bars(match),
        "whole_score": explanation.whole_score(match),
        "parts": explanation.parts(match),
        "reasons": reasons(match, reader),
        "firm": cards.firm_texts(match, reader),
        "startup": cards.startup_texts(match, reader),
        "may": _may(match, reader),
        "status_tag": status_tag(match),
    }
    if reader == Side.STAFF:
        context |= {"facts": cards.staff_facts(match), "history": _history(match)}
    return render(request, "matches/detail.html", context)


def _side(request: HttpRequest) -> Side:
    if request.user.is_officer:
        return Side.STAFF
    return Side.COMPANY if request.user.organisation.kind == OrganisationKind.COMPANY else Side.STARTUP


def _may(match: Match, reader: Side) -> dict[str, bool]:
    """Which buttons make sense for this reader in this state."""
    disclosed, dismissed = match.status == MatchStatus.DISCLOSED, match.status == MatchStatus.DISMISSED
    firm, staff = reader == Side.COMPANY, reader == Side.STAFF
    return {
        "request": firm and disclosed,
        "put_aside": firm and disclosed,
        "take_back": firm and dismissed and match.dismissed_by == Side.COMPANY,
        "disclose": staff and match.status == MatchStatus.PROPOSED,
        "dismiss": staff and not dismissed,
        "restore": staff and dismissed,
    }


def _history(match: Match) -> list[dict[str, Any]]:
    """What was done to the pair, newest first."""
    words = {
        "match.proposed": _("Proposed again"),
        "match.disclosed": _("Disclosed to the firm"),
        "match.interested": _("The firm asked for a meeting"),
        "match.dismissed": _("Dismissed"),
    }
    events = AuditEvent.objects.filter(target_type=match._meta.label_lower, target_id=str(match.pk))
    return [
        {
            "at": event.at,
            "by": doer_of(event),
            "text": words.get(event.action, event.action),
            "note": _reason_words(event.detail.get("reason", "")),
        }
        for event in events
    ]


def _reason_words(reason: str) -> str:
    """A stored reason begins with its code: show the words instead."""
    code, _colon, note = reason.partition(": ")
    if code in DismissReason.values:
        return f"{DismissReason(code).label}\n{note}".strip()
    return _("One of the two profiles has changed") if code == "profile changed" else reason


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
        }
        for name, label in explanation.PART_LABELS.items()
        if scale and scale.caps.get(name)
    ]
    return render(request, "matches/score_help.html", {"policy": policy, "rows": rows})
