"""Times outside rounds: choosing one, moving a booked meeting, cancelling it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from matchmaking.core import local_time
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, hours, rules
from meetings.actions.reports import side_of
from meetings.busy import JAPAN_TIME
from meetings.cards import card, other_side, request_facts
from meetings.enums import RequestStatus
from meetings.forms.bookings import BookingForm, CancelForm
from meetings.free_times import FreeTime, free_times
from meetings.models import Meeting, MeetingRequest
from meetings.monthly import full_sides_at, why_full
from meetings.time_words import FARTHEST, SHOWN, by_day, day_in, weeks_from

TYPED = "booking_typed"  # where the session keeps what was typed with a time that could not be had


def _open_request(request: HttpRequest, pk: int) -> MeetingRequest:
    """One that may get a (new) time; an old page is told so (409). Only staff move what is booked."""
    made = get_object_or_404(MeetingRequest.objects.visible_to(request.user).for_list(), pk=pk)
    if not (rules.may_book(made) or (rules.may_move(made) and request.user.is_officer)):
        raise TransitionNotAllowed(made, RequestStatus.SCHEDULED)
    return made


@require_safe
@requires(Permission.BOOK_MEETINGS)
def times(request: HttpRequest, pk: int) -> HttpResponse:
    """Two weeks of times that are free on both sides; the first of them stands in the address."""
    made = _open_request(request, pk)
    today = hours.local_date(JAPAN_TIME, timezone.now())
    first = max(_day_in_reach(request.GET.get("from", ""), today), today)
    found = free_times(made, first, first + SHOWN - timedelta(days=1), now=timezone.now())
    own = request.user.organisation.time_zone if request.user.organisation else request.user.time_zone
    context = {
        "made": made,
        "card": card(made, request.user, get_language() or ""),
        "days": by_day(found, own, other_side(made, request.user).time_zone),
        **weeks_from(first, today=today, farthest=today + FARTHEST),
        "is_move": made.is_booked,
    }
    return render(request, "meetings/times.html", context)


def _day_in_reach(text: str, today: date) -> date:
    """The day in an address; today for what is none, or lies too far ahead."""
    day = day_in(text) or today
    return day if day <= today + FARTHEST else today


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.BOOK_MEETINGS)
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Look over the chosen time (`start` in the address), then book it or move the meeting to it."""
    made = _open_request(request, pk)
    link = made.meeting.link if made.is_booked else ""
    initial = {"start": request.GET.get("start"), "link": link, **_typed_before(request, made)}
    form = BookingForm(request.POST or None, is_move=made.is_booked, initial=initial)
    start = form.chosen_start()
    if start is None:
        messages.error(request, _("Choose one of the times."))
        return redirect("meetings:times", pk=pk)
    if request.method == "POST" and form.is_valid():
        return _booked(request, made, form)
    return _check_page(request, made, form, _cautions(request, made, [start]), _time_rows(made, start))


def _check_page(
    request: HttpRequest,
    made: MeetingRequest,
    form: BookingForm,
    cautions: list[str],
    times: Iterable[dict[str, Any]] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": _("Check the new time") if made.is_booked else _("Check the time"),
        "lead": _("Both sides are told at once and get a file for their calendar."),
        "rows": [*times, *request_facts(made, request.user, get_language() or "")],
        "form": form,
        "cautions": cautions,
        "send_label": _("Move the meeting") if made.is_booked else _("Book the meeting"),
        "back_url": reverse("meetings:times", kwargs={"pk": made.pk}),
    }
    return render(request, "meetings/book.html", context, status=status)


def _cautions(request: HttpRequest, made: MeetingRequest, starts: Iterable[datetime]) -> list[str]:
    """Before it is booked: in a month in which a side takes on no more, and what a meeting that is moved would lose."""
    language = get_language() or ""
    full = full_sides_at(made)
    loads = (load for start in starts for load in full(start))
    words = dict.fromkeys(why_full(load, made, request.user, language) for load in loads)
    return [*words, *(_losses(made.meeting) if made.is_booked else [])]


def _losses(meeting: Meeting) -> Iterator[str]:
    if meeting.room and meeting.room.link and not meeting.link:
        yield _(
            "The meeting leaves its room, and with it the address of the room. Write another address below,"
            " or add one later on the page of the meeting."
        )
    if meeting.reports.exists():
        yield _(
            "What has been said of how the meeting went is deleted, and both sides are asked anew afterwards."
        )


def _booked(request: HttpRequest, made: MeetingRequest, form: BookingForm) -> HttpResponse:
    """Done, or the next free times to choose from when somebody was faster."""
    try:
        if made.is_booked:
            actions.reschedule(made.meeting, by=request.user, **form.move_values())
            messages.success(request, _("The meeting has been moved, and both sides have been told."))
        else:
            actions.book_free_time(made, by=request.user, **form.book_values())
            messages.success(request, _("The meeting is booked, and both sides have been told."))
    except actions.MonthFull as error:
        for load in error.loads:
            messages.error(request, why_full(load, made, request.user, get_language() or ""))
        _keep_typed(request, made, form)
        return redirect("meetings:times", pk=made.pk)
    except actions.DoubleBooking as error:
        return _too_late(request, made, form, error.offered)
    request.session.pop(TYPED, None)
    return redirect("meetings:detail", pk=made.pk)


def _too_late(
    request: HttpRequest, made: MeetingRequest, form: BookingForm, offered: Sequence[FreeTime]
) -> HttpResponse:
    """The next free times, the first of them chosen, with whatever was typed; the list of times if there is none."""
    if not offered:
        return _none_left(request, made, form)
    text = _(
        "That time is no longer free, and nothing has been changed. Choose one of the next times that are free for"
        " everybody who takes part, or go back for others."
    )
    messages.error(request, text)
    typed = {**form.data.dict(), "start": offered[0].start.isoformat()}
    again = BookingForm(typed, is_move=made.is_booked, initial={})
    again.offer((each.start.isoformat(), _both_clocks(request, made, each)) for each in offered)
    cautions = _cautions(request, made, [each.start for each in offered])
    return _check_page(request, made, again, cautions, status=409)


def _none_left(request: HttpRequest, made: MeetingRequest, form: BookingForm) -> HttpResponse:
    """The times of the day that was wanted and after: what is left there lies earlier."""
    text = _(
        "That time is no longer free, and nothing has been changed. No later time of the next eight weeks is free for"
        " everybody who takes part: choose an earlier one below, look at later weeks, or ask the programme office."
    )
    messages.error(request, text)
    _keep_typed(request, made, form)
    day = hours.local_date(JAPAN_TIME, form.chosen_start() or timezone.now())
    return redirect(f"{reverse('meetings:times', kwargs={'pk': made.pk})}?from={day.isoformat()}")


def _keep_typed(request: HttpRequest, made: MeetingRequest, form: BookingForm) -> None:
    """For the time that is chosen next; nothing of it stands in an address."""
    request.session[TYPED] = {"pk": made.pk, "fields": form.typed()}


def _typed_before(request: HttpRequest, made: MeetingRequest) -> dict[str, str]:
    kept = request.session.get(TYPED, {})
    return kept["fields"] if kept.get("pk") == made.pk else {}


def _both_clocks(request: HttpRequest, made: MeetingRequest, time: FreeTime) -> str:
    """In full on the reader's own clock, to staff on the firm's; the start on the other side's."""
    own = request.user.organisation or made.company
    other = made.startup if own == made.company else made.company
    theirs = local_time.theirs(time.start, zone=own.time_zone, other_zone=other.time_zone)
    return f"{local_time.span(time.start, time.end, zone=own.time_zone)} / {theirs}"


def _time_rows(made: MeetingRequest, start: datetime) -> list[dict[str, Any]]:
    end = start + timedelta(minutes=made.minutes)
    sides = [(_("Time for the firm"), made.company), (_("Time for the startup"), made.startup)]
    return [
        {"label": label, "value": local_time.span(start, end, zone=side.time_zone)} for label, side in sides
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.BOOK_MEETINGS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then cancel the booked meeting."""
    made = get_object_or_404(MeetingRequest.objects.visible_to(request.user).for_list(), pk=pk)
    if not rules.may_cancel(made, getattr(made, "meeting", None), side_of(request.user), timezone.now()):
        raise TransitionNotAllowed(made, RequestStatus.CANCELLED)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.cancel(made.meeting, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The meeting is cancelled, and both sides have been told."))
        return redirect("meetings:detail", pk=pk)
    context = {
        "form": form,
        "title": _("Cancel the meeting?"),
        "lead": _("It cannot be taken back. The other side and the programme office read your reason."),
        "confirm_label": _("Cancel the meeting"),
        "danger": True,
        "back_url": reverse("meetings:detail", kwargs={"pk": pk}),
    }
    return render(request, "components/confirm_page.html", context)
