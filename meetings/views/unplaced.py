"""All requests of a board that have no place, by reason, each with the one thing that helps."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from meetings.models import Placement, Round
from meetings.unplaced import reason_counts, without_place
from meetings.views.board import board_rows, places_of, shown_timetable

PAGE = 25


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def unplaced(request: HttpRequest, pk: int) -> HttpResponse:
    """Reason and page stand in the address; a round without a board has no such page."""
    rounds = Round.objects.visible_to(request.user).prefetch_related("rooms", "interpreters")
    round_ = get_object_or_404(rounds, pk=pk)
    timetable = shown_timetable(round_, round_.latest)
    if timetable is None:
        raise Http404
    board = board_rows(round_, timetable)
    waiting = [each for each in board if each.starts_at is None]
    reason = request.GET.get("reason", "")
    wanted = [each for each in waiting if reason in ("", each.reason)]
    page = Paginator(wanted, PAGE).get_page(request.GET.get("page"))
    places = places_of(round_, board) if round_.is_checked else None
    context = {
        "round": round_,
        "checking": places is not None,
        "reasons": _reasons(waiting),
        "reason": reason,
        "total": len(waiting),
        "page": page,
        "rows": without_place(page.object_list, board, round_, get_language() or "", places),
    }
    return render(request, "meetings/unplaced.html", context)


def _reasons(waiting: list[Placement]) -> list[dict[str, Any]]:
    """A link for each reason that there is; another reason starts at the first page."""
    return [
        {
            "value": reason.value,
            "label": reason.label,
            "count": count,
            "url": f"?{urlencode({'reason': reason})}",
        }
        for reason, count in reason_counts(waiting)
    ]
