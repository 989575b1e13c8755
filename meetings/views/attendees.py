"""Naming who comes: each side for itself, staff for either with its consent."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission, requires
from accounts.rules import name_of
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions.reports import side_of
from meetings.forms.attendees import AttendeesForm, StaffAttendeesForm, written
from meetings.models import Attendee, MeetingRequest


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of the reader's own side."""
    return _page(request, pk, side_of(request.user), AttendeesForm)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def on_behalf(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    """Those of a side that told the programme office."""
    if side not in rules.SIDES:
        raise Http404
    return _page(request, pk, Side(side), StaffAttendeesForm)


def _page(request: HttpRequest, pk: int, side: Side, kind: type[AttendeesForm]) -> HttpResponse:
    made = get_object_or_404(MeetingRequest.objects.visible_to(request.user).with_parties(), pk=pk)
    if not rules.may_name_attendees(made, side):
        raise TransitionNotAllowed(made, made.status)
    organisation = rules.organisation_of(made, side)
    named = Attendee.objects.visible_to(request.user).filter(request=made).of(organisation)
    form = kind(request.POST if request.method == "POST" else None, initial=written(named))
    if form.is_valid():
        consent = form.cleaned_data.get("consent", "")
        actions.name_attendees(made, side, form.people(), by=request.user, consent=consent)
        messages.success(request, _("The attendees have been saved."))
        return redirect("meetings:detail", pk=pk)
    context = {
        "form": form,
        "organisation": name_of(organisation, get_language() or ""),
        "back_url": reverse("meetings:detail", kwargs={"pk": pk}),
    }
    return render(request, "meetings/attendees.html", context)
