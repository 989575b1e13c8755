"""Confirming a meeting: each side for itself, staff for either with its consent."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions.reports import side_of
from meetings.brief import clocks
from meetings.enums import RequestStatus
from meetings.forms.confirmations import ConfirmForm, StaffConfirmForm
from meetings.models import Meeting


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    """One to come; an old page is told so (409)."""
    rows = Meeting.objects.visible_to(request.user).select_related(
        "request__match__company__organisation", "request__match__startup__organisation"
    )
    meeting = get_object_or_404(rows, request_id=pk)
    if not rules.may_confirm(meeting.request, meeting, timezone.now()):
        raise TransitionNotAllowed(meeting.request, RequestStatus.CONFIRMED)
    return meeting


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """The button of the reader's own side."""
    return _done(request, _meeting(request, pk), side_of(request.user), ConfirmForm(request.POST))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def on_behalf(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    """For a side that told the programme office: how it did is asked first."""
    if side not in rules.SIDES:
        raise Http404
    meeting = _meeting(request, pk)
    form = StaffConfirmForm(
        request.POST if request.method == "POST" else None, initial={"sequence": meeting.sequence}
    )
    if form.is_valid():
        return _done(request, meeting, Side(side), form)
    is_firm = side == Side.COMPANY
    context = {
        "form": form,
        "title": _("Confirm for the firm") if is_firm else _("Confirm for the startup"),
        "lead": clocks(meeting.request, meeting, request.user)[0],
        "confirm_label": _("Confirm the meeting"),
        "back_url": reverse("meetings:detail", kwargs={"pk": pk}),
    }
    return render(request, "components/confirm_page.html", context)


def _done(request: HttpRequest, meeting: Meeting, side: Side, form: ConfirmForm) -> HttpResponse:
    """Back on the page, which says how it stands; a time that has changed meanwhile has to be looked at first."""
    try:
        seen = form.cleaned_data["sequence"] if form.is_valid() else -1
        consent = form.cleaned_data.get("consent", "")
        actions.confirm(meeting, side, sequence=seen, by=request.user, consent=consent)
        messages.success(request, _("The meeting has been confirmed."))
    except actions.MovedMeanwhile:
        messages.error(request, _("The meeting has been changed meanwhile. Look at it again, then confirm."))
    return redirect("meetings:detail", pk=meeting.request_id)
