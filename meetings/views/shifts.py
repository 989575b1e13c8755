"""When an interpreter works in a round."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.core.working_days import dates
from meetings import actions
from meetings.calendars import round_calendar
from meetings.forms.shifts import ShiftsForm
from meetings.hours import is_working_day
from meetings.models import Round, Shift
from meetings.views.rounds import say_saved


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def shifts(request: HttpRequest, pk: int, interpreter_pk: int) -> HttpResponse:
    """All hours of the round, or hours on each of its working days."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    interpreter = get_object_or_404(round_.interpreters, pk=interpreter_pk)
    if not round_.takes_means:
        raise TransitionNotAllowed(round_, round_.status)
    calendar = round_calendar(round_)
    days = [day for day in dates(round_.first_day, round_.last_day) if is_working_day(calendar, day)]
    known = Shift.objects.filter(round=round_, interpreter=interpreter)
    form = ShiftsForm(request.POST or None, round_=round_, days=days, shifts=known)
    if form.is_valid():
        zone = form.cleaned_data["zone"]
        actions.set_shifts(round_, interpreter, form.shifts(), zone=zone, by=request.user)
        say_saved(request, pk)
        return redirect("meetings:round", pk=pk)
    return render(
        request, "meetings/shifts.html", {"round": round_, "interpreter": interpreter, "form": form}
    )
