"""When an organisation can meet in a round."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Organisation
from accounts.roles import Permission, requires
from matchmaking.core import local_time
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, picker
from meetings.calendars import round_hours
from meetings.enums import AvailabilityKind
from meetings.intervals import Interval, intersect
from meetings.models import Availability, BookingSeat, MeetingRequest, Round
from meetings.problem import party_id, round_problem


def _round(request: HttpRequest, pk: int) -> tuple[Round, Organisation]:
    """A round that takes answers, and the reader's organisation; an over one answers 409."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    if not round_.is_editable:
        raise TransitionNotAllowed(round_, round_.status)
    return round_, request.user.membership.organisation


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of times; POST saves what is ticked."""
    round_, organisation = _round(request, pk)
    slots = picker.slots(round_hours(round_), organisation.time_zone)
    if request.method == "POST":
        values = set(request.POST.getlist("slot"))
        chosen = [each.interval for each in slots if each.value in values]
        if not chosen:
            messages.error(
                request, _("Choose at least one time, or say that you cannot meet at any of them.")
            )
            return redirect("meetings:availability", pk=pk)
        actions.give_availability(round_, organisation, chosen, by=request.user)
        messages.success(request, _("Your times have been saved."))
        return _back(request, pk)
    return render(request, "meetings/availability.html", _context(request, round_, organisation, slots))


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the day whose tab was pressed (narrow screens show one day), else to the meetings."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return redirect("meetings:list")
    return redirect(f"{reverse('meetings:availability', kwargs={'pk': pk})}?day={day.isoformat()}")


def _context(
    request: HttpRequest, round_: Round, organisation: Organisation, slots: list[picker.Slot]
) -> dict[str, Any]:
    parties = round_problem(round_, now=timezone.now()).problem.parties
    answer = Availability.objects.filter(round=round_, organisation=organisation).first()
    partners = _partners(request, round_)
    own = parties.get(party_id(organisation.pk))
    open_ = list(own.open or ()) if own else []
    cells = picker.cells(
        slots,
        chosen=open_,
        usual=open_ if answer is None else [],
        booked=_booked(organisation),
        others=[parties[party_id(each.pk)].open or () for each in partners if party_id(each.pk) in parties],
    )
    days = sorted({slot.day for slot in slots})
    other_zone = partners[0].time_zone if partners else ""
    return {
        "round": round_,
        "zone_label": local_time.time_label(organisation.time_zone),
        "answer": answer,
        "refused": answer is not None and answer.kind == AvailabilityKind.NONE,
        "usual": answer is None or answer.kind == AvailabilityKind.USUAL,
        "days": days,
        "shown_day": _shown_day(request, days),
        "rows": picker.rows(slots, cells, zone=organisation.time_zone, other_zone=other_zone),
        "checked": sum(cell.checked and not cell.booked for cell in cells.values()),
        "partners": len(partners),
        "reached": _reached(parties, open_, partners),
    }


def _reached(parties: Any, open_: list[Interval], partners: list[Organisation]) -> int:
    """With how many counterparts at least half an hour is shared."""
    return sum(
        any(each.minutes >= 30 for each in intersect(open_, parties[party_id(p.pk)].open or ()))
        for p in partners
        if party_id(p.pk) in parties
    )


def _shown_day(request: HttpRequest, days: list[date]) -> date | None:
    wanted = request.GET.get("day", "")
    return next((day for day in days if day.isoformat() == wanted), days[0] if days else None)


def _partners(request: HttpRequest, round_: Round) -> list[Organisation]:
    """The other sides of the reader's requests in the round, each once."""
    mine = MeetingRequest.objects.visible_to(request.user).placeable_in(round_).with_parties()
    own = request.user.organisation
    sides = {s.pk: s for each in mine for s in (each.company, each.startup) if s != own}
    return [sides[pk] for pk in sorted(sides)]


def _booked(organisation: Organisation) -> list[Interval]:
    seats = BookingSeat.objects.blocking().filter(resource__organisation=organisation)
    return [Interval(period.lower, period.upper) for period in seats.values_list("period", flat=True)]


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def usual(request: HttpRequest, pk: int) -> HttpResponse:
    """The usual working hours count."""
    round_, organisation = _round(request, pk)
    actions.reset_availability(round_, organisation, by=request.user)
    messages.success(request, _("Your usual working hours count for this round."))
    return redirect("meetings:availability", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def none(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether it is meant, then note that there is no time in this round."""
    round_, organisation = _round(request, pk)
    if request.method == "POST":
        actions.refuse_round(round_, organisation, by=request.user)
        messages.success(request, _("Noted: no meeting will be placed for you in this round."))
        return redirect("meetings:list")
    context = {
        "title": _("No time in this round?"),
        "lead": _(
            "Your accepted requests then wait for the next round. You can change this until the round is published."
        ),
        "confirm_label": _("We have no time in this round"),
        "back_url": reverse("meetings:availability", kwargs={"pk": pk}),
    }
    return render(request, "meetings/confirm.html", context)
