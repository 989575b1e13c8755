"""The history of a round's board, and taking its steps back or again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Permission, requires
from matchmaking.core import local_time
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.busy import JAPAN_TIME
from meetings.models import BoardStep, Round
from meetings.steps import step_words

PAGE = 50
TONES = {"done": "ok", "undone": "warn", "dropped": "info"}


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who moved, locked and placed what, newest first."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    steps = BoardStep.objects.visible_to(request.user).filter(round=round_)
    page = Paginator(steps.for_history(), PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "page": page,
        "rows": [_row(each, get_language() or "") for each in page],
        **steps_at_hand(round_, get_language() or ""),
    }
    return render(request, "meetings/history.html", context)


def _row(step: BoardStep, language: str) -> dict[str, Any]:
    return {
        "at": local_time.moment(step.at, zone=JAPAN_TIME),
        "by": str(step.by),
        "what": step_words(step, language),
        "status": step.get_status_display(),
        "tone": TONES[step.status],
    }


def steps_at_hand(round_: Round, language: str) -> dict[str, Any]:
    """What the buttons would take back or again: the step and its words, for as long as staff check the board."""
    if not round_.is_checked:
        return {}
    steps = BoardStep.objects.filter(round=round_).for_history()
    found = {"undo": steps.to_undo(), "redo": steps.to_redo()}
    return {
        name: {"number": step.number, "words": step_words(step, language)}
        for name, step in found.items()
        if step is not None
    }


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the step that the reader saw as the latest."""
    step = _step(request, pk)
    try:
        actions.undo(step, by=request.user)
    except TransitionNotAllowed:
        return _changed(request, pk)
    messages.success(request, _("Undone: %(step)s") % {"step": step_words(step, get_language() or "")})
    return redirect("meetings:round", pk=pk)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def redo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the step again that the reader saw as the one undone last."""
    step = _step(request, pk)
    try:
        actions.redo(step, by=request.user)
    except TransitionNotAllowed:
        return _changed(request, pk)
    messages.success(request, _("Done again: %(step)s") % {"step": step_words(step, get_language() or "")})
    return redirect("meetings:round", pk=pk)


def _step(request: HttpRequest, pk: int) -> BoardStep:
    rows = BoardStep.objects.visible_to(request.user).filter(round_id=pk).for_history()
    number = request.POST.get("step", "")
    return get_object_or_404(
        rows.select_related("round", "replaced"), number=number if number.isdecimal() else 0
    )


def _changed(request: HttpRequest, pk: int) -> HttpResponse:
    messages.error(request, _("The board has changed meanwhile. Nothing has been undone or done again."))
    return redirect("meetings:history", pk=pk)
