"""Repairing a published round: what would change, who would be told what, and applying or discarding it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, board, rules
from meetings.audience import audience_of_repair
from meetings.calendars import calendars_for
from meetings.cautions import sides_of
from meetings.enums import RoundStatus, TimetableStatus
from meetings.models import Misfit, Round, Timetable
from meetings.repair import Change, Kind, booked_in, changes, is_outdated
from meetings.repair_words import lines, staying, unplaced
from meetings.views.board import chosen_day

TO_TELL = (Kind.MOVES, Kind.MEANS, Kind.COMES, Kind.LOST)


def _round(request: HttpRequest, pk: int) -> Round:
    rounds = Round.objects.visible_to(request.user).prefetch_related("rooms", "interpreters", "officers")
    return get_object_or_404(rounds, pk=pk)


def _repair_of(round_: Round) -> Timetable:
    found = round_.repair
    if found is None or round_.status != RoundStatus.PUBLISHED:
        raise Http404
    found.round = round_
    return found


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def repair_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it worked out; what is published stays as it is."""
    actions.start_repair(_round(request, pk), by=request.user)
    messages.success(request, _("The repair is being worked out. Nothing changes until you apply it."))
    return redirect("meetings:round", pk=pk)


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """What stays, what moves and why, what comes, what can't be kept; and the timetable as it would be."""
    round_ = _round(request, pk)
    timetable = _repair_of(round_)
    found, outdated = _changes(timetable)
    return render(
        request,
        "meetings/repair.html",
        {
            **_told(timetable, found),
            **_drawn(request, round_, found),
            "outdated": outdated,
            "unfit_since": _unfit_since(timetable),
        },
    )


def _unfit_since(timetable: Timetable) -> int:
    """How many meetings a side's new hours or times have left since the repair was begun: it does not know of them."""
    found = Misfit.objects.to_settle(timezone.now()).filter(
        meeting__round=timetable.round_id, found_at__gt=timetable.started_at or timetable.created_at
    )
    return found.count()


def _changes(timetable: Timetable) -> tuple[list[Change], bool]:
    rows, meetings = list(timetable.placements.for_board()), booked_in(timetable.round)
    return changes(rows, meetings), is_outdated(rows, meetings)


def _told(timetable: Timetable, found: list[Change]) -> dict[str, Any]:
    language, round_ = get_language() or "", timetable.round
    counts = {str(kind): sum(each.kind == kind for each in found) for kind in Kind}
    return {
        "round": round_,
        "repair": timetable,
        "counts": counts,
        "has_changes": any(counts[kind] for kind in TO_TELL),
        "moves": lines(found, Kind.MOVES, language),
        "means": lines(found, Kind.MEANS, language),
        "comes": lines(found, Kind.COMES, language),
        "lost": unplaced(found, Kind.LOST, round_, language),
        "waits": unplaced(found, Kind.WAITS, round_, language),
        "staying": staying(found),
        "quality": board.quality(timetable),
    }


def _drawn(request: HttpRequest, round_: Round, found: list[Change]) -> dict[str, Any]:
    """The repaired timetable of a day; what would change is drawn as a draft."""
    rows = [each.row for each in found if each.row.starts_at]
    new = {each.row.request_id for each in found if each.kind in (Kind.MOVES, Kind.COMES, Kind.MEANS)}
    tabs = board.day_tabs(rows, set())
    day = chosen_day(request, tabs)
    today = [each for each in rows if board.japan_day(each.start) == day]
    columns = board.columns(round_.rooms.all(), today)
    calendars = calendars_for(sides_of(each.request for each in today))
    table = board.table(round_, columns, set(), get_language() or "", calendars=calendars, fresh=new)
    return {"tabs": tabs, "day": day, "rooms": columns, "table": table}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def repair_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Every message that applying the repair sends; then applying it, all or nothing."""
    round_ = _round(request, pk)
    timetable = _repair_of(round_)
    if request.method == "POST":
        return _applied(request, timetable)
    return _check_page(request, timetable)


def _check_page(
    request: HttpRequest, timetable: Timetable, *, changed: bool = False, refused: bool = False
) -> HttpResponse:
    found, outdated = _changes(timetable)
    context = {
        **_told(timetable, found),
        "audience": audience_of_repair(found, get_language() or ""),
        "fingerprint": rules.fingerprint([each.row for each in found]),
        "changed": changed,
        "outdated": outdated or refused,
    }
    status = 409 if changed or refused else 200
    return render(request, "meetings/repair_check.html", context, status=status)


def _applied(request: HttpRequest, timetable: Timetable) -> HttpResponse:
    try:
        done = actions.apply_repair(timetable, by=request.user, checked=request.POST.get("checked", ""))
    except actions.BoardChanged:
        return _check_page(request, timetable, changed=True)
    except (actions.RepairOutdated, actions.DoubleBooking):
        return _check_page(request, timetable, refused=True)
    text = _(
        "The timetable is repaired. Moved: %(moved)s. Other room or people: %(rearranged)s. New: %(new)s."
        " Times given up: %(given_up)s."
    )
    words = {
        "moved": done.moved,
        "rearranged": done.rearranged,
        "new": done.new,
        "given_up": done.given_up,
    }
    messages.success(request, text % words)
    return redirect("meetings:round", pk=timetable.round_id)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def repair_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """The published timetable stays as it is."""
    found = _round(request, pk).repair
    if found is None:
        raise TransitionNotAllowed(Timetable(pk=pk), TimetableStatus.DISCARDED)
    actions.discard_repair(found, by=request.user)
    messages.success(request, _("The repair is discarded. Nothing has changed and nobody has been told."))
    return redirect("meetings:round", pk=pk)
