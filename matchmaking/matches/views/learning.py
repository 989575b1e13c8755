"""What decisions teach about the weights: read by staff, and made a draft by an administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Permission, can, requires
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.enums import DecisionKind, DismissReason, Side
from matchmaking.matches.explaining.explanation import PART_LABELS
from matchmaking.matches.models import ScoringPolicy
from matchmaking.matches.policies.learning import LEAST_FIRMS, LEAST_OF_A_KIND, Difference
from matchmaking.matches.policies.lessons import Lessons, lessons

WIDTH = 200  # of the drawn interval, in units of its own


@require_safe
@requires(Permission.MANAGE_MATCHES)
def report(request: HttpRequest) -> HttpResponse:
    """Counts, reasons, and for each part what sets the taken apart from the passed over."""
    policy = ScoringPolicy.objects.in_force().first()
    found = lessons(policy)
    context = {
        "policy": policy,
        "kinds": [{"label": kind.label, "value": found.kinds[kind]} for kind in DecisionKind],
        "reasons": _reasons(found),
        "amount": found.amount,
        "answers": found.answers.amount,
        "least": LEAST_OF_A_KIND,
        "least_firms": LEAST_FIRMS,
        "rows": _rows(found.differences),
        "answered": _rows(found.answers.differences),
        "suggestion": _suggestion(found, policy),
        "may_draft": can(request.user, Permission.MANAGE_POLICIES),
    }
    return render(request, "matches/learning.html", context)


@require_POST
@requires(Permission.MANAGE_POLICIES)
def draft(request: HttpRequest) -> HttpResponse:
    """A draft with the suggested weights, to be tried and judged like any other."""
    found = lessons(ScoringPolicy.objects.in_force().first())
    if not found.suggestion:
        messages.warning(request, _("There are too few decisions to suggest weights."))
        return redirect("matches:learning")
    made = actions.draft_policy(weights=found.suggestion, by=request.user)
    messages.success(
        request, _("Draft %(policy)s has the suggested weights. Try it.") % {"policy": made.label}
    )
    return redirect("matches:policy", pk=made.pk)


def _reasons(found: Lessons) -> list[dict[str, Any]]:
    whole = sum(found.reasons.values())
    return [
        {"side": Side(side).label, "reason": DismissReason(reason).label, "count": count, "of": whole}
        for (side, reason), count in found.reasons.most_common()
    ]


def _rows(found: list[Difference]) -> list[dict[str, Any]]:
    """Each part with where its dot and whisker lie; all rows share one scale, zero in the middle."""
    reach = max((max(abs(row.low), abs(row.high)) for row in found), default=0) or 1
    return [
        {
            "label": PART_LABELS[row.name],
            "row": row,
            "middle": WIDTH // 2,
            "low": _place(row.low, reach),
            "high": _place(row.high, reach),
            "dot": _place(row.difference, reach),
        }
        for row in found
    ]


def _place(value: float, reach: float) -> int:
    """Kept a little from both ends, so that the ends of a whisker can be seen."""
    return round(WIDTH / 2 + (WIDTH / 2 - 8) * value / reach)


def _suggestion(found: Lessons, policy: ScoringPolicy | None) -> list[dict[str, Any]]:
    weights = policy.parameters["weights"] if policy else {}
    return [
        {"label": PART_LABELS[name], "now": weights.get(name, 0), "then": found.suggestion[name]}
        for name in SLICES
        if found.suggestion
    ]
