"""Another officer for a booked meeting: chosen from those who are free, checked, saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import Permission, requires
from matchmaking.core import local_time
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, rules
from meetings.cards import other_name
from meetings.enums import RequestStatus
from meetings.forms.officers import NOBODY, OfficerForm
from meetings.models import Meeting, MeetingRequest
from meetings.officers import candidates


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    """One in which an officer can sit; an old page is told so (409)."""
    rows = MeetingRequest.objects.visible_to(request.user).for_list()
    made = get_object_or_404(rows.select_related("meeting__officer", "meeting__round"), pk=pk)
    meeting: Meeting | None = getattr(made, "meeting", None)
    if meeting is None or not rules.may_seat_officer(made, meeting, timezone.now()):
        raise TransitionNotAllowed(made, RequestStatus.SCHEDULED)
    return meeting


def _form(meeting: Meeting, data: Any = None) -> OfficerForm:
    return OfficerForm(data, meeting=meeting, candidates=candidates(meeting))


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the programme office: those who are free then to choose from, the others with what they have."""
    meeting = _meeting(request, pk)
    return _choose(request, meeting, _form(meeting))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def officer_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look over what changes and who is told (`officer` in the address), then save it."""
    meeting = _meeting(request, pk)
    form = _form(meeting, request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _choose(request, meeting, form, status=409 if request.method == "POST" else 200)
    chosen: User | None = form.cleaned_data["officer"]
    if chosen == meeting.officer:
        messages.info(request, _("That is who sits in already. Nothing has been changed."))
        return redirect("meetings:detail", pk=pk)
    if request.method == "POST":
        return _saved(request, meeting, chosen)
    return _check(request, meeting, chosen)


def _choose(request: HttpRequest, meeting: Meeting, form: OfficerForm, status: int = 200) -> HttpResponse:
    context = {
        "title": _("The officer who sits in"),
        "lead": _("%(pair)s, %(when)s") % {"pair": _pair(request, meeting), "when": _when(meeting)},
        "form": form,
        "busy": form.busy(),
        "made": meeting.request,
    }
    return render(request, "meetings/officer.html", context, status=status)


def _check(request: HttpRequest, meeting: Meeting, chosen: User | None) -> HttpResponse:
    context = {
        "title": _("Check who sits in"),
        "lead": _(
            "The officer who comes and the one who goes are told at once and get a file for their calendar. Both"
            " sides are not told: they read the name on the page of the meeting."
        ),
        "rows": _rows(request, meeting, chosen),
        "chosen": chosen.pk if chosen else NOBODY,
        "send_label": _("Save and tell them"),
        "back_url": reverse("meetings:officer", kwargs={"pk": meeting.request_id}),
    }
    return render(request, "meetings/officer_check.html", context)


def _rows(request: HttpRequest, meeting: Meeting, chosen: User | None) -> list[dict[str, str]]:
    nobody, round_ = _("Nobody from the programme office"), meeting.round
    rows = [
        {"label": _("Meeting"), "value": _pair(request, meeting)},
        {"label": _("Time"), "value": _when(meeting)},
        {"label": _("Sits in so far"), "value": meeting.officer.name if meeting.officer else nobody},
        {"label": _("Sits in from now on"), "value": chosen.name if chosen else nobody},
    ]
    if chosen and round_ and not round_.officers.filter(pk=chosen.pk).exists():
        rows.append({"label": _("Joins the officers of the round"), "value": round_.name})
    return rows


def _saved(request: HttpRequest, meeting: Meeting, chosen: User | None) -> HttpResponse:
    """Back on the page of the meeting; on the list of those who are free when somebody was faster."""
    try:
        actions.seat_officer(meeting, chosen, by=request.user)
    except (actions.DoubleBooking, actions.NoOfficer):
        return _choose(request, meeting, _form(meeting, request.POST), status=409)
    if chosen:
        text = _("%(name)s sits in at the meeting now, and the officers concerned have been told.")
        messages.success(request, text % {"name": chosen.name})
    else:
        messages.success(
            request, _("Nobody sits in at the meeting now, and the officer who did has been told.")
        )
    return redirect("meetings:detail", pk=meeting.request_id)


def _pair(request: HttpRequest, meeting: Meeting) -> str:
    return other_name(meeting.request, request.user, get_language() or "")


def _when(meeting: Meeting) -> str:
    return local_time.span(meeting.starts_at, meeting.ends_at)
