"""One round: collecting, progress, the scheduling board, and one meeting's place on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Permission, requires
from accounts.rules import name_of
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, board, rules
from meetings.calendars import calendars_for
from meetings.cards import other_name, request_facts
from meetings.cautions import Calendars, cautions, misfit_flags, sides_of
from meetings.clashes import clashes, clashing_requests, with_moves
from meetings.enums import AvailabilityKind, RequestStatus, RoundStatus, TimetableStatus, UnplacedReason
from meetings.forms.bookings import MoveForm
from meetings.hours import Calendar
from meetings.interpreting import all_unfit
from meetings.models import (
    Availability,
    Interpreter,
    Meeting,
    MeetingRequest,
    Misfit,
    Placement,
    Room,
    Round,
    Timetable,
)
from meetings.offers import Places
from meetings.problem import faults_in, moves, number, round_problem
from meetings.repair import booked_in
from meetings.round_facts import facts, interpreter_rows, is_older_than_its_round
from meetings.unplaced import without_place
from meetings.views.history import steps_at_hand

SHOWN_MOVES = 24
# So many without a place stand beside the board; the page of its own has all.
SHOWN_UNPLACED = 10


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Whatever the round's state asks for: its requests, the progress, or the board."""
    rounds = Round.objects.visible_to(request.user).prefetch_related(
        "rooms", "interpreters", "officers", "shifts"
    )
    round_ = get_object_or_404(rounds, pk=pk)
    timetable = round_.latest
    in_round = list(MeetingRequest.objects.filter(round=round_).with_parties().order_by("pk"))
    answers = list(round_.availabilities.select_related("organisation").order_by("given_at", "pk"))
    misfits = _misfits(round_)
    context: dict[str, Any] = {
        "round": round_,
        "round_facts": facts(round_),
        "interpreter_rows": interpreter_rows(round_),
        "timetable": timetable,
        "steps": board.steps(round_, len(in_round)),
        "may_place": rules.may_place(round_) and bool(in_round),
        "waiting": _waiting_for(round_) if round_.is_editable else 0,
        "answered": len(answers),
        "absent": [_absent(each) for each in answers if each.kind == AvailabilityKind.NONE],
        "failed": timetable is not None and timetable.status == TimetableStatus.FAILED,
        **_repairing(round_, timetable, misfits),
    }
    shown = shown_timetable(round_, timetable)
    if shown is not None and round_.status != RoundStatus.PLACING:
        context |= _board(request, round_, shown, misfits) | steps_at_hand(round_, get_language() or "")
        return render(request, "meetings/board.html", context)
    context["rows"] = [_row(each) for each in in_round]
    context["organisations"] = len({each.pk for r in in_round for each in (r.company, r.startup)})
    if round_.status == RoundStatus.PLACING and timetable is not None:
        context["progress"] = board.progress_of(timetable)
    return render(request, "meetings/round.html", context)


def _absent(answer: Availability) -> dict[str, str]:
    """Who has no time in the round, and when it would rather meet."""
    return {"name": name_of(answer.organisation, get_language() or ""), "wish": answer.wish}


def _unlinked(request: HttpRequest, round_: Round) -> list[dict[str, Any]]:
    """Published meetings to come that nobody could join on line."""
    if round_.status != RoundStatus.PUBLISHED:
        return []
    found = round_.meetings.without_address(timezone.now()).select_related(
        "room", "request__match__company__organisation", "request__match__startup__organisation"
    )
    return [
        {
            "pk": each.request_id,
            "name": other_name(each.request, request.user, get_language() or ""),
            "when": board.moment_in_japan(each.starts_at),
            "room": each.room,
        }
        for each in found
    ]


def _waiting_for(round_: Round) -> int:
    """Accepted requests without a round, of a length that this one holds."""
    return MeetingRequest.objects.awaiting_round().filter(minutes__in=round_.lengths).count()


def _row(request: MeetingRequest) -> dict[str, Any]:
    language = get_language() or ""
    return {
        "request": request,
        "company": name_of(request.company, language),
        "startup": name_of(request.startup, language),
    }


def shown_timetable(round_: Round, latest: Timetable | None) -> Timetable | None:
    """The draft that is checked, or the published one; a failed try or a repair leaves the one before in place."""
    if round_.status in (RoundStatus.PUBLISHED, RoundStatus.HELD):
        return round_.timetables.filter(status=TimetableStatus.PUBLISHED).first()
    if latest is None or latest.status in (TimetableStatus.DRAFT, TimetableStatus.PUBLISHED):
        return latest
    return round_.timetables.filter(status=TimetableStatus.DRAFT).first()


def _board(
    request: HttpRequest, round_: Round, timetable: Timetable, misfits: list[Misfit]
) -> dict[str, Any]:
    language = get_language() or ""
    rows = board_rows(round_, timetable)
    unplaced = [each for each in rows if each.starts_at is None]
    places = places_of(round_, rows) if round_.is_checked else None
    found = clashes(faults_in(places.built, rows), rows, language) if places else []
    clashing = clashing_requests(found)
    tabs = board.day_tabs(rows, clashing)
    day = chosen_day(request, tabs)
    today = [each for each in rows if each.starts_at and board.japan_day(each.start) == day]
    columns = board.columns(round_.rooms.all(), today)
    calendars = places.calendars if places else _calendars(today)
    table = board.table(round_, columns, clashing, language, calendars=calendars)
    return {
        "shown": timetable,
        "checking": places is not None,
        "tabs": tabs,
        "day": day,
        "rooms": columns,
        "table": board.with_flags(table, misfit_flags(misfits)),
        "unplaced": without_place(unplaced[:SHOWN_UNPLACED], rows, round_, language, places),
        "unplaced_count": len(unplaced),
        "unplaced_more": max(len(unplaced) - SHOWN_UNPLACED, 0),
        "clashes": with_moves(found, places, language) if places else [],
        "load": board.interpreter_load(today, round_),
        "officer_load": board.officer_load(today, round_),
        "outdated": round_.takes_means and is_older_than_its_round(timetable, round_),
        "quality": board.quality(timetable),
        "total": len(rows),
        "placed": len(rows) - len(unplaced),
        "unlinked": _unlinked(request, round_),
        "clash_count": sum(each.blocks for each in found),
        "organisations": len({s.pk for each in rows for s in (each.request.company, each.request.startup)}),
    }


def board_rows(round_: Round, timetable: Timetable) -> list[Placement]:
    """What the board shows: the rows of the timetable, or, once it is published, what has become of them."""
    rows = list(timetable.placements.for_board())
    return rows if round_.is_editable else as_booked(rows, booked_in(round_))


def as_booked(rows: list[Placement], meetings: Iterable[Meeting]) -> list[Placement]:
    """The rows of a published timetable as its meetings stand today: moved since, or cancelled and gone.

    Without a place are only those that still wait for one: not what was withdrawn, or booked otherwise.
    """
    booked = {each.request_id: each for each in meetings}
    found = []
    for row in rows:
        meeting = booked.get(row.request_id)
        if row.starts_at is None:
            if row.request.status == RequestStatus.ACCEPTED:
                found.append(row)
        elif meeting is not None:
            row.starts_at, row.ends_at = meeting.starts_at, meeting.ends_at
            row.room, row.interpreter, row.officer = meeting.room, meeting.interpreter, meeting.officer
            found.append(row)
    return found


def _repairing(round_: Round, timetable: Timetable | None, misfits: list[Misfit]) -> dict[str, Any]:
    """Of a published round: whether a repair is worked out or waits, and what one would be for."""
    if round_.status not in (RoundStatus.PUBLISHED, RoundStatus.HELD):
        return {}
    open_ends = {"open_ends": round_.meetings.without_end(timezone.now()).count()}
    if round_.status == RoundStatus.HELD:
        return open_ends
    in_work = timetable is not None and timetable.in_work
    return {
        **open_ends,
        "may_repair": not in_work,
        "progress": board.progress_of(timetable) if timetable is not None and in_work else None,
        "repair": None if in_work else round_.repair,
        "unfit": len(misfits),
        "uninterpreted": len(all_unfit(now=timezone.now(), round_=round_)),
        "newcomers": _waiting_for(round_),
    }


def _misfits(round_: Round) -> list[Misfit]:
    """What nobody has settled of a published round."""
    if round_.status != RoundStatus.PUBLISHED:
        return []
    rows = Misfit.objects.to_settle(timezone.now()).filter(meeting__round=round_)
    return list(rows.select_related("meeting__request__match"))


def places_of(round_: Round, rows: list[Placement]) -> Places:
    """Where each request can go: the problem is read once, however many are looked at."""
    built = round_problem(round_, now=timezone.now(), current=rows)
    return Places(round_, built, rows, _calendars(rows))


def _calendars(rows: Iterable[Placement]) -> dict[int, Calendar]:
    return calendars_for(sides_of(each.request for each in rows))


def chosen_day(request: HttpRequest, tabs: list[dict[str, Any]]) -> Any:
    wanted = request.GET.get("day", "")
    days = [tab["day"] for tab in tabs]
    return next((day for day in days if day.isoformat() == wanted), days[0] if days else None)


def _placement(request: HttpRequest, pk: int) -> Placement:
    rows = Placement.objects.visible_to(request.user).for_board().select_related("timetable__round")
    return get_object_or_404(rows, pk=pk)


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def placement(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: where it stands, where it can go (best first), and its lock."""
    row = _placement(request, pk)
    language = get_language() or ""
    round_ = row.timetable.round
    calendars = _calendars([row])
    editable = round_.status == RoundStatus.CHECKING and row.timetable.status == TimetableStatus.DRAFT
    context = {
        "row": row,
        "round": round_,
        "name": board.pair_name(row, language),
        "rows": request_facts(row.request, request.user, language),
        "cell": board.meeting_cell(row, str(row.room or ""), set(), language, calendars=calendars)
        if row.starts_at
        else None,
        "editable": editable,
        "moves": _moves(row, calendars) if editable else [],
        "shown_moves": SHOWN_MOVES,
    }
    return render(request, "meetings/placement.html", context)


def _moves(row: Placement, calendars: Calendars) -> list[dict[str, Any]]:
    """The valid times, best first, each with what to know of it."""
    round_, startup = row.timetable.round, row.request.startup
    spots = moves(round_, row.timetable.placements.all(), row.request_id, now=timezone.now())
    rooms = {room.pk: room for room in Room.objects.filter(round=round_)}
    interpreters = {each.pk: each for each in Interpreter.objects.filter(rounds=round_)}
    officers = {each.pk: each for each in round_.officers.all()}
    return [
        {
            "value": spot.start.isoformat(),
            "start": spot.start,
            "end": spot.end,
            "room": rooms.get(number(spot.room) or 0),
            "interpreter": interpreters.get(number(spot.interpreter) or 0),
            "officer": officers.get(number(spot.officer) or 0),
            "zone": startup.time_zone,
            "flags": cautions(spot.start, spot.end, row.request, calendars),
        }
        for spot in spots
        if spot.start != row.starts_at
    ][:SHOWN_MOVES]


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the meeting at the chosen time and lock it there."""
    row = _placement(request, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a time."))
        return redirect("meetings:placement", pk=pk)
    try:
        actions.move_placement(row, starts_at=form.cleaned_data["starts_at"], by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("This time is no longer free. Choose another."))
        return redirect("meetings:placement", pk=pk)
    messages.success(request, _("The meeting has been moved and locked at its new time."))
    return _to_board(row)


def _to_board(row: Placement) -> HttpResponse:
    response = redirect("meetings:round", pk=row.timetable.round_id)
    if row.starts_at:
        response["Location"] += f"?day={board.japan_day(row.starts_at).isoformat()}"
    return response


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    row = _placement(request, pk)
    actions.lock(row, by=request.user)
    messages.success(request, _("The meeting is locked: the auto-placement leaves it where it is."))
    return _to_board(row)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    row = _placement(request, pk)
    actions.unlock(row, by=request.user)
    messages.success(request, _("The meeting is no longer locked."))
    return _to_board(row)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask both sides of an unplaced request for more times, or who has its month full for one more meeting."""
    row = _placement(request, pk)
    if row.reason == UnplacedReason.MONTHLY_LIMIT:
        count = actions.ask_to_take_on_more(row, by=request.user)
    else:
        count = actions.ask_for_times(row.request, by=request.user)
    text = ngettext("%(count)s person has been asked.", "%(count)s people have been asked.", count)
    messages.success(request, text % {"count": count})
    return _to_board(row)
