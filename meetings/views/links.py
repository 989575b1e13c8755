"""The address by which a booked meeting is joined on line: added or changed by staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, rules
from meetings.board import moment_in_japan
from meetings.cards import other_name
from meetings.enums import RequestStatus
from meetings.forms.bookings import LinkForm
from meetings.models import Meeting, MeetingRequest

FROM_ROUND = "round"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the address, then tell both sides. Whoever came from a round goes back to it, to the next one."""
    made = get_object_or_404(MeetingRequest.objects.visible_to(request.user).for_list(), pk=pk)
    meeting: Meeting | None = getattr(made, "meeting", None)
    if meeting is None or not rules.may_link(made, meeting, timezone.now()):
        raise TransitionNotAllowed(made, RequestStatus.SCHEDULED)
    back = _back(request, meeting)
    form = LinkForm(request.POST or None, initial={"link": meeting.video_link})
    if form.is_valid():
        if actions.set_link(meeting, form.cleaned_data["link"], by=request.user):
            messages.success(request, _("The address is saved, and everybody who takes part has been told."))
        else:
            messages.info(request, _("That is the address it has already. Nothing has been changed."))
        return redirect(back)
    context = {
        "form": form,
        "title": _("Address of the video meeting"),
        "lead": _("%(pair)s, %(when)s (Japan time)")
        % {
            "pair": other_name(made, request.user, get_language() or ""),
            "when": moment_in_japan(meeting.starts_at),
        },
        "confirm_label": _("Save and tell both sides"),
        "back_url": back,
    }
    return render(request, "components/confirm_page.html", context)


def _back(request: HttpRequest, meeting: Meeting) -> str:
    if meeting.round_id and request.GET.get("from") == FROM_ROUND:
        return reverse("meetings:round", kwargs={"pk": meeting.round_id})
    return reverse("meetings:detail", kwargs={"pk": meeting.request_id})
